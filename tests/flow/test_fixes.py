"""A fix mends its finding and nothing else."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.flow import Alarm, Finding, Unreadable, check, read_document, walk
from editor.flow.finding import CODES
from editor.flow.fixes import FIXERS, MOST, Fix, fixes, with_fixes
from editor.flow.patch import Operation, Unfitting, equal, patched, value_at
from editor.flow.reading import parse
from editor.flow.rule import Json
from tests.flow.making import (
    Document,
    alarms,
    chain,
    comparisons,
    edge,
    flow_documents,
    group,
    leaf,
    legacy_documents,
    legacy_rule,
    match,
    merge,
    node_id,
    seeds,
    team,
    with_unknown_members,
)

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT / "tests" / "documents"
FAULTY = sorted([*(DOCUMENTS / "bad").glob("*.json"), *(DOCUMENTS / "doubtful").glob("*.json")])
# What the document says breaks a published limit in a manner that decides where alarms go, or who is told: the limit
# forces another meaning. Every other fix leaves the ways of all alarms as they are.
FORCED = {
    "edge-value", "entry-shape", "group-by-choice", "group-join", "key-near", "merge-shape", "node-kind", "notify-type",
    "operator", "scene", "severity", "ai-group-by", "tag-name", "tree-shape", "value-type",
}  # fmt: skip


def mended(document: Document, code: str) -> tuple[str, Any]:
    """The title of the only fix of the only finding of ``code``, and the document after it."""
    (found,) = [each for each in check(read_document(document)) if each.code == code]
    (fix,) = fixes(document, found)
    return fix.title, patched(document, fix.patch)


def codes(document: Any) -> set[str]:
    return {found.code for found in check(read_document(document))}


def one_leaf(*args: Any) -> Document:
    return chain(group("and", leaf(*args)))


def with_edges(*edges: Document) -> Document:
    rule = chain(team())
    rule["match_v3"]["edges"] += [{"id": f"edge-more{i:04d}", **each} for i, each in enumerate(edges)]
    return rule


def with_edge_value(source: str, value: Any) -> Document:
    """A rule whose last edge out of ``source`` has a value."""
    rule = chain(team())
    [each for each in rule["match_v3"]["edges"] if each["source"] == node_id(source)][-1]["value"] = value
    return rule


def with_member(place: str, value: Any, rule: Document | None = None) -> Any:
    return patched(rule or chain(team()), [{"op": "add", "path": place, "value": value}])


MADE: Sequence[tuple[str, Any, str]] = [
    ("name-format", chain(team(), name=" made\n"), 'Write "made" instead of " made\\n"'),
    ("name-format", chain(team(), name="ＰａｙＡ１"), 'Write "PayA1" instead of "ＰａｙＡ１"'),
    ("node-kind", with_member("/match_v3/nodes/1/type", "card"), 'Write "Card" instead of "card"'),
    (
        "node-kind",
        with_member("/match_v3/nodes/1/businessType", "group_condition"),
        'Write "GroupCondition" instead of "group_condition"',
    ),
    ("edge-dangling", with_edges(edge("gone", "m1", "true")), "Remove the edge"),
    ("edge-duplicate", with_edges(edge("c1", "m1", "true")), "Remove the second edge"),
    ("edge-value", with_edge_value("c1", False), 'Write "false" instead of false'),
    ("edge-value", with_edge_value("c1", "False "), 'Write "false" instead of "False "'),
    ("edge-value", with_edge_value("start", "true"), "Remove the value of the edge"),
    ("edge-value", with_edge_value("m0", ""), "Remove the value of the edge"),
    ("start-entry", with_edges(edge("end", "start")), "Remove the edge"),
    ("end-exit", with_edges(edge("end", "m1")), "Remove the edge"),
    ("id-format", with_member("/match_v3/edges/0/id", "edge-abcdefgh "), "Give it the id edge-abcdefgh"),
    ("tree-shape", with_member("/match_v3/nodes/1/value/type", "Bool"), 'Write "bool" instead of "Bool"'),
    (
        "tree-shape",
        with_member("/match_v3/nodes/1/value/nodes/0/match/value", "pay"),
        'Write ["pay"] instead of "pay"',
    ),
    ("group-empty", chain(group("and", leaf("team", "EXIST"), group("or"))), "Remove the empty group"),
    ("group-join", chain(group("and", group("OR", leaf("team", "EXIST")))), 'Write "or" instead of "OR"'),
    (
        "key-near",
        chain(group("and", leaf("event_severity ", "EQUALS", "Major"))),
        'Write "event_severity" instead of "event_severity "',
    ),
    ("operator", one_leaf("team", "equals", "pay"), 'Write "EQUALS" instead of "equals"'),
    ("operator", one_leaf("team", "Exists"), 'Write "EXIST" instead of "Exists"'),
    ("value-type", one_leaf("team", "EQUALS", 7), 'Write "7" instead of 7'),
    ("value-type", one_leaf("team", "EQUALS", True), 'Write "true" instead of true'),
    ("value-empty", one_leaf("team", "EQUALS", "pay", ""), "Remove the empty value"),
    ("value-duplicate", one_leaf("team", "EQUALS", "a", "b", "a", "b", "a"), "Keep each value once"),
    ("exist-value", one_leaf("team", "EXIST", "pay"), "Remove the values"),
    ("severity", one_leaf("event_severity", "EQUALS", "Warning"), 'Write "Info" instead of "Warning"'),
    ("severity", one_leaf("event_severity", "EQUALS", "critical"), 'Write "Critical" instead of "critical"'),
    (
        "severity",
        one_leaf("event_severity", "EQUALS", "Info", "Warning"),
        'Remove "Warning": "Info" is there already',
    ),
    (
        "scene",
        legacy_rule([match("notification_scene", "EQUALS", "Notify-Resolved")]),
        'Write "notify_resolved" instead of "Notify-Resolved"',
    ),
    ("tag-name", one_leaf("ｔｅａｍ", "EXIST"), 'Write "team" instead of "ｔｅａｍ"'),
    ("tag-name", one_leaf("te\u200bam", "EXIST"), 'Write "team" instead of "teU+200Bam"'),
    (
        "merge-shape",
        chain(team(), config=merge(bind_notification_rule_ids="sre")),
        'Write ["sre"] instead of "sre"',
    ),
    (
        "group-by-choice",
        chain(team(), config=merge(group_by=["Resource_Provider", "event_severity "])),
        "Group by resource_provider, event_severity",
    ),
    (
        "ai-group-by",
        chain(team(), config=merge(group_by=None, ai_group_by=["tag", "event_name", "tags"])),
        'Remove "tags": "tag" is there already',
    ),
    ("wait-type", legacy_rule([match("team", "EXIST")], group_wait="15 "), 'Write 15 instead of "15 "'),
    ("wait-type", legacy_rule([match("team", "EXIST")], group_wait=15.0), "Write 15 instead of 15.0"),
    ("wait-text", legacy_rule([match("team", "EXIST")], group_repeat_waiting="3600"), 'Write 3600 instead of "3600"'),
    (
        "notify-type",
        with_member("/detail/0/bind_notification_rule_ids", ["sre", ""], legacy_rule([match("team", "EXIST")])),
        "Remove the empty name",
    ),
    (
        "entry-shape",
        legacy_rule([{"key": "team", "operate": "EQUALS", "value": "pay"}]),
        'Write ["pay"] instead of "pay"',
    ),
    ("condition-duplicate", chain(group("or", *[leaf("team", "EQUALS", "a")] * 2)), "Remove the second condition"),
    (
        "condition-duplicate",
        legacy_rule([match("team", "EXIST"), match("team", "EXIST")]),
        "Remove the second condition",
    ),
]


def first(document: Any, code: str) -> Finding:
    return next(found for found in check(read_document(document)) if found.code == code)


@pytest.mark.parametrize(("code", "document", "title"), MADE, ids=[f"{code} {title}" for code, _, title in MADE])
def test_a_fix_says_what_it_does_and_does_it(code: str, document: Any, title: str) -> None:
    (fix,) = fixes(document, first(document, code))
    assert fix.title == title
    assert_law(document, first(document, code), fix)


def test_each_code_with_a_fix_is_tried_here() -> None:
    assert {code for code, _, _ in MADE} | {"id-duplicate"} == set(FIXERS)
    assert set(FIXERS) <= set(CODES)


def test_the_manual_says_which_findings_have_a_fix() -> None:
    manual = (ROOT / "docs" / "findings.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|.*\*Fix:\* .+ \|$", manual, re.M)) == set(FIXERS)


DOUBTS: Sequence[tuple[str, str, Any]] = [
    ("two texts in one", "tree-shape", with_member("/match_v3/nodes/1/value/nodes/0/match/value", "pay, sre")),
    ("a severity of another system", "severity", one_leaf("event_severity", "EQUALS", "Fatal")),
    ("a tag that only differs in case", "key-near", one_leaf("Event_Severity", "EQUALS", "Major")),
    ("a name with a hyphen", "name-format", chain(team(), name="pay-critical")),
    ("a name of blanks", "name-format", chain(team(), name="  ")),
    ("an operator without its values", "operator", one_leaf("team", "equals")),
    ("a wait in words", "wait-type", chain(team(), config=merge(group_wait="soon"))),
    ("a wait that is out of range too", "wait-type", chain(team(), config=merge(group_wait="9999"))),
    ("a severity as a number", "value-type", one_leaf("event_severity", "EQUALS", 1)),
    ("the only value is empty", "value-empty", one_leaf("team", "EQUALS", "")),
    ("a circle", "flow-cycle", with_edges(edge("m0", "c1"))),
    ("the branch would be open", "edge-dangling", with_member("/match_v3/edges/1/target", "flow-gone0000")),
    ("the branch would be open", "edge-self", with_member("/match_v3/edges/1/target", node_id("c1"))),
    ("the only group", "group-empty", chain(group("and", group("or")))),
    ("the root", "group-empty", chain(group("and"))),
    ("a list of no published combination", "group-by-choice", chain(team(), config=merge(group_by=["tag"]))),
    ("a null among the severities", "value-type", one_leaf("event_severity", "EQUALS", "Info", None)),
    ("two cards of one id", "id-duplicate", with_member("/match_v3/nodes/2/id", node_id("c1"))),
    ("a second Start", "node-kind", with_member("/match_v3/nodes/1", {"id": "flow-start002", "type": "start"})),
]


@pytest.mark.parametrize(("code", "document"), [case[1:] for case in DOUBTS], ids=[case[0] for case in DOUBTS])
def test_where_in_doubt_there_is_no_fix(code: str, document: Any) -> None:
    assert fixes(document, first(document, code)) == ()


def test_a_condition_that_says_more_than_its_twin_is_kept() -> None:
    twin = {**leaf("team", "EQUALS", "a"), "note": "why"}
    document = chain(group("or", leaf("team", "EQUALS", "a"), twin))
    assert fixes(document, first(document, "condition-duplicate")) == ()


def test_edges_follow_a_card_that_gets_a_new_id() -> None:
    document = json.loads(json.dumps(chain(team())).replace(node_id("m0"), "merge zero"))
    title, after = mended(document, "id-format")
    new = title.removeprefix("Give it the id ")
    assert re.fullmatch("flow-[A-Za-z0-9_-]{8}", new)
    assert json.dumps(after) == json.dumps(document).replace("merge zero", new)


def test_a_part_without_an_id_gets_one() -> None:
    document = patched(chain(team()), [{"op": "remove", "path": "/match_v3/nodes/1/value/nodes/0/id"}])
    assert isinstance(document, dict)
    _, after = mended(document, "id-format")
    assert codes(after) == set()
    assert list(value_at(after, "/match_v3/nodes/1/value/nodes/0")) == ["type", "match", "id"]


def test_the_second_part_of_one_id_gets_an_id_of_its_own() -> None:
    document = chain(team(), team("sre"))
    document["match_v3"]["nodes"][3]["value"]["id"] = document["match_v3"]["nodes"][1]["value"]["id"]
    _, after = mended(document, "id-duplicate")
    assert codes(after) == set()
    assert after["match_v3"]["nodes"][1] == document["match_v3"]["nodes"][1]


def test_new_ids_are_the_same_every_time_and_never_taken() -> None:
    document = with_member("/match_v3/edges/0/id", "one")
    title, after = mended(document, "id-format")
    assert mended(document, "id-format")[0] == title
    after["match_v3"]["edges"][1]["id"] = after["match_v3"]["edges"][0]["id"]
    after["match_v3"]["edges"][0]["id"] = "one"
    assert mended(after, "id-format")[0] != title


def test_a_fix_does_nothing_to_a_document_that_has_changed() -> None:
    document = one_leaf("event_severity", "EQUALS", "Warning")
    (fix,) = fixes(document, first(document, "severity"))
    with pytest.raises(Unfitting):
        patched(one_leaf("event_severity", "EQUALS", "Critical"), fix.patch)


@pytest.mark.parametrize(("faults", "told"), [(10, 10), (MOST - 10, MOST - 10), (99, 19), (3000, 0)])
def test_the_more_is_wrong_the_fewer_fixes_are_told(faults: int, told: int) -> None:
    """Each costs a check of the outcome, which costs the more the more is wrong."""
    rule = read_document(one_leaf("team", "EQUALS", *range(faults)))
    findings = with_fixes(rule, check(rule))
    assert sum(bool(each["fixes"]) for each in findings) == told
    assert [bool(each["fixes"]) for each in findings[:told]] == [True] * told


def test_a_finding_beyond_the_hundred_that_are_listed_still_goes() -> None:
    document = chain(*[group("and", leaf("team", "EQUALS", *range(15)))] * 8)
    (fix,) = fixes(document, first(document, "value-type"))
    assert value_at(patched(document, fix.patch), "/match_v3/nodes/1/value/nodes/0/match/value/0") == "0"


# The law.


def assert_law(document: Any, found: Finding, fix: Fix) -> Any:
    """The finding goes, no error comes, all that the patch does not name stays. Answers the mended document."""
    after = patched(document, fix.patch)
    was, now = (Counter(each.code for each in check(read_document(each))) for each in (document, after))
    assert now[found.code] < was[found.code]
    assert {code for code in now if CODES[code].severity == "error" and now[code] > was[code]} == set()
    assert fix.patch[0]["op"] == "test"
    assert equal(patched(after, undoing(document, fix.patch)), document)
    return after


def undoing(document: Any, patch: Sequence[Operation]) -> list[Operation]:
    """The patch that takes ``patch`` back, from what stood at the places that it names."""
    back: list[Operation] = []
    for operation in patch:
        place = str(operation["path"])
        if operation["op"] == "replace":
            back.insert(0, {"op": "replace", "path": place, "value": value_at(document, place)})
        elif operation["op"] == "remove":
            back.insert(0, {"op": "add", "path": place, "value": value_at(document, place)})
        elif operation["op"] == "add":
            back.insert(0, {"op": "remove", "path": place})
        document = patched(document, [operation])
    return back


@pytest.mark.parametrize("file", FAULTY, ids=lambda file: file.stem)
def test_every_fix_of_the_faulty_documents_keeps_the_law(file: Path) -> None:
    try:
        document: Json = parse(file.read_bytes())
        findings = check(read_document(document))
    except Unreadable:
        return
    assert isinstance(document, dict)
    for found in findings:
        for fix in fixes(document, found):
            assert_law(document, found, fix)


def words(document: Any, random: Random) -> None:
    """Closed lists: other case, blanks, wide letters."""
    each = random.choice(list(comparisons(document)))
    member = random.choice(["operate", "key"])
    each[member] = blurred(each[member], random)


def blurred(text: str, random: Random) -> str:
    return random.choice([text.lower(), text.upper(), f" {text}", f"{text}\n", text + "\u3000", f"\u200b{text}"])


def texts(document: Any, random: Random) -> None:
    """Values of other kinds, twice, empty, blurred, not in a list."""
    each = random.choice(list(comparisons(document)))
    own = each.get("value") or ["x"]
    each["value"] = random.choice(
        [[*own, own[0]], [*own, ""], [*own, 5], [*own, True], own[0], [blurred(own[0], random)], ["Warning", *own]]
    )


def twins(document: Any, random: Random) -> None:
    """A condition twice, and groups without any."""
    for node in (document.get("match_v3") or {"nodes": []})["nodes"]:
        tree = node.get("value", {})
        if "nodes" in tree:
            own = random.choice(tree["nodes"])
            tree["nodes"].insert(
                random.randrange(3), random.choice([own, {**own, "id": "x"}, {**group("or"), "id": ""}])
            )
    for entry in document.get("detail", []):
        entry["match"].append(random.choice(entry["match"]))


def ids(document: Any, random: Random) -> None:
    """Ids of no form, of another, none."""
    flow = document.get("match_v3") or {"nodes": [], "edges": []}
    items = [*flow["nodes"], *flow["edges"], *(node["value"] for node in flow["nodes"] if "value" in node)]
    for each in random.sample(items, min(2, len(items))):
        new = random.choice(["x", random.choice(items).get("id", "y"), f"{each.get('id')} "])
        if random.randrange(2) and "target" not in each:
            for way in flow["edges"]:
                way.update({end: new for end in ("source", "target") if way[end] == each.get("id")})
        each["id"] = new


def edges(document: Any, random: Random) -> None:
    """Edges to many, and values that are none."""
    flow = document.get("match_v3")
    if not flow:
        return
    ends = [*(node["id"] for node in flow["nodes"]), "flow-gone0000"]
    more = {"id": "edge-more0000", "source": random.choice(ends), "target": random.choice(ends)}
    each = random.choice(flow["edges"])
    flow["edges"].append(random.choice([more, {**more, "value": "true"}, each, {**each, "id": "edge-twin0000"}]))
    if random.randrange(2):
        each["value"] = {"true": True, "false": False}.get(each.get("value", ""), random.choice(["true", ""]))


def settings_of_merges(document: Any, random: Random) -> None:
    """Lists and waits of other kinds."""
    nodes = (document.get("match_v3") or {"nodes": []})["nodes"]
    cards = [node["value"]["combineConfig"] for node in nodes if node.get("businessType") == "CombineConf"]
    if not cards and "detail" not in document:
        return
    config = random.choice(cards or [document])
    wait = random.choice(["group_wait", "group_interval", "group_repeat_waiting"])
    config[wait] = random.choice([f" {config[wait]}", str(config[wait]), float(config[wait]), "soon"])
    member = random.choice(["group_by", "ai_group_by", "bind_notification_rule_ids"])
    names = config.get(member) or ["tag"]
    config[member] = random.choice([[*names, 7], [*names, ""], names[0], [name.upper() for name in names], names * 2])


def kinds(document: Any, random: Random) -> None:
    """Other case in types, joins and the name."""
    for node in (document.get("match_v3") or {"nodes": []})["nodes"]:
        part = random.choice([node, node.get("value", {})])
        member = random.choice(["type", "businessType", "value"])
        if isinstance(part.get(member), str):
            part[member] = blurred(part[member], random)
    document["name"] = blurred(document["name"], random)


Damage = Callable[[Any, Random], None]
DAMAGES: list[Damage] = [words, texts, twins, ids, edges, settings_of_merges, kinds]


def damaged(document: Document, damages: list[Damage], seed: int) -> Any:
    random = Random(seed)
    copied = json.loads(json.dumps(document))
    for damage in damages:
        if damage not in (words, texts) or list(comparisons(copied)):
            damage(copied, random)
    return copied


faulty = st.builds(
    damaged,
    with_unknown_members(flow_documents(conditions_per_card=4) | legacy_documents()),
    st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3, unique=True),
    seeds,
)


def outcome(document: Any, alarm: Any) -> Any:
    """Where an alarm goes and who is told, cards by their place in the document; None where nobody can tell."""
    rule = read_document(document)
    went = walk(rule, Alarm(alarm))
    if not went.complete:
        return None
    nodes = rule.flow.nodes if rule.flow else ()
    places = {node.id: i for i, node in reversed(list(enumerate(nodes)))}
    key = [(member, places.get(value, value)) for member, value in went.group_key or ()]
    return [places.get(node, node) for node in went.path], went.notify, key, went.estimate


@settings(max_examples=300, deadline=None)
@given(faulty, st.data())
def test_every_fix_of_a_damaged_document_keeps_the_law(document: Any, data: Any) -> None:
    alarm = data.draw(alarms(chain(team())))
    for found in check(read_document(document)):
        for fix in fixes(document, found):
            after = assert_law(document, found, fix)
            was = outcome(document, alarm)
            if found.code not in FORCED and was is not None:
                assert outcome(after, alarm) == was


def test_damages_reach_every_fix() -> None:
    """Otherwise the law would be tried on few of them."""
    reached: set[str] = set()
    for seed in range(400):
        random = Random(seed)
        rule = chain(
            group("and", leaf("team", "EQUALS", "a"), leaf("event_severity", "EQUALS", "Info")),
            group("or", leaf("notification_scene", "EQUALS", "notify_resolved"), leaf("zone", "EXIST")),
        )
        legacy = legacy_rule([match("team", "EQUALS", "a"), match("notification_scene", "EQUALS", "notify_resolved")])
        document = damaged(random.choice([rule, legacy]), random.sample(DAMAGES, 2), seed)
        reached |= {found.code for found in check(read_document(document)) if fixes(document, found)}
    assert set(FIXERS) - reached == set()
