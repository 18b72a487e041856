"""The system's Chromium, as the browser tests and the benchmarks start it."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

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
