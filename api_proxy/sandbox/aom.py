"""AOM's half of the cloud: alarm group rules, and the action rules they are bound to."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from .answers import NO_CONTENT, Answer, aom_refusal, in_json
from .contract import group_rule_problems, problems
from .reading import Request, parse_json
from .store import (
    ALL_ENTERPRISE_PROJECTS,
    DEFAULT_ENTERPRISE_PROJECT,
    GroupRule,
    State,
    Store,
    changed_action_rule,
    seeded_action_rule,
)

MOST_RULES = 100
ENTERPRISE_PROJECT = re.compile(r"0|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHOWN_PROBLEMS = 5


class Aom:
    """The operations on rules. Callers have been let in; every refusal carries AOM's error body.

    A name is taken once in the whole project; an update and a delete look in one enterprise project only.
    A delete that names a missing rule deletes nothing.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self.action_rule_leaves_s = 0.0
        self._store = store
        self._clock = clock

    def list_group_rules(self, request: Request) -> Answer:
        wanted = _enterprise_project(request, "bad list", reading=True)
        with self._store.reading() as state:
            rules = list(state.group_rules.values())
        shown = (rule for rule in rules if wanted in (ALL_ENTERPRISE_PROJECTS, rule.enterprise_project_id))
        return in_json(200, [rule.view() for rule in shown])

    def add_group_rule(self, request: Request) -> Answer:
        enterprise_project = _enterprise_project(request, "bad create")
        document = _body(request, "bad create", "GroupRule")
        now = self._now_ms()
        with self._store.changing() as state:
            if document["name"] in state.group_rules:
                raise aom_refusal("create of an existing rule")
            if len(state.group_rules) >= MOST_RULES:
                raise aom_refusal("over quota")
            state.group_rules[document["name"]] = GroupRule(document, enterprise_project, now, now)
        return NO_CONTENT

    def update_group_rule(self, request: Request) -> Answer:
        enterprise_project = _enterprise_project(request, "bad update")
        document = _body(request, "bad update", "GroupRule")
        with self._store.changing() as state:
            rule = _rule_in(state, document["name"], enterprise_project)
            if rule is None:
                raise aom_refusal("update of a missing rule")
            # Two changes within a millisecond are told apart all the same.
            now = max(self._now_ms(), rule.update_time + 1)
            state.group_rules[document["name"]] = replace(rule, document=document, update_time=now)
        return NO_CONTENT

    def delete_group_rules(self, request: Request) -> Answer:
        enterprise_project = _enterprise_project(request, "bad delete")
        names = _body(request, "bad delete", "GroupRuleNames")
        with self._store.changing() as state:
            for name in names:
                if _rule_in(state, name, enterprise_project) is None:
                    raise aom_refusal("delete of a missing rule", name)
                del state.group_rules[name]
        return NO_CONTENT

    def list_action_rules(self, request: Request) -> Answer:
        with self._store.reading() as state:
            return in_json(200, {"action_rules": [state.action_rules[name] for name in self._visible(state)]})

    def show_action_rule(self, request: Request, rule_name: str) -> Answer:
        with self._store.reading() as state:
            if rule_name not in self._visible(state):
                raise aom_refusal("missing action rule")
            return in_json(200, state.action_rules[rule_name])

    def add_action_rule(self, request: Request) -> Answer:
        document = _body(request, "bad action rule create", "NewActionRule")
        with self._store.changing() as state:
            self._forget_the_gone(state)
            if document["rule_name"] in state.action_rules:
                raise aom_refusal("create of an existing action rule")
            state.action_rules[document["rule_name"]] = seeded_action_rule(document, self._now_ms())
        return Answer(200)

    def update_action_rule(self, request: Request) -> Answer:
        document = _body(request, "bad action rule update", "NewActionRule")
        name = document["rule_name"]
        with self._store.changing() as state:
            if name not in state.action_rules or name in state.leaving:
                raise aom_refusal("update of a missing action rule")
            state.action_rules[name] = changed_action_rule(state.action_rules[name], document, self._now_ms())
        return NO_CONTENT

    def delete_action_rules(self, request: Request) -> Answer:
        """They stay to be seen for `action_rule_leaves_s` seconds."""
        names = _body(request, "bad action rule delete", "ActionRuleNames")
        with self._store.changing() as state:
            for name in names:
                if name not in state.action_rules or name in state.leaving:
                    raise aom_refusal("delete of a missing action rule")
                state.leaving[name] = self._clock() + self.action_rule_leaves_s
            self._forget_the_gone(state)
        return NO_CONTENT

    def _visible(self, state: State) -> list[str]:
        now = self._clock()
        return [name for name in state.action_rules if state.leaving.get(name, now + 1) > now]

    def _forget_the_gone(self, state: State) -> None:
        gone = state.action_rules.keys() - self._visible(state)
        for name in gone:
            del state.action_rules[name], state.leaving[name]

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _rule_in(state: State, name: str, enterprise_project: str) -> GroupRule | None:
    rule = state.group_rules.get(name)
    return rule if rule is not None and rule.enterprise_project_id == enterprise_project else None


def _enterprise_project(request: Request, occasion: str, reading: bool = False) -> str:
    given = request.headers.get("enterprise-project-id", DEFAULT_ENTERPRISE_PROJECT)
    if ENTERPRISE_PROJECT.fullmatch(given) or (reading and given == ALL_ENTERPRISE_PROJECTS):
        return given
    words = f" or {ALL_ENTERPRISE_PROJECTS}" if reading else ""
    raise aom_refusal(occasion, f"Enterprise-Project-Id must be 0, a UUID in lower case{words}")


def _body(request: Request, occasion: str, kind: str) -> Any:
    if not request.is_json:
        raise aom_refusal(occasion, "Content-Type must be application/json")
    body, complaint = _judged(request.body, kind)
    if complaint:
        raise aom_refusal(occasion, complaint)
    return body


@lru_cache(maxsize=32)
def _judged(body: bytes, kind: str) -> tuple[Any, str]:
    """The value of a body, and what keeps it from being of the kind. A body that comes again is not judged again."""
    try:
        value = parse_json(body)
    except ValueError as error:
        return None, str(error)
    found = group_rule_problems(value) if kind == "GroupRule" else problems(kind, value)
    return value, "; ".join(map(str, found[:SHOWN_PROBLEMS]))
