"""Nothing for axe-core to find, the smallest targets included: every page and every state of the canvas, in both colour
schemes and both languages, on wide and narrow screens.

A row of SCREENS is one browser; it walks once through the pages and once through the states of the canvas.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, csrf, open_canvas, stored, unique

AXE = settings.BASE_DIR / "static" / "node_modules" / "axe-core" / "axe.min.js"
# Off by default in axe; handles of nine pixels are found by it alone.
RULES = {"target-size": {"enabled": True}}
#: Colours, width, height, language.
SCREENS = [("light", 1440, 900, "en"), ("dark", 1024, 700, "zh-CN")]
PHONES = [("light", 320, 640, "en"), ("dark", 320, 640, "zh-CN")]


def named(screen: tuple[str, int, int, str]) -> str:
    return f"{screen[0]}-{screen[1]}-{screen[3][:2]}"


def opened(
    chromium: Browser, product: Product, cookies: list[Any], screen: tuple[str, int, int, str], **more: Any
) -> Iterator[Page]:
    scheme, width, height, language = screen
    options: dict[str, Any] = {
        "color_scheme": scheme,
        "viewport": {"width": width, "height": height},
        "locale": language,
        "reduced_motion": "reduce",
        **more,
    }
    context = chromium.new_context(base_url=product.url, **options)
    context.add_cookies([cookie for cookie in cookies if cookie["name"] != "language"])
    yield context.new_page()
    context.close()


@pytest.fixture(params=SCREENS, ids=named)
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("admin"), request.param)


@pytest.fixture(params=PHONES, ids=named)
def phone(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("admin"), request.param, has_touch=True, is_mobile=True)


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    # The policy of the pages forbids foreign script tags; what the test evaluates is no part of the page.
    page.evaluate(f"typeof axe === 'undefined' && (() => {{ {AXE.read_text()} }})()")
    found = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", RULES)
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]


class Look:
    """What was found on the way, by the name of the state it was found in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def at(self, what: str) -> None:
        if wrong := violations(self.page):
            self.found[what] = wrong


def broken(document: Any) -> None:
    document["match_v3"]["edges"].pop(1)
    document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601


def saved_again(page: Page, rule: str) -> None:
    """Somebody else saves the rule."""
    document = page.request.get(f"/api/rules/{rule}/").json()["document"]
    document["desc"] = "somebody else's"
    headers = {**csrf(page), "If-Match": '"v1"'}
    assert page.request.put(f"/api/rules/{rule}/", data={"document": document}, headers=headers).status == 200


def look_at_pages(page: Page) -> dict[str, list[str]]:
    look = Look(page)
    page.goto("/")
    rule = copy_of_sample(page, unique("pages"), broken)
    saved_again(page, rule)
    for path in (
        "/",
        "/?search=nothing_is_called_so",
        f"/rules/{rule}/preview/",
        f"/rules/{rule}/history/",
        f"/rules/{rule}/diff/?from=1&to=2",
        "/connections/",
        "/connections/new/",
        "/submissions/",
        "/nowhere/",
    ):
        page.goto(path)
        look.at(path)
    page.goto("/connections/new/")
    page.evaluate("document.querySelector('form.form').noValidate = true")
    page.locator("form.form button[type=submit]").click()
    look.at("a connection that is not complete")
    page.goto("/")
    page.locator("details.who summary").click()
    look.at("account menu")
    page.keyboard.press("Escape")
    page.locator("[data-delete]").first.click()
    look.at("confirmation")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    look.at("login")
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    page.locator("main button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look.at("login refused")
    return look.found


def test_the_pages_have_no_violations(screen: Page) -> None:
    assert look_at_pages(screen) == {}


def test_the_pages_have_no_violations_on_a_phone(phone: Page) -> None:
    assert look_at_pages(phone) == {}


def panel(page: Page, name: str) -> None:
    tab = page.locator(f"#tab-{name}")
    if tab.get_attribute("aria-selected") != "true":
        tab.click()


def test_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("canvas"), broken))
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    look.at("nothing selected")
    for what, place in {
        "condition": "node-flow-1JBeHxLU",
        "merge": "node-flow-xc0QfFsN",
        "start": "node-flow-lKSGbvq-",
    }.items():
        page.get_by_test_id(place).click()
        look.at(what)
    page.keyboard.press("Control+a")
    look.at("several")
    page.get_by_test_id("edge-edge-SPhMFJXM").click(force=True)
    expect(page.get_by_test_id("inspector")).to_contain_text("edge-SPhMFJXM")
    look.at("edge")
    for name in ("problems", "test", "json"):
        panel(page, name)
        expect(page.locator(f"#panel-{name}")).to_be_visible()
        look.at(name)
    page.get_by_test_id("json-panel").locator("textarea, [contenteditable]").first.fill("{")
    look.at("json that is none")
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.get_by_test_id("banner-offline")).to_be_visible()
    look.at("offline")
    assert look.found == {}


def test_what_opens_over_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    rule = copy_of_sample(page, unique("over"))
    open_canvas(page, rule)
    card = page.get_by_test_id("node-flow-1JBeHxLU")
    card.click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    look.at("menu of a card")
    page.keyboard.press("Escape")
    page.get_by_test_id("handle-flow-1JBeHxLU-true").press("Enter")
    look.at("connecting")
    page.get_by_test_id("handle-flow-1JBeHxLU-true").press("Enter")
    look.at("what may follow")
    page.keyboard.press("Escape")
    page.get_by_test_id("inspector").locator("input[role=combobox]").first.click()
    expect(page.get_by_role("listbox")).to_be_visible()
    look.at("suggestions")
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("Control+f")
    page.get_by_test_id("finder").get_by_role("combobox").fill("critical")
    expect(page.get_by_role("option").first).to_be_visible()
    look.at("search")
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("?")
    look.at("shortcuts")
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()
    look.at("submit")
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("m")
    saved_again(page, rule)
    page.get_by_test_id("save").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look.at("conflict")
    assert look.found == {}


def test_what_cannot_be_drawn_or_changed_has_no_violations(browser_of: Callable[[str], Page], screen: Page) -> None:
    look = Look(screen)
    screen.goto("/")
    no_flow = stored(screen, {"name": unique("legacy"), "detail": []})
    rule = copy_of_sample(screen, unique("read_only"))
    open_canvas(screen, no_flow)
    look.at("no flow")
    screen.goto("/rules/new/")
    expect(screen.get_by_test_id(NODES).first).to_be_visible()
    look.at("new rule")
    reader = Look(browser_of("reviewer"))
    open_canvas(reader.page, rule)
    reader.page.get_by_test_id("node-flow-xc0QfFsN").click()
    reader.at("read only")
    assert {**look.found, **reader.found} == {}


def test_the_editor_has_no_violations_on_a_phone(phone: Page) -> None:
    page = phone
    look = Look(page)
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("phone"), broken))
    look.at("outline")
    page.get_by_test_id("more").click()
    look.at("bar")
    page.get_by_test_id("more").click()
    for card in ("flow-1JBeHxLU", "flow-xc0QfFsN"):
        page.get_by_test_id("view-outline").click()
        page.locator(f'.outline [data-id="{card}"]').click()
        expect(page.get_by_test_id("inspector")).to_be_visible()
        look.at(card)
    page.get_by_test_id("view-panels").click()
    for name in ("problems", "test", "json"):
        panel(page, name)
        look.at(name)
    page.get_by_test_id("view-canvas").click()
    look.at("canvas")
    page.get_by_test_id("node-flow-1JBeHxLU").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    look.at("menu")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    look.at("shortcuts")
    assert look.found == {}
