"""Removing a rule over there: on record before the call, and found out by reading back where no clear answer came."""

import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from api_proxy.aom import Aom
from api_proxy.cloud import opened, problem
from api_proxy.living import LiveRule, Living, all_of
from api_proxy.models import Connection, LiveState, Look, Removal, Submission, from_now, lease_end
from api_proxy.reconciling import cause_of
from api_proxy.refusal import Declined, Refusal
from api_proxy.transport import UpstreamError, outcome
from editor.api.problems import Problem
from editor.flow.say import Said, mark, said_again, say

log = logging.getLogger(__name__)

State = Removal.State

REMOVED: Final = mark("The rule was removed over there.")
STILL_LISTED: Final = mark("AOM says that it removed the rule, and lists it all the same. Look again in a while.")
GONE: Final = mark("{answer} Read back, there is no such rule over there any more: it was removed.")
STILL_THERE: Final = mark("{answer} Read back, the rule is still over there. Remove it again.")
UNTOUCHED: Final = mark("{answer} Nothing was removed over there.")
UNCLEAR: Final = mark(
    "{answer} Nobody knows yet whether the rule was removed over there, and it could not be read back: {reason} "
    "The next look at what lives there finds out."
)
NOT_THERE: Final = mark("There is no rule {name} over there. Nothing was removed.")
STALE: Final = mark(
    "The rule over there is no longer the one that you were shown. Nothing was removed. Look at it again, then decide."
)
UNDER_WAY: Final = mark("A submission of {name} is under way. Nothing was removed; try again when it has its outcome.")


def remove(user: User, connection: Connection, name: str, seen: str = "") -> Removal:
    """Remove the rule ``name`` over ``connection``; what came of it is in the record that comes back.

    ``seen`` is the fingerprint of the rule that the user was shown: nothing is removed where another one lives there
    now. Raises Problem where nothing was sent: 404 where there is no such rule, 409 where it is another one or a
    submission of it is under way, 502 or 504 where the cloud cannot be asked.
    """
    _guard_submission(connection, name)
    with opened(connection) as aom:
        try:
            live = all_of(aom).rules.get(name)
        except UpstreamError as error:
            raise problem(error) from None
        if live is None:
            raise Problem(404, "Not found", say(NOT_THERE, name=name))
        if seen and seen != live.fingerprint:
            raise Problem(409, "Changed over there", say(STALE))
        row = _recorded(user, connection, live)
        _send(aom, row)
    log.info("%s removed the grouping rule %s over %s: %s", user, name, connection.id, row.state)
    return row


def settle_open(connection: Connection, found: Living) -> None:
    """Settle the removals over ``connection`` whose process had told all it would when the cloud was asked for what was
    ``found``."""
    over = Q(lease_until=None) | Q(lease_until__lt=from_now(found.asked - time.monotonic()))
    for row in Removal.objects.filter(over, connection=connection, finished=None):
        _judge(row, found, cause_of(row.said))


def removal_json(row: Removal) -> dict[str, Any]:
    """A removal as the API shows it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "connection": str(row.connection_id) if row.connection_id else None,
        "connection_name": row.connection_name,
        "state": row.state,
        "detail": said_again(row.said) if row.said else "",
        **row.refusal.as_members(),
        "fingerprint": row.fingerprint,
        "document": row.document,
        "author": str(row.author),
        "created": row.created.isoformat(),
        "finished": row.finished.isoformat() if row.finished else None,
    }


def _guard_submission(connection: Connection, name: str) -> None:
    if Submission.objects.filter(connection=connection, rule__name=name, finished=None, dry_run=False).exists():
        raise Problem(409, "Under way", say(UNDER_WAY, name=name), headers={"Retry-After": "5"})


def _recorded(user: User, connection: Connection, live: LiveRule) -> Removal:
    """The intent, for good, before anything is sent."""
    with transaction.atomic(durable=True):
        return Removal.objects.create(
            name=live.name,
            connection=connection,
            connection_name=connection.name,
            region=connection.region,
            project_id=connection.project_id,
            fingerprint=live.fingerprint,
            document=live.text,
            author=user,
            lease_until=lease_end(),
        )


def _send(aom: Aom, row: Removal) -> None:
    try:
        answer = aom.delete_group_rules([row.name])
    except UpstreamError as error:
        refusal = error.refusal if isinstance(error, Declined) else Refusal(error.status or 0)
        is_refused = error.applied is False or (error.status is not None and outcome(error.status) == "rejected")
        _close(aom, row, "rejected" if is_refused else "unknown", error.sentence, refusal)
    else:
        _close(aom, row, answer.outcome, answer.sentence, answer.refusal)


def _close(aom: Aom, row: Removal, result: str, sentence: Said, refusal: Refusal) -> None:
    """Bring ``row`` to its outcome; only 204 says that the rule is gone, and only reading back that it is not."""
    if result == "rejected":
        _end(row, State.REJECTED, say(UNTOUCHED, answer=sentence), refusal)
        return
    try:
        found = all_of(aom)
    except UpstreamError as error:
        if result == "succeeded":
            _end(row, State.SUCCEEDED, say(REMOVED), refusal)
        else:
            _leave(row, say(UNCLEAR, answer=sentence, reason=error.sentence), refusal)
        return
    if result == "succeeded":
        _end(row, State.SUCCEEDED, say(STILL_LISTED if row.name in found.rules else REMOVED), refusal)
    else:
        _judge(row, found, sentence, refusal)


def _judge(row: Removal, found: Living, cause: Said, refusal: Refusal | None = None) -> None:
    if row.name in found.rules:
        _end(row, State.REJECTED, say(STILL_THERE, answer=cause), refusal)
    else:
        _end(row, State.SUCCEEDED, say(GONE, answer=cause), refusal)


def _end(row: Removal, state: State, sentence: Said, refusal: Refusal | None) -> None:
    _write(row, state=state, finished=timezone.now(), **_told(sentence, refusal))
    if state == State.SUCCEEDED:
        _forget(row)


def _leave(row: Removal, sentence: Said, refusal: Refusal) -> None:
    _write(row, state=State.UNKNOWN, lease_until=Now(), **_told(sentence, refusal))


def _write(row: Removal, **members: Any) -> None:
    """Write ``members``, unless another process settled the row meanwhile."""
    Removal.objects.filter(pk=row.pk, finished=None).update(**members)
    row.refresh_from_db()


def _forget(row: Removal) -> None:
    """Take the rule out of what the last look found, so that the pages need no new one."""
    if LiveState.objects.filter(connection=row.connection_id, name=row.name).delete()[0]:
        Look.objects.filter(pk=row.connection_id, count__gt=0).update(count=F("count") - 1)


def _told(sentence: Said, refusal: Refusal | None) -> Mapping[str, Any]:
    return {"said": sentence.as_json(), **(refusal.as_members() if refusal is not None else {})}
