"""Signing in, as an httpx.Auth for each kind of credentials, and what all processes share of it.

A cloud that has refused several times in a row locks the key or the user for a while. So credentials that it has not
taken yet are tried by one caller at a time, and after three refusals by nobody for five minutes.
"""

import time
import uuid
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, models
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from api_proxy.iam import Login, read_token, token_request
from api_proxy.models import Connection, SignIn, from_now
from api_proxy.patience import http_date
from api_proxy.prepared import Prepared
from api_proxy.refusal import Declined, Refusal, read_refusal
from api_proxy.secret import Secret
from api_proxy.signing import Keys, sign
from api_proxy.transport import AT_ONCE, DEFAULT_LIMITS, Auth, Limits, Request, Response, Unreached
from api_proxy.vault import CredentialUnreadable, seal, unseal
from config.metrics import SIGN_INS
from config.redaction import MASK
from editor.flow.say import Said, counted, mark, say

#: Seconds before its end at which a token is no longer used.
MARGIN: Final = 300.0
#: The gateway locks a key after more than five refusals in a row: so many are risked, then it is left in peace.
MOST_REFUSALS: Final = 3
PEACE: Final = 300.0
#: Seconds that one caller may take to try credentials, a little longer than a question or a write may last; the others
#: wait longer than that, so that a caller that died holds nobody up for good.
TURN_LEASE: Final = max(DEFAULT_LIMITS.asking, DEFAULT_LIMITS.total) + 1
TURN_WAIT: Final = TURN_LEASE + 1
POLL: Final = 0.05
#: Seconds that the clocks may differ before it is said; the gateway refuses signatures from fifteen minutes on.
SKEW_WARNED: Final = 60.0
_STEADY: Final = 1.5
_QUICK: Final = 2.0

CLOCK_OFF: Final = mark(
    "The clock of this machine differs by {seconds} seconds from the cloud's: it is {direction}. The cloud refuses "
    "signatures from 900 seconds on. Set the clock of this machine right."
)


#: What is known of credentials that nobody has tried.
_UNTRIED: Final[Mapping[str, Any]] = {
    "sealed_token": "",
    "token_until": None,
    "is_proven": False,
    "refusals": 0,
    "peace_until": None,
    "lease": None,
    "lease_until": None,
}


def longest_call(limits: Limits) -> float:
    """The seconds that one call may take at most within ``limits``, with all that signing in waits for and asks for: a
    token is fetched, refused, and fetched once more."""
    question = max(limits.asking + limits.peace, limits.total)
    return 2 * (TURN_WAIT + limits.asking + question)


class SignInRefused(Declined):
    """The cloud did not take the credentials, or is left in peace because it has not."""


class _Known(NamedTuple):
    """What is known of signing in at one moment."""

    sealed_token: str
    #: Whether the token may be used still, by the database's clock.
    is_fresh: bool
    is_proven: bool
    skew: float | None


def _known(connection: UUID, revision: UUID) -> QuerySet[SignIn, Any]:
    is_fresh = ExpressionWrapper(Q(token_until__gt=Now()), output_field=BooleanField())
    rows = SignIn.objects.filter(pk=connection, revision=revision, connection__revision=revision)
    return rows.annotate(is_fresh=is_fresh).values_list("sealed_token", "is_fresh", "is_proven", "skew")


_KNOWN: Final = Prepared(_known, models.UUIDField(), models.UUIDField())


class Standing:
    """A connection's signing in, as all processes know it, for the credentials that ``connection`` was read with.

    Raises Unreached where the connection was changed or removed in the meantime.
    """

    def __init__(self, connection: Connection) -> None:
        self._pk = connection.pk
        self._revision = connection.revision
        self._lease: uuid.UUID | None = None
        #: As it was read last.
        self._known = self._read()
        if self._known is None:
            self._begin()

    def _read(self) -> _Known | None:
        for sealed, is_fresh, is_proven, skew in _KNOWN(self._pk, self._revision):
            return _Known(sealed, bool(is_fresh), bool(is_proven), skew)
        return None

    def _begin(self) -> None:
        """See that there is a row of these credentials; what is known of others is forgotten."""
        if not Connection.objects.filter(pk=self._pk, revision=self._revision).exists():
            raise _changed()
        try:
            SignIn.objects.get_or_create(pk=self._pk, defaults={"revision": self._revision})
        except IntegrityError:
            raise _changed() from None
        SignIn.objects.filter(pk=self._pk).exclude(revision=self._revision).update(revision=self._revision, **_UNTRIED)

    @property
    def _mine(self) -> models.QuerySet[SignIn]:
        return SignIn.objects.filter(pk=self._pk, revision=self._revision)

    def known(self) -> _Known:
        """What is known now."""
        self._known = self._read()
        if self._known is None:
            raise _changed()
        return self._known

    def token(self, refused: Secret | None = None) -> Secret | None:
        """The token that is kept, unless it is old, unreadable or the one that was just ``refused``."""
        known = self.known()
        if not (known.sealed_token and known.is_fresh):
            return None
        try:
            token = unseal(self._pk, known.sealed_token, ["session"])["session"]
        except CredentialUnreadable:
            return None
        return None if token == refused else token

    def keep_token(self, token: Secret, life: float) -> None:
        """Keep a token that lives for ``life`` seconds."""
        SIGN_INS.labels("signed in").inc()
        sealed = seal(self._pk, {"session": token})
        self._mine.update(sealed_token=sealed, token_until=from_now(life - min(MARGIN, life / 2)))

    def forget_token(self) -> None:
        self._mine.update(sealed_token="", token_until=None)

    def accepted(self) -> None:
        """The cloud took the credentials."""
        self._mine.exclude(is_proven=True, refusals=0).update(is_proven=True, refusals=0, peace_until=None)

    def refused(self) -> None:
        """The cloud refused the credentials, once more."""
        SIGN_INS.labels("refused").inc()
        self._mine.update(is_proven=False, refusals=F("refusals") + 1, peace_until=from_now(PEACE))

    def guard_peace(self) -> None:
        """Raise SignInRefused while the cloud is left in peace."""
        rest = ExpressionWrapper(F("peace_until") - Now(), output_field=models.DurationField())
        rows = self._mine.filter(refusals__gte=MOST_REFUSALS, peace_until__gt=Now()).annotate(rest=rest)
        for refusals, left in rows.values_list("refusals", "rest"):
            SIGN_INS.labels("held back").inc()
            raise SignInRefused(_left_in_peace(refusals, max(1, round(left.total_seconds()))), Refusal(401))

    def note_clock(self, response: Response, began: float, ended: float) -> None:
        """Measure the cloud's clock by the Date of an answer, to about a second, where the answer was quick."""
        there = http_date(response.headers.get("Date", ""))
        if there is None or ended - began > _QUICK:
            return
        # The field is cut to whole seconds: half a second is added for the mean.
        skew = round(there.timestamp() + 0.5 - (began + ended) / 2, 1)
        known = None if self._known is None else self._known.skew
        if known is not None and abs(skew - known) < _STEADY:
            return
        near = Q(skew__gt=skew - _STEADY, skew__lt=skew + _STEADY)
        self._mine.exclude(near, skew__isnull=False).update(skew=skew)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One caller at a time, in all processes. Raises Unreached where the others take too long."""
        self._wait()
        try:
            yield
        finally:
            SignIn.objects.filter(pk=self._pk, lease=self._lease).update(lease=None, lease_until=None)

    def _wait(self) -> None:
        deadline = time.monotonic() + TURN_WAIT
        while not self._take():
            self.known()
            if time.monotonic() >= deadline:
                sentence = say("Another request still waits for the cloud to sign in. Try again shortly.")
                raise Unreached(sentence, applied=False)
            time.sleep(POLL)

    def _take(self) -> bool:
        self._lease = uuid.uuid4()
        free = self._mine.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
        return bool(free.update(lease=self._lease, lease_until=from_now(TURN_LEASE)))


class SignedIn(Auth):
    """Puts credentials on requests. ``shown`` stands for them where a request is shown to a person.

    Raises SignInRefused where the cloud does not take them, Unreached where nothing was sent.
    """

    requires_request_body = True
    requires_response_body = True
    shown: ClassVar[Mapping[str, str]] = {"X-Auth-Token": MASK}

    def __init__(self, connection: Connection) -> None:
        self.standing = Standing(connection)

    def _send(self, request: Request) -> Generator[Request, Response, Response]:
        """The answer to ``request``, and by the way a look at the cloud's clock."""
        began = time.time()
        response = yield request
        self.standing.note_clock(response, began, time.time())
        return response


class IamToken(SignedIn):
    """An IAM user and a password: a token is fetched once for all processes, and renewed when it is refused, once."""

    def __init__(self, connection: Connection, login: Login) -> None:
        super().__init__(connection)
        self._login = login

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        token = yield from self._token()
        request.headers["X-Auth-Token"] = token.reveal()
        response = yield from self._send(request)
        if response.status_code != 401:
            return
        token = yield from self._token(refused=token)
        request.headers["X-Auth-Token"] = token.reveal()
        yield from self._send(request)

    def _token(self, refused: Secret | None = None) -> Generator[Request, Response, Secret]:
        kept = self.standing.token(refused)
        if kept is not None:
            return kept
        with self.standing.turn():
            kept = self.standing.token(refused)
            if kept is not None:
                return kept
            self.standing.guard_peace()
            response = yield from self._send(token_request(self._login))
            return self._take(response)

    def _take(self, response: Response) -> Secret:
        try:
            token, life = read_token(response, self._login)
        except Declined as error:
            if error.status == 401:
                self.standing.refused()
            raise SignInRefused(error.sentence, error.refusal) from None
        self.standing.accepted()
        self.standing.keep_token(token, life)
        return token


class _AtOnce(SignedIn):
    """Credentials that need no answer before they are used."""

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        if self.standing.known().is_proven:
            yield from self._try(request)
            return
        with self.standing.turn():
            self.standing.guard_peace()
            request.extensions[AT_ONCE] = True
            response = yield from self._try(request)
            # Other statuses may come from before the place where the credentials are looked at.
            if response.is_success or response.status_code in (400, 403, 409):
                self.standing.accepted()

    def _try(self, request: Request) -> Generator[Request, Response, Response]:
        self._put_on(request)
        response = yield from self._send(request)
        if response.status_code == 401:
            self.standing.refused()
            refusal = read_refusal(response)
            raise SignInRefused(self._refused(refusal), refusal)
        return response

    def _put_on(self, request: Request) -> None:
        raise NotImplementedError

    def _refused(self, refusal: Refusal) -> Said:
        raise NotImplementedError


class Signature(_AtOnce):
    """An access key, lasting or temporary: each request is signed."""

    shown: ClassVar[Mapping[str, str]] = {"Authorization": MASK}

    def __init__(self, connection: Connection, keys: Keys) -> None:
        super().__init__(connection)
        self._keys = keys
        self._project_id = connection.project_id

    def _put_on(self, request: Request) -> None:
        sign(request, self._keys, self._project_id, time.time())

    def _refused(self, refusal: Refusal) -> Said:
        clock = clock_off(self.standing.known().skew)
        advice = clock or say("Check the access key and its secret in the connection; a temporary one also has an end.")
        return say("The cloud refused the signature: {refusal}. {advice}", refusal=refusal.text, advice=advice)


class GivenToken(_AtOnce):
    """An IAM token that somebody fetched: it is used as it is."""

    def __init__(self, connection: Connection, token: Secret) -> None:
        super().__init__(connection)
        self._token = token

    def _put_on(self, request: Request) -> None:
        request.headers["X-Auth-Token"] = self._token.reveal()

    def _refused(self, refusal: Refusal) -> Said:
        text = mark("The cloud refused the token: {refusal}. Fetch a new one for this project and enter it.")
        return say(text, refusal=refusal.text)


def clock_off(skew: float | None) -> Said | None:
    """What to say of clocks that differ by ``skew`` seconds (the cloud's ahead of ours); None where they agree."""
    if skew is None or abs(skew) < SKEW_WARNED:
        return None
    direction = say("behind") if skew > 0 else say("ahead")
    return say(CLOCK_OFF, seconds=f"{abs(skew):.0f}", direction=direction)


def _left_in_peace(refusals: int, seconds: int) -> Said:
    if seconds > 90:
        time_left = counted(round(seconds / 60), mark("{count} minute"), mark("{count} minutes"))
    else:
        time_left = counted(seconds, mark("{count} second"), mark("{count} seconds"))
    return say(
        "The cloud refused these credentials {count} times in a row. Before it locks them, it is left in peace for "
        "another {time}. Right credentials, entered in the connection, are tried at once.",
        count=refusals,
        time=time_left,
    )


def _changed() -> Unreached:
    sentence = say("The connection was changed or removed in the meantime. Nothing was sent; try again.")
    return Unreached(sentence, applied=False)
