"""The lines between cards: right-angled, with round corners, clear of the cards where there is room."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from editor.flow.arrange import EXIT_OFFSET, Box, Point
from editor.flow.wiring import FALSE, TRUE

_ELBOW: Final = 20  # the last bend is this far above the card
_RADIUS: Final = 8
_ARROW: Final = 8
_ASIDE: Final = 12  # a detour keeps this far from the cards it passes
_TRIES: Final = 16  # detours looked at for one edge
_SHIFTS: Final[Mapping[str, int]] = {TRUE: -EXIT_OFFSET, FALSE: EXIT_OFFSET}


@dataclass(frozen=True)
class Route:
    """A drawn edge: the corners it goes through, and where its word rides."""

    corners: tuple[Point, ...]
    word: Point

    @property
    def path(self) -> str:
        """The ``d`` of the line, which ends where the arrow begins."""
        *inner, (x, y) = self.corners
        points = [*inner, (x, y - _ARROW + 1)]
        bends = (_bend(a, b, c) for a, b, c in zip(points, points[1:], points[2:], strict=False))
        return f"M{_at(points[0])}{''.join(bends)}L{_at(points[-1])}"

    @property
    def arrow(self) -> str:
        """The ``d`` of the arrow into the card."""
        x, y = self.corners[-1]
        return f"M{x - 4.5:g} {y - _ARROW}h9L{x} {y}z"


def exit_point(box: Box, exit: str) -> Point:
    """Where an edge leaves a card."""
    return box.middle + _SHIFTS.get(exit, 0), box.bottom


def route(source: Box, exit: str, target: Box, others: Iterable[Box]) -> Route:
    """The way from an exit of ``source`` into the upper middle of ``target``, past ``others`` if that can be."""
    x, y = exit_point(source, exit)
    end_x, end_y = target.middle, target.top
    obstacles = [source, target, *others]
    if x == end_x and y < end_y and _is_free([(x, y), (x, end_y)], obstacles):
        return Route(((x, y), (end_x, end_y)), (x, max(end_y - _ELBOW, (y + end_y) // 2)))
    ways = [_drop(x, y, end_x, end_y), *_detours(x, y, end_x, end_y, obstacles)]
    corners = next((way for way in ways if _is_free(way, obstacles)), ways[0])
    (ax, ay), (bx, _) = corners[-3:-1]
    return Route(tuple(corners), ((ax + bx) // 2, ay))


def _drop(x: int, y: int, end_x: int, end_y: int) -> list[Point]:
    return [(x, y), (x, end_y - _ELBOW), (end_x, end_y - _ELBOW), (end_x, end_y)]


def _detours(x: int, y: int, end_x: int, end_y: int, obstacles: Iterable[Box]) -> Iterator[list[Point]]:
    sides = {side for box in obstacles for side in (box.left - _ASIDE, box.right + _ASIDE)}
    for aside in sorted(sides, key=lambda side: (abs(side - x) + abs(side - end_x), side))[:_TRIES]:
        row, elbow = y + _ASIDE, end_y - _ELBOW
        yield [(x, y), (x, row), (aside, row), (aside, elbow), (end_x, elbow), (end_x, end_y)]


def _is_free(way: Iterable[Point], obstacles: Iterable[Box]) -> bool:
    steps = list(pairwise(way))
    boxes = list(obstacles)
    return all(not _crosses(a, b, box) for a, b in steps for box in boxes)


def _crosses(a: Point, b: Point, box: Box) -> bool:
    """Whether the straight line from ``a`` to ``b`` runs through the inside of ``box``."""
    (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return left < box.right and box.left < right + 1 and top < box.bottom and box.top < bottom


def _bend(before: Point, corner: Point, after: Point) -> str:
    """A round corner; a point that lies on a straight line, or on its neighbour, needs none."""
    start, end = _toward(corner, before), _toward(corner, after)
    return f"L{_at(start)}Q{_at(corner)} {_at(end)}"


def _toward(corner: Point, other: Point) -> Point:
    """The point up to one radius, and at most half the way, from ``corner`` to ``other``."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    step = min(_RADIUS, max(abs(dx), abs(dy)) // 2)
    return corner[0] + _sign(dx) * step, corner[1] + _sign(dy) * step


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _at(point: Point) -> str:
    return f"{point[0]} {point[1]}"
