"""A whole rule without a mouse; and wherever the keyboard goes, the focus is not lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    EDGES,
    NODES,
    copy_of_sample,
    open_canvas,
    problems,
    unique,
    until,
)

START, END = "flow-lKSGbvq-", "flow-cFpXzlxZ"
CONDITION_1, CONDITION_2 = "flow-1JBeHxLU", "flow-_p6cFvLk"
MERGE_1, MERGE_2 = "flow-y7b5HNsE", "flow-xc0QfFsN"


def card(page: Page, node_id: str) -> Locator:
    return page.get_by_test_id(f"node-{node_id}")


def card_called(page: Page, title: str) -> Locator:
    return page.get_by_test_id(NODES).and_(page.get_by_label(re.compile(f"^{title},")))


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until `wanted` has the focus."""
    for _ in range(80):
        if wanted.evaluate_all("found => found.includes(document.activeElement)"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {wanted}.")


def choose(page: Page, item: str) -> None:
    """Choose from the menu that is open, with the arrow keys."""
    wanted = page.get_by_role("menuitem", name=re.compile(f"^{item}"))
    expect(page.get_by_role("menuitem").first).to_be_focused()
    for _ in range(20):
        if wanted.evaluate("item => item === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def lead_to_end(page: Page, merge: Locator) -> None:
    """From a merge card that has the focus: its exit, and End from the list of targets."""
    expect(merge).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    choose(page, "End")
    expect(merge).to_be_focused()


def focus_is_kept(page: Page) -> None:
    until(page, "document.activeElement !== null && document.activeElement !== document.body")


def open_sample(page: Page) -> str:
    rule_id = copy_of_sample(page, unique("keys"))
    open_canvas(page, rule_id)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    return rule_id


def test_a_problem_without_a_field_leads_to_its_card(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("open"), lambda d: d["match_v3"]["edges"].pop(1)))
    expect(page.get_by_test_id("status")).to_contain_text("2 errors")
    panel = problems(page)
    panel.get_by_role("button", name=re.compile("The true branch of Condition 1 is open")).focus()
    page.keyboard.press("Enter")
    expect(card(page, CONDITION_1)).to_be_focused()
    expect(page.get_by_test_id("inspector")).to_contain_text("Condition 1")


def test_a_problem_with_a_value_leads_to_the_values(designer: Page) -> None:
    def spoil(document: Any) -> None:
        document["match_v3"]["nodes"][3]["value"]["nodes"][0]["match"]["value"] = []

    page = designer
    open_canvas(page, copy_of_sample(page, unique("valueless"), spoil))
    problems(page).get_by_role("button", name=re.compile("with nothing")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Values")).to_be_focused()


def test_delete_takes_the_card_with_the_focus_not_another_one_selected(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, MERGE_1).click()
    card(page, MERGE_2).focus()
    page.keyboard.press("Delete")
    expect(card(page, MERGE_2)).to_have_count(0)
    expect(card(page, MERGE_1)).to_be_visible()


def test_deleting_a_condition_of_a_card_keeps_the_focus_in_the_panel(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, CONDITION_1).click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector).to_contain_text("6 of 10")
    inspector.get_by_role("button", name=re.compile("^More for")).first.focus()
    page.keyboard.press("Enter")
    choose(page, "Delete")
    expect(inspector).to_contain_text("5 of 10")
    focus_is_kept(page)
    assert inspector.evaluate("panel => panel.contains(document.activeElement)")
    page.keyboard.press("Control+z")
    expect(inspector).to_contain_text("6 of 10")


def test_undo_works_from_a_list_of_choices(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, CONDITION_1).click()
    joiner = page.get_by_test_id("inspector").get_by_label("How these conditions join").first
    before = joiner.input_value()
    joiner.focus()
    page.keyboard.press("ArrowUp" if before == "or" else "ArrowDown")
    expect(joiner).not_to_have_value(before)
    page.keyboard.press("Control+z")
    expect(joiner).to_have_value(before)


def test_the_shortcuts_are_shown_and_the_focus_comes_back(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, CONDITION_1).focus()
    page.keyboard.press("?")
    dialog = page.get_by_test_id("shortcuts")
    expect(dialog).to_contain_text("Ctrl Z")
    expect(dialog).to_contain_text("To the true branch")
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card(page, CONDITION_1)).to_be_focused()


def test_a_card_moves_by_keyboard_as_one_step(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, START).focus()
    page.keyboard.press("ArrowDown")
    before = card(page, CONDITION_1).bounding_box()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("live")).to_have_text("Condition 1 moved below Start")
    assert card(page, CONDITION_1).bounding_box() != before
    page.keyboard.press("Control+z")
    assert card(page, CONDITION_1).bounding_box() == before
    expect(page.get_by_test_id(EDGES)).to_have_count(8)
