"""The IAM token as an httpx.Auth: fetched once, shared by all requests of a connection, renewed when it is refused."""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from api_proxy.iam import Login, read_token, token_request
from api_proxy.refusal import Declined, Refusal
from api_proxy.secret import Secret
from api_proxy.transport import DEFAULT_LIMITS, Unreached
from editor.flow.say import say

#: Seconds before its end at which a token is no longer used.
MARGIN = 300.0
#: IAM locks a user after repeated wrong passwords: so many refusals in a row are risked, then it is left in peace.
MOST_REFUSALS = 3
PEACE = 300.0


@dataclass
class _Cell:
    """The token of one login, and the lock under which it is fetched. Times are on the monotonic clock."""

    fingerprint: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: Secret | None = None
    good_until: float = 0.0
    refusals: int = 0
    peace_until: float = 0.0

    def usable(self, refused: Secret | None) -> Secret | None:
        """The token, unless it is old or the one that was just ``refused``."""
        if self.token is None or time.monotonic() >= self.good_until or self.token == refused:
            return None
        return self.token

    def store(self, token: Secret, life: float) -> Secret:
        self.token, self.good_until, self.refusals = token, time.monotonic() + life - min(MARGIN, life / 2), 0
        return token

    def note_refusal(self) -> None:
        self.refusals += 1
        self.peace_until = time.monotonic() + PEACE


class TokenCache:
    """The tokens of this process, one for each connection; a changed login starts anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cells: dict[UUID, _Cell] = {}

    def cell(self, connection_id: UUID, fingerprint: str) -> _Cell:
        with self._lock:
            cell = self._cells.get(connection_id)
            if cell is None or cell.fingerprint != fingerprint:
                cell = self._cells[connection_id] = _Cell(fingerprint)
            return cell

    def forget(self, connection_id: UUID) -> None:
        """Drop the token of a connection, so that the next request signs in."""
        with self._lock:
            cell = self._cells.get(connection_id)
        if cell is not None:
            with _held(cell.lock):
                cell.token = None


TOKENS = TokenCache()


class IamToken(httpx.Auth):
    """Puts ``X-Auth-Token`` on requests. A 401 renews the token once and repeats the request once.

    Raises Declined where IAM refuses the login, Unreached where another request still waits for IAM.
    """

    requires_response_body = True

    def __init__(self, connection_id: UUID, login: Login, tokens: TokenCache = TOKENS) -> None:
        self._login = login
        self._cell = tokens.cell(connection_id, login.fingerprint)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = yield from self._token()
        request.headers["X-Auth-Token"] = token.reveal()
        response = yield request
        if response.status_code != 401:
            return
        token = yield from self._token(refused=token)
        request.headers["X-Auth-Token"] = token.reveal()
        yield request

    def _token(self, refused: Secret | None = None) -> Generator[httpx.Request, httpx.Response, Secret]:
        with _held(self._cell.lock):
            token = self._cell.usable(refused)
            if token is not None:
                return token
            self._guard_lock_out()
            response = yield token_request(self._login)
            return self._take(response)

    def _take(self, response: httpx.Response) -> Secret:
        try:
            return self._cell.store(*read_token(response, self._login))
        except Declined as error:
            if error.status == 401:
                self._cell.note_refusal()
            raise

    def _guard_lock_out(self) -> None:
        if self._cell.refusals >= MOST_REFUSALS and time.monotonic() < self._cell.peace_until:
            sentence = say(
                "IAM refused this user and password {count} times in a row and is left in peace for {minutes} "
                "minutes, before it locks the user. Enter the right password in the connection.",
                count=self._cell.refusals,
                minutes=f"{PEACE / 60:g}",
            )
            raise Declined(sentence, Refusal(401))


@contextmanager
def _held(lock: threading.Lock) -> Iterator[None]:
    """The lock, waited for no longer than one exchange may take."""
    if not lock.acquire(timeout=DEFAULT_LIMITS.total):
        raise Unreached(say("IAM is still being waited for by another request. Try again shortly."), applied=False)
    try:
        yield
    finally:
        lock.release()
