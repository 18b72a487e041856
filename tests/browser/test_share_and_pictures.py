"""A link to a card, and a picture of what is on the screen."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, centre, copy_of_sample, document_of, open_canvas, stored, unique

CONDITION_2, MERGE_1, MERGE_3 = "flow-_p6cFvLk", "flow-y7b5HNsE", "flow-oUm2Cw50"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def rule_id(designer: Page) -> str:
    rule_id = copy_of_sample(designer, unique("shared"))
    open_canvas(designer, rule_id)
    expect(designer.get_by_test_id(NODES)).to_have_count(9)
    return rule_id


def is_in_the_middle(page: Page, card: str) -> None:
    x, y = centre(page.get_by_test_id(f"node-{card}"))
    left, top = centre(page.get_by_test_id("canvas"))
    assert abs(x - left) < 4 and abs(y - top) < 4


def test_a_link_to_a_card_is_copied_and_opens_it(
    designer: Page, rule_id: str, browser_of: Callable[[str], Page]
) -> None:
    page = designer
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id(f"node-{MERGE_3}").click(button="right")
    page.get_by_role("menuitem", name="Copy link to this card").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"/rules/{rule_id}/#card={MERGE_3}")

    other = browser_of("reviewer")
    other.goto(link)
    card = other.get_by_test_id(f"node-{MERGE_3}")
    expect(card).to_be_focused()
    expect(other.get_by_test_id("inspector")).to_contain_text("Merge 3")
    is_in_the_middle(other, MERGE_3)
    assert other.evaluate("history.length") == 2
    card.click(button="right")
    for name in ("^Copy(?! link)", "^Copy link to this card"):
        expect(other.get_by_role("menuitem", name=re.compile(name))).not_to_have_attribute("aria-disabled", "true")


def test_the_address_keeps_up_with_the_chosen_card_in_one_entry(designer: Page, rule_id: str) -> None:
    page = designer
    before = page.evaluate("history.length")
    for card in (MERGE_1, CONDITION_2):
        page.get_by_test_id(f"node-{card}").locator("header").click()
        page.wait_for_url(f"**/rules/{rule_id}/#card={card}")
    assert page.evaluate("history.length") == before
    page.reload()
    expect(page.get_by_test_id(f"node-{CONDITION_2}")).to_be_focused()
    page.get_by_test_id("canvas").click(position={"x": 4, "y": 4})
    page.wait_for_url(re.compile(rf"/rules/{rule_id}/$"))


def test_an_address_that_is_changed_by_hand_leads_to_the_card(designer: Page, rule_id: str) -> None:
    page = designer
    page.evaluate("hash => { location.hash = hash }", f"#card={MERGE_1}")
    expect(page.get_by_test_id(f"node-{MERGE_1}")).to_be_focused()
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 1")
    is_in_the_middle(page, MERGE_1)


@pytest.mark.parametrize("hash", ["#card=flow-gone0000", "#card=%3Cimg%20src%3Dx%3E"])
def test_a_link_to_a_card_that_is_gone_says_so(designer: Page, rule_id: str, hash: str) -> None:
    page = designer
    page.goto("/")
    page.goto(f"/rules/{rule_id}/{hash}")
    expect(page.get_by_test_id("notice")).to_contain_text("The card of this link is not in this rule")
    for node in page.get_by_test_id(NODES).all():
        expect(node).to_be_in_viewport(ratio=1)


def test_there_is_no_link_to_what_others_cannot_see(designer: Page, rule_id: str) -> None:
    page = designer
    page.keyboard.press("c")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    page.keyboard.press("Shift+F10")
    expect(page.locator("[data-item=copy-link]")).to_contain_text("Save first: others cannot see this card yet.")


def test_saving_keeps_the_card_in_the_address(designer: Page, rule_id: str) -> None:
    page = designer
    page.get_by_test_id(f"node-{MERGE_1}").locator("header").click()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_url(f"**/#card={MERGE_1}")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert page.url.endswith(f"#card={MERGE_1}")


def test_the_preview_has_a_place_for_the_card_without_a_script(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], designer: Page, rule_id: str
) -> None:
    context = chromium.new_context(base_url=product.url, java_script_enabled=False, locale="en")
    context.add_cookies(session_of("reviewer"))
    page = context.new_page()
    page.set_viewport_size({"width": 800, "height": 300})
    page.goto(f"/rules/{rule_id}/preview/#card={MERGE_3}")
    entry = page.locator("li:target")
    expect(entry).to_contain_text("Merge 3.")
    expect(entry).to_be_in_viewport()
    context.close()


def taken(page: Page, item: str) -> Download:
    page.get_by_test_id("export-more").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=item).click()
    return download.value


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def drawn(download: Download) -> ElementTree.Element:
    return ElementTree.parse(Path(download.path())).getroot()


def test_the_picture_is_of_what_is_on_the_screen(designer: Page, rule_id: str) -> None:
    page = designer
    page.get_by_test_id(f"node-{MERGE_1}").locator("header").click()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    name = document_of(page, rule_id)["name"]
    download = taken(page, "Export picture (SVG)")
    assert download.suggested_filename == f"{name}.svg"
    svg = drawn(download)
    texts = {element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert "Merge 3" in texts and "Merge 4" not in texts
    expect(page.get_by_test_id("notice")).to_contain_text(f"Saved as the file {name}.svg")


def test_pixels_are_twice_as_many_on_white_paper(designer: Page, rule_id: str) -> None:
    page = designer
    svg = drawn(taken(page, "Export picture (SVG)"))
    download = taken(page, "Export picture (PNG)")
    assert download.suggested_filename.endswith(".png")
    png = Path(download.path()).read_bytes()
    assert size_of(png) == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))
    colours = page.evaluate(
        """async bytes => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const paper = canvas.getContext("2d");
          paper.drawImage(bitmap, 0, 0);
          const {data} = paper.getImageData(0, 0, bitmap.width, bitmap.height);
          const dark = data.filter((_, at) => at % 4 === 1 && data[at] < 60).length;
          return {corner: [...data.slice(0, 4)], dark};
        }""",
        list(png),
    )
    assert colours["corner"] == [255, 255, 255, 255]
    assert colours["dark"] > 2000


def test_the_picture_can_be_pasted_elsewhere(designer: Page, rule_id: str) -> None:
    page = designer
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_test_id("export-more").click()
    page.get_by_role("menuitem", name="Copy picture").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Picture copied.")
    types = page.evaluate("navigator.clipboard.read().then(items => items.flatMap(item => item.types))")
    assert types == ["image/png"]


def test_the_file_has_the_rule_s_name_in_any_script(designer: Page) -> None:
    page = designer
    page.goto("/rules/new/")
    page.get_by_test_id("rule-name").fill("支付/告警")
    assert taken(page, "Export picture (PNG)").suggested_filename == "支付_告警.png"


def test_a_legacy_rule_is_drawn_as_its_chain(designer: Page) -> None:
    page = designer
    match = [{"key": "team", "operate": "EQUALS", "value": ["pay"]}]
    entry = {"match": match, "bind_notification_rule_ids": ["oncall"]}
    waits = {"group_wait": 15, "group_interval": 60, "group_repeat_waiting": 3600}
    document = {"name": unique("legacy"), "detail": [entry], "group_by": ["resource_provider"], **waits}
    open_canvas(page, stored(page, document))
    assert drawn(taken(page, "Export picture (SVG)")).tag.endswith("svg")


def test_no_picture_says_why(designer: Page) -> None:
    page = designer
    open_canvas(page, stored(page, {"name": unique("empty")}))
    page.get_by_test_id("export-more").click()
    page.get_by_role("menuitem", name="Export picture (PNG)").click()
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("No picture.")
    expect(notice).to_have_attribute("data-kind", "error")


def test_without_a_line_there_is_no_picture_and_a_word_for_it(designer: Page, rule_id: str) -> None:
    page = designer
    taken(page, "Export picture (SVG)")
    page.context.set_offline(True)
    page.get_by_test_id("export-more").click()
    page.get_by_role("menuitem", name="Export picture (SVG)").click()
    expect(page.get_by_test_id("notice")).to_contain_text("The server cannot be reached.")
    page.context.set_offline(False)


def test_a_slow_picture_is_announced_until_it_is_there(designer: Page, rule_id: str) -> None:
    page = designer
    held: list[Any] = []
    page.route("**/api/convert/", lambda route: held.append(route))
    page.get_by_test_id("export-more").click()
    page.get_by_role("menuitem", name="Export picture (SVG)").click()
    expect(page.get_by_test_id("notice")).to_contain_text("Drawing the picture…")
    with page.expect_download():
        held[0].continue_()
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as the file")
