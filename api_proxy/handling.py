"""Running a task because of an alarm, once: look, write down the intent, send, write down the outcome.

``prepared -> sending -> started | rejected | needs_human``. COC has no key by which it would know a request again and
no way to ask what became of one, so nothing here ever sends a second time. Where no clear answer came, the records of
the alarm are read as evidence, and a person settles it.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import Error
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from api_proxy.cloud import opened_coc, problem
from api_proxy.coc import PLAIN_NO, Answer, Coc
from api_proxy.handling_request import Handling
from api_proxy.intent import write_intent
from api_proxy.machines import Machine, differences, listed_machine, machines_digest
from api_proxy.models import AlarmAction, Connection, LeaseLost
from api_proxy.refusal import NO_REFUSAL, Declined, Refusal
from api_proxy.sending import UNDER_LEASE, record_end, told
from api_proxy.transport import UpstreamError, plain
from editor import policy
from editor.api.problems import Problem
from editor.flow.say import Said, mark, say

State = AlarmAction.State

#: So many of the last records of an alarm are looked at.
RECORDS: Final = 100
RECORDS_KEPT: Final = 20
NAMES_KEPT: Final = 50
#: So many machines are asked for by id at once, the most that the service takes.
IDS_AT_ONCE: Final = 100

RUNS: Final = mark("{answer} Its progress is shown here.")
NOTHING_RAN: Final = mark("{answer} Nothing was run.")
MAYBE_FOUND: Final = mark(
    "{answer} Nobody knows for certain whether the task ran. The records of the alarm show a run of this task that was "
    "not there before ({order}), so it most likely did. Look at it in COC, then settle it here."
)
MAYBE_SAME: Final = mark(
    "{answer} Nobody knows for certain whether the task ran. The records of the alarm show a run of this task "
    "({order}), and what they showed before is not known. Look at it in COC, then settle it here."
)
MAYBE_ABSENT: Final = mark(
    "{answer} Nobody knows for certain whether the task ran. The records of the alarm show no new run of this task, "
    "which does not prove that there is none: it may show up late. Look in COC, then settle it here."
)
MAYBE_UNREAD: Final = mark(
    "{answer} Nobody knows for certain whether the task ran, and the records of the alarm could not be read: {reason} "
    "Look in COC, then settle it here."
)
UNSENT: Final = mark("The database here failed before the task was sent. Nothing was run.")
UNSETTLED: Final = mark(
    "The database here failed after the task was sent. Whether it ran is looked into as soon as the database works; "
    "look at the record of handled alarms, and send nothing again."
)


@dataclass(frozen=True)
class Wish:
    """What a person asks for: to run ``handling`` over ``connection``.

    ``reason`` says why, where the same was run before; ``confirmed`` on how many machines; ``seen`` is the digest of
    the machines that a rehearsal showed; ``key`` is an Idempotency-Key.
    """

    user: User
    connection: Connection
    handling: Handling
    key: str = ""
    reason: str = ""
    confirmed: int | None = None
    seen: str = ""

    @property
    def digest(self) -> str:
        """Of the bytes that are sent; keyed, since they may hold a password that is short enough to be guessed."""
        return salted_hmac("api_proxy.handling", self.handling.content, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Look:
    """What was over there before sending: the digest of the machines, and the records of the alarm, None where they may
    not be read."""

    machines_seen: str
    records: list[dict[str, Any]] | None

    @property
    def known(self) -> list[str] | None:
        return None if self.records is None else [record["work_order"] for record in self.records]


def handle(wish: Wish) -> AlarmAction:
    """Run what is wished for, once, and keep the record.

    A key that was used before for the same request gives the recorded action and sends nothing. Whatever COC does is in
    the record that comes back; Problem is raised where nothing was sent: 403 for too many machines, 409 while something
    is under way for the alarm, where the same ran before and no reason is given, where a machine changed or the
    connection cannot be used, 422 where the number of machines is not confirmed or the key stands for another request,
    502 and 504 where COC cannot be asked, 503 where too many calls are waiting.
    """
    wanted = _wanted(wish)
    recorded = _recorded(wanted)
    if recorded is not None:
        return recorded
    _guard_scale(wish)
    _guard_earlier(wanted)
    with opened_coc(wish.connection, UNDER_LEASE) as coc:
        looked = look(coc, wish)
        _guard_records(wish, looked)
        wanted.known = looked.known
        wanted.url = coc.described(wanted.alarm_id)["url"]
        recorded = write_intent(wanted, _recorded, _conflict, _guard_earlier)
        if recorded is not None:
            return recorded
        try:
            Acting(coc, wanted).begin(wish.handling.content)
        except LeaseLost:
            wanted.refresh_from_db()
        except Error:
            raise _interrupted(wanted) from None
    return wanted


def rehearse(wish: Wish) -> dict[str, Any]:
    """What ``handle`` would do, and what it would ask for first; nothing is sent. Raises Problem as ``handle`` does,
    but for what is told here: a missing confirmation, and a run before."""
    handling = wish.handling
    _guard_many(wish)
    with opened_coc(wish.connection) as coc:
        looked = look(coc, wish)
        request = coc.described(handling.alarm_id)
    earlier = _earlier(_wanted(wish))
    ran_there = _same_task(handling, looked)
    return {
        "dry_run": True,
        "state": State.PREPARED,
        "detail": say(NOTHING_RAN, answer=handling.summary),
        "summary": handling.summary,
        "request": {**request, "body": json.loads(handling.kept)},
        "machines": handling.count,
        "machine_names": _names(handling),
        "batches": handling.batches,
        "machines_seen": looked.machines_seen,
        "needs_confirmation": _needs_confirmation(handling),
        "needs_reason": handling.takes_all or earlier is not None or ran_there is not None,
        "earlier": earlier,
        "records": looked.records,
    }


def _guard_scale(wish: Wish) -> None:
    """Raise Problem 403 where there are too many machines for the user, 422 where their number is not confirmed."""
    _guard_many(wish)
    handling = wish.handling
    if handling.takes_all:
        if not wish.reason:
            text = mark("COC selects the machines, and nobody knows how many. Say in reason why this is right.")
            raise Problem(422, "Not confirmed", say(text), machines=None)
        return
    if wish.confirmed is None and not _needs_confirmation(handling):
        return
    if wish.confirmed != handling.count:
        text = mark("This runs on {count} machines. Send confirmed_machines with this number to go on.")
        raise Problem(422, "Not confirmed", say(text, count=handling.count), machines=handling.count)


def _guard_many(wish: Wish) -> None:
    most = settings.HANDLE_MOST_MACHINES
    count = wish.handling.count
    if (count is not None and count <= most) or policy.allowed(wish.user, "alarm.handle_many"):
        return
    if count is None:
        raise Problem(403, "Not allowed", say("Only an admin may let COC select the machines."))
    text = mark("This runs on {count} machines. More than {most} take the role admin.")
    raise Problem(403, "Not allowed", say(text, count=count, most=most))


def _needs_confirmation(handling: Handling) -> bool:
    return handling.count is not None and handling.count > 1


def look(coc: Coc, wish: Wish) -> Look:
    """The machines and the records of the alarm as they are now. Raises Problem 409 where a machine is not as it was
    shown, 502 or 504 where COC cannot be asked."""
    try:
        now = _listed(coc, wish.handling.machines)
        records = _records(coc, wish.handling.alarm_id)
    except UpstreamError as error:
        raise _unasked(error) from None
    return Look(_guard_machines(wish, now), records)


def _unasked(error: UpstreamError) -> Problem:
    found = problem(error)
    found.body["detail"] = say(NOTHING_RAN, answer=error.sentence)
    return found


def _listed(coc: Coc, machines: Iterable[Machine]) -> dict[str, Machine]:
    """What COC lists of ``machines``, by resource id."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for machine in machines:
        kinds.setdefault((machine.provider, machine.kind), []).append(machine.resource_id)
    found: dict[str, Machine] = {}
    for (provider, kind), ids in kinds.items():
        for begin in range(0, len(ids), IDS_AT_ONCE):
            some = ids[begin : begin + IDS_AT_ONCE]
            records = coc.resources(provider, kind, limit=len(some), ids=some).items
            found |= {each.resource_id: each for each in map(listed_machine, records)}
    return found


def _guard_machines(wish: Wish, now: Mapping[str, Machine]) -> str:
    """The digest of the machines as they are now. Raises Problem 409 where they are not as the user was shown."""
    machines = wish.handling.machines
    changed = differences(machines, now)
    seen = machines_digest(now[each.resource_id] for each in machines if each.resource_id in now)
    if not changed and (not wish.seen or wish.seen == seen):
        return seen
    facts = " ".join(each.sentence for each in changed[:10]) or say("A machine is not as it was shown.")
    text = mark("The machines changed since they were shown. {facts} Nothing was run. Choose them again.")
    raise Problem(
        409,
        "Machines changed",
        say(text, facts=facts),
        machines_seen=seen,
        differences=[
            {"resource_id": each.machine.resource_id, "name": each.machine.name, "what": each.what}
            | {"shown": each.shown, "now": each.now, "detail": each.sentence}
            for each in changed
        ],
    )


def _records(coc: Coc, alarm_id: str) -> list[dict[str, Any]] | None:
    """What was run because of the alarm, newest first; None where that may not be read. Raises UpstreamError."""
    try:
        return read_records(coc, alarm_id)
    except Declined as error:
        if error.status == 403:
            return None
        raise


def read_records(coc: Coc, alarm_id: str) -> list[dict[str, Any]]:
    """The last records of an alarm in words of ours. Raises UpstreamError."""
    found = coc.histories(alarm_id, 0, RECORDS)["alarm_handle_histories"]
    return [in_our_words(record) for record in found]


def in_our_words(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of an alarm, of which nothing but known members and plain texts is kept."""
    names = {
        "work_order": "work_order_id",
        "task_type": "task_type",
        "task_id": "associated_task_id",
        "task_name": "associated_task_name",
        "status": "status",
        "by": "create_name",
    }
    texts = {ours: plain(str(record.get(theirs) or "")) for ours, theirs in names.items()}
    times = {name: record.get(name) for name in ("start_time", "end_time", "duration")}
    return {**texts, **{name: value if type(value) is int else None for name, value in times.items()}}


def _same_task(handling: Handling, looked: Look) -> dict[str, Any] | None:
    """The last run of the same task that the records of the alarm show."""
    task = handling.body["associated_task_id"]
    return next((record for record in looked.records or () if record["task_id"] == task), None)


def _guard_records(wish: Wish, looked: Look) -> None:
    found = _same_task(wish.handling, looked)
    if found is None or wish.reason:
        return
    text = mark(
        "The records of the alarm show a run of this task already ({order}, {status}). Nothing was run. Run it again "
        "only where you must, and say in reason why."
    )
    shown = {"order": found["work_order"], "status": found["status"]}
    raise Problem(409, "Run before", say(text, **shown), earlier=None, record=found)


def _wanted(wish: Wish) -> AlarmAction:
    handling, body = wish.handling, wish.handling.body
    return AlarmAction(
        connection=wish.connection,
        connection_name=wish.connection.name,
        coc_region=wish.connection.coc_region,
        project_id=wish.connection.project_id,
        alarm_id=handling.alarm_id,
        task_type=body["task_type"],
        task_source=body["associated_task_type"],
        task_id=body["associated_task_id"],
        task_name=body["associated_task_name"],
        machines=handling.count,
        machine_names=_names(handling),
        batches=handling.batches,
        summary=handling.summary.as_json(),
        request=handling.kept,
        digest=wish.digest,
        reason=wish.reason,
        state=State.PREPARED,
        author=wish.user,
        key_digest=sha256(wish.key.encode()).hexdigest() if wish.key else "",
        lease=uuid.uuid4(),
    )


def _names(handling: Handling) -> list[str]:
    return [machine.name for machine in handling.machines[:NAMES_KEPT]]


def _recorded(wanted: AlarmAction) -> AlarmAction | None:
    """The action that used the same key before. Raises Problem where it was another one, or is under way."""
    if not wanted.key_digest:
        return None
    rows = AlarmAction.objects.in_full().filter(author=wanted.author, key_digest=wanted.key_digest)
    found = rows.first()
    if found is None:
        return None
    if _request(found) != _request(wanted):
        detail = say("This Idempotency-Key stands for another request. Send a new key with a new request.")
        raise Problem(422, "Idempotency-Key used before", detail, alarm_action=str(found.id))
    if found.is_under_way:
        raise _under_way(found)
    return found


def _request(action: AlarmAction) -> tuple[object, ...]:
    return action.alarm_id, action.connection_id, action.digest, action.reason


def _under_way(found: AlarmAction) -> Problem:
    text = mark("{task} is being sent for this alarm, by {author}. Ask again shortly.")
    detail = say(text, task=found.task_name or found.task_id, author=str(found.author))
    return Problem(409, "Under way", detail, headers={"Retry-After": "5"}, alarm_action=str(found.id))


def _earlier(wanted: AlarmAction) -> AlarmAction | None:
    """What ran before for the same alarm, or may have: the same task, or whatever nobody has settled yet."""
    same = Q(task_type=wanted.task_type, task_id=wanted.task_id) | Q(state=State.NEEDS_HUMAN)
    rows = AlarmAction.objects.in_full().ran().filter(coc_region=wanted.coc_region, alarm_id=wanted.alarm_id)
    return rows.filter(same).exclude(pk=wanted.pk).first()


def _guard_earlier(wanted: AlarmAction) -> None:
    """Raise Problem 409 where the same ran before, or may have, and no reason is given to run it again."""
    found = _earlier(wanted)
    if found is None:
        return
    if found.is_under_way:
        raise _under_way(found)
    if wanted.reason:
        return
    text = mark(
        "{task} was sent for this alarm before, by {author} at {time} UTC. {outcome} Nothing was run now. Run it again "
        "only where you must, and say in reason why."
    )
    shown = {"task": found.task_name or found.task_id, "author": str(found.author), "outcome": found.sentence}
    detail = say(text, **shown, time=f"{found.created:%Y-%m-%d %H:%M}")
    raise Problem(409, "Run before", detail, earlier=brief(found), record=None)


def brief(action: AlarmAction) -> dict[str, Any]:
    """What ran before, in a few members."""
    return {
        "id": str(action.id),
        "state": action.state,
        "detail": action.sentence,
        "task_type": action.task_type,
        "task_id": action.task_id,
        "task_name": action.task_name,
        "work_order": action.work_order,
        "author": str(action.author),
        "created": action.created.isoformat(),
    }


def _conflict(wanted: AlarmAction) -> Problem:
    rows = AlarmAction.objects.in_full().filter(coc_region=wanted.coc_region, alarm_id=wanted.alarm_id, finished=None)
    found = rows.first()
    if found is not None:
        return _under_way(found)
    return Problem(409, "Changed meanwhile", say("The connection was changed or removed meanwhile. Nothing was run."))


def _interrupted(wanted: AlarmAction) -> Problem:
    """The database failed on the way: what is known of the task is told all the same."""
    text = UNSENT if wanted.sent is None else UNSETTLED
    return Problem(503, "Outcome not recorded", say(text), headers={"Retry-After": "5"}, alarm_action=str(wanted.id))


class Acting:
    """One action whose lease this process holds. It is sent by ``begin`` and never again."""

    def __init__(self, coc: Coc, row: AlarmAction) -> None:
        self.coc = coc
        self.row = row

    def begin(self, content: bytes) -> None:
        """Send, and write down what came of it. Raises LeaseLost where another process has taken over, Problem 503
        where the outcome could not be recorded."""
        self.row.advance(state=State.SENDING, sent=timezone.now())
        try:
            answer = self.coc.handle(self.row.alarm_id, content)
        except UpstreamError as error:
            self._without_answer(error)
        else:
            self._with_answer(answer)

    def _with_answer(self, answer: Answer) -> None:
        if answer.outcome == "done":
            self._end(State.STARTED, say(RUNS, answer=answer.sentence), answer.refusal, work_order=answer.data)
        elif answer.outcome == "rejected":
            self._end(State.REJECTED, say(NOTHING_RAN, answer=answer.sentence), answer.refusal)
        else:
            self.hand_over(answer.sentence, answer.refusal)

    def _without_answer(self, error: UpstreamError) -> None:
        refusal = error.refusal if isinstance(error, Declined) else Refusal(error.status or 0)
        if error.applied is False or error.status in PLAIN_NO:
            self._end(State.REJECTED, say(NOTHING_RAN, answer=error.sentence), refusal)
        else:
            self.hand_over(error.sentence, refusal)

    def hand_over(self, cause: Said, refusal: Refusal = NO_REFUSAL) -> None:
        """Leave it to a person, with what the records of the alarm say."""
        try:
            records = read_records(self.coc, self.row.alarm_id)
        except UpstreamError as error:
            hand_over_unread(self.row, cause, error.sentence, refusal)
            return
        known = self.row.known
        new = [each for each in records if known is None or each["work_order"] not in known]
        same = [each for each in new if each["task_id"] == self.row.task_id]
        evidence = {"read": timezone.now().isoformat(), "same_task": same[:RECORDS_KEPT], "new": len(new)}
        text = MAYBE_ABSENT if not same else MAYBE_SAME if known is None else MAYBE_FOUND
        sentence = say(text, answer=cause, order=same[0]["work_order"] if same else "")
        self._end(State.NEEDS_HUMAN, sentence, refusal, evidence=evidence)

    def _end(self, state: State, sentence: Said, refusal: Refusal, **members: Any) -> None:
        try:
            record_end(self.row, state, sentence, refusal, **members)
        except LeaseLost:
            _correct(self.row, state, {**told(sentence, refusal), **members})
            raise


def _correct(row: AlarmAction, state: State, members: Mapping[str, Any]) -> None:
    """An answer that came after the row was given up is worth more than what was guessed, as long as nobody settled."""
    if state != State.NEEDS_HUMAN:
        AlarmAction.objects.filter(pk=row.pk, state=State.NEEDS_HUMAN).update(state=state, **members)


def hand_over_unread(row: AlarmAction, cause: Said, reason: Said, refusal: Refusal = NO_REFUSAL) -> None:
    """Leave it to a person, where the records of the alarm could not be read for ``reason``."""
    sentence = say(MAYBE_UNREAD, answer=cause, reason=reason)
    record_end(row, State.NEEDS_HUMAN, sentence, refusal, evidence={"read": None})
