"""What the canvas page loads before its first picture, and what it does when a part that comes later does not come."""

import re
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from benchmarks.first_load import DIST, MOST, first_load
from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, document_of, insert_before_last_merge


def test_the_first_load_of_the_canvas_stays_small() -> None:
    sizes = first_load()
    assert sum(sizes.values()) <= MOST, sizes


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_scripts_are_sent_compressed_and_kept_for_good(product: Product, coding: str) -> None:
    for file in first_load():
        request = urllib.request.Request(f"{product.url}/static/{file}", headers={"Accept-Encoding": coding})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Content-Encoding"] == coding, file
            assert "immutable" in answer.headers["Cache-Control"], file
            assert len(answer.read()) < (DIST / file).stat().st_size


def test_the_first_picture_waits_for_nothing_but_the_first_load(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, "light")
    allowed = {f"/static/{file}" for file in first_load()}
    page.route(re.compile(r"/static/assets/.*\.js$"), lambda route: sift(route, allowed))
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_test_id("inspector")).to_contain_text("Rule")
    expect(page.get_by_test_id("load-failed")).to_have_count(0)


def sift(route: Route, allowed: set[str]) -> None:
    path = "/" + route.request.url.split("/", 3)[3]
    if path in allowed:
        route.continue_()
    else:
        route.abort()


def press(test_id: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id(test_id).click()


def press_tab(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("tab", name=re.compile(f"^{name}")).click()


PARTS = {
    "TestPanel": (press_tab("Test"), "test-panel"),
    "JsonPanel": (press_tab("JSON"), "json-panel"),
    "Finder": (lambda page: page.keyboard.press("Control+f"), "finder"),
    "ShortcutsDialog": (lambda page: page.keyboard.press("?"), "shortcuts"),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_does_not_come_is_told_and_comes_when_asked_again(designer: Page, part: str) -> None:
    page = designer
    opened, test_id = PARTS[part]
    rule_id = copy_of_sample(page, f"late_{part}")
    chunk = re.compile(rf"/assets/{part}-.*\.js")
    page.route(chunk, lambda route: route.abort())
    # An idle page brings parts in advance; here only what is asked for shall come.
    page.add_init_script("window.requestIdleCallback = () => 0")
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    insert_before_last_merge(page)
    opened(page)
    told = page.get_by_test_id("load-failed")
    expect(told).to_contain_text("could not be loaded")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    with page.expect_event("requestfailed"):
        told.get_by_test_id("load-again").click()
    expect(told.get_by_test_id("load-again")).to_have_text("Try again")

    page.unroute(chunk)
    told.get_by_test_id("load-again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(test_id)).to_be_visible()
    expect(told).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    assert len(document_of(page, rule_id)["match_v3"]["nodes"]) == 9


def test_the_form_of_a_card_keeps_its_place_until_it_comes(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, "late_form")
    chunk = re.compile(r"/assets/SelectionForm-.*\.js")
    page.route(chunk, lambda route: route.abort())
    page.goto(f"/rules/{rule_id}/")
    page.get_by_test_id("node-flow-_p6cFvLk").click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector.get_by_test_id("load-failed")).to_be_visible()
    page.unroute(chunk)
    inspector.get_by_test_id("load-again").click()
    expect(inspector).to_contain_text("1 of 10")
