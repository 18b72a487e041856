"""axe-core finds nothing on any page, in both colour schemes, on a wide and on a narrow screen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, open_canvas, problems, unique

AXE = settings.BASE_DIR / "static" / "node_modules" / "axe-core" / "axe.min.js"
# Off by default in axe; handles of nine pixels are found by it alone.
RULES = {"target-size": {"enabled": True}}
SCREENS = [("light", 1440, 900), ("light", 1024, 700), ("dark", 1440, 900), ("dark", 1024, 700)]


@pytest.fixture(params=SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    scheme, width, height = request.param
    context = chromium.new_context(
        base_url=product.url,
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        locale="en",
        reduced_motion="reduce",
    )
    context.add_cookies(session_of("admin"))
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    # The policy of the pages forbids foreign script tags; what the test evaluates is no part of the page.
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", RULES)
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]


def broken(document: Any) -> None:
    document["match_v3"]["edges"].pop(1)
    document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601


def test_the_pages_have_no_violations(screen: Page) -> None:
    rule = copy_of_sample(screen, unique("pages"), broken)
    found = {}
    for path in ("/", f"/rules/{rule}/preview/", f"/rules/{rule}/history/", "/connections/", "/submissions/"):
        screen.goto(path)
        found[path] = violations(screen)
    screen.locator("details.who summary").click()
    found["account menu"] = violations(screen)
    screen.context.clear_cookies()
    screen.goto("/accounts/login/")
    found["login"] = violations(screen)
    assert not any(found.values()), found


def test_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    open_canvas(page, copy_of_sample(page, unique("canvas"), broken))
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    found = {"nothing selected": violations(page)}
    for what, place in {"condition": "node-flow-1JBeHxLU", "merge": "node-flow-xc0QfFsN"}.items():
        page.get_by_test_id(place).click()
        found[what] = violations(page)
    page.get_by_test_id("edge-edge-SPhMFJXM").click(force=True)
    expect(page.get_by_test_id("inspector")).to_contain_text("Leads from")
    found["edge"] = violations(page)
    problems(page)
    found["problems"] = violations(page)
    page.get_by_role("tab", name="JSON").click()
    expect(page.get_by_test_id("json-panel")).to_be_visible()
    found["json"] = violations(page)
    assert not any(found.values()), found


def test_what_opens_over_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    open_canvas(page, copy_of_sample(page, unique("over")))
    page.get_by_test_id("node-flow-1JBeHxLU").click()
    page.get_by_test_id("connect-flow-1JBeHxLU-true").click()
    expect(page.get_by_role("menu")).to_be_visible()
    found = {"menu": violations(page)}
    page.keyboard.press("Escape")
    page.get_by_test_id("inspector").get_by_role("combobox", name="Key of the condition").first.click()
    expect(page.get_by_role("listbox")).to_be_visible()
    found["suggestions"] = violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Shortcuts").click()
    found["shortcuts"] = violations(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()
    found["submit"] = violations(page)
    assert not any(found.values()), found
