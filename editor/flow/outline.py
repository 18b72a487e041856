"""The flow as an indented list: what a reader goes through, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass

from editor.flow.rule import Flow
from editor.flow.wiring import EXITS, TRUE


@dataclass(frozen=True)
class Row:
    """One line of the outline.

    ``branch`` is the exit that leads here, None for Start and for cards that no way leads to. ``again``: the card
    stands further up already, and is not gone into twice. ``open``: not a card, but the exit of card ``id`` that leads
    nowhere.
    """

    id: str
    depth: int = 0
    branch: str | None = None
    again: bool = False
    open: str | None = None


def rows(flow: Flow) -> list[Row]:
    """Every card, true side one step in and before the false side; cards that no way leads to last."""
    met: set[str] = set()
    found: list[Row] = []
    for node_id in flow.order:
        if node_id not in met:
            found += _walk(flow, node_id, met)
    return found


def _walk(flow: Flow, node_id: str, met: set[str]) -> Iterator[Row]:
    waiting = [Row(node_id)]
    while waiting:
        row = waiting.pop()
        if row.open is not None:
            yield row
            continue
        yield Row(row.id, row.depth, row.branch, row.id in met)
        if row.id not in met:
            met.add(row.id)
            waiting += reversed(list(_below(flow, row)))


def _below(flow: Flow, row: Row) -> Iterator[Row]:
    kind = flow.by_id[row.id].kind
    for exit in EXITS[kind]:
        depth = row.depth + 1 if exit == TRUE else row.depth
        edge = flow.edge_from(row.id, exit)
        if edge is not None and edge.target in flow.by_id:
            yield Row(edge.target, depth, exit)
        elif kind != "combine":
            # A merge card may end the way; any other exit wants a card.
            yield Row(row.id, depth, exit, open=exit)
