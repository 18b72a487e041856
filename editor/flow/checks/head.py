"""Has the rule a kind, a name and sound ids, and which of its members nobody here knows."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from editor.flow import limits
from editor.flow.checks.registry import of_flow
from editor.flow.finding import Finding, codepoint, finding
from editor.flow.reading import kind_of_value, pointer
from editor.flow.rule import Flow, Group, Json, Leaf, Rule
from editor.flow.say import say

#: Members of the legacy form, which a rule with a flow leaves empty.
LEGACY_MEMBERS = ("detail", "group_by", *limits.WAITS, "ai_group_by")


def rule_kind(rule: Rule) -> Iterator[Finding]:
    """A flow, or the legacy members, and not both."""
    legacy = [name for name in LEGACY_MEMBERS if rule.document.get(name) not in (None, "", [], {})]
    if rule.flow is not None and legacy:
        found = say("a flow and the legacy member {names}", names=", ".join(legacy))
        yield finding("rule-kind", f"/{legacy[0]}", found=found)
    if rule.flow is None and rule.entries is None:
        yield finding("rule-kind", "", found=say("neither a flow nor legacy entries"))


def name_missing(rule: Rule) -> Iterator[Finding]:
    """A rule has a name, which is a text."""
    if not rule.name:
        given = rule.document.get("name")
        is_absent = given in (None, "")
        found = say("no name") if is_absent else say("a name that is no text ({found})", found=kind_of_value(given))
        yield finding("name-missing", "/name" if "name" in rule.document else "", found=found)


def name_length(rule: Rule) -> Iterator[Finding]:
    """The name fits."""
    if len(rule.name) > limits.NAME_LENGTH:
        yield finding("name-length", "/name", length=len(rule.name), limit=limits.NAME_LENGTH)


def name_format(rule: Rule) -> Iterator[Finding]:
    """The name holds only what the service takes."""
    name = rule.name
    if name and not limits.NAME.fullmatch(name[: limits.NAME_LENGTH]):
        culprit = next((c for c in name if not (c.isascii() and (c.isalnum() or c == "_"))), None)
        shown = say(" ({character} is not)", character=codepoint(culprit)) if culprit else ""
        yield finding("name-format", "/name", name=name, culprit=shown)


def desc_type(rule: Rule) -> Iterator[Finding]:
    """The description is a text, where there is one."""
    if not isinstance(rule.document.get("desc", ""), str):
        yield finding("desc-type", "/desc")


def desc_length(rule: Rule) -> Iterator[Finding]:
    """The description fits."""
    desc = rule.document.get("desc")
    if isinstance(desc, str) and len(desc) > limits.DESC_LENGTH:
        yield finding("desc-length", "/desc", length=len(desc), limit=limits.DESC_LENGTH)


# Members.

_RULE = frozenset({"name", "desc", "match_v3", *LEGACY_MEMBERS})
_FLOW = frozenset({"nodes", "edges"})
_NODE = frozenset({"id", "type", "businessType", "value"})
_EDGE = frozenset({"id", "source", "target", "value"})
# The last of each is out of place there, which tree-shape tells.
_GROUP = frozenset({"id", "type", "value", "nodes", "match"})
_LEAF = frozenset({"id", "type", "match", "nodes"})
_MATCH = frozenset({"key", "operate", "value"})
_COMBINE = frozenset({"id", "combineConfig"})
_CONFIG = frozenset({"group_by", "ai_group_by", *limits.WAITS, "bind_notification_rule_ids"})
_ENTRY = frozenset({"match", "bind_notification_rule_ids"})


class Stray(NamedTuple):
    """An object whose members are published, but not all of those it has: its place and what it belongs to."""

    raw: Json
    known: frozenset[str]
    place: str
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()


def member_unknown(rule: Rule) -> Iterator[Finding]:
    """Members that the published page does not name are kept, and told."""
    for stray in _strays(rule):
        for name in stray.raw if isinstance(stray.raw, dict) else ():
            if name not in stray.known:
                yield finding("member-unknown", stray.place + pointer(name), stray.nodes, stray.edges, name=name)


def _strays(rule: Rule) -> Iterator[Stray]:
    """Objects of every kind of which one has a member too many, or that are so few that each is looked at."""
    yield Stray(rule.document, _RULE, "")
    if rule.flow is not None:
        yield Stray(rule.document["match_v3"], _FLOW, "/match_v3")
        yield from _strays_of_flow(rule.flow)
    for entry in rule.entries or ():
        yield Stray(entry.raw, _ENTRY, entry.pointer)
        for match in entry.matches:
            yield Stray(match.match, _MATCH, match.place)


def _strays_of_flow(flow: Flow) -> Iterator[Stray]:
    if _are_odd(_NODE, [node.raw for node in flow.nodes]):
        yield from (Stray(node.raw, _NODE, node.pointer, (node.id,)) for node in flow.nodes)
    if _are_odd(_EDGE, [edge.raw for edge in flow.edges]):
        yield from (Stray(edge.raw, _EDGE, edge.pointer, (), (edge.id,)) for edge in flow.edges)
    for node in flow.of_kind("condition"):
        for part in () if node.is_plain else node.parts:
            yield from _strays_of_part(part, (node.id,))
    if _are_odd(_COMBINE, [node.raw["value"] for node, _ in flow.merges]):
        yield from (Stray(node.raw["value"], _COMBINE, f"{node.pointer}/value", (node.id,)) for node, _ in flow.merges)
    if _are_odd(_CONFIG, [merge.raw for _, merge in flow.merges]):
        yield from (Stray(merge.raw, _CONFIG, merge.pointer, (node.id,)) for node, merge in flow.merges)


def _strays_of_part(part: Leaf | Group, nodes: tuple[str, ...]) -> Iterator[Stray]:
    if isinstance(part, Leaf):
        yield Stray(part.raw, _LEAF, part.pointer, nodes)
        yield Stray(part.match, _MATCH, part.place, nodes)
    elif not _is_made_up(part):
        yield Stray(part.raw, _GROUP, part.pointer, nodes)


def _are_odd(known: frozenset[str], objects: list[Any]) -> bool:
    return not known.issuperset(chain.from_iterable(objects))


def _is_made_up(group: Group) -> bool:
    """Whether a group stands only in our reading, around a lone condition; its members are told as that one's."""
    return len(group.children) == 1 and group.children[0].raw is group.raw


# Ids.


class Id(NamedTuple):
    """An id, its place, the prefix it should have and what to light up."""

    text: Json
    pointer: str
    prefix: str
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()


_ID_FORMS = {
    "flow-": limits.NODE_ID,
    "edge-": limits.EDGE_ID,
    "GroupCondition-": limits.CONDITION_ID,
    "CombineConf-": limits.COMBINE_ID,
}
#: Any number of ids of one form, a line each.
_ID_LINES = {prefix: re.compile(f"(?:{form.pattern}\n)*") for prefix, form in _ID_FORMS.items()}


def _ids(flow: Flow) -> Iterator[Id]:
    """Every id of a flow."""
    for node in flow.nodes:
        yield Id(node.id, f"{node.pointer}/id", "flow-", (node.id,))
        value = node.raw.get("value")
        if node.kind == "combine" and isinstance(value, dict):
            yield Id(value.get("id"), f"{node.pointer}/value/id", "CombineConf-", (node.id,))
    for node, part in flow.parts:
        if isinstance(part.raw, dict) and (isinstance(part, Leaf) or part.raw.get("type") == "bool"):
            yield Id(part.raw.get("id"), f"{part.pointer}/id", "GroupCondition-", (node.id,))
    for edge in flow.edges:
        yield Id(edge.id, f"{edge.pointer}/id", "edge-", (), (edge.id,))


def _texts(flow: Flow) -> dict[str, list[str]]:
    """The ids of a flow by the prefix they should have; an id that is no text, or not there, is empty."""
    values: list[Any] = [node.raw.get("value") for node in flow.of_kind("combine")]
    parts = [node.part_ids for node in flow.of_kind("condition")]
    combines = [value.get("id") for value in values if isinstance(value, dict)]
    return {
        "flow-": [node.id for node in flow.nodes],
        "edge-": [edge.id for edge in flow.edges],
        "GroupCondition-": list(chain.from_iterable(parts)),
        "CombineConf-": [found if isinstance(found, str) else "" for found in combines],
    }


@of_flow
def id_format(flow: Flow) -> Iterator[Finding]:
    """Every id is its prefix and eight characters."""
    if all(_ID_LINES[prefix].fullmatch("\n".join([*texts, ""])) for prefix, texts in _texts(flow).items()):
        return
    for found in _ids(flow):
        if not (isinstance(found.text, str) and _ID_FORMS[found.prefix].fullmatch(found.text)):
            shown = found.text if isinstance(found.text, str) else kind_of_value(found.text)
            yield finding("id-format", found.pointer, found.nodes, found.edges, id=shown, prefix=found.prefix)


@of_flow
def id_duplicate(flow: Flow) -> Iterator[Finding]:
    """An id stands once in a rule."""
    texts = list(chain.from_iterable(_texts(flow).values()))
    if len(set(texts)) == len(texts):
        return
    found = [each for each in _ids(flow) if isinstance(each.text, str)]
    counts = Counter([each.text for each in found])
    seen: set[Json] = set()
    for each in found:
        if each.text in seen:
            count = counts[each.text]
            yield finding("id-duplicate", each.pointer, each.nodes, each.edges, id=each.text, count=count)
        seen.add(each.text)


HEAD = (rule_kind, name_missing, name_length, name_format, desc_type, desc_length, member_unknown)
IDS = (id_format, id_duplicate)
