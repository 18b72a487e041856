"""Untrusted text becomes a rule, or the findings that make it unreadable.

``parse`` is a strict JSON reader of our own, because the standard one keeps the last of two equal members, takes NaN,
recurses without a bound and never says *where*. ``read`` goes on to the values of ``rule``; it refuses only what could
not be drawn, everything else is the checks' business.
"""

import json
import re
from collections.abc import Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]  # public at run time, missing in the stubs
from typing import Any, NoReturn

from editor.flow import limits
from editor.flow.finding import Finding, finding
from editor.flow.rule import FALSE, PLAIN, TRUE, Document, Edge, Entry, Flow, Group, Json, Kind, Leaf, Merge, Node, Rule

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]+|-Infinity")
# Control characters but tab and line ends, and the marks that turn the direction of text around.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONSTANTS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
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
    size = len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else len(text)
    if size > limits.BODY_BYTES:
        raise Unreadable([finding("json-size", size=size, limit=limits.BODY_BYTES)])
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            problem = f"byte {error.start} is {error.object[error.start]:#04x}"
            raise Unreadable([finding("json-encoding", problem=problem)]) from None
    return _Reader(text).document()


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
            self.syntax(end, "there is more text after the document")
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
                self.syntax(at, "a member name in double quotes is missing")
            name, at = self.string(at)
            self.path.append(name)
            at = self.expect(self.blank(at), ":", "a colon is missing after the member name")
            member, at = self.value(self.blank(at))
            self.note_member(name, found)
            found[name] = member
            self.path.pop()
            at = self.blank(at)
            if self.text[at : at + 1] == "}":
                return found, at + 1
            at = self.blank(self.expect(at, ",", "a comma or } is missing"))

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
            at = self.blank(self.expect(at, ",", "a comma or ] is missing"))

    def string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Invalid control character"):
                self.stop("json-control-character", codepoint=f"U+{ord(self.text[error.pos]):04X}")
            self.syntax(error.pos, error.msg[0].lower() + error.msg[1:])
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
        self.syntax(at, "the text ends in the middle" if at >= len(self.text) else "a value is missing")

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def expect(self, at: int, mark: str, problem: str) -> int:
        if self.text[at : at + 1] != mark:
            self.syntax(at, "the text ends in the middle" if at >= len(self.text) else problem)
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
        self.stop("json-syntax", line=line, column=column, problem=problem)


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
    name = document.get("name")
    flow = document.get("match_v3")
    detail = document.get("detail")
    return Rule(
        document,
        name if isinstance(name, str) else "",
        None if _is_absent(flow) else _flow(flow),
        None if _is_absent(detail) else _entries(detail),
    )


def _is_absent(value: Json) -> bool:
    """The service may answer null or an empty list for the form that a rule does not have."""
    return value is None or value == [] or value == {}


def _flow(raw: Json) -> Flow:
    shape = _Shape()
    flow = shape.mapping(raw, "/match_v3")
    nodes = [shape.node(item, f"/match_v3/nodes/{i}") for i, item in enumerate(shape.items(flow, "nodes"))]
    edges = [shape.edge(item, f"/match_v3/edges/{i}") for i, item in enumerate(shape.items(flow, "edges"))]
    if len(nodes) > limits.NODES:
        shape.findings.append(finding("document-nodes", "/match_v3/nodes", count=len(nodes), limit=limits.NODES))
    if len(edges) > limits.EDGES:
        shape.findings.append(finding("document-edges", "/match_v3/edges", count=len(edges), limit=limits.EDGES))
    if shape.findings:
        raise Unreadable(shape.findings)
    return Flow(tuple(nodes), tuple(edges))


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
        if isinstance(value, Mapping):
            return value
        self.wrong(place, "an object", value)
        return {}

    def items(self, flow: Document, member: str) -> list[Json]:
        value = flow.get(member)
        if isinstance(value, list):
            return value
        if value is not None:
            self.wrong(f"/match_v3/{member}", "a list", value)
        return []

    def text(self, owner: Document, member: str, place: str) -> str:
        value = owner.get(member)
        if isinstance(value, str):
            return value
        self.wrong(f"{place}/{member}", "a text", value)
        return ""

    def node(self, value: Json, place: str) -> Node:
        raw = self.mapping(value, place)
        node_id = self.text(raw, "id", place)
        business = raw.get("businessType")
        kind = _KINDS.get((self.text(raw, "type", place), business if isinstance(business, str) else ""), "unknown")
        tree = _tree(raw.get("value"), f"{place}/value") if kind == "condition" else None
        merge = _merge(raw.get("value"), f"{place}/value") if kind == "combine" else None
        return Node(node_id, kind, raw, place, tree if isinstance(tree, Group) else None, merge)

    def edge(self, value: Json, place: str) -> Edge:
        raw = self.mapping(value, place)
        edge_id, source, target = (self.text(raw, member, place) for member in ("id", "source", "target"))
        exit = raw.get("value", None)
        # Anything else is told in words, which are no exit's name: true without quotes must not pass for "true".
        name = PLAIN if exit is None else exit if exit in (TRUE, FALSE) else kind_of_value(exit)
        return Edge(edge_id, source, target, str(name), raw, place)


def _tree(raw: Json, place: str) -> Group | Leaf | None:
    """The condition tree at ``place``. A lone condition as root reads as a group of one, which means the same."""
    part = _part(raw, place)
    if isinstance(part, Leaf):
        return Group("", "and", (part,), raw, place)
    return part


def _part(raw: Json, place: str) -> Group | Leaf | None:
    if not isinstance(raw, Mapping):
        return None
    part_id = _text(raw.get("id"))
    if raw.get("type") != "bool" and "match" in raw:
        return _leaf(part_id, raw, raw.get("match"), place, f"{place}/match")
    children = raw.get("nodes")
    read = [
        _part(child, f"{place}/nodes/{i}") for i, child in enumerate(children if isinstance(children, list) else [])
    ]
    return Group(part_id, _text(raw.get("value")), tuple(child for child in read if child is not None), raw, place)


def _leaf(part_id: str, raw: Json, match: Json, place: str, match_place: str) -> Leaf:
    match = match if isinstance(match, Mapping) else {}
    return Leaf(part_id, _text(match.get("key")), _text(match.get("operate")), _texts(match.get("value")), raw, place)


def _merge(raw: Json, place: str) -> Merge | None:
    config = raw.get("combineConfig") if isinstance(raw, Mapping) else None
    if not isinstance(config, Mapping):
        return None
    return Merge(
        _texts(config.get("group_by")),
        _texts(config.get("ai_group_by")),
        {wait: config[wait] for wait in limits.WAITS if wait in config},
        _texts(config.get("bind_notification_rule_ids")),
        config,
        f"{place}/combineConfig",
    )


def _entries(raw: Json) -> tuple[Entry, ...]:
    if not isinstance(raw, list):
        raise Unreadable(
            [finding("document-shape", "/detail", place="/detail", wanted="a list", found=kind_of_value(raw))]
        )
    return tuple(_entry(item, f"/detail/{i}") for i, item in enumerate(raw))


def _entry(raw: Json, place: str) -> Entry:
    members = raw if isinstance(raw, Mapping) else {}
    matches = members.get("match")
    leaves = (
        _leaf("", match, match, f"{place}/match/{i}", f"{place}/match/{i}")
        for i, match in enumerate(matches if isinstance(matches, list) else [])
    )
    return Entry(tuple(leaves), _texts(members.get("bind_notification_rule_ids")), raw, place)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def kind_of_value(value: Json) -> str:
    """What a JSON value is, in words for a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the word {json.dumps(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {json.dumps(value[:60], ensure_ascii=False)}"
    return "an object" if isinstance(value, Mapping) else "a list"
