"""Cards are copied, cut, pasted and duplicated: between rules, through any text, by the browser's own keys."""

import json
import re
from typing import Any

from playwright.sync_api import FloatRect, Page, expect

from tests.browser.steps import (
    EDGES,
    NODES,
    SAMPLE,
    centre,
    copy_of_sample,
    document_of,
    ids,
    open_canvas,
    unique,
)

CONDITION_2, MERGE_2, CONDITION_3 = "flow-_p6cFvLk", "flow-xc0QfFsN", "flow-lvZgW9Td"
MERGE_4, END = "flow-AlJfG3vo", "flow-cFpXzlxZ"
NO_POINTER = (5, 300)


def open_sample(page: Page, name: str = "carried") -> str:
    rule_id = copy_of_sample(page, unique(name))
    open_canvas(page, rule_id)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    return rule_id


def new_rule(page: Page) -> None:
    page.goto("/rules/new/")
    expect(page.get_by_test_id(NODES)).to_have_count(3)


def choose(page: Page, *cards: str) -> None:
    first, *others = cards
    page.get_by_test_id(f"node-{first}").locator("header, svg").first.click()
    for other in others:
        page.get_by_test_id(f"node-{other}").locator("header, svg").first.click(modifiers=["Shift"])


def choose_nothing(page: Page) -> None:
    page.locator(".react-flow__pane").click(position={"x": 10, "y": 10})


def paste_text(page: Page, text: str) -> None:
    """Paste a text that was copied somewhere else."""
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true})); }""",
        text,
    )


def copied_text(page: Page) -> str:
    """What Ctrl+C puts on the clipboard now."""
    page.evaluate(
        """() => document.addEventListener("copy",
        event => { window.copied = event.clipboardData.getData("text/plain"); }, {once: true})"""
    )
    page.keyboard.press("Control+c")
    return str(page.evaluate("window.copied"))


def boxes(page: Page) -> dict[str, FloatRect]:
    found = {}
    for node_id in ids(page):
        box = page.get_by_test_id(f"node-{node_id}").bounding_box()
        assert box
        found[node_id] = box
    return found


def overlapping(page: Page) -> list[tuple[str, str]]:
    all_boxes = list(boxes(page).items())
    return [
        (a, b)
        for index, (a, one) in enumerate(all_boxes)
        for b, two in all_boxes[index + 1 :]
        if one["x"] < two["x"] + two["width"]
        and two["x"] < one["x"] + one["width"]
        and one["y"] < two["y"] + two["height"]
        and two["y"] < one["y"] + one["height"]
    ]


def test_cards_copied_in_one_rule_are_pasted_in_another(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2, MERGE_2, CONDITION_3)
    expect(page.get_by_test_id("inspector")).to_contain_text("3 cards selected")
    page.keyboard.press("Control+c")
    new_rule(page)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(6)
    expect(page.get_by_test_id(EDGES)).to_have_count(3)
    expect(page.get_by_test_id("inspector")).to_contain_text("3 cards selected")
    expect(page.get_by_test_id("live")).to_contain_text("3 cards pasted")
    assert overlapping(page) == []
    assert not {CONDITION_2, MERGE_2, CONDITION_3} & set(ids(page))
    assert page.evaluate("document.activeElement.classList.contains('react-flow__node')")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(3)
    expect(page.get_by_test_id(EDGES)).to_have_count(1)
    page.keyboard.press("Control+y")
    expect(page.get_by_test_id(NODES)).to_have_count(6)


def test_pasted_cards_hold_what_the_copied_ones_held(designer: Page) -> None:
    page, name = designer, unique("held")
    open_sample(page)
    choose(page, CONDITION_3)
    page.keyboard.press("Control+c")
    new_rule(page)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(4)
    choose_nothing(page)
    page.get_by_test_id("rule-name").fill(name)
    page.get_by_test_id("save").click()
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))
    pasted = document_of(page, page.url.rstrip("/").split("/")[-1])["match_v3"]["nodes"][-1]
    original = next(node for node in SAMPLE["match_v3"]["nodes"] if node["id"] == CONDITION_3)
    assert without_ids(pasted) == without_ids(original)
    assert pasted["id"] != original["id"]


def without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [without_ids(item) for item in value]
    if isinstance(value, dict):
        return {name: without_ids(member) for name, member in value.items() if name != "id"}
    return value


def test_cards_travel_through_a_text_field(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2, MERGE_2)
    page.keyboard.press("Control+c")
    field = page.get_by_label("Description")
    choose_nothing(page)
    field.fill("")
    field.press("Control+v")
    expect(field).to_have_value(re.compile(r'^\{\s*"groupflow": 1'))
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    field.press("Control+a")
    field.press("Control+x")
    expect(field).to_have_value("")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    new_rule(page)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(5)


def test_a_second_paste_stands_aside_and_both_are_steps_of_their_own(designer: Page) -> None:
    page = designer
    new_rule(page)
    first = next(iter(set(ids(page)) - {ids(page)[0], ids(page)[-1]}))
    choose(page, first)
    page.keyboard.press("Control+c")
    page.mouse.move(*NO_POINTER)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(4)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(5)
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(4)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(3)


def test_cards_are_pasted_under_the_pointer(designer: Page) -> None:
    page = designer
    new_rule(page)
    choose(page, next(node for node in ids(page) if page.get_by_test_id(f"node-{node}").locator("header").count()))
    page.keyboard.press("Control+c")
    canvas = page.get_by_test_id("canvas").bounding_box()
    assert canvas
    x, y = canvas["x"] + canvas["width"] - 200, canvas["y"] + canvas["height"] - 200
    before = set(ids(page))
    page.mouse.move(x, y)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(4)
    (new,) = set(ids(page)) - before
    box = boxes(page)[new]
    assert box["x"] <= x <= box["x"] + box["width"]
    assert box["y"] <= y <= box["y"] + box["height"]


def test_cards_that_are_cut_can_be_pasted_again(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2, MERGE_2)
    page.keyboard.press("Control+x")
    expect(page.get_by_test_id(NODES)).to_have_count(7)
    expect(page.get_by_test_id("live")).to_contain_text("cut")
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_test_id(EDGES)).to_have_count(8)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_cards_are_duplicated_by_key_and_by_menu(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2, MERGE_2)
    page.keyboard.press("Control+d")
    expect(page.get_by_test_id(NODES)).to_have_count(11)
    expect(page.get_by_test_id(EDGES)).to_have_count(9)
    assert overlapping(page) == []
    page.keyboard.press("Control+z")
    page.get_by_test_id(f"node-{MERGE_2}").locator("header").click(button="right")
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_a_second_end_is_not_pasted_and_it_is_said(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, MERGE_4, END)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    expect(page.get_by_test_id(EDGES)).to_have_count(9)
    expect(page.get_by_test_id("notice")).to_contain_text("End was not pasted again")


def test_start_is_not_copied_and_it_is_said(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, "flow-lKSGbvq-")
    page.keyboard.press("Control+c")
    expect(page.get_by_test_id("notice")).to_contain_text("Start is not copied")


def test_text_that_is_no_card_gives_one_message_and_changes_nothing(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, MERGE_2)
    good = json.loads(copied_text(page))
    loose = {"id": "edge-1", "source": MERGE_2, "target": "flow-gone"}
    broken = {
        "hello": "no rule document",
        '{"groupflow": 1, "nodes": [': "This is no JSON",
        json.dumps({**good, "groupflow": 9}): "another version",
        json.dumps({**good, "nodes": []}): "holds no card",
        json.dumps({**good, "nodes": good["nodes"] * 2}): "“nodes” item 2 has the id of another card",
        json.dumps({**good, "edges": [loose]}): "“edges” item 1 does not lead",
    }
    for text, message in broken.items():
        paste_text(page, text)
        expect(page.get_by_test_id("notice")).to_have_count(1)
        expect(page.get_by_test_id("notice")).to_contain_text(message)
        expect(page.get_by_test_id("notice")).to_contain_text("Nothing was changed" if "JSON" not in message else "")
        expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_a_whole_rule_document_is_imported_as_from_a_file(designer: Page) -> None:
    page = designer
    new_rule(page)
    paste_text(page, json.dumps({**SAMPLE, "name": unique("whole")}))
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_test_id("notice")).to_contain_text("Undo brings the rule back")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(3)


def test_more_condition_cards_than_the_service_takes_are_pasted_and_it_is_said(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, "flow-1JBeHxLU", CONDITION_2, CONDITION_3)
    for _ in range(3):
        page.keyboard.press("Control+d")
    expect(page.get_by_test_id(NODES)).to_have_count(18)
    expect(page.get_by_test_id("notice")).to_contain_text("12 condition cards; the service takes at most 10")
    expect(page.get_by_test_id("status")).to_contain_text("error")


def test_chosen_text_is_copied_as_text(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, MERGE_2)
    page.evaluate("document.getSelection().selectAllChildren(document.querySelector('.status-save'))")
    page.keyboard.press("Control+c")
    field = page.get_by_test_id("inspector").get_by_role("combobox", name="Notification rules")
    field.press("Control+v")
    expect(field).to_have_value("Saved")


def test_a_reader_may_copy_and_not_paste(page: Page, sign_in: Any) -> None:
    sign_in("reviewer")
    page.goto("/")
    page.get_by_role("link", name="aomtest", exact=True).click()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.get_by_test_id(f"node-{MERGE_2}").locator("header").click()
    assert json.loads(copied_text(page))["nodes"][0]["id"] == MERGE_2
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("notice")).to_contain_text("not change it")
    page.keyboard.press("Control+d")
    page.keyboard.press("Control+x")
    expect(page.get_by_test_id(NODES)).to_have_count(9)


def test_a_card_is_deleted_and_its_neighbours_joined(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(EDGES)).to_have_count(5)
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("(Condition 1, false) can lead to Condition 2")
    page.get_by_test_id("notice-action").click()
    expect(page.get_by_test_id(EDGES)).to_have_count(6)
    expect(page.get_by_test_id("edge-edge-BAurs1Qu")).to_have_attribute(
        "aria-label", re.compile("Condition 1, false, to Condition 2")
    )
    expect(notice).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)

    choose(page, CONDITION_2)
    page.keyboard.press("Shift+Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    expect(page.get_by_test_id(EDGES)).to_have_count(6)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_the_offer_to_reconnect_goes_with_the_next_edit(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, CONDITION_2)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("notice-action")).to_be_visible()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_test_id("notice")).to_have_count(0)


def test_what_was_copied_is_still_there_after_a_reload(designer: Page) -> None:
    page = designer
    open_sample(page)
    choose(page, MERGE_2)
    page.mouse.move(*centre(page.get_by_test_id("status")))
    page.keyboard.press("Control+c")
    page.reload()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
