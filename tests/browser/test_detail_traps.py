"""The twelve things the canvas library does not do, or does wrongly: each is done here."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.steps import EDGES, LAST_MERGE, NODES, centre, copy_of_sample, drag, open_canvas, unique
from tests.browser.test_clipboard import choose as choose_cards
from tests.browser.test_details import head, places, pull, sample, undo_is_empty
from tests.browser.test_keyboard import (
    CONDITION_1,
    CONDITION_2,
    MERGE_1,
    MERGE_2,
    START,
    card,
    choose,
    focus_is_kept,
    tab_to,
)

__all__ = ["sample"]

CONDITION_3 = "flow-lvZgW9Td"
LAST_FALSE = f"handle-{CONDITION_3}-false"


def test_detail_trap_01_an_exit_is_a_button_with_a_name_and_connects_by_keyboard(sample: Page) -> None:
    page = sample
    card(page, CONDITION_3).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    exit_ = page.get_by_test_id(LAST_FALSE)
    expect(exit_).to_be_focused()
    expect(exit_).to_have_role("button")
    expect(exit_).to_have_accessible_name("Exit of Condition 3, false, leads to Merge 4")
    for key in (" ", " "):
        page.keyboard.press(key)
    expect(page.get_by_test_id("canvas")).not_to_have_class(re.compile("is-connecting"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    choose(page, "Merge 1")
    expect(exit_).to_have_accessible_name("Exit of Condition 3, false, leads to Merge 1")


def test_detail_trap_01_the_menu_of_a_card_connects_too(sample: Page) -> None:
    page = sample
    card(page, CONDITION_3).focus()
    page.keyboard.press("Shift+F10")
    choose(page, "Connect false to")
    choose(page, "Merge 1")
    expect(page.get_by_test_id(LAST_FALSE)).to_have_accessible_name(re.compile("leads to Merge 1"))


def test_detail_trap_02_cards_come_in_the_order_of_the_flow_and_edges_at_their_card(sample: Page) -> None:
    page = sample
    titles = page.get_by_test_id(NODES).evaluate_all("all => all.map(e => e.getAttribute('aria-label').split(',')[0])")
    assert titles == [
        "Start",
        "Condition 1",
        "Merge 1",
        "Condition 2",
        "Merge 2",
        "Condition 3",
        "Merge 3",
        "Merge 4",
        "End",
    ]
    stops = page.locator(".react-flow__node[tabindex='0'], .react-flow__edge[tabindex='0']")
    expect(stops).to_have_count(1)
    card(page, CONDITION_2).focus()
    expect(stops).to_have_attribute("data-id", CONDITION_2)
    page.keyboard.press("Enter")
    cut = page.get_by_test_id("inspector").get_by_role("button", name="Delete Condition 2, true, to Merge 2")
    tab_to(page, cut)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(EDGES)).to_have_count(7)
    expect(card(page, CONDITION_2)).to_be_focused()
    page.keyboard.press("Control+z")
    undo_is_empty(page)


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_detail_trap_03_both_keys_delete_cards_and_edges(sample: Page, key: str) -> None:
    page = sample
    page.get_by_test_id("edge-edge-SPhMFJXM").click(force=True)
    expect(page.get_by_test_id("inspector")).to_contain_text("Leads from")
    page.keyboard.press(key)
    expect(page.get_by_test_id(EDGES)).to_have_count(7)
    card(page, MERGE_2).focus()
    page.keyboard.press(key)
    expect(page.get_by_test_id(NODES)).to_have_count(8)


def test_detail_trap_04_the_focus_is_never_left_on_the_page_itself(sample: Page) -> None:
    page = sample
    for node, heir in ((MERGE_2, CONDITION_2), (CONDITION_2, CONDITION_1), (CONDITION_1, START)):
        card(page, node).focus()
        page.keyboard.press("Delete")
        expect(card(page, heir)).to_be_focused()
    page.keyboard.press("Control+z")
    focus_is_kept(page)


def test_detail_trap_05_escape_gives_up_a_wire(sample: Page) -> None:
    page = sample
    drag(page, page.get_by_test_id(LAST_FALSE), head(page, MERGE_2), release=False)
    expect(page.locator(".wire-end")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".wire-end")).to_have_count(0)
    page.mouse.up()
    expect(page.get_by_role("menu")).to_have_count(0)
    undo_is_empty(page)


def test_detail_trap_05_escape_gives_up_a_drag_of_cards(sample: Page) -> None:
    page = sample
    choose_cards(page, MERGE_1, CONDITION_2)
    before = places(page)
    x, y = centre(head(page, MERGE_1))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 70, steps=6)
    assert places(page) != before
    page.keyboard.press("Escape")
    page.mouse.move(x + 120, y + 90, steps=4)
    page.mouse.up()
    assert places(page) == before
    undo_is_empty(page)


def test_detail_trap_06_a_move_is_told_by_what_it_came_to_and_not_in_pixels(sample: Page) -> None:
    page = sample
    expect(page.locator("[id^=react-flow__aria-live]")).to_have_count(0)
    card(page, CONDITION_1).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_test_id("live")).to_have_text(re.compile("^Condition 1 moved (above|below|onto) [A-Z]"))
    head(page, LAST_MERGE).click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_test_id("live")).to_have_text(re.compile("^Merge 4 moved (above|onto) End$"))


def test_detail_trap_07_no_words_of_the_library_are_read_out(sample: Page) -> None:
    page = sample
    described = page.locator(".react-flow__node[aria-describedby], .react-flow__edge[aria-describedby]")
    expect(described).to_have_count(0)
    snapshot = page.get_by_test_id("canvas").aria_snapshot()
    assert "Press enter or space" not in snapshot
    assert "keyboard" not in snapshot


def test_detail_trap_08_the_flow_has_a_name(designer: Page) -> None:
    page = designer
    name = unique("named")
    open_canvas(page, copy_of_sample(page, name))
    expect(page.get_by_role("application")).to_have_accessible_name(f"Flow of {name}")
    page.goto("/rules/new/")
    expect(page.get_by_role("application")).to_have_accessible_name("Flow of the new rule")


def test_detail_trap_09_axe_finds_nothing_while_a_connection_is_made_by_keyboard(sample: Page) -> None:
    page = sample
    card(page, CONDITION_3).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("canvas")).to_have_class(re.compile("is-connecting"))
    found = {"connecting": violations(page)}
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    found["menu"] = violations(page)
    assert not any(found.values()), found


def test_detail_trap_10_a_drag_of_ten_steps_of_four_cards_is_one_step(sample: Page) -> None:
    page, cards = sample, (CONDITION_2, MERGE_2, CONDITION_3, LAST_MERGE)
    choose_cards(page, *cards)
    before = places(page)
    pull(page, MERGE_2, -60, 40)
    after = places(page)
    assert {node for node in before if before[node] != after[node]} == set(cards)
    page.get_by_test_id("undo").click()
    assert places(page) == before
    undo_is_empty(page)


@pytest.mark.parametrize("node", [START, CONDITION_1, MERGE_1])
def test_detail_trap_11_a_card_with_the_focus_looks_different(sample: Page, node: str) -> None:
    page = sample
    look = "card => { const look = getComputedStyle(card.querySelector('.node')); return look.outline; }"
    without = card(page, node).evaluate(look)
    page.get_by_role("link", name="Skip to the canvas").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Home")
    for key in {START: [], CONDITION_1: ["ArrowDown"], MERGE_1: ["ArrowDown", "ArrowLeft"]}[node]:
        page.keyboard.press(key)
    expect(card(page, node)).to_be_focused()
    assert card(page, node).evaluate(look) != without
    assert "solid 2px" in card(page, node).evaluate(look)


def test_detail_trap_11_nothing_moves_for_those_who_asked_for_less_motion(sample: Page) -> None:
    page = sample
    page.emulate_media(reduced_motion="reduce")
    pull(page, MERGE_1, -50, 80)
    page.get_by_test_id("tidy").click()
    times = page.evaluate("document.getAnimations().map(each => each.effect.getComputedTiming().endTime)")
    assert not any(times)


@pytest.mark.parametrize("target", [f"handle-{CONDITION_1}-true", f"handle-{START}-plain"])
def test_detail_trap_12_an_exit_dropped_on_an_exit_says_why_not(sample: Page, target: str) -> None:
    page, note = sample, sample.get_by_test_id("target-note")
    drag(page, page.get_by_test_id(LAST_FALSE), page.get_by_test_id(target), release=False)
    x, y = centre(page.get_by_test_id(target))
    for down in (-10, 0, 10):
        page.mouse.move(x, y + down)
        expect(note).to_have_text(re.compile("loop|back to Start"))
    page.mouse.up()
    expect(page.get_by_test_id("notice")).to_contain_text("Not connected:")
    undo_is_empty(page)
