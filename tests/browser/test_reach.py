"""A phone and a page enlarged to 200 %: nothing is out of reach, with fingers or without."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, ViewportSize, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, centre, copy_of_sample, document_of, open_canvas, unique

CONDITION = "flow-1JBeHxLU"

#: What cannot be read without scrolling sideways. JSON keeps its lines; the canvas is moved by dragging.
SIDEWAYS = """() => {
  const found = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  const mayScroll =
    ".canvas, thead, .json-panel, .alarm-json, .hide, .skip, .chips, .clip, svg, select, input, textarea, pre";
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility({visibilityProperty: true}) || element.closest(mayScroll)) continue;
    const {left, right, width} = element.getBoundingClientRect();
    if (width > 1 && (left < -1 || right > innerWidth + 1)) found.push(`out: ${element.outerHTML.slice(0, 90)}`);
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto")
      found.push(`scrolls: ${element.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""

#: What a finger is to press and is smaller than 44 px, or lies under something else.
SMALL = """() => {
  const small = [], outside = ".canvas, .hide, .skip, p, td";
  for (const element of document.querySelectorAll("button, a[href], select, [role=menuitem], summary")) {
    if (!element.checkVisibility({visibilityProperty: true}) || element.closest(outside)) continue;
    const {width, height} = element.getBoundingClientRect();
    if (width < 24 || height < 40)
      small.push(`${Math.round(width)}x${Math.round(height)} ${element.outerHTML.slice(0, 90)}`);
  }
  return small;
}"""


@pytest.fixture
def opened(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]]
) -> Iterator[Callable[..., Page]]:
    """Opens an admin's page of a size; touched by fingers, or by a mouse."""
    contexts = []

    def open_page(width: int, height: int, touch: bool = False, motion: str = "reduce", **more: Any) -> Page:
        size: ViewportSize = {"width": width, "height": height}
        options: dict[str, Any] = {"has_touch": touch, "is_mobile": touch, "reduced_motion": motion, **more}
        context = chromium.new_context(base_url=product.url, locale="en", viewport=size, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.add_cookies(session_of("admin"))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(params=[(320, 640), (640, 800)], ids=lambda size: str(size[0]))
def narrow(opened: Callable[..., Page], request: pytest.FixtureRequest) -> Page:
    return opened(*request.param)


@pytest.fixture
def phone(opened: Callable[..., Page]) -> Page:
    """The sample, open on the canvas of a phone."""
    page = opened(390, 780, touch=True)
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("touch")))
    page.get_by_test_id("view-canvas").tap()
    return page


def rule_of(page: Page) -> str:
    return page.url.rstrip("/").split("/")[-1]


def view(page: Page, name: str) -> None:
    page.get_by_test_id(f"view-{name}").click()


def row(page: Page, title: str) -> Locator:
    return page.get_by_test_id("outline").locator("[data-id]").filter(has=page.get_by_text(title, exact=True))


def test_every_page_is_read_by_scrolling_one_way(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    rule = copy_of_sample(page, unique("a_rule_with_a_long_name_for_payment_services_in_the_north"))
    found = {}
    for path in (
        "/",
        f"/rules/{rule}/preview/",
        f"/rules/{rule}/history/",
        f"/rules/{rule}/diff/?from=1&to=1",
        "/connections/",
        "/connections/new/",
        "/submissions/",
        "/nowhere/",
    ):
        page.goto(path)
        found[path] = page.evaluate(SIDEWAYS)
    page.goto("/")
    page.locator("details.who summary").click()
    found["account menu"] = page.evaluate(SIDEWAYS)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    found["login"] = page.evaluate(SIDEWAYS)
    assert not any(found.values()), found


def test_every_part_of_the_editor_is_read_by_scrolling_one_way(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("narrow")))
    found = {}

    def look(what: str) -> None:
        found[what] = page.evaluate(SIDEWAYS)

    look("outline")
    page.get_by_test_id("more").click()
    look("bar")
    page.get_by_test_id("more").click()
    for title in ("Condition 1", "Merge 4", "Start"):
        view(page, "outline")
        row(page, title).click()
        look(title)
    view(page, "panels")
    for tab in ("Problems", "Test", "JSON"):
        page.get_by_role("tab", name=re.compile(f"^{tab}")).click() if tab != "Problems" else None
        look(tab)
    view(page, "canvas")
    look("canvas")
    page.keyboard.press("Control+f")
    page.get_by_role("combobox", name="Find a card").fill("merge")
    look("search")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    look("shortcuts")
    page.keyboard.press("Escape")
    page.get_by_test_id("more").click()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()
    look("submit")
    assert not any(found.values()), found


def test_the_outline_leads_to_a_card_and_back_with_the_keyboard(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("outline")))
    expect(page.get_by_test_id("inspector")).to_be_hidden()
    inspector = page.get_by_test_id("inspector")
    row(page, "Condition 3").press("Enter")
    expect(inspector).to_contain_text("Condition 3")
    expect(inspector.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(inspector).to_be_hidden()
    expect(row(page, "Condition 3")).to_be_focused()


def test_the_outline_leads_to_a_card_and_back_by_pressing(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("outline")))
    row(page, "Condition 3").click()
    expect(page.get_by_test_id("inspector")).to_contain_text("Condition 3")
    close = page.get_by_test_id("inspector").get_by_role("button", name="Close")
    expect(close).to_be_focused()
    close.press("Enter")
    expect(row(page, "Condition 3")).to_be_focused()


def test_a_card_is_added_named_and_saved_where_room_is_short(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    rule = copy_of_sample(page, unique("edit"), lambda document: document["match_v3"]["edges"].pop(1))
    open_canvas(page, rule)
    page.get_by_role("treeitem", name=re.compile("leads nowhere")).click()
    page.get_by_role("menuitem", name="New merge").click()
    expect(page.get_by_test_id("outline").locator("[data-id]")).to_have_count(10)
    page.locator(".name-button").click()
    expect(page.get_by_test_id("rule-name")).to_be_focused()
    page.get_by_test_id("rule-name").fill(unique("renamed"))
    with page.expect_response(lambda answer: answer.request.method == "PUT") as stored:
        page.get_by_test_id("save").click()
    assert stored.value.status == 200
    assert len(document_of(page, rule)["match_v3"]["nodes"]) == 10


def test_a_problem_leads_to_its_field_where_room_is_short(narrow: Page) -> None:
    page = narrow
    page.goto("/")

    def slow(document: Any) -> None:
        document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601

    open_canvas(page, copy_of_sample(page, unique("problem"), slow))
    view(page, "panels")
    page.locator('[data-code="wait-range"], .finding.error').first.click()
    expect(page.get_by_test_id("inspector")).to_be_visible()
    expect(page.get_by_test_id("inspector").locator("input:focus")).to_have_count(1)


def test_a_covered_canvas_takes_no_focus(narrow: Page) -> None:
    page = narrow
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("covered")))
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.closest('.canvas') !== null"))
    assert not any(stops)


def test_a_tap_chooses_a_card(phone: Page) -> None:
    phone.get_by_test_id(f"node-{CONDITION}").tap()
    view(phone, "details")
    expect(phone.get_by_test_id("inspector")).to_contain_text("Condition 1")


def test_a_tap_on_an_exit_and_one_on_a_card_connect_them(phone: Page) -> None:
    page = phone
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").tap()
    first = page.get_by_test_id(f"handle-{CONDITION}-true")
    page.get_by_test_id("view-outline").tap()
    row(page, "Condition 1").tap()
    page.get_by_test_id("view-canvas").tap()
    first.tap()
    expect(page.get_by_test_id("live")).to_contain_text("Connecting Condition 1, true")
    page.get_by_test_id(f"node-{follower(page, 'false')}").tap(position={"x": 20, "y": 10})
    expect(page.get_by_test_id("live")).to_contain_text("leads to")


def follower(page: Page, exit_name: str) -> str:
    edges = document_of(page, rule_of(page))["match_v3"]["edges"]
    return next(str(e["target"]) for e in edges if e["source"] == CONDITION and e.get("value") == exit_name)


def hold(page: Page, place: tuple[float, float]) -> CDPSession:
    """Puts a finger down; it stays."""
    finger = page.context.new_cdp_session(page)
    touch(finger, "touchStart", place)
    return finger


def touch(finger: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_long_press_on_a_card_opens_its_menu(phone: Page) -> None:
    finger = hold(phone, centre(phone.get_by_test_id(f"node-{CONDITION}")))
    menu = phone.get_by_role("menu")
    expect(menu).to_contain_text("Duplicate")
    touch(finger, "touchEnd")
    expect(menu).to_be_visible()
    menu.get_by_role("menuitem", name="Duplicate").tap()
    expect(phone.get_by_test_id(NODES)).to_have_count(10)


def test_a_long_press_beside_the_cards_offers_new_ones(phone: Page) -> None:
    box = phone.get_by_test_id("canvas").bounding_box()
    assert box
    finger = hold(phone, (box["x"] + 8, box["y"] + box["height"] - 40))
    expect(phone.get_by_role("menu", name="Add a card")).to_be_visible()
    touch(finger, "touchEnd")
    phone.get_by_role("menuitem", name="New merge").tap()
    expect(phone.get_by_test_id(NODES)).to_have_count(10)


def test_a_finger_that_moves_opens_no_menu_but_moves_the_canvas(phone: Page) -> None:
    start = phone.get_by_test_id("node-flow-lKSGbvq-").bounding_box()
    box = phone.get_by_test_id("canvas").bounding_box()
    assert start and box
    x, y = box["x"] + 8, box["y"] + 40
    finger = hold(phone, (x, y))
    for step in range(1, 7):
        touch(finger, "touchMove", (x + 10 * step, y + 5 * step))
    touch(finger, "touchEnd")
    moved = phone.get_by_test_id("node-flow-lKSGbvq-").bounding_box()
    assert moved
    assert moved["x"] - start["x"] == pytest.approx(60, abs=15)
    expect(phone.get_by_role("menu")).to_have_count(0)


def test_two_fingers_zoom(phone: Page) -> None:
    zoom = phone.get_by_role("button", name=re.compile("Show the whole rule"))
    before = zoom.text_content()
    box = phone.get_by_test_id("canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    finger = phone.context.new_cdp_session(phone)
    touch(finger, "touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
        touch(finger, "touchMove", (x - 20 - 12 * step, y), (x + 20 + 12 * step, y))
    touch(finger, "touchEnd")
    expect(zoom).not_to_have_text(before or "")


def test_a_card_is_added_by_a_tap_on_the_palette(phone: Page) -> None:
    phone.get_by_test_id("palette-combine").tap()
    expect(phone.get_by_test_id(NODES)).to_have_count(10)


def test_what_a_finger_presses_is_large_enough(phone: Page) -> None:
    page = phone
    found = {}
    for name in ("outline", "canvas", "details", "panels"):
        page.get_by_test_id(f"view-{name}").tap()
        found[name] = page.evaluate(SMALL)
    page.get_by_test_id("view-outline").tap()
    row(page, "Condition 1").tap()
    found["condition"] = page.evaluate(SMALL)
    page.get_by_test_id("view-outline").tap()
    row(page, "Merge 1").tap()
    found["merge"] = page.evaluate(SMALL)
    page.goto("/")
    found["rules"] = page.evaluate(SMALL)
    assert not any(found.values()), found


def test_without_colours_of_its_own_the_page_still_shows_focus_selection_and_branches(
    opened: Callable[..., Page],
) -> None:
    page = opened(1440, 900, forced_colors="active")
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("forced")))
    card = page.get_by_test_id(f"node-{CONDITION}")
    card.click()
    ring = "element => getComputedStyle(element.querySelector('.node'), '::after').borderTopStyle"
    assert card.evaluate(ring) == "solid"
    dashes = page.locator(".edge.false").first.evaluate("edge => getComputedStyle(edge).strokeDasharray")
    assert dashes != "none"
    page.keyboard.press("ArrowRight")
    focused = page.locator(".react-flow__node:focus-visible .node")
    assert focused.evaluate("node => getComputedStyle(node).outlineStyle") != "none"


def test_nothing_moves_by_itself_for_those_who_asked_for_less_motion(opened: Callable[..., Page]) -> None:
    page = opened(1440, 900)
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("still")))
    page.get_by_test_id("palette-combine").click()
    page.get_by_test_id("tidy").click()
    page.get_by_role("tab", name=re.compile("^Problems")).click()
    moving = "document.getAnimations().filter(one => one.effect.getComputedTiming().duration > 0).length"
    assert page.evaluate(moving) == 0
