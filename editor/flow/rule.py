"""A rule document as values.

Every value is a read-only view: it keeps the JSON it was read from (``raw``) and the place where that stood
(``pointer``, a JSON Pointer into the document), so the very same document comes back, with the members nobody here
knows and in the order they came in. Values are lenient about *content* (a wait of "soon" is read and later found by the
checks) and strict about *shape* (``reading`` refuses what could not be drawn).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

from editor.flow import limits
from editor.flow.say import mark, say
from editor.flow.wiring import Edge, Kind, Wiring, grouped

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"
Document: TypeAlias = Mapping[str, Json]
_TITLES: Mapping[Kind, str] = {
    "start": mark("Start"),
    "condition": mark("Condition {number}"),
    "combine": mark("Merge {number}"),
    "end": mark("End"),
    "unknown": mark("Card {number}"),
}


class Leaf(NamedTuple):
    """One condition: ``key`` compared with ``values`` in the manner of ``operate``, as ``match`` says it."""

    id: str
    key: str
    operate: str
    values: tuple[str, ...]
    raw: Json
    pointer: str
    match: Document

    @property
    def given(self) -> Sequence[Json]:
        """What stands under ``value``, texts or not; nothing where that is no list."""
        value = self.match.get("value")
        return value if isinstance(value, list) else ()

    @property
    def place(self) -> str:
        """The pointer to the comparison itself: below the condition in a flow, the same in a legacy rule."""
        is_inner = isinstance(self.raw, dict) and self.match is not self.raw
        return f"{self.pointer}/match" if is_inner else self.pointer


class Group(NamedTuple):
    """Conditions joined by ``join``, which is "and" or "or" in a sound rule."""

    id: str
    join: str
    children: tuple["Leaf | Group", ...]
    raw: Json
    pointer: str

    def conditions(self) -> list[Leaf]:
        """The conditions right under this group."""
        return [child for child in self.children if isinstance(child, Leaf)]

    def leaves(self) -> list[Leaf]:
        """The conditions below, in document order."""
        return [part for part in self.parts() if isinstance(part, Leaf)]

    def parts(self) -> list["Leaf | Group"]:
        """This group and everything below it, in document order."""
        found: list[Leaf | Group] = [self]
        for child in self.children:
            if isinstance(child, Leaf):
                found.append(child)
            else:
                found += child.parts()
        return found


class Merge(NamedTuple):
    """How a merge card groups alarms, when it speaks and whom it tells; waits in seconds."""

    group_by: tuple[str, ...]
    ai_group_by: tuple[str, ...]
    waits: Mapping[str, Json]
    notify: tuple[str, ...]
    raw: Document
    pointer: str


@dataclass(frozen=True, eq=False)
class Node:
    """One card (or Start, or End) of a flow. ``is_plain``: it has no members but the published ones, and every part of
    its tree has all of them, in their published shapes. Two rules may share a card that says the same in the same
    place."""

    id: str
    kind: Kind
    raw: Document
    pointer: str
    tree: Group | None = None
    merge: Merge | None = None
    is_plain: bool = False

    @cached_property
    def parts(self) -> Sequence[Leaf | Group]:
        """Every group and condition of the card, in document order."""
        return self.tree.parts() if self.tree else ()

    @cached_property
    def leaves(self) -> Sequence[Leaf]:
        """Every condition of the card."""
        return [part for part in self.parts if isinstance(part, Leaf)]

    @cached_property
    def ids(self) -> Sequence[str]:
        """Its own id and those of its parts; empty where one has none."""
        return [self.id, *self._merge_ids, *[part.id for part in self.parts]]

    @cached_property
    def has_sound_ids(self) -> bool:
        """Whether every id has the form that is asked of it."""
        forms = ((limits.COMBINE_ID, self._merge_ids), (limits.CONDITION_ID, [part.id for part in self.parts]))
        are_sound = all(form.fullmatch(found) for form, ids in forms for found in ids)
        return are_sound and limits.NODE_ID.fullmatch(self.id) is not None

    @property
    def _merge_ids(self) -> Sequence[str]:
        value = self.raw.get("value")
        found = value.get("id") if self.kind == "combine" and isinstance(value, dict) else ""
        return [found if isinstance(found, str) else ""] if self.kind == "combine" else []

    @cached_property
    def pattern_count(self) -> int:
        """How many patterns its conditions compare with."""
        return sum(len(leaf.values) for leaf in self.leaves if leaf.operate == "REGEX")

    @cached_property
    def keys(self) -> frozenset[str]:
        """The attributes that the conditions look at; empty text where one names none."""
        return frozenset([leaf.key for leaf in self.leaves])


@dataclass(frozen=True)
class Flow:
    """The cards of a rule, in document order, and how they are joined. Cards taken out of a ``whole`` are called what
    they are called there."""

    nodes: tuple[Node, ...]
    wiring: Wiring
    whole: "Flow | None" = None

    @classmethod
    def of(cls, nodes: Iterable[Node], edges: Iterable[Edge] = (), whole: "Flow | None" = None) -> "Flow":
        """A flow of cards and edges."""
        cards = tuple(nodes)
        return cls(cards, Wiring(tuple([(node.id, node.kind) for node in cards]), tuple(edges)), whole)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges, in document order."""
        return self.wiring.edges

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Cards by id; of two with one id the first."""
        return {node.id: node for node in reversed(self.nodes)}

    @cached_property
    def parts(self) -> Sequence[tuple[Node, Leaf | Group]]:
        """Every group and condition of the condition cards, each with its card, in document order."""
        return [(node, part) for node in self.of_kind("condition") for part in node.parts]

    @cached_property
    def groups(self) -> Sequence[tuple[Node, Group]]:
        """Every group of the condition cards, with its card."""
        return [(node, part) for node, part in self.parts if isinstance(part, Group)]

    @cached_property
    def leaves(self) -> Sequence[tuple[Node, Leaf]]:
        """Every condition of the condition cards, with its card."""
        return [(node, leaf) for node in self.of_kind("condition") for leaf in node.leaves]

    @cached_property
    def merges(self) -> Sequence[tuple[Node, Merge]]:
        """The merge cards that say how to merge."""
        return [(node, node.merge) for node in self.of_kind("combine") if node.merge is not None]

    @property
    def unreached(self) -> Sequence[Node]:
        """Cards that no way from a Start leads to, by edges that an alarm can take; none where there is no Start."""
        unreached = self.wiring.unreached
        return [node for node in self.nodes if node.id in unreached] if unreached else ()

    def of_kind(self, kind: Kind) -> Sequence[Node]:
        """The cards of one kind, in document order."""
        return self._kinds.get(kind, ())

    def edge_from(self, node_id: str, exit: str) -> Edge | None:
        """The edge that leaves ``node_id`` by ``exit``; None where the exit is open, the first where it is doubled."""
        edges = self.wiring.exits.get((node_id, exit))
        return edges[0] if edges else None

    def edges_out(self, node_id: str) -> Sequence[Edge]:
        return self.wiring.out.get(node_id, ())

    def edges_in(self, node_id: str) -> Sequence[Edge]:
        return self.wiring.into.get(node_id, ())

    @cached_property
    def _kinds(self) -> Mapping[Kind, Sequence[Node]]:
        return grouped((node.kind, node) for node in self.nodes)

    @property
    def order(self) -> tuple[str, ...]:
        """Card ids in reading order, as ``Wiring.order``."""
        return self.wiring.order

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What people call the cards: "Condition 2", numbered per kind in reading order."""
        return {node_id: self.title(node_id) for node_id in (self.whole or self).wiring.numbers}

    def title(self, node_id: str) -> str:
        """What people call one card."""
        wiring = (self.whole or self).wiring
        return say(_TITLES[wiring.kinds[node_id]], number=wiring.numbers[node_id])


class Entry(NamedTuple):
    """One branch of a legacy rule: all ``matches`` must hold."""

    matches: tuple[Leaf, ...]
    notify: tuple[str, ...]
    raw: Json
    pointer: str

    @property
    def tree(self) -> Group:
        """The same as a tree of conditions."""
        return Group("", "and", self.matches, self.raw, self.pointer)


class Owner(NamedTuple):
    """What a condition, or the settings of a merge, belong to: a card of ``flow``, by its id, or a part of a legacy
    rule, by what people call it. Titles of cards are worked out when somebody asks."""

    name: str
    flow: "Flow | None" = None

    @classmethod
    def of_entry(cls, number: int) -> "Owner":
        """An entry of a legacy rule, counted from 1."""
        return cls(say("Entry {number}", number=number))

    @property
    def title(self) -> str:
        return self.flow.title(self.name) if self.flow is not None else self.name

    @property
    def nodes(self) -> tuple[str, ...]:
        return (self.name,) if self.flow is not None else ()


@dataclass(frozen=True)
class Rule:
    """A rule: a flow, or the legacy form (``entries``), or (unsound) neither. ``merge`` is how a legacy rule groups
    alarms, whatever its entry; it tells nobody, since the entries do."""

    document: Document
    name: str
    flow: Flow | None
    entries: tuple[Entry, ...] | None
    merge: Merge

    def as_document(self) -> Document:
        """The document this rule was read from, unchanged."""
        return self.document

    def narrowed(self, cards: Sequence[Node]) -> "Rule":
        """This rule with no cards but ``cards``, and no edges: for those who look at one card at a time."""
        flow = Flow.of(cards, (), self.flow) if self.flow is not None else None
        return Rule(self.document, self.name, flow, self.entries, self.merge)

    @cached_property
    def conditions(self) -> Sequence[tuple[Owner, Leaf]]:
        """Every condition of a flow's cards, and of a legacy rule's entries, in document order."""
        entries = [(Owner.of_entry(n), entry) for n, entry in enumerate(self.entries or (), 1)]
        owned = [(owner, leaf) for owner, entry in entries for leaf in entry.matches]
        if self.flow is None:
            return owned
        owners = {node.id: Owner(node.id, self.flow) for node in self.flow.of_kind("condition")}
        return owned + [(owners[node.id], leaf) for node, leaf in self.flow.leaves]

    @cached_property
    def is_plain(self) -> bool:
        """Whether every condition has the published members, all of them and no other, in their published shapes."""
        return (
            self.entries is None and self.flow is not None and all(n.is_plain for n in self.flow.of_kind("condition"))
        )

    @cached_property
    def patterns(self) -> Sequence[tuple[Owner, Leaf, int, str]]:
        """Every pattern of a condition: whose, where, its place among the values, itself."""
        return [
            (owner, leaf, i, pattern)
            for owner, leaf in self.comparing("REGEX")
            for i, pattern in enumerate(leaf.given)
            if isinstance(pattern, str)
        ]

    @cached_property
    def repeating(self) -> Sequence[tuple[Owner, str, Sequence[Leaf]]]:
        """Conditions side by side of which some look at one attribute: in whose card or entry, the word that joins
        them, themselves."""
        entries = enumerate(self.entries or (), 1)
        found = [(Owner.of_entry(n), "and", e.matches) for n, e in entries if _repeats_a_key(e.matches)]
        sides: list[tuple[Owner, str, Sequence[Leaf]]] = [*found]
        for node, group in self.flow.groups if self.flow else ():
            if _repeats_a_key(own := group.conditions()):
                sides.append((Owner(node.id, self.flow), group.join, own))
        return sides

    @cached_property
    def keys(self) -> frozenset[str]:
        """The attributes that conditions look at; empty text where one names none."""
        cards = self.flow.of_kind("condition") if self.flow is not None else ()
        entries = [leaf.key for entry in self.entries or () for leaf in entry.matches]
        return frozenset(entries).union(*[card.keys for card in cards])

    @property
    def operators(self) -> Set[str]:
        """The manners in which conditions compare, also those that there are not."""
        return self._by_operator.keys()

    def comparing(self, operate: str) -> Sequence[tuple[Owner, Leaf]]:
        """The conditions that compare in one manner."""
        return self._by_operator.get(operate, ())

    @cached_property
    def _by_operator(self) -> Mapping[str, Sequence[tuple[Owner, Leaf]]]:
        return grouped((each[1].operate, each) for each in self.conditions)

    @cached_property
    def settings(self) -> Sequence[tuple[Owner, Merge]]:
        """How every merge card groups alarms; of a legacy rule its own settings."""
        if self.flow is not None:
            return [(Owner(node.id, self.flow), merge) for node, merge in self.flow.merges]
        return [(Owner(say("The rule")), self.merge)] if self.entries is not None else []


def _repeats_a_key(leaves: Sequence[Leaf]) -> bool:
    return len({leaf.key for leaf in leaves}) < len(leaves)


def canonical(document: Json) -> str:
    """The one text of equal documents: members sorted; nodes and edges of a flow by id, since their order means
    nothing; no blanks."""
    if isinstance(document, Mapping) and isinstance(flow := document.get("match_v3"), Mapping):
        document = {**document, "match_v3": {**flow, **{part: _by_id(flow.get(part)) for part in ("nodes", "edges")}}}
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(document: Json) -> str:
    """SHA-256 (hex) of the canonical text: equal for documents that say the same."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _by_id(items: Json) -> Json:
    if not isinstance(items, list):
        return items
    return sorted(items, key=lambda item: (str(item.get("id")) if isinstance(item, dict) else "", json.dumps(item)))
