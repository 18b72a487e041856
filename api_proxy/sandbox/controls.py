"""The sandbox's own paths, `/_sandbox/...`: what it was asked, faults to come, a fresh start."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from .answers import NO_CONTENT, Answer, in_json
from .faults import Fault, Faults, read_faults
from .gateway import Gateway
from .journal import Journal
from .presets import PRESETS
from .reading import Request, parse_json
from .signatures import Key, read_keys
from .store import GroupRule, Store, seeded_action_rule, seeded_group_rule

PREFIX = "/_sandbox/"
RESET_MEMBERS = {"keep_rules", "group_rules", "action_rules", "keys", "alarms", "resources"}
SETTINGS_MEMBERS = {"calls_per_s", "action_rule_leaves_s"}
MOST_CALLS = 1_000_000
MOST_LEAVING_S = 3600


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
            "presets": {"GET": lambda _: in_json(200, {"presets": _presets()})},
            "release": {"POST": self._post_release},
            "settings": {"GET": lambda _: self._show_settings(), "POST": self._post_settings},
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

    def configure(self, document: Any) -> None:
        """Sets the members given: `calls_per_s` (null: no limit), `action_rule_leaves_s`. ValueError for others."""
        _check_members(document, SETTINGS_MEMBERS)
        calls, leaves = document.get("calls_per_s"), document.get("action_rule_leaves_s", 0)
        if calls is not None and not (type(calls) is int and 1 <= calls <= MOST_CALLS):
            raise ValueError(f"calls_per_s must be null or a whole number from 1 to {MOST_CALLS}")
        if not (type(leaves) in (int, float) and 0 <= leaves <= MOST_LEAVING_S):
            raise ValueError(f"action_rule_leaves_s must be a number of seconds from 0 to {MOST_LEAVING_S}")
        if "calls_per_s" in document:
            self._gateway.throttle.calls_per_s = calls
        if "action_rule_leaves_s" in document:
            self._gateway.aom.action_rule_leaves_s = float(leaves)

    def reset(self, document: Any) -> None:
        """Forgets requests, faults, tokens, keys, settings, work orders, and rules unless `keep_rules`; then takes the
        seeds."""
        keep, group_rules, action_rules, keys = _read_reset(document, self._clock())
        alarms = _seeds(document, "alarms", "id")
        resources = _seeds(document, "resources", "resource_id") if "resources" in document else None
        with self._store.changing() as state:
            if not keep:
                state.group_rules.clear()
                state.action_rules.clear()
                state.leaving.clear()
            state.group_rules.update({rule.document["name"]: rule for rule in group_rules})
            state.action_rules.update({rule["rule_name"]: rule for rule in action_rules})
        self._gateway.coc.start_anew(alarms, resources)
        self._gateway.iam.forget()
        self._gateway.signatures.start_anew(keys)
        self.configure({"calls_per_s": None, "action_rule_leaves_s": 0})
        self.faults.clear()
        self.journal.clear()

    def _show_faults(self) -> Answer:
        return in_json(200, {"faults": self.faults.view()})

    def _post_faults(self, request: Request) -> Answer:
        self.add_faults(parse_json(request.body))
        return self._show_faults()

    def _post_release(self, request: Request) -> Answer:
        self.faults.release()
        return NO_CONTENT

    def _show_settings(self) -> Answer:
        settings = {
            "calls_per_s": self._gateway.throttle.calls_per_s,
            "action_rule_leaves_s": self._gateway.aom.action_rule_leaves_s,
        }
        return in_json(200, settings)

    def _post_settings(self, request: Request) -> Answer:
        self.configure(parse_json(request.body))
        return self._show_settings()

    def _post_reset(self, request: Request) -> Answer:
        self.reset(parse_json(request.body) if request.body else {})
        return NO_CONTENT


def _problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    return in_json(status, {"error": detail}, headers)


def _presets() -> list[dict[str, Any]]:
    return [
        {"name": name, "does": preset.sentence, "carried_out": Fault(preset.fault).carries_out}
        for name, preset in PRESETS.items()
    ]


def _check_members(document: Any, members: set[str]) -> None:
    if not isinstance(document, dict):
        raise ValueError("the body must be an object")
    if unknown := sorted(document.keys() - members):
        known = ", ".join(sorted(members))
        raise ValueError(f"the body has unknown member(s) {', '.join(unknown)}; known are {known}")


def _read_reset(document: Any, now: float) -> tuple[bool, list[GroupRule], list[dict[str, Any]], list[Key]]:
    _check_members(document, RESET_MEMBERS)
    keep = document.get("keep_rules", False)
    if not isinstance(keep, bool):
        raise ValueError("keep_rules must be true or false")
    now_ms = int(now * 1000)
    group_rules = [seeded_group_rule(seed, now_ms) for seed in _seeds(document, "group_rules", "name")]
    action_rules = [seeded_action_rule(seed, now_ms) for seed in _seeds(document, "action_rules", "rule_name")]
    return keep, group_rules, action_rules, read_keys(_seeds(document, "keys", "access_key"), now)


def _seeds(document: dict[str, Any], member: str, identity: str) -> list[dict[str, Any]]:
    seeds = document.get(member, [])
    if not isinstance(seeds, list):
        raise ValueError(f"{member} must be an array")
    for number, seed in enumerate(seeds):
        if not isinstance(seed, dict) or not isinstance(seed.get(identity), str):
            raise ValueError(f"{member}[{number}] must be an object with a string {identity}")
    return seeds
