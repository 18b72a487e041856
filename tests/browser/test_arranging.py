"""Several cards at once: chosen by a frame or one by one, moved, aligned and spread in one step each; and guides."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import NODES, centre, copy_of_sample, open_canvas, unique

CONDITION_1, CONDITION_2, CONDITION_3 = "flow-1JBeHxLU", "flow-_p6cFvLk", "flow-lvZgW9Td"
MERGE_1, MERGE_2 = "flow-y7b5HNsE", "flow-xc0QfFsN"
PLACE = "element => { const box = element.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; }"


@pytest.fixture
def sample(designer: Page) -> Page:
    open_canvas(designer, copy_of_sample(designer, unique("arranged")))
    expect(designer.get_by_test_id(NODES)).to_have_count(9)
    return designer


def head(page: Page, node_id: str) -> Locator:
    return page.get_by_test_id(f"node-{node_id}").locator("header")


def choose(page: Page, first: str, *others: str) -> None:
    head(page, first).click()
    for other in others:
        head(page, other).click(modifiers=["Shift"])
    expect(page.get_by_test_id("inspector")).to_contain_text(f"{len(others) + 1} cards selected")


def place(page: Page, node_id: str) -> list[float]:
    found: list[float] = page.get_by_test_id(f"node-{node_id}").evaluate(PLACE)
    return found


def drag_by(page: Page, node_id: str, dx: float, dy: float, release: bool = True) -> None:
    x, y = centre(head(page, node_id))
    page.mouse.move(x, y)
    page.mouse.down()
    # The card follows from where the drag is noticed.
    page.mouse.move(x + 2, y + 2)
    page.mouse.move(x + dx, y + dy, steps=10)
    if release:
        page.mouse.up()


def test_a_frame_chooses_what_it_touches(sample: Page) -> None:
    page = sample
    left, top, _, _ = place(page, MERGE_1)
    _, _, right, bottom = place(page, CONDITION_2)
    page.keyboard.down("Shift")
    page.mouse.move(left - 10, top - 10)
    page.mouse.down()
    page.mouse.move(right - 20, bottom - 20, steps=6)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.get_by_test_id("inspector")).to_contain_text("2 cards selected")
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 1")
    expect(page.get_by_test_id("live")).to_contain_text("2 cards selected")
    head(page, MERGE_1).click()
    expect(page.get_by_test_id("inspector")).not_to_contain_text("cards selected")


def test_cards_are_chosen_by_keys(sample: Page) -> None:
    page = sample
    page.keyboard.press("Control+a")
    expect(page.get_by_test_id("inspector")).to_contain_text("9 cards selected")
    head(page, CONDITION_1).click()
    page.keyboard.press("Control+ArrowDown")
    expect(page.get_by_test_id(f"node-{CONDITION_2}")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_test_id("inspector")).to_contain_text("2 cards selected")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_test_id("inspector")).not_to_contain_text("cards selected")


@pytest.mark.parametrize(("name", "edge"), [("Align left", 0), ("Align right", 2)])
def test_cards_are_aligned_in_one_step(sample: Page, name: str, edge: int) -> None:
    page, cards = sample, (CONDITION_1, CONDITION_2, CONDITION_3)
    choose(page, *cards)
    before = [place(page, card) for card in cards]
    page.get_by_test_id("inspector").get_by_role("button", name=name).click()
    after = [place(page, card) for card in cards]
    assert len({round(box[edge], 1) for box in after}) == 1
    assert len({round(box[edge], 1) for box in before}) == 3
    page.keyboard.press("Control+z")
    assert [place(page, card) for card in cards] == before


def test_cards_are_spread_by_the_menu(sample: Page) -> None:
    page, cards = sample, (CONDITION_1, CONDITION_2, CONDITION_3)
    choose(page, *cards)
    head(page, CONDITION_2).click(button="right")
    page.get_by_role("menuitem", name="Distribute down").click()
    boxes = sorted((place(page, card) for card in cards), key=lambda box: box[1])
    gaps = {round(below[1] - above[3]) for above, below in zip(boxes, boxes[1:], strict=False)}
    assert len(gaps) == 1
    expect(page.get_by_test_id("live")).to_contain_text("Distribute down")


def test_two_cards_cannot_be_spread_and_the_button_says_so(sample: Page) -> None:
    page = sample
    choose(page, CONDITION_1, CONDITION_2)
    page.get_by_test_id("distribute-down").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("at least 3 cards")


def test_a_dragged_card_stands_in_line_with_others(sample: Page, request: pytest.FixtureRequest) -> None:
    page = sample
    left = place(page, CONDITION_2)[0]
    drag_by(page, CONDITION_3, left - place(page, CONDITION_3)[0] + 5, 30, release=False)
    expect(page.get_by_test_id("guide").first).to_be_attached()
    folder = Path(request.config.rootpath) / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "guides.png")
    page.mouse.up()
    expect(page.get_by_test_id("guide")).to_have_count(0)
    assert abs(place(page, CONDITION_3)[0] - left) < 1


def test_no_guide_is_shown_with_nothing_near(designer: Page) -> None:
    page = designer

    def lonely(document: Any) -> None:
        document["match_v3"]["nodes"] = document["match_v3"]["nodes"][:2]
        document["match_v3"]["edges"] = document["match_v3"]["edges"][:1]

    open_canvas(page, copy_of_sample(page, unique("lonely"), lonely))
    expect(page.get_by_test_id(NODES)).to_have_count(2)
    drag_by(page, CONDITION_1, 83, 47, release=False)
    expect(page.get_by_test_id("guide")).to_have_count(0)
    page.mouse.up()


def test_a_drag_given_up_leaves_no_guide_behind(sample: Page) -> None:
    page = sample
    before = place(page, CONDITION_3)
    drag_by(page, CONDITION_3, place(page, CONDITION_2)[0] - before[0] + 3, 20, release=False)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("guide")).to_have_count(0)
    page.mouse.up()
    assert place(page, CONDITION_3) == before


def test_a_reader_chooses_and_moves_nothing(page: Page, sign_in: Callable[[str], Page]) -> None:
    sign_in("reviewer")
    page.goto("/")
    page.get_by_role("link", name="aomtest", exact=True).click()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Control+a")
    expect(page.get_by_test_id("inspector")).to_contain_text("9 cards selected")
    expect(page.get_by_role("button", name="Align left")).to_have_count(0)
    apart = place(page, CONDITION_2)[0] - place(page, CONDITION_1)[0]
    drag_by(page, CONDITION_2, 90, 0)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    assert place(page, CONDITION_2)[0] - place(page, CONDITION_1)[0] == pytest.approx(apart)


def test_the_overview_is_there_only_while_something_is_out_of_sight(sample: Page) -> None:
    page = sample
    expect(page.locator(".minimap")).to_have_count(0)
    for _ in range(4):
        page.keyboard.press("+")
    expect(page.locator(".minimap")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".minimap")).to_have_count(0)
