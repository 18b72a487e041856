"""What the cloud says: answers and the error bodies of IAM, of AOM and of the gateway before them."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROJECT_ID = "0123456789abcdef0123456789abcdef"
PROJECT_NAME = "cn-north-4"
DOMAIN_NAME = USER_NAME = "demo"
PASSWORD = "demo-password"
ACCESS_KEY = "SANDBOXACCESSKEY0001"
SECRET_KEY = "sandbox-secret-key-not-a-secret-0001"
DOMAIN_ID = "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0"
USER_ID = "e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, header fields by name, body in bytes."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


NO_CONTENT = Answer(204)


class Refusal(Exception):
    """Ends the handling of a request with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def dump(value: Any) -> bytes:
    """JSON in UTF-8; ValueError for what JSON or UTF-8 cannot hold (infinities, lone surrogates)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def in_json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, dump(value))


@dataclass(frozen=True)
class AomError:
    """A row of AOM's error table. `guessed` marks a code or status that no published page or sample shows."""

    status: int
    code: str
    message: str
    kind: str = "PARAM_INVALID"
    trace_id: str | None = ""
    guessed: bool = False


AOM_ERRORS: Mapping[str, AomError] = {
    "forbidden": AomError(403, "AOM.0403", "auth failed.", "AUTH_FAILED", None),
    "over quota": AomError(300, "AOM.08001300", "noticeRule count over 100."),
    "update of a missing rule": AomError(400, "AOM.08003002", "the groupName is not exist"),
    "delete of a missing rule": AomError(400, "AOM.08002002", "the groupName is not exist"),
    "create of an existing rule": AomError(400, "AOM.08001001", "the groupName is exist", guessed=True),
    "bad create": AomError(400, "AOM.08001003", "invalid parameter", guessed=True),
    "bad update": AomError(400, "AOM.08003003", "invalid parameter", guessed=True),
    "bad delete": AomError(400, "AOM.08002003", "invalid parameter", guessed=True),
    "bad list": AomError(400, "AOM.0400", "invalid parameter", guessed=True),
    "missing action rule": AomError(404, "AOM.0404", "The action rule does not exist", guessed=True),
    "create of an existing action rule": AomError(400, "AOM.08018012", "actionRule already exists"),
    "update of a missing action rule": AomError(400, "AOM.08019006", "The action rule does not exist"),
    "delete of a missing action rule": AomError(400, "AOM.08020006", "The action rule does not exist"),
    "bad action rule create": AomError(400, "AOM.08018003", "invalid parameter", guessed=True),
    "bad action rule update": AomError(400, "AOM.08019003", "invalid parameter", guessed=True),
    "bad action rule delete": AomError(400, "AOM.08020003", "invalid parameter", guessed=True),
    "state not stored": AomError(500, "AOM.08001500", "internal server error", "INTERNAL_SERVER_ERROR"),
}
"""What AOM refuses, by occasion."""

GATEWAY_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("APIGW.0201", "Bad request"),
    401: ("APIGW.0301", "Incorrect IAM authentication information"),
    404: ("APIGW.0101", "The API does not exist or has not been published in the environment"),
    405: ("APIGW.0101", "The method is not allowed for this API"),
    411: ("APIGW.0201", "The request needs a Content-Length"),
    413: ("APIGW.0201", "Request entity too large"),
    414: ("APIGW.0201", "Request URI too large"),
    429: ("APIGW.0308", "The throttling threshold has been reached"),
    500: ("APIGW.0601", "Internal server error"),
}
"""What the gateway refuses, by status; 405 and 411 are guessed."""

IAM_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("Bad Request", "The request body is invalid"),
    401: ("Unauthorized", "The username or password is wrong."),
    403: ("Forbidden", "You are not authorized to perform the requested action."),
}
"""What IAM refuses, by status; 403 (a project that is not the user's) is guessed."""


def aom_refusal(occasion: str, detail: str = "") -> Refusal:
    """AOM's error for an occasion of AOM_ERRORS; the detail goes after the message, cut to the published 1024."""
    error = AOM_ERRORS[occasion]
    message = f"{error.message}: {detail}" if detail else error.message
    body = {"error_code": error.code, "error_msg": message[:1024], "error_type": error.kind, "trace_id": error.trace_id}
    return Refusal(in_json(error.status, body))


def gateway_refusal(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Refusal:
    """The gateway's error for a status of GATEWAY_ERRORS, with the detail after its text."""
    code, message = GATEWAY_ERRORS[status]
    return gateway_error(status, code, f"{message}: {detail}" if detail else message, headers)


def gateway_error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """An error in the gateway's shape; the same request id in the body and in X-Request-Id."""
    request_id = secrets.token_hex(16)
    body = {"error_msg": message, "error_code": code, "request_id": request_id}
    return Refusal(in_json(status, body, {"X-Request-Id": request_id, "Server": "api-gateway", **(headers or {})}))


def iam_refusal(status: int, detail: str = "") -> Refusal:
    """IAM's error for a status of IAM_ERRORS."""
    title, message = IAM_ERRORS[status]
    text = f"{message}: {detail}" if detail else message
    return Refusal(in_json(status, {"error": {"code": status, "message": text, "title": title}}))
