"""How large a card is, and how its text wraps: the same figures as ``static/src/model/lines.ts``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from editor.flow.rule import Group, Leaf, Node
from editor.flow.say import say
from editor.flow.words import SEVERITY, is_tag, leaf_words, merge_words, tells_words

Size = tuple[int, int]
CARD_WIDTH: Final = 304
PILL: Final[Size] = (72, 32)
HEAD: Final = 32
CONDITION_LINE: Final = 22
MERGE_LINE: Final = 20
TEXT_WIDTH: Final = CARD_WIDTH - 24  # 12 px on either side
BRACKET_WIDTH: Final = 56  # a bracket with its word in front takes this much from every line inside it
_LEAST_WIDTH: Final = 64
_CONDITION_PADDING: Final = 8  # under the last condition
_MERGE_PADDING: Final = 12  # above and below the lines together
_GRID: Final = 8


def text_width(text: str) -> float:
    """Width of a text in px in the 13 px interface font: a generous estimate, since nobody can measure here."""
    width = 0.0
    for letter in text:
        width += _letter_width(letter)
    return width


def _letter_width(letter: str) -> float:
    if letter > "\u2e80":
        return 13
    if letter in "mwMW@%":
        return 12
    if letter in "&#" or "A" <= letter <= "Z" or "0" <= letter <= "9":
        return 8.6
    return 4.2 if letter in " fijlrt.,:;'|()[]-" else 7.3


@dataclass(frozen=True)
class Place:
    """Where a piece of text stands: the row it begins in, and how many rows it takes."""

    row: int
    rows: int

    @property
    def last(self) -> int:
        return self.row + self.rows - 1


def wrap(widths: Sequence[float], available: int) -> list[Place]:
    """The places of pieces of those widths in px, set side by side and wrapped.

    A piece wider than a row begins a row of its own and goes on in the next ones.
    """
    places: list[Place] = []
    row, used = 0, 0.0
    for width in widths:
        if used > 0 and used + width > available:
            row, used = row + 1, 0
        breaks = max(0, ceil((used + width) / available) - 1)
        places.append(Place(row, breaks + 1))
        row, used = row + breaks, used + width - breaks * available
    return places


def leaf_widths(leaf: Leaf) -> list[float]:
    """The widths of a condition's pieces: subject (with the word "tag" before a tag's), verb, a chip for each value."""
    words = leaf_words(leaf)
    icon = 18 if leaf.key == SEVERITY else 0
    chips = [text_width(value) + 12 + icon + 5 for value in words.values]
    subject = f"{say('tag')} {words.subject}" if is_tag(leaf) else words.subject
    return [text_width(subject) + 5, text_width(words.verb) + 5, *chips]


def inner_width(depth: int) -> int:
    """How wide a condition line may be inside of ``depth`` brackets."""
    return max(_LEAST_WIDTH, TEXT_WIDTH - depth * BRACKET_WIDTH)


def merge_texts(node: Node) -> tuple[str, str, str]:
    """The three lines of a merge card: what it merges by, its waits, whom it tells."""
    if node.merge is None:
        unknown = dict.fromkeys(("wait", "interval", "repeat"), "?")
        waits = say("first after {wait}, then every {interval}, repeat {repeat}", **unknown)
        return say("by nothing yet"), waits, tells_words(())
    words = merge_words(node.merge)
    return words.by, words.waits, tells_words(words.tells)


def rows_of(part: Leaf | Group, depth: int = 0) -> int:
    """How many rows a condition, or a group ``depth`` brackets deep, takes on its card."""
    if isinstance(part, Leaf):
        return wrap(leaf_widths(part), inner_width(depth))[-1].last + 1
    return max(1, sum(rows_of(child, depth + isinstance(child, Group)) for child in part.children))


def word_widths(text: str) -> list[float]:
    """The widths of a text's words, each with the blank behind it."""
    return [text_width(f"{word} ") for word in text.split(" ")]


def size_of(node: Node) -> Size:
    """Width and height of a card in px; the height is a multiple of 8."""
    if node.kind in ("start", "end"):
        return PILL
    return CARD_WIDTH, -(-sum(_heights(node)) // _GRID) * _GRID


def _heights(node: Node) -> Iterator[int]:
    yield HEAD
    if node.kind == "combine":
        yield _MERGE_PADDING
        for text in merge_texts(node):
            yield (wrap(word_widths(text), TEXT_WIDTH)[-1].last + 1) * MERGE_LINE
    else:
        yield (rows_of(node.tree) if node.tree else 1) * CONDITION_LINE + _CONDITION_PADDING
