"""Problems with but one sensible mend are mended by one press."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.steps import NODES, document_of, open_canvas, problems, stored, unique
from tests.flow.making import chain, edge, group, leaf, node_id


def faulty(name: str) -> Any:
    """A rule with three problems that are mended by a press, and one that is not."""
    rule = chain(
        group("and", leaf("event_severity", "EQUALS", "Warning"), leaf("team", "equals", "pay")),
        group("and", leaf("event_severity", "EQUALS", "Fatal")),
        name=name,
    )
    rule["match_v3"]["edges"].append({"id": "edge-gone0000", **edge("gone", "m1")})
    return rule


def open_faulty(page: Page) -> tuple[str, Any]:
    document = faulty(unique("mended"))
    rule_id = stored(page, document)
    open_canvas(page, rule_id)
    expect(page.get_by_test_id(NODES).first).to_be_visible()
    problems(page)
    expect(page.get_by_test_id(re.compile("^problem-"))).to_have_count(4)
    return rule_id, document


def saved(page: Page, rule_id: str) -> Any:
    page.get_by_test_id("save").click()
    expect(page.get_by_text("Saved as v2")).to_be_visible()
    return document_of(page, rule_id)


def row(page: Page, code: str) -> Any:
    return page.locator(f"[data-code={code}]")


def test_one_press_mends_one_problem_and_nothing_else(designer: Page) -> None:
    rule_id, document = open_faulty(designer)
    designer.get_by_role("button", name='Mend: Write "Info" instead of "Warning"').click()
    expect(designer.get_by_test_id(re.compile("^problem-"))).to_have_count(3)
    document["match_v3"]["nodes"][1]["value"]["nodes"][0]["match"]["value"] = ["Info"]
    assert saved(designer, rule_id) == document


def test_the_next_problem_has_the_focus_after_a_mend_by_key(designer: Page) -> None:
    open_faulty(designer)
    row(designer, "edge-dangling").focus()
    designer.keyboard.press(".")
    expect(row(designer, "edge-dangling")).to_have_count(0)
    expect(designer.get_by_test_id("problem-1")).to_be_focused()
    expect(designer.get_by_text("Mended: Remove the edge", exact=True)).to_be_attached()


def test_a_mend_is_one_step_back(designer: Page) -> None:
    rule_id, document = open_faulty(designer)
    designer.get_by_role("button", name='Mend: Write "EQUALS" instead of "equals"').click()
    expect(row(designer, "operator")).to_have_count(0)
    designer.get_by_test_id("undo").click()
    expect(row(designer, "operator")).to_have_count(1)
    expect(designer.get_by_role("button", name='Mend: Write "EQUALS" instead of "equals"')).to_be_visible()
    assert document_of(designer, rule_id) == document


def test_all_certain_mends_are_done_in_one_step(designer: Page) -> None:
    rule_id, document = open_faulty(designer)
    designer.get_by_role("button", name="Mend all 3 certain ones").click()
    expect(designer.get_by_test_id(re.compile("^problem-"))).to_have_count(1)
    expect(designer.get_by_text("3 problems mended")).to_be_attached()
    expect(designer.get_by_test_id("problem-1")).to_be_focused()
    expect(designer.get_by_test_id("mend-all")).to_have_count(0)
    designer.get_by_test_id("undo").click()
    expect(designer.get_by_test_id(re.compile("^problem-"))).to_have_count(4)
    designer.get_by_test_id("redo").click()
    expect(designer.get_by_test_id(re.compile("^problem-"))).to_have_count(1)
    conditions = document["match_v3"]["nodes"][1]["value"]["nodes"]
    conditions[0]["match"]["value"], conditions[1]["match"]["operate"] = ["Info"], "EQUALS"
    del document["match_v3"]["edges"][-1]
    assert saved(designer, rule_id) == document


def test_a_problem_in_doubt_has_no_mend(designer: Page) -> None:
    open_faulty(designer)
    fatal = row(designer, "severity").filter(has_text="Fatal")
    expect(fatal).to_be_visible()
    expect(fatal.locator("..").get_by_role("button")).to_have_count(1)
    fatal.focus()
    designer.keyboard.press(".")
    expect(designer.get_by_text("Go to a problem with a mend first.")).to_be_visible()


def test_a_card_is_mended_at_its_fields_and_the_focus_stays_there(designer: Page) -> None:
    open_faulty(designer)
    designer.get_by_test_id(f"node-{node_id('c1')}").locator("header").click()
    inspector = designer.get_by_test_id("inspector")
    for title in ('Write "EQUALS" instead of "equals"', 'Write "Info" instead of "Warning"'):
        inspector.get_by_role("button", name=f"Mend: {title}").click()
        expect(designer.get_by_text(f"Mended: {title}")).to_be_attached()
        assert inspector.evaluate("panel => panel.contains(document.activeElement)")
    expect(inspector.get_by_test_id("mend-field")).to_have_count(0)


def test_a_name_that_was_pasted_with_a_blank_is_mended_at_its_field(designer: Page) -> None:
    name = unique("pasted")
    open_canvas(designer, stored(designer, chain(group("and", leaf("team", "EQUALS", "pay")), name=f"{name} ")))
    expect(designer.get_by_test_id(NODES).first).to_be_visible()
    designer.get_by_test_id("inspector").get_by_test_id("mend-field").click()
    expect(designer.get_by_test_id("rule-name")).to_have_value(name)
    expect(designer.get_by_test_id("mend-field")).to_have_count(0)
    expect(designer.get_by_test_id("rule-name")).to_be_focused()


def test_who_may_only_look_sees_problems_and_no_mends(designer: Page, browser_of: Callable[[str], Page]) -> None:
    rule_id, _ = open_faulty(designer)
    page = browser_of("reviewer")
    open_canvas(page, rule_id)
    problems(page)
    expect(page.get_by_test_id(re.compile("^problem-"))).to_have_count(4)
    expect(page.get_by_role("button", name=re.compile("^Mend"))).to_have_count(0)


def test_a_card_keeps_its_place_under_a_new_id(designer: Page) -> None:
    document = chain(group("and", leaf("team", "EQUALS", "pay")), name=unique("moved"))
    document["match_v3"]["nodes"][1]["id"] = "card 1"
    for way in document["match_v3"]["edges"]:
        way.update({end: "card 1" for end in ("source", "target") if way[end] == node_id("c1")})
    open_canvas(designer, stored(designer, document))
    card = designer.get_by_test_id("node-card 1")
    expect(card).to_be_visible()
    before = card.bounding_box()
    problems(designer)
    designer.get_by_role("button", name=re.compile("^Mend: Give it the id flow-")).click()
    expect(card).to_have_count(0)
    renamed = designer.get_by_test_id(NODES).filter(has_text="team")
    expect(renamed).to_have_count(1)
    after = renamed.bounding_box()
    assert before and after
    assert (round(before["x"]), round(before["y"])) == (round(after["x"]), round(after["y"]))
