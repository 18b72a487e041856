"""Where would this alarm go, and why: the test panel of the canvas, its lit way and its saved cases."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.steps import NODES, copy_of_sample, document_of, drop, open_canvas, stored, unique
from tests.browser.test_accessibility import named
from tests.browser.test_accessibility import screen as screen
from tests.conftest import DOCUMENTS

START, CONDITION_1, CONDITION_2 = "flow-lKSGbvq-", "flow-1JBeHxLU", "flow-_p6cFvLk"
MERGE_1, MERGE_2 = "flow-y7b5HNsE", "flow-xc0QfFsN"
ALARMS = sorted((DOCUMENTS.parent / "alarms").glob("*.json"))


def card(page: Page, node_id: str) -> Locator:
    return page.get_by_test_id(f"node-{node_id}").locator(".node")


def verdict(page: Page) -> Locator:
    return page.get_by_test_id("test-verdict")


def open_test(page: Page, change: Callable[[Any], None] = lambda document: None) -> str:
    """A copy of the sample with the test panel open, opened by its key; its id."""
    rule = copy_of_sample(page, unique("test"), change)
    open_canvas(page, rule)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    page.keyboard.press("t")
    expect(verdict(page)).to_contain_text("Goes to Merge 2")
    return rule


def paste(page: Page, text: str) -> None:
    page.get_by_test_id("alarm-as-json").click()
    page.get_by_label("Alarm as JSON").fill(text)


def keep_case(page: Page, name: str) -> None:
    page.get_by_test_id("case-keep").click()
    page.get_by_label("Name of the case").fill(name)
    page.get_by_test_id("case-save").click()


def cut_the_way_to_merge_2(page: Page) -> None:
    """Put another value into the only condition of Condition 2, so that critical alarms go on."""
    page.get_by_test_id(f"node-{CONDITION_2}").click()
    inspector = page.get_by_test_id("inspector")
    inspector.get_by_label("Remove Critical").click()
    inspector.get_by_role("combobox", name="Values").fill("Minor")
    page.keyboard.press("Enter")


def test_a_typed_alarm_lights_its_way_with_the_result_of_every_condition(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_label("source", exact=True).fill("CCE")
    lines = card(page, CONDITION_1).locator(".result-mark")
    expect(lines).to_have_text([*["Criticalholds"] * 4, "CCEdoes not hold", "absentdoes not hold"])
    expect(card(page, CONDITION_1).locator(".stepno")).to_have_text("1")
    expect(card(page, MERGE_2)).to_have_class(re.compile("is-leaf"))
    expect(card(page, MERGE_1)).to_have_class(re.compile("is-dim"))
    expect(verdict(page)).to_contain_text("tells LTQTEST-ASASDASDDSA")
    expect(page.get_by_role("table")).to_contain_text("sourceCCE")
    page.get_by_label("tag 1").fill("1")
    page.get_by_label("source", exact=True).fill("1")
    expect(verdict(page)).to_contain_text("Goes to Merge 1")
    expect(page.get_by_test_id("node-" + MERGE_1)).to_have_accessible_name(re.compile("step 2 of the alarm's way"))
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator(".is-lit, .is-dim, .node .result-mark")).to_have_count(0)


def test_the_way_is_told_apart_without_colour(designer: Page) -> None:
    page = designer
    open_test(page)
    width = "edge => getComputedStyle(edge).strokeWidth"
    taken = page.locator(".edge.is-lit")
    expect(taken).to_have_count(3)
    assert taken.first.evaluate(width) == "3px"
    assert page.locator(".edge.is-dim").first.evaluate(width) == "1px"
    expect(page.locator(".stepno").and_(page.locator(".node .stepno"))).to_have_text(["1", "2", "3"])


def test_an_emptied_field_is_an_attribute_the_alarm_does_not_have(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_label("severity", exact=True).select_option("absent")
    expect(verdict(page)).to_contain_text("Goes to Merge 4")
    expect(card(page, CONDITION_2).locator(".result-mark")).to_contain_text("absent")
    assert page.get_by_label("severity", exact=True).locator("option").all_text_contents() == [
        "absent",
        "Critical",
        "Major",
        "Minor",
        "Info",
    ]


def test_any_tag_can_be_added(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_label("Attribute or tag to add").fill("team")
    page.keyboard.press("Enter")
    expect(page.get_by_label("tag team")).to_be_focused()
    page.keyboard.type("pay")
    page.get_by_test_id("alarm-as-json").click()
    alarm = json.loads(page.get_by_label("Alarm as JSON").input_value())
    assert alarm["metadata"] == {"event_severity": "Critical", "team": "pay"}


def test_an_edit_of_the_rule_changes_the_answer(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_test_id("test-dock").click()
    cut_the_way_to_merge_2(page)
    expect(verdict(page)).to_contain_text("Goes to Merge 4")
    expect(card(page, MERGE_2)).to_have_class(re.compile("is-dim"))
    page.get_by_test_id("undo").click()
    page.get_by_test_id("undo").click()
    expect(verdict(page)).to_contain_text("Goes to Merge 2")


def test_where_the_way_breaks_off_is_said(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_test_id(f"node-{MERGE_2}").focus()
    page.keyboard.press("Delete")
    expect(verdict(page)).to_contain_text("The way breaks off at Condition 2, true: it leads nowhere.")
    expect(card(page, CONDITION_2)).to_contain_text("stops here")
    expect(page.get_by_test_id("case-keep")).to_have_attribute("aria-disabled", "true")


def test_the_panel_makes_room_when_a_field_of_the_inspector_is_asked_for(designer: Page) -> None:
    page = designer
    open_test(page)
    expect(page.get_by_test_id("inspector")).to_have_count(0)
    page.locator(".name-button").click()
    expect(page.get_by_test_id("rule-name")).to_be_focused()
    expect(verdict(page)).to_be_visible()


def test_nobody_told_is_said_as_a_warning(designer: Page) -> None:
    def silence(document: Any) -> None:
        merge = next(node for node in document["match_v3"]["nodes"] if node["id"] == MERGE_2)
        merge["value"]["combineConfig"]["bind_notification_rule_ids"] = []

    open_test(designer, silence)
    expect(verdict(designer).locator(".chip.warn")).to_have_text("nobody is told")


def test_json_that_is_no_alarm_has_its_fault_at_its_line(designer: Page) -> None:
    page = designer
    open_test(page)
    paste(page, '{"metadata": {},\n "annotations": 7}')
    faults = page.get_by_test_id("alarm-faults")
    expect(faults).to_contain_text("Line 2 /annotations must be an object; it is the number 7.")
    expect(page.locator(".alarm-json .is-wrong")).to_have_text("2")
    expect(page.locator(".is-lit")).to_have_count(0)
    page.get_by_label("Alarm as JSON").fill('{\n  "metadata": {"a" 1}\n}')
    expect(faults).to_contain_text("Line 2 This is no JSON: in column 20 there should be :.")
    page.get_by_label("Alarm as JSON").fill('{"team": "a",\n "team": "b"}')
    expect(faults).to_contain_text("/team")


@pytest.mark.parametrize("file", ALARMS, ids=lambda file: file.stem)
def test_every_shape_the_server_reads_goes_the_same_way_as_json_and_as_form(designer: Page, file: Path) -> None:
    page = designer
    open_test(page)
    paste(page, file.read_text())
    choice = page.get_by_label(re.compile("^Which of the"))
    answers = page.get_by_test_id("test-way")
    expect(verdict(page)).to_have_attribute("aria-busy", "false")
    if file.stem == "alertmanager-webhook":
        expect(choice.locator("option")).to_have_count(2)
        choice.select_option(index=1)
    said, way = verdict(page).inner_text(), answers.inner_text()
    page.get_by_test_id("alarm-as-form").click()
    expect(page.get_by_label("scene")).to_be_visible()
    cleared = file.stem in ("alertmanager-webhook", "aom-alarm")
    expect(page.get_by_label("scene")).to_have_value("notify_resolved" if cleared else "notify_triggered")
    expect(verdict(page)).to_have_text(said, use_inner_text=True)
    expect(answers).to_have_text(way, use_inner_text=True)
    page.get_by_test_id("alarm-as-json").click()
    assert page.get_by_label("Alarm as JSON").input_value() == file.read_text()


def test_a_step_leads_to_its_card(designer: Page) -> None:
    page = designer
    open_test(page)
    page.get_by_test_id("step-2").click()
    expect(card(page, CONDITION_2)).to_have_class(re.compile("is-selected"))
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(f"node-{CONDITION_2}")).to_be_focused()


def test_an_assumption_the_answer_rests_on_can_be_switched(designer: Page) -> None:
    page = designer
    open_test(page)
    question = page.get_by_test_id("assumption-D12")
    expect(question).to_contain_text("Do two merge cards that group by the same members share groups?")
    expect(page.get_by_role("table")).to_contain_text("cardMerge 2")
    question.get_by_label("yes").check(force=True)
    expect(page.get_by_role("table")).not_to_contain_text("Merge 2")
    page.get_by_role("button", name="Take the usual ones").click()
    expect(page.get_by_role("table")).to_contain_text("cardMerge 2")


def test_a_saved_case_fails_after_an_edit_and_says_how(designer: Page) -> None:
    page = designer
    rule = open_test(page)
    keep_case(page, "night")
    expect(page.get_by_test_id("case-status")).to_have_text("1 test case passed")
    page.get_by_role("button", name="Close the panel").click()
    cut_the_way_to_merge_2(page)
    expect(page.get_by_test_id("case-status")).to_have_text("1 of 1 test cases failed")
    expect(page.get_by_role("tab", name=re.compile("^Test")).locator(".badge.error")).to_have_text("1")
    page.get_by_test_id("case-status").click()
    failed = page.get_by_test_id("test-case")
    expect(failed).to_contain_text("goes to: expected Merge 2, came to Merge 4")
    expect(failed).to_contain_text("tells: expected LTQTEST-ASASDASDDSA, came to aaa")
    page.get_by_label("Where night is expected to go").select_option("Merge 4")
    expect(failed).to_contain_text("passed")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("status")).to_contain_text("Saved")
    open_canvas(page, rule)
    expect(page.get_by_test_id("case-status")).to_have_text("1 test case passed")


def test_the_exported_suite_passes_the_command_and_is_imported_again(designer: Page, tmp_path: Path) -> None:
    page = designer
    rule = open_test(page)
    keep_case(page, "critical")
    page.get_by_label("severity", exact=True).select_option("Info")
    page.get_by_label("scene").select_option("alarm cleared")
    expect(verdict(page)).to_contain_text("Goes to Merge 4")
    keep_case(page, "cleared, “quoted”")
    expect(page.get_by_test_id("case-status")).to_have_text("2 test cases passed")
    with page.expect_download() as download:
        page.get_by_test_id("suite-export").click()
    name = document_of(page, rule)["name"]
    suite = tmp_path / download.value.suggested_filename
    download.value.save_as(suite)
    (tmp_path / f"{name}.json").write_bytes(page.request.get(f"/api/rules/{rule}/export/").body())
    command = [sys.executable, "-m", "editor.cli", "test", str(suite), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert (json.loads(done.stdout)["passed"], json.loads(done.stdout)["failed"]) == (2, 0)
    for deleted in (1, 2):
        page.get_by_test_id("test-case").first.get_by_role("button", name=re.compile("^Delete")).click()
        expect(page.get_by_test_id("test-case")).to_have_count(2 - deleted)
    page.get_by_test_id("suite-file").set_input_files(suite)
    expect(page.get_by_test_id("suite-report")).to_contain_text("2 cases imported.")
    expect(page.get_by_test_id("case-status")).to_have_text("2 test cases passed")


def test_a_suite_with_faults_is_refused_with_every_fault_named(designer: Page) -> None:
    page = designer
    open_test(page)
    cases = [
        {"name": "typo", "alarm": {}, "expect": {"unruoted": True}},
        {"name": "nothing", "alarm": {}, "expect": {}},
    ]
    drop(page, json.dumps({"cases": cases}), "suite.json", "test-cases")
    report = page.get_by_test_id("suite-report")
    expect(report).to_contain_text("Case 1 (typo): expect has no member unruoted")
    expect(report).to_contain_text("Case 2 (nothing): it expects nothing")
    bad = [{"name": "list", "alarm": {"a": []}, "expect": {"unrouted": True}}]
    drop(page, json.dumps({"cases": bad}), "suite.json", "test-cases")
    expect(report).to_contain_text("Case 1 (list): ")
    expect(report).to_contain_text("must be a text, a number, true or false")
    expect(page.get_by_test_id("test-case")).to_have_count(0)


def test_a_legacy_rule_is_tested_too(designer: Page) -> None:
    page = designer
    legacy = json.loads((DOCUMENTS / "upstream" / "legacy_ai_off.json").read_text())
    open_canvas(page, stored(page, {**legacy, "name": unique("legacy")}))
    page.keyboard.press("t")
    match = legacy["detail"][0]["match"][0]
    paste(page, json.dumps({match["key"]: match["value"][0]}))
    expect(verdict(page)).to_contain_text("Goes to Entry 1")


def test_without_the_server_the_last_answer_stays_and_says_so(designer: Page) -> None:
    page = designer
    open_test(page)
    page.route("**/api/simulate/", lambda route: route.abort())
    page.get_by_label("source", exact=True).fill("CCE")
    expect(verdict(page)).to_contain_text("Offline: this is the last known answer.")
    expect(verdict(page)).to_contain_text("Goes to Merge 2")
    page.unroute("**/api/simulate/")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("table")).to_contain_text("CCE")
    expect(verdict(page)).not_to_contain_text("Offline")


def test_an_alarm_is_tested_and_kept_without_a_mouse(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("keys")))
    page.get_by_test_id(f"node-{START}").focus()
    page.keyboard.press("t")
    expect(page.get_by_label("severity", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("live")).to_have_text("Goes to Merge 4; tells aaa")
    page.keyboard.press("Tab")
    expect(page.get_by_label("source", exact=True)).to_be_focused()
    page.keyboard.type("t")
    expect(page.get_by_label("source", exact=True)).to_have_value("t")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.get_by_test_id("case-keep").evaluate("button => button === document.activeElement"):
            break
    expect(page.get_by_test_id("case-keep")).not_to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the case")).to_be_focused()
    page.keyboard.type("by keys")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("test-case")).to_contain_text("by keys")
    expect(page.get_by_test_id("case-keep")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(f"node-{START}")).to_be_focused()
    expect(page.get_by_test_id("test-panel")).to_be_visible()


def test_a_reviewer_tests_without_changing_the_rule(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("designer")
    rule = copy_of_sample(page, unique("look"))
    sign_in("reviewer")
    open_canvas(page, rule)
    page.keyboard.press("t")
    expect(verdict(page)).to_contain_text("Goes to Merge 2")


@pytest.mark.parametrize("screen", [("light", 1440, 900, "en"), ("dark", 1024, 700, "en")], indirect=True, ids=named)
def test_the_panel_has_no_violations_and_leaves_the_canvas_room(screen: Page) -> None:
    page = screen
    open_canvas(page, copy_of_sample(page, unique("axe")))
    page.keyboard.press("t")
    expect(verdict(page)).to_contain_text("Goes to Merge 2")
    box = page.get_by_test_id("canvas").bounding_box()
    assert box and box["width"] >= 600
    found = {"form": violations(page)}
    page.get_by_test_id("case-keep").click()
    expect(page.get_by_test_id("case-save")).to_be_visible()
    found["keeping a case"] = violations(page)
    page.get_by_test_id("case-save").click()
    expect(page.get_by_test_id("case-status")).to_have_text("1 test case passed")
    page.get_by_label(re.compile("is expected to go$")).select_option("Merge 1")
    expect(page.get_by_test_id("test-case")).to_contain_text("expected Merge 1, came to Merge 2")
    found["failing case"] = violations(page)
    paste(page, '[{"team": "a"},\n {"team": "b"}]')
    expect(page.get_by_label("Which of the 2 alarms")).to_be_visible()
    found["several alarms"] = violations(page)
    page.get_by_label("Alarm as JSON").fill("{")
    expect(page.get_by_test_id("alarm-faults")).to_be_visible()
    found["fault"] = violations(page)
    page.get_by_test_id("alarm-as-form").click()
    page.get_by_label("Alarm as JSON").fill("{}")
    page.get_by_test_id("alarm-as-form").click()
    page.get_by_test_id("test-dock").click()
    expect(page.get_by_test_id("inspector")).to_be_visible()
    found["below the canvas"] = violations(page)
    assert not any(found.values()), found
