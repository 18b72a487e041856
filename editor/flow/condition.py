"""Whether a condition tree holds for an alarm, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import re2

from editor.flow.alarm import Alarm
from editor.flow.rule import Group, Leaf


@dataclass(frozen=True)
class Verdict:
    """How one condition came out; ``actual`` is the alarm's value, None where it has none. ``result`` is None where
    nobody can tell, since the pattern cannot be read."""

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


def judge(tree: Group, alarm: Alarm) -> tuple[bool | None, list[Verdict]]:
    """Whether ``tree`` holds for ``alarm`` (None where nobody can tell), and the verdict on each of its conditions in
    document order.

    Every condition is judged, also those that cannot change the answer, so that the reader sees all of them.
    """
    verdicts: list[Verdict] = []
    return _holds(tree, alarm.attributes, verdicts), verdicts


def _holds(part: Group | Leaf, attributes: Mapping[str, str], verdicts: list[Verdict]) -> bool | None:
    if isinstance(part, Leaf):
        actual = attributes.get(part.key)
        verdicts.append(Verdict(part, actual, actual is not None and _matches(part, actual)))
        return verdicts[-1].result
    results = [_holds(child, attributes, verdicts) for child in part.children]
    decisive = part.join == "or"
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def _matches(leaf: Leaf, actual: str) -> bool | None:
    if leaf.operate == "EXIST":
        return True
    if leaf.operate == "EQUALS":
        return actual in leaf.values
    return _finds(leaf.values, actual) if leaf.operate == "REGEX" else False


def _finds(patterns: Sequence[str], actual: str) -> bool | None:
    """Searched, not matched whole (chosen: the user guide says that host* catches what contains "host")."""
    try:
        return any(compiled(pattern).search(actual) is not None for pattern in patterns)
    except re2.error:
        return None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> "re2._Regexp":
    """``pattern`` in RE2, which cannot be made to hang. Raises re2.error where RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False  # it would print users' patterns to standard error
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


def pattern_problem(pattern: str) -> str | None:
    """Why RE2 refuses ``pattern``, with the part it stumbles over; None where it takes it."""
    try:
        compiled(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else "not understood"
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None
