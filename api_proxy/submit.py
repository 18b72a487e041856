"""Sending a version to the cloud: the intent is on record before the first byte, the outcome after the last one."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from api_proxy.aom import NO_SUCH_RULE_ON_UPDATE, Answer, Aom
from api_proxy.cloud import opened
from api_proxy.comparing import differences
from api_proxy.models import Connection, Submission
from api_proxy.refusal import Declined, Refusal
from api_proxy.transport import UpstreamError, outcome
from editor.api.problems import Problem, invalid
from editor.flow import Document, Unreadable, check, is_valid, read_document
from editor.flow.say import Said, mark, say
from editor.models import Rule, Version

State = Submission.State

SUCCEEDED: Final = {
    Submission.Operation.UPDATE: mark("The rule over there was replaced."),
    Submission.Operation.CREATE: mark("There was no rule of this name over there; it was created."),
}
UNTOUCHED: Final = mark("{answer} Nothing was changed over there.")
UNKNOWN: Final = mark(
    "{answer} Nobody knows whether the rule was changed over there. Compare with a dry run, then submit again: sending "
    "the same version twice does no harm."
)


def submit(
    user: User, rule: Rule, version: Version, connection: Connection, key: str = "", dry_run: bool = False
) -> Submission:
    """Send ``version`` of ``rule`` over ``connection``, byte by byte as it is stored, and keep the record.

    A ``key`` that was used before for the same request gives the recorded submission and sends nothing. A dry run only
    compares with what is over there. Whatever the cloud does is in the record that comes back; Problem is raised where
    nothing was sent: 422 for a rule with errors or a key of another request, 409 while the same is under way or the
    connection cannot be used, 503 where too many calls are waiting.
    """
    content = version.document.encode()
    wanted = Submission(
        rule=rule,
        version=version,
        connection=connection,
        connection_name=connection.name,
        region=connection.region,
        project_id=connection.project_id,
        digest=sha256(content).hexdigest(),
        dry_run=dry_run,
        state=State.PREPARED if dry_run else State.SENDING,
        author=user,
        idempotency_key=key,
    )
    recorded = _recorded(wanted)
    if recorded is not None:
        return recorded
    _guard_errors(version.content)
    with opened(connection) as aom:
        recorded = _record(wanted)
        if recorded is not None:
            return recorded
        if dry_run:
            _compare(aom, wanted, version.content)
        else:
            _send(aom, wanted, content)
    return wanted


def _recorded(wanted: Submission) -> Submission | None:
    """The submission that used the same key before. Raises Problem where it was another one, or is under way."""
    if not wanted.idempotency_key:
        return None
    rows = Submission.objects.in_full().filter(author=wanted.author, idempotency_key=wanted.idempotency_key)
    found = rows.first()
    if found is None:
        return None
    if _request(found) != _request(wanted):
        detail = say("This Idempotency-Key stands for another submission. Send a new key with a new request.")
        raise Problem(422, "Idempotency-Key used before", detail, submission=str(found.id))
    if found.as_known_now().is_under_way:
        detail = say("The submission with this Idempotency-Key is still under way. Ask again shortly.")
        raise Problem(409, "Under way", detail, headers={"Retry-After": "5"}, submission=str(found.id))
    return found


def _request(submission: Submission) -> tuple[object, ...]:
    return submission.rule_id, submission.version_id, submission.connection_id, submission.dry_run


def _guard_errors(document: Document) -> None:
    try:
        findings = check(read_document(document))
    except Unreadable as error:
        findings = error.findings
    if not is_valid(findings):
        raise invalid(findings)


def _record(wanted: Submission) -> Submission | None:
    """Write the intent, for good, before anything is sent; the recorded submission where the same key was faster."""
    try:
        with transaction.atomic(durable=True):
            Submission.objects.settle_abandoned()
            wanted.save(force_insert=True)
    except IntegrityError:
        recorded = _recorded(wanted)
        if recorded is None:
            raise _conflict(wanted) from None
        return recorded
    return None


def _conflict(wanted: Submission) -> Problem:
    if Submission.objects.filter(rule=wanted.rule, connection=wanted.connection, finished=None).exists():
        text = mark("A submission of this rule to {connection} is still under way. Ask again shortly.")
        detail = say(text, connection=wanted.connection_name)
        return Problem(409, "Under way", detail, headers={"Retry-After": "5"})
    detail = say("The connection or the rule was removed meanwhile. Nothing was sent.")
    return Problem(409, "Changed meanwhile", detail)


def _send(aom: Aom, submission: Submission, content: bytes) -> None:
    try:
        answer = aom.update_group_rule(content)
        if answer.outcome == "rejected" and answer.refusal.code == NO_SUCH_RULE_ON_UPDATE:
            submission.operation = Submission.Operation.CREATE
            answer = aom.create_group_rule(content)
    except UpstreamError as error:
        _finish_without_answer(submission, error)
    else:
        _finish_with(submission, answer)


def _finish_with(submission: Submission, answer: Answer) -> None:
    endings = {
        "succeeded": SUCCEEDED[Submission.Operation(submission.operation)],
        "rejected": UNTOUCHED,
        "unknown": UNKNOWN,
    }
    _finish(submission, State(answer.outcome), say(endings[answer.outcome], answer=answer.sentence), answer.refusal)


def _finish_without_answer(submission: Submission, error: UpstreamError) -> None:
    is_refusal = error.status is not None and outcome(error.status) == "rejected"
    untouched = error.applied is False or is_refusal
    state, ending = (State.REJECTED, UNTOUCHED) if untouched else (State.UNKNOWN, UNKNOWN)
    refusal = error.refusal if isinstance(error, Declined) else Refusal(error.status or 0)
    _finish(submission, state, say(ending, answer=error.sentence), refusal)


def _compare(aom: Aom, submission: Submission, document: Document) -> None:
    try:
        rules = aom.group_rules()
    except UpstreamError as error:
        _finish_without_answer(submission, error)
        return
    there = next((rule for rule in rules if rule.get("name") == document.get("name")), None)
    submission.operation = Submission.Operation.UPDATE if there is not None else Submission.Operation.CREATE
    submission.comparison, detail = _compared(document, there)
    _finish(submission, State.PREPARED, say("{answer} Nothing was sent.", answer=detail), Refusal(0))


def _compared(document: Document, there: Mapping[str, Any] | None) -> tuple[str, Said]:
    if there is None:
        absent = say("There is no rule of this name over there; a submission would create it.")
        return Submission.Comparison.ABSENT, absent
    different = differences(document, there)
    if not different:
        return Submission.Comparison.EQUAL, say("The rule over there says the same already.")
    return Submission.Comparison.DIFFERS, say("The rule over there differs in {names}.", names=_listed(different))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:10])
    return say("{names} and more", names=shown) if len(names) > 10 else shown


def _finish(submission: Submission, state: Submission.State, sentence: Said, refusal: Refusal) -> None:
    submission.state = state
    submission.tell(sentence)
    submission.status = refusal.status or None
    submission.error_code = refusal.code
    submission.error_msg = refusal.message
    submission.error_type = refusal.type
    submission.trace_id = refusal.trace_id
    submission.finished = timezone.now()
    told = ("detail", "said", "status", "error_code", "error_msg", "error_type", "trace_id")
    _keep(submission, "state", "comparison", *told)


def _keep(submission: Submission, *members: str) -> None:
    """Write the outcome, twice if need be. Raises Problem 503 that says what happened over there all the same, since
    the call cannot be taken back; the row stays under way until it counts as unknown."""
    for attempt in (1, 2):
        try:
            submission.save(update_fields=[*members, "operation", "finished"])
        except DatabaseError:
            if attempt == 1:
                continue
            text = mark("The outcome could not be recorded here. What the cloud answered: {answer}")
            detail = say(text, answer=submission.sentence)
            raise Problem(503, "Outcome not recorded", detail, submission=str(submission.id)) from None
        return
