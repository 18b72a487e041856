"""The API of connections and submissions: each view reads its envelope, calls one verb and answers."""

import re
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api_proxy import serializers as bodies
from api_proxy.cloud import opened, problem
from api_proxy.credentials import ALL_SECRETS, Kind, faults
from api_proxy.models import ABSENT, CREDENTIALS, Connection, Submission
from api_proxy.notifying import notification_rules
from api_proxy.reconciling import look_again
from api_proxy.refusal import NO_REFUSAL
from api_proxy.secret import Secret
from api_proxy.signin import SKEW_WARNED
from api_proxy.standing import age_json
from api_proxy.submit import submit
from api_proxy.transport import UpstreamError
from api_proxy.trial import Trial, try_out
from api_proxy.vault import CredentialUnreadable
from editor.api.base import ApiView
from editor.api.envelope import take
from editor.api.listing import listed, words
from editor.api.problems import Problem
from editor.api.serializers import ProblemBody
from editor.flow.say import say
from editor.models import Rule, Version

CONNECTION_MEMBERS = {
    "name": str,
    "region": str,
    "coc_region": str,
    "project_id": str,
    "enterprise_project_id": str,
    "kind": str,
    "iam_domain": str,
    "iam_user": str,
    **dict.fromkeys(ALL_SECRETS, str),
    "ends": str,
}
KEY_LENGTH = 200
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="the same key with the same request gives the recorded submission and sends nothing",
)
_FINGERPRINT = re.compile(f"[0-9a-f]{{64}}|{ABSENT}")


class ConnectionsView(ApiView):
    asks: ClassVar = {"GET": "connection.view", "POST": "connection.manage"}

    @extend_schema(operation_id="connections_list", responses=bodies.ConnectionList)
    def get(self, request: Request) -> Response:
        """The connections, by name."""
        return listed(request, Connection.objects.select_related("sign_in"), connection_json)

    @extend_schema(
        request=bodies.ConnectionRequest,
        responses={201: bodies.ConnectionBody, 400: ProblemBody, 409: ProblemBody},
    )
    def post(self, request: Request) -> Response:
        """Store a new connection. Its secrets are sealed and never given back."""
        connection = Connection()
        change(connection, take(request.data, CONNECTION_MEMBERS, _required(request.data)))
        headers = {"Location": f"/api/connections/{connection.id}/"}
        return Response(connection_json(connection), status=201, headers=headers)


class ConnectionView(ApiView):
    asks: ClassVar = {"GET": "connection.view", "PATCH": "connection.manage", "DELETE": "connection.manage"}

    @extend_schema(responses={200: bodies.ConnectionBody, 404: ProblemBody})
    def get(self, request: Request, connection_id: UUID) -> Response:
        """One connection."""
        return Response(connection_json(_connection(connection_id)))

    @extend_schema(
        request=bodies.ConnectionRequest,
        responses={200: bodies.ConnectionBody, 400: ProblemBody, 409: ProblemBody},
    )
    def patch(self, request: Request, connection_id: UUID) -> Response:
        """Change the members that are sent. Without secrets the stored ones are kept; another kind forgets them."""
        connection = _connection(connection_id)
        change(connection, take(request.data, CONNECTION_MEMBERS))
        return Response(connection_json(connection))

    @extend_schema(responses={204: None, 404: ProblemBody})
    def delete(self, request: Request, connection_id: UUID) -> Response:
        """Remove a connection with its secrets; the record of its submissions stays."""
        _connection(connection_id).delete()
        return Response(status=204)


class ConnectionTestView(ApiView):
    asks: ClassVar = {"POST": "connection.test"}

    @extend_schema(request=None, responses={200: bodies.TrialBody, 409: ProblemBody, 503: ProblemBody})
    def post(self, request: Request, connection_id: UUID) -> Response:
        """Sign in and read the rules of the project, step by step; nothing is changed there."""
        return Response(trial_json(try_out(_connection(connection_id))))


class NotificationRulesView(ApiView):
    asks: ClassVar = {"GET": "connection.view"}

    @extend_schema(
        parameters=[OpenApiParameter("refresh", bool, description="ask the cloud even where the last answer is fresh")],
        responses={200: bodies.NotificationRuleList, 502: ProblemBody, 504: ProblemBody},
    )
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The notification rules that live over there: what a merge card may name. An answer is kept for a minute."""
        known = notification_rules(_connection(connection_id), bool(words(request, "refresh")))
        return Response({"count": len(known.rules), "results": known.rules, **age_json(known.seen_at)})


class GroupRulesView(ApiView):
    asks: ClassVar = {"GET": "connection.view"}

    @extend_schema(responses={200: bodies.GroupRuleList, 502: ProblemBody, 504: ProblemBody})
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The grouping rules that live over there, as the cloud shows them."""
        with opened(_connection(connection_id)) as aom:
            try:
                found = aom.group_rules()
            except UpstreamError as error:
                raise problem(error) from None
        return Response({"count": len(found), "results": found})


class SubmitView(ApiView):
    asks: ClassVar = {"POST": "rule.submit"}

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.SubmitRequest,
        responses={
            200: bodies.SubmissionDetail,
            400: ProblemBody,
            409: ProblemBody,
            422: ProblemBody,
            503: ProblemBody,
        },
    )
    def post(self, request: Request, rule_id: UUID) -> Response:
        """Send a version of a rule over a connection; what came of it is in ``state`` and ``detail``."""
        rule = get_object_or_404(Rule.objects.live(), pk=rule_id)
        members = {"connection": str, "version": int, "dry_run": bool, "expected": str}
        body = take(request.data, members, frozenset({"connection", "version"}))
        done = submit(
            cast(User, request.user),
            rule,
            _version(rule, body["version"]),
            named_connection(body["connection"]),
            idempotency_key(request),
            body.get("dry_run", False),
            _expected(body.get("expected", "")),
        )
        return Response(submission_detail(done))


class SubmissionsView(ApiView):
    asks: ClassVar = {"GET": "submission.view"}

    @extend_schema(
        operation_id="submissions_list",
        parameters=[OpenApiParameter("rule", UUID), OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
        responses={200: bodies.SubmissionList, 400: ProblemBody},
    )
    def get(self, request: Request) -> Response:
        """The record of submissions, newest first; of one rule with ``?rule=``."""
        rows = Submission.objects.in_full()
        rule = words(request, "rule")
        return listed(request, rows.filter(rule_id=_uuid(rule, "rule")) if rule else rows, submission_json)


class SubmissionView(ApiView):
    asks: ClassVar = {"GET": "submission.view"}

    @extend_schema(responses={200: bodies.SubmissionDetail, 404: ProblemBody})
    def get(self, request: Request, submission_id: UUID) -> Response:
        """One submission, with what was sent and what it replaced."""
        return Response(submission_detail(_submission(submission_id)))


class LookAgainView(ApiView):
    asks: ClassVar = {"POST": "rule.submit"}

    @extend_schema(
        request=None,
        responses={
            200: bodies.SubmissionDetail,
            409: ProblemBody,
            502: ProblemBody,
            503: ProblemBody,
            504: ProblemBody,
        },
    )
    def post(self, request: Request, submission_id: UUID) -> Response:
        """Read back what became of a submission that waits for a person; nothing is sent."""
        return Response(submission_detail(look_again(_submission(submission_id))))


def connection_json(connection: Connection) -> dict[str, Any]:
    """A connection as the API shows it; of its secrets only what tells them apart."""
    skew = connection.clock_skew
    return {
        "id": str(connection.id),
        "name": connection.name,
        "region": connection.region,
        "coc_region": connection.coc_region,
        "project_id": connection.project_id,
        "enterprise_project_id": connection.enterprise_project_id,
        "kind": connection.kind,
        "iam_domain": connection.iam_domain,
        "iam_user": connection.iam_user,
        "has_credentials": connection.has_credentials,
        "key_ending": connection.key_ending,
        "fingerprint": connection.fingerprint,
        "ends": connection.ends.isoformat() if connection.ends else None,
        "clock_skew": skew,
        "clock_is_off": skew is not None and abs(skew) >= SKEW_WARNED,
        "created": connection.created.isoformat(),
        "changed": connection.changed.isoformat(),
    }


def trial_json(trial: Trial) -> dict[str, Any]:
    """A test of a connection as the API shows it."""
    steps = [{"step": step.name, "ok": step.ok, "detail": step.detail} for step in trial.steps]
    return {"ok": trial.ok, "detail": trial.detail, "steps": steps, **(trial.refusal or NO_REFUSAL).as_members()}


def submission_json(submission: Submission) -> dict[str, Any]:
    """A submission as the API and the pages show it."""
    return {
        "id": str(submission.id),
        "state": submission.state,
        "operation": submission.operation,
        **submission.refusal.as_members(),
        "detail": submission.sentence,
        "dry_run": submission.dry_run,
        "comparison": submission.comparison,
        "attempts": submission.attempts,
        "before": submission.before,
        "rule": str(submission.rule_id),
        "rule_name": submission.rule.name,
        "version": submission.version.number,
        "digest": submission.digest,
        "connection": str(submission.connection_id) if submission.connection_id else None,
        "connection_name": submission.connection_name,
        "region": submission.region,
        "project_id": submission.project_id,
        "author": str(submission.author),
        "created": submission.created.isoformat(),
        "finished": submission.finished.isoformat() if submission.finished else None,
    }


def submission_detail(submission: Submission) -> dict[str, Any]:
    """A submission with all that was sent, and what stood there before."""
    return {
        **submission_json(submission),
        "document": submission.version.document,
        "overwritten": submission.overwritten,
        "request": submission.request,
    }


def change(connection: Connection, members: dict[str, str]) -> None:
    """Put ``members`` into ``connection`` and store them, and nothing else: what somebody else changed in the meantime
    stays as it is.

    Raises Problem 400 with the place of what is wrong, 409 where another connection has the name, 503 where there is
    no key to seal secrets with, Http404 where the connection was removed in the meantime.
    """
    given = {name: members.pop(name) for name in ALL_SECRETS if name in members}
    ends = _moment(members.pop("ends")) if "ends" in members else None
    is_other_kind = members.get("kind", connection.kind) != connection.kind
    for name, value in members.items():
        setattr(connection, name, value)
    try:
        connection.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise _invalid(error) from None
    wrong = faults(connection.kind, given, ends, timezone.now())
    if wrong:
        raise _invalid(ValidationError({name: [text] for name, text in wrong.items()}))
    if given or is_other_kind:
        _put_secrets(connection, given, ends)
    try:
        connection.store({*members, *(CREDENTIALS if given or is_other_kind else ())})
    except IntegrityError:
        text = say("Another connection is named {name}. Choose another.", name=connection.name)
        raise Problem(409, "Name taken", text) from None
    except Connection.DoesNotExist:
        raise Http404 from None


def _required(body: Any) -> set[str]:
    """What a new connection must say: with a password also whose it is."""
    kind = body.get("kind", Kind.PASSWORD) if isinstance(body, dict) else Kind.PASSWORD
    return {"name", "region", "project_id", *(("iam_domain", "iam_user") if kind == Kind.PASSWORD else ())}


def _put_secrets(connection: Connection, given: dict[str, str], ends: datetime | None) -> None:
    try:
        connection.set_credentials({name: Secret(text) for name, text in given.items()}, ends)
    except CredentialUnreadable:
        detail = say("CREDENTIAL_KEYS holds no usable key, so no secret can be stored. Ask whoever runs Groupflow.")
        raise Problem(503, "Secrets cannot be stored", detail) from None


def _moment(text: str) -> datetime:
    """A time with its zone, as in 2026-01-02T03:04:05Z."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise misplaced("/ends", say("Write a time with its zone, as 2026-01-02T03:04:05Z."))
    return moment


def _invalid(error: ValidationError) -> Problem:
    faults = [(f"/{name}", f"{name}: {' '.join(texts)}") for name, texts in error.message_dict.items()]
    detail = " ".join(text for _, text in faults)
    errors = [{"pointer": place, "detail": text} for place, text in faults]
    return Problem(400, "Request not understood", detail, errors=errors)


def misplaced(place: str, detail: str) -> Problem:
    """A fault at ``place``, a JSON Pointer into the body."""
    return Problem(400, "Request not understood", detail, errors=[{"pointer": place, "detail": detail}])


def _connection(connection_id: UUID) -> Connection:
    return get_object_or_404(Connection, pk=connection_id)


def named_connection(text: str) -> Connection:
    """The connection of this id or name. Raises Problem 400 where there is none."""
    try:
        found = Connection.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    found = found or Connection.objects.filter(name=text).first()
    if found is None:
        raise misplaced("/connection", say("There is no connection of this name or id."))
    return found


def _version(rule: Rule, number: int) -> Version:
    found = rule.versions.filter(number=number).first()
    if found is None:
        text = say("The rule has no version {number}; the newest one is {newest}.", number=number, newest=rule.head)
        raise misplaced("/version", text)
    return found


def _submission(submission_id: UUID) -> Submission:
    return get_object_or_404(Submission.objects.in_full(), pk=submission_id)


def _expected(text: str) -> str:
    if text and not _FINGERPRINT.fullmatch(text):
        raise misplaced("/expected", say("Send what a dry run gave as before."))
    return text


def idempotency_key(request: Request) -> str:
    """The request's Idempotency-Key, empty where it has none. Raises Problem 400 for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        detail = say("The Idempotency-Key must have at most {most} printable ASCII characters.", most=KEY_LENGTH)
        raise Problem(400, "Request not understood", detail)
    return key


def _uuid(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Problem(400, "Request not understood", say("{name} must be the id of a rule.", name=name)) from None
