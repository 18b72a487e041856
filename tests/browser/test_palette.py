"""Everything that can be done, found by its name."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, open_canvas, problems, unique, until
from tests.flow.making import edge

CONDITION_1, MERGE_1, MERGE_2 = "flow-1JBeHxLU", "flow-y7b5HNsE", "flow-xc0QfFsN"


@pytest.fixture
def sample(designer: Page) -> Page:
    open_canvas(designer, copy_of_sample(designer, unique("commanded")))
    expect(designer.get_by_test_id(NODES)).to_have_count(9)
    return designer


def with_loose_edge(document: Any) -> None:
    """One problem, with a certain mend."""
    document["match_v3"]["edges"].append({"id": "edge-gone0000", **edge("gone", "m1")})


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find a command")


def ask(page: Page, text: str, key: str = "Control+k") -> None:
    page.keyboard.press(key)
    expect(field(page)).to_be_focused()
    page.keyboard.type(text)


def chosen(page: Page) -> Locator:
    return page.locator("[role=option][aria-selected=true]")


@pytest.mark.parametrize("key", ["Control+k", "Meta+k", "F1"])
def test_a_key_opens_it_and_escape_gives_the_focus_back(sample: Page, key: str) -> None:
    page = sample
    page.get_by_test_id(f"node-{MERGE_1}").click()
    ask(page, "und", key)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("commands")).to_have_count(0)
    expect(page.get_by_test_id(f"node-{MERGE_1}")).to_be_focused()
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 1")


def test_its_key_closes_it_again_and_works_in_a_field(sample: Page) -> None:
    page = sample
    description = page.get_by_label("Description")
    description.fill("half")
    ask(page, "")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("commands")).to_have_count(0)
    expect(description).to_be_focused()
    expect(description).to_have_value("half")


def test_a_command_is_done_by_a_few_of_its_letters(sample: Page) -> None:
    page = sample
    ask(page, "add cond")
    expect(chosen(page)).to_have_text(re.compile("^Add a condition"))
    expect(chosen(page).locator("kbd")).to_have_text("C")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("commands")).to_have_count(0)
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    ask(page, "undo")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(NODES)).to_have_count(9)


def test_the_field_says_which_command_is_chosen(sample: Page) -> None:
    page = sample
    ask(page, "align")
    expect(page.get_by_role("option")).to_have_count(6)
    expect(page.get_by_test_id("commands-told")).to_have_text("6 commands found")
    for key, place in [("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 5), ("PageUp", 0), ("PageDown", 5)]:
        page.keyboard.press(key)
        expect(page.get_by_role("option").nth(place)).to_have_attribute("aria-selected", "true")
        expect(chosen(page)).to_have_count(1)
        active = field(page).get_attribute("aria-activedescendant") or ""
        assert page.evaluate("id => document.getElementById(id).getAttribute('aria-selected')", active) == "true"
    expect(field(page)).to_be_focused()


def test_a_command_that_cannot_be_done_says_why_and_stays(sample: Page) -> None:
    page = sample
    ask(page, "undo")
    expect(chosen(page)).to_have_attribute("aria-disabled", "true")
    expect(chosen(page)).to_contain_text("Nothing to undo.")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("commands-told")).to_have_text("Nothing to undo.")
    expect(field(page)).to_be_focused()


def test_it_does_what_belongs_to_the_focus_it_was_opened_from(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("focused"), with_loose_edge))
    problems(page).get_by_test_id("problem-1").focus()
    ask(page, "mend the")
    expect(page.get_by_test_id("command-mend")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("command-mend")).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("commands")).to_have_count(0)
    expect(page.get_by_test_id("live")).to_contain_text("Mended")


def test_it_copies_the_card_in_focus_though_none_is_selected(sample: Page) -> None:
    page = sample
    page.get_by_test_id(f"node-{CONDITION_1}").focus()
    ask(page, "duplicate")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(NODES)).to_have_count(10)


def test_nothing_found_is_said_and_enter_does_nothing(sample: Page) -> None:
    page = sample
    ask(page, "qqqq")
    expect(page.get_by_test_id("commands-told")).to_have_text("No command found")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()


@pytest.mark.parametrize("text", ["go merge 2", "LTQTEST", MERGE_2])
def test_a_card_is_gone_to_by_its_name_and_by_what_it_holds(sample: Page, text: str) -> None:
    page = sample
    for _ in range(4):
        page.keyboard.press("+")
    ask(page, text)
    expect(chosen(page)).to_contain_text("Go to Merge 2")
    page.keyboard.press("Enter")
    card = page.get_by_test_id(f"node-{MERGE_2}")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 2")


def test_what_was_used_last_comes_first_in_the_next_tab_too(sample: Page) -> None:
    page = sample
    for command in ("problems", "json"):
        ask(page, command)
        page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="JSON")).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.get_by_test_id("palette").click()
    used = page.get_by_role("group", name="Used last").get_by_role("option")
    expect(used).to_have_text([re.compile("^JSON"), re.compile("^Problems")])
    expect(chosen(page)).to_contain_text("JSON")
    used.nth(1).click()
    expect(page.get_by_role("tab", name=re.compile("^Problems"))).to_have_attribute("aria-selected", "true")


def test_it_leads_to_the_other_pages_of_the_rule(sample: Page) -> None:
    page = sample
    ask(page, "history")
    page.keyboard.press("Enter")
    page.wait_for_url("**/history/")


def test_a_press_beside_it_closes_it(sample: Page) -> None:
    page = sample
    ask(page, "")
    page.mouse.click(20, 800)
    expect(page.get_by_test_id("commands")).to_have_count(0)


def test_a_dialog_keeps_the_keys_to_itself(sample: Page) -> None:
    page = sample
    page.keyboard.press("?")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("shortcuts")).to_contain_text("All commands")
    expect(page.get_by_test_id("commands")).to_have_count(0)


def test_a_reviewer_finds_what_may_be_done(sign_in: Callable[[str], Page], browser_of: Callable[[str], Page]) -> None:
    rule_id = copy_of_sample(browser_of("designer"), unique("watched"))
    page = sign_in("reviewer")
    open_canvas(page, rule_id)
    ask(page, "tidy")
    expect(chosen(page)).to_contain_text("You may look at this rule, not change it.")
    field(page).fill("condition 1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(f"node-{CONDITION_1}")).to_be_focused()


def test_chinese_and_english_names_both_find_it(
    chromium: Browser, product: Product, session_of: Callable[[str], list[object]]
) -> None:
    context = chromium.new_context(base_url=product.url, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies(session_of("designer"))  # type: ignore[arg-type]
    page = context.new_page()
    open_canvas(page, copy_of_sample(page, unique("chinese")))
    undo = page.get_by_test_id("undo").get_attribute("aria-label") or ""
    assert re.search("[一-鿿]", undo)
    for text in ("undo", undo):
        page.keyboard.press("Control+k")
        expect(page.get_by_test_id("commands").get_by_role("combobox")).to_be_focused()
        page.keyboard.type(text)
        expect(page.get_by_test_id("command-undo")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
    context.close()


def test_it_is_told_to_be_missing_when_it_does_not_come(sample: Page) -> None:
    page = sample
    page.route(re.compile(r"/assets/CommandPalette-.*\.js"), lambda route: route.abort())
    page.reload()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("notice")).to_contain_text("This part of the page could not be loaded")
    expect(page.get_by_test_id("commands")).to_have_count(0)


def test_an_idle_page_has_brought_it_before_it_is_asked_for(sample: Page) -> None:
    page = sample
    # The part after it is only begun once it is here.
    until(page, "performance.getEntriesByType('resource').some(({name}) => name.includes('/TestPanel-'))")
    page.context.set_offline(True)
    ask(page, "undo")
    expect(chosen(page)).to_contain_text("Undo")
    page.context.set_offline(False)


def test_what_another_script_left_in_the_list_does_no_harm(sample: Page) -> None:
    page = sample
    page.evaluate("text => localStorage.setItem('groupflow.commands', text)", json.dumps([{"id": "<b>"}, "gone"]))
    ask(page, "")
    expect(page.get_by_role("group", name="Used last")).to_have_count(0)
    expect(page.get_by_role("option").first).to_be_visible()
