"""Every error of the API as application/problem+json (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.request import Request

from config.request_id import current
from editor.flow.finding import Finding
from editor.flow.reading import Unreadable
from editor.flow.say import mark, say
from editor.models import NameTaken, Stale
from editor.policy import Refused

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An error answer: ``title`` names the kind (in English; the answer is in the language of the reader), ``detail``
    says what is wrong here and how to mend it. Further members go into the body as they are."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        type: str = "about:blank",
        findings: Sequence[Finding] = (),
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        told = {"type": type, "title": say(title), "status": status, "detail": detail}
        self.body: dict[str, object] = {**told, **members}
        if findings:
            self.body["findings"] = [found.as_json() for found in findings]

    def response(self) -> HttpResponse:
        body = {**self.body, "request_id": current()} if current() else self.body
        return JsonResponse(body, status=self.status, headers=self.headers, content_type=CONTENT_TYPE)


def unreadable(error: Unreadable) -> Problem:
    """A body, or a document in it, that cannot be read at all: 400, or 413 where it is too large."""
    first = error.findings[0]
    if first.code == "json-size":
        return Problem(413, "Too large", f"{first.message} {first.hint}", findings=error.findings)
    return Problem(400, "Unreadable", f"{first.message} {first.hint}", findings=error.findings)


def invalid(findings: Sequence[Finding]) -> Problem:
    """A document with errors where a sound one is needed."""
    errors = [found for found in findings if found.severity == "error"]
    first = f"{errors[0].message} {errors[0].hint}"
    detail = say("The rule has errors: {first}", first=first)
    if len(errors) > 1:
        detail = say("The rule has errors: {first} (and {count} more)", first=first, count=len(errors) - 1)
    return Problem(422, "Rule has errors", detail, findings=findings)


def stale(error: Stale) -> Problem:
    """Somebody saved in between: 412 with the version that is now current, so that nothing needs asking twice."""
    current = error.current
    return Problem(
        412,
        "Saved by somebody else",
        say(
            "{author} saved version {version} at {time} UTC. Compare with it, then save on top of it.",
            author=current.author,
            version=current.number,
            time=f"{current.created_at:%Y-%m-%d %H:%M}",
        ),
        headers={"ETag": current.etag},
        current={
            "version": current.number,
            "author": str(current.author),
            "created": current.created_at.isoformat(),
            "message": current.message,
            "document": current.content,
            "layout": current.positions,
            "responses": current.prepared,
        },
    )


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: the answer to ``error``; None leaves it to the 500 page, which is a bug of ours."""
    if isinstance(error, exceptions.UnsupportedMediaType):
        error = Problem(415, "Not JSON", say("Send the body as application/json."))
    problem = error if isinstance(error, Problem) else _problem(error)
    if problem is None:
        return None
    request = context.get("request")
    if isinstance(request, Request):
        problem.headers.setdefault("Cache-Control", "no-store")
    return problem.response()


def _problem(error: Exception) -> Problem | None:
    match error:
        case Unreadable():
            return unreadable(error)
        case Stale():
            return stale(error)
        case NameTaken():
            text = say("Another rule is named {name}. Choose another name.", name=error)
            return Problem(409, "Name taken", text, name=str(error))
        case Refused() | PermissionDenied():
            return Problem(403, "Not allowed", str(error) or say("Your role does not allow this."))
        case Http404() | exceptions.NotFound():
            return Problem(404, "Not found", say("There is nothing at this address, or it was archived."))
        case RequestDataTooBig():
            return Problem(413, "Too large", say("The body is larger than 1048576 bytes. Send a smaller document."))
        case DatabaseError() | InterfaceError():
            return outage(error)
        case exceptions.APIException():
            return _framework(error)
    return None


def outage(error: BaseException | None) -> Problem | None:
    """A database that is locked, gone or full; None for every other error."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    if _is_full(error):
        text = mark(
            "The disk of the database is full: nothing was stored and nothing was sent. What is there can be read. "
            "Ask whoever runs Groupflow to make room, then repeat your last step."
        )
        return Problem(507, "Disk full", say(text))
    text = mark("The database is busy. Look whether your last step was stored before you repeat it.")
    return Problem(503, "Database busy", say(text), headers={"Retry-After": "2"})


def _is_full(error: BaseException) -> bool:
    cause = error.__cause__
    return getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == "53100"


def _framework(error: exceptions.APIException) -> Problem:
    title = HTTPStatus(error.status_code).phrase
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(int(wait))} if wait else {}
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    return Problem(error.status_code, title, str(error.detail), headers=headers)
