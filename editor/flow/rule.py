"""A rule document as values.

Every value is a read-only view: it keeps the JSON it was read from (``raw``) and the place where that stood
(``pointer``, a JSON Pointer into the document), so the very same document comes back, with the members nobody here
knows and in the order they came in. Values are lenient about *content* (a wait of "soon" is read and later found by the
checks) and strict about *shape* (``reading`` refuses what could not be drawn).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import networkx as nx

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"
Document: TypeAlias = Mapping[str, Json]
Kind = Literal["start", "condition", "combine", "end", "unknown"]
PLAIN, TRUE, FALSE = "plain", "true", "false"
EXITS: Mapping[Kind, tuple[str, ...]] = {
    "start": (PLAIN,),
    "condition": (TRUE, FALSE),
    "combine": (PLAIN,),
    "end": (),
    "unknown": (),
}


@dataclass(frozen=True)
class Leaf:
    """One condition: ``key`` compared with ``values`` in the manner of ``operate``."""

    id: str
    key: str
    operate: str
    values: tuple[str, ...]
    raw: Json
    pointer: str


@dataclass(frozen=True)
class Group:
    """Conditions joined by ``join``, which is "and" or "or" in a sound rule."""

    id: str
    join: str
    children: tuple["Leaf | Group", ...]
    raw: Json
    pointer: str

    def leaves(self) -> Iterator[Leaf]:
        """The conditions below, in document order."""
        for child in self.children:
            if isinstance(child, Leaf):
                yield child
            else:
                yield from child.leaves()

    def parts(self) -> Iterator["Leaf | Group"]:
        """This group and everything below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Leaf):
                yield child
            else:
                yield from child.parts()


@dataclass(frozen=True)
class Merge:
    """How a merge card groups alarms, when it speaks and whom it tells; waits in seconds."""

    group_by: tuple[str, ...]
    ai_group_by: tuple[str, ...]
    waits: Mapping[str, Json]
    notify: tuple[str, ...]
    raw: Document
    pointer: str


@dataclass(frozen=True)
class Node:
    """One card (or Start, or End) of a flow."""

    id: str
    kind: Kind
    raw: Document
    pointer: str
    tree: Group | None = None
    merge: Merge | None = None


@dataclass(frozen=True)
class Edge:
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
    """The cards and edges of a rule, in document order."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Cards by id; of two with one id the first."""
        found: dict[str, Node] = {}
        for node in self.nodes:
            found.setdefault(node.id, node)
        return found

    @cached_property
    def exits(self) -> Mapping[tuple[str, str], tuple[Edge, ...]]:
        """Edges by (source id, exit)."""
        found: dict[tuple[str, str], tuple[Edge, ...]] = {}
        for edge in self.edges:
            found[edge.source, edge.exit] = (*found.get((edge.source, edge.exit), ()), edge)
        return found

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """The flow without its labels; edges to cards that do not exist are left out."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.by_id)
        graph.add_edges_from((e.source, e.target) for e in self.edges if {e.source, e.target} <= self.by_id.keys())
        return graph

    def of_kind(self, kind: Kind) -> list[Node]:
        """The cards of one kind, in document order."""
        return [node for node in self.nodes if node.kind == kind]

    def edge_from(self, node_id: str, exit: str) -> Edge | None:
        """The edge that leaves ``node_id`` by ``exit``; None where the exit is open, the first where it is doubled."""
        return next(iter(self.exits.get((node_id, exit), ())), None)

    def edges_out(self, node_id: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.source == node_id]

    def edges_in(self, node_id: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.target == node_id]

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
            targets = [self.edge_from(node_id, exit) for exit in EXITS[self.by_id[node_id].kind]]
            waiting += [edge.target for edge in reversed(targets) if edge is not None and edge.target in self.by_id]
        return tuple(seen)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """What people call the cards: "Condition 2", numbered per kind in reading order."""
        words = {"condition": "Condition", "combine": "Merge", "unknown": "Card"}
        counts: dict[str, int] = {}
        named: dict[str, str] = {}
        for node_id in self.order:
            kind = self.by_id[node_id].kind
            counts[kind] = counts.get(kind, 0) + 1
            named[node_id] = f"{words[kind]} {counts[kind]}" if kind in words else kind.capitalize()
        return named


@dataclass(frozen=True)
class Entry:
    """One branch of a legacy rule: all ``matches`` must hold."""

    matches: tuple[Leaf, ...]
    notify: tuple[str, ...]
    raw: Json
    pointer: str


@dataclass(frozen=True)
class Rule:
    """A rule: a flow, or the legacy form (``entries``), or (unsound) neither."""

    document: Document
    name: str
    flow: Flow | None
    entries: tuple[Entry, ...] | None = field(default=None)

    def as_document(self) -> Document:
        """The document this rule was read from, unchanged."""
        return self.document


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
