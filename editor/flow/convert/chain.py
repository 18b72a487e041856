"""A legacy rule as a flow: a chain of condition cards, each with a merge card on its true side."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count
from typing import Any, Final

from editor.flow import limits, published
from editor.flow.alarm import is_tag
from editor.flow.checks.merging import entry_shape, seconds
from editor.flow.convert.outcome import Difference, Differences, Inexpressible, Rewritten, members, refuse
from editor.flow.reading import kind_of_value, read_document
from editor.flow.rule import Document, Entry, Flow, Json, Leaf, Node, Rule, digest
from editor.flow.say import listed, mark, say
from editor.flow.wiring import FALSE, PLAIN, TRUE, Edge

BINDINGS: Final = "bind_notification_rule_ids"
_THIRD: Final = frozenset(limits.GROUP_BY_CHOICES[2]) - {"tag"}


def flow_of(rule: Rule) -> Flow:
    """The flow of ``rule``; of a legacy rule the flow that it amounts to, in which a merge card has the place of its
    entry ("/detail/0") for an id. Raises Inexpressible for a rule that has neither."""
    if rule.flow is not None:
        return rule.flow
    if rule.entries is None:
        raise Inexpressible([Difference(say("The rule has neither a flow (match_v3) nor legacy entries (detail)."))])
    conditions = [_condition(entry) for entry in rule.entries]
    merges = [_merge(rule, entry) for entry in rule.entries]
    start, end = Node("start", "start", {}, ""), Node("end", "end", {}, "")
    links = _links("start", [node.id for node in conditions], [node.id for node in merges], "end")
    edges = [Edge("", source, target, exit, {}, "") for source, target, exit in links]
    return Flow.of((start, *_pairwise(conditions, merges), end), edges)


def titles_of(rule: Rule) -> Mapping[str, str]:
    """What people call the cards of ``flow_of(rule)``, by id; a legacy rule's conditions are its entries."""
    entries = {_condition(entry).id: say("Entry {number}", number=n) for n, entry in enumerate(rule.entries or (), 1)}
    return {**flow_of(rule).titles, **({} if rule.flow is not None else entries)}


def to_flow(document: Document) -> Rewritten:
    """A legacy document in the form match_v3.

    Each entry becomes a condition card, the rule's merge settings and the entry's notification rules a merge card on
    its true side; its false side leads to the next entry, the last one to End. Equal documents get equal ids. Faults of
    the legacy document are carried over, for the checks to find. Raises Unreadable for what is no rule, Inexpressible
    for a rule without (sound) entries and for a ``group_by`` that a merge card cannot have.
    """
    rule = read_document(document)
    refuse(entry_shape(rule))
    found = Differences()
    entries = _entries(rule, found)
    grouping = _grouping(rule, found)
    found.guard()
    flow = _flow(entries, grouping | waits_of(rule), _Ids(document))
    kept = {name: value for name, value in document.items() if name not in published.LEGACY}
    return found.rewritten(deepcopy({**kept, "match_v3": flow}))


def waits_of(rule: Rule) -> dict[str, Json]:
    """The waits of a legacy rule, a repeat time in quotes as a number; what is no number as it stands."""
    found: dict[str, Json] = {}
    for owner, merge in rule.settings:
        for wait, value in merge.waits.items():
            whole = seconds(owner, merge, wait)
            found[wait] = value if whole is None else whole
    return found


def _entries(rule: Rule, found: Differences) -> Sequence[Entry]:
    if rule.flow is not None or rule.entries is None:
        found.prevent(say("Only a rule with legacy entries (detail), and no flow, becomes a flow."), "/detail")
        return ()
    most = (limits.NODES - 2) // 2
    if len(rule.entries) > most:
        text = say("detail has {count} entries; a flow has room for {most}.", count=len(rule.entries), most=most)
        found.prevent(text, "/detail")
    if len(rule.entries) > 1:
        found.note(say("Of several entries that hold, the first is taken to decide (D14)."), "/detail")
    found.note_lost(rule, say("A flow"))
    return rule.entries


# What a merge card groups by


def _grouping(rule: Rule, found: Differences) -> dict[str, Json]:
    """``ai_group_by`` or ``group_by`` of the merge cards."""
    names, smart = rule.document.get("group_by"), rule.document.get("ai_group_by")
    if smart:
        if names:
            found.note(say("A merge card has group_by or ai_group_by, not both; ai_group_by is kept."), "/group_by")
        return {"ai_group_by": smart}
    texts = rule.merge.group_by
    choice = _choice(rule, texts, found) if isinstance(names, list) and list(texts) == names else None
    if choice is None:
        shown = ", ".join(map(str, names)) if isinstance(names, list) and names else kind_of_value(names)
        choices = "; ".join(", ".join(choice) for choice in limits.GROUP_BY_CHOICES)
        text = mark("The rule groups by {found}; a merge card groups by one of: {choices}.")
        found.prevent(say(text, found=shown, choices=choices), "/group_by")
    return {"group_by": list(choice or ())}


def _choice(rule: Rule, names: Sequence[str], found: Differences) -> Sequence[str] | None:
    """The published combination that stands for ``names``. The third one says "tag" for all tags, and is allowed only
    where a condition asks for a tag."""
    for choice in limits.GROUP_BY_CHOICES[:2]:
        if set(names) == set(choice):
            return choice
    tags = [name for name in names if name and is_tag(name)]
    is_third = tags and set(names) - set(tags) == _THIRD
    if not is_third or not any(is_tag(leaf.key) for _, leaf in rule.conditions):
        return None
    text = mark("The rule groups by the tags {names}; a merge card groups by all tags of an alarm.")
    found.note(say(text, names=listed(dict.fromkeys(tags))), "/group_by")
    return limits.GROUP_BY_CHOICES[2]


# The document


class _Ids:
    """Ids for the parts of a flow: no two equal, and the same for equal documents."""

    def __init__(self, document: Document) -> None:
        self._seed = digest(document)
        self._numbers = count()
        self._given: set[str] = set()

    def new(self, prefix: str) -> str:
        while True:
            mixed = hashlib.sha256(f"{self._seed}/{next(self._numbers)}".encode()).digest()
            tail = base64.urlsafe_b64encode(mixed)[:8].decode()
            if tail not in self._given:
                self._given.add(tail)
                return f"{prefix}{tail}"


def _flow(entries: Sequence[Entry], settings: Mapping[str, Json], ids: _Ids) -> dict[str, Any]:
    start, end = {"id": ids.new("flow-"), "type": "Start"}, {"id": ids.new("flow-"), "type": "End"}
    conditions = [_condition_card(entry, ids) for entry in entries]
    merges = [_merge_card(entry, settings, ids) for entry in entries]
    links = _links(start["id"], [card["id"] for card in conditions], [card["id"] for card in merges], end["id"])
    edges = [_edge(ids.new("edge-"), *link) for link in links]
    return {"nodes": [start, *_pairwise(conditions, merges), end], "edges": edges}


def _condition_card(entry: Entry, ids: _Ids) -> dict[str, Any]:
    leaves = [{"id": ids.new("GroupCondition-"), "type": "text", "match": _match(leaf)} for leaf in entry.matches]
    tree = {"id": ids.new("GroupCondition-"), "type": "bool", "value": "and", "nodes": leaves}
    return {"id": ids.new("flow-"), "type": "Card", "businessType": "GroupCondition", "value": tree}


def _match(leaf: Leaf) -> dict[str, Json]:
    match = dict(leaf.match)
    if leaf.operate == "EXIST" and not match.get("value"):
        match["value"] = []
    return match


def _merge_card(entry: Entry, settings: Mapping[str, Json], ids: _Ids) -> dict[str, Any]:
    config = {**settings, BINDINGS: members(entry.raw).get(BINDINGS, [])}
    value = {"id": ids.new("CombineConf-"), "combineConfig": config}
    return {"id": ids.new("flow-"), "type": "Card", "businessType": "CombineConf", "value": value}


def _edge(edge_id: str, source: str, target: str, exit: str) -> dict[str, str]:
    return {"id": edge_id, "source": source, "target": target} | ({} if exit == PLAIN else {"value": exit})


# Both


def _links(start: str, conditions: Sequence[str], merges: Sequence[str], end: str) -> Iterator[tuple[str, str, str]]:
    """Source, target and exit of every edge of a chain."""
    following = [*conditions[1:], end]
    yield start, conditions[0] if conditions else end, PLAIN
    for condition, merge, next_one in zip(conditions, merges, following, strict=False):
        yield condition, merge, TRUE
        yield condition, next_one, FALSE


def _pairwise(conditions: Sequence[Any], merges: Sequence[Any]) -> list[Any]:
    """Cards in the order in which a reader meets them."""
    return [card for pair in zip(conditions, merges, strict=True) for card in pair]


def _condition(entry: Entry) -> Node:
    return Node(f"{entry.pointer}/match", "condition", {}, entry.pointer, entry.tree)


def _merge(rule: Rule, entry: Entry) -> Node:
    return Node(entry.pointer, "combine", {}, entry.pointer, merge=rule.merge._replace(notify=entry.notify))
