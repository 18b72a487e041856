"""The notification rules of a project: what a merge card may name. Asked at most once a minute for each connection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.utils import timezone

from api_proxy.cloud import opened, problem
from api_proxy.models import Connection
from api_proxy.transport import UpstreamError, plain

#: Seconds that an answer is good for.
KEPT: Final = 60


@dataclass(frozen=True)
class Known:
    """The notification rules as they were at one time: ``{"name", "desc"}`` each."""

    rules: list[dict[str, str]]
    seen_at: datetime


def notification_rules(connection: Connection, refresh: bool = False) -> Known:
    """What is known of the notification rules over ``connection``; asked of the cloud where it is older than a minute,
    or where ``refresh`` says so. Raises Problem where the cloud cannot be asked."""
    # With other credentials or another project nothing is known.
    key = f"notification-rules-{connection.id}-{connection.revision}-{connection.enterprise_project_id}"
    kept = None if refresh else cache.get(key)
    if isinstance(kept, Known):
        return kept
    known = Known(_asked(connection), timezone.now())
    cache.set(key, known, KEPT)
    return known


def _asked(connection: Connection) -> list[dict[str, str]]:
    with opened(connection) as aom:
        try:
            found = aom.action_rules()
        except UpstreamError as error:
            raise problem(error) from None
    return [_shown(rule) for rule in found if isinstance(rule.get("rule_name"), str)]


def _shown(rule: dict[str, Any]) -> dict[str, str]:
    return {"name": plain(rule["rule_name"]), "desc": plain(str(rule.get("desc") or ""))}
