"""Rules that the browser applies too, held to the cases that its tests read."""

import json
from pathlib import Path
from typing import Any

import pytest

from editor.flow import check, limits, read_document
from editor.flow.alarm import OWN_ATTRIBUTES

ROOT = Path(__file__).parent.parent.parent
CASES = json.loads((ROOT / "tests" / "documents" / "connect.json").read_text())
KINDS = json.loads((ROOT / "tests" / "documents" / "kinds.json").read_text())
FLOWS, LEGACY = {"flow", "both"}, {"legacy", "both"}
REFUSALS = {case["code"] for case in CASES if case["code"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_server_finds_what_the_browser_refuses(case: Any) -> None:
    """The edge that the browser would have drawn, drawn; an exit that is taken is led to the new card instead."""
    document, source, exit = case["document"], case["source"], case["exit"]
    value = {} if exit == "plain" else {"value": exit}
    others = [
        edge for edge in document["match_v3"]["edges"] if (edge["source"], edge.get("value", "plain")) != (source, exit)
    ]
    drawn = {"id": "edge-drawn001", "source": source, "target": case["target"], **value}
    after = {**document, "match_v3": {**document["match_v3"], "edges": [*others, drawn]}}
    codes = {found.code for found in check(read_document(after))}
    if case["code"]:
        assert case["code"] in codes
    else:
        assert not codes & REFUSALS


@pytest.mark.parametrize("case", KINDS, ids=lambda case: case["name"])
def test_what_says_nothing_of_the_other_form_counts_as_absent(case: Any) -> None:
    """Either form alone has a sound kind, both together and none at all have not; the document stays as it is."""
    rule = read_document(case["document"])
    assert (rule.flow is not None, rule.entries is not None) == (case["kind"] in FLOWS, case["kind"] in LEGACY)
    is_sound = "rule-kind" not in {found.code for found in check(rule)}
    assert is_sound == (case["kind"] in FLOWS ^ LEGACY)
    assert rule.as_document() == case["document"]


def test_the_browser_has_the_server_s_limits() -> None:
    told = json.loads((ROOT / "static" / "src" / "model" / "limits.json").read_text())
    assert told == {
        "conditionCards": limits.CONDITION_CARDS,
        "conditionsPerCard": limits.CONDITIONS_PER_CARD,
        "nameLength": limits.NAME_LENGTH,
        "namePattern": f"^{limits.NAME.pattern}$",
        "descLength": limits.DESC_LENGTH,
        "messageLength": limits.MESSAGE_LENGTH,
        "regexLength": limits.REGEX_LENGTH,
        "waits": {name: list(bounds) for name, bounds in limits.WAITS.items()},
        "severities": list(limits.SEVERITIES),
        "scenes": list(limits.SCENES),
        "groupByChoices": [list(choice) for choice in limits.GROUP_BY_CHOICES],
        "aiGroupBy": list(limits.AI_GROUP_BY),
        "operators": list(limits.OPERATORS),
        "ownAttributes": told["ownAttributes"],
    }
    assert set(told["ownAttributes"]) == OWN_ATTRIBUTES
