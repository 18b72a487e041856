"""Finding a card by what it is called, holds or tells, and going there."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import NODES, copy_of_sample, open_canvas, unique

CONDITION_1, CONDITION_2, CONDITION_3 = "flow-1JBeHxLU", "flow-_p6cFvLk", "flow-lvZgW9Td"
MERGE_1, MERGE_2, MERGE_3 = "flow-y7b5HNsE", "flow-xc0QfFsN", "flow-oUm2Cw50"


@pytest.fixture
def sample(designer: Page) -> Page:
    open_canvas(designer, copy_of_sample(designer, unique("searched")))
    expect(designer.get_by_test_id(NODES)).to_have_count(9)
    return designer


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Find a card")


def search(page: Page, text: str) -> None:
    page.keyboard.press("Control+f")
    expect(field(page)).to_be_focused()
    page.keyboard.type(text)


@pytest.mark.parametrize(
    ("text", "cards"),
    [
        ("merge 2", [MERGE_2]),
        ("XC0QFFSN", [MERGE_2]),
        ("LTQTEST", [MERGE_2, MERGE_3]),
        ("event_severity", [CONDITION_1, CONDITION_2, CONDITION_3]),
        ("resource_provider", [CONDITION_1, CONDITION_3]),
        ("GroupCondition-o2wukru4", [CONDITION_2]),
    ],
)
def test_cards_are_found_by_all_they_hold(sample: Page, text: str, cards: list[str]) -> None:
    page = sample
    search(page, text)
    expect(page.get_by_role("option")).to_have_count(len(cards))
    for card in cards:
        expect(page.get_by_test_id(f"found-{card}").locator("mark")).to_have_text(text, ignore_case=True)
        expect(page.get_by_test_id(f"node-{card}").locator(".is-found")).to_have_count(1)
    count = f"{len(cards)} card{'s' if len(cards) > 1 else ''} found"
    expect(page.get_by_test_id("live")).to_have_text(count)


def test_enter_selects_shows_and_focuses_the_card(sample: Page, request: pytest.FixtureRequest) -> None:
    page = sample
    for _ in range(4):
        page.keyboard.press("+")
    search(page, "ltqtest")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id(f"found-{MERGE_3}")).to_have_attribute("aria-selected", "true")
    folder = Path(request.config.rootpath) / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "finder.png")
    page.keyboard.press("Enter")
    card = page.get_by_test_id(f"node-{MERGE_3}")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("finder")).to_have_count(0)
    expect(page.locator(".is-found")).to_have_count(0)
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 3")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_escape_gives_the_focus_back(sample: Page) -> None:
    page = sample
    page.get_by_test_id(f"node-{MERGE_1}").locator("header").click()
    search(page, "condition")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("finder")).to_have_count(0)
    expect(page.get_by_test_id(f"node-{MERGE_1}")).to_be_focused()
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 1")


def test_nothing_found_is_said_and_enter_does_nothing(sample: Page) -> None:
    page = sample
    search(page, "no such card")
    expect(page.get_by_test_id("found-count")).to_have_text("No card found")
    expect(page.get_by_test_id("live")).to_have_text("No card found")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()


def test_a_card_that_was_found_can_be_pressed(sample: Page) -> None:
    page = sample
    page.get_by_test_id("find").click()
    field(page).fill("merge")
    page.get_by_test_id(f"found-{MERGE_2}").click()
    expect(page.get_by_test_id(f"node-{MERGE_2}")).to_be_focused()


def test_in_a_text_field_the_key_is_the_browsers(sample: Page) -> None:
    page = sample
    page.get_by_label("Description").press("Control+f")
    expect(page.get_by_test_id("finder")).to_have_count(0)
