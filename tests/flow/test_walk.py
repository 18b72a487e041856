"""The walk on rules by hand; on random ones see test_walk_against_naive."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Alarm, read, read_document, walk
from tests.flow import naive
from tests.flow.making import Document, alarms, chain, node_id, trees

DOCUMENTS = Path(__file__).parent.parent / "documents"
SAMPLE = (DOCUMENTS / "good" / "published-sample.json").read_bytes()


def alarm(**metadata: object) -> Alarm:
    return Alarm({"metadata": metadata})  # type: ignore[dict-item]


def sample_way(**metadata: object) -> tuple[str | None, list[bool | None]]:
    rule = read(SAMPLE)
    assert rule.flow
    went = walk(rule, alarm(**metadata))
    return (rule.flow.titles[went.leaf] if went.leaf else None), [step.result for step in went.steps]


def test_it_follows_the_true_branch_of_the_sample() -> None:
    everything = {"event_severity": "Critical", "resource_provider": "1", "1": "1"}
    assert sample_way(**everything) == ("Merge 1", [None, True, None])


def test_it_takes_the_second_condition_when_the_first_fails() -> None:
    assert sample_way(event_severity="Critical") == ("Merge 2", [None, False, True, None])


def test_it_goes_on_from_the_last_merge_card_to_end() -> None:
    assert sample_way(event_severity="Minor") == ("Merge 4", [None, False, False, False, None, None])


def test_it_tells_every_condition_with_the_actual_value() -> None:
    step = walk(read(SAMPLE), alarm(event_severity="Minor", resource_provider="1")).as_json()["steps"][1]  # type: ignore[index]
    assert [(c["key"], c["actual"], c["result"]) for c in step["conditions"]] == [
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("resource_provider", "1", True),
        ("1", None, False),
    ]


def test_an_alarm_that_meets_no_merge_card_is_unrouted() -> None:
    rule = read((DOCUMENTS / "doubtful" / "branch-unrouted.json").read_bytes())
    went = walk(rule, alarm(event_severity="Minor"))
    assert (went.leaf, went.complete, went.group_key, went.notify) == (None, True, None, ())


@pytest.mark.parametrize("name", ["flow-cycle", "condition-exit-missing", "edge-dangling", "tree-missing"])
def test_a_broken_flow_ends_the_walk_and_says_so(name: str) -> None:
    rule = read((DOCUMENTS / "bad" / f"{name}.json").read_bytes())
    ways = [walk(rule, alarm(event_severity=severity)) for severity in ("Critical", "Minor")]
    assert not all(way.complete for way in ways)


def test_the_group_key_is_the_card_and_the_values() -> None:
    rule = read((DOCUMENTS / "good" / "group-by-tag.json").read_bytes())
    went = walk(rule, alarm(team="pay", zone="b", event_severity="Major", resource_provider="AOM"))
    assert went.as_json()["group_key"] == {
        "card": "flow-merg0001",
        "resource_provider": "AOM",
        "tag:team": "pay",
        "tag:zone": "b",
        "event_severity": "Major",
        "resource_type": "",
    }


@pytest.mark.parametrize(("name", "is_estimate"), [("legacy_ai_on", True), ("legacy_ai_off", False)])
def test_a_rule_with_smart_merging_switched_on_is_only_an_estimate(name: str, is_estimate: bool) -> None:
    """The published samples; both have a group_by, and an empty ai_group_by is what switches the merging off."""
    rule = read((DOCUMENTS / "upstream" / f"{name}.json").read_bytes())
    assert walk(rule, alarm(event_severity="Critical")).estimate == is_estimate


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"metadata": {"a": 7, "b": True, "c": None, "d": ""}}, {"a": "7", "b": "true"}),
        ({}, {}),
        ({"metadata": []}, {}),
    ],
)
def test_attributes_are_texts_and_empty_is_absent(raw: Any, expected: dict[str, str]) -> None:
    found = dict(Alarm(raw).attributes)
    assert found.pop("notification_scene") == "notify_triggered"
    assert found == expected


def test_an_ended_alarm_is_a_resolved_one() -> None:
    assert Alarm({"ends_at": 1}).attributes["notification_scene"] == "notify_resolved"
    assert Alarm({"ends_at": 0}).attributes["notification_scene"] == "notify_triggered"


def chains(trees: list[Document]) -> st.SearchStrategy[tuple[list[Document], Document]]:
    return st.tuples(st.just(trees), alarms(chain(*trees)))


@given(st.lists(trees(), min_size=1, max_size=4).flatmap(chains))
def test_a_chain_stops_at_the_first_condition_that_holds(case: tuple[list[Document], Document]) -> None:
    """Start -> C1 -true-> M1, C1 -false-> C2 … ; the last false branch -> End."""
    conditions, reported = case
    rule = chain(*conditions)
    for edge in rule["match_v3"]["edges"]:
        edge["target"] = edge["target"].replace(node_id("m0"), node_id("end"))
    found = naive.attributes(reported)
    holding = (number for number, tree in enumerate(conditions, 1) if naive.tree_holds(tree, found, []))
    expected = next((node_id(f"m{number}") for number in holding), None)
    went = walk(read_document(rule), Alarm(reported))
    assert went.leaf == expected
    assert went.complete


def test_a_pattern_that_cannot_be_read_leaves_the_alarm_undecided() -> None:
    rule = read((DOCUMENTS / "bad" / "regex-syntax.json").read_bytes())
    went = walk(rule, alarm(team="payroll"))
    assert (went.leaf, went.complete, went.steps[-1].result) == (None, False, None)
    assert went.as_json()["steps"][1]["conditions"][0]["result"] is None  # type: ignore[index]
    assert walk(rule, alarm(zone="b")).complete


@pytest.mark.parametrize(
    ("metadata", "ends_at", "scene"),
    [
        ({"notification_scene": ""}, 5, "notify_resolved"),
        ({"notification_scene": None}, 0, "notify_triggered"),
        ({"notification_scene": "notify_triggered"}, 5, "notify_triggered"),
        ({}, "0", "notify_triggered"),
    ],
)
def test_an_empty_scene_is_an_absent_one(metadata: Any, ends_at: Any, scene: str) -> None:
    assert Alarm({"metadata": metadata, "ends_at": ends_at}).attributes["notification_scene"] == scene
