"""Test suites in files, JSON or YAML.

``{"rule": file, "assume"?: {id: choice}, "cases": [{"name", "alarm", "expect": {…}}]}``; the rule is named as seen from
the suite. A suite that cannot mean what it says (a misspelt member, a leaf that the rule does not have) is refused,
since a case that asks nothing would pass for ever.
"""

import os.path
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import PurePath
from typing import Final, NoReturn

from editor import files, rule_files
from editor.files import Unusable
from editor.flow import Alarm, Dialect, Document, Json, Rule, Unreadable, limits, parse
from editor.flow.alarm_shapes import alarms_in
from editor.flow.reading import kind_of_value, pointer
from editor.places import Place, json_places, nearest
from editor.suites import Case, Suite
from editor.yaml_reading import read_yaml

ENDINGS: Final = (".json", ".yaml", ".yml")
EXPECTATIONS: Final = ("leaf", "notify", "unrouted", "group_key")


def suite(name: str) -> Suite:
    """The suite in a file, with its rule; standard input holds YAML, of which JSON is a part.

    Raises Unusable with the line of what is wrong, or cannot be meant.
    """
    text = files.content(name, limits.BODY_BYTES)
    if len(text) > limits.BODY_BYTES:
        raise Unusable(f"{name}: more than {limits.BODY_BYTES} bytes; split the suite")
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS and name != files.STANDARD_INPUT:
        raise Unusable(f"{name}: how it is written cannot be told; name it {', '.join(ENDINGS)}")
    document, place_of = _json(name, text) if ending == ".json" else _yaml(name, text)
    return _Reader(name, place_of).suite(document)


def _json(name: str, text: bytes) -> tuple[Json, Callable[[str], Place]]:
    try:
        return parse(text), lambda at: nearest(json_places(text.decode()), at)
    except Unreadable as error:
        raise rule_files.unusable(name, error) from None


def _yaml(name: str, text: bytes) -> tuple[Json, Callable[[str], Place]]:
    document, places = read_yaml(name, text)
    return document, lambda at: nearest(places, at)


class _Reader:
    """Goes through the document of a suite and stops at the first thing that cannot be meant. ``at`` is always the
    pointer of what is looked at, ``whose`` what to call it."""

    def __init__(self, name: str, place_of: Callable[[str], Place]) -> None:
        self.name = name
        self.place_of = place_of

    def stop(self, at: str, problem: str) -> NoReturn:
        raise Unusable(f"{self.name}: line {self.place_of(at).line}: {problem}")

    def suite(self, document: Json) -> Suite:
        members = self.members(document, "", "the suite", ("rule", "cases"), ("assume",))
        rule_file = os.path.join(os.path.dirname(self.name), self.text(members["rule"], "/rule", "rule"))
        try:
            rule = rule_files.rule(rule_file)
        except Unusable as error:
            self.stop("/rule", str(error))
        dialect = self.dialect(members.get("assume", {}))
        return Suite(self.name, os.path.normpath(rule_file), rule, dialect, self.cases(members["cases"], _leaves(rule)))

    def dialect(self, value: Json) -> Dialect:
        if not isinstance(value, dict):
            self.stop("/assume", f"assume must be an object; it is {kind_of_value(value)}")
        chosen = {name: self.text(choice, "/assume" + pointer(name), name) for name, choice in value.items()}
        try:
            return Dialect(chosen)
        except ValueError as error:
            self.stop("/assume", str(error))

    def cases(self, value: Json, leaves: Sequence[str]) -> list[Case]:
        if not isinstance(value, list) or not value:
            self.stop("/cases", "cases must be a list that holds at least one case")
        cases: list[Case] = []
        numbers: dict[str, int] = {}
        for i, raw in enumerate(value):
            case = self.case(raw, f"/cases/{i}", f"case {i + 1}", leaves)
            if numbers.setdefault(case.name, i + 1) != i + 1:
                self.stop(f"/cases/{i}", f"case {i + 1} has the name of case {numbers[case.name]}: {case.name}")
            cases.append(case)
        return cases

    def case(self, raw: Json, at: str, whose: str, leaves: Sequence[str]) -> Case:
        if isinstance(raw, dict) and isinstance(raw.get("name"), str):
            whose = f"{whose} ({raw['name'][:60]})"
        members = self.members(raw, at, whose, ("name", "alarm", "expect"))
        name = self.text(members["name"], f"{at}/name", f"{whose}: name")
        alarm = self.alarm(members["alarm"], f"{at}/alarm", whose)
        expect = self.members(members["expect"], f"{at}/expect", f"{whose}: expect", (), EXPECTATIONS)
        if not expect:
            self.stop(f"{at}/expect", f"{whose}: expect is empty; expect one of {', '.join(EXPECTATIONS)}")
        self.guard_kinds(expect, f"{at}/expect", whose)
        self.guard_sense(expect, f"{at}/expect", whose, leaves)
        return Case(name, alarm, expect)

    def alarm(self, raw: Json, at: str, whose: str) -> Alarm:
        try:
            alarms = alarms_in(raw, at)
        except Unreadable as error:
            found = error.findings[0]
            self.stop(found.pointer, f"{whose}: {found.message.removesuffix('.')}")
        if len(alarms) != 1:
            self.stop(at, f"{whose}: a case leads one alarm through the rule, and this holds {len(alarms)}")
        return alarms[0]

    def guard_kinds(self, expect: Document, at: str, whose: str) -> None:
        for what, value in expect.items():
            wanted, fits = _KINDS[what]
            if not fits(value):
                self.stop(f"{at}/{what}", f"{whose}: {what} must be {wanted}; it is {kind_of_value(value)}")

    def guard_sense(self, expect: Document, at: str, whose: str, leaves: Sequence[str]) -> None:
        """Stops at what no alarm could fulfil."""
        leaf = expect.get("leaf")
        if leaf is not None and leaf not in leaves:
            known = f"alarms are grouped at {', '.join(leaves)}" if leaves else "it groups alarms nowhere"
            self.stop(f"{at}/leaf", f"{whose}: the rule groups no alarm at {leaf}, so this cannot pass; {known}")
        says_grouped = {what for what in ("leaf", "notify", "group_key") if expect.get(what)}
        says_grouped |= {"unrouted"} if expect.get("unrouted") is False else set()
        says_unrouted = {what for what in ("leaf", "group_key") if what in expect and expect[what] is None}
        says_unrouted |= {"unrouted"} if expect.get("unrouted") is True else set()
        if says_grouped and says_unrouted:
            one, other = min(says_unrouted), min(says_grouped)
            self.stop(at, f"{whose}: {one} says that nothing groups the alarm and {other} that something does")

    def members(
        self, value: Json, at: str, whose: str, required: Sequence[str], others: Sequence[str] = ()
    ) -> Document:
        if not isinstance(value, dict):
            self.stop(at, f"{whose} must be an object; it is {kind_of_value(value)}")
        known = [*required, *others]
        for name in value:
            if name not in known:
                near = get_close_matches(name, known, 1)
                mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                self.stop(at + pointer(name), f"{whose} has no member {name}; {mend}")
        for name in required:
            if name not in value:
                self.stop(at, f"{whose} lacks the member {name}")
        return value

    def text(self, value: Json, at: str, whose: str) -> str:
        if not isinstance(value, str) or not value:
            self.stop(at, f"{whose} must be a text; it is {kind_of_value(value)}")
        return value


def _leaves(rule: Rule) -> list[str]:
    if rule.flow is not None:
        return [node.id for node in rule.flow.of_kind("combine")]
    return [entry.pointer for entry in rule.entries or ()]


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


_KINDS: Final[dict[str, tuple[str, Callable[[Json], bool]]]] = {
    "leaf": ("the id of a card, or null", lambda value: value is None or isinstance(value, str)),
    "notify": ("a list that holds texts only", _are_texts),
    "unrouted": ("true or false", lambda value: isinstance(value, bool)),
    "group_key": (
        "an object that holds texts only, or null",
        lambda value: value is None or (isinstance(value, dict) and _are_texts([*value.values()])),
    ),
}
