"""The main job on the published sample, start to end, as a designer does it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product, log_in
from tests.browser.steps import (
    EDGES,
    NODES,
    SAMPLE,
    copy_of_sample,
    csrf,
    document_of,
    drag,
    drop,
    insert_before_last_merge,
    open_rule,
    problems,
    unique,
    until,
)


def test_the_whole_job(designer: Page, product: Product, tmp_path: Path) -> None:
    page = designer
    open_rule(page, "aomtest")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_test_id(EDGES)).to_have_count(8)
    expect(page.get_by_test_id("status")).to_contain_text("1 warning")

    new = insert_before_last_merge(page)
    panel = problems(page)
    expect(panel).to_contain_text("The false branch of Condition 4 is open.")
    expect(page.get_by_test_id("status")).to_contain_text("1 error, 1 warning")
    expect(page.get_by_test_id("submit")).to_have_attribute("aria-disabled", "true")

    # The panel covers the new card; its problem leads to it.
    panel.get_by_text("The false branch of Condition 4 is open.").click()
    expect(page.get_by_test_id(f"node-{new}")).to_be_focused()
    page.get_by_test_id(f"open-{new}-false").click()
    page.get_by_role("menuitem", name=re.compile("^Merge 3")).click()
    expect(page.get_by_test_id("status")).not_to_contain_text("error")
    expect(page.get_by_test_id(EDGES)).to_have_count(10)

    page.get_by_test_id("save").click()
    expect(page.get_by_text("v2", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("export").click()
    exported = Path(download.value.path()).read_text()
    assert json.loads(exported)["match_v3"]["nodes"][:9] != []

    page.get_by_test_id("submit").click()
    dialog = page.get_by_test_id("submit-dialog")
    expect(dialog).to_contain_text("0123456789abcdef0123456789abcdef")
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-outcome")).to_contain_text("204")

    writes = [
        request
        for request in product.sandbox_requests()
        if request["path"].endswith("/alert/group-rules") and request["status"] == 204
    ]
    assert as_text(writes[-1]["body"]) == exported
    page.goto("/submissions/")
    expect(page.get_by_role("row").nth(1)).to_contain_text("aomtest")
    expect(page.get_by_role("row").nth(1)).to_contain_text("204")


def as_text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def test_a_branch_is_connected_by_dragging(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, "dragging", lambda d: d["match_v3"]["edges"].pop(1))
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id("status")).to_contain_text("2 errors")
    drag(
        page,
        page.get_by_test_id("handle-flow-1JBeHxLU-true"),
        page.get_by_test_id("handle-flow-y7b5HNsE-in"),
    )
    expect(page.get_by_test_id("status")).not_to_contain_text("error")
    page.get_by_test_id("save").click()
    expect(page.get_by_text("v2", exact=True)).to_be_visible()
    edges = document_of(page, rule_id)["match_v3"]["edges"]
    assert {(e["source"], e["target"], e.get("value")) for e in edges} == {
        (e["source"], e["target"], e.get("value")) for e in SAMPLE["match_v3"]["edges"]
    }


def test_a_branch_is_connected_by_two_clicks(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, "clicking", lambda d: d["match_v3"]["edges"].pop(1))
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id(EDGES)).to_have_count(7)
    page.get_by_test_id("handle-flow-1JBeHxLU-true").click()
    page.get_by_test_id("handle-flow-y7b5HNsE-in").click()
    expect(page.get_by_test_id(EDGES)).to_have_count(8)
    expect(page.get_by_test_id("status")).not_to_contain_text("error")


def test_a_problem_leads_to_its_place(designer: Page) -> None:
    def spoil(document: Any) -> None:
        document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601

    page = designer
    page.goto(f"/rules/{copy_of_sample(page, 'leading', spoil)}/")
    panel = problems(page)
    expect(panel).to_contain_text("group_wait is 601 s")
    page.get_by_test_id("problem-0").or_(page.get_by_test_id("problem-1")).first.click()
    expect(page.get_by_test_id("inspector")).to_contain_text("Merge 2")


def test_nested_conditions_are_edited_in_the_inspector(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, "editing")
    page.goto(f"/rules/{rule_id}/")
    page.get_by_test_id("node-flow-_p6cFvLk").click()
    inspector = page.get_by_test_id("inspector")
    expect(inspector).to_contain_text("1 of 10")
    inspector.get_by_role("button", name=re.compile("Group")).first.click()
    expect(inspector).to_contain_text("2 of 10")
    page.get_by_test_id("save").click()
    expect(page.get_by_text("v2", exact=True)).to_be_visible()
    tree = document_of(page, rule_id)["match_v3"]["nodes"][3]["value"]
    assert [child["type"] for child in tree["nodes"]] == ["text", "bool"]
    assert tree["nodes"][0] == SAMPLE["match_v3"]["nodes"][3]["value"]["nodes"][0]


def test_a_stale_save_loses_nothing(designer: Page, chromium: Browser, product: Product) -> None:
    page = designer
    rule_id = copy_of_sample(page, "two_hands")
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    other = chromium.new_context(base_url=product.url, locale="en")
    theirs = other.new_page()
    log_in(theirs, "admin")
    theirs.goto(f"/rules/{rule_id}/")
    theirs.get_by_label("Description").fill("theirs")
    theirs.get_by_test_id("save").click()
    expect(theirs.get_by_text("v2", exact=True)).to_be_visible()
    other.close()
    page.get_by_label("Description").fill("mine")
    page.get_by_test_id("save").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("admin")
    assert document_of(page, rule_id)["desc"] == "theirs"
    page.keyboard.press("Escape")
    expect(page.get_by_label("Description")).to_have_value("mine")


def test_a_rule_is_imported_by_dropping_a_file(designer: Page) -> None:
    page = designer
    page.goto("/rules/new/")
    expect(page.get_by_test_id("canvas")).to_be_visible()
    drop(page, json.dumps({**SAMPLE, "name": "dropped"}), "dropped.json")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.get_by_test_id("save").click()
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))
    assert document_of(page, page.url.rstrip("/").split("/")[-1]) == {**SAMPLE, "name": "dropped"}


def test_a_file_that_is_no_rule_changes_nothing(designer: Page) -> None:
    page = designer
    page.goto(f"/rules/{copy_of_sample(page, 'foreign')}/")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    drop(page, json.dumps(SAMPLE).replace('"name":', '"name": "first", "name":'), "twice.json")
    expect(page.get_by_test_id("notice").or_(page.get_by_role("alert")).first).to_contain_text("twice")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)


def test_a_reviewer_looks_and_cannot_change(page: Page) -> None:
    log_in(page, "reviewer")
    open_rule(page, "aomtest")
    expect(page.get_by_test_id("save")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_test_id("submit")).to_have_attribute("aria-disabled", "true")


def test_the_preview_needs_no_script(chromium: Browser, product: Product) -> None:
    context = chromium.new_context(base_url=product.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    log_in(page, "reviewer")
    page.goto("/")
    page.get_by_role("link", name="Preview").first.click()
    expect(page.get_by_role("img").first).to_be_visible()
    expect(page.get_by_text("In words")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_looks_like_a_product(
    chromium: Browser, product: Product, theme: Any, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    """Nothing wider than the window, no card outside the view; pictures are kept in var/pictures/ to look at."""
    folder = Path(request.config.rootpath) / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(
        base_url=product.url, color_scheme=theme, viewport={"width": size[0], "height": size[1]}, locale="en"
    )
    page = context.new_page()
    log_in(page, "designer")
    for name, path in {"rules": "/", "connections": "/connections/", "submissions": "/submissions/"}.items():
        page.goto(path)
        fits(page)
        page.screenshot(path=folder / f"{name}-{size[0]}-{theme}.png")
    open_rule(page, "aomtest")
    fits(page)
    view = page.get_by_test_id("canvas").bounding_box()
    assert view
    for node in page.get_by_test_id(NODES).all():
        box = node.bounding_box()
        assert box
        assert view["x"] <= box["x"] and box["x"] + box["width"] <= view["x"] + view["width"]
    page.screenshot(path=folder / f"canvas-{size[0]}-{theme}.png")
    page.goto(page.url + "preview/")
    fits(page)
    page.screenshot(path=folder / f"preview-{size[0]}-{theme}.png", full_page=True)
    context.close()


def test_the_longest_name_breaks_rather_than_widens_a_page(page: Page) -> None:
    log_in(page, "admin")
    rule = copy_of_sample(page, unique("W" * 91))
    connection = page.request.get("/api/connections/").json()["results"][0]["id"]
    answer = page.request.post(
        f"/api/rules/{rule}/submit/", data={"connection": connection, "version": 1}, headers=csrf(page)
    )
    assert answer.status == 200, answer.text()
    paths = ["/", f"/rules/{rule}/history/", f"/rules/{rule}/preview/", f"/rules/{rule}/", "/submissions/"]
    page.goto(f"/connections/{connection}/rules/")
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("live-rules")).to_contain_text("W" * 91)
    for path in [*paths, page.url]:
        page.goto(path)
        for width in (1440, 1199, 1024, 800, 320):
            page.set_viewport_size({"width": width, "height": 700})
            until(page, "document.documentElement.scrollWidth <= window.innerWidth")


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
