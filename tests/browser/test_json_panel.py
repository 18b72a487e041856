"""The JSON panel: the exact document, what is wrong with it at its line, and edits that become the rule whole."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import (
    NODES,
    choose,
    copy_of_sample,
    document_of,
    json_panel,
    json_text,
    open_canvas,
    stored,
    type_json,
    unique,
)

MERGE = "flow-xc0QfFsN"
LEGACY: dict[str, Any] = {
    "detail": [
        {
            "match": [[{"key": "event_severity", "operate": "EQUALS", "value": ["Critical"]}]],
            "bind_notification_rule_ids": ["oncall"],
            "bind_notification_rule_details": [],
        }
    ],
    "group_by": ["resource_provider"],
    "group_wait": 0,
    "group_interval": 5,
    "group_repeat_waiting": 0,
}


def too_long(document: Any) -> None:
    document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601


def foot(page: Page) -> Locator:
    return page.get_by_test_id("json-foot")


def save_state(page: Page) -> Locator:
    return page.locator(".save-state")


def rename(page: Page, name: str) -> None:
    """Write another name of the rule into its text."""
    text = json_text(page)
    old = json.dumps(json.loads(text)["name"])
    type_json(page, text.replace(f'"name": {old}', f'"name": "{name}"'))


def test_it_holds_the_exact_document(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("exact"), lambda d: d.update(x_note={"z": [1, 2.5, None], "a": "中"}))
    open_canvas(page, rule_id)
    document = document_of(page, rule_id)
    text = json_text(page)
    assert text == json.dumps(document, indent=2, ensure_ascii=False)
    assert list(json.loads(text)) == list(document)


def test_its_style_and_its_script_keep_the_strictest_policy(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("strict"), too_long)
    page.add_init_script(
        "window.breaches = []; addEventListener('securitypolicyviolation', e => breaches.push(e.violatedDirective))"
    )
    open_canvas(page, rule_id)
    json_panel(page).press("F8")
    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("Critical")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+Shift+[")
    gutter = page.locator(".json-root .cm-gutters")
    assert gutter.evaluate("g => getComputedStyle(g.parentElement).display") == "flex"
    assert page.evaluate("document.querySelectorAll('style').length") == 0
    assert page.evaluate("breaches") == []


def test_a_problem_stands_at_its_line_and_keys_lead_to_it(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("lines"), too_long))
    text = json_panel(page)
    text.press("ControlOrMeta+Home")
    expect(foot(page)).to_contain_text("1 error")
    while "601" not in foot(page).inner_text():
        page.keyboard.press("F8")
    expect(page.locator(".json-root .cm-lintRange-error")).to_have_text("601")
    expect(page.locator(".json-root .cm-lint-marker-error")).to_be_visible()
    expect(page.get_by_test_id("live")).to_contain_text("601")
    here = foot(page).inner_text()
    page.keyboard.press("F8")
    expect(foot(page)).not_to_have_text(here)
    page.keyboard.press("Shift+F8")
    expect(foot(page)).to_contain_text("601")
    expect(text).to_be_focused()


def test_a_problem_of_the_list_is_shown_when_the_text_is_opened(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("listed"), too_long))
    page.get_by_role("tab", name=re.compile("^Problems")).click()
    page.get_by_test_id("problem-1").click()
    json_panel(page)
    expect(foot(page)).to_contain_text("601")
    expect(page.locator(".json-root .cm-lintRange-error")).to_be_in_viewport()


def test_a_chosen_card_is_shown_in_the_text(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("shown")))
    text = json_panel(page)
    own = re.compile(rf'"id": "{MERGE}"')
    expect(text).not_to_contain_text(own)
    choose(page, MERGE)
    expect(text.locator(".cm-line").filter(has_text=own)).to_be_in_viewport()


def test_an_edit_becomes_the_rule_in_one_step(designer: Page) -> None:
    page = designer
    old, new = unique("before"), unique("after")
    rule_id = copy_of_sample(page, old)
    open_canvas(page, rule_id)
    rename(page, new)
    expect(page.get_by_test_id("json-panel")).to_contain_text("Edited, not applied yet.")
    expect(page.get_by_role("button", name=old)).to_be_visible()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_role("button", name=new)).to_be_visible()
    expect(page.get_by_test_id("json-panel")).to_contain_text("The exact document")
    page.get_by_test_id("undo").click()
    expect(page.get_by_role("button", name=old)).to_be_visible()
    expect(save_state(page)).to_have_text("Saved")
    assert json.loads(json_text(page)) == document_of(page, rule_id)


def test_saving_takes_the_text_along(designer: Page) -> None:
    page = designer
    new = unique("along")
    rule_id = copy_of_sample(page, unique("saved"))
    open_canvas(page, rule_id)
    rename(page, new)
    expect(save_state(page)).to_have_text("Unsaved changes")
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert document_of(page, rule_id)["name"] == new


@pytest.mark.parametrize(
    ("text", "reason", "marked"),
    [
        ('{"name": "a",\n "match_v3": NaN}', "in line 2, column 14 there should be a value", "NaN"),
        ('{"name": "a",\n "name": "b",\n "match_v3": {}}', "stands twice in one object", '"b"'),
        ('{"name": "a",\n "desc": 1e999,\n "match_v3": {}}', "is not a number that survives JSON", "1e999"),
    ],
)
def test_a_text_that_cannot_be_read_leaves_the_rule_as_it_was(
    designer: Page, text: str, reason: str, marked: str
) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("unread"))
    open_canvas(page, rule_id)
    type_json(page, text)
    expect(page.locator(".json-root .cm-lintRange-error")).to_have_text(marked)
    page.get_by_test_id("save").click()
    expect(page.get_by_role("alert").filter(has_text=reason)).to_be_visible()
    expect(page.get_by_test_id("notice")).to_contain_text("Not saved")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    assert json_text(page) == text
    assert page.request.get(f"/api/rules/{rule_id}/").json()["version"] == 1


def test_undo_in_the_text_undoes_the_text(designer: Page) -> None:
    page = designer
    old = unique("typed")
    open_canvas(page, copy_of_sample(page, old))
    text = json_panel(page)
    text.press("ControlOrMeta+End")
    page.keyboard.type("cm")
    expect(page.get_by_test_id("json-panel")).to_contain_text("Edited, not applied yet.")
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("ControlOrMeta+z")
    expect(page.get_by_test_id("json-panel")).to_contain_text("The exact document")
    expect(save_state(page)).to_have_text("Saved")


def test_the_text_follows_the_canvas(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("follows")))
    assert MERGE in json_text(page)
    choose(page, MERGE)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    assert MERGE not in json_text(page)


def crossed(page: Page) -> None:
    """Change the text, and then the rule on the canvas."""
    rename(page, "mine")
    choose(page, MERGE)
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    expect(page.get_by_test_id("json-crossed")).to_be_visible()
    expect(page.get_by_test_id("json-apply")).to_have_attribute("aria-disabled", "true")


def test_when_both_changed_the_text_may_win(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("crossed")))
    crossed(page)
    page.get_by_test_id("json-keep-text").click()
    expect(page.get_by_test_id("json-crossed")).to_have_count(0)
    page.get_by_test_id("json-apply").click()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_role("button", name="mine")).to_be_visible()


def test_when_both_changed_the_rule_may_win_and_the_text_comes_back_by_undo(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("crossed")))
    crossed(page)
    page.get_by_test_id("json-take-rule").click()
    document = json.loads(json_text(page))
    assert document["name"] != "mine"
    assert len(document["match_v3"]["nodes"]) == 8
    json_panel(page).press("ControlOrMeta+z")
    expect(page.get_by_test_id("json-panel")).to_contain_text("Edited, not applied yet.")
    assert json.loads(json_text(page))["name"] == "mine"


def test_tab_leaves_the_text(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("leave")))
    text = json_panel(page)
    text.click()
    expect(text).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("json-previous")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(text).to_be_focused()
    expect(page.get_by_test_id("json-panel")).to_contain_text("The exact document")


def test_a_reader_may_search_and_copy_but_not_write(sign_in: Callable[[str], Page], designer: Page) -> None:
    rule_id = copy_of_sample(designer, unique("reader"))
    page = sign_in("reviewer")
    open_canvas(page, rule_id)
    text = json_panel(page)
    expect(text).to_have_attribute("aria-readonly", "true")
    before = json_text(page)
    page.keyboard.type("x")
    page.keyboard.press("Delete")
    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("Critical")
    page.keyboard.press("Enter")
    expect(page.locator(".json-root .cm-searchMatch-selected")).to_have_text("Critical")
    expect(page.locator(".json-root [name=replace]")).to_have_count(0)
    page.keyboard.press("Escape")
    assert json_text(page) == before == json.dumps(document_of(page, rule_id), indent=2, ensure_ascii=False)
    expect(page.get_by_test_id("json-apply")).to_have_count(0)


def test_a_rule_without_a_flow_is_edited_here(designer: Page) -> None:
    page = designer
    rule_id = stored(page, {"name": unique("legacy"), **LEGACY})
    open_canvas(page, rule_id)
    rename(page, new := unique("renamed"))
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    assert document_of(page, rule_id) == {"name": new, **LEGACY}


def test_a_bracket_is_told_to_be_alone_only_when_it_is(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("brackets")))
    alone = page.locator(".json-root .cm-nonmatchingBracket")
    expect(json_panel(page)).to_contain_text("{")
    expect(alone).to_have_count(0)
    type_json(page, '{"name": [')
    expect(alone).to_have_text("[")


def test_a_text_editor_that_does_not_load_says_so_and_comes_when_asked_again(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("again")))
    chunk = re.compile(r"/assets/JsonText-.*\.js$")
    page.route(chunk, lambda route: route.abort())
    page.get_by_role("tab", name="JSON").click()
    alert = page.get_by_role("alert").filter(has_text="could not be loaded")
    expect(alert).to_be_visible()
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.unroute(chunk)
    alert.get_by_test_id("load-again").click()
    expect(json_panel(page)).to_be_visible()


def thread_time(page: Page) -> float:
    """The seconds that the page's main thread has worked; what other programs took of the processor is not in it."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ThreadTime"])


def test_typing_in_the_largest_document_keeps_the_page_quick(designer: Page) -> None:
    page = designer
    path = settings.BASE_DIR / "tests" / "documents" / "bad" / "document-edges.json"
    open_canvas(page, copy_of_sample(page, unique("large")))
    text = json_panel(page)
    type_json(page, path.read_text())
    expect(page.locator(".json-root .cm-lint-marker-error").first).to_be_visible()
    text.press("ControlOrMeta+Home")
    page.keyboard.press("ArrowRight")
    before = thread_time(page)
    page.keyboard.type(40 * " ", delay=25)
    expect(foot(page)).to_contain_text("Line 1, column 42")
    assert (thread_time(page) - before) / 40 < 0.016
