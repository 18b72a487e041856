"""detail and match_v3, each said in the other: the same alarms go the same ways."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Alarm, check, is_valid, read_document, walk
from editor.flow.convert import Inexpressible
from editor.flow.convert.detail import to_detail, to_flow
from tests.flow.convert_cases import (
    MERGING,
    alarms,
    chains,
    flow_json,
    flows,
    id_maker,
    legacy_rules,
    merge_card,
)

DOCUMENTS = Path(__file__).parent.parent / "documents"
SAMPLE = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
CRITICAL = {"key": "event_severity", "operate": "EQUALS", "value": ["Critical"]}
TEAM = {"key": "team", "operate": "EQUALS", "value": ["a"]}
THIRD = ["resource_provider", "event_severity", "resource_type"]


def legacy(*entries: list[Any], **members: Any) -> dict[str, Any]:
    detail = [{"match": found, "bind_notification_rule_ids": [f"team {n}"]} for n, found in enumerate(entries)]
    return {"name": "payments", "detail": detail, **MERGING, **members}


def chain(*trees: Any) -> dict[str, Any]:
    """Start -> c0 -true-> m0, -false-> c1 … -false-> End"""
    links = [("start", "c0", "")]
    for n in range(len(trees)):
        links.append((f"c{n}", f"m{n}", "true"))
        links.append((f"c{n}", f"c{n + 1}" if n + 1 < len(trees) else "end", "false"))
    return flow_json(list(trees), links)


def reasons(document: Any) -> dict[str, str]:
    with pytest.raises(Inexpressible) as refused:
        (to_flow if "detail" in document else to_detail)(document)
    return {reason.pointer: reason.text for reason in refused.value.reasons}


def notes(document: Any) -> dict[str, str]:
    return {note.pointer: note.text for note in (to_flow if "detail" in document else to_detail)(document).notes}


def edit(document: Any, place: str, value: Any) -> None:
    *steps, last = place.split("/")[1:]
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    document[last] = value


def entry_of(document: Any, leaf: str | None) -> str | None:
    """The entry that a merge card of a converted rule was made for."""
    merges = [node["id"] for node in document["match_v3"]["nodes"] if node.get("businessType") == "CombineConf"]
    return None if leaf is None else f"/detail/{merges.index(leaf)}"


# detail -> match_v3


def test_an_entry_becomes_a_condition_card_with_its_merge_card_on_the_true_side() -> None:
    document = to_flow(legacy([CRITICAL], [TEAM], desc="kept", owner=1)).document
    flow = read_document(document).flow
    assert flow is not None
    ways = [(flow.titles[edge.source], edge.exit, flow.titles[edge.target]) for edge in flow.edges]
    assert ways == [
        ("Start", "plain", "Condition 1"),
        ("Condition 1", "true", "Merge 1"),
        ("Condition 1", "false", "Condition 2"),
        ("Condition 2", "true", "Merge 2"),
        ("Condition 2", "false", "End"),
    ]
    assert [dict(merge.raw) for _, merge in flow.merges] == [
        {**MERGING, "bind_notification_rule_ids": ["team 0"]},
        {**MERGING, "bind_notification_rule_ids": ["team 1"]},
    ]
    assert {name: document[name] for name in document if name != "match_v3"} == {
        "name": "payments",
        "desc": "kept",
        "owner": 1,
    }


@given(legacy_rules(), st.lists(alarms(), min_size=1, max_size=8))
def test_a_legacy_rule_decides_the_same_as_a_flow(document: Any, seen: list[Alarm]) -> None:
    before = copy.deepcopy(document)
    rule = read_document(document)
    assert is_valid(check(rule))
    try:
        flow = to_flow(document).document
    except Inexpressible as refused:
        assert {reason.pointer for reason in refused.reasons} == {"/group_by"}
        return
    assert document == before
    assert flow == to_flow(copy.deepcopy(document)).document
    converted = read_document(flow)
    assert is_valid(check(converted)), check(converted)
    for alarm in seen:
        old, new = walk(rule, alarm), walk(converted, alarm)
        assert (old.leaf, old.notify, old.complete) == (entry_of(flow, new.leaf), new.notify, new.complete)


@given(legacy_rules(), st.lists(alarms(), min_size=1, max_size=8))
def test_there_and_back_again_decides_the_same(document: Any, seen: list[Alarm]) -> None:
    try:
        flow = to_flow(document).document
    except Inexpressible:
        return
    again = to_detail(flow).document
    assert matches_of(again) == matches_of(document)
    for alarm in seen:
        old, new = walk(read_document(document), alarm), walk(read_document(again), alarm)
        assert (old.leaf, old.notify) == (new.leaf, new.notify)


def matches_of(document: Any) -> list[Any]:
    return [entry["match"] for entry in document["detail"]]


def test_ids_depend_on_what_the_rule_says_and_not_on_its_order_of_members() -> None:
    document = legacy([CRITICAL], [TEAM])
    turned = dict(reversed(document.items()))
    assert to_flow(document).document["match_v3"] == to_flow(turned).document["match_v3"]
    other = to_flow(legacy([CRITICAL], [TEAM], desc="other")).document["match_v3"]
    assert not ids_of(other) & ids_of(to_flow(document).document["match_v3"])


def ids_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["id"]} if "id" in value else set()
        return own.union(*map(ids_of, value.values()))
    return set().union(*map(ids_of, value)) if isinstance(value, list) else set()


def test_named_tags_become_all_tags_and_that_is_noted() -> None:
    document = legacy([CRITICAL, TEAM], group_by=["event_severity", "resource_provider", "team", "resource_type"])
    flow = read_document(to_flow(document).document).flow
    assert flow is not None
    assert flow.merges[0][1].group_by == ("resource_provider", "tag", "event_severity", "resource_type")
    assert "the tags team;" in notes(document)["/group_by"]


@pytest.mark.parametrize(
    "group_by", [None, [], ["resource_id"], ["event_severity"], THIRD, [*THIRD, "team", 1], "resource_provider", [1]]
)
def test_a_group_by_that_is_not_published_prevents(group_by: Any) -> None:
    told = reasons(legacy([TEAM], group_by=group_by))
    # A text where a list should be is a fault that the checks find in either form.
    assert list(told) == ["/group_by"] and "one of: resource_provider;" in told["/group_by"]


def test_grouping_by_tags_wants_a_condition_on_a_tag() -> None:
    assert "/group_by" in reasons(legacy([CRITICAL], group_by=[*THIRD, "team"]))


def test_smart_merging_is_kept_and_the_members_beside_it_are_noted() -> None:
    sample = json.loads((DOCUMENTS / "upstream" / SMART).read_text())
    flow = read_document(to_flow(sample).document).flow
    assert flow is not None
    assert (flow.merges[0][1].group_by, flow.merges[0][1].ai_group_by) == ((), ("event_name",))
    assert "ai_group_by is kept" in notes(sample)["/group_by"]


SMART = next(
    path.name for path in (DOCUMENTS / "upstream").glob("*.json") if json.loads(path.read_text()).get("ai_group_by")
)


def test_a_repeat_time_in_quotes_becomes_a_number() -> None:
    flow = read_document(to_flow(legacy([TEAM], group_repeat_waiting="60")).document).flow
    assert flow is not None
    assert flow.merges[0][1].waits["group_repeat_waiting"] == 60


def test_exist_gets_an_empty_value() -> None:
    document = to_flow(legacy([{"key": "team", "operate": "EXIST"}])).document
    _, leaf = read_document(document).conditions[0]
    assert leaf.match == {"key": "team", "operate": "EXIST", "value": []}


def test_faults_are_carried_over_for_the_checks_to_find() -> None:
    document = legacy(*[[CRITICAL]] * 11, group_wait=601, name="_")
    codes = {found.code for found in check(read_document(to_flow(document).document)) if found.severity == "error"}
    assert codes == {"size-condition-cards", "wait-range", "name-format"}


def test_entries_without_shape_are_refused_with_their_findings() -> None:
    with pytest.raises(Inexpressible) as refused:
        to_flow({**legacy([TEAM]), "detail": [5, {"match": {}}]})
    assert [found.code for found in refused.value.findings] == ["entry-shape", "entry-shape"]


def test_more_entries_than_a_flow_has_room_for_are_refused() -> None:
    assert "300 entries" in reasons(legacy(*[[CRITICAL]] * 300))["/detail"]


def test_unknown_members_of_an_entry_are_noted_and_those_of_a_comparison_kept() -> None:
    document = legacy([{**CRITICAL, "colour": "red"}])
    document["detail"][0]["owner"] = "me"
    assert "owner" in notes(document)["/detail/0/owner"]
    assert read_document(to_flow(document).document).conditions[0][1].match["colour"] == "red"


def test_what_cannot_be_seen_in_a_name_is_spelled_in_a_note() -> None:
    document = legacy([CRITICAL])
    document["detail"][0]["own\u200ber\n"] = "me"
    assert "the member ownU+200BerU+000A." in notes(document)["/detail/0/own\u200ber\n"]


START: Any = {"nodes": [{"id": "flow-start001", "type": "Start"}], "edges": []}


def test_a_flow_without_cards_beside_entries_does_not_count() -> None:
    turned = to_flow({**legacy([TEAM]), "match_v3": {"nodes": [], "edges": []}}).document
    assert "detail" not in turned and len(turned["match_v3"]["nodes"]) == 4  # type: ignore[call-overload, index, arg-type]


@pytest.mark.parametrize("document", [{"name": "x"}, {**legacy([TEAM]), "match_v3": START}])
def test_only_a_legacy_rule_becomes_a_flow(document: Any) -> None:
    with pytest.raises(Inexpressible, match="legacy entries"):
        to_flow(document)


# match_v3 -> detail


@given(chains(), st.lists(alarms(), min_size=1, max_size=8))
def test_a_chain_decides_the_same_as_detail(document: Any, seen: list[Alarm]) -> None:
    before = copy.deepcopy(document)
    rule = read_document(document)
    assert is_valid(check(rule))
    converted = read_document(to_detail(document).document)
    assert document == before
    assert is_valid(check(converted))
    for alarm in seen:
        old, new = walk(rule, alarm), walk(converted, alarm)
        assert (old.notify, old.complete) == (new.notify, new.complete)
        assert (old.leaf is None) == (new.leaf is None)


@given(flows(), st.lists(alarms(), min_size=1, max_size=4))
def test_a_flow_is_said_exactly_or_not_at_all(document: Any, seen: list[Alarm]) -> None:
    try:
        converted = read_document(to_detail(document).document)
    except Inexpressible as refused:
        assert refused.reasons and not refused.findings
        return
    for alarm in seen:
        assert walk(read_document(document), alarm).notify == walk(converted, alarm).notify


def test_all_differences_are_named_at_once_with_their_places() -> None:
    """Start -> Condition 1 -true-> Condition 2, -false-> Merge 3"""
    document = flow_json(
        [("or", [CRITICAL, TEAM]), ("and", [TEAM, ("or", [TEAM, CRITICAL])])],
        [
            *[("start", "c0", ""), ("c0", "c1", "true"), ("c0", "m2", "false")],
            *[("c1", "m0", "true"), ("c1", "m1", "false"), ("m2", "end", "")],
        ],
    )
    edit(document, "/match_v3/nodes/5/value/combineConfig/group_wait", 16)
    assert reasons(document) == {
        "/match_v3/edges/1": "The true branch of Condition 1 leads to Condition 2; "
        "in detail the alarms of an entry are grouped at once.",
        "/match_v3/edges/2": "The false branch of Condition 1 leads to Merge 3; "
        "in detail an entry without conditions cannot be said.",
        "/match_v3/nodes/1/value": "Condition 1 has an or group; detail can only say and.",
        "/match_v3/nodes/2/value/nodes/1": "Condition 2 has an or group; detail can only say and.",
        "/match_v3/nodes/5/value/combineConfig/group_wait": "Merge 2 has the group_wait 16 s, Merge 1 15 s; "
        "detail has one for all.",
    }


def test_the_published_sample_says_why_it_is_no_detail() -> None:
    told = reasons(SAMPLE)
    assert "The false branch of Condition 3 leads to Merge 4" in " ".join(told.values())
    assert any("ai_group_by" in text for text in told.values())


def test_an_or_of_one_attribute_becomes_one_comparison_with_several_values() -> None:
    either = ("or", [{**TEAM, "value": ["a", "b"]}, ("and", [{**TEAM, "value": ["b", "c"]}])])
    found = to_detail(chain(("and", [CRITICAL, either]))).document
    assert found["detail"][0]["match"] == [CRITICAL, {**TEAM, "value": ["a", "b", "c"]}]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    "other", [{**TEAM, "operate": "REGEX"}, {**TEAM, "key": "env"}, CRITICAL, ("and", [TEAM, CRITICAL])]
)
def test_any_other_or_prevents(other: Any) -> None:
    assert list(reasons(chain(("or", [TEAM, other])))) == ["/match_v3/nodes/1/value"]


def test_more_values_than_a_comparison_may_have_are_refused() -> None:
    halves = [{**TEAM, "value": [f"{side}{n}" for n in range(60)]} for side in "ab"]
    with pytest.raises(Inexpressible) as refused:
        to_detail(chain(("or", halves)))
    assert [found.code for found in refused.value.findings] == ["size-values"]


def test_all_tags_become_the_tags_that_conditions_ask_for() -> None:
    document = chain(("and", [CRITICAL, TEAM]))
    config = "/match_v3/nodes/2/value/combineConfig"
    edit(document, f"{config}/group_by", ["tag", "resource_type", "resource_provider", "event_severity"])
    assert to_detail(document).document["group_by"] == ["resource_provider", "team", "event_severity", "resource_type"]
    assert notes(document)[f"{config}/group_by"].endswith("detail groups by those it names: team.")


def test_smart_merging_is_kept_in_detail() -> None:
    document = chain(("and", [CRITICAL]))
    merge = merge_card("flow-00000002", id_maker(), ai_group_by=["tag"], group_by=[])
    document["match_v3"]["nodes"][2]["value"]["combineConfig"] = merge["value"]["combineConfig"]
    converted = to_detail(document).document
    assert (converted["group_by"], converted["ai_group_by"]) == ([], ["tag"])


def test_a_shared_merge_card_is_noted() -> None:
    links = [
        ("start", "c0", ""),
        ("c0", "m0", "true"),
        ("c0", "c1", "false"),
        ("c1", "m0", "true"),
        ("c1", "end", "false"),
    ]
    document = flow_json([("and", [CRITICAL]), ("and", [TEAM])], links)
    assert "Merge 1 is shared by 2 conditions" in notes(document)["/match_v3/nodes/2"]


def test_unknown_members_of_cards_and_edges_are_noted() -> None:
    document = chain(("and", [TEAM]))
    places = ["/match_v3/nodes/1/x", "/match_v3/nodes/1/value/nodes/0/x", "/match_v3/edges/0/x"]
    places.append("/match_v3/nodes/2/value/combineConfig/x")
    for place in places:
        edit(document, place, 1)
    assert notes(document).keys() >= set(places)


def test_a_flow_with_errors_is_refused_with_its_findings() -> None:
    document = chain(("and", [{**TEAM, "operate": "LIKE"}]), ("and", []))
    with pytest.raises(Inexpressible) as refused:
        to_detail(document)
    assert {found.code for found in refused.value.findings} == {"operator", "group-empty"}
    assert {reason.pointer for reason in refused.value.reasons} >= {"/match_v3/nodes/3/value"}


def test_a_rule_that_groups_every_alarm_alike_is_no_detail() -> None:
    document = flow_json([], [("start", "m0", ""), ("m0", "end", "")])
    assert reasons(document)["/match_v3/edges/0"].startswith("Start leads to Merge 1;")


def test_a_branch_that_tells_nobody_is_no_entry() -> None:
    document = flow_json([("and", [TEAM])], [("start", "c0", ""), ("c0", "end", "true"), ("c0", "end", "false")])
    assert reasons(document)["/match_v3/edges/1"].startswith("The true branch of Condition 1 leads to End;")
