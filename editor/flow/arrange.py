"""Where cards stand: the gentle staircase.

Top to bottom; the false child straight under its exit, the true child one card to the left on the same row. The rule is
deterministic, so equal flows look equal; ``tests/documents/arrange.json`` holds it and its twin in the browser to one
set of cases.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from editor.flow.lines import CARD_WIDTH, PILL, Size, size_of
from editor.flow.rule import Flow
from editor.flow.wiring import EXITS, FALSE, PLAIN, TRUE

Point = tuple[int, int]
Exits = Mapping[str, Mapping[str, str]]
"""Target ids by source id and exit."""

COLUMN_GAP: Final = 24  # least space between two cards on one row
PLAIN_GAP: Final = 24  # between a pill and the card it leads to, or that leads to it
ROW_GAP: Final = 40  # between two rows: the elbows and the words of the edges live there
EXIT_OFFSET: Final = 72  # the true exit is this far left of a card's middle, the false exit as far right
_LOOSE_GAP: Final = 112  # between the flow and cards that no way leads to
_GRID: Final = 8
_EXIT_ORDER: Final = (PLAIN, TRUE, FALSE)


@dataclass(frozen=True)
class Box:
    """A card's place in px."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def middle(self) -> int:
        return self.left + self.width // 2

    def moved(self, dx: int, dy: int) -> "Box":
        return replace(self, left=self.left + dx, top=self.top + dy)

    def is_near(self, other: "Box", across: int, down: int) -> bool:
        """Whether less than ``across`` px lie between the two sideways, and less than ``down`` px in height."""
        beside = self.left < other.right + across and other.left < self.right + across
        return beside and self.top < other.bottom + down and other.top < self.bottom + down


Block = dict[str, Box]
"""A card with everything that hangs below it; x counts from the card's middle, y from its top."""


def arrange(flow: Flow) -> dict[str, Point]:
    """The upper left corner of every card in px, by id. No two cards overlap."""
    edges = [
        (node_id, exit, edge.target)
        for node_id in flow.order
        for exit in EXITS[flow.by_id[node_id].kind]
        if (edge := flow.edge_from(node_id, exit)) is not None
    ]
    return arrange_tree(edges, {node_id: size_of(flow.by_id[node_id]) for node_id in flow.order})


def arrange_tree(edges: Iterable[tuple[str, str, str]], sizes: Mapping[str, Size]) -> dict[str, Point]:
    """The staircase of the cards in ``sizes`` (width, height), joined by ``edges`` (source, exit, target).

    A pill with an exit is Start, a pill without one is End. A card with several entries hangs under the first card that
    leads to it, End under the last, and stands below all of them. Edges that name no card are left out.
    """
    exits: dict[str, dict[str, str]] = {node_id: {} for node_id in sizes}
    for source, exit, target in edges:
        if source in sizes and target in sizes and exit in _EXIT_ORDER:
            exits[source].setdefault(exit, target)
    order = _reading_order(exits, sizes)
    children = _hang(exits, order, sizes)
    hung = {child for below in children.values() for child in below.values()}
    tops = [node_id for node_id in order if node_id not in hung]
    blocks = _blocks(children, order, sizes)
    return _corners(_settled(_side_by_side([blocks[top] for top in tops]), exits, order))


def _reading_order(exits: Exits, sizes: Mapping[str, Size]) -> list[str]:
    starts = [node_id for node_id in sizes if sizes[node_id] == PILL and exits[node_id]]
    waiting = [*reversed([*sizes]), *reversed(starts)]
    met: dict[str, None] = {}
    while waiting:
        node_id = waiting.pop()
        if node_id not in met:
            met[node_id] = None
            waiting += reversed([target for _, target in _in_order(exits[node_id])])
    return list(met)


def _in_order(below: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(exit, below[exit]) for exit in _EXIT_ORDER if exit in below]


def _hang(exits: Exits, order: Sequence[str], sizes: Mapping[str, Size]) -> dict[str, dict[str, str]]:
    """Which of its targets hang under a card: each card under one other at most, and in no circle."""
    rank = {node_id: i for i, node_id in enumerate(order)}
    holder: dict[str, tuple[str, str]] = {}
    for source in order:
        for exit, target in _in_order(exits[source]):
            is_end = sizes[target] == PILL and not exits[target]
            if is_end or (rank[source] < rank[target] and target not in holder):
                holder[target] = (source, exit)
    children: dict[str, dict[str, str]] = {node_id: {} for node_id in order}
    for target, (source, exit) in holder.items():
        children[source][exit] = target
    return children


def _blocks(children: Exits, order: Sequence[str], sizes: Mapping[str, Size]) -> dict[str, Block]:
    """The block of every card. Bottom up instead of recursive: a chain may be longer than the stack is deep."""
    blocks: dict[str, Block] = {}
    beside = {below[FALSE]: sizes[below[TRUE]][1] for below in children.values() if TRUE in below and FALSE in below}
    # A card's children come after it in reading order, but for End, which has none itself.
    for node_id in sorted(reversed(order), key=lambda node_id: bool(children[node_id])):
        blocks[node_id] = _block(node_id, children[node_id], blocks, sizes, beside.get(node_id, 0))
    return blocks


def _block(
    node_id: str, below: Mapping[str, str], blocks: Mapping[str, Block], sizes: Mapping[str, Size], beside: int
) -> Block:
    width, height = sizes[node_id]
    block = {node_id: Box(-(width // 2), 0, width, height)}
    row = max(height, beside) + ROW_GAP
    if PLAIN in below:
        block |= _shifted(blocks[below[PLAIN]], 0, height + PLAIN_GAP)
    upright = _shifted(blocks[below[FALSE]], EXIT_OFFSET, row) if FALSE in below else {}
    if TRUE in below:
        # An open false branch keeps the room of a card.
        sibling = sizes[below[FALSE]][0] if FALSE in below else CARD_WIDTH
        middle = EXIT_OFFSET - sibling // 2 - COLUMN_GAP - sizes[below[TRUE]][0] // 2
        left = _shifted(blocks[below[TRUE]], middle, row)
        block |= _shifted(left, -_overhang(left, upright), 0)
    return block | upright


def _shifted(block: Block, dx: int, dy: int) -> Block:
    return {node_id: box.moved(dx, dy) for node_id, box in block.items()}


def _overhang(left: Block, right: Block) -> int:
    """How far ``left`` must move left, in steps of the grid, until nothing of it crowds ``right`` on a shared row."""
    crowding = (
        a.right + COLUMN_GAP - b.left
        for a in left.values()
        for b in right.values()
        if a.top < b.bottom + ROW_GAP and b.top < a.bottom + ROW_GAP
    )
    return _up_to_grid(max(crowding, default=0))


def _up_to_grid(length: int) -> int:
    return max(0, -(-length // _GRID) * _GRID)


def _side_by_side(blocks: Sequence[Block]) -> Block:
    """The flow, and below it on one row the cards that no way leads to, each with what hangs under it."""
    if not blocks:
        return {}
    whole = dict(blocks[0])
    row = max(box.bottom for box in whole.values()) + _LOOSE_GAP
    for loose in blocks[1:]:
        more = _shifted(loose, 0, row)
        whole |= _shifted(more, _overhang(whole, more), 0)
    return whole


def _settled(block: Block, exits: Exits, order: Sequence[str]) -> Block:
    """Every card below all cards that lead to it, and clear of every other. Changes nothing where no ways meet."""
    entries: dict[str, list[tuple[str, int]]] = {node_id: [] for node_id in order}
    for source, target, gap in _forward(exits, order):
        entries[target].append((source, gap))
    placed: Block = {}
    for node_id in _downward(block, entries):
        box = block[node_id]
        least = max((placed[source].bottom + gap for source, gap in entries[node_id]), default=box.top)
        box = box.moved(0, max(0, least - box.top))
        while hit := next((other for other in placed.values() if box.is_near(other, COLUMN_GAP, PLAIN_GAP)), None):
            box = box.moved(0, hit.bottom + PLAIN_GAP - box.top)
        placed[node_id] = box
    return placed


def _forward(exits: Exits, order: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """The edges (source, target, space below the source) without those that close a circle."""
    rank = {node_id: i for i, node_id in enumerate(_leads_first(exits, order))}
    for source in order:
        for exit, target in _in_order(exits[source]):
            if rank[source] < rank[target]:
                yield source, target, PLAIN_GAP if exit == PLAIN else ROW_GAP


def _leads_first(exits: Exits, order: Sequence[str]) -> list[str]:
    """The cards, each before those it leads to, circles aside: a depth-first walk read backwards."""
    done: dict[str, None] = {}
    opened: set[str] = set()
    waiting = list(reversed(order))
    while waiting:
        node_id = waiting[-1]
        if node_id in opened:
            done[waiting.pop()] = None
        else:
            opened.add(node_id)
            waiting += [target for _, target in _in_order(exits[node_id]) if target not in opened]
    return list(reversed(done))


def _downward(block: Block, entries: Mapping[str, Sequence[tuple[str, int]]]) -> list[str]:
    """The cards from top to bottom, each after those that lead to it."""
    waiting = sorted(block, key=lambda node_id: (block[node_id].top, block[node_id].left))
    done: dict[str, None] = {}
    while waiting:
        ready = next(node_id for node_id in waiting if all(source in done for source, _ in entries[node_id]))
        done[ready] = None
        waiting.remove(ready)
    return list(done)


def _corners(block: Block) -> dict[str, Point]:
    left = min((box.left for box in block.values()), default=0)
    top = min((box.top for box in block.values()), default=0)
    return {node_id: (box.left - left, box.top - top) for node_id, box in block.items()}
