"""The system's Chromium, as the browser tests and the benchmarks start it and wait for it."""

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """A browser without a window. Raises ``LookupError`` with the way out where there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        raise LookupError(
            "No Chromium: install the package chromium (apt-get install chromium), or set CHROMIUM to its path."
        )
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def until(page: Page, condition: str, argument: Any = None) -> None:
    """Wait up to 30 s for a condition in the page; an error names it when it stays false.

    (``wait_for_function`` asks again by ``eval``, which the pages forbid.)
    """
    met = page.evaluate(
        f"""argument => new Promise(done => {{
        const end = performance.now() + 30000;
        const look = () => ({condition}) ? done(true)
          : performance.now() > end ? done(false) : requestAnimationFrame(look);
        look(); }})""",
        argument,
    )
    assert met, f"not within 30 s: {condition}"
