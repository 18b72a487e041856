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
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

from editor.flow.say import mark, say

if TYPE_CHECKING:
    import networkx as nx

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"
Document: TypeAlias = Mapping[str, Json]
K = TypeVar("K")
V = TypeVar("V")
Kind = Literal["start", "condition", "combine", "end", "unknown"]
PLAIN, TRUE, FALSE = "plain", "true", "false"
_TITLES: Mapping[Kind, str] = {
    "start": mark("Start"),
    "condition": mark("Condition {number}"),
    "combine": mark("Merge {number}"),
    "end": mark("End"),
    "unknown": mark("Card {number}"),
}
EXITS: Mapping[Kind, tuple[str, ...]] = {
    "start": (PLAIN,),
    "condition": (TRUE, FALSE),
    "combine": (PLAIN,),
    "end": (),
    "unknown": (),
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
    """One card (or Start, or End) of a flow. ``is_plain``: every part of its tree has the published members, all of
    them and no other, in their published shapes. Two rules may share a card that says the same in the same place."""

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
    def part_ids(self) -> Sequence[str]:
        """The ids of the groups and conditions; empty where one has none."""
        return [part.id for part in self.parts]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The attributes that the conditions look at; empty text where one names none."""
        return frozenset([leaf.key for leaf in self.leaves])


class Edge(NamedTuple):
    """A way from the exit ``exit`` of ``source`` into ``target``. ``exit`` is "plain", "true", "false" or, in an
    unsound rule, the text found there."""

    id: str
    source: str
    target: str
    exit: str
    raw: Document
    pointer: str


@dataclass(frozen=True)
class Flow:
    """The cards and edges of a rule, in document order. Cards taken out of a ``whole`` are called what they are called
    there."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    whole: "Flow | None" = None

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Cards by id; of two with one id the first."""
        found: dict[str, Node] = {}
        for node in self.nodes:
            found.setdefault(node.id, node)
        return found

    @cached_property
    def exits(self) -> Mapping[tuple[str, str], Sequence[Edge]]:
        """Edges by (source id, exit)."""
        return _grouped(((edge.source, edge.exit), edge) for edge in self.edges)

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

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """The flow without its labels; edges to cards that do not exist are left out."""
        import networkx as nx  # takes longer to load than most commands take to answer

        graph: nx.DiGraph[str] = nx.DiGraph()
        known = self.by_id
        graph.add_nodes_from(known)
        graph.add_edges_from([(e.source, e.target) for e in self.edges if e.source in known and e.target in known])
        return graph

    @cached_property
    def is_acyclic(self) -> bool:
        """Whether no way leads back: cards that nothing leads to are taken away, one after the other, until none is
        left (Kahn)."""
        entries = dict.fromkeys(self.by_id, 0)
        for edge in self.edges:
            if edge.source in entries and edge.target in entries:
                entries[edge.target] += 1
        taken = [node_id for node_id, count in entries.items() if not count]
        for node_id in taken:  # which grows on the way
            for edge in self.edges_out(node_id):
                if edge.target in entries:
                    entries[edge.target] -= 1
                    if not entries[edge.target]:
                        taken.append(edge.target)
        return len(taken) == len(entries)

    @cached_property
    def unreached(self) -> Sequence[Node]:
        """Cards that no way from a Start leads to, by edges that an alarm can take; none where there is no Start."""
        starts = [start.id for start in self.of_kind("start")]
        if not starts or self._all_lead_back_to(starts):
            return []
        import networkx as nx

        reached = set(starts).union(*(nx.descendants(self._ways, start) for start in starts))
        return [node for node in self.nodes if node.id not in reached]

    def _all_lead_back_to(self, starts: Sequence[str]) -> bool:
        """Whether it is plain to see that every card is reached: where no way leads round, going back from a card ends
        at one that nothing leads to, and only ``starts`` are such."""
        entered = {edge.target for edge in self.edges if edge.source in self.by_id}
        return entered.issuperset(self.by_id.keys() - set(starts)) and not self._lost and self.is_acyclic

    @cached_property
    def _lost(self) -> Sequence[Edge]:
        """The edges out of a condition that have no readable value. Elsewhere an edge with a value is a fault of its
        own, which need not be told again for every card behind it."""
        out = [edge for node in self.of_kind("condition") for edge in self.edges_out(node.id)]
        return [edge for edge in out if edge.exit not in (TRUE, FALSE)]

    @property
    def _ways(self) -> "nx.DiGraph[str]":
        """The flow without its lost edges."""
        if not self._lost:
            return self.graph
        kept = {(edge.source, edge.target) for edge in self.edges if edge not in self._lost}
        ways = self.graph.copy()
        ways.remove_edges_from([(e.source, e.target) for e in self._lost if (e.source, e.target) not in kept])
        return ways

    def of_kind(self, kind: Kind) -> Sequence[Node]:
        """The cards of one kind, in document order."""
        return self._kinds.get(kind, ())

    def edge_from(self, node_id: str, exit: str) -> Edge | None:
        """The edge that leaves ``node_id`` by ``exit``; None where the exit is open, the first where it is doubled."""
        edges = self.exits.get((node_id, exit))
        return edges[0] if edges else None

    def edges_out(self, node_id: str) -> Sequence[Edge]:
        return self._out.get(node_id, ())

    def edges_in(self, node_id: str) -> Sequence[Edge]:
        return self._into.get(node_id, ())

    @cached_property
    def _kinds(self) -> Mapping[Kind, Sequence[Node]]:
        return _grouped((node.kind, node) for node in self.nodes)

    @cached_property
    def _out(self) -> Mapping[str, Sequence[Edge]]:
        return _grouped((edge.source, edge) for edge in self.edges)

    @cached_property
    def _into(self) -> Mapping[str, Sequence[Edge]]:
        return _grouped((edge.target, edge) for edge in self.edges)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Card ids as a reader meets them: from Start, the true side before the false side; cards that no way leads to
        come last, in document order."""
        seen: dict[str, None] = {}
        waiting = [node.id for node in reversed(self.nodes)] + [node.id for node in reversed(self.of_kind("start"))]
        while waiting:
            node_id = waiting.pop()
            if node_id in seen:
                continue
            seen[node_id] = None
            for exit in reversed(EXITS[self.by_id[node_id].kind]):
                edge = self.edge_from(node_id, exit)
                if edge is not None and edge.target in self.by_id:
                    waiting.append(edge.target)
        return tuple(seen)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What people call the cards: "Condition 2", numbered per kind in reading order."""
        if self.whole is not None:
            return self.whole.titles
        counts: dict[str, int] = {}
        named: dict[str, str] = {}
        for node_id in self.order:
            kind = self.by_id[node_id].kind
            counts[kind] = counts.get(kind, 0) + 1
            named[node_id] = say(_TITLES[kind], number=counts[kind])
        return named


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
        return self.flow.titles[self.name] if self.flow is not None else self.name

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
        flow = Flow(tuple(cards), (), self.flow) if self.flow is not None else None
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
        return _grouped((each[1].operate, each) for each in self.conditions)

    @cached_property
    def settings(self) -> Sequence[tuple[Owner, Merge]]:
        """How every merge card groups alarms; of a legacy rule its own settings."""
        if self.flow is not None:
            return [(Owner(node.id, self.flow), merge) for node, merge in self.flow.merges]
        return [(Owner(say("The rule")), self.merge)] if self.entries is not None else []


def _repeats_a_key(leaves: Sequence[Leaf]) -> bool:
    return len({leaf.key for leaf in leaves}) < len(leaves)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


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
