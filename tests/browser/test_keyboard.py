"""A whole rule without a mouse; and wherever the keyboard goes, the focus is not lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    EDGES,
    NODES,
    centre,
    copy_of_sample,
    document_of,
    open_canvas,
    problems,
    unique,
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
    page.wait_for_function("document.activeElement !== null && document.activeElement !== document.body")


def open_sample(page: Page) -> str:
    rule_id = copy_of_sample(page, unique("keys"))
    open_canvas(page, rule_id)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    return rule_id


def test_a_whole_rule_is_built_mended_and_saved_without_a_mouse(designer: Page) -> None:
    page, name = designer, unique("typed")
    page.goto("/rules/new/")
    expect(page.get_by_test_id(NODES)).to_have_count(3)
    inspector = page.get_by_test_id("inspector")
    condition, merges = card_called(page, "Condition 1"), [card_called(page, f"Merge {number}") for number in (1, 2)]

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the canvas")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(condition).to_be_focused()
    tab_to(page, inspector.get_by_role("button", name="Group", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, inspector.get_by_role("button", name="Condition in this group"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(inspector).to_contain_text("3 of 10")
    tab_to(page, inspector.get_by_role("combobox", name="Values").last)
    page.keyboard.press("Backspace")
    page.keyboard.type("Major")
    page.keyboard.press("Enter")

    tab_to(page, condition, "Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    choose(page, "New merge")
    lead_to_end(page, merges[0])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    choose(page, "New merge")
    lead_to_end(page, merges[1])

    expect(page.get_by_test_id("status")).to_contain_text("1 error")
    page.keyboard.press("p")
    tab_to(page, page.get_by_role("button", name=re.compile("The rule has no name")))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("rule-name")).to_be_focused()
    page.keyboard.type(name)
    expect(page.get_by_test_id("status")).not_to_contain_text("error")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))

    document = document_of(page, page.url.rstrip("/").split("/")[-1])
    assert document["name"] == name
    assert shape(document) == {
        ("Start", None, "GroupCondition"),
        ("GroupCondition", "true", "CombineConf"),
        ("GroupCondition", "false", "CombineConf"),
        ("CombineConf", None, "End"),
    }
    tree = document["match_v3"]["nodes"][1]["value"]["nodes"]
    assert [leaf["match"]["value"] for leaf in tree[1]["nodes"]] == [["Critical"], ["Major"]]


def shape(document: Any) -> set[tuple[str, str | None, str]]:
    """The edges by what they join."""
    kinds = {node["id"]: node.get("businessType", node["type"]) for node in document["match_v3"]["nodes"]}
    edges = document["match_v3"]["edges"]
    return {(kinds[edge["source"]], edge.get("value"), kinds[edge["target"]]) for edge in edges}


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


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_deleting_a_card_and_undoing_it_never_loses_the_focus(designer: Page, key: str) -> None:
    page = designer
    open_sample(page)
    card(page, START).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(card(page, MERGE_2)).to_be_focused()
    page.keyboard.press(key)
    expect(card(page, CONDITION_2)).to_be_focused()
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    choose(page, "New condition")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    focus_is_kept(page)
    page.keyboard.press("Control+z")
    expect(card(page, MERGE_2)).to_be_visible()
    focus_is_kept(page)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_delete_takes_the_card_with_the_focus_not_another_one_selected(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, MERGE_1).click()
    card(page, MERGE_2).focus()
    page.keyboard.press("Delete")
    expect(card(page, MERGE_2)).to_have_count(0)
    expect(card(page, MERGE_1)).to_be_visible()


def test_start_cannot_be_deleted(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, START).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("notice")).to_contain_text("Start stays")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(card(page, START)).to_be_focused()


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


def test_escape_gives_up_a_connection(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, CONDITION_1).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("canvas")).to_have_class(re.compile("is-connecting"))
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("canvas")).not_to_have_class(re.compile("is-connecting"))
    expect(page.get_by_test_id("live")).to_have_text("Given up")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_escape_gives_up_a_drag(designer: Page) -> None:
    page = designer
    open_sample(page)
    merge = card(page, MERGE_1)
    before = merge.bounding_box()
    x, y = centre(merge)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 70, steps=4)
    assert merge.bounding_box() != before
    page.keyboard.press("Escape")
    page.mouse.move(x + 120, y + 90, steps=4)
    page.mouse.up()
    assert merge.bounding_box() == before
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_undo_in_a_text_field_undoes_text_only(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, MERGE_1).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    page.get_by_role("button", name=re.compile("^keys_")).press("Enter")
    field = page.get_by_test_id("rule-name")
    expect(field).to_be_focused()
    before = field.input_value()
    page.keyboard.press("End")
    page.keyboard.type("_x")
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(field).to_have_value(before)
    expect(page.get_by_test_id(NODES)).to_have_count(8)


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


def test_arrow_keys_follow_the_branches_and_lead_back(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("arrows"), lambda d: d["match_v3"]["edges"].pop(1)))
    card(page, START).focus()
    for key, stop in [
        ("ArrowDown", CONDITION_1),
        ("ArrowRight", CONDITION_2),
        ("ArrowLeft", MERGE_2),
        ("ArrowUp", CONDITION_2),
        ("ArrowUp", CONDITION_1),
        ("End", END),
        ("Home", START),
        ("ArrowDown", CONDITION_1),
    ]:
        page.keyboard.press(key)
        expect(card(page, stop)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id(f"open-{CONDITION_1}-true")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(card(page, CONDITION_2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(card(page, CONDITION_1)).to_be_focused()


def test_tab_enters_the_canvas_once(designer: Page) -> None:
    page = designer
    open_sample(page)
    card(page, CONDITION_2).focus()
    page.keyboard.press("ArrowUp")
    stops = []
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("canvas").locator(":focus")).to_have_count(0)
    for _ in range(4):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.tagName"))
    inside = [f"node-{CONDITION_1}", f"handle-{CONDITION_1}-true", f"handle-{CONDITION_1}-false"]
    assert stops[:3] == inside
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("canvas").locator(":focus")).to_have_count(0)


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
    expect(page.get_by_test_id("live")).to_have_text("Condition 1 moved")
    assert card(page, CONDITION_1).bounding_box() != before
    page.keyboard.press("Control+z")
    assert card(page, CONDITION_1).bounding_box() == before
    expect(page.get_by_test_id(EDGES)).to_have_count(8)
