"""Untrusted text becomes a rule, or the findings that make it unreadable.

``parse`` is a strict JSON reader of our own, because the standard one keeps the last of two equal members, takes NaN,
recurses without a bound and never says *where*. A fast reader goes first and takes what is beyond doubt; all else is
read again by the slow one, which alone refuses and says why. ``read`` goes on to the values of ``rule``; it refuses
only what could not be drawn, everything else is the checks' business.
"""

import json
import marshal
import re
from collections import OrderedDict
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]  # public at run time, missing in the stubs
from typing import Any, Generic, NoReturn, TypeVar, cast

import jiter
import re2

from editor.flow import limits, published
from editor.flow.finding import Finding, finding
from editor.flow.rule import Document, Entry, Flow, Group, Json, Leaf, Merge, Node, Rule
from editor.flow.say import mark, say
from editor.flow.wiring import FALSE, PLAIN, TRUE, Edge, Kind, Wiring

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+|-Infinity")
# Control characters but tab and line ends, and the marks that turn the direction of text around.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANTS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_CUT_SHORT = mark("the text ends in the middle")
_NO_STRING = mark("a backslash stands before a character that it cannot escape")
#: What the standard library has against a text, by the beginning of its words.
_STRING_FAULTS: Mapping[str, str] = {
    "Unterminat": mark("a text has no closing quote"),
    "Invalid \\u": mark("four hex digits are missing after a \\u"),
}
_KINDS: Mapping[tuple[str, str], Kind] = {
    ("Start", ""): "start",
    ("End", ""): "end",
    ("Card", "GroupCondition"): "condition",
    ("Card", "CombineConf"): "combine",
}


class Unreadable(Exception):
    """The text or the document cannot be used; ``findings`` say why and where."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(found.message for found in findings))
        self.findings = findings


def parse(text: str | bytes) -> Json:
    """The JSON value that ``text`` spells (bytes must be UTF-8).

    Raises Unreadable with every fault found: duplicate and forbidden members, numbers and characters that do not
    survive, too deep, too large, and the first breach of the grammar.
    """
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(raw) > limits.BODY_BYTES:
        raise Unreadable([finding("json-size", size=len(raw), limit=limits.BODY_BYTES)])
    try:
        return _beyond_doubt(raw)
    except ValueError:
        return _Reader(_decoded(text)).document()


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        problem = say("byte {place} is {byte}", place=error.start, byte=f"{error.object[error.start]:#04x}")
        raise Unreadable([finding("json-encoding", problem=problem)]) from None


def _in_bytes(pattern: bytes) -> "re2._Regexp":
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    return re2.compile(pattern, options)


#: Escapes that may hide a character, characters that may not stand in a text, member names that may not stand at all,
#: and numbers long enough to overflow. What only looks like one, inside a text, costs a slow reading and nothing else.
_DOUBTFUL = _in_bytes(
    rb"""\\[u"]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf"""
    + b"|"
    + "|".join(sorted(limits.FORBIDDEN_MEMBERS)).encode()
    + rb"|(?:^|[:\[,\s])-?[0-9][0-9.]*(?:[eE]|[0-9]{15})"
)


def _beyond_doubt(raw: bytes) -> Json:
    """The value that ``raw`` spells, read fast. Raises ValueError where a strict look is needed."""
    if _DOUBTFUL.search(raw) or len(raw) > 2 * limits.VALUES or _may_hold_a_long_text(raw):
        raise ValueError
    value: Json = jiter.from_json(raw, allow_inf_nan=False, catch_duplicate_keys=True)
    if _is_deep(raw):
        raise ValueError
    return value


def _may_hold_a_long_text(raw: bytes) -> bool:
    """Whether two quotes may be further apart than a text may be long; none of them is escaped."""
    block = limits.STRING_LENGTH // 2
    return any(raw.find(b'"', at, at + block) < 0 for at in range(0, len(raw) - block + 1, block))


_BRACES_AS_BRACKETS = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_MARKS = bytes(code for code in range(256) if code not in b'"{}[]')
_TEXT = re.compile(rb'"[^"]*"')


def _is_deep(raw: bytes) -> bool:
    """Whether sound JSON without an escaped quote is nested deeper than the limit: its innermost brackets are taken
    away until none is left. Quotes go in pairs first, which leaves the texts that hold brackets; they go too."""
    marks = _TEXT.sub(b"", raw.translate(_BRACES_AS_BRACKETS, _ALL_BUT_MARKS).replace(b'""', b""))
    for _ in range(limits.DEPTH):
        if not marks:
            return False
        marks = marks.replace(b"[]", b"")
    return bool(marks)


class _Reader:
    """One pass over one text. Depth is bounded before recursion, so the stack cannot run out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.findings: list[Finding] = []
        self.path: list[str] = []
        self.values = 0

    def document(self) -> Json:
        value, end = self.value(self.blank(0))
        end = self.blank(end)
        if end != len(self.text):
            self.syntax(end, mark("there is more text after the document"))
        if self.findings:
            raise Unreadable(self.findings)
        return value

    def value(self, at: int) -> tuple[Json, int]:
        self.values += 1
        if self.values > limits.VALUES:
            self.stop("json-values", limit=limits.VALUES)
        mark = self.text[at : at + 1]
        if mark == '"':
            return self.string(at)
        if mark == "{":
            return self.members(at + 1)
        if mark == "[":
            return self.items(at + 1)
        number = _NUMBER.match(self.text, at)
        if number and not self.text.startswith("-Infinity", at):
            return self.number(number)
        return self.word(at)

    def members(self, at: int) -> tuple[Json, int]:
        self.guard_depth()
        found: dict[str, Json] = {}
        at = self.blank(at)
        if self.text[at : at + 1] == "}":
            return found, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                self.syntax(at, mark("a member name in double quotes is missing"))
            name, at = self.string(at)
            self.path.append(name)
            at = self.expect(self.blank(at), ":", mark("a colon is missing after the member name"))
            member, at = self.value(self.blank(at))
            self.note_member(name, found)
            found[name] = member
            self.path.pop()
            at = self.blank(at)
            if self.text[at : at + 1] == "}":
                return found, at + 1
            at = self.blank(self.expect(at, ",", mark("a comma or }} is missing")))

    def items(self, at: int) -> tuple[Json, int]:
        self.guard_depth()
        items: list[Json] = []
        at = self.blank(at)
        if self.text[at : at + 1] == "]":
            return items, at + 1
        while True:
            self.path.append(str(len(items)))
            item, at = self.value(at)
            items.append(item)
            self.path.pop()
            at = self.blank(at)
            if self.text[at : at + 1] == "]":
                return items, at + 1
            at = self.blank(self.expect(at, ",", mark("a comma or ] is missing")))

    def string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Invalid control character"):
                self.stop("json-control-character", codepoint=f"U+{ord(self.text[error.pos]):04X}")
            self.syntax(error.pos, _STRING_FAULTS.get(error.msg[:10], _NO_STRING))
        if half := _SURROGATE.search(text):
            self.note("json-surrogate", codepoint=f"U+{ord(half[0]):04X}")
            text = _SURROGATE.sub("\ufffd", text)
        if hidden := _INVISIBLE.search(text):
            self.note("json-control-character", codepoint=f"U+{ord(hidden[0]):04X}")
        if len(text) > limits.STRING_LENGTH:
            self.note("json-string-length", length=len(text), limit=limits.STRING_LENGTH)
        return text, end

    def number(self, found: re.Match[str]) -> tuple[Json, int]:
        text = found[0]
        if found[1] is None and found[2] is None:
            # A bound on the digits first: turning a million of them into an int takes seconds.
            whole = int(text) if len(text) <= 17 else limits.INTEGER + 1
            if abs(whole) > limits.INTEGER:
                self.note("json-number", text=text[:40])
            return whole, found.end()
        broken = float(text)
        if broken in (float("inf"), float("-inf")):
            self.note("json-number", text=text[:40])
            return 0, found.end()
        return broken, found.end()

    def word(self, at: int) -> tuple[Json, int]:
        found = _WORD.match(self.text, at)
        word = found[0] if found else ""
        if found and word in _CONSTANTS:
            return _CONSTANTS[word], found.end()
        if found and word in {"NaN", "Infinity", "-Infinity"}:
            self.note("json-number", text=word)
            return 0, found.end()
        self.syntax(at, _CUT_SHORT if at >= len(self.text) else mark("a value is missing"))

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def expect(self, at: int, mark: str, problem: str) -> int:
        if self.text[at : at + 1] != mark:
            self.syntax(at, _CUT_SHORT if at >= len(self.text) else problem)
        return at + 1

    def guard_depth(self) -> None:
        if len(self.path) >= limits.DEPTH:
            self.stop("json-depth", limit=limits.DEPTH)

    def note_member(self, name: str, before: Mapping[str, Json]) -> None:
        if name in before:
            self.note("json-duplicate-member", name=name)
        if name in limits.FORBIDDEN_MEMBERS:
            self.note("json-forbidden-member", name=name)

    def note(self, code: str, **params: Any) -> None:
        if len(self.findings) < 100:
            self.findings.append(finding(code, pointer(*self.path), **params))

    def stop(self, code: str, **params: Any) -> NoReturn:
        self.findings.append(finding(code, pointer(*self.path), **params))
        raise Unreadable(self.findings)

    def syntax(self, at: int, problem: str) -> NoReturn:
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        self.stop("json-syntax", line=line, column=column, problem=say(problem))


def pointer(*steps: str | int) -> str:
    """A JSON Pointer (RFC 6901) along ``steps``."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def read(text: str | bytes) -> Rule:
    """The rule that ``text`` spells.

    Raises Unreadable where the text breaks the grammar or the document has no shape that could be drawn.
    """
    return read_document(parse(text))


def read_document(document: Json) -> Rule:
    """The rule in a document that ``parse`` gave.

    Raises Unreadable where the document has no shape that could be drawn.
    """
    if not isinstance(document, Mapping):
        raise Unreadable([finding("document-type", found=kind_of_value(document))])
    flow = document.get("match_v3")
    detail = document.get("detail")
    return Rule(
        document,
        _text(document.get("name")),
        None if is_absent(flow) or (not is_absent(detail) and _is_empty(flow)) else _flow(flow),
        None if is_absent(detail) else _entries(detail),
        _settings(document, ""),
    )


def is_absent(value: Json) -> bool:
    """Whether a member of the form that a rule does not have says nothing: the service may answer it with null, zero or
    something empty."""
    return not value


def _is_empty(flow: Json) -> bool:
    """Whether there is nothing in a flow: alone it is one that somebody begins to draw, beside entries it is none."""
    return isinstance(flow, Mapping) and all(map(is_absent, flow.values()))


def _flow(raw: Json) -> Flow:
    shape = _Shape()
    flow = shape.mapping(raw, "/match_v3")
    nodes = [shape.node(item, f"/match_v3/nodes/{i}") for i, item in enumerate(shape.items(flow, "nodes"))]
    wiring = shape.wiring(tuple([(node.id, node.kind) for node in nodes]), shape.items(flow, "edges"))
    edges = wiring.edges
    if len(nodes) > limits.NODES:
        shape.findings.append(finding("document-nodes", "/match_v3/nodes", count=len(nodes), limit=limits.NODES))
    if len(edges) > limits.EDGES:
        shape.findings.append(finding("document-edges", "/match_v3/edges", count=len(edges), limit=limits.EDGES))
    if shape.findings:
        raise Unreadable(shape.findings)
    return Flow(tuple(nodes), wiring)


V = TypeVar("V")


class _Known(Generic[V]):
    """Parts of rules that were read before, by where they stand and everything they say: an edit leaves most of a rule
    as it was. At most ``most`` of them, the oldest go first; none that is larger than ``largest`` bytes."""

    def __init__(self, most: int, largest: int) -> None:
        self._most, self._largest = most, largest
        self._parts: OrderedDict[bytes, V] = OrderedDict()

    def key(self, value: object) -> bytes:
        """What tells ``value`` from every other, types and order of members included; nothing for one too large, and
        for one that came from elsewhere than ``parse``."""
        try:
            # A later version than 2 tells equal texts apart by how they are stored.
            key = marshal.dumps(cast(Any, value), 2)
        except ValueError:
            return b""
        return key if len(key) <= self._largest else b""

    def get(self, key: bytes) -> V | None:
        return self._parts.get(key)

    def keep(self, key: bytes, part: V) -> None:
        if len(self._parts) >= self._most:
            self._parts.popitem(last=False)
        if key:
            self._parts[key] = part

    def forget(self) -> None:
        self._parts.clear()


_CARDS: _Known[Node] = _Known(512, 8192)
_WIRINGS: _Known[Wiring] = _Known(64, 65536)


def forget_known() -> None:
    """Read and check everything anew, as if nothing had been read before."""
    _CARDS.forget()
    _WIRINGS.forget()


class _Shape:
    """Reads the parts of a flow that must have their shape for it to be drawn; notes each that has not."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def wrong(self, place: str, wanted: str, value: Json) -> None:
        if len(self.findings) < 100:
            self.findings.append(
                finding("document-shape", place, place=place, wanted=wanted, found=kind_of_value(value))
            )

    def mapping(self, value: Json, place: str) -> Document:
        if isinstance(value, dict):
            return value
        self.wrong(place, say("an object"), value)
        return {}

    def items(self, flow: Document, member: str) -> list[Json]:
        value = flow.get(member)
        if isinstance(value, list):
            return value
        if value is not None:
            self.wrong(f"/match_v3/{member}", say("a list"), value)
        return []

    def texts(self, owner: Document, members: tuple[str, ...], place: str) -> list[str]:
        values = [owner.get(member) for member in members]
        for member, value in zip(members, values, strict=True):
            if not isinstance(value, str):
                self.wrong(f"{place}/{member}", say("a text"), value)
        return [value if isinstance(value, str) else "" for value in values]

    def node(self, value: Json, place: str) -> Node:
        key = _CARDS.key((place, value))
        known = _CARDS.get(key)
        if known is not None:
            return known
        before = len(self.findings)
        node = self.fresh(value, place)
        if len(self.findings) == before:
            _CARDS.keep(key, node)
        return node

    def wiring(self, cards: tuple[tuple[str, Kind], ...], values: list[Json]) -> Wiring:
        key = _WIRINGS.key((cards, values))
        known = _WIRINGS.get(key)
        if known is not None:
            return known
        before = len(self.findings)
        wiring = Wiring(cards, tuple([self.edge(value, f"/match_v3/edges/{i}") for i, value in enumerate(values)]))
        if len(self.findings) == before:
            _WIRINGS.keep(key, wiring)
        return wiring

    def fresh(self, value: Json, place: str) -> Node:
        raw = self.mapping(value, place)
        node_id, node_type = raw.get("id"), raw.get("type")
        if not (isinstance(node_id, str) and isinstance(node_type, str)):
            node_id, node_type = self.texts(raw, ("id", "type"), place)
        kind = _KINDS.get((node_type, _text(raw.get("businessType"))), "unknown")
        if kind == "condition":
            reader = _Tree()
            tree = reader.root(raw.get("value"), f"{place}/value")
            return Node(node_id, kind, raw, place, tree, None, reader.is_plain and published.NODE.issuperset(raw))
        merge = _merge(raw.get("value"), f"{place}/value") if kind == "combine" else None
        is_plain = published.NODE.issuperset(raw) and (merge is None or _is_plain_merge(raw["value"], merge.raw))
        return Node(node_id, kind, raw, place, None, merge, is_plain)

    def edge(self, value: Json, place: str) -> Edge:
        raw = self.mapping(value, place)
        edge_id, source, target, exit = raw.get("id"), raw.get("source"), raw.get("target"), raw.get("value")
        if not (isinstance(edge_id, str) and isinstance(source, str) and isinstance(target, str)):
            edge_id, source, target = self.texts(raw, ("id", "source", "target"), place)
        return Edge(edge_id, source, target, _exit(exit), raw, place)


def _exit(value: Json) -> str:
    """The exit that the value of an edge stands for. Anything odd is told in words, which are no exit's name: true
    without quotes must not pass for "true"."""
    if value is None:
        return PLAIN
    return value if isinstance(value, str) and value in (TRUE, FALSE) else kind_of_value(value)


class _Tree:
    """Reads one condition tree. ``is_plain`` as long as every part had the published members, all of them and no other,
    in their published shapes."""

    def __init__(self) -> None:
        self.is_plain = True

    def root(self, raw: Json, place: str) -> Group | None:
        """The tree at ``place``. A lone condition as root reads as a group of one, which means the same."""
        part = self.part(raw, place)
        if isinstance(part, Group):
            return part
        self.is_plain = False
        return Group("", "and", (part,), raw, place) if part else None

    def part(self, raw: Json, place: str) -> Group | Leaf | None:
        if not isinstance(raw, dict):
            self.is_plain = False
            return None
        part_id, kind = raw.get("id"), raw.get("type")
        if not isinstance(part_id, str):
            part_id, self.is_plain = "", False
        if "match" in raw and kind != "bool":
            if len(raw) != 3 or kind not in ("text", "numerical"):
                self.is_plain = False
            return self.leaf(part_id, raw, raw["match"], place)
        join, children = raw.get("value"), raw.get("nodes")
        if len(raw) != 4 or kind != "bool" or not isinstance(join, str) or not isinstance(children, list):
            self.is_plain = False
        read = [self.part(child, f"{place}/nodes/{i}") for i, child in enumerate(_list(children))]
        return Group(part_id, _text(join), tuple([child for child in read if child]), raw, place)

    def leaf(self, part_id: str, raw: Json, match: Json, place: str) -> Leaf:
        if not isinstance(match, dict):
            match, self.is_plain = {}, False
        key, operate, values = match.get("key"), match.get("operate"), match.get("value")
        if not (isinstance(key, str) and isinstance(operate, str)):
            key, operate, self.is_plain = _text(key), _text(operate), False
        texts = _texts(values)
        if len(match) != 3 or not isinstance(values, list) or len(texts) != len(values):
            self.is_plain = False
        return Leaf(part_id, key, operate, texts, raw, place, match)


def _merge(raw: Json, place: str) -> Merge | None:
    config = raw.get("combineConfig") if isinstance(raw, dict) else None
    return _settings(config, f"{place}/combineConfig") if isinstance(config, dict) else None


def _is_plain_merge(value: Json, config: Document) -> bool:
    return isinstance(value, dict) and published.COMBINE.issuperset(value) and published.CONFIG.issuperset(config)


def _settings(config: Document, place: str) -> Merge:
    return Merge(
        _texts(config.get("group_by")),
        _texts(config.get("ai_group_by")),
        {wait: config[wait] for wait in limits.WAITS if wait in config},
        _texts(config.get("bind_notification_rule_ids")),
        config,
        place,
    )


def _entries(raw: Json) -> tuple[Entry, ...]:
    if not isinstance(raw, list):
        raise Unreadable(
            [finding("document-shape", "/detail", place="/detail", wanted=say("a list"), found=kind_of_value(raw))]
        )
    return tuple(_entry(item, f"/detail/{i}") for i, item in enumerate(raw))


def _entry(raw: Json, place: str) -> Entry:
    members = raw if isinstance(raw, Mapping) else {}
    matches = members.get("match")
    leaves = (
        _Tree().leaf("", match, match, f"{place}/match/{i}")
        for i, match in enumerate(matches if isinstance(matches, list) else [])
    )
    return Entry(tuple(leaves), _texts(members.get("bind_notification_rule_ids")), raw, place)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _texts(value: Json) -> tuple[str, ...]:
    return tuple([item for item in value if isinstance(item, str)]) if isinstance(value, list) else ()


def kind_of_value(value: Json) -> str:
    """What a JSON value is, in words for a sentence."""
    if value is None:
        return say("nothing")
    if isinstance(value, bool):
        return say("the word {word}", word=json.dumps(value))
    if isinstance(value, int | float):
        return say("the number {number}", number=value)
    if isinstance(value, str):
        return say("the text {text}", text=json.dumps(value[:60], ensure_ascii=False))
    return say("an object") if isinstance(value, Mapping) else say("a list")
