"""Test suites for rules: alarms, and what is expected to become of each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from editor.flow import Alarm, Dialect, Document, Json, Rule, Walk, Walker


class Miss(NamedTuple):
    """What was expected to be one thing and is another: a member of ``expect``, or "complete" where the way of the
    alarm broke off."""

    what: str
    expected: Json
    actual: Json


class Case(NamedTuple):
    """An alarm, and what is expected of its walk: some of leaf, notify, unrouted, group_key."""

    name: str
    alarm: Alarm
    expect: Document


class Suite(NamedTuple):
    """Cases for one rule; ``rule_file`` as seen from where the command runs."""

    file: str
    rule_file: str
    rule: Rule
    dialect: Dialect
    cases: Sequence[Case]


class Outcome(NamedTuple):
    """How a case came out: it passed where nothing was missed."""

    case: Case
    walk: Walk
    misses: Sequence[Miss]


def run(suite: Suite) -> list[Outcome]:
    """The outcome of every case, in order."""
    walker = Walker(suite.rule, suite.dialect)
    walks = [(case, walker.walk(case.alarm)) for case in suite.cases]
    return [Outcome(case, walk, _misses(case, walk)) for case, walk in walks]


def _misses(case: Case, walk: Walk) -> list[Miss]:
    if not walk.complete:
        return [Miss("complete", True, False)]
    actual = {what: _ACTUAL[what](wanted, walk) for what, wanted in case.expect.items()}
    return [Miss(what, wanted, actual[what]) for what, wanted in case.expect.items() if wanted != actual[what]]


def _actual_notify(wanted: Json, walk: Walk) -> Json:
    """Who is told; in the expected order where only the order differs, since it means nothing."""
    if isinstance(wanted, list) and walk.notify is not None and sorted(wanted) == sorted(walk.notify):
        return wanted
    return None if walk.notify is None else list(walk.notify)


def _actual_group_key(wanted: Json, walk: Walk) -> Json:
    """The group key; without the card where the expectation leaves it out."""
    if walk.group_key is None:
        return None
    key = dict(walk.group_key)
    if isinstance(wanted, Mapping) and "card" not in wanted:
        key.pop("card", None)
    return key


_ACTUAL: Final[Mapping[str, Callable[[Json, Walk], Json]]] = {
    "leaf": lambda _, walk: walk.leaf,
    "notify": _actual_notify,
    "unrouted": lambda _, walk: walk.leaf is None,
    "group_key": _actual_group_key,
}
