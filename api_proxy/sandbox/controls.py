"""The sandbox's own paths, `/_sandbox/...`: what it was asked, faults to come, a fresh start."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from .answers import NO_CONTENT, Answer, in_json
from .faults import Faults, read_faults
from .gateway import Gateway
from .journal import Journal
from .reading import Request, parse_json
from .store import GroupRule, Store, seeded_action_rule, seeded_group_rule

PREFIX = "/_sandbox/"
RESET_MEMBERS = {"keep_rules", "group_rules", "action_rules"}


class Controls:
    """What people and tests do to the sandbox. Bad input is a ValueError inside and a 400 with its text outside."""

    def __init__(self, store: Store, gateway: Gateway, clock: Callable[[], float] = time.time) -> None:
        self.journal = Journal()
        self.faults = Faults()
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._routes: Mapping[str, Mapping[str, Callable[[Request], Answer]]] = {
            "requests": {"GET": lambda _: in_json(200, {"requests": self.journal.entries()})},
            "faults": {"GET": lambda _: self._show_faults(), "POST": self._post_faults},
            "reset": {"POST": self._post_reset},
        }

    def answer(self, request: Request) -> Answer:
        operations = self._routes.get(request.path.removeprefix(PREFIX), {})
        if not operations:
            return _problem(404, f"there is nothing at {request.path}; known are {', '.join(self._routes)}")
        if request.method not in operations:
            return _problem(405, "the method is not allowed here", {"Allow": ", ".join(operations)})
        try:
            return operations[request.method](request)
        except ValueError as error:
            return _problem(400, str(error))
        except OSError as error:
            return _problem(500, f"the state could not be stored: {error.strerror}")

    def add_faults(self, document: Any) -> None:
        """Puts `{"faults": [...]}` behind the faults in wait; all of them, or none with a ValueError."""
        self.faults.add(read_faults(document))

    def reset(self, document: Any) -> None:
        """Forgets requests, faults and tokens, and rules unless `keep_rules`; then takes the seeds given in."""
        keep, group_rules, action_rules = _read_reset(document, int(self._clock() * 1000))
        with self._store.changing() as state:
            if not keep:
                state.group_rules.clear()
                state.action_rules.clear()
            state.group_rules.update({rule.document["name"]: rule for rule in group_rules})
            state.action_rules.update({rule["rule_name"]: rule for rule in action_rules})
        self._gateway.iam.forget()
        self.faults.clear()
        self.journal.clear()

    def _show_faults(self) -> Answer:
        return in_json(200, {"faults": self.faults.view()})

    def _post_faults(self, request: Request) -> Answer:
        self.add_faults(parse_json(request.body))
        return self._show_faults()

    def _post_reset(self, request: Request) -> Answer:
        self.reset(parse_json(request.body) if request.body else {})
        return NO_CONTENT


def _problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    return in_json(status, {"error": detail}, headers)


def _read_reset(document: Any, now_ms: int) -> tuple[bool, list[GroupRule], list[dict[str, Any]]]:
    if not isinstance(document, dict):
        raise ValueError("the body must be an object")
    if unknown := sorted(document.keys() - RESET_MEMBERS):
        known = ", ".join(sorted(RESET_MEMBERS))
        raise ValueError(f"the body has unknown member(s) {', '.join(unknown)}; known are {known}")
    keep = document.get("keep_rules", False)
    if not isinstance(keep, bool):
        raise ValueError("keep_rules must be true or false")
    group_rules = [seeded_group_rule(seed, now_ms) for seed in _seeds(document, "group_rules", "name")]
    action_rules = [seeded_action_rule(seed, now_ms) for seed in _seeds(document, "action_rules", "rule_name")]
    return keep, group_rules, action_rules


def _seeds(document: dict[str, Any], member: str, identity: str) -> list[dict[str, Any]]:
    seeds = document.get(member, [])
    if not isinstance(seeds, list):
        raise ValueError(f"{member} must be an array")
    for number, seed in enumerate(seeds):
        if not isinstance(seed, dict) or not isinstance(seed.get(identity), str):
            raise ValueError(f"{member}[{number}] must be an object with a string {identity}")
    return seeds
