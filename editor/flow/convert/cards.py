"""The cards of a picture: frame, head, and the lines of text with their chips and brackets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from editor.flow.arrange import Box
from editor.flow.convert.pen import Pen, drawn_width, group
from editor.flow.lines import (
    BRACKET_WIDTH,
    CONDITION_LINE,
    HEAD,
    MERGE_LINE,
    TEXT_WIDTH,
    Place,
    inner_width,
    leaf_widths,
    merge_texts,
    rows_of,
    word_widths,
    wrap,
)
from editor.flow.rule import Group, Leaf, Node
from editor.flow.say import say
from editor.flow.words import SEVERITY, group_words, is_tag, leaf_words

Badge = tuple[int, int]
"""How many errors and warnings a card has."""

_ERROR: Final = ("error-fill", "none", "on-accent", "\u00d7")
_WARNING: Final = ("warn-soft", "warn-rim", "warn", "!")
_BARS: Final[Mapping[str, int]] = {"Critical": 4, "Major": 3, "Minor": 2, "Info": 1}
_BARS_WIDTH: Final = 17
_PADDING: Final = 12
_RHOMBUS: Final = "M8 1.75 14.25 8 8 14.25 1.75 8zM6.6 6.7a1.45 1.45 0 1 1 2 1.35c-.4.2-.6.4-.6.85M8 10.6v.1"
_MERGE: Final = (
    "M2 3.5h2.2c1.8 0 2.3 1 3 2.4l.3.6c.6 1 1.2 1.5 2.3 1.5H14M2 12.5h2.2c1.8 0 2.3-1 3-2.4M11.5 5.5 14 8l-2.5 2.5"
)


def card(pen: Pen, node: Node, box: Box, title: str, badge: Badge) -> str:
    """A card, or Start or End, at its place."""
    if node.kind in ("start", "end"):
        return group(f"card {node.kind}", _pill(pen, node, box, title))
    return group(
        f"card {node.kind}", [*_frame(pen, node, box, title), *_aside(pen, node, box, badge), *_body(pen, node, box)]
    )


def _pill(pen: Pen, node: Node, box: Box, title: str) -> Iterator[str]:
    yield pen.box(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1, "surface", "line-strong", rx=15.5)
    x, y = box.middle - (drawn_width(title, 13, 600) + 16) / 2, box.top + box.height / 2
    if node.kind == "end":
        yield pen.element("circle", "none", "text-2", cx=x + 5, cy=y, r=4, stroke_width=1.2)
    yield pen.element("circle", "text-2", cx=x + 5, cy=y, r=1.6 if node.kind == "end" else 4)
    yield pen.text((x + 16, y), title, weight=600)


def _frame(pen: Pen, node: Node, box: Box, title: str) -> Iterator[str]:
    x, y = box.left, box.top
    yield pen.box(x + 0.5, y + 0.5, box.width - 1, box.height - 1, "surface", "line-strong", rx=8)
    if node.kind == "combine":
        yield pen.path(f"M{x + 1} {y + HEAD}V{y + 8}q0 -7 7 -7h{box.width - 16}q7 0 7 7v{HEAD - 8}z", "sunken")
        yield pen.box(x + 8, y + 6, 20, 20, "ink", rx=5)
        yield _icon(pen, _MERGE, x + 11, y + 9, 14, "on-ink")
    else:
        yield _icon(pen, _RHOMBUS, x + 10, y + 8, 16, "text-2")
    yield pen.text((x + 36, y + HEAD / 2), title, weight=600, most=TEXT_WIDTH / 2)


def _icon(pen: Pen, d: str, x: float, y: float, size: int, stroke: str) -> str:
    line = pen.path(d, stroke=stroke, stroke_width=1.5, stroke_linecap="round", stroke_linejoin="round")
    return f'<g transform="translate({x} {y}) scale({size / 16:g})">{line}</g>'


def _aside(pen: Pen, node: Node, box: Box, badge: Badge) -> Iterator[str]:
    """The right end of the head: findings, before them how the conditions are joined and how many there are."""
    right, middle = box.right - 10.0, box.top + HEAD / 2
    errors, warnings = badge
    for (fill, rim, ink, mark), count in ((_WARNING, warnings), (_ERROR, errors)):
        if count:
            text = f"{mark} {count}"
            width = drawn_width(text, 11, 600) + 12
            yield pen.box(right - width, middle - 9, width, 18, fill, rim, rx=9)
            yield pen.text((right - width + 6, middle), text, ink, 11, 600)
            right -= width + 6
    count = len(node.leaves)
    if node.tree and count > 1:
        text = f"{group_words(node.tree)} \u00b7 {count}"
        yield pen.text((right - drawn_width(text, 12), middle), text, "text-3", 12)


def _body(pen: Pen, node: Node, box: Box) -> Iterator[str]:
    x, y = box.left + _PADDING, box.top + HEAD
    if node.kind == "combine":
        yield from _merge_lines(pen, node, x, y + 5)
    elif node.tree is not None and node.tree.children:
        yield from _tree(pen, node.tree, x, y + 1, 0)
    else:
        said = say("no condition yet") if node.kind == "condition" else say("kept as it is")
        yield pen.text((x, y + 1 + CONDITION_LINE / 2), said, "text-3")


def _merge_lines(pen: Pen, node: Node, x: float, y: float) -> Iterator[str]:
    for weight, text in zip((400, 400, 600), merge_texts(node), strict=True):
        lead = text.split(" ", 1)[0]
        for i, row in enumerate(_rows_of_text(text)):
            quiet = lead if i == 0 and lead in ("by", say("tells")) else ""
            yield from _merge_row(pen, row, quiet, weight, (x, y + MERGE_LINE / 2))
            y += MERGE_LINE


def _merge_row(pen: Pen, row: str, quiet: str, weight: int, at: tuple[float, float]) -> Iterator[str]:
    """A row of a merge card; ``quiet`` is the word that it may begin with and that only leads up to the rest."""
    x, y = at
    if quiet:
        yield pen.text((x, y), quiet, "text-2")
        x += drawn_width(f"{quiet} ")
    yield pen.text((x, y), row.removeprefix(quiet).lstrip(), weight=weight, most=TEXT_WIDTH - (x - at[0]))


def _rows_of_text(text: str) -> list[str]:
    """The rows a merge card's line wraps into, as many as its height was reckoned with."""
    places = wrap(word_widths(text), TEXT_WIDTH)
    rows: list[list[str]] = [[] for _ in range(places[-1].last + 1)]
    for word, place in zip(text.split(" "), places, strict=True):
        for row, piece in _pieces(word, place):
            rows[row].append(piece)
    return [" ".join(row) for row in rows]


def _pieces(text: str, place: Place) -> Iterator[tuple[int, str]]:
    """``text`` cut into equal pieces, one for each row it takes."""
    length = max(1, -(-len(text) // place.rows))
    for i in range(place.rows):
        if piece := text[i * length : (i + 1) * length]:
            yield place.row + i, piece


def _tree(pen: Pen, tree: Group, x: float, y: float, depth: int) -> Iterator[str]:
    for child in tree.children:
        height = rows_of(child, depth + isinstance(child, Group)) * CONDITION_LINE
        if isinstance(child, Leaf):
            yield from _leaf(_Rows(pen, x, y, inner_width(depth)), child)
        else:
            yield from _bracket(pen, child, x, y, height)
            yield from _tree(pen, child, x + BRACKET_WIDTH, y, depth + 1)
        y += height


def _bracket(pen: Pen, tree: Group, x: float, y: float, height: int) -> Iterator[str]:
    yield pen.text((x, y + CONDITION_LINE / 2), group_words(tree), "text-2", 12, 600)
    left, bottom = x + BRACKET_WIDTH - 10, y + height - 1
    yield pen.path(f"M{left + 6} {y + 1}h-2q-4 0 -4 4V{bottom - 4}q0 4 4 4h2", stroke="line-strong")


@dataclass
class _Rows:
    """The rows of one condition. What is written goes behind what stands in its row already."""

    pen: Pen
    x: float
    y: float
    available: int
    ends: dict[int, float] = field(default_factory=dict)

    def words(self, text: str, fill: str, place: Place) -> Iterator[str]:
        for row, piece in _pieces(text, place):
            at, room = self._free(row)
            yield self.pen.text((at, self._middle(row)), piece, fill, most=room)
            self.ends[row] = at + min(drawn_width(piece), room) + 5

    def chip(self, text: str, place: Place, bars: int) -> Iterator[str]:
        for row, piece in _pieces(text, place):
            at, room = self._free(row)
            inset = 6 + (_BARS_WIDTH if bars else 0)
            width = min(drawn_width(piece, 13, 500) + inset + 6, room)
            yield self.pen.box(at, self._middle(row) - 9, width, 18, "sunken", rx=4)
            if bars:
                yield from _bars(self.pen, text, bars, at + 6, self._middle(row) + 6)
            yield self.pen.text((at + inset, self._middle(row)), piece, weight=500, most=width - inset - 6)
            self.ends[row] = at + width + 5

    def _free(self, row: int) -> tuple[float, float]:
        """Where the next piece of a row begins, and how wide it may be."""
        at = self.ends.get(row, self.x)
        return at, max(24.0, self.x + self.available - at)

    def _middle(self, row: int) -> float:
        return self.y + (row + 0.5) * CONDITION_LINE


def _leaf(rows: _Rows, leaf: Leaf) -> Iterator[str]:
    words = leaf_words(leaf)
    subject, verb, *chips = wrap(leaf_widths(leaf), rows.available)
    if is_tag(leaf):
        yield from rows.words(say("tag"), "text-2", Place(0, 1))
    yield from rows.words(words.subject, "text" if is_tag(leaf) else "text-2", subject)
    yield from rows.words(words.verb, "text-3", verb)
    for value, place in zip(words.values, chips, strict=True):
        yield from rows.chip(value, place, _BARS.get(value, 0) if leaf.key == SEVERITY else 0)


def _bars(pen: Pen, severity: str, count: int, x: float, bottom: float) -> Iterator[str]:
    """The mark of a severity: of four bars so many in full colour."""
    for i in range(4):
        height = 3 * (i + 1)
        faint = None if i < count else 0.28
        token = f"sev-{severity.lower()}"
        yield pen.box(x + 3.2 * i, bottom - height, 2.2, height, token, rx=0.7, opacity=faint)
