"""What mends a finding, where there is but one sensible mend.

A fix is certain: the rule means the same after it, or what the published limits force it to mean. Of each, the outcome
is checked before it is told: its finding goes, and no error comes. Where two mends make sense, there is no fix.
"""

import json
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from editor.flow import limits
from editor.flow.checks import check
from editor.flow.finding import CODES, Finding, shown
from editor.flow.patch import Operation, Unfitting, equal, patched, value_at
from editor.flow.reading import read_document
from editor.flow.rule import Document, Flow, Json, Leaf, Rule
from editor.flow.say import say
from editor.flow.wiring import Edge

#: Fixes that one answer tells; when they are done, the next answer tells more. Each costs a check of its outcome, which
#: takes longer the larger the rule and, far more, the more is wrong with it: hence an upper bound of all of it.
MOST = 50
MOST_WORK = 100_000
WORK_OF_A_FINDING = 50


class Fix(NamedTuple):
    """What is done, in words, and the JSON Patch that does it: tests first, so that it cannot hit another place."""

    title: str
    patch: Sequence[Operation]

    def as_json(self) -> dict[str, object]:
        return {"title": self.title, "patch": list(self.patch)}


def fixes(document: Document, finding: Finding) -> tuple[Fix, ...]:
    """The fixes of a finding that ``check`` made of ``document``; none where no mend is certain."""
    rule = read_document(document)
    fix = _proposed(rule, finding)
    return (fix,) if fix and _mends(rule, finding, fix, _counts(check(rule))) else ()


def with_fixes(rule: Rule, findings: Sequence[Finding]) -> list[dict[str, object]]:
    """All ``findings`` of ``rule`` as the API tells them, each with its ``fixes``: of the first that have any, as many
    as one answer tells."""
    before, told = _counts(findings), []
    left = _affordable(rule, before)
    for found in findings:
        fix = _proposed(rule, found) if left else None
        left -= fix is not None
        fixes = [fix.as_json()] if fix and _mends(rule, found, fix, before) else []
        told.append({**found.as_json(), "fixes": fixes})
    return told


def _affordable(rule: Rule, before: Counter[str]) -> int:
    """How many outcomes are checked for one answer."""
    cards = len(rule.flow.nodes) + len(rule.flow.edges) if rule.flow else 0
    size = 1 + cards + sum(1 + len(leaf.given) for _, leaf in rule.conditions)
    return min(MOST, MOST_WORK // (size + WORK_OF_A_FINDING * before.total()))


def _proposed(rule: Rule, found: Finding) -> Fix | None:
    fixer = FIXERS.get(found.code)
    return fixer(rule, found) if fixer else None


def _mends(rule: Rule, found: Finding, fix: Fix, before: Counter[str]) -> bool:
    """Whether the finding goes by ``fix``, and no error comes."""
    after = _counts(check(read_document(patched(rule.document, fix.patch))))
    new = [code for code in after if CODES[code].severity == "error" and after[code] > before[code]]
    return after[found.code] < before[found.code] and not new


def _counts(findings: Sequence[Finding]) -> Counter[str]:
    """How often each code was found, also beyond those that are listed, as far as they were counted."""
    counts = Counter(found.code for found in findings)
    for found in findings:
        if found.code == "more-findings":
            counts[str(found.params["others"])] += int(str(found.params["rest"]))
    return counts


# What fixes are made of.

Fixer: TypeAlias = Callable[[Rule, Finding], Fix | None]


def _given(rule: Rule, place: str) -> Any:
    """What stands at ``place``; None where nothing does."""
    try:
        return value_at(rule.document, place)
    except Unfitting:
        return None


def _test(rule: Rule, place: str) -> Operation:
    return {"op": "test", "path": place, "value": value_at(rule.document, place)}


def _json(value: Json) -> object:
    return shown(json.dumps(value, ensure_ascii=False))


def _write(rule: Rule, place: str, new: Json) -> Fix:
    title = say("Write {new} instead of {old}", new=_json(new), old=_json(_given(rule, place)))
    return Fix(title, [_test(rule, place), {"op": "replace", "path": place, "value": new}])


def _remove(rule: Rule, place: str, title: str, *standing: str) -> Fix:
    """Takes away what stands at ``place``, as long as the places ``standing`` are as they are too."""
    tests = [_test(rule, each) for each in (*standing, place)]
    return Fix(title, [*tests, {"op": "remove", "path": place}])


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def _plain(text: str) -> str:
    """``text`` without blanks around it and characters that cannot be seen, in letters of the usual width."""
    return "".join(c for c in text.translate(_FULL_WIDTH) if unicodedata.category(c) not in ("Cc", "Cf")).strip()


def _folded(text: str) -> str:
    return re.sub("[-_ ]", "", _plain(text)).lower()


def _near(written: object, known: Sequence[str], others: Mapping[str, str]) -> str | None:
    """The word of a closed list that ``written`` can only mean: it differs in case, blanks, hyphens, width, or is one
    of the ``others``."""
    if not isinstance(written, str):
        return None
    folded = _folded(written)
    return next((word for word in known if _folded(word) == folded), others.get(folded))


def _word(known: Sequence[str], others: Mapping[str, str]) -> Fixer:
    """Mends a word of a closed list."""

    def fixer(rule: Rule, found: Finding) -> Fix | None:
        word = _near(_given(rule, found.pointer), known, others)
        return _write(rule, found.pointer, word) if word else None

    return fixer


def _item(known: Sequence[str], others: Mapping[str, str]) -> Fixer:
    """Mends one of several words of a closed list; takes it away where the list has the word already."""

    def fixer(rule: Rule, found: Finding) -> Fix | None:
        word = _near(_given(rule, found.pointer), known, others)
        if word is None:
            return None
        place, _, index = found.pointer.rpartition("/")
        twins = [i for i, item in enumerate(_given(rule, place)) if item == word and i != int(index)]
        if not twins:
            return _write(rule, found.pointer, word)
        written = _json(_given(rule, found.pointer))
        title = say("Remove {written}: {word} is there already", written=written, word=_json(word))
        return _remove(rule, found.pointer, title, f"{place}/{twins[0]}")

    return fixer


# The head, names.


def _name(grammar: re.Pattern[str]) -> Fixer:
    """Mends a name that was pasted with blanks, or typed in wide letters."""

    def fixer(rule: Rule, found: Finding) -> Fix | None:
        written = _given(rule, found.pointer)
        plain = _plain(written)
        return _write(rule, found.pointer, plain) if plain != written and grammar.fullmatch(plain) else None

    return fixer


# Ids.


def _id(rule: Rule, found: Finding) -> Fix | None:
    """Gives a new id; edges follow that of a card."""
    if rule.flow is None:
        return None
    place, old = found.pointer, _given(rule, found.pointer)
    followers = _followers(rule.flow, place, old)
    if followers is None:
        return None
    new = _new_id(rule.flow, place, old)
    tests = [_test(rule, each) for each in ([place] if old is not None else []) + followers]
    # A missing id has nothing to test; the part that lacks it has.
    tests = tests or [_test(rule, place.removesuffix("/id"))]
    verb = "replace" if old is not None else "add"
    edits = [{"op": "replace", "path": each, "value": new} for each in followers]
    return Fix(say("Give it the id {id}", id=new), [*tests, {"op": verb, "path": place, "value": new}, *edits])


_NODE_ID_PLACE = re.compile("/match_v3/nodes/([0-9]+)/id")


def _followers(flow: Flow, place: str, old: Json) -> list[str] | None:
    """Where edges name the card whose id stands at ``place``; None where they might mean another card."""
    if not _NODE_ID_PLACE.fullmatch(place):
        return []
    if sum(node.id == old for node in flow.nodes) != 1:
        return None
    out = [f"{edge.pointer}/source" for edge in flow.edges if edge.source == old]
    return out + [f"{edge.pointer}/target" for edge in flow.edges if edge.target == old]


def _new_id(flow: Flow, place: str, old: Json) -> str:
    """An id that nothing has: what the old one can only mean, or else one that its place decides."""
    prefix, taken = _prefix(flow, place), _ids(flow)
    plain = _plain(old) if isinstance(old, str) else ""
    if plain not in taken and re.fullmatch(re.escape(prefix) + limits.ID_TAIL, plain):
        return plain
    seeds = (json.dumps([old, place, number]) for number in count())
    tried = (prefix + urlsafe_b64encode(sha256(seed.encode()).digest())[:8].decode() for seed in seeds)
    return next(each for each in tried if each not in taken)


def _prefix(flow: Flow, place: str) -> str:
    if place.startswith("/match_v3/edges/"):
        return "edge-"
    if _NODE_ID_PLACE.fullmatch(place):
        return "flow-"
    node = flow.nodes[int(place.split("/")[3])]
    return "CombineConf-" if node.kind == "combine" else "GroupCondition-"


def _ids(flow: Flow) -> set[Json]:
    values: list[Any] = [node.raw.get("value") for node in flow.of_kind("combine")]
    combines = [value.get("id") for value in values if isinstance(value, dict)]
    parts = [*flow.nodes, *flow.edges, *(part for _, part in flow.parts)]
    return {*(part.id for part in parts), *(each for each in combines if isinstance(each, str))}


# Cards and edges.


def _kind(rule: Rule, found: Finding) -> Fix | None:
    """Mends the case of a card's type and business type."""
    known = {"type": ("Start", "Card", "End"), "businessType": ("GroupCondition", "CombineConf")}
    card = _given(rule, found.pointer)
    near = {member: _near(card.get(member), words, {}) for member, words in known.items()}
    changed = [(member, word) for member, word in near.items() if word and word != card[member]]
    if not changed:
        return None
    old, new = [card[member] for member, _ in changed], [word for _, word in changed]
    title = say("Write {new} instead of {old}", new=_names(new), old=_names(old))
    tests = [_test(rule, f"{found.pointer}/{member}") for member, _ in changed]
    edits = [{"op": "replace", "path": f"{found.pointer}/{member}", "value": word} for member, word in changed]
    return Fix(title, [*tests, *edits])


def _names(words: Sequence[str]) -> str:
    return ", ".join(str(_json(word)) for word in words)


def _edge_at(flow: Flow, place: str) -> Edge:
    return flow.edges[int(place.split("/")[3])]


def _stray_edge(rule: Rule, found: Finding) -> Fix | None:
    """Takes away an edge that cannot stand where it stands."""
    return _remove(rule, "/".join(found.pointer.split("/")[:4]), say("Remove the edge"))


def _same_edge(rule: Rule, found: Finding) -> Fix | None:
    """Takes away the second of two edges that differ in nothing but their ids."""
    flow = rule.flow
    edge = _edge_at(flow, found.pointer) if flow else None
    twins = [each for each in flow.edges if edge and _are_twins(each.raw, edge.raw)] if flow else []
    if not edge or twins[0] is edge:
        return None
    return _remove(rule, edge.pointer, say("Remove the second edge"), twins[0].pointer)


def _are_twins(one: Document, other: Document) -> bool:
    return equal(_but_id(one), _but_id(other))


def _but_id(raw: Document) -> Document:
    return {name: member for name, member in raw.items() if name != "id"}


def _branch(rule: Rule, found: Finding) -> Fix | None:
    """Writes the value of a branch as a text; takes away that of an edge that is no branch."""
    if rule.flow is None:
        return None
    edge = _edge_at(rule.flow, found.pointer)
    place, value = f"{edge.pointer}/value", edge.raw.get("value")
    if rule.flow.by_id[edge.source].kind != "condition":
        return _remove(rule, place, say("Remove the value of the edge"), f"{edge.pointer}/id")
    word = json.dumps(value) if isinstance(value, bool) else _near(value, ("true", "false"), {})
    return _write(rule, place, word) if word else None


# Conditions.


_SEPARATORS = re.compile(r"[,;|、，；\n]")


def _tree_shape(rule: Rule, found: Finding) -> Fix | None:
    if found.pointer.endswith("/type"):
        return _word(("bool", "text", "numerical"), {})(rule, found)
    return _list_of_one(rule, found) if found.pointer.endswith("/match/value") else None


def _entry_shape(rule: Rule, found: Finding) -> Fix | None:
    return _list_of_one(rule, found) if found.pointer.endswith("/value") else None


def _list_of_one(rule: Rule, found: Finding) -> Fix | None:
    """Makes a list of a text that stands alone where a list should be, unless it may be several."""
    value = _given(rule, found.pointer)
    is_one = isinstance(value, str) and value and not _SEPARATORS.search(value)
    return _write(rule, found.pointer, [value]) if is_one else None


def _empty_group(rule: Rule, found: Finding) -> Fix | None:
    """Takes away a group without conditions from the group that it is in."""
    is_inner = found.pointer.count("/nodes/") > 1
    if not is_inner or _given(rule, f"{found.pointer}/nodes"):
        return None
    return _remove(rule, found.pointer, say("Remove the empty group"))


def _text(rule: Rule, found: Finding) -> Fix | None:
    """Writes a number, or true and false, as a text."""
    value = _given(rule, found.pointer)
    return _write(rule, found.pointer, json.dumps(value)) if isinstance(value, bool | int | float) else None


def _empty_value(rule: Rule, found: Finding) -> Fix | None:
    return _remove(rule, found.pointer, say("Remove the empty value"))


def _no_values(rule: Rule, found: Finding) -> Fix | None:
    tests = [_test(rule, found.pointer)]
    return Fix(say("Remove the values"), [*tests, {"op": "replace", "path": found.pointer, "value": []}])


def _same_values(rule: Rule, found: Finding) -> Fix | None:
    """Keeps the first of equal values."""
    items = _given(rule, found.pointer)
    twice = [i for i, item in enumerate(items) if item in items[:i] and isinstance(item, str)]
    removed = [{"op": "remove", "path": f"{found.pointer}/{i}"} for i in reversed(twice)]
    return Fix(say("Keep each value once"), [_test(rule, found.pointer), *removed])


def _same_condition(rule: Rule, found: Finding) -> Fix | None:
    """Takes away the second of two conditions that differ in nothing but their ids."""
    for _, _, leaves in rule.repeating:
        other = next((leaf for leaf in leaves if leaf.pointer == found.pointer), None)
        twin = next((leaf for leaf in leaves if other and _say_the_same(leaf, other)), None)
        if other and twin and twin is not other:
            return _remove(rule, other.pointer, say("Remove the second condition"), twin.pointer)
    return None


def _say_the_same(one: Leaf, other: Leaf) -> bool:
    raws = [leaf.raw for leaf in (one, other) if isinstance(leaf.raw, dict)]
    return len(raws) == 2 and _are_twins(*raws)


# Merging.


def _group_by(rule: Rule, found: Finding) -> Fix | None:
    """Mends the names of a published combination."""
    items = _given(rule, found.pointer)
    known = limits.GROUP_BY_CHOICES[-1]
    names = list(dict.fromkeys(_near(item, known, _TAGS) or str(item) for item in items))
    is_choice = set(names) in map(set, limits.GROUP_BY_CHOICES)
    if not is_choice:
        return None
    title = say("Group by {names}", names=", ".join(names))
    return Fix(title, _write(rule, found.pointer, names).patch)


#: The published page says tags where it speaks of legacy rules, tag where it speaks of merge cards.
_TAGS = {"tags": "tag"}
_DIGITS = re.compile("[0-9]{1,9}")


def _whole(rule: Rule, found: Finding) -> Fix | None:
    """Writes a wait of digits, or of a whole number with a point, as a whole number."""
    value = _given(rule, found.pointer)
    plain = _plain(value) if isinstance(value, str) else ""
    if _DIGITS.fullmatch(plain):
        return _write(rule, found.pointer, int(plain))
    return _write(rule, found.pointer, int(value)) if isinstance(value, float) and value.is_integer() else None


def _told(rule: Rule, found: Finding) -> Fix | None:
    """Writes a numeric name of a notification rule as a text; takes away a name that is empty."""
    value = _given(rule, found.pointer)
    if value is None or value == "":
        return _remove(rule, found.pointer, say("Remove the empty name"))
    return None if isinstance(value, bool) else _text(rule, found)


FIXERS: Mapping[str, Fixer] = {
    "name-format": _name(limits.NAME),
    "node-kind": _kind,
    "edge-dangling": _stray_edge,
    "edge-duplicate": _same_edge,
    "edge-value": _branch,
    "start-entry": _stray_edge,
    "end-exit": _stray_edge,
    "id-format": _id,
    "id-duplicate": _id,
    "tree-shape": _tree_shape,
    "group-empty": _empty_group,
    "group-join": _word(("and", "or"), {}),
    "key-near": _name(limits.TAG),
    "operator": _word(limits.OPERATORS, {"equal": "EQUALS", "exists": "EXIST"}),
    "value-type": _text,
    "value-empty": _empty_value,
    "exist-value": _no_values,
    "severity": _item(limits.SEVERITIES, {"warning": "Info"}),
    "scene": _item(limits.SCENES, {}),
    "tag-name": _name(limits.TAG),
    "merge-shape": _list_of_one,
    "group-by-choice": _group_by,
    "ai-group-by": _item(limits.AI_GROUP_BY, _TAGS),
    "wait-type": _whole,
    "wait-text": _whole,
    "notify-type": _told,
    "entry-shape": _entry_shape,
    "condition-duplicate": _same_condition,
    "value-duplicate": _same_values,
}
