"""The walk, against a second reading of the rules written the dull way."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Alarm, read, read_document, walk

DOCUMENTS = Path(__file__).parent.parent / "documents"
SAMPLE = (DOCUMENTS / "good" / "published-sample.json").read_bytes()


def alarm(**metadata: object) -> Alarm:
    return Alarm({"metadata": metadata})  # type: ignore[dict-item]


def sample_way(**metadata: object) -> tuple[str | None, list[bool | None]]:
    flow = read(SAMPLE).flow
    assert flow
    went = walk(flow, alarm(**metadata))
    return (flow.titles[went.leaf.id] if went.leaf else None), [step.result for step in went.steps]


def test_it_follows_the_true_branch_of_the_sample() -> None:
    everything = {"event_severity": "Critical", "resource_provider": "1", "1": "1"}
    assert sample_way(**everything) == ("Merge 1", [None, True, None])


def test_it_takes_the_second_condition_when_the_first_fails() -> None:
    assert sample_way(event_severity="Critical") == ("Merge 2", [None, False, True, None])


def test_it_goes_on_from_the_last_merge_card_to_end() -> None:
    assert sample_way(event_severity="Minor") == ("Merge 4", [None, False, False, False, None, None])


def test_it_tells_every_condition_with_the_actual_value() -> None:
    flow = read(SAMPLE).flow
    assert flow
    step = walk(flow, alarm(event_severity="Minor", resource_provider="1")).as_json()["steps"][1]  # type: ignore[index]
    assert [(c["key"], c["actual"], c["result"]) for c in step["conditions"]] == [
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("event_severity", "Minor", False),
        ("resource_provider", "1", True),
        ("1", None, False),
    ]


def test_an_alarm_that_meets_no_merge_card_is_unrouted() -> None:
    flow = read((DOCUMENTS / "doubtful" / "branch-unrouted.json").read_bytes()).flow
    assert flow
    went = walk(flow, alarm(event_severity="Minor"))
    assert (went.leaf, went.complete, went.group_key) == (None, True, None)


@pytest.mark.parametrize("name", ["flow-cycle", "condition-exit-missing", "edge-dangling", "tree-missing"])
def test_a_broken_flow_ends_the_walk_and_says_so(name: str) -> None:
    flow = read((DOCUMENTS / "bad" / f"{name}.json").read_bytes()).flow
    assert flow
    ways = [walk(flow, alarm(event_severity=severity)) for severity in ("Critical", "Minor")]
    assert not all(way.complete for way in ways)


def test_the_group_key_is_the_card_and_the_values() -> None:
    flow = read((DOCUMENTS / "good" / "group-by-tag.json").read_bytes()).flow
    assert flow
    went = walk(flow, alarm(team="pay", zone="b", event_severity="Major", resource_provider="AOM"))
    assert went.as_json()["group_key"] == {
        "card": "flow-merg0001",
        "resource_provider": "AOM",
        "tag:team": "pay",
        "tag:zone": "b",
        "event_severity": "Major",
        "resource_type": "",
    }


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


KEYS = ["event_severity", "team", "zone"]
VALUES = ["Critical", "pay", "x1", ""]
leaves = st.builds(
    lambda key, operate, value: {"id": "l", "type": "text", "match": {"key": key, "operate": operate, "value": value}},
    st.sampled_from(KEYS),
    st.sampled_from(["EQUALS", "EXIST", "REGEX"]),
    st.lists(st.sampled_from(VALUES[:3]), min_size=1, max_size=2),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda join, nodes: {"id": "g", "type": "bool", "value": join, "nodes": nodes},
        st.sampled_from(["and", "or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def holds(part: Any, metadata: dict[str, str]) -> bool:
    """The meaning of a condition tree, said once more."""
    if part["type"] == "bool":
        return (any if part["value"] == "or" else all)([holds(child, metadata) for child in part["nodes"]])
    actual = metadata.get(part["match"]["key"]) or None
    if actual is None:
        return False
    operate, values = part["match"]["operate"], part["match"]["value"]
    return operate == "EXIST" or (actual in values if operate == "EQUALS" else any(v in actual for v in values))


@given(st.lists(trees, min_size=1, max_size=4), st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)))
def test_a_chain_stops_at_the_first_condition_that_holds(conditions: list[Any], metadata: dict[str, str]) -> None:
    """Start -> C0 -true-> M0, C0 -false-> C1 … ; the last false branch -> End."""
    nodes: list[Any] = [{"id": "start", "type": "Start"}, {"id": "end", "type": "End"}]
    edges = [{"id": "e", "source": "start", "target": "c0"}]
    for i, tree in enumerate(conditions):
        nodes.append({"id": f"c{i}", "type": "Card", "businessType": "GroupCondition", "value": tree})
        nodes.append({"id": f"m{i}", "type": "Card", "businessType": "CombineConf", "value": {"combineConfig": {}}})
        onward = f"c{i + 1}" if i + 1 < len(conditions) else "end"
        edges.append({"id": f"t{i}", "source": f"c{i}", "target": f"m{i}", "value": "true"})
        edges.append({"id": f"f{i}", "source": f"c{i}", "target": onward, "value": "false"})
    flow = read_document({"match_v3": {"nodes": nodes, "edges": edges}}).flow
    assert flow
    expected = next((f"m{i}" for i, tree in enumerate(conditions) if holds(tree, metadata)), None)
    went = walk(flow, Alarm({"metadata": metadata}))
    assert (went.leaf.id if went.leaf else None) == expected
    assert went.complete


def test_a_pattern_that_cannot_be_read_leaves_the_alarm_undecided() -> None:
    flow = read((DOCUMENTS / "bad" / "regex-syntax.json").read_bytes()).flow
    assert flow
    went = walk(flow, alarm(team="payroll"))
    assert (went.leaf, went.complete, went.steps[-1].result) == (None, False, None)
    assert went.as_json()["steps"][1]["conditions"][0]["result"] is None  # type: ignore[index]
    assert walk(flow, alarm(zone="b")).complete


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
