"""What lives over a connection, as people meet it: it is looked at by itself, imported, compared and removed."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Product
from tests.browser.steps import SAMPLE, csrf, document_of, stored, unique

LIST = {"method": "GET", "path": "/v2/"}


def told(product: Product, control: str, body: object) -> None:
    """Tell the sandbox something."""
    request = urllib.request.Request(
        f"{product.cloud}/_sandbox/{control}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request).close()


def wait_until_met(product: Product) -> None:
    """Until every fault has met its request: what is not held yet cannot be released."""
    end = time.monotonic() + 30
    while waiting(product):
        assert time.monotonic() < end, "a fault waits for a request that does not come"


def waiting(product: Product) -> Any:
    with urllib.request.urlopen(f"{product.cloud}/_sandbox/faults") as answer:
        return json.load(answer)["faults"]


@pytest.fixture
def theirs(product: Product) -> Iterator[str]:
    """A rule that lives over there and nobody here knows; its name."""
    name = unique("theirs")
    told(product, "reset", {"keep_rules": True, "group_rules": [{**SAMPLE, "name": name}]})
    yield name
    told(product, "reset", {"keep_rules": True})


def page_of(page: Page, name: str = "") -> str:
    """The address of what lives over the sandbox, or of one rule there."""
    connections = page.request.get("/api/connections/").json()["results"]
    return f"/connections/{connections[0]['id']}/rules/{name and name + '/'}"


def row(page: Page, name: str) -> Any:
    return page.get_by_test_id("live-rules").locator(f"tr[data-name='{name}']")


def look_now(page: Page) -> None:
    """Look, after the look that the page of an old one begins by itself."""
    expect(page.locator("form[data-look]:not([data-old])")).to_be_visible()
    with page.expect_event("load"):
        page.get_by_test_id("look").click()


def test_a_rule_over_there_is_imported_and_compared(designer: Page, product: Product, theirs: str) -> None:
    page = designer
    page.goto("/connections/")
    page.get_by_role("link", name="Rules there").first.click()
    look_now(page)
    expect(row(page, theirs)).to_contain_text("known there only")
    row(page, theirs).get_by_role("button", name="Import").click()
    expect(page.get_by_text(f"{theirs} was imported: a new rule here.")).to_be_visible()
    expect(row(page, theirs)).to_contain_text("v1 lives there")

    told(product, "reset", {"keep_rules": True, "group_rules": [{**SAMPLE, "name": theirs, "desc": "tampered"}]})
    look_now(page)
    expect(row(page, theirs)).to_contain_text("it differs in desc")
    page.goto("/")
    page.get_by_role("link", name=theirs, exact=True).click()
    expect(page.get_by_test_id("drift")).to_have_accessible_name("changed there. Compare with what lives there")
    page.goto("/")
    page.get_by_role("link", name=f"changed there {theirs}").click()
    expect(page.get_by_test_id("live-standings")).to_contain_text("it differs in desc")
    page.get_by_role("link", name="Compare sandbox").click()
    expect(page.get_by_test_id("differs-desc").locator("ins")).to_have_text('"tampered"')
    page.get_by_test_id("import").click()
    expect(page.get_by_text(f"{theirs} was imported as version 2")).to_be_visible()
    rules = page.request.get(f"/api/rules/?search={theirs}").json()["results"]
    assert document_of(page, rules[0]["id"]) == {**SAMPLE, "name": theirs, "desc": "tampered"}


def test_an_admin_removes_a_rule_by_keyboard(browser_of: Callable[[str], Page], theirs: str) -> None:
    page = browser_of("admin")
    page.goto("/")
    assert page.request.post(page_of(page)[:-6] + "look/", headers=csrf(page)).ok
    page.goto(page_of(page, theirs))
    page.get_by_label(f"Type {theirs} to remove it").focus()
    page.keyboard.type("something else")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is not the name of the rule. Nothing was removed.")).to_be_visible()
    expect(page.get_by_label(f"Type {theirs} to remove it")).to_be_focused()
    page.keyboard.type(theirs)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{theirs}: The rule was removed over there.")).to_be_visible()
    expect(row(page, theirs)).to_have_count(0)


def test_the_page_comes_at_once_while_the_cloud_is_slow(designer: Page, product: Product, theirs: str) -> None:
    page = designer
    page.goto("/")
    page.goto(page_of(page))
    look_now(page)
    told(product, "faults", {"faults": [{"match": LIST, "hold": "before"}]})
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("looking")).to_be_visible()
    expect(page.get_by_test_id("look")).to_be_disabled()
    expect(row(page, theirs)).to_be_visible()
    wait_until_met(product)
    with page.expect_event("load"):
        told(product, "release", {})
    expect(page.get_by_test_id("looking")).to_be_hidden()


def test_a_look_that_fails_is_said_and_leaves_the_page(designer: Page, product: Product, theirs: str) -> None:
    page = designer
    page.goto("/")
    page.goto(page_of(page))
    look_now(page)
    told(product, "faults", {"faults": [{"match": LIST, "status": 403, "body": {"error_code": "AOM.0403"}}]})
    page.get_by_test_id("look").click()
    expect(page.get_by_role("alert")).to_contain_text("AOM.0403")
    expect(row(page, theirs)).to_be_visible()
    expect(page.get_by_test_id("look")).to_be_enabled()


def test_without_a_script_the_forms_do_the_same(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], theirs: str
) -> None:
    context = chromium.new_context(
        base_url=product.url, locale="en", java_script_enabled=False, reduced_motion="reduce"
    )
    context.add_cookies(session_of("designer"))
    page = context.new_page()
    page.goto("/")
    page.goto(page_of(page))
    page.get_by_test_id("look").click()
    expect(row(page, theirs)).to_contain_text("known there only")
    row(page, theirs).get_by_role("button", name="Import").click()
    expect(page.get_by_text(f"{theirs} was imported")).to_be_visible()
    context.close()


SCREENS = [("light", 1440, "en"), ("dark", 320, "zh-CN")]


@pytest.fixture(params=SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    scheme, width, language = request.param
    context = chromium.new_context(
        base_url=product.url,
        locale=language,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    context.add_cookies([cookie for cookie in session_of("admin") if cookie["name"] != "language"])
    yield context
    context.close()


@pytest.mark.parametrize("width", [1440, 1024, 800])
def test_the_bar_of_the_canvas_has_room_for_it(designer: Page, product: Product, theirs: str, width: int) -> None:
    page = designer
    page.goto("/")
    rule = stored(page, {**SAMPLE, "name": theirs, "desc": "ours"})
    page.goto(page_of(page))
    look_now(page)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"/rules/{rule}/")
    expect(page.get_by_test_id("drift")).to_be_visible()
    page.screenshot(path=f"var/pictures/live-canvas-{width}.png")
    assert page.locator(".topbar").evaluate("bar => bar.scrollWidth - bar.clientWidth") == 0
    assert violations(page) == []


def test_the_pages_have_no_violations(screen: BrowserContext, product: Product, theirs: str) -> None:
    page = screen.new_page()
    page.goto("/")
    changed = unique("changed")
    rule = stored(page, {**SAMPLE, "name": changed})
    told(product, "reset", {"keep_rules": True, "group_rules": [{**SAMPLE, "name": changed, "desc": "tampered"}]})
    page.goto(page_of(page))
    look_now(page)
    name = f"{page.viewport_size['width']}"  # type: ignore[index]
    for what in (page_of(page), page_of(page, changed), page_of(page, theirs), f"/rules/{rule}/history/", "/"):
        page.goto(what)
        page.screenshot(path=f"var/pictures/live-{name}-{what.strip('/').split('/')[-1][:8]}.png", full_page=True)
        assert violations(page) == [], what
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
