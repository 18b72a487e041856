"""YAML as far as it is JSON: YAML 1.2 with the words of its core schema, and nothing that builds objects.

The text is taken event by event, so that every value has its line, and depth and count are bounded before anything is
built. What comes out has passed the strict JSON reader too.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, MappingEndEvent, MappingStartEvent, ScalarEvent
from ruamel.yaml.events import SequenceEndEvent as ListEndEvent
from ruamel.yaml.reader import ReaderError

from editor.files import Unusable
from editor.flow import Json, Unreadable, limits, parse
from editor.flow.reading import pointer
from editor.places import Place, Places, nearest

_WORDS: Final[Mapping[str, Json]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    "true": True,
    "false": False,
}
_JSON_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
#: Whatever else YAML 1.2 reads as a number or a truth value. Its spelling would be lost, and an attribute is a text.
_RESPELT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|True|TRUE|False|FALSE"
)
_TEXT_TAGS: Final = ("!", "tag:yaml.org,2002:str")


class _Fault(Exception):
    """What is wrong (``args[0]``) and where."""

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__(problem)
        self.place = place


def read_yaml(name: str, text: bytes) -> tuple[Json, Places]:
    """The value that the YAML in ``text`` spells, and where its parts stand; ``name`` is what to call the file.

    Raises Unusable with the line of what is wrong, or is no JSON.
    """
    try:
        document = _Document(_events(text))
        value = document.read()
    except _Fault as error:
        raise Unusable(f"{name}: line {error.place.line}, column {error.place.column}: {error}") from None
    try:
        return parse(json.dumps(value, ensure_ascii=False)), document.places
    except Unreadable as error:
        found = error.findings[0]
        line = nearest(document.places, found.pointer).line
        raise Unusable(f"{name}: line {line}: {found.message.removesuffix('.')}") from None


def _events(text: bytes) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text.decode())
    except UnicodeDecodeError as error:
        raise _Fault(_place_of_byte(text, error.start), f"byte {text[error.start]:#04x} is not UTF-8") from None
    except ReaderError as error:
        at = len(text.decode()[: error.position].encode())
        raise _Fault(_place_of_byte(text, at), f"the invisible character U+{error.character:04X}") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Fault(_place(mark), str(error.problem or error.context)) from None


def _place_of_byte(text: bytes, at: int) -> Place:
    before = text[:at].decode()
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"))


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


class _Document:
    """One pass over the events of a document; ``places`` fills on the way."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.places: dict[str, Place] = {}
        self.anchored: dict[str, tuple[Json, int]] = {}
        self.count = 0

    def read(self) -> Json:
        value: Json = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop(event, "another document begins; a file holds one")
                value = self.value(next(self.events), "", 0)
        return value

    def value(self, event: Any, at: str, depth: int) -> Json:
        """The value that begins with ``event`` and stands at the pointer ``at``, ``depth`` levels down."""
        self.places[at] = _place(event.start_mark)
        if isinstance(event, AliasEvent):
            return self.alias(event)
        before = self.count
        self.tally(event, 1)
        value = self.scalar(event) if isinstance(event, ScalarEvent) else self.collection(event, at, depth)
        if event.anchor is not None:
            self.anchored[event.anchor] = value, self.count - before
        return value

    def alias(self, event: Any) -> Json:
        """What the alias stands for; it counts as often as it is used, or a few lines could stand for billions."""
        if event.anchor not in self.anchored:
            self.stop(event, f"the alias *{event.anchor} stands for nothing that was read before")
        value, size = self.anchored[event.anchor]
        self.tally(event, size)
        return value

    def tally(self, event: Any, size: int) -> None:
        self.count += size
        if self.count > limits.VALUES:
            self.stop(event, f"more than {limits.VALUES} values, those behind aliases included")

    def scalar(self, event: Any) -> Json:
        text: str = event.value
        if event.tag is not None and str(event.tag) not in _TEXT_TAGS:
            self.stop(event, f"the tag {event.tag} is not read here")
        is_plain = event.tag is None and event.implicit[0]
        if not is_plain:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if number := _JSON_NUMBER.fullmatch(text):
            value: int | float = float(text) if number[1] else int(text[:20])
            if json.dumps(value) == text:
                return value
        if _RESPELT.fullmatch(text):
            self.stop(event, f"{text[:40]} would be read as a number or a truth value; put it in quotes")
        return text

    def collection(self, event: Any, at: str, depth: int) -> Json:
        if depth >= limits.DEPTH:
            self.stop(event, f"nested deeper than {limits.DEPTH} levels")
        if event.tag is not None:
            self.stop(event, f"the tag {event.tag} is not read here")
        if isinstance(event, MappingStartEvent):
            return self.mapping(at, depth)
        items: list[Json] = []
        while not isinstance(event := next(self.events), ListEndEvent):
            items.append(self.value(event, at + pointer(len(items)), depth + 1))
        return items

    def mapping(self, at: str, depth: int) -> Json:
        members: dict[str, Json] = {}
        while not isinstance(key := next(self.events), MappingEndEvent):
            if not isinstance(key, ScalarEvent):
                self.stop(key, "the name of a member must be a text")
            name: str = key.value
            if name in members:
                self.stop(key, f"the member {name} stands twice")
            if name == "<<":
                self.stop(key, "YAML 1.2 merges nothing by <<; write the members out")
            below = at + pointer(name)
            members[name] = self.value(next(self.events), below, depth + 1)
            self.places[below] = _place(key.start_mark)
        return members

    def stop(self, event: Any, problem: str) -> NoReturn:
        raise _Fault(_place(event.start_mark), problem)
