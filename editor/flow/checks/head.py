"""Has the rule a kind, a name and sound ids, and which of its members nobody here knows."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from editor.flow import limits, published
from editor.flow.checks.registry import of_flow
from editor.flow.finding import Finding, codepoint, finding
from editor.flow.reading import is_absent, kind_of_value, pointer
from editor.flow.rule import Flow, Group, Json, Leaf, Rule
from editor.flow.say import say


def rule_kind(rule: Rule) -> Iterator[Finding]:
    """A flow, or the legacy members, and not both."""
    legacy = [name for name in published.LEGACY if not is_absent(rule.document.get(name))]
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
    yield Stray(rule.document, published.RULE, "")
    if rule.flow is not None:
        yield Stray(rule.document["match_v3"], published.FLOW, "/match_v3")
        yield from _strays_of_flow(rule.flow)
    for entry in rule.entries or ():
        yield Stray(entry.raw, published.ENTRY, entry.pointer)
        for match in entry.matches:
            yield Stray(match.match, published.MATCH, match.place)


def _strays_of_flow(flow: Flow) -> Iterator[Stray]:
    odd = [node for node in flow.nodes if not node.is_plain]
    yield from (Stray(node.raw, published.NODE, node.pointer, (node.id,)) for node in odd)
    if not flow.wiring.is_plain:
        yield from (Stray(edge.raw, published.EDGE, edge.pointer, (), (edge.id,)) for edge in flow.edges)
    for node in odd:
        for part in node.parts:
            yield from _strays_of_part(part, (node.id,))
    merges = [(node, node.merge) for node in odd if node.merge is not None]
    yield from (Stray(node.raw["value"], published.COMBINE, f"{node.pointer}/value", (node.id,)) for node, _ in merges)
    yield from (Stray(merge.raw, published.CONFIG, merge.pointer, (node.id,)) for node, merge in merges)


def _strays_of_part(part: Leaf | Group, nodes: tuple[str, ...]) -> Iterator[Stray]:
    if isinstance(part, Leaf):
        yield Stray(part.raw, published.LEAF, part.pointer, nodes)
        yield Stray(part.match, published.MATCH, part.place, nodes)
    elif not _is_made_up(part):
        yield Stray(part.raw, published.GROUP, part.pointer, nodes)


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


@of_flow
def id_format(flow: Flow) -> Iterator[Finding]:
    """Every id is its prefix and eight characters."""
    if flow.wiring.has_sound_ids and all(node.has_sound_ids for node in flow.nodes):
        return
    for found in _ids(flow):
        if not (isinstance(found.text, str) and _ID_FORMS[found.prefix].fullmatch(found.text)):
            shown = found.text if isinstance(found.text, str) else kind_of_value(found.text)
            yield finding("id-format", found.pointer, found.nodes, found.edges, id=shown, prefix=found.prefix)


@of_flow
def id_duplicate(flow: Flow) -> Iterator[Finding]:
    """An id stands once in a rule."""
    texts = [*chain.from_iterable(node.ids for node in flow.nodes), *flow.wiring.edge_ids]
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
