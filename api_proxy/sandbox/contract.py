"""What the cloud accepts in a request body, as one table.

Written from the published API pages alone and on purpose without the editor: it is the second opinion on every rule the
editor sends. Members the pages do not name are let through. Two limits are left out because the vendor's own samples
break them: the characters of tag names and of tag values.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple, Protocol

JsonObject = Mapping[str, Any]


class Problem(NamedTuple):
    """One thing a body may not have: where (a JSON Pointer, empty for the whole body) and what is wrong there."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the body'} {self.message}"


Problems = Iterator[Problem]


class Spec(Protocol):
    """One line of the table: says what is wrong with a value that stands at a place."""

    def problems(self, value: object, at: str) -> Problems: ...


@dataclass(frozen=True)
class Text:
    """A string: at least `shortest` and at most `longest` characters, one of `choices`, wholly of the form `form`."""

    form: str = ""
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int | None = None

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(at, "must be a string")
        elif self.choices and value not in self.choices:
            yield Problem(at, f"must be one of {', '.join(self.choices)}")
        elif len(value) < self.shortest:
            yield Problem(at, f"must have at least {self.shortest} character(s)")
        elif self.longest is not None and len(value) > self.longest:
            yield Problem(at, f"must have at most {self.longest} characters")
        elif self.form and not re.fullmatch(self.form, value):
            yield Problem(at, f"must have the form {self.form}")


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`, both included; neither a boolean nor 5.0."""

    least: int
    most: int

    def problems(self, value: object, at: str) -> Problems:
        if type(value) is not int:
            yield Problem(at, "must be a whole number")
        elif not self.least <= value <= self.most:
            yield Problem(at, f"must be between {self.least} and {self.most}")


@dataclass(frozen=True)
class ListOf:
    """An array of `fewest` to `most` items that all follow `item`; with `unique`, no item twice."""

    item: Spec
    fewest: int = 0
    most: int | None = None
    unique: bool = False

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(at, "must be an array")
            return
        if len(value) < self.fewest:
            yield Problem(at, f"must have at least {self.fewest} item(s)")
        if self.most is not None and len(value) > self.most:
            yield Problem(at, f"must have at most {self.most} item(s)")
        if self.unique and _repeated(value):
            yield Problem(at, "must not hold an item twice")
        for number, item in enumerate(value):
            yield from self.item.problems(item, f"{at}/{number}")


@dataclass(frozen=True)
class Exactly:
    """One of a few whole arrays, in this order."""

    arrays: tuple[list[str], ...]

    def problems(self, value: object, at: str) -> Problems:
        if value not in self.arrays:
            yield Problem(at, f"must be one of {', '.join(map(str, self.arrays))}")


@dataclass(frozen=True)
class Record:
    """An object: `members` by name, those that must be there, those that must be absent or empty.

    `closed` refuses members that are not named; `sole` asks for exactly one of them. `rules` look at a record whose
    members are all right by themselves.
    """

    members: Mapping[str, Spec]
    required: Sequence[str] = ()
    empty: Sequence[str] = ()
    closed: bool = False
    sole: bool = False
    rules: Sequence[Callable[[JsonObject, str], Problems]] = ()

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        found = list(chain(self._of_presence(value, at), self._of_members(value, at)))
        yield from found or chain.from_iterable(rule(value, at) for rule in self.rules)

    def _of_presence(self, value: JsonObject, at: str) -> Problems:
        for name in self.required:
            if name not in value:
                yield Problem(f"{at}/{name}", "is required")
        for name in self.empty:
            if not is_empty(value.get(name)):
                yield Problem(f"{at}/{name}", "must be left out here")
        if self.closed and (unknown := sorted(value.keys() - self.members.keys())):
            yield Problem(at, f"has unknown member(s) {', '.join(unknown)}")
        if self.sole and len(value) != 1:
            yield Problem(at, f"must have exactly one of {', '.join(self.members)}")

    def _of_members(self, value: JsonObject, at: str) -> Problems:
        for name, spec in self.members.items():
            if name in value:
                yield from spec.problems(value[name], f"{at}/{name}")


@dataclass(frozen=True)
class ByMember:
    """An object whose kind is told by one member; each kind has a line of its own."""

    member: str
    kinds: Mapping[str, Spec]

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        kind = value.get(self.member)
        if isinstance(kind, str) and kind in self.kinds:
            yield from self.kinds[kind].problems(value, at)
        else:
            yield Problem(f"{at}/{self.member}", f"must be one of {', '.join(self.kinds)}")


@dataclass(frozen=True)
class Ref:
    """Another line of the table, by name, so that a condition can hold conditions."""

    name: str

    def problems(self, value: object, at: str) -> Problems:
        return TABLE[self.name].problems(value, at)


def is_empty(value: object) -> bool:
    """Whether a member is as good as absent: null, zero, an empty string or array, or an object of nothing else."""
    return not value or (isinstance(value, dict) and all(map(is_empty, value.values())))


def _repeated(values: Sequence[object]) -> set[str]:
    return {text for text, times in Counter(map(repr, values)).items() if times > 1}


def _value_of_match(match: JsonObject, at: str) -> Problems:
    operate, key = match["operate"], match["key"]
    if operate == "EXIST":
        if match.get("value"):
            yield Problem(f"{at}/value", "must be empty with EXIST")
    elif "value" not in match:
        yield Problem(f"{at}/value", "is required")
    else:
        spec = VALUES_OF.get((operate, key), VALUES_OF[operate, ""])
        yield from spec.problems(match["value"], f"{at}/value")


def _grouping_is_named(config: JsonObject, at: str) -> Problems:
    if "group_by" not in config and "ai_group_by" not in config:
        yield Problem(f"{at}/group_by", "is required where ai_group_by is not given")


def _starts_from_provider(rule: JsonObject, at: str) -> Problems:
    if "resource_provider" not in rule["group_by"]:
        yield Problem(f"{at}/group_by", "must hold resource_provider")


def _few_conditions(card: JsonObject, at: str) -> Problems:
    if len(list(_leaves(card["value"]))) > MOST_CONDITIONS:
        yield Problem(f"{at}/value", f"must hold at most {MOST_CONDITIONS} conditions")


def _tag_has_a_condition(flow: JsonObject, at: str) -> Problems:
    keys = {leaf["match"]["key"] for card in _cards(flow, "GroupCondition") for leaf in _leaves(card["value"])}
    if keys - ATTRIBUTES:
        return
    for number, node in enumerate(flow["nodes"]):
        if kind_of(node) == "CombineConf" and "tag" in node["value"]["combineConfig"].get("group_by", ()):
            place = f"{at}/nodes/{number}/value/combineConfig/group_by"
            yield Problem(place, "may hold tag only where a condition uses a tag")


def _node_counts(flow: JsonObject, at: str) -> Problems:
    counts = Counter(kind_of(node) for node in flow["nodes"])
    for kind in ("Start", "End"):
        if counts[kind] != 1:
            yield Problem(f"{at}/nodes", f"must hold exactly one {kind} node, not {counts[kind]}")
    if not counts["GroupCondition"] + counts["CombineConf"]:
        yield Problem(f"{at}/nodes", "must hold at least one Card node")
    if counts["GroupCondition"] > MOST_CARDS:
        yield Problem(f"{at}/nodes", f"must hold at most {MOST_CARDS} GroupCondition cards")


def _ids_differ(flow: JsonObject, at: str) -> Problems:
    ids = [each["id"] for each in (*flow["nodes"], *flow["edges"])]
    ids += [card["value"]["id"] for card in _cards(flow, "CombineConf")]
    ids += [each["id"] for card in _cards(flow, "GroupCondition") for each in _conditions(card["value"])]
    for repeated in sorted(_repeated(ids)):
        yield Problem(at, f"uses the id {repeated} twice")


def _edges_name_nodes(flow: JsonObject, at: str) -> Problems:
    known = {node["id"] for node in flow["nodes"]}
    for number, edge in enumerate(flow["edges"]):
        for end in ("source", "target"):
            if edge[end] not in known:
                yield Problem(f"{at}/edges/{number}/{end}", f"names no node: {edge[end]}")


def _exits_fit(flow: JsonObject, at: str) -> Problems:
    kinds = {node["id"]: kind_of(node) for node in flow["nodes"]}
    exits: dict[str, list[JsonObject]] = {}
    for edge in flow["edges"]:
        exits.setdefault(edge["source"], []).append(edge)
    for number, node in enumerate(flow["nodes"]):
        kind, leaving = kind_of(node), exits.get(node["id"], [])
        if sorted(edge.get("value", "none") for edge in leaving) not in EXITS[kind]:
            yield Problem(f"{at}/nodes/{number}", f"is a {kind} node: {EXITS_SAID[kind]}")
        elif kind == "CombineConf" and any(kinds.get(edge["target"]) != "End" for edge in leaving):
            yield Problem(f"{at}/nodes/{number}", "is a CombineConf node: its edge must lead to End")


def _all_reached_once(flow: JsonObject, at: str) -> Problems:
    targets: dict[str, list[str]] = {node["id"]: [] for node in flow["nodes"]}
    for edge in flow["edges"]:
        targets.get(edge["source"], []).append(edge["target"])
    entries = Counter(edge["target"] for edge in flow["edges"])
    ready = [node["id"] for node in flow["nodes"] if node["type"] == "Start" and not entries[node["id"]]]
    done: set[str] = set()
    while ready:
        done.add(current := ready.pop())
        for target in targets.get(current, []):
            entries[target] -= 1
            if not entries[target]:
                ready.append(target)
    for number, node in enumerate(flow["nodes"]):
        if node["id"] not in done:
            yield Problem(f"{at}/nodes/{number}", "must be reached from Start, without a cycle")


def kind_of(node: JsonObject) -> str:
    """The kind of a flow node: Start, End, GroupCondition or CombineConf."""
    return str(node["businessType"] if node["type"] == "Card" else node["type"])


def _cards(flow: JsonObject, kind: str) -> Iterator[JsonObject]:
    return (node for node in flow["nodes"] if kind_of(node) == kind)


def _conditions(condition: JsonObject) -> Iterator[JsonObject]:
    waiting = [condition]
    while waiting:
        yield (current := waiting.pop())
        if current["type"] == "bool":
            waiting.extend(current["nodes"])


def _leaves(condition: JsonObject) -> Iterator[JsonObject]:
    return (each for each in _conditions(condition) if each["type"] != "bool")


MOST_CARDS = 10
MOST_CONDITIONS = 10
ATTRIBUTES = {"event_severity", "notification_scene", "resource_provider", "resource_type"}

EXITS = {
    "Start": (["none"],),
    "End": ([],),
    "GroupCondition": (["false", "true"],),
    "CombineConf": ([], ["none"]),
}
EXITS_SAID = {
    "Start": "exactly one edge without value must leave it",
    "End": "no edge may leave it",
    "GroupCondition": 'exactly one edge "true" and one edge "false" must leave it',
    "CombineConf": "at most one edge, without value, may leave it",
}

_ANY_TEXT = Text(shortest=1)
_VALUES = ListOf(_ANY_TEXT, fewest=1, unique=True)
VALUES_OF: Mapping[tuple[str, str], Spec] = {
    ("EQUALS", ""): _VALUES,
    ("EQUALS", "event_severity"): ListOf(Text(choices=("Critical", "Major", "Minor", "Info")), fewest=1, unique=True),
    ("EQUALS", "notification_scene"): ListOf(
        Text(choices=("notify_triggered", "notify_resolved")), fewest=1, unique=True
    ),
    ("REGEX", ""): ListOf(Text(shortest=1, longest=256), fewest=1, unique=True),
}

_NAME = Text(r"[A-Za-z0-9]([A-Za-z0-9_]*[A-Za-z0-9])?", longest=100)
_DESC = Text(longest=1024)
_FLOW_ID = Text(r"flow-[A-Za-z0-9_-]{8}")
_CONDITION_ID = Text(r"GroupCondition-[A-Za-z0-9_-]{8}")
_ACTION_RULE = Text(
    r"[\u4e00-\u9fa5A-Za-z0-9]([\u4e00-\u9fa5A-Za-z0-9_-]*[\u4e00-\u9fa5A-Za-z0-9])?", shortest=1, longest=100
)
_BINDINGS = ListOf(_ACTION_RULE, fewest=1)
_AI_GROUP_BY = ListOf(Text(choices=("event_name", "alarm_info", "tag")), unique=True)
_WAITS: Mapping[str, Spec] = {
    "group_wait": Whole(0, 600),
    "group_interval": Whole(5, 1800),
    "group_repeat_waiting": Whole(0, 1_296_000),
}
_LEAF = Record(
    {"id": _CONDITION_ID, "match": Ref("MatchTag")},
    required=("id", "match"),
    empty=("value", "nodes", "combineConfig"),
)
_ID_OR_NAME = Record({"id": _ANY_TEXT, "name": _ANY_TEXT}, closed=True, sole=True)


def _closed(**members: Spec) -> Record:
    return Record(members, required=tuple(members), closed=True)


TABLE: Mapping[str, Spec] = {
    "FlowGroupRule": Record(
        {"name": _NAME, "desc": _DESC, "match_v3": Ref("GroupV3Tag")},
        required=("name", "match_v3"),
        empty=("detail", "group_by", "ai_group_by", *_WAITS),
    ),
    "LegacyGroupRule": Record(
        {
            "name": _NAME,
            "desc": _DESC,
            "detail": ListOf(Ref("GroupRuleDetail"), fewest=1, most=10),
            "group_by": ListOf(_ANY_TEXT, fewest=1, unique=True),
            "ai_group_by": _AI_GROUP_BY,
            **_WAITS,
        },
        required=("name", "detail", "group_by", *_WAITS),
        empty=("match_v3",),
        rules=(_starts_from_provider,),
    ),
    "GroupRuleDetail": Record(
        {"match": ListOf(Ref("MatchTag"), fewest=1, most=10), "bind_notification_rule_ids": _BINDINGS},
        required=("match", "bind_notification_rule_ids"),
    ),
    "GroupV3Tag": Record(
        {"nodes": ListOf(Ref("Node"), fewest=3), "edges": ListOf(Ref("Edge"), fewest=1)},
        required=("nodes", "edges"),
        rules=(_node_counts, _ids_differ, _edges_name_nodes, _exits_fit, _all_reached_once, _tag_has_a_condition),
    ),
    "Edge": Record(
        {
            "id": Text(r"edge-[A-Za-z0-9_-]{8}"),
            "source": _FLOW_ID,
            "target": _FLOW_ID,
            "value": Text(choices=("true", "false")),
        },
        required=("id", "source", "target"),
    ),
    "Node": ByMember("type", {"Start": Ref("Terminal"), "End": Ref("Terminal"), "Card": Ref("Card")}),
    "Terminal": Record({"id": _FLOW_ID}, required=("id",), empty=("businessType", "value")),
    "Card": ByMember("businessType", {"GroupCondition": Ref("ConditionCard"), "CombineConf": Ref("CombineCard")}),
    "ConditionCard": Record(
        {"id": _FLOW_ID, "value": ByMember("type", {"bool": Ref("BoolCondition")})},
        required=("id", "value"),
        rules=(_few_conditions,),
    ),
    "CombineCard": Record({"id": _FLOW_ID, "value": Ref("Combine")}, required=("id", "value")),
    "Combine": Record(
        {"id": Text(r"CombineConf-[A-Za-z0-9_-]{8}"), "combineConfig": Ref("CombineConfig")},
        required=("id", "combineConfig"),
        empty=("type", "value", "nodes", "match"),
    ),
    "Condition": ByMember("type", {"bool": Ref("BoolCondition"), "text": _LEAF, "numerical": _LEAF}),
    "BoolCondition": Record(
        {"id": _CONDITION_ID, "value": Text(choices=("and", "or")), "nodes": ListOf(Ref("Condition"), fewest=1)},
        required=("id", "value", "nodes"),
        empty=("match", "combineConfig"),
    ),
    "MatchTag": Record(
        {"key": _ANY_TEXT, "operate": Text(choices=("EQUALS", "REGEX", "EXIST")), "value": ListOf(_ANY_TEXT)},
        required=("key", "operate"),
        rules=(_value_of_match,),
    ),
    "CombineConfig": Record(
        {
            "group_by": Exactly(
                (
                    ["resource_provider"],
                    ["resource_provider", "event_severity"],
                    ["resource_provider", "tag", "event_severity", "resource_type"],
                )
            ),
            "ai_group_by": _AI_GROUP_BY,
            "bind_notification_rule_ids": _BINDINGS,
            **_WAITS,
        },
        required=("bind_notification_rule_ids", *_WAITS),
        rules=(_grouping_is_named,),
    ),
    "GroupRuleNames": ListOf(_NAME, fewest=1, unique=True),
    "NewActionRule": Record(
        {
            "rule_name": _ACTION_RULE,
            "desc": _DESC,
            "type": Text(choices=("1", "2")),
            "notification_template": Text(longest=100),
            "smn_topics": ListOf(Record({"name": _ANY_TEXT, "topic_urn": _ANY_TEXT}, required=("topic_urn",)), most=5),
        },
        required=("rule_name",),
    ),
    "ActionRuleNames": ListOf(_ACTION_RULE, fewest=1, unique=True),
    "TokenRequest": _closed(
        auth=_closed(
            identity=_closed(
                methods=ListOf(Text(choices=("password",)), fewest=1, most=1),
                password=_closed(
                    user=_closed(name=_ANY_TEXT, password=_ANY_TEXT, domain=_closed(name=_ANY_TEXT)),
                ),
            ),
            scope=Record({"project": _ID_OR_NAME, "domain": _ID_OR_NAME}, closed=True, sole=True),
        )
    ),
}


def problems(name: str, body: object) -> list[Problem]:
    """What keeps `body` from being the thing that `name` stands for in the table; empty when it is fine."""
    try:
        return list(TABLE[name].problems(body, ""))
    except RecursionError:
        return [Problem("", "is nested too deeply")]


def group_rule_problems(body: object) -> list[Problem]:
    """What keeps `body` from being a group rule: a flow when it has match_v3, else a rule with detail."""
    if not isinstance(body, dict):
        return [Problem("", "must be an object")]
    if is_empty(body.get("match_v3")) and "detail" not in body:
        return [Problem("", "must have match_v3 (a flow) or detail (parallel conditions)")]
    return problems("LegacyGroupRule" if is_empty(body.get("match_v3")) else "FlowGroupRule", body)
