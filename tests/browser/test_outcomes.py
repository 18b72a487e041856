"""What went wrong, or may have, is said in full; and no work is lost by it."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import (
    EDGES,
    NODES,
    SAMPLE,
    centre,
    copy_of_sample,
    document_of,
    drag,
    drop,
    inject,
    json_panel,
    json_text,
    open_canvas,
    stored,
    type_json,
    unique,
    until,
)

CONDITION_1, MERGE_1 = "flow-1JBeHxLU", "flow-y7b5HNsE"
LEGACY = {
    "desc": "kept",
    "group_by": ["resource_provider"],
    "group_wait": 15,
    "group_interval": 60,
    "group_repeat_waiting": 3600,
    "detail": [
        {
            "bind_notification_rule_ids": ["aaa"],
            "match": [[{"key": "event_severity", "operate": "EQUALS", "value": ["Critical"], "x_more": 1}]],
        }
    ],
    "x_own": {"b": 1, "a": [1.5, None]},
}


def submitted(page: Page, rule_id: str) -> Locator:
    """Submit the rule in its dialog; what it says came of it."""
    open_canvas(page, rule_id)
    page.get_by_test_id("submit").click()
    page.get_by_test_id("submit-confirm").click()
    outcome = page.get_by_test_id("submit-outcome")
    expect(outcome).to_be_visible()
    return outcome


def facts(outcome: Locator) -> dict[str, str]:
    names, values = outcome.locator("dt").all_inner_texts(), outcome.locator("dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def save_state(page: Page) -> Locator:
    return page.locator(".save-state")


#: The call that makes a rule over there, told from the one that signs in.
CREATING = {"method": "POST", "path": "/v2/"}


def kept_drafts(page: Page) -> Any:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('groupflow.draft.'))")


def close_tab(page: Page) -> Page:
    """Close the tab as a user does, who leaves in spite of the question; another tab of the same browser."""
    again = page.context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    return again


def test_a_rejection_is_shown_in_full(designer: Page, product: Product) -> None:
    refusal = {
        "error_code": "AOM.04007107",
        "error_msg": "The rule is refused for a reason of some length, " + "word " * 40 + "end.",
        "error_type": "BAD_REQUEST",
        "trace_id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    }
    inject(product, {"match": CREATING, "status": 400, "body": refusal})
    outcome = submitted(designer, copy_of_sample(designer, unique("rejected")))
    expect(outcome).to_have_attribute("data-state", "rejected")
    shown = facts(outcome)
    assert shown["Error code"] == refusal["error_code"]
    assert shown["Error message"] == refusal["error_msg"].strip()
    assert shown["Trace id"] == refusal["trace_id"]
    assert shown["HTTP status"] == "400"
    designer.goto("/submissions/")
    row = designer.get_by_role("row").nth(1)
    for text in (refusal["error_code"], refusal["error_msg"], refusal["trace_id"]):
        expect(row).to_contain_text(text)


def test_an_answer_that_was_lost_is_found_by_reading_back(designer: Page, product: Product) -> None:
    inject(product, {"match": CREATING, "status": 204, "close": "after", "apply": True})
    outcome = submitted(designer, copy_of_sample(designer, unique("lost")))
    expect(outcome).to_have_attribute("data-state", "succeeded")
    assert "it arrived" in facts(outcome)["Detail"]


def test_a_person_is_told_what_is_not_known_and_can_look_again(designer: Page, product: Product) -> None:
    name = unique("vain")
    inject(product, {"match": CREATING, "status": 503, "times": 2})
    outcome = submitted(designer, copy_of_sample(designer, name))
    expect(outcome).to_have_attribute("data-state", "needs_human")
    expect(outcome).to_contain_text("A person must look.")
    assert "sent twice" in facts(outcome)["Detail"]
    designer.get_by_test_id("look-again").click()
    expect(outcome).to_have_attribute("data-state", "rejected")
    assert "as it was before" in facts(outcome)["Detail"]
    designer.goto("/submissions/")
    expect(designer.get_by_role("row", name=re.compile(name)).first).to_contain_text("Rejected")


def test_what_would_be_sent_is_shown_before_it_is_sent(designer: Page) -> None:
    designer.goto(f"/rules/{copy_of_sample(designer, unique('preview'))}/")
    designer.get_by_test_id("submit").click()
    preview = designer.get_by_test_id("submit-preview")
    expect(preview).to_have_attribute("data-comparison", "absent")
    expect(preview).to_contain_text("Nothing was sent.")
    designer.get_by_text("What will be sent").click()
    sent = designer.get_by_label("What will be sent").input_value()
    assert sent.startswith("POST http://127.0.0.1:")
    assert "X-Auth-Token: ••••" in sent


def test_a_rule_the_cloud_does_not_have_is_created(designer: Page) -> None:
    outcome = submitted(designer, copy_of_sample(designer, unique("created")))
    expect(outcome).to_have_attribute("data-state", "succeeded")
    assert facts(outcome)["Operation"] == "create"


def test_a_save_without_a_connection_keeps_the_draft_and_works_later(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("offline"))
    open_canvas(page, rule_id)
    page.context.set_offline(True)
    page.get_by_label("Description").fill("written while offline")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("notice")).to_contain_text(
        "Not saved: the server cannot be reached. Your draft stays here"
    )
    expect(save_state(page)).to_have_text("Unsaved changes")
    expect(page.get_by_label("Description")).to_have_value("written while offline")
    page.context.set_offline(False)
    page.get_by_test_id("save").click()
    expect(save_state(page)).to_have_text("Saved")
    assert document_of(page, rule_id)["desc"] == "written while offline"


def test_an_older_refusal_is_not_told_as_one_of_the_submission(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("unrefused")))
    drop(page, "{", "half.json")
    expect(page.get_by_test_id("notice")).to_contain_text("JSON")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("submit-preview")).to_be_visible()
    expect(page.get_by_test_id("submit-refused")).to_have_count(0)


def test_submitting_without_a_connection_says_so(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("unsent")))
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-refused")).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-outcome")).to_have_attribute("data-state", "succeeded")


def test_a_draft_is_offered_after_the_tab_was_closed_and_comes_back_exactly(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("closed"), lambda d: d.update(x_note={"kept": [1, 2.5, None]}))
    open_canvas(page, rule_id)
    page.get_by_test_id(f"node-{MERGE_1}").click()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id(NODES)).to_have_count(8)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name=re.compile("^closed_")).click()
    page.get_by_label("Description").fill("the last words")
    before = json.loads(json_text(page))
    again = close_tab(page)

    open_canvas(again, rule_id)
    expect(again.get_by_test_id(NODES)).to_have_count(9)
    expect(again.get_by_test_id("draft-offer")).to_contain_text("not saved yet")
    again.get_by_test_id("draft-restore").click()
    expect(again.get_by_test_id(NODES)).to_have_count(8)
    assert json.loads(json_text(again)) == before
    assert before["desc"] == "the last words"
    assert before["x_note"] == {"kept": [1, 2.5, None]}
    again.get_by_test_id("save").click()
    expect(save_state(again)).to_have_text("Saved")
    assert document_of(again, rule_id) == before
    until(again, "!Object.keys(localStorage).some(key => key.startsWith('groupflow.draft.'))")


def test_a_draft_of_an_older_version_is_offered_and_does_not_overwrite_unseen(
    designer: Page, browser_of: Callable[[str], Page]
) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("overtaken"))
    open_canvas(page, rule_id)
    page.get_by_label("Description").fill("mine")
    again = close_tab(page)
    theirs = browser_of("admin")
    open_canvas(theirs, rule_id)
    theirs.get_by_label("Description").fill("theirs")
    theirs.get_by_test_id("save").click()
    expect(save_state(theirs)).to_have_text("Saved")

    open_canvas(again, rule_id)
    expect(again.get_by_test_id("draft-offer")).to_contain_text("begun from v1")
    again.get_by_test_id("draft-restore").click()
    expect(again.get_by_label("Description")).to_have_value("mine")
    again.get_by_test_id("save").click()
    expect(again.get_by_test_id("conflict")).to_contain_text("admin saved v2")
    assert document_of(again, rule_id)["desc"] == "theirs"


def test_a_draft_that_is_thrown_away_stays_away(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("thrown"))
    open_canvas(page, rule_id)
    page.get_by_label("Description").fill("never mind")
    again = close_tab(page)
    open_canvas(again, rule_id)
    again.get_by_test_id("draft-discard").press("Enter")
    expect(again.get_by_test_id("draft-offer")).to_have_count(0)
    until(again, "document.activeElement !== document.body")
    assert kept_drafts(again) == []
    again.reload()
    expect(again.get_by_test_id(NODES)).to_have_count(9)
    expect(again.get_by_test_id("draft-offer")).to_have_count(0)


def test_a_name_that_is_taken_is_said_and_the_draft_stays(designer: Page) -> None:
    page = designer
    taken = unique("taken")
    copy_of_sample(page, taken)
    page.goto("/rules/new/")
    page.get_by_test_id("rule-name").fill(taken)
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("notice")).to_contain_text(f"Another rule is named {taken}.")
    expect(save_state(page)).to_have_text("Unsaved changes")
    expect(page.get_by_test_id("rule-name")).to_have_value(taken)
    page.get_by_test_id("rule-name").fill(unique("free"))
    page.get_by_test_id("save").click()
    page.wait_for_url(re.compile(r"/rules/[0-9a-f-]{36}/"))


def edit_json(page: Page, change: Callable[[Any], None]) -> Any:
    """Change the document in the JSON panel, apply and save it; what it then is."""
    document = json.loads(json_text(page))
    change(document)
    type_json(page, json.dumps(document))
    page.get_by_test_id("json-apply").click()
    expect(save_state(page)).to_have_text("Unsaved changes")
    page.get_by_test_id("save").click()
    expect(save_state(page)).to_have_text("Saved")
    return document


def test_a_legacy_rule_is_shown_edited_and_saved_whole(designer: Page) -> None:
    page = designer
    rule_id = stored(page, {"name": unique("legacy"), **LEGACY})
    open_canvas(page, rule_id)
    expect(page.get_by_test_id("canvas")).to_contain_text("This rule has no flow.")
    expect(page.get_by_test_id("inspector")).to_contain_text("x_own")
    edited = edit_json(page, lambda document: document["detail"][0].update(x_added=True))
    saved = document_of(page, rule_id)
    assert saved == edited
    assert {**saved, "detail": LEGACY["detail"]} == {"name": saved["name"], **LEGACY}


def with_unknown_parts(document: Any) -> None:
    document["x_top"] = [1, {"deep": "é"}]
    document["match_v3"]["nodes"].append(
        {"id": "flow-unknown1", "type": "Card", "businessType": "Silence", "value": {"x": [1]}}
    )
    document["match_v3"]["nodes"][1]["x_card"] = True
    document["match_v3"]["nodes"][1]["value"]["x_tree"] = 1
    document["match_v3"]["edges"][0]["x_edge"] = "kept"


def test_unknown_kinds_and_members_are_shown_and_saved_whole(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("unknown"), with_unknown_parts)
    before = document_of(page, rule_id)
    open_canvas(page, rule_id)
    expect(page.get_by_test_id("inspector")).to_contain_text("kept, not editable here: x_top")
    page.get_by_test_id("node-flow-unknown1").click()
    expect(page.get_by_test_id("inspector")).to_contain_text("It stays exactly as it is")
    page.get_by_test_id(f"node-{CONDITION_1}").click()
    expect(page.get_by_test_id("inspector")).to_contain_text("x_card")
    page.get_by_test_id("inspector").get_by_label("How these conditions join").first.select_option("Any of")
    edited = edit_json(page, lambda document: document["match_v3"]["nodes"][-1]["value"].update(y=2))
    expected = json.loads(json.dumps(before))
    expected["match_v3"]["nodes"][1]["value"]["value"] = "or"
    expected["match_v3"]["nodes"][-1]["value"]["y"] = 2
    assert document_of(page, rule_id) == edited == expected


def test_a_reviewer_can_look_at_everything_and_change_nothing(
    sign_in: Callable[[str], Page], browser_of: Callable[[str], Page]
) -> None:
    author = browser_of("designer")
    rule_id = copy_of_sample(author, unique("reviewed"), lambda d: d["match_v3"]["edges"].pop(1))
    before = document_of(author, rule_id)
    page = sign_in("reviewer")
    open_canvas(page, rule_id)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    no_field_is_open(page)

    merge = page.get_by_test_id(f"node-{MERGE_1}")
    x, y = centre(merge)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 60, steps=4)
    page.mouse.up()
    expect(merge).not_to_have_class(re.compile("draggable"))
    merge.focus()
    for key in ("Delete", "Backspace", "Shift+ArrowRight", "c", "m"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("notice")).to_contain_text("You may look at this rule, not change it.")
    page.get_by_test_id(f"handle-{CONDITION_1}-true").click(force=True)
    expect(page.get_by_test_id("canvas")).not_to_have_class(re.compile("is-connecting"))
    drag(page, page.get_by_test_id(f"handle-{CONDITION_1}-true"), page.get_by_test_id(f"handle-{MERGE_1}-in"))
    for node in (CONDITION_1, "flow-xc0QfFsN", "flow-lKSGbvq-", "flow-cFpXzlxZ"):
        page.get_by_test_id(f"node-{node}").click()
        no_field_is_open(page)
    page.get_by_role("tab", name="JSON").click()
    no_field_is_open(page)
    expect(page.get_by_test_id("json-apply")).to_have_count(0)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    expect(page.get_by_test_id(EDGES)).to_have_count(7)
    expect(save_state(page)).to_have_text("Read only")
    assert document_of(page, rule_id) == before != SAMPLE


def no_field_is_open(page: Page) -> None:
    open_fields = page.locator(
        "input:not([readonly], [disabled], [type=hidden]), textarea:not([readonly]), "
        "select:not([disabled]), [data-testid^=open-flow]"
    )
    expect(open_fields).to_have_count(0)


def test_a_reviewer_is_not_offered_a_new_rule(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("reviewer")
    page.goto("/")
    expect(page.get_by_role("link", name="New rule")).to_have_count(0)
    answer = page.goto("/rules/new/")
    assert answer is not None and answer.status == 403


def test_what_is_typed_in_a_field_is_saved_with_ctrl_s(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("typing"))
    open_canvas(page, rule_id)
    page.get_by_test_id("node-flow-_p6cFvLk").click()
    values = page.get_by_test_id("inspector").get_by_role("combobox", name="Values")
    values.fill("Major")
    values.press("Control+s")
    expect(page.get_by_test_id("notice")).to_contain_text("Saved as v2")
    expect(values).to_be_focused()
    leaf = document_of(page, rule_id)["match_v3"]["nodes"][3]["value"]["nodes"][0]
    assert leaf["match"]["value"] == ["Critical", "Major"]


def test_json_that_is_not_applied_yet_outlives_its_panel(designer: Page) -> None:
    page = designer
    open_canvas(page, copy_of_sample(page, unique("half")))
    text = json_panel(page)
    type_json(page, '{"half": ')
    page.get_by_test_id("json-apply").click()
    expect(page.get_by_role("alert").filter(has_text="This is no JSON")).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Problems")).click()
    page.get_by_role("tab", name="JSON").click()
    expect(text).to_have_text('{"half": ')
    page.get_by_test_id("json-panel").get_by_role("button", name="Discard").press("Enter")
    until(page, "document.activeElement !== document.body")
    assert json.loads(json_text(page))["name"].startswith("half_")
