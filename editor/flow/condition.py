"""Whether a condition tree holds for an alarm, and why."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import re2

from editor.flow import limits
from editor.flow.assumptions import DEFAULT, Dialect
from editor.flow.rule import Group, Leaf

#: What is compared: the values of an alarm by attribute. An attribute it does not have is absent here too.
Attributes = Mapping[str, str]


class Verdict(NamedTuple):
    """How one condition came out; ``actual`` is the alarm's value, None where it has none. ``result`` is None where
    nobody can tell, since the condition itself cannot be read."""

    leaf: Leaf
    actual: str | None
    result: bool | None

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.leaf.id,
            "key": self.leaf.key,
            "operate": self.leaf.operate,
            "value": list(self.leaf.values),
            "actual": self.actual,
            "result": self.result,
        }


class Judgement(NamedTuple):
    """Whether a tree holds (None where nobody can tell), the verdict on each of its conditions in document order, and
    the assumptions by whose other choice it would come out otherwise."""

    result: bool | None
    verdicts: tuple[Verdict, ...]
    rests_on: tuple[str, ...]


def judge(tree: Group, attributes: Attributes, dialect: Dialect = DEFAULT) -> Judgement:
    """The judgement on one alarm. For many alarms keep a ``Judge``."""
    return Judge(tree, dialect).judge(attributes)


class Judge:
    """A condition tree, made ready to judge many alarms by one dialect.

    Every condition is judged, also those that cannot change the answer, so that the reader sees all of them.
    """

    def __init__(self, tree: Group, dialect: Dialect = DEFAULT) -> None:
        self._leaves = [_LeafJudge(leaf, dialect) for leaf in tree.leaves()]
        united, apart = (_shape(tree, count(), is_union) for is_union in (True, False))
        self._shape, self._other_shape = (united, apart) if dialect["D8"] == "union" else (apart, united)
        self._is_open_to_union = united != apart

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes that are looked at."""
        return tuple(dict.fromkeys(each.leaf.key for each in self._leaves))

    def judge(self, attributes: Attributes) -> Judgement:
        """The judgement on an alarm with these attributes."""
        found = [leaf.judge(attributes) for leaf in self._leaves]
        results = [verdict.result for verdict, _ in found]
        result = _holds(self._shape, results)
        # Trees know no negation: what turns to the result that is there already cannot change it.
        open_to = {name for _, others in found if others for name, other in others.items() if other is not result}
        switched = [name for name in sorted(open_to) if _holds(self._shape, _switched(found, name)) != result]
        if self._is_open_to_union and _holds(self._other_shape, results) != result:
            switched.append("D8")
        return Judgement(result, tuple([verdict for verdict, _ in found]), tuple(switched))


#: A verdict, and the results by the other choices of assumptions, where they differ.
_Found = tuple[Verdict, Mapping[str, bool | None]]
_NOTHING: Mapping[str, bool | None] = {}


def _switched(found: list[_Found], name: str) -> list[bool | None]:
    """The results by the other choice of one assumption."""
    return [others.get(name, verdict.result) if others else verdict.result for verdict, others in found]


class _LeafJudge:
    """One condition; what it says of a value is remembered, since alarms repeat themselves."""

    REMEMBERED = 1024  # values; beyond them memory matters more
    LONGEST = 2048  # characters; published as the most a metadata value has

    def __init__(self, leaf: Leaf, dialect: Dialect) -> None:
        self.leaf, self.key, self.dialect = leaf, leaf.key, dialect
        self.others = {name: dialect.other(name) for name, matters in _MATTERS.items() if matters(leaf)}
        self.narrower = {name for name, other in self.others.items() if _NARROWER.get(name) == other[name]}
        self.absent: _Found = (Verdict(leaf, None, False), _NOTHING)
        self.known: dict[str, _Found] = {}

    def judge(self, attributes: Attributes) -> _Found:
        actual = attributes.get(self.key)
        return self.absent if actual is None else self.known.get(actual) or self._judged(actual)

    def _judged(self, actual: str) -> _Found:
        result = _matches(self.leaf, actual, self.dialect)
        others = {
            name: _matches(self.leaf, actual, other)
            for name, other in self.others.items()
            if not (result is False and name in self.narrower)
        }
        if self.leaf.key == "notification_scene":
            others["D11"] = _matches(self.leaf, other_scene(actual), self.dialect)
        differing = {name: other for name, other in others.items() if other != result}
        found = (Verdict(self.leaf, actual, result), differing or _NOTHING)
        if len(self.known) >= self.REMEMBERED:
            self.known.clear()
        if len(actual) <= self.LONGEST:
            self.known[actual] = found
        return found


def other_scene(scene: str) -> str:
    """The scene of the same alarm before it was cleared, or after."""
    return limits.SCENES[1] if scene == limits.SCENES[0] else limits.SCENES[0]


#: Choices by which a condition holds of no more values than by the other.
_NARROWER = {"D7": "whole", "D9": "all"}

#: Which conditions another choice can matter to; D11 has no other choice, but another scene.
_MATTERS: Mapping[str, Callable[[Leaf], bool]] = {
    "D7": lambda leaf: leaf.operate == "REGEX",
    "D9": lambda leaf: len(leaf.values) > 1 and leaf.operate != "EXIST",
    "D10": lambda leaf: leaf.key == "event_severity" and leaf.operate == "EQUALS",
}

#: How a tree joins its conditions: by a word, and of what; a number stands for the condition with that place.
_Shape = tuple[str, list["int | _Shape"]]


def _shape(group: Group, places: Iterator[int], is_union: bool) -> _Shape:
    parts: list[int | _Shape] = [
        next(places) if isinstance(child, Leaf) else _shape(child, places, is_union) for child in group.children
    ]
    return group.join, _united(group, parts) if is_union and group.join == "and" else parts


def _united(group: Group, parts: "list[int | _Shape]") -> "list[int | _Shape]":
    """Conditions on one attribute put together, to stand for any of them."""
    by_key: dict[object, list[int | _Shape]] = {}
    for i, (child, part) in enumerate(zip(group.children, parts, strict=True)):
        by_key.setdefault(child.key if isinstance(child, Leaf) else i, []).append(part)
    return [same[0] if len(same) == 1 else ("or", same) for same in by_key.values()]


def _holds(shape: _Shape, results: Sequence[bool | None]) -> bool | None:
    join, parts = shape
    found = [results[part] if isinstance(part, int) else _holds(part, results) for part in parts]
    return _all(found) if join == "and" else _any(found) if join == "or" else None


def _all(results: Collection[bool | None]) -> bool | None:
    """Whether all hold; None where one that cannot be told decides, or where there is none at all."""
    return False if False in results else None if None in results or not results else True


def _any(results: Collection[bool | None]) -> bool | None:
    return True if True in results else None if None in results or not results else False


def _matches(leaf: Leaf, actual: str, dialect: Dialect) -> bool | None:
    if leaf.operate == "EXIST":
        return True
    if leaf.operate not in ("EQUALS", "REGEX") or not leaf.values:
        return None
    join = _any if dialect["D9"] == "any" else _all
    if leaf.operate == "REGEX":
        return join([_found(pattern, actual, whole=dialect["D7"] == "whole") for pattern in leaf.values])
    same = _same_severity if leaf.key == "event_severity" and dialect["D10"] == "same" else str.__eq__
    return join([same(value, actual) for value in leaf.values])


def _same_severity(one: str, other: str) -> bool:
    """Whether two words name one severity, where the console's Warning is the API's Info."""
    return one == other or {one, other} == {"Warning", "Info"}


def _found(pattern: str, actual: str, whole: bool) -> bool | None:
    """None where the pattern cannot be read, or would take too long on this value: RE2 never hangs, but a pattern that
    outgrows its tables costs its size times the length of the value."""
    try:
        expression = compiled(pattern)
    except re2.error:
        return None
    if len(actual.encode("utf-8", "replace")) * expression.programsize > limits.REGEX_WORK:
        return None
    return (expression.fullmatch if whole else expression.search)(actual) is not None


#: The reason of our own for which a pattern is refused.
TOO_LARGE = re.compile(r"too large a pattern, of (?P<steps>\d+) steps; at most (?P<most>\d+) are taken")


@lru_cache(maxsize=512)
def compiled(pattern: str) -> "re2._Regexp":
    """``pattern`` in RE2. Raises re2.error where RE2 refuses it, or it makes too large a program."""
    options = re2.Options()
    options.log_errors = False  # it would print users' patterns to standard error
    options.max_mem = 1 << 20
    options.never_capture = True  # nobody asks for groups, and they cost the fast ways of searching
    found = re2.compile(pattern, options)
    if found.programsize > limits.REGEX_STEPS:
        steps = f"{found.programsize} steps; at most {limits.REGEX_STEPS} are taken"
        raise re2.error(f"too large a pattern, of {steps}")
    return found


class PatternProblem(NamedTuple):
    """Why RE2 refuses a pattern, and at which of its characters, counted from 0."""

    reason: str
    position: int


@lru_cache(maxsize=512)
def pattern_problem(pattern: str) -> PatternProblem | None:
    """What RE2 has against ``pattern``; None where it takes it."""
    reason = _refusal(pattern)
    return PatternProblem(reason, _position(pattern, reason)) if reason is not None else None


def _refusal(pattern: str) -> str | None:
    try:
        compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else "not understood"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None


def _position(pattern: str, reason: str) -> int:
    """Where the part that ``reason`` quotes stands: RE2 names the part, not the place. Of several such parts the first
    that cannot be read by itself, with what stands before it; the first of all where RE2 quotes nothing."""
    if reason.startswith(("missing )", "missing ]")):
        return _opened(pattern)
    part = reason.partition(": ")[2]
    places = [at for at in range(len(pattern)) if part and pattern.startswith(part, at)]
    return next((at for at in places if _refusal(pattern[: at + len(part)]) is not None), places[0] if places else 0)


def _opened(pattern: str) -> int:
    """Where the last bracket or parenthesis stands that is never closed."""
    opened: list[int] = []
    at = 0
    while at < len(pattern):
        in_class = bool(opened) and pattern[opened[-1]] == "["
        mark = pattern[at]
        if mark == "[" and not in_class or mark == "(" and not in_class:
            opened.append(at)
        elif opened and mark == ("]" if in_class else ")"):
            opened.pop()
        at += 2 if mark == "\\" else 1
    return opened[-1] if opened else 0
