"""A connection put to use: signed in on demand, few at a time, and what goes wrong told as a problem."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils import timezone

from api_proxy.aom import Aom, OneLook
from api_proxy.coc import Coc, OneSilence
from api_proxy.credentials import Kind, ended
from api_proxy.endpoints import Endpoints, UnknownRegion, coc_origin, endpoints
from api_proxy.iam import Login
from api_proxy.models import Connection
from api_proxy.pauses import SharedPauses
from api_proxy.refusal import Declined, Refusal
from api_proxy.signin import GivenToken, IamToken, Signature, SignedIn
from api_proxy.signing import Keys
from api_proxy.transport import DEFAULT_LIMITS, Limits, NoAnswer, UpstreamError, client
from api_proxy.vault import CredentialUnreadable
from config.metrics import SLOTS_IN_USE
from editor.api.problems import Problem
from editor.flow.say import mark, say

#: So many calls may wait for the cloud at once in this process; the other threads stay free for editors.
SLOTS: Final = 4
#: The keeper's own places: it takes none from people.
KEEPER_SLOTS: Final = 4
#: Seconds to wait for a place; so many callers may, since each of them keeps a thread from editors.
SLOT_WAIT: Final = 1.0
WAITING: Final = 2
_slots = threading.BoundedSemaphore(SLOTS)
_keeper_slots = threading.BoundedSemaphore(KEEPER_SLOTS)
_waiting = threading.BoundedSemaphore(WAITING)


class NotUsable(Problem):
    """409: the connection cannot be used as it stands."""


@contextmanager
def opened(connection: Connection, limits: Limits = DEFAULT_LIMITS) -> Iterator[Aom]:
    """AOM, signed in as ``connection`` says; no byte is sent before the first call, and each is bound by ``limits``.

    Raises NotUsable, and Problem 503 where too many calls are under way.
    """
    with _opened(connection, limits, Aom, _slots) as aom:
        yield aom


@contextmanager
def opened_by_keeper(connection: Connection, limits: Limits) -> Iterator[Aom]:
    """The same in a place of the keeper's own, for several rows: what one look found counts for all of them."""
    with _opened(connection, limits, OneLook, _keeper_slots) as aom:
        yield aom


@contextmanager
def _opened(
    connection: Connection, limits: Limits, service: type[Aom], slots: threading.BoundedSemaphore
) -> Iterator[Aom]:
    places, auth = _prepared(connection)
    pauses = SharedPauses(connection.project_id)
    with _slot(slots), client([places.iam, places.aom], auth, limits, pauses) as http:
        yield service(http, places.aom, connection.project_id, connection.enterprise_project_id, auth.shown)


@contextmanager
def opened_coc(connection: Connection, limits: Limits = DEFAULT_LIMITS) -> Iterator[Coc]:
    """COC, signed in as ``connection`` says; no byte is sent before the first call, and each is bound by ``limits``.

    Raises Problem like ``opened``, NotUsable too where the connection has no COC region.
    """
    with _opened_coc(connection, limits, Coc, _slots) as coc:
        yield coc


@contextmanager
def opened_coc_by_keeper(connection: Connection, limits: Limits) -> Iterator[Coc]:
    """The same in a place of the keeper's own, for several rows: where one got no answer, none asks again."""
    with _opened_coc(connection, limits, OneSilence, _keeper_slots) as coc:
        yield coc


@contextmanager
def _opened_coc(
    connection: Connection, limits: Limits, service: type[Coc], slots: threading.BoundedSemaphore
) -> Iterator[Coc]:
    places, auth = _prepared(connection)
    origin = _coc_origin(connection)
    with _slot(slots), client([places.iam, origin], auth, limits, SharedPauses(connection.project_id)) as http:
        yield service(http, origin, auth.shown)


@contextmanager
def _slot(slots: threading.BoundedSemaphore) -> Iterator[None]:
    """One of the few places for calls. Raises Problem 503 where all are taken."""
    if not (slots.acquire(blocking=False) or _waited_for(slots)):
        detail = say("Too many calls are waiting for the cloud. Nothing was sent; try again shortly.")
        raise Problem(503, "Cloud busy", detail, headers={"Retry-After": "5"})
    SLOTS_IN_USE.inc()
    try:
        yield
    finally:
        SLOTS_IN_USE.dec()
        slots.release()


def _waited_for(slots: threading.BoundedSemaphore) -> bool:
    """Whether a place came free in time; nobody waits where enough others do."""
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return slots.acquire(timeout=SLOT_WAIT)
    finally:
        _waiting.release()


def _coc_origin(connection: Connection) -> str:
    if not connection.coc_region:
        text = say("It has no COC, so no alarm can be handled over it: an admin chooses its COC region.")
        raise _unusable(connection, text)
    try:
        return coc_origin(connection.coc_region)
    except UnknownRegion as error:
        raise _unusable(connection, str(error)) from None


def problem(error: UpstreamError) -> Problem:
    """The answer to a caller who waits for the cloud's: 504 where none came, 502 where it was no good."""
    if isinstance(error, NoAnswer):
        return Problem(504, "Cloud did not answer", error.sentence)
    if isinstance(error, Declined):
        return refused(error.sentence, error.refusal)
    return Problem(502, "Cloud not usable", error.sentence)


def refused(sentence: str, refusal: Refusal) -> Problem:
    """The answer where the cloud said no, with its own words beside ours."""
    return Problem(502, "Cloud refused", sentence, upstream=refusal.as_members())


def _prepared(connection: Connection) -> tuple[Endpoints, SignedIn]:
    """Where the connection leads, and what signs its requests. Raises NotUsable."""
    try:
        places = endpoints(connection.region)
        return places, _auth(connection, places)
    except (UnknownRegion, CredentialUnreadable, UpstreamError) as error:
        raise _unusable(connection, str(error)) from None


def _auth(connection: Connection, places: Endpoints) -> SignedIn:
    if not connection.has_credentials:
        raise _unusable(connection, say("It has no credentials yet: an admin enters them in the connection."))
    if over := ended(connection.ends, timezone.now()):
        raise _unusable(connection, over)
    secrets = connection.open_credentials()
    if connection.kind == Kind.TOKEN:
        return GivenToken(connection, secrets["token"])
    if connection.kind == Kind.PASSWORD:
        place = (places.iam, connection.iam_domain, connection.iam_user)
        return IamToken(connection, Login(*place, secrets["password"], connection.project_id))
    keys = Keys(secrets["access_key"].reveal(), secrets["secret_key"], secrets.get("security_token"))
    return Signature(connection, keys)


def _unusable(connection: Connection, reason: str) -> NotUsable:
    text = say("{name} cannot be used. {reason}", name=connection.name, reason=reason)
    return NotUsable(409, mark("Connection not usable"), text)
