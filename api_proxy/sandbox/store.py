"""What the cloud remembers: group rules and action rules, in memory and, when asked to, in a file."""

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .answers import PROJECT_ID, USER_NAME

DEFAULT_ENTERPRISE_PROJECT = "0"
ALL_ENTERPRISE_PROJECTS = "all_granted_eps"
STATE_VERSION = 1


class SandboxError(Exception):
    """The sandbox cannot start; the text is one line for the person who started it."""


@dataclass(frozen=True)
class GroupRule:
    """A group rule as received, with what the server adds; times are milliseconds."""

    document: dict[str, Any]
    enterprise_project_id: str
    create_time: int
    update_time: int

    def view(self) -> dict[str, Any]:
        """The rule as a list shows it."""
        return {
            **self.document,
            "enterprise_project_id": self.enterprise_project_id,
            "user_id": PROJECT_ID,
            "create_time": self.create_time,
            "update_time": self.update_time,
        }


@dataclass
class State:
    """Group rules and action rules by name, in the order of their making.

    `leaving` holds the action rules that are deleted but still to be seen, with the time at which they are gone.
    """

    group_rules: dict[str, GroupRule] = field(default_factory=dict)
    action_rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    leaving: dict[str, float] = field(default_factory=dict)


def seeded_action_rule(given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """An action rule as a list shows it, from the members given (at least rule_name)."""
    defaults = {
        "project_id": PROJECT_ID,
        "user_name": USER_NAME,
        "desc": "",
        "type": "1",
        "notification_template": "aom.built-in.template.en",
        "time_zone": "UTC",
        "create_time": now_ms,
        "update_time": now_ms,
        "smn_topics": [],
    }
    return {**defaults, **given}


def changed_action_rule(old: dict[str, Any], given: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """An action rule after an update with the members given."""
    times = {"create_time": old["create_time"], "update_time": max(now_ms, old["update_time"] + 1)}
    return {**old, **given, **times}


def seeded_group_rule(given: dict[str, Any], now_ms: int) -> GroupRule:
    """A group rule that lives in the cloud already, from a document that may carry the server's own members."""
    enterprise_project = given.get("enterprise_project_id", DEFAULT_ENTERPRISE_PROJECT)
    return GroupRule(given, enterprise_project, given.get("create_time", now_ms), given.get("update_time", now_ms))


class Store:
    """The state behind a lock. With a file, a change counts only once it is on the disk."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._state = _read(path) if path is not None and path.exists() else State()

    @contextmanager
    def reading(self) -> Iterator[State]:
        """The state, held still; not to be changed."""
        with self._lock:
            yield self._state

    @contextmanager
    def changing(self) -> Iterator[State]:
        """A copy of the state to change; taken over when the block ends well and, with a file, the file is written."""
        with self._lock:
            draft = State(dict(self._state.group_rules), dict(self._state.action_rules), dict(self._state.leaving))
            yield draft
            if self._path is not None:
                _write(self._path, draft)
            self._state = draft


def _read(path: Path) -> State:
    try:
        return _state_from(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SandboxError(f"cannot read the state file {path}: {error.strerror}") from error
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise SandboxError(f"the state file {path} is broken; move it away to start with an empty cloud") from error


def _state_from(document: Any) -> State:
    if document["version"] != STATE_VERSION:
        raise ValueError("another version")
    rules = [GroupRule(**entry) for entry in document["group_rules"]]
    if not all(isinstance(rule.document["name"], str) for rule in rules):
        raise ValueError("a rule without a name")
    actions = {entry["rule_name"]: dict(entry) for entry in document["action_rules"]}
    return State({rule.document["name"]: rule for rule in rules}, actions)


def _write(path: Path, state: State) -> None:
    document = {
        "version": STATE_VERSION,
        "group_rules": [asdict(rule) for rule in state.group_rules.values()],
        "action_rules": [rule for name, rule in state.action_rules.items() if name not in state.leaving],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
