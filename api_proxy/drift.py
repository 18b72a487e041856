"""Drift: what lives over a connection beside what was put there. A look asks the cloud and stores how each name stands;
``standing`` reads what it found.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, NamedTuple

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from api_proxy.comparing import different_members, fingerprint
from api_proxy.living import LiveRule, Living, living
from api_proxy.models import Connection, LiveState, Look, Origin, Removal, Submission
from api_proxy.removing import settle_open
from editor.api.problems import Problem
from editor.flow.say import Said, say
from editor.models import Rule, Version

State = LiveState.State

#: So many earlier versions are compared with what lives there.
MOST_VERSIONS: Final = 200
#: A version never changes, and so neither does what it says; seconds.
KEPT: Final = 24 * 3600
#: The large parts of a version, which most questions do not need.
UNREAD: Final = ("version__document", "version__layout", "version__responses")


def look(connection: Connection) -> Look:
    """Ask the cloud what lives over ``connection``, and store how it stands.

    Raises Problem where the cloud cannot be asked; that is stored too, beside what the last look found.
    """
    begun = timezone.now()
    try:
        found = living(connection)
    except Problem as failure:
        _fail(connection, failure, begun)
        raise
    return store(connection, found, begun)


def store(connection: Connection, found: Living, begun: datetime) -> Look:
    """Store how everything stands over ``connection``, of which ``found`` was read after ``begun``.

    Raises Problem 409 where the connection was removed meanwhile.
    """
    settle_open(connection, found)
    rows = list(judged(connection, found))
    target = target_of(connection)
    members = {"target": target, "seen_at": begun, "tried_at": begun, "count": found.count, "failure": None}
    try:
        with transaction.atomic():
            Look.objects.get_or_create(connection_id=connection.pk, defaults={**members, "seen_at": None})
            # Of two looks at once the second waits here for the first; an older one changes nothing.
            older = Look.objects.filter(pk=connection.pk).exclude(target=target, seen_at__gt=begun)
            if older.update(**members):
                LiveState.objects.filter(connection=connection).delete()
                LiveState.objects.bulk_create(rows)
    except IntegrityError:
        raise Problem(409, "Changed meanwhile", say("The connection was removed meanwhile.")) from None
    return Look.objects.get(pk=connection.pk)


def judged(connection: Connection, found: Living) -> Iterator[LiveState]:
    """How each name stands that lives over there or was put there."""
    settled = _settled(connection)
    rules = {rule.name: rule for rule in Rule.objects.live().exclude(name="")}
    for name in sorted(found.rules.keys() | settled.keys()):
        rule = rules.get(name) or (settled[name][-1].version.rule if name in settled else None)
        put = [one for one in settled.get(name, ()) if rule is not None and one.version.rule_id == rule.id]
        row = _judge(rule, found.rules.get(name), put)
        if row is not None:
            row.connection, row.name, row.rule = connection, name, rule
            yield row


class _Put(NamedTuple):
    """A version that was put over there, or found there; not ``is_sure`` where no clear answer came."""

    at: datetime
    version: Version
    is_sure: bool


class _Says(NamedTuple):
    """What a version says: the name it goes by over there, and its fingerprint."""

    name: str
    fingerprint: str


def _judge(rule: Rule | None, live: LiveRule | None, put: list[_Put]) -> LiveState | None:
    base = next((one for one in reversed(put) if one.is_sure), None)
    if live is None:
        if base is None or rule is None or rule.archived_at is not None:
            return None
        return LiveState(state=State.MISSING, settled=base.version.number)
    row = LiveState(fingerprint=live.fingerprint, update_time=live.update_time, document=live.text)
    if rule is None:
        row.state = State.FOREIGN
        return row
    latest = put[put.index(base) :] if base else put
    match = _matching(rule, live, [one.version for one in reversed(latest)])
    is_expected = match is not None and (base is None or match.id in {one.version.id for one in latest})
    row.version = match.number if match else None
    row.settled = base.version.number if base else None
    row.state = State.EQUAL if is_expected else State.CHANGED if base else State.TAKEN
    if not is_expected:
        row.members = _members(base.version if base else rule.current, live)
    return row


def _members(version: Version, live: LiveRule) -> list[str]:
    """In what the rule over there differs from a version; nothing where it cannot be read."""
    return different_members(version.content, live.content) if live.content is not None else []


def _matching(rule: Rule, live: LiveRule, likely: list[Version]) -> Version | None:
    """The version that says what lives there, ``likely`` ones first."""
    for version in likely:
        if _said_by([version])[version.id].fingerprint == live.fingerprint:
            return version
    versions = list(rule.versions.defer("document", "layout", "responses")[:MOST_VERSIONS])
    says = _said_by(versions)
    return next((one for one in versions if says[one.id].fingerprint == live.fingerprint), None)


def _said_by(versions: Iterable[Version]) -> Mapping[int, _Says]:
    """What versions say, by their ids; each is read once."""
    keys = {version.id: f"says-{version.digest}" for version in versions}
    known = cache.get_many(keys.values())
    unread = [pk for pk, key in keys.items() if key not in known]
    texts = dict(Version.objects.filter(pk__in=unread).values_list("pk", "document"))
    fresh = {keys[pk]: _says(text) for pk, text in texts.items()}
    cache.set_many(fresh, KEPT)
    said = {**known, **fresh}
    return {pk: _Says(*said[key]) for pk, key in keys.items()}


def _says(text: str) -> tuple[str, str]:
    content = json.loads(text)
    name = content.get("name")
    return name if isinstance(name, str) else "", fingerprint(content)


def _settled(connection: Connection) -> Mapping[str, list[_Put]]:
    """What was put over there, or found there, by name, oldest first; what was removed since does not count."""
    sent = sendings(connection).exclude(state=Submission.State.REJECTED).select_related("version__rule")
    sent = sent.defer("overwritten", "request", *UNREAD)
    put = [_Put(one.finished or one.created, one.version, one.state == "succeeded") for one in sent]
    origins = Origin.objects.filter(_same_place(connection)).select_related("version__rule").defer(*UNREAD)
    put += [_Put(one.created, one.version, True) for one in origins]
    gone = {one.name: one.finished for one in _removals(connection)}
    says = _said_by({one.version.id: one.version for one in put}.values())
    found = defaultdict(list)
    for one in sorted(put, key=lambda one: one.at):
        name = says[one.version.id].name
        removed = gone.get(name)
        if removed is None or removed < one.at:
            found[name].append(one)
    return found


def sendings(connection: Connection) -> QuerySet[Submission]:
    """Submissions of which something left for where ``connection`` leads."""
    return Submission.objects.filter(_same_place(connection), dry_run=False, attempts__gt=0)


def _removals(connection: Connection) -> QuerySet[Removal]:
    return Removal.objects.filter(_same_place(connection), state=Removal.State.SUCCEEDED).order_by("finished")


def _same_place(connection: Connection) -> Q:
    """What went where ``connection`` leads, over it or over another connection that leads there."""
    place = Q(region=connection.region, project_id=connection.project_id)
    return place & (Q(connection=connection) | Q(connection__enterprise_project_id=connection.enterprise_project_id))


def target_of(connection: Connection) -> str:
    """Where ``connection`` leads, as one text."""
    return f"{connection.region} {connection.project_id} {connection.enterprise_project_id}"


def _fail(connection: Connection, failure: Problem, begun: datetime) -> None:
    """Keep why a look failed; what the last one found stays, and grows old."""
    detail = failure.body["detail"]
    told = detail.as_json() if isinstance(detail, Said) else str(detail)
    changes = {"tried_at": begun, "failure": told}
    made = {"target": target_of(connection), **changes}
    with suppress(IntegrityError), transaction.atomic():
        Look.objects.update_or_create(connection_id=connection.pk, defaults=changes, create_defaults=made)
