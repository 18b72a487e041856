"""The pictures of the manual: ``make pictures`` takes them anew. No test of the suite, so that a test run leaves the
files of the project alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import copy_of_sample, csrf, document_of, open_canvas, unique

FOLDER = settings.BASE_DIR / "docs" / "pictures"
SCREENS = [(theme, width, height) for theme in ("light", "dark") for width, height in ((1440, 900), (1024, 700))]
CONDITION, MERGE = "flow-1JBeHxLU", "flow-y7b5HNsE"


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: f"{screen[0]}-{screen[1]}")
def test_pictures(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], screen: tuple[Any, int, int]
) -> None:
    theme, width, height = screen
    context = chromium.new_context(
        base_url=product.url,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale="en",
        reduced_motion="reduce",
    )
    context.add_cookies(session_of("designer"))
    page = context.new_page()

    def take(name: str) -> None:
        FOLDER.mkdir(exist_ok=True)
        page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png")

    rule = with_a_second_version(page)
    page.goto("/")
    expect(page.get_by_role("table")).to_be_visible()
    take("rules")
    open_canvas(page, rule)
    take("canvas")
    page.get_by_test_id(f"node-{CONDITION}").click()
    expect(page.get_by_test_id("inspector")).to_contain_text("Condition 1")
    take("inspector")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.get_by_test_id("problems")).to_be_visible()
    take("problems")
    page.keyboard.press("t")
    expect(page.get_by_test_id("test-verdict")).to_contain_text("Goes to")
    take("test")
    page.goto(f"/rules/{rule}/diff/?from=1&to=2")
    expect(page.get_by_role("main")).to_contain_text("Merge 1")
    page.wait_for_load_state("networkidle")
    take("diff")
    page.goto(f"/rules/{rule}/preview/")
    take("preview")
    context.close()


def with_a_second_version(page: Page) -> str:
    """The id of a rule like the sample, of which a wait and a condition were changed in a second version."""
    page.goto("/")
    rule = copy_of_sample(page, unique("night_shift"))
    document = document_of(page, rule)
    merge = next(node for node in document["match_v3"]["nodes"] if node["id"] == MERGE)
    merge["value"]["combineConfig"]["group_wait"] = 30
    condition = next(node for node in document["match_v3"]["nodes"] if node["id"] == CONDITION)
    condition["value"]["nodes"][0]["match"]["value"] = ["Critical"]
    answer = page.request.get(f"/api/rules/{rule}/")
    body = {"document": document, "layout": answer.json()["layout"], "message": "Wait for stragglers"}
    headers = {**csrf(page), "If-Match": answer.headers["etag"]}
    assert page.request.put(f"/api/rules/{rule}/", data=body, headers=headers).ok
    return rule
