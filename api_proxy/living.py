"""The rules that live over a connection, read as untrusted text: what is kept of each, and what is passed over."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, cast

from api_proxy.aom import Aom
from api_proxy.cloud import opened, problem
from api_proxy.comparing import ADDED_OVER_THERE, fingerprint
from api_proxy.models import Connection
from api_proxy.transport import UpstreamError
from editor.flow import Document, Json, Unreadable, parse
from editor.flow.limits import NAME, NAME_LENGTH

#: No rule was changed after the year 9999, which is as far as a time can be told.
_LATEST: Final = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp() * 1000)


@dataclass(frozen=True)
class LiveRule:
    """One rule over there. ``text`` is how it came; ``content`` what it says, None where it cannot be read strictly;
    ``update_time`` is in milliseconds.
    """

    name: str
    text: str
    content: Document | None
    fingerprint: str
    update_time: int | None

    def strictly(self) -> Document:
        """What it says. Raises Unreadable, which says why it cannot be read."""
        return self.content if self.content is not None else cast(Document, parse(self.text))


@dataclass(frozen=True)
class Living:
    """The rules over there by name, and how many there are, those without a name of a rule included."""

    rules: Mapping[str, LiveRule]
    count: int
    #: When the cloud was asked for them, by ``time.monotonic``.
    asked: float


def living(connection: Connection) -> Living:
    """Everything that lives over ``connection``. Raises Problem where the cloud cannot be asked."""
    with opened(connection) as aom:
        try:
            return all_of(aom)
        except UpstreamError as error:
            raise problem(error) from None


def all_of(aom: Aom) -> Living:
    """Everything that lives where ``aom`` leads. Raises UpstreamError."""
    asked = time.monotonic()
    texts = aom.group_rule_texts()
    named = [(name, text) for text in texts if (name := _name(json.loads(text)))]
    # The first of two rules with one name is the one that other readers of the list take.
    return Living({name: live_rule(name, text) for name, text in reversed(named)}, len(texts), asked)


def live_rule(name: str, text: str) -> LiveRule:
    """The rule of this name as ``text`` spells it."""
    loose: Mapping[str, Any] = json.loads(text)
    updated = _milliseconds(loose.get("update_time"))
    try:
        document = cast(Document, parse(text))
    except Unreadable:
        return LiveRule(name, text, None, sha256(text.encode()).hexdigest(), updated)
    return LiveRule(name, text, document, fingerprint(document), updated)


def own_part(document: Document) -> Mapping[str, Json]:
    """A rule without what the service adds to it: what its author wrote, and what is sent again."""
    return {member: value for member, value in document.items() if member not in ADDED_OVER_THERE}


def moment(milliseconds: int | None) -> datetime | None:
    """The time that the service means; None where it gave none."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _name(rule: Mapping[str, Any]) -> str:
    """The rule's name; empty where it is none that a rule can have, and could not be asked for."""
    name = rule.get("name")
    return name if isinstance(name, str) and len(name) <= NAME_LENGTH and NAME.fullmatch(name) else ""


def _milliseconds(value: object) -> int | None:
    """The service writes times as numbers, in some lists as texts."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LATEST else None
