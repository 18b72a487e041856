"""Clearing an alarm, and making an incident of it: on record before the call, sent once, looked up where unclear.

``sending -> done | rejected | unknown``. COC has no key by which it would know a request again, so nothing here is sent
a second time by itself. Where no clear answer came, the alarm is read: that it is resolved, or belongs to an incident
that it did not belong to before, settles the matter; that it is as it was proves nothing.
"""

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import Error

from api_proxy.cloud import opened_coc, problem, refused
from api_proxy.coc import PLAIN_NO, Answer, Coc
from api_proxy.intent import write_intent
from api_proxy.models import AlarmDeed, Connection, LeaseLost
from api_proxy.refusal import NO_REFUSAL, Declined, Refusal
from api_proxy.sending import UNDER_LEASE, record_end
from api_proxy.transport import UpstreamError, plain
from editor.api.problems import Problem
from editor.flow.say import Said, mark, say

log = logging.getLogger(__name__)

State = AlarmDeed.State
Kind = AlarmDeed.Kind

#: What COC calls an alarm that is dealt with.
RESOLVED: Final = "resolved"


@dataclass(frozen=True)
class _Words:
    """What is told of one kind of deed, by how it ended."""

    done: str
    rejected: str
    found: str
    not_found: str
    unread: str
    unsettled: str
    under_way: str


_WORDS: Final[Mapping[str, _Words]] = {
    Kind.CLEAR: _Words(
        done=mark("The alarm was cleared."),
        rejected=mark("{answer} The alarm was not cleared."),
        found=mark("{answer} Read back, the alarm is resolved."),
        not_found=mark(
            "{answer} It may have been cleared: read back, the alarm is not resolved, which may show up late. Look it "
            "up again. Clearing it again does no harm."
        ),
        unread=mark(
            "{answer} It may have been cleared, and the alarm could not be read back: {reason} Look it up again. "
            "Clearing it again does no harm."
        ),
        unsettled=mark(
            "The database here failed while the alarm was cleared. Whether it was is found out as soon as the database "
            "works."
        ),
        under_way=mark("{author} is clearing this alarm right now. Ask again shortly."),
    ),
    Kind.INCIDENT: _Words(
        done=mark("An incident was made of the alarm."),
        rejected=mark("{answer} No incident was made."),
        found=mark("{answer} Read back, the alarm belongs to the incident {incident} now: it was made."),
        not_found=mark(
            "{answer} The incident may have been made: read back, the alarm shows no new one, which may show up late. "
            "Look in COC before you make another one."
        ),
        unread=mark(
            "{answer} The incident may have been made, and the alarm could not be read back: {reason} Look in COC "
            "before you make another one."
        ),
        unsettled=mark(
            "The database here failed while the incident was made. Whether it was is found out as soon as the database "
            "works; make no other one until then."
        ),
        under_way=mark("{author} is making an incident of this alarm right now. Ask again shortly."),
    ),
}


@dataclass(frozen=True)
class Wish:
    """What a person wants done to an alarm: to clear it with ``body["remarks"]``, or to make the incident that ``body``
    describes. ``reason`` says why another incident is made; ``key`` is an Idempotency-Key."""

    user: User
    connection: Connection
    kind: str
    alarm_id: str
    body: Mapping[str, Any]
    key: str = ""
    reason: str = ""


def do(wish: Wish) -> AlarmDeed:
    """Do what is wished for, once, and keep the record; what came of it is in the record that comes back.

    A key that was used before for the same request gives the recorded deed and sends nothing. Problem is raised where
    nothing was sent: 409 while the same is under way for the alarm, where there is an incident of it already and no
    reason is given, or where the connection cannot be used, 422 where the key stands for another request, 502 and 504
    where COC cannot be asked, 503 where too many calls are waiting.
    """
    wanted = _wanted(wish)
    recorded = _recorded(wanted)
    if recorded is not None:
        return recorded
    _guard_earlier(wanted)
    with opened_coc(wish.connection, UNDER_LEASE) as coc:
        _look(coc, wanted)
        recorded = write_intent(wanted, _recorded, _conflict, _guard_earlier)
        if recorded is not None:
            return recorded
        try:
            Doing(coc, wanted).begin(wish.body)
        except LeaseLost:
            wanted.refresh_from_db()
        except Error:
            raise _interrupted(wanted) from None
    log.info("%s: %s of %s over %s: %s", wish.user, wanted.kind, wanted.alarm_id, wish.connection.id, wanted.state)
    return wanted


def not_done(row: AlarmDeed) -> Problem:
    """The answer to whoever wanted ``row``, which was refused or left unclear."""
    found = refused(row.sentence, row.refusal)
    found.body.update(alarm_deed=str(row.id), state=row.state)
    return found


def deed_json(row: AlarmDeed) -> dict[str, Any]:
    """A deed as the API and the pages show it."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "detail": row.sentence,
        "alarm_id": row.alarm_id,
        "request": json.loads(row.request),
        "reason": row.reason,
        **row.refusal.as_members(),
        "connection": str(row.connection_id) if row.connection_id else None,
        "connection_name": row.connection_name,
        "coc_region": row.coc_region,
        "author": str(row.author),
        "created": row.created.isoformat(),
        "finished": row.finished.isoformat() if row.finished else None,
    }


def _wanted(wish: Wish) -> AlarmDeed:
    text = json.dumps(wish.body, ensure_ascii=False)
    return AlarmDeed(
        connection=wish.connection,
        connection_name=wish.connection.name,
        coc_region=wish.connection.coc_region,
        project_id=wish.connection.project_id,
        alarm_id=wish.alarm_id,
        kind=wish.kind,
        request=text,
        reason=wish.reason,
        state=State.SENDING,
        author=wish.user,
        key_digest=sha256(wish.key.encode()).hexdigest() if wish.key else "",
        lease=uuid.uuid4(),
    )


def _recorded(wanted: AlarmDeed) -> AlarmDeed | None:
    """The deed that used the same key before. Raises Problem where it was another one, or is under way."""
    if not wanted.key_digest:
        return None
    rows = AlarmDeed.objects.in_full()
    found = rows.filter(author=wanted.author, key_digest=wanted.key_digest).first()
    if found is None:
        return None
    if _request(found) != _request(wanted):
        detail = say("This Idempotency-Key stands for another request. Send a new key with a new request.")
        raise Problem(422, "Idempotency-Key used before", detail, alarm_deed=str(found.id))
    if found.is_under_way:
        raise _under_way(found)
    return found


def _request(row: AlarmDeed) -> tuple[object, ...]:
    return row.kind, row.alarm_id, row.connection_id, row.request, row.reason


def _under_way(found: AlarmDeed) -> Problem:
    detail = say(_WORDS[found.kind].under_way, author=str(found.author))
    return Problem(409, "Under way", detail, headers={"Retry-After": "5"}, alarm_deed=str(found.id))


def _guard_earlier(wanted: AlarmDeed) -> None:
    """Raise Problem 409 where an incident was made before, or may have been, and no reason is given for another one.
    To clear an alarm again changes nothing."""
    if wanted.kind != Kind.INCIDENT or wanted.reason:
        return
    rows = AlarmDeed.objects.in_full().filter(coc_region=wanted.coc_region, alarm_id=wanted.alarm_id, kind=wanted.kind)
    found = rows.exclude(state=State.REJECTED).exclude(pk=wanted.pk).first()
    if found is None:
        return
    if found.is_under_way:
        raise _under_way(found)
    text = mark(
        "{author} made an incident of this alarm before, at {time} UTC. {outcome} Nothing was sent now. Make another "
        "one only where you must, and say in reason why."
    )
    shown = {"author": str(found.author), "time": f"{found.created:%Y-%m-%d %H:%M}", "outcome": found.sentence}
    raise Problem(409, "Incident made before", say(text, **shown), needs_reason=True, earlier=str(found.id))


def _look(coc: Coc, wanted: AlarmDeed) -> None:
    """Learn to which incident the alarm belongs before another one is made; a connection that may not look goes on.
    Raises Problem 409 where it belongs to one and no reason is given, 502 or 504 where COC cannot be asked."""
    if wanted.kind != Kind.INCIDENT:
        return
    try:
        wanted.known = incident_of(coc.alarm(wanted.alarm_id))
    except UpstreamError as error:
        if isinstance(error, Declined) and error.status == 403:
            return
        found = problem(error)
        found.body["detail"] = say(_WORDS[wanted.kind].rejected, answer=error.sentence)
        raise found from None
    if wanted.known and not wanted.reason:
        text = mark(
            "The alarm belongs to the incident {incident} already. Nothing was sent. Make another one only where you "
            "must, and say in reason why."
        )
        detail = say(text, incident=wanted.known)
        raise Problem(409, "Incident made before", detail, needs_reason=True, earlier=None)


def incident_of(alarm: Mapping[str, Any]) -> str:
    """The incident that COC shows for an alarm; empty where it shows none."""
    value = alarm.get("associate_event_id")
    return plain(str(value))[:200] if isinstance(value, str | int) else ""


def _conflict(wanted: AlarmDeed) -> Problem:
    open_rows = AlarmDeed.objects.in_full().filter(finished=None, kind=wanted.kind)
    found = open_rows.filter(coc_region=wanted.coc_region, alarm_id=wanted.alarm_id).first()
    if found is not None:
        return _under_way(found)
    return Problem(409, "Changed meanwhile", say("The connection was changed or removed meanwhile. Nothing was sent."))


def _interrupted(wanted: AlarmDeed) -> Problem:
    """The database failed on the way: what is known is told all the same."""
    text = _WORDS[wanted.kind].unsettled
    return Problem(503, "Outcome not recorded", say(text), headers={"Retry-After": "5"}, alarm_deed=str(wanted.id))


class Doing:
    """One deed whose lease this process holds. It is sent by ``begin`` and never again."""

    def __init__(self, coc: Coc, row: AlarmDeed) -> None:
        self.coc = coc
        self.row = row
        self.words = _WORDS[row.kind]

    def begin(self, body: Mapping[str, Any]) -> None:
        """Send, and write down what came of it. Raises LeaseLost where another process has taken over, Problem 503
        where the outcome could not be recorded."""
        try:
            answer = self._send(body)
        except UpstreamError as error:
            self._without_answer(error)
        else:
            self._with_answer(answer)

    def _send(self, body: Mapping[str, Any]) -> Answer:
        if self.row.kind == Kind.CLEAR:
            return self.coc.clear([self.row.alarm_id], str(body.get("remarks", "")))
        return self.coc.to_incident(body)

    def _with_answer(self, answer: Answer) -> None:
        if answer.outcome == "rejected":
            self._end(State.REJECTED, say(self.words.rejected, answer=answer.sentence), answer.refusal)
        elif answer.outcome == "unclear":
            self.find_out(answer.sentence, answer.refusal)
        elif answer.data == []:
            self.find_out(say("COC accepted it and names no alarm that it was done to."), answer.refusal)
        else:
            self._end(State.DONE, say(self.words.done), answer.refusal)

    def _without_answer(self, error: UpstreamError) -> None:
        refusal = error.refusal if isinstance(error, Declined) else Refusal(error.status or 0)
        if error.applied is False or error.status in PLAIN_NO:
            self._end(State.REJECTED, say(self.words.rejected, answer=error.sentence), refusal)
        else:
            self.find_out(error.sentence, refusal)

    def find_out(self, cause: Said, refusal: Refusal = NO_REFUSAL) -> None:
        """Read the alarm, which tells where it was done, and end the row with what is known."""
        try:
            alarm = self.coc.alarm(self.row.alarm_id)
        except UpstreamError as error:
            leave_unknown(self.row, cause, error.sentence, refusal)
            return
        incident = incident_of(alarm)
        is_new = self.row.known is not None and incident not in ("", self.row.known)
        if alarm.get("status") == RESOLVED if self.row.kind == Kind.CLEAR else is_new:
            self._end(State.DONE, say(self.words.found, answer=cause, incident=incident), refusal)
        else:
            self._end(State.UNKNOWN, say(self.words.not_found, answer=cause), refusal)

    def _end(self, state: State, sentence: Said, refusal: Refusal) -> None:
        record_end(self.row, state, sentence, refusal)


def leave_unknown(row: AlarmDeed, cause: Said, reason: Said, refusal: Refusal = NO_REFUSAL) -> None:
    """End ``row``, where the alarm could not be read for ``reason``."""
    record_end(row, State.UNKNOWN, say(_WORDS[row.kind].unread, answer=cause, reason=reason), refusal)
