"""Where the values of a document stand in its text: line and column by JSON Pointer."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from editor.flow import limits
from editor.flow.reading import pointer as pointer_of

_TOKEN: Final = re.compile(r'[\s,:]*("(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s,:\[\]{}"]+)', re.DOTALL)


class Place(NamedTuple):
    """A place in a text, both counted from 1; columns in characters."""

    line: int
    column: int


Places = Mapping[str, Place]


def nearest(places: Places, pointer: str) -> Place:
    """Where the value at ``pointer`` begins; where it is missing, the nearest value around it."""
    while pointer not in places:
        if not pointer:
            return Place(1, 1)
        pointer = pointer.rpartition("/")[0]
    return places[pointer]


def json_places(text: str) -> Places:
    """Where the values of a JSON text begin; of a broken one, those before the breach."""
    starts = [0, *(end.end() for end in re.finditer("\n", text))]
    places = {}
    for pointer, offset in _values(text):
        line = bisect_right(starts, offset)
        places[pointer] = Place(line, offset - starts[line - 1] + 1)
    return places


@dataclass
class _Open:
    """An object or a list whose end is still to come."""

    pointer: str
    is_object: bool
    members: int = 0
    key: str | None = None

    @property
    def awaits_key(self) -> bool:
        return self.is_object and self.key is None

    def next_pointer(self) -> str:
        below = self.pointer + pointer_of(self.members if self.key is None else self.key)
        self.members, self.key = self.members + 1, None
        return below


def _values(text: str) -> Iterator[tuple[str, int]]:
    around: list[_Open] = []
    at = 0
    while token := _TOKEN.match(text, at):
        at, mark = token.end(), token[1]
        if mark in "]}":
            del around[-1:]
        elif around and around[-1].awaits_key:
            around[-1].key = _unquoted(mark)
        else:
            pointer = around[-1].next_pointer() if around else ""
            yield pointer, token.start(1)
            if mark in "[{" and len(around) <= limits.DEPTH:
                around.append(_Open(pointer, mark == "{"))


def _unquoted(mark: str) -> str:
    try:
        return str(json.loads(mark, strict=False))
    except ValueError:
        return mark
