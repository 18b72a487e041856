"""IAM's half of the cloud: tokens for a user name and a password."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from .answers import (
    DOMAIN_ID,
    DOMAIN_NAME,
    PASSWORD,
    PROJECT_ID,
    PROJECT_NAME,
    USER_ID,
    USER_NAME,
    Answer,
    gateway_refusal,
    iam_refusal,
    in_json,
)
from .contract import problems
from .reading import Request, parse_json

TOKEN_LIFE_S = 24 * 60 * 60


@dataclass(frozen=True)
class Token:
    """What a token opens: a project (none when it is for the domain), until a time in seconds since 1970."""

    project_id: str | None
    expires_at: float


class Iam:
    """Makes tokens and knows them again. Any number of them is good at the same time, each for 24 hours."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}

    def create_token(self, request: Request) -> Answer:
        """POST /v3/auth/tokens: 201 and the token in X-Subject-Token."""
        auth = _read_token_request(request)["auth"]
        if not _is_demo_user(auth["identity"]["password"]["user"]):
            raise iam_refusal(401)
        if not _is_own_scope(auth["scope"]):
            raise iam_refusal(403)
        issued_at = self._clock()
        token = Token(PROJECT_ID if "project" in auth["scope"] else None, issued_at + TOKEN_LIFE_S)
        name = secrets.token_urlsafe(96)
        with self._lock:
            self._tokens = {**self._living(issued_at), name: token}
        catalog: dict[str, Any] = {} if parse_qs(request.query).get("nocatalog") else {"catalog": []}
        return in_json(201, {"token": {**_described(token, issued_at), **catalog}}, {"X-Subject-Token": name})

    def token_of(self, request: Request) -> Token:
        """The token a request carries; the gateway's 401 when there is none, or none that is good."""
        name = request.headers.get("x-auth-token", "")
        if not name:
            raise gateway_refusal(401, "x-auth-token not found")
        with self._lock:
            token = self._tokens.get(name)
        if token is None:
            raise gateway_refusal(401, "decrypt token fail")
        if token.expires_at <= self._clock():
            raise gateway_refusal(401, f"token expires, expires_at: {_in_utc(token.expires_at)}")
        return token

    def forget(self) -> None:
        """No token is good any more."""
        with self._lock:
            self._tokens = {}

    def end_tokens(self) -> None:
        """Every token that lives ends now."""
        now = self._clock()
        with self._lock:
            self._tokens = {
                name: replace(token, expires_at=min(token.expires_at, now)) for name, token in self._tokens.items()
            }

    def _living(self, now: float) -> dict[str, Token]:
        # Kept for a day past their end, so that a late user hears that the token expired.
        return {name: token for name, token in self._tokens.items() if token.expires_at + TOKEN_LIFE_S > now}


def _read_token_request(request: Request) -> Any:
    if not request.is_json:
        raise iam_refusal(400, "Content-Type must be application/json")
    try:
        body = parse_json(request.body)
    except ValueError as error:
        raise iam_refusal(400, str(error)) from error
    if found := problems("TokenRequest", body):
        raise iam_refusal(400, str(found[0]))
    return body


def _is_demo_user(user: dict[str, Any]) -> bool:
    return (user["domain"]["name"], user["name"], user["password"]) == (DOMAIN_NAME, USER_NAME, PASSWORD)


def _is_own_scope(scope: dict[str, dict[str, str]]) -> bool:
    if "project" in scope:
        return scope["project"] in ({"id": PROJECT_ID}, {"name": PROJECT_NAME})
    return scope["domain"] in ({"id": DOMAIN_ID}, {"name": DOMAIN_NAME})


def _described(token: Token, issued_at: float) -> dict[str, Any]:
    domain = {"id": DOMAIN_ID, "name": DOMAIN_NAME}
    project = {"project": {"domain": domain, "id": PROJECT_ID, "name": PROJECT_NAME}}
    return {
        "expires_at": _in_utc(token.expires_at),
        "issued_at": _in_utc(issued_at),
        "methods": ["password"],
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {"domain": domain, "id": USER_ID, "name": USER_NAME, "password_expires_at": ""},
        **(project if token.project_id else {"domain": domain}),
    }


def _in_utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
