"""Prepared responses in the browser: prepared by keyboard, saved, read again, and shown filled for a tested alarm."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.steps import NODES, choose, copy_of_sample, csrf, document_of, open_canvas, unique
from tests.browser.test_chinese import Look
from tests.browser.test_chinese import chinese as chinese
from tests.browser.test_chinese import reader as reader
from tests.browser.test_outcomes import save_state

MERGE_1, MERGE_2 = "flow-y7b5HNsE", "flow-xc0QfFsN"
RESTART = {
    "id": "restart1",
    "title": "Restart",
    "task": {"type": "SCRIPT", "source": "CUSTOMIZATION", "id": "SC20250711080000restart01", "name": "restart_service"},
    "parameters": {"severity": "${event_severity}"},
    "targets": {"by": "none"},
}


def rule_of(page: Page, rule_id: str) -> Any:
    return page.request.get(f"/api/rules/{rule_id}/").json()


def prepare(page: Page, rule_id: str, responses: Any) -> None:
    """Save responses behind the page's back, as the next version."""
    body = {"document": document_of(page, rule_id), "responses": responses}
    headers = {**csrf(page), "If-Match": rule_of(page, rule_id)["etag"]}
    assert page.request.put(f"/api/rules/{rule_id}/", data=body, headers=headers).status == 200


def to_card(page: Page, card: str) -> None:
    choose(page, card)
    expect(page.get_by_test_id("responses")).to_be_visible()


def saved(page: Page) -> None:
    page.get_by_test_id("save").click()
    expect(save_state(page)).to_have_text("Saved")


def tab_to(page: Page, test_id: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(40):
        if page.evaluate("document.activeElement?.dataset.testid") == test_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{test_id} is not reached by Tab")


def test_a_response_is_prepared_by_keyboard_and_shown_filled_for_a_tested_alarm(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("responses"))
    before = document_of(page, rule_id)
    open_canvas(page, rule_id)
    to_card(page, MERGE_2)
    page.get_by_test_id("response-add").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_test_id("response-dialog")
    expect(dialog).to_contain_text("Merge 2")
    tab_to(page, "response-title")
    page.keyboard.type("Restart")
    tab_to(page, "response-add-parameter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of parameter 1")).to_be_focused()
    page.keyboard.type("severity")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator('[data-item="event_severity"]').press("Enter")
    expect(page.get_by_label("Value of parameter 1")).to_have_value("${event_severity}")
    tab_to(page, "response-done")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("response-taskId")).to_be_focused()
    expect(dialog).to_contain_text("3 to 100 characters")
    page.keyboard.type("SC20250711080000restart01")
    tab_to(page, "response-done")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("responses")).to_contain_text("1 response")
    saved(page)
    stored = rule_of(page, rule_id)
    assert stored["document"] == before
    assert [one["parameters"] for one in stored["responses"][MERGE_2]] == [{"severity": "${event_severity}"}]

    page.reload()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("t")
    told = page.get_by_test_id("test-responses")
    expect(told).to_contain_text("has no attribute resource_id")
    page.get_by_test_id("test-dock").click()
    to_card(page, MERGE_2)
    expect(page.get_by_test_id("responses")).to_contain_text("Restart")


def test_what_an_alarm_fills_can_be_opened_where_alarms_are_handled(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("responses"))
    prepare(page, rule_id, {MERGE_2: [RESTART]})
    open_canvas(page, rule_id)
    page.keyboard.press("t")
    told = page.get_by_test_id("filled-restart1")
    expect(told.get_by_role("row", name="severity Critical")).to_be_visible()
    link = page.get_by_test_id("handle-restart1")
    expect(link).to_have_attribute("href", f"/alarms/?rule={rule_id}&card={MERGE_2}&response=restart1")
    page.get_by_test_id("test-dock").click()
    to_card(page, MERGE_2)
    page.get_by_test_id("response-restart1").click()
    page.get_by_test_id("response-title").fill("Restart now")
    page.get_by_test_id("response-done").click()
    expect(told).to_contain_text("Restart now")
    expect(link).to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("undo").click()
    expect(told).not_to_contain_text("Restart now")
    expect(link).not_to_have_attribute("aria-disabled", "true")


def test_responses_are_put_in_order_by_keyboard_and_taken_over_from_a_card_that_is_gone(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("responses"))
    other = {**RESTART, "id": "reload01", "title": "Reload"}
    prepare(page, rule_id, {MERGE_2: [RESTART, other], "flow-gone0001": [RESTART]})
    open_canvas(page, rule_id)
    to_card(page, MERGE_2)
    rows = page.get_by_test_id("responses").locator("button.response")
    expect(rows).to_contain_text([re.compile("^Restart"), re.compile("^Reload")])
    rows.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows).to_contain_text([re.compile("^Reload"), re.compile("^Restart")])
    expect(rows.nth(0)).to_be_focused()
    page.get_by_test_id("response-gone").get_by_role("button", name="Move here").click()
    expect(page.get_by_test_id("response-gone")).to_have_count(0)
    expect(rows).to_have_count(3)
    saved(page)
    kept = rule_of(page, rule_id)["responses"]
    assert list(kept) == [MERGE_2]
    assert len({one["id"] for one in kept[MERGE_2]}) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_it(designer: Page, scheme: Any) -> None:
    page = designer
    page.emulate_media(color_scheme=scheme)
    rule_id = copy_of_sample(page, unique("responses"))
    prepare(page, rule_id, {MERGE_2: [RESTART], "flow-gone0001": [RESTART]})
    open_canvas(page, rule_id)
    page.keyboard.press("t")
    expect(page.get_by_test_id("test-responses")).to_be_visible()
    page.get_by_test_id("test-dock").click()
    to_card(page, MERGE_2)
    assert violations(page) == []
    page.get_by_test_id("response-restart1").click()
    page.get_by_test_id("response-add-parameter").click()
    page.get_by_test_id("response-done").click()
    expect(page.get_by_label("Name of parameter 2")).to_be_focused()
    assert violations(page) == []


def test_a_comparison_names_what_was_prepared(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("responses"))
    prepare(page, rule_id, {MERGE_1: [RESTART]})
    page.goto(f"/rules/{rule_id}/history/")
    expect(page.get_by_role("row", name=re.compile("^v2"))).to_contain_text("prepared responses changed")
    page.goto(f"/rules/{rule_id}/diff/")
    expect(page.get_by_test_id("changes")).to_contain_text("prepared response Restart: script restart_service")
    page.goto(f"/rules/{rule_id}/preview/")
    expect(page.get_by_role("main")).to_contain_text("Restart: script restart_service")


def test_a_reviewer_sees_what_is_prepared_and_cannot_change_it(
    designer: Page, browser_of: Callable[[str], Page]
) -> None:
    rule_id = copy_of_sample(designer, unique("responses"))
    prepare(designer, rule_id, {MERGE_2: [RESTART]})
    page = browser_of("reviewer")
    open_canvas(page, rule_id)
    to_card(page, MERGE_2)
    expect(page.get_by_test_id("responses")).to_contain_text("Restart")
    expect(page.get_by_test_id("responses").get_by_role("button")).to_have_count(0)


def test_it_speaks_chinese(reader: Page) -> None:
    page = reader
    name = unique("zh_responses")
    page.goto("/")
    rule_id = copy_of_sample(page, name)
    by_alarm = {"by": "attribute", "attribute": "resource_id", "placeholder": "${resource_id}"}
    other = {**RESTART, "id": "reload01", "title": "Reload", "targets": by_alarm}
    prepare(page, rule_id, {MERGE_2: [RESTART, other], "flow-gone0001": [RESTART]})
    look = Look(page, name, "COC IP admin demo", RESTART, other)
    open_canvas(page, rule_id)
    page.get_by_test_id(f"node-{MERGE_2}").click()
    expect(page.get_by_test_id("response-gone")).to_be_visible()
    look.at("prepared")
    page.get_by_test_id("response-reload01").click()
    page.get_by_test_id("response-taskId").fill("")
    page.get_by_test_id("response-add-parameter").click()
    page.get_by_test_id("response-done").click()
    look.at("response")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.get_by_test_id("test-responses")).to_be_visible()
    look.at("filled")
    page.goto(f"/rules/{rule_id}/preview/")
    look.at("prepared-preview")
    assert look.wrong == {}
