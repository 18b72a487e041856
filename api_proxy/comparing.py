"""Whether a rule here and a rule over there say the same: what the service adds, and what is empty, passed over."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, cast

from api_proxy.transport import plain
from editor.flow import Document, Json, canonical, published

#: What the service adds to a rule by itself; a comparison passes over it.
ADDED_OVER_THERE: Final = frozenset({"enterprise_project_id", "user_id", "create_time", "update_time"})


def fingerprint(rule: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of what a rule says: equal for rules without ``differences``."""
    kept = {name: value for name, value in _said(rule).items() if name not in ADDED_OVER_THERE}
    return sha256(canonical(kept).encode()).hexdigest()


def differences(here: Document, there: Mapping[str, Any]) -> list[str]:
    """The members in which two rules say different things; empty and absent are the same, as is any order of keys."""
    said, heard = _said(here), _said(there)
    members = (said.keys() | heard.keys()) - ADDED_OVER_THERE
    return sorted(name for name in members if _alone(said, name) != _alone(heard, name))


def different_members(here: Document, there: Mapping[str, Any]) -> list[str]:
    """The same to be shown: what the other side called its members may hold anything."""
    return [plain(name) for name in differences(here, there)]


def _alone(rule: Mapping[str, Json], name: str) -> str:
    return canonical({name: rule[name]} if name in rule else {})


def _said(rule: Mapping[str, Any]) -> Mapping[str, Json]:
    """The members of a rule that are not empty. Beside a flow a legacy member of zero is empty too."""
    filled = cast(Mapping[str, Json], _filled(rule))
    empty = {name for name in published.LEGACY if "match_v3" in filled and not filled.get(name)}
    return {name: value for name, value in filled.items() if name not in empty}


def _filled(value: Any, member: str = "") -> Json:
    """``value`` without members that are empty, at any depth; ``group_by`` in one order, since it is a set."""
    if isinstance(value, Mapping):
        kept = {name: _filled(inner, name) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        items = [_filled(inner) for inner in value]
        return sorted(items, key=json.dumps) if member in ("group_by", "ai_group_by") else items
    return cast(Json, value)
