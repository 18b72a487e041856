"""How rules stand over connections, as the last look found them, and what is told of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from api_proxy.drift import sendings, target_of
from api_proxy.living import moment
from api_proxy.models import Connection, LiveState, Look
from api_proxy.sending import shortened
from editor.flow import limits
from editor.flow.say import Said, listed, mark, said_again, say
from editor.models import Rule

State = LiveState.State

#: Not stored, since no look found them: the rule was never put there; nobody knows.
NEVER: Final = "never"
UNSEEN: Final = "unseen"
STATES: Final = (*State.values, NEVER, UNSEEN)
DRIFT: Final = frozenset({State.CHANGED, State.TAKEN, State.MISSING, State.FOREIGN})
#: Seconds after which a look is old: a page that shows it looks again by itself.
FRESH: Final = 60

NOT_LOOKED: Final = mark("Nobody has looked yet at what lives there.")
NOT_THERE: Final = mark("It was never put there, and no rule of this name lives there.")
MADE_SINCE: Final = mark("It was made after the last look. Look again.")
SENT_SINCE: Final = mark("Version {version} was submitted after the last look. Look again.")
SAYS: Final = mark("What lives there says what version {version} says.")
SAYS_OLDER: Final = mark("What lives there says what version {version} says; here version {newest} is the newest.")
CHANGED: Final = mark("Changed over there since version {version} was put there: it differs in {names}.")
CHANGED_BACK: Final = mark(
    "Changed over there: it says what version {version} says, though version {settled} was put there last."
)
TAKEN: Final = mark(
    "A rule of this name lives there that did not come from here. It differs from version {newest} in {names}."
)
MISSING: Final = mark("Version {version} was put there, and no rule of this name lives there any more.")
FOREIGN: Final = mark("It lives there, and nobody here knows it. Import it, or remove it there.")
UNREADABLE: Final = mark("something that cannot be read here")
ARCHIVED: Final = mark("{detail} The rule is archived here.")

#: How the states are counted in one line.
COUNTS: Final[Mapping[str, str]] = {
    State.EQUAL: mark("{count} as put there"),
    State.CHANGED: mark("{count} changed there"),
    State.TAKEN: mark("{count} with a name taken there"),
    State.MISSING: mark("{count} missing there"),
    State.FOREIGN: mark("{count} known there only"),
    NEVER: mark("{count} never put there"),
    UNSEEN: mark("{count} not looked at"),
}

#: What a state is called beside a rule.
LABELS: Final[Mapping[str, str]] = {
    State.EQUAL: mark("v{version} lives there"),
    State.CHANGED: mark("changed there"),
    State.TAKEN: mark("name taken there"),
    State.MISSING: mark("missing there"),
    State.FOREIGN: mark("known there only"),
    NEVER: mark("never put there"),
    UNSEEN: mark("not looked at"),
}


@dataclass(frozen=True)
class Standing:
    """How one rule stands over one connection, as far as is known; ``seen_at`` is when it was so."""

    connection: Connection
    name: str
    state: str
    detail: Said
    seen_at: datetime | None
    rule: Rule | None = None
    row: LiveState | None = None

    @property
    def is_drift(self) -> bool:
        return self.state in DRIFT

    @property
    def label(self) -> str:
        """The state in a few words."""
        return say(LABELS[self.state], version=self.row.version if self.row else None)

    @property
    def updated(self) -> datetime | None:
        """When the rule was changed over there last; the service does not say by whom."""
        return moment(self.row.update_time) if self.row else None

    def as_json(self) -> dict[str, Any]:
        row = self.row or LiveState()
        return {
            "connection": str(self.connection.id),
            "connection_name": self.connection.name,
            "name": self.name,
            "rule": str(self.rule.id) if self.rule else None,
            "state": self.state,
            "is_drift": self.is_drift,
            "detail": self.detail,
            "version": row.version,
            "settled": row.settled,
            "newest": self.rule.head if self.rule else None,
            "members": row.members,
            "fingerprint": row.fingerprint,
            "updated": self.updated.isoformat() if self.updated else None,
            **age_json(self.seen_at),
        }


class _Seen(NamedTuple):
    """A look that counts for where its connection leads now, and the versions sent there since, by the rule's id."""

    at: datetime
    sent: Mapping[UUID, int]


def standings(connection: Connection) -> list[Standing]:
    """How everything stands over ``connection``, by name, as of its last look; then the rules that are not there."""
    seen = _seen(connection)
    rows = list(LiveState.objects.filter(connection=connection).select_related("rule")) if seen else []
    known = {row.rule_id for row in rows} | {row.name for row in rows}
    others = [rule for rule in Rule.objects.live() if rule.id not in known and rule.name not in known]
    there = [_standing(connection, row, seen) for row in rows if seen]
    return there + [_rowless(connection, rule, seen) for rule in others]


def standings_of(rule: Rule) -> list[Standing]:
    """How ``rule`` stands over each connection, as of its last look, by the connection's name."""
    rows = {row.connection_id: row for row in _rows_of(rule).select_related("rule")}
    found = []
    for connection in Connection.objects.select_related("look"):
        seen = _seen(connection, rule)
        row = rows.get(connection.id)
        found.append(_standing(connection, row, seen) if row and seen else _rowless(connection, rule, seen))
    return found


def drifts_of(rule: Rule) -> list[Standing]:
    """Those of them that are drift. Nearly always there is none, which takes one question."""
    if not _rows_of(rule).filter(state__in=DRIFT).exists():
        return []
    return [one for one in standings_of(rule) if one.is_drift]


def _rows_of(rule: Rule) -> QuerySet[LiveState]:
    return LiveState.objects.filter(Q(rule=rule) | Q(name=rule.name, rule=None))


def standings_by_rule() -> Mapping[UUID, list[Standing]]:
    """How the rules stand that live somewhere or should, by the rule's id."""
    connections = {one.id: (one, _seen(one)) for one in Connection.objects.select_related("look")}
    found = defaultdict(list)
    for row in LiveState.objects.exclude(rule=None).select_related("rule").defer("document"):
        connection, seen = connections[row.connection_id]
        if seen and row.rule_id:
            found[row.rule_id].append(_standing(connection, row, seen))
    return found


def look_json(connection: Connection) -> dict[str, Any]:
    """What is known of the last look over ``connection``: when it was, what it counted, why the last try failed."""
    look, current = look_of(connection), current_look(connection)
    return {
        "connection": str(connection.id),
        "connection_name": connection.name,
        "count": current.count if current else None,
        "limit": limits.RULES_PER_PROJECT,
        "failure": said_again(look.failure) if look and look.failure else "",
        **age_json(current.seen_at if current else None),
    }


def age_json(seen_at: datetime | None) -> dict[str, Any]:
    """When something was so, and how many seconds ago."""
    age = (timezone.now() - seen_at).total_seconds() if seen_at else None
    return {"seen": seen_at.isoformat() if seen_at else None, "age": None if age is None else max(0, round(age))}


def look_of(connection: Connection) -> Look | None:
    """The last look over ``connection``, wherever it led then."""
    look: Look | None = getattr(connection, "look", None)
    return look


def current_look(connection: Connection) -> Look | None:
    """The last look that saw where ``connection`` leads now."""
    look = look_of(connection)
    return look if look and look.seen_at and look.target == target_of(connection) else None


def counted_states(found: Iterable[Standing]) -> str:
    """How many rules stand how, in one line."""
    counts = Counter(one.state for one in found)
    return listed(say(COUNTS[state], count=counts[state]) for state in STATES if counts[state])


def _seen(connection: Connection, rule: Rule | None = None) -> _Seen | None:
    look = current_look(connection)
    if look is None or look.seen_at is None:
        return None
    late = Q(finished=None) | Q(finished__gte=look.seen_at)
    rows = sendings(connection).filter(late, *([Q(rule=rule)] if rule else [])).order_by("created")
    return _Seen(look.seen_at, dict(rows.values_list("rule_id", "version__number")))


def _standing(connection: Connection, row: LiveState, seen: _Seen) -> Standing:
    version = seen.sent.get(row.rule_id) if row.rule_id else None
    if version is None:
        return Standing(connection, row.name, row.state, _detail(row), seen.at, row.rule, row)
    return Standing(connection, row.name, UNSEEN, say(SENT_SINCE, version=version), seen.at, row.rule, row)


def _rowless(connection: Connection, rule: Rule, seen: _Seen | None) -> Standing:
    if seen is None:
        return Standing(connection, rule.name, UNSEEN, say(NOT_LOOKED), None, rule)
    if rule.id in seen.sent:
        return Standing(connection, rule.name, UNSEEN, say(SENT_SINCE, version=seen.sent[rule.id]), seen.at, rule)
    if rule.created_at > seen.at:
        return Standing(connection, rule.name, UNSEEN, say(MADE_SINCE), seen.at, rule)
    return Standing(connection, rule.name, NEVER, say(NOT_THERE), seen.at, rule)


def _detail(row: LiveState) -> Said:
    said = _told(row)
    return say(ARCHIVED, detail=said) if row.rule is not None and row.rule.archived_at is not None else said


def _told(row: LiveState) -> Said:
    newest = row.rule.head if row.rule else 0
    names = shortened(row.members) if row.members else say(UNREADABLE)
    match row.state:
        case State.EQUAL:
            return say(SAYS if row.version == newest else SAYS_OLDER, version=row.version, newest=newest)
        case State.CHANGED if row.version is not None:
            return say(CHANGED_BACK, version=row.version, settled=row.settled)
        case State.CHANGED:
            return say(CHANGED, version=row.settled, names=names)
        case State.TAKEN:
            return say(TAKEN, newest=newest, names=names)
        case State.MISSING:
            return say(MISSING, version=row.settled)
    return say(FOREIGN)
