"""A connection put to use: signed in on demand, few at a time, and what goes wrong told as a problem."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from api_proxy.aom import Aom
from api_proxy.endpoints import UnknownRegion, endpoints
from api_proxy.iam import Login
from api_proxy.models import Connection
from api_proxy.refusal import Declined, Refusal
from api_proxy.token import TOKENS, IamToken
from api_proxy.transport import NoAnswer, UpstreamError, client
from api_proxy.vault import CredentialUnreadable
from editor.api.problems import Problem
from editor.flow.say import counted, mark, say

#: So many calls may wait for the cloud at once in this process; the other threads stay free for editors.
SLOTS: Final = 4
#: Seconds to wait for one of them.
PATIENCE: Final = 1.0
_slots = threading.BoundedSemaphore(SLOTS)


@dataclass(frozen=True)
class Trial:
    """How a test of a connection ended."""

    ok: bool
    detail: str
    refusal: Refusal | None = None


@contextmanager
def opened(connection: Connection) -> Iterator[Aom]:
    """AOM, signed in as ``connection`` says; no byte is sent before the first call.

    Raises Problem 409 where the connection cannot be used as it stands, 503 where too many calls are under way.
    """
    origin, login = _login(connection)
    if not _slots.acquire(timeout=PATIENCE):
        detail = say("Too many calls are waiting for the cloud. Nothing was sent; try again shortly.")
        raise Problem(503, "Cloud busy", detail, headers={"Retry-After": "5"})
    try:
        with client([login.iam, origin], IamToken(connection.id, login)) as http:
            yield Aom(http, origin, connection.project_id, connection.enterprise_project_id)
    finally:
        _slots.release()


def try_out(connection: Connection) -> Trial:
    """Sign in anew and read the group rules. Raises Problem like ``opened``."""
    with opened(connection) as aom:
        try:
            TOKENS.forget(connection.id)
            rules = aom.group_rules()
        except Declined as error:
            return Trial(False, error.sentence, error.refusal)
        except UpstreamError as error:
            return Trial(False, error.sentence)
    one = mark("Signed in; the project has {count} grouping rule.")
    return Trial(True, counted(len(rules), one, mark("Signed in; the project has {count} grouping rules.")))


def problem(error: UpstreamError) -> Problem:
    """The answer to a caller who waits for the cloud's: 504 where none came, 502 where it was no good."""
    if isinstance(error, NoAnswer):
        return Problem(504, "Cloud did not answer", error.sentence)
    if isinstance(error, Declined):
        return refused(error.sentence, error.refusal)
    return Problem(502, "Cloud not usable", error.sentence)


def refused(sentence: str, refusal: Refusal) -> Problem:
    """The answer where the cloud said no, with its own words beside ours."""
    return Problem(502, "Cloud refused", sentence, upstream=refusal_json(refusal))


def refusal_json(refusal: Refusal | None) -> dict[str, object]:
    """The error fields as every answer of the API names them; empty where there is no refusal."""
    shown = refusal or Refusal(0)
    return {
        "status": shown.status or None,
        "error_code": shown.code,
        "error_msg": shown.message,
        "error_type": shown.type,
        "trace_id": shown.trace_id,
    }


def _login(connection: Connection) -> tuple[str, Login]:
    try:
        places = endpoints(connection.region)
        if not connection.has_password:
            raise _unusable(connection, say("It has no password yet: an admin enters one in the connection."))
        password = connection.open_password()
    except (UnknownRegion, CredentialUnreadable) as error:
        raise _unusable(connection, str(error)) from None
    login = Login(places.iam, connection.iam_domain, connection.iam_user, password, connection.project_id)
    return places.aom, login


def _unusable(connection: Connection, reason: str) -> Problem:
    text = say("{name} cannot be used. {reason}", name=connection.name, reason=reason)
    return Problem(409, "Connection not usable", text)
