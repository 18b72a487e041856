"""Sending a version to the cloud: the intent is on record before the first byte, the outcome after the last one."""

import uuid
from hashlib import sha256
from typing import Final

from django.contrib.auth.models import User
from django.db import Error

from api_proxy.cloud import opened
from api_proxy.intent import write_intent
from api_proxy.models import Connection, LeaseLost, Submission
from api_proxy.sending import UNDER_LEASE, Sending
from editor.api.problems import Problem, invalid
from editor.flow import Document, Unreadable, check, is_valid, read_document
from editor.flow.say import mark, say
from editor.models import Rule, Version

UNSENT: Final = mark("The database here failed before the rule was sent. Nothing was changed over there.")
UNSETTLED: Final = mark(
    "The database here failed after the rule was sent. What became of it is found out as soon as the database works; "
    "look at the submissions."
)


def submit(
    user: User,
    rule: Rule,
    version: Version,
    connection: Connection,
    key: str = "",
    dry_run: bool = False,
    expected: str = "",
) -> Submission:
    """Send ``version`` of ``rule`` over ``connection``, byte by byte as it is stored, and keep the record.

    A ``key`` that was used before for the same request gives the recorded submission and sends nothing. A dry run only
    compares with what is over there; its ``before``, given back as ``expected``, lets a submission go no further where
    that has changed since. Whatever the cloud does is in the record that comes back; Problem is raised where
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
        state=Submission.State.PREPARED,
        expected=expected,
        author=user,
        idempotency_key=key,
        lease=uuid.uuid4(),
    )
    recorded = _recorded(wanted)
    if recorded is not None:
        return recorded
    _guard_errors(version.content)
    with opened(connection, UNDER_LEASE) as aom:
        recorded = write_intent(wanted, _recorded, _conflict)
        if recorded is not None:
            return recorded
        try:
            Sending(aom, wanted).begin()
        except LeaseLost:
            wanted.refresh_from_db()
        except Error:
            raise _interrupted(wanted) from None
    return wanted


def _interrupted(wanted: Submission) -> Problem:
    """The database failed on the way: what is known of the rule over there is told all the same."""
    text = UNSENT if wanted.attempts == 0 else UNSETTLED
    return Problem(503, "Outcome not recorded", say(text), headers={"Retry-After": "5"}, submission=str(wanted.id))


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
    if found.is_under_way:
        detail = say("The submission with this Idempotency-Key is still under way. Ask again shortly.")
        raise Problem(409, "Under way", detail, headers={"Retry-After": "5"}, submission=str(found.id))
    return found


def _request(submission: Submission) -> tuple[object, ...]:
    return submission.rule_id, submission.version_id, submission.connection_id, submission.dry_run, submission.expected


def _guard_errors(document: Document) -> None:
    try:
        findings = check(read_document(document))
    except Unreadable as error:
        findings = error.findings
    if not is_valid(findings):
        raise invalid(findings)


def _conflict(wanted: Submission) -> Problem:
    if Submission.objects.filter(rule=wanted.rule, connection=wanted.connection, finished=None).exists():
        text = mark("A submission of this rule to {connection} is still under way. Ask again shortly.")
        detail = say(text, connection=wanted.connection_name)
        return Problem(409, "Under way", detail, headers={"Retry-After": "5"})
    detail = say("The connection or the rule was removed meanwhile. Nothing was sent.")
    return Problem(409, "Changed meanwhile", detail)
