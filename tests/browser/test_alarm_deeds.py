"""An alarm is cleared, or an incident made of it, in the browser: asked for first, sent once, and its outcome told."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Product
from tests.browser.steps import inject
from tests.browser.test_accessibility import PHONES, SCREENS, named, opened
from tests.browser.test_alarms import an_alarm, tab_to

PATHS = {"clear": "/v1/alarm-mgmt/alarms/cancel", "incident": "/v1/alarm-mgmt/alarms-linked-incident"}
BUTTONS = {"clear": "clear-alarm", "incident": "make-incident"}
KINDS = pytest.mark.parametrize("kind", ["clear", "incident"])


def received(product: Product, kind: str) -> list[Any]:
    """What the cloud was told of this kind since it began anew."""
    entries = [each for each in product.sandbox_requests() if (each["method"], each["path"]) == ("POST", PATHS[kind])]
    return [json.loads(each["body"]) if isinstance(each["body"], str) else each["body"] for each in entries]


def fault(product: Product, kind: str, **members: Any) -> None:
    inject(product, {"match": {"method": "POST", "path": PATHS[kind]}, **members})


def at_alarm(page: Page, product: Product, **seeds: Any) -> str:
    """The page with a new alarm looked up; its id."""
    alarm = an_alarm(product, **seeds)
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    return alarm


def opened_dialog(page: Page, kind: str) -> None:
    """The dialog with all that it asks for."""
    page.get_by_test_id(BUTTONS[kind]).click()
    expect(page.get_by_test_id(f"{kind}-dialog")).to_be_visible()
    if kind == "incident":
        fill_in(page)


def fill_in(page: Page) -> None:
    page.locator("[data-field=level_id]").select_option("level_30")
    page.locator("[data-field=mtm_type]").fill("inc_type_p_function_issues")
    page.locator("[data-field=current_cloud_service_id]").fill("app-1")


def test_an_alarm_is_cleared_once_and_who_did_it_stands_there(designer: Page, product: Product) -> None:
    page = designer
    alarm = at_alarm(page, product)
    opened_dialog(page, "clear")
    dialog = page.get_by_test_id("clear-dialog")
    expect(dialog).to_contain_text(f"COC marks the alarm {alarm} as resolved, over the connection sandbox.")
    assert received(product, "clear") == []
    page.get_by_label("Remarks").fill(" disk cleaned ")
    page.get_by_test_id("deed-send").dblclick()
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("deed-done")).to_contain_text("The alarm was cleared.")
    expect(page.get_by_test_id("spoken")).to_contain_text("The alarm was cleared.")
    expect(page.get_by_test_id("deed")).to_contain_text("designer cleared it")
    expect(page.get_by_test_id("deed")).to_contain_text("disk cleaned")
    expect(page.get_by_test_id("alarm-facts").locator("dl")).to_contain_text("resolved")
    button = page.get_by_test_id("clear-alarm")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.hover()
    expect(page.get_by_text("COC shows the alarm as resolved already.")).to_be_visible()
    assert received(product, "clear") == [{"alarm_ids": alarm, "remarks": "disk cleaned"}]


def test_an_incident_is_made_of_what_the_alarm_tells(designer: Page, product: Product) -> None:
    page = designer
    alarm = at_alarm(page, product)
    name = page.get_by_test_id("alarm-facts").locator("h3").text_content()
    page.get_by_test_id("make-incident").click()
    expect(page.get_by_label("Title")).to_have_value(name or "")
    expect(page.get_by_label("Description")).to_have_value(page.get_by_label("Description").input_value())
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_label("Level")).to_be_focused()
    expect(page.get_by_text("Choose a level.")).to_be_visible()
    assert received(product, "incident") == []
    fill_in(page)
    page.get_by_text("Yes", exact=True).click()
    page.get_by_text("More about it").click()
    page.get_by_label("Assignee").fill("ada")
    page.get_by_test_id("deed-send").dblclick()
    expect(page.get_by_test_id("deed-done")).to_contain_text("An incident was made of the alarm.")
    expect(page.get_by_test_id("deed")).to_contain_text("designer made an incident of it")
    expect(page.get_by_test_id("alarm-facts").locator("dl")).to_contain_text("IM")
    [body] = received(product, "incident")
    description = body.pop("description")
    assert alarm in description and "urgent" in description
    assert body == {
        "alarm_ids": alarm,
        "title": name,
        "level_id": "level_30",
        "current_cloud_service_id": "app-1",
        "mtm_type": "inc_type_p_function_issues",
        "is_service_interrupt": True,
        "assignee": "ada",
    }


def test_another_incident_takes_a_reason(designer: Page, product: Product) -> None:
    page = designer
    at_alarm(page, product)
    opened_dialog(page, "incident")
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed")).to_have_attribute("data-state", "done")
    opened_dialog(page, "incident")
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_label("Why another incident")).to_be_focused()
    assert len(received(product, "incident")) == 1
    page.get_by_label("Why another incident").fill("the first was of another service")
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed")).to_have_count(2)
    expect(page.get_by_test_id("deed").first).to_contain_text("the first was of another service")
    assert len(received(product, "incident")) == 2


@KINDS
def test_a_refusal_is_told_in_the_dialog_and_what_was_typed_stays(designer: Page, product: Product, kind: str) -> None:
    page = designer
    at_alarm(page, product)
    opened_dialog(page, kind)
    fault(product, kind, preset="F5-coc")
    page.get_by_test_id("deed-send").click()
    told = page.get_by_test_id("deed-told")
    expect(told).to_contain_text("COC refused: 403")
    expect(told).to_contain_text({"clear": "The alarm was not cleared.", "incident": "No incident was made."}[kind])
    assert told.get_attribute("role") == "alert"
    expect(page.get_by_test_id("deed-send")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(BUTTONS[kind])).to_be_focused()
    page.get_by_test_id(BUTTONS[kind]).click()
    if kind == "incident":
        expect(page.locator("[data-field=current_cloud_service_id]")).to_have_value("app-1")
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed-done")).to_be_visible()
    assert len(received(product, kind)) == 2


@KINDS
@pytest.mark.parametrize(
    "members", [{"status": 200, "body": {"errorCode": "500", "errorMsg": "Failed"}}, {"reset": "before"}], ids=str
)
def test_what_nobody_knows_is_told_with_what_to_do_next_and_sent_once(
    designer: Page, product: Product, kind: str, members: dict[str, Any]
) -> None:
    page = designer
    at_alarm(page, product)
    opened_dialog(page, kind)
    fault(product, kind, **members)
    page.get_by_test_id("deed-send").click()
    told = page.get_by_test_id("deed-told")
    may = {"clear": "It may have been cleared", "incident": "The incident may have been made"}[kind]
    expect(told).to_contain_text(may)
    if "status" in members:
        expect(told).to_contain_text("COC answered 200 500 Failed, which does not say whether anything was begun.")
    expect(told).to_contain_text({"clear": "does no harm", "incident": "Look in COC before you make another"}[kind])
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("deed")).to_have_attribute("data-state", "unknown")
    expect(page.get_by_test_id("deed")).to_contain_text("designer tried to")
    assert len(received(product, kind)) == 1
    if kind == "incident":
        page.get_by_test_id("make-incident").click()
        expect(page.get_by_label("Why another incident")).to_be_visible()


def test_what_was_done_all_the_same_is_found_out(designer: Page, product: Product) -> None:
    page = designer
    at_alarm(page, product)
    opened_dialog(page, "clear")
    fault(product, "clear", reset="after")
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed-done")).to_contain_text("Read back, the alarm is resolved.")
    assert len(received(product, "clear")) == 1


@KINDS
def test_an_answer_lost_on_the_way_to_the_browser_is_asked_for_with_the_same_key(
    designer: Page, product: Product, kind: str
) -> None:
    page = designer
    keys: list[str] = []

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers.get("idempotency-key", ""))
        answer = route.fetch()
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    at_alarm(page, product)
    page.route(f"**/{kind}/", lose_the_first)
    opened_dialog(page, kind)
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed-told")).to_contain_text("Asking again uses the same key")
    expect(page.get_by_test_id("deed-ask-again")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("connection")).to_be_disabled()
    page.get_by_role("button", name="Find out").click()
    page.get_by_test_id("deed-ask-again").click()
    expect(page.get_by_test_id("deed-done")).to_be_visible()
    assert len(keys) == 2 and keys[0] == keys[1] != ""
    assert len(received(product, kind)) == 1


def test_what_is_too_long_is_told_before_anything_is_sent(designer: Page, product: Product) -> None:
    page = designer
    at_alarm(page, product)
    opened_dialog(page, "clear")
    page.get_by_label("Remarks").fill("r" * 101)
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_label("Remarks")).to_be_focused()
    expect(page.get_by_text("At most 100 characters; this has 101.")).to_be_visible()
    assert received(product, "clear") == []


def test_a_reviewer_is_told_why_not(sign_in: Callable[[str], Page], product: Product) -> None:
    page = sign_in("reviewer")
    at_alarm(page, product)
    for button in BUTTONS.values():
        page.get_by_test_id(button).click(force=True)
        expect(page.get_by_text("Your role may look, and not do this.")).to_be_visible()
    assert page.locator("dialog[open]").count() == 0


def test_markup_in_what_the_cloud_tells_stays_text(designer: Page, product: Product) -> None:
    page, alarm = designer, "ALMhostile"
    name = "<img src=x onerror=alert(1)>"
    an_alarm(product, alarms=[{"id": alarm, "name": name, "remarks": name}])
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    opened_dialog(page, "incident")
    expect(page.get_by_label("Title")).to_have_value(name)
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed")).to_contain_text(name)
    assert page.locator("main img").count() == 0


def keyboard_deeds(page: Page, alarm: str) -> None:
    """Both, without a mouse."""
    page.goto(f"/alarms/?alarm={alarm}&connection=sandbox")
    expect(page.get_by_test_id("alarm-facts")).to_be_visible()
    tab_to(page, "[data-testid=make-incident]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-field=level_id]")
    page.keyboard.press("ArrowDown")
    for field, text in (("mtm_type", "inc_type_p_change_issues"), ("current_cloud_service_id", "app-1")):
        tab_to(page, f"[data-field={field}]")
        page.keyboard.type(text)
    tab_to(page, "[data-testid=deed-send]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("deed")).to_have_count(1)
    tab_to(page, "[data-testid=clear-alarm]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-testid=deed-send]")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("deed")).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_both_are_done_with_the_keyboard_alone(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], language: str
) -> None:
    alarm = an_alarm(product)
    for page in opened(chromium, product, session_of("designer"), ("light", 1440, 900, language)):
        keyboard_deeds(page, alarm)
    assert [len(received(product, kind)) for kind in PATHS] == [1, 1]


@pytest.fixture(params=[*SCREENS, ("dark", 1440, 900, "zh-CN"), *PHONES], ids=named)
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("designer"), request.param)


def test_there_is_nothing_for_axe_to_find_and_nothing_scrolls_sideways(screen: Page, product: Product) -> None:
    page = screen
    found: dict[str, list[str]] = {}

    def look(what: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[what] = violations(page) + (["scrolls sideways"] if wide else [])

    at_alarm(page, product)
    page.get_by_test_id("clear-alarm").click()
    expect(page.get_by_test_id("deed-send")).to_be_visible()
    look("clearing")
    fault(product, "clear", status=200, body={"errorCode": "500", "errorMsg": "Failed"})
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed-told")).to_be_visible()
    look("unclear")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("deed")).to_have_count(1)
    page.get_by_test_id("make-incident").click()
    page.get_by_test_id("deed-send").click()
    page.get_by_test_id("incident-dialog").locator("summary").click()
    look("incident at fault")
    fill_in(page)
    page.get_by_test_id("deed-send").click()
    expect(page.get_by_test_id("deed-done")).to_be_visible()
    look("done")
    page.goto("/alarms/deeds/")
    expect(page.locator("tbody tr").first).to_contain_text("designer")
    look("record")
    assert {what: wrong for what, wrong in found.items() if wrong} == {}
