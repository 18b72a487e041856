"""What the sandbox refuses in a rule, and what it lets through."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_proxy.sandbox.contract import group_rule_problems

from .steps import GROUP_RULES, rules_of, sample

Change = Callable[[dict[str, Any]], object]


def node(rule: dict[str, Any], number: int) -> Any:
    return rule["match_v3"]["nodes"][number]


def config(rule: dict[str, Any]) -> Any:
    return node(rule, 4)["value"]["combineConfig"]


def leaf(rule: dict[str, Any]) -> Any:
    return node(rule, 1)["value"]["nodes"][0]


def edges(rule: dict[str, Any]) -> Any:
    return rule["match_v3"]["edges"]


def join_the_last_branches(rule: dict[str, Any]) -> None:
    """C3 -true-> N3, C3 -false-> N3 -> End; without N4."""
    edges(rule)[6]["target"] = edges(rule)[7]["source"] = node(rule, 6)["id"]
    rule["match_v3"]["nodes"].pop(7)


BROKEN_FLOWS: dict[str, tuple[Change, str]] = {
    "no name": (lambda rule: rule.pop("name"), "/name"),
    "name starts with underscore": (lambda rule: rule.update(name="_a"), "/name"),
    "name with a hyphen": (lambda rule: rule.update(name="a-b"), "/name"),
    "name with a newline": (lambda rule: rule.update(name="ab\n"), "/name"),
    "name too long": (lambda rule: rule.update(name="a" * 101), "/name"),
    "desc too long": (lambda rule: rule.update(desc="d" * 1025), "/desc"),
    "desc is no text": (lambda rule: rule.update(desc=None), "/desc"),
    "both forms": (lambda rule: rule.update(detail=sample("legacy_ai_on")["detail"]), "/detail"),
    "waits beside a flow": (lambda rule: rule.update(group_wait=5), "/group_wait"),
    "neither form": (lambda rule: rule.pop("match_v3"), "match_v3"),
    "empty flow": (lambda rule: rule.update(match_v3={}), "match_v3"),
    "no edges": (lambda rule: rule["match_v3"].pop("edges"), "/match_v3/edges"),
    "nodes are no array": (lambda rule: rule["match_v3"].update(nodes={}), "/match_v3/nodes"),
    "node id too short": (lambda rule: node(rule, 0).update(id="flow-1"), "/match_v3/nodes/0/id"),
    "node id with a dot": (lambda rule: node(rule, 0).update(id="flow-1234567."), "/match_v3/nodes/0/id"),
    "unknown node type": (lambda rule: node(rule, 0).update(type="start"), "/match_v3/nodes/0/type"),
    "unknown card": (lambda rule: node(rule, 1).update(businessType="X"), "/match_v3/nodes/1/businessType"),
    "card type is a list": (lambda rule: node(rule, 1).update(businessType=[]), "/match_v3/nodes/1/businessType"),
    "start with a value": (lambda rule: node(rule, 0).update(value={"id": "x"}), "/match_v3/nodes/0/value"),
    "two starts": (lambda rule: node(rule, 8).update(type="Start"), "exactly one Start"),
    "no end": (lambda rule: rule["match_v3"]["nodes"].pop(), "exactly one End"),
    "card without value": (lambda rule: node(rule, 1).pop("value"), "/match_v3/nodes/1/value"),
    "root is a leaf": (lambda rule: node(rule, 1).update(value=leaf(rule)), "/match_v3/nodes/1/value/type"),
    "group without children": (lambda rule: node(rule, 1)["value"].update(nodes=[]), "/match_v3/nodes/1/value/nodes"),
    "group that is xor": (lambda rule: node(rule, 1)["value"].update(value="xor"), "/match_v3/nodes/1/value/value"),
    "leaf with children": (lambda rule: leaf(rule).update(nodes=[1]), "/nodes/1/value/nodes/0/nodes"),
    "leaf of unknown type": (lambda rule: leaf(rule).update(type="date"), "/value/nodes/0/type"),
    "leaf without match": (lambda rule: leaf(rule).pop("match"), "/value/nodes/0/match"),
    "condition id of a card": (lambda rule: leaf(rule).update(id="flow-12345678"), "/value/nodes/0/id"),
    "unknown operator": (lambda rule: leaf(rule)["match"].update(operate="LIKE"), "/match/operate"),
    "empty key": (lambda rule: leaf(rule)["match"].update(key=""), "/match/key"),
    "severity Warning": (lambda rule: leaf(rule)["match"].update(value=["Warning"]), "/match/value/0"),
    "value is text": (lambda rule: leaf(rule)["match"].update(value="Critical"), "/match/value"),
    "no value": (lambda rule: leaf(rule)["match"].pop("value"), "/match/value"),
    "values twice": (lambda rule: leaf(rule)["match"].update(value=["Info", "Info"]), "/match/value"),
    "EXIST with a value": (lambda rule: leaf(rule)["match"].update(operate="EXIST"), "/match/value"),
    "regex too long": (lambda rule: leaf(rule)["match"].update(operate="REGEX", value=["a" * 257]), "/match/value/0"),
    "eleven conditions": (
        lambda rule: node(rule, 1)["value"]["nodes"].extend(
            {**leaf(rule), "id": f"GroupCondition-extra00{number}"} for number in range(5)
        ),
        "at most 10 conditions",
    ),
    "wait too long": (lambda rule: config(rule).update(group_wait=601), "/group_wait"),
    "wait as text": (lambda rule: config(rule).update(group_wait="0"), "/group_wait"),
    "wait as boolean": (lambda rule: config(rule).update(group_wait=True), "/group_wait"),
    "wait with a fraction": (lambda rule: config(rule).update(group_wait=5.0), "/group_wait"),
    "interval too short": (lambda rule: config(rule).update(group_interval=4), "/group_interval"),
    "interval missing": (lambda rule: config(rule).pop("group_interval"), "/group_interval"),
    "repeat too long": (lambda rule: config(rule).update(group_repeat_waiting=1_296_001), "/group_repeat_waiting"),
    "no grouping": (lambda rule: config(rule).pop("group_by"), "/group_by"),
    "grouping unpublished": (lambda rule: config(rule).update(group_by=["event_severity"]), "/group_by"),
    "ai grouping unknown": (lambda rule: config(rule).update(ai_group_by=["all"]), "/ai_group_by/0"),
    "nobody to notify": (
        lambda rule: config(rule).update(bind_notification_rule_ids=[]),
        "/bind_notification_rule_ids",
    ),
    "binding with a blank": (
        lambda rule: config(rule).update(bind_notification_rule_ids=["a b"]),
        "/bind_notification_rule_ids/0",
    ),
    "edge value boolean": (lambda rule: edges(rule)[1].update(value=True), "/match_v3/edges/1/value"),
    "edge id of a node": (lambda rule: edges(rule)[1].update(id="flow-12345678"), "/match_v3/edges/1/id"),
    "edge to nowhere": (lambda rule: edges(rule)[1].update(target="flow-nowhere0"), "/match_v3/edges/1/target"),
    "edge id twice": (lambda rule: edges(rule)[1].update(id=edges(rule)[0]["id"]), "'edge-gMPwWev2' twice"),
    "condition id twice": (lambda rule: leaf(rule).update(id=node(rule, 1)["value"]["id"]), "Ive7unRq' twice"),
    "no false branch": (lambda rule: edges(rule).pop(2), "/match_v3/nodes/1"),
    "two true branches": (lambda rule: edges(rule)[2].update(value="true"), "/match_v3/nodes/1"),
    "start with a branch value": (lambda rule: edges(rule)[0].update(value="true"), "/match_v3/nodes/0"),
    "merge card to a card": (lambda rule: edges(rule)[7].update(target=node(rule, 2)["id"]), "lead to End"),
    "end with an exit": (
        lambda rule: edges(rule).append(
            {"id": "edge-12345678", "source": node(rule, 8)["id"], "target": node(rule, 1)["id"]}
        ),
        "/match_v3/nodes/8",
    ),
    "cycle": (lambda rule: edges(rule)[4].update(target=node(rule, 1)["id"]), "without a cycle"),
    "unreached card": (lambda rule: edges(rule)[1].update(target=node(rule, 4)["id"]), "/match_v3/nodes/2"),
}


class TestTheContract:
    @pytest.mark.parametrize(("change", "place"), BROKEN_FLOWS.values(), ids=BROKEN_FLOWS.keys())
    def test_it_refuses_a_broken_flow_and_names_the_place(
        self, client: httpx.Client, change: Change, place: str
    ) -> None:
        rule = sample()
        change(rule)
        answer = client.post(GROUP_RULES, json=rule)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08001003"
        assert place in answer.json()["error_msg"]
        assert rules_of(client) == []

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"detail": []}, "/detail"),
            ({"detail": sample("legacy_ai_on")["detail"] * 11}, "/detail"),
            ({"detail": [{"match": [], "bind_notification_rule_ids": ["a"]}]}, "/detail/0/match"),
            ({"detail": [{"match": sample("legacy_ai_on")["detail"][0]["match"]}]}, "/detail/0/bind_notification"),
            ({"group_by": ["event_severity"]}, "/group_by"),
            ({"group_by": []}, "/group_by"),
            ({"group_repeat_waiting": "60"}, "/group_repeat_waiting"),
            ({"ai_group_by": "event_name"}, "/ai_group_by"),
        ],
    )
    def test_it_refuses_a_broken_legacy_rule(self, client: httpx.Client, change: Any, place: str) -> None:
        answer = client.post(GROUP_RULES, json={**sample("legacy_ai_on"), **change})
        assert answer.status_code == 400
        assert place in answer.json()["error_msg"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda rule: rule.update(desc="", detail=[], group_by=None),
            lambda rule: leaf(rule)["match"].update(key="key-test", value=["10.0.0.1"]),
            lambda rule: leaf(rule)["match"].update(operate="EXIST", value=[]),
            lambda rule: leaf(rule)["match"].update(operate="REGEX", value=["host*"]),
            lambda rule: leaf(rule)["match"].update(key="notification_scene", value=["notify_resolved"]),
            lambda rule: config(rule).update(group_by=["resource_provider", "tag", "event_severity", "resource_type"]),
            join_the_last_branches,
        ],
        ids=["legacy members empty", "soft tag", "EXIST", "REGEX", "scene", "all tags", "a join"],
    )
    def test_it_accepts_what_the_pages_allow(self, change: Change) -> None:
        rule = sample()
        change(rule)
        assert group_rule_problems(rule) == []

    def test_grouping_by_tags_needs_a_condition_on_a_tag(self) -> None:
        rule = sample()
        config(rule)["group_by"] = ["resource_provider", "tag", "event_severity", "resource_type"]
        for number in (1, 3, 5):
            node(rule, number)["value"]["nodes"] = [node(rule, number)["value"]["nodes"][0]]
        (problem,) = group_rule_problems(rule)
        assert problem.pointer == "/match_v3/nodes/4/value/combineConfig/group_by"

    def test_conditions_nested_without_end_are_refused(self) -> None:
        rule = sample()
        tree = leaf(rule)
        for _ in range(5000):
            tree = {"id": "GroupCondition-aaaaaaaa", "type": "bool", "value": "and", "nodes": [tree]}
        node(rule, 1)["value"] = tree
        assert [str(problem) for problem in group_rule_problems(rule)] == ["the body is nested too deeply"]

    @given(st.data())
    @settings(max_examples=200)
    def test_nonsense_anywhere_is_judged_and_never_fails(self, data: st.DataObject) -> None:
        rule = copy.deepcopy(sample())
        holder, name = data.draw(st.sampled_from(list(_places(rule))))
        holder[name] = data.draw(NONSENSE)
        assert all(isinstance(str(problem), str) for problem in group_rule_problems(rule))


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "value"]), inner),
    max_leaves=5,
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    names: Any = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield value, name
        yield from _places(value[name])
