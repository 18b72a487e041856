"""What axe-core finds on a page, in both colour schemes."""

from typing import Any

from django.conf import settings
from playwright.sync_api import Page

AXE = (settings.BASE_DIR / "static" / "node_modules" / "axe-core" / "axe.min.js").read_text()
#: ``target-size`` is off by default; handles of nine pixels are found by it alone.
ALL = {"rules": {"target-size": {"enabled": True}}}
#: What another colour scheme can change.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def violations(page: Page) -> list[str]:
    """One line for each element: all rules as the page is, and those about colours in the other scheme too."""
    # The policy of the pages forbids foreign script tags; what the test evaluates is no part of the page.
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(f"(() => {{ {AXE} }})()")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = _found(page, ALL, "dark" if dark else "light")
    page.emulate_media(color_scheme="light" if dark else "dark")
    found += _found(page, COLOURS, "light" if dark else "dark")
    page.emulate_media(color_scheme="dark" if dark else "light")
    return found


def _found(page: Page, options: dict[str, Any], scheme: str) -> list[str]:
    answer = page.evaluate("options => axe.run(document, {...options, resultTypes: ['violations']})", options)
    return [
        f"{scheme}, {each['id']}: {node['html']} {' '.join(node['failureSummary'].split())}"
        for each in answer["violations"]
        for node in each["nodes"]
    ]


class Look:
    """What was found on the way, by the name of the state it was found in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def at(self, what: str) -> None:
        if wrong := violations(self.page):
            self.found[what] = wrong
