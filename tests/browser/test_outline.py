"""The rule as a list: everything the canvas can do, done in the outline and the inspector alone."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.steps import NODES, copy_of_sample, document_of, open_canvas, shape, stored, unique
from tests.browser.test_keyboard import choose, focus_is_kept, tab_to
from tests.conftest import DOCUMENTS

START, END = "flow-lKSGbvq-", "flow-cFpXzlxZ"
CONDITION_1, CONDITION_2, CONDITION_3 = "flow-1JBeHxLU", "flow-_p6cFvLk", "flow-lvZgW9Td"
MERGE_1, MERGE_2, MERGE_4 = "flow-y7b5HNsE", "flow-xc0QfFsN", "flow-AlJfG3vo"
READ_ONLY = "You may look at this rule, not change it."


def rows(page: Page) -> Locator:
    return page.get_by_test_id("outline").get_by_role("treeitem")


def row(page: Page, node_id: str) -> Locator:
    return page.get_by_test_id(f"outline-{node_id}")


def row_called(page: Page, words: str) -> Locator:
    return page.get_by_test_id("outline").get_by_role("treeitem", name=re.compile(f"^{words}"))


def titles(page: Page) -> list[str]:
    """The rows as a reader sees them: level, branch and card."""
    found: list[str] = rows(page).evaluate_all(
        """rows => rows.map(row => [row.ariaLevel, row.querySelector('.w').textContent,
        (row.querySelector('.title') ?? row.querySelector('.what')).textContent].filter(part => part).join(' '))"""
    )
    return found


def live(page: Page, words: str) -> None:
    expect(page.get_by_test_id("live")).to_contain_text(words)


def open_sample(page: Page) -> str:
    rule_id = copy_of_sample(page, unique("outlined"))
    open_canvas(page, rule_id)
    expect(rows(page)).to_have_count(9)
    return rule_id


def open_with_open_branch(page: Page) -> str:
    """The sample, in which the true branch of Condition 1 leads nowhere."""
    rule_id = copy_of_sample(page, unique("opened"), lambda document: document["match_v3"]["edges"].pop(1))
    open_canvas(page, rule_id)
    expect(rows(page)).to_have_count(10)
    return rule_id


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def item(page: Page, name: str) -> Locator:
    return page.get_by_role("menuitem", name=re.compile(f"^{name}"))


def menu_of(page: Page, wanted: Locator, name: str) -> None:
    """Choose from the menu of a row, by keyboard."""
    wanted.focus()
    page.keyboard.press("Shift+F10")
    choose(page, name)


def test_a_whole_rule_is_built_mended_and_saved_in_the_outline_without_a_mouse(designer: Page) -> None:
    page, name = designer, unique("listed")
    page.goto("/rules/new/")
    expect(rows(page)).to_have_count(5)
    page.evaluate(
        """() => { window.touched = 0; document.querySelector(".react-flow")
        .addEventListener("focusin", () => { window.touched += 1; }); }"""
    )
    inspector = page.get_by_test_id("inspector")
    tab_to(page, row_called(page, "Start"))

    # The fields of the condition, with a group in it, and back.
    press(page, "ArrowDown", "Enter")
    expect(inspector.locator(":focus")).to_have_count(1)
    tab_to(page, inspector.get_by_role("button", name="Group", exact=True))
    page.keyboard.press("Enter")
    expect(inspector).to_contain_text("2 of 10")
    page.keyboard.press("Escape")
    expect(row_called(page, r"Condition 1, \d")).to_be_focused()

    # True: another condition whose branches lead to two merge cards.
    page.keyboard.press("ArrowDown")
    expect(row_called(page, "Condition 1, true leads nowhere")).to_be_focused()
    page.keyboard.press("Enter")
    choose(page, "New condition")
    expect(row_called(page, "true: Condition 2")).to_be_focused()
    live(page, "Condition 2 added after Condition 1, true")
    press(page, "ArrowDown", "Enter")
    choose(page, "New merge")
    expect(row_called(page, "true: Merge 1")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    choose(page, "New merge")
    expect(row_called(page, "false: Merge 2")).to_be_focused()

    # False: the second merge card once more, then rather one of its own.
    press(page, "ArrowDown", "Enter")
    choose(page, "Merge 2")
    expect(row_called(page, "false: Merge 2, see above")).to_be_focused()
    live(page, "Condition 1, false leads to Merge 2")
    page.keyboard.press("Delete")
    expect(row_called(page, "Condition 1, false leads nowhere")).to_be_focused()
    page.keyboard.press("Enter")
    choose(page, "New merge")
    expect(row_called(page, "false: Merge 3")).to_be_focused()
    menu_of(page, row_called(page, "false: Merge 3"), "Connect to")
    choose(page, "End")
    expect(row_called(page, "End")).to_be_focused()
    expect(page.get_by_test_id("status")).to_contain_text("error")

    assert page.evaluate("window.touched") == 0

    # The name, from the problems; then saved.
    page.keyboard.press("p")
    tab_to(page, page.get_by_role("button", name=re.compile("The rule has no name")))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("rule-name")).to_be_focused()
    page.keyboard.type(name)
    expect(page.get_by_test_id("status")).not_to_contain_text("error")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))

    document = document_of(page, page.url.rstrip("/").split("/")[-1])
    assert shape(document) == {
        ("Start", None, "GroupCondition"),
        ("GroupCondition", "true", "GroupCondition"),
        ("GroupCondition", "true", "CombineConf"),
        ("GroupCondition", "false", "CombineConf"),
        ("CombineConf", None, "End"),
    }
    assert violations(page) == []


def test_every_step_in_the_outline_is_undone_and_the_focus_stays(designer: Page) -> None:
    page = designer
    open_sample(page)
    before = titles(page)
    menu_of(page, row(page, CONDITION_2), "Swap true and false")
    menu_of(page, row(page, CONDITION_2), "Insert a condition before it")
    menu_of(page, row(page, MERGE_1), "Disconnect from Condition 1, true")
    row(page, MERGE_4).focus()
    press(page, "Control+d", "Delete")
    assert titles(page) != before
    for _ in range(5):
        page.keyboard.press("Control+z")
        focus_is_kept(page)
        assert page.get_by_test_id("outline").evaluate("tree => tree.contains(document.activeElement)")
    live(page, "Undone: Swap true and false")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    assert titles(page) == before


def test_the_rows_tell_their_level_and_place(designer: Page) -> None:
    page = designer
    open_sample(page)
    told = rows(page).evaluate_all(
        "rows => rows.map(row => [row.ariaLevel, row.ariaPosInSet, row.ariaSetSize].join(' '))"
    )
    assert told == ["1 1 6", "1 2 6", "2 1 1", "1 3 6", "2 1 1", "1 4 6", "2 1 1", "1 5 6", "1 6 6"]
    expect(row(page, CONDITION_1)).to_have_attribute("aria-expanded", "true")
    expect(row(page, CONDITION_1)).to_have_accessible_description(re.compile("^severity is Critical and"))
    expect(row(page, MERGE_1)).to_have_accessible_name(re.compile("^true: Merge 1, tells"))


def test_arrows_walk_fold_and_find(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, START).focus()
    for key, stop in [
        ("ArrowDown", CONDITION_1),
        ("ArrowRight", MERGE_1),
        ("ArrowLeft", CONDITION_1),
        ("End", END),
        ("ArrowLeft", MERGE_4),
        ("ArrowLeft", CONDITION_3),
        ("Home", START),
        ("c", CONDITION_1),
    ]:
        page.keyboard.press(key)
        expect(row(page, stop)).to_be_focused()
    expect(page.get_by_test_id("inspector")).to_contain_text("Condition 1")
    page.keyboard.press("ArrowLeft")
    expect(row(page, MERGE_1)).to_have_count(0)
    live(page, "Condition 1 folded")
    page.keyboard.press("ArrowDown")
    expect(row(page, CONDITION_2)).to_be_focused()
    press(page, "ArrowUp", "ArrowRight")
    expect(row(page, MERGE_1)).to_be_visible()
    expect(row(page, CONDITION_1)).to_be_focused()
    # In one go: how fast a test types depends on the machine.
    page.evaluate(
        """word => { for (const key of word) document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); }""",
        "merge 4",
    )
    expect(row(page, MERGE_4)).to_be_focused()
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_the_outline_is_one_stop_of_the_tab_key(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, CONDITION_3).click()
    outline = page.get_by_test_id("outline")
    assert outline.locator("[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert not outline.evaluate("tree => tree.contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    expect(row(page, CONDITION_3)).to_be_focused()


def test_a_card_chosen_on_the_canvas_is_found_in_the_outline(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, CONDITION_1).focus()
    page.keyboard.press("ArrowLeft")
    expect(row(page, MERGE_1)).to_have_count(0)
    page.get_by_test_id(f"node-{MERGE_1}").click()
    expect(row(page, MERGE_1)).to_have_attribute("aria-selected", "true")
    expect(row(page, MERGE_1)).to_have_attribute("tabindex", "0")
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(f"node-{CONDITION_1}")).to_be_focused()


def test_a_refused_connection_says_why_in_the_menu(designer: Page) -> None:
    page = designer
    open_sample(page)
    menu_of(page, row(page, CONDITION_3), "Connect true to")
    expect(item(page, "Condition 1")).to_have_attribute("aria-disabled", "true")
    expect(item(page, "Condition 1")).to_contain_text("This would close a loop")
    page.keyboard.press("Escape")
    expect(row(page, CONDITION_3)).to_be_focused()


def test_a_branch_moves_with_all_that_follows_it(designer: Page) -> None:
    page = designer
    open_with_open_branch(page)
    assert titles(page)[1:4] == ["1 Condition 1", "2 true Add a card", "1 false Condition 2"]
    menu_of(page, row(page, CONDITION_3), "Move to another branch")
    expect(item(page, "Condition 3, true")).to_contain_text("A card cannot lead to itself")
    choose(page, "Condition 1, true")
    expect(row(page, CONDITION_3)).to_be_focused()
    live(page, "Condition 1, true leads to Condition 2")
    assert titles(page) == [
        "1 Start",
        "1 Condition 1",
        "2 true Condition 2",
        "3 true Merge 1",
        "2 false Merge 2",
        "2 End",
        "1 false Condition 3",
        "2 true Merge 3",
        "1 false Add a card",
        "1 Merge 4",
    ]
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_a_condition_is_asked_earlier_and_later_by_keyboard(designer: Page) -> None:
    page = designer
    rule = open_sample(page)
    row(page, CONDITION_2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(row(page, CONDITION_2)).to_be_focused()
    live(page, "Moved: it is Condition 1 now and follows Start")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_test_id("notice")).to_contain_text("No condition leads here by its false branch")
    press(page, "Alt+ArrowDown", "Alt+ArrowDown")
    expect(rows(page).nth(5)).to_have_attribute("data-id", CONDITION_2)
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved")
    edges = {(e["source"], e.get("value")): e["target"] for e in document_of(page, rule)["match_v3"]["edges"]}
    assert edges[CONDITION_1, "false"] == CONDITION_3
    assert edges[CONDITION_3, "false"] == CONDITION_2
    assert edges[CONDITION_2, "false"] == MERGE_4
    assert edges[CONDITION_2, "true"] == MERGE_2


def test_cards_are_deleted_with_and_without_joining_their_neighbours(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, CONDITION_2).focus()
    page.keyboard.press("Delete")
    expect(row(page, CONDITION_1)).to_be_focused()
    expect(row_called(page, "Condition 1, false leads nowhere")).to_be_visible()
    page.keyboard.press("Control+z")
    row(page, CONDITION_2).focus()
    page.keyboard.press("Shift+Delete")
    expect(row(page, CONDITION_1)).to_be_focused()
    expect(row(page, CONDITION_3)).to_have_accessible_name(re.compile("^false: Condition 2"))


def test_delete_on_an_open_branch_deletes_nothing(designer: Page) -> None:
    page = designer
    open_with_open_branch(page)
    row(page, START).focus()
    press(page, "ArrowDown", "ArrowDown", "Delete", "Control+x")
    expect(page.get_by_test_id("notice")).to_contain_text("there is nothing to delete")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Insert")
    expect(row_called(page, "true: Condition 2")).to_be_focused()


def test_cards_are_copied_cut_and_pasted_in_the_outline(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, CONDITION_2).focus()
    press(page, "Shift+ArrowDown", "Control+c")
    live(page, "Condition 2, Merge 2 copied")
    page.keyboard.press("Control+v")
    expect(rows(page)).to_have_count(12)
    expect(row_called(page, r"Condition 4, \d")).to_be_focused()
    press(page, "Control+z", "End", "ArrowUp", "ArrowDown", "Control+x")
    expect(row(page, END)).to_have_count(0)
    focus_is_kept(page)


def test_a_row_does_with_the_mouse_what_it_does_with_keys(designer: Page) -> None:
    page = designer
    open_with_open_branch(page)
    row(page, f"{CONDITION_1}-true").click()
    item(page, "Merge 4").click()
    expect(row(page, MERGE_1)).to_have_attribute("aria-level", "2")
    row(page, MERGE_1).hover()
    row(page, MERGE_1).get_by_role("button", name="More").click()
    item(page, "Duplicate").click()
    expect(rows(page)).to_have_count(10)
    row(page, MERGE_2).click(button="right")
    item(page, "Delete").first.click()
    expect(row(page, MERGE_2)).to_have_count(0)


def test_a_reader_sees_everything_and_is_told_why_nothing_can_be_changed(page: Page, sign_in: Any) -> None:
    rule = open_with_open_branch(sign_in("designer"))
    sign_in("reviewer")
    open_canvas(page, rule)
    open_branch = row(page, f"{CONDITION_1}-true")
    expect(open_branch).to_have_accessible_name("Condition 1, true leads nowhere")
    notice = page.get_by_test_id("notice")
    for keys in (["Enter"], ["ArrowDown", "Delete"], ["Insert"], ["Alt+ArrowDown"]):
        open_branch.focus()
        press(page, *keys)
        expect(notice).to_contain_text(READ_ONLY)
        notice.get_by_role("button", name="Dismiss").click()
    row(page, MERGE_2).focus()
    page.keyboard.press("Shift+F10")
    for name in ("Insert a condition", "Move to another", "Disconnect", "Cut", "Duplicate", "Delete"):
        expect(item(page, name).first).to_contain_text(READ_ONLY)
    expect(item(page, "Copy(?! link)")).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(rows(page)).to_have_count(10)


def test_the_way_of_the_tested_alarm_is_marked_and_told(designer: Page) -> None:
    page = designer
    open_sample(page)
    row(page, START).focus()
    page.keyboard.press("t")
    expect(page.get_by_test_id("test-panel")).to_be_visible()
    expect(row(page, CONDITION_1)).to_have_accessible_name(re.compile("step 1 of the alarm's way"))
    expect(page.get_by_test_id("outline").locator(".is-lit").first).to_be_visible()
    expect(page.get_by_test_id("outline").locator(".is-dim").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_outline_of_the_largest_rule_has_no_violations(designer: Page, scheme: Any) -> None:
    page = designer
    page.emulate_media(color_scheme=scheme)
    name = unique("largest")
    document = json.loads((DOCUMENTS / "good" / "largest.json").read_text())
    open_canvas(page, stored(page, {**document, "name": name}))
    expect(rows(page).first).to_be_visible()
    rows(page).nth(3).focus()
    assert violations(page) == []


def open_at_true(document: Any) -> None:
    """An error in a card that has a warning."""
    document["match_v3"]["edges"].pop(1)


def test_the_button_of_a_row_covers_nothing_of_what_is_wrong_with_its_card(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("crowded"), open_at_true))
    row(page, CONDITION_1).click()
    title, badge, more = (
        row(page, CONDITION_1).locator(place).first.bounding_box() for place in (".title", ".badge", ".orow-more")
    )
    assert title and badge and more
    assert title["x"] + title["width"] <= badge["x"]
    assert badge["x"] + badge["width"] <= more["x"]
