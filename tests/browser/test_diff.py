"""Two versions of a rule beside one another: one picture of both, the list of what differs, and a way through it."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.steps import SAMPLE, copy_of_sample, csrf, stored, unique
from tests.browser.test_accessibility import screen
from tests.browser.test_outcomes import LEGACY

__all__ = ["screen"]

CONDITION_1, CONDITION_2 = "flow-1JBeHxLU", "flow-_p6cFvLk"
MERGE_1, GONE = "flow-y7b5HNsE", "flow-xc0QfFsN"


def node(document: Any, node_id: str) -> Any:
    return next(node for node in document["match_v3"]["nodes"] if node["id"] == node_id)


def next_version(page: Page, rule_id: str, change: Callable[[Any], None], layout: Any = None) -> None:
    """Save a changed copy of the newest version on top of it, by the API."""
    answer = page.request.get(f"/api/rules/{rule_id}/")
    now = answer.json()
    change(now["document"])
    body = {"document": now["document"], "layout": layout or now["layout"]}
    headers = {**csrf(page), "If-Match": answer.headers["etag"]}
    saved = page.request.put(f"/api/rules/{rule_id}/", data=body, headers=headers)
    assert saved.status == 200, saved.text()


def much(document: Any) -> None:
    """A wait, a value and a condition are other ones, a merge card is gone, another is new."""
    flow = document["match_v3"]
    document["desc"] = "reaches the on-call group"
    node(document, MERGE_1)["value"]["combineConfig"]["group_wait"] = 15
    leaves = node(document, CONDITION_2)["value"]["nodes"]
    leaves[0]["match"]["value"] = ["Major"]
    leaves.append(
        {"id": "GroupCondition-new00001", "type": "text", "match": {"key": "env", "operate": "EXIST", "value": []}}
    )
    flow["nodes"] = [each for each in flow["nodes"] if each["id"] != GONE]
    new = json.loads(json.dumps(node(SAMPLE, GONE)))
    new["id"] = "flow-new00001"
    new["value"]["combineConfig"].update(group_by=["resource_provider", "event_severity"], group_wait=60)
    flow["nodes"].append(new)
    for edge in flow["edges"]:
        if edge["target"] == GONE:
            edge["target"] = new["id"]


def compared(page: Page, change: Callable[[Any], None] = much) -> str:
    rule_id = copy_of_sample(page, unique("compared"))
    next_version(page, rule_id, change)
    page.goto(f"/rules/{rule_id}/diff/?from=1&to=2")
    expect(page.get_by_test_id("changes").or_(page.get_by_test_id("nothing-differs"))).to_be_visible()
    return rule_id


def row(page: Page, key: str) -> Locator:
    return page.get_by_test_id(f"change-{key}")


def test_both_versions_stand_in_one_picture_and_in_a_list(designer: Page) -> None:
    page = designer
    compared(page)
    marks = {
        MERGE_1: "changed",
        CONDITION_2: "changed",
        CONDITION_1: "same",
        "flow-new00001": "added",
        GONE: "removed",
    }
    for card, mark in marks.items():
        picture = page.get_by_test_id(f"diff-{card}")
        expect(picture).to_have_class(re.compile(f"diff-{mark}"))
        if mark != "same":
            expect(picture.locator(".mark")).to_have_text(mark)
            expect(row(page, f"card {card}").locator(".mark")).to_have_text(mark)
    expect(page.get_by_test_id(f"diff-{CONDITION_2}").locator("del")).to_have_text("Critical")
    expect(page.get_by_test_id(f"diff-{CONDITION_2}").locator("ins")).to_have_text("Major")
    change = row(page, f"card {CONDITION_2}")
    expect(change).to_contain_text("condition severity is Critical")
    expect(change).to_contain_text("severity is Major")
    expect(change).to_contain_text("true leads to")
    expect(row(page, f"card {MERGE_1}").locator("del, ins")).to_have_text(["0 s", "15 s"])
    expect(row(page, "rule")).to_contain_text("reaches the on-call group")
    expect(page.locator(".elabel.gone")).to_contain_text("true before")


def test_keys_lead_from_change_to_change_and_say_it(designer: Page) -> None:
    page = designer
    compared(page)
    live, count = page.get_by_test_id("live"), page.get_by_test_id("change-count")
    page.keyboard.press("n")
    expect(count).to_have_text("Change 1 of 5")
    expect(live).to_contain_text("Change 1 of 5: Rule changed")
    page.keyboard.press("n")
    expect(row(page, f"card {MERGE_1}")).to_have_attribute("aria-current", "true")
    expect(live).to_contain_text("Merge 1 changed, first after: 15 s instead of 0 s")
    expect(page.get_by_test_id(f"diff-{MERGE_1}")).to_have_class(re.compile("is-selected"))
    page.keyboard.press("p")
    page.keyboard.press("p")
    expect(count).to_have_text("Change 5 of 5")
    page.get_by_test_id("version-before").focus()
    page.keyboard.press("n")
    expect(count).to_have_text("Change 5 of 5")
    page.get_by_test_id(f"diff-{MERGE_1}").click()
    expect(count).to_have_text("Change 2 of 5")


def test_a_card_that_only_stands_elsewhere_is_moved_and_not_changed(designer: Page) -> None:
    page = designer
    rule_id = copy_of_sample(page, unique("moved"))
    places = {each["id"]: {"x": 400 * at, "y": 200 * at} for at, each in enumerate(SAMPLE["match_v3"]["nodes"])}
    next_version(page, rule_id, lambda document: None, {"nodes": places})
    next_version(page, rule_id, lambda document: None, {"nodes": {**places, MERGE_1: {"x": -700, "y": 8}}})
    page.goto(f"/rules/{rule_id}/diff/?to=3")
    expect(page.get_by_test_id("changes")).to_contain_text("place only")
    expect(page.locator("[data-mark]")).to_have_count(1)
    expect(page.get_by_test_id(f"diff-{MERGE_1}").locator(".mark")).to_have_text("moved")


def test_the_order_of_things_is_no_difference(designer: Page) -> None:
    page = designer
    compared(page, lambda document: document["match_v3"]["nodes"].reverse())
    expect(page.get_by_test_id("nothing-differs")).to_contain_text("Nothing differs")
    expect(page.get_by_test_id(f"diff-{MERGE_1}")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_test_id("change-count")).to_have_count(0)


def test_other_versions_are_picked_on_the_page_and_in_the_history(designer: Page) -> None:
    page = designer
    rule_id = compared(page)
    next_version(page, rule_id, lambda document: document.update(desc="third"))
    page.goto(f"/rules/{rule_id}/history/")
    page.get_by_label("Compare", exact=True).select_option("1")
    page.get_by_label("with", exact=True).select_option("3")
    page.get_by_role("button", name="Show what differs").click()
    expect(row(page, "rule")).to_contain_text("third")
    page.get_by_test_id("version-before").select_option("2")
    expect(page.locator("[data-mark]")).to_have_count(1)
    page.wait_for_url("**/diff/?from=2&to=3")
    page.reload()
    expect(row(page, "rule").locator("del, ins")).to_have_text(["reaches the on-call group", "third"])
    page.get_by_test_id("view-before").click()
    expect(page.locator(".diff-canvas .mark")).to_have_count(0)
    page.get_by_test_id("history").click()
    page.get_by_role("link", name="What changed in version 2").click()
    expect(page.locator("[data-mark]")).to_have_count(5)


def test_a_rule_without_a_flow_is_compared_in_words(designer: Page) -> None:
    page = designer
    rule_id = stored(page, {"name": unique("legacy"), **LEGACY})
    next_version(page, rule_id, lambda document: document["detail"][0].update(bind_notification_rule_ids=["bbb"]))
    page.goto(f"/rules/{rule_id}/diff/")
    expect(page.get_by_test_id("canvas").or_(page.locator(".no-flow"))).to_contain_text("This rule has no flow.")
    expect(row(page, "rule")).to_contain_text("/detail/0/bind_notification_rule_ids/0")
    expect(row(page, "rule").locator("del, ins")).to_have_text(['"aaa"', '"bbb"'])


def test_a_reviewer_compares_and_a_stranger_does_not(
    sign_in: Callable[[str], Page], browser_of: Callable[[str], Page]
) -> None:
    rule_id = compared(browser_of("designer"))
    page = sign_in("reviewer")
    page.goto(f"/rules/{rule_id}/diff/")
    expect(page.locator("[data-mark]")).to_have_count(5)
    page.context.clear_cookies()
    page.goto(f"/rules/{rule_id}/diff/")
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_version_that_is_not_there_is_not_compared(designer: Page) -> None:
    rule_id = copy_of_sample(designer, unique("only"))
    for query in ("?from=1&to=2", "?from=x", "?to=0"):
        answer = designer.goto(f"/rules/{rule_id}/diff/{query}")
        assert answer is not None and answer.status == 404


def test_the_page_has_no_violations(screen: Page) -> None:
    compared(screen)
    found = {"opened": violations(screen)}
    screen.keyboard.press("n")
    screen.keyboard.press("n")
    found["one change"] = violations(screen)
    assert not any(found.values()), found
