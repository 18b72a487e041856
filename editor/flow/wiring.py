"""How the cards of a flow are joined: everything that rests on edges, and on nothing that is in the cards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from editor.flow import limits, published

if TYPE_CHECKING:
    import networkx as nx

    from editor.flow.rule import Document

K = TypeVar("K")
V = TypeVar("V")
Kind = Literal["start", "condition", "combine", "end", "unknown"]
PLAIN, TRUE, FALSE = "plain", "true", "false"
EXITS: Mapping[Kind, tuple[str, ...]] = {
    "start": (PLAIN,),
    "condition": (TRUE, FALSE),
    "combine": (PLAIN,),
    "end": (),
    "unknown": (),
}


class Edge(NamedTuple):
    """A way from the exit ``exit`` of ``source`` into ``target``. ``exit`` is "plain", "true", "false" or, in an
    unsound rule, the text found there."""

    id: str
    source: str
    target: str
    exit: str
    raw: "Document"
    pointer: str


@dataclass(frozen=True, eq=False)
class Wiring:
    """The edges of a flow, and the ids and kinds of its cards, in document order. Flows that are joined alike may share
    one, whatever their cards say."""

    cards: tuple[tuple[str, Kind], ...]
    edges: tuple[Edge, ...]

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Kinds of cards by id; of two with one id the first."""
        return dict(reversed(self.cards))

    @cached_property
    def is_plain(self) -> bool:
        """Whether no edge has members but the published ones."""
        return all(published.EDGE.issuperset(edge.raw) for edge in self.edges)

    @cached_property
    def edge_ids(self) -> Sequence[str]:
        return [edge.id for edge in self.edges]

    @cached_property
    def has_sound_ids(self) -> bool:
        """Whether every id of an edge has the form that is asked of it."""
        return all(limits.EDGE_ID.fullmatch(edge_id) for edge_id in self.edge_ids)

    @cached_property
    def exits(self) -> Mapping[tuple[str, str], Sequence[Edge]]:
        """Edges by (source id, exit)."""
        return grouped(((edge.source, edge.exit), edge) for edge in self.edges)

    @cached_property
    def out(self) -> Mapping[str, Sequence[Edge]]:
        """Edges by the card they leave."""
        return grouped((edge.source, edge) for edge in self.edges)

    @cached_property
    def into(self) -> Mapping[str, Sequence[Edge]]:
        """Edges by the card they lead to."""
        return grouped((edge.target, edge) for edge in self.edges)

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """The flow without its labels; edges to cards that do not exist are left out."""
        import networkx as nx  # takes longer to load than most commands take to answer

        graph: nx.DiGraph[str] = nx.DiGraph()
        known = self.kinds
        graph.add_nodes_from(node_id for node_id, _ in self.cards)
        graph.add_edges_from([(e.source, e.target) for e in self.edges if e.source in known and e.target in known])
        return graph

    @cached_property
    def is_acyclic(self) -> bool:
        """Whether no way leads back: cards that nothing leads to are taken away, one after the other, until none is
        left (Kahn)."""
        entries = dict.fromkeys(self.kinds, 0)
        for edge in self.edges:
            if edge.source in entries and edge.target in entries:
                entries[edge.target] += 1
        taken = [node_id for node_id, count in entries.items() if not count]
        for node_id in taken:  # which grows on the way
            for edge in self.out.get(node_id, ()):
                if edge.target in entries:
                    entries[edge.target] -= 1
                    if not entries[edge.target]:
                        taken.append(edge.target)
        return len(taken) == len(entries)

    @cached_property
    def unreached(self) -> frozenset[str]:
        """Cards that no way from a Start leads to, by edges that an alarm can take; none where there is no Start."""
        starts = [node_id for node_id, kind in self.cards if kind == "start"]
        if not starts or self._all_lead_back_to(starts):
            return frozenset()
        import networkx as nx

        return frozenset(self.kinds).difference(starts, *(nx.descendants(self._ways, start) for start in starts))

    def _all_lead_back_to(self, starts: Sequence[str]) -> bool:
        """Whether it is plain to see that every card is reached: where no way leads round, going back from a card ends
        at one that nothing leads to, and only ``starts`` are such."""
        entered = {edge.target for edge in self.edges if edge.source in self.kinds}
        return entered.issuperset(self.kinds.keys() - set(starts)) and not self._lost and self.is_acyclic

    @cached_property
    def _lost(self) -> Sequence[Edge]:
        """The edges out of a condition that have no readable value. Elsewhere an edge with a value is a fault of its
        own, which need not be told again for every card behind it."""
        return [e for e in self.edges if e.exit not in (TRUE, FALSE) and self.kinds.get(e.source) == "condition"]

    @property
    def _ways(self) -> "nx.DiGraph[str]":
        """The flow without its lost edges."""
        if not self._lost:
            return self.graph
        kept = {(edge.source, edge.target) for edge in self.edges if edge not in self._lost}
        ways = self.graph.copy()
        ways.remove_edges_from([(e.source, e.target) for e in self._lost if (e.source, e.target) not in kept])
        return ways

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Card ids as a reader meets them: from Start, the true side before the false side; cards that no way leads to
        come last, in document order."""
        seen: dict[str, None] = {}
        starts = [node_id for node_id, kind in self.cards if kind == "start"]
        waiting = [node_id for node_id, _ in reversed(self.cards)] + [*reversed(starts)]
        while waiting:
            node_id = waiting.pop()
            if node_id in seen:
                continue
            seen[node_id] = None
            for exit in reversed(EXITS[self.kinds[node_id]]):
                edges = self.exits.get((node_id, exit))
                if edges and edges[0].target in self.kinds:
                    waiting.append(edges[0].target)
        return tuple(seen)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Which card of its kind each is, in reading order, from 1."""
        counts: dict[str, int] = {}
        numbers: dict[str, int] = {}
        for node_id in self.order:
            kind = self.kinds[node_id]
            numbers[node_id] = counts[kind] = counts.get(kind, 0) + 1
        return numbers


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Values by key, in the order they come in."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
