"""The fifteen details that separate a great editor from a mediocre one, each with all that it promises."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import NODES, centre, copy_of_sample, open_canvas, unique
from tests.browser.test_keyboard import CONDITION_1, MERGE_1, card


@pytest.fixture
def sample(designer: Page) -> Page:
    open_canvas(designer, copy_of_sample(designer, unique("detail")))
    expect(designer.get_by_test_id(NODES)).to_have_count(9)
    return designer


@pytest.mark.parametrize("chosen", ["Condition 1", "Condition 2"])
def test_detail_09_no_neighbour_covers_the_plus_of_an_open_branch(sample: Page, chosen: str) -> None:
    page = sample
    card(page, MERGE_1).focus()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    page.get_by_test_id(NODES).and_(page.get_by_label(re.compile(f"^{chosen},"))).locator("header").click()
    plus = page.get_by_test_id(f"open-{CONDITION_1}-true")
    x, y = centre(plus)
    for dx in (-10, 0, 10):
        hit = page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('button')?.dataset.testid", [x + dx, y])
        assert hit == f"open-{CONDITION_1}-true"
    page.mouse.click(x + 10, y)
    expect(page.get_by_role("menu")).to_contain_text("What follows Condition 1, true")
