"""The one way out: an httpx client that speaks to the given origins only, within bounds, and fails in known ways.

Everything goes through ``Guard``, a transport, so that the requests of an auth flow are bounded like all others. The
connections themselves, and who may be on the other side, are the matter of ``wire``.
"""

import ssl
import time
import uuid
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from types import TracebackType
from typing import Final, Literal, Self

import httpcore
import httpx
from django.conf import settings

from api_proxy.patience import PASSING, THROTTLED, OwnPauses, Pauses, clock_after, pause_asked, waits
from api_proxy.wire import LeadsInside, Origin, Progress, Untrusted, address_of, followed, pool
from config.metrics import measured
from config.redaction import MASK, spellings
from config.request_id import current
from editor.flow.say import Said, mark, say

TEXT_LENGTH: Final = 1024
#: The extension of a request that changes nothing over there, whatever its method says.
READS_ONLY: Final = "reads_only"
#: The extension of a question that does not wait for a host that wants to be left in peace.
AT_ONCE: Final = "at_once"
#: The extension of a 429 that tells when calls are taken again.
RESUMES: Final = "resumes"
_FAULTS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)

Outcome = Literal["succeeded", "rejected", "unknown"]
#: What the clients of the services are written with, so that the library's name stands here alone.
Auth = httpx.Auth
Client = httpx.Client
Request = httpx.Request
Response = httpx.Response


@dataclass(frozen=True)
class Limits:
    """How long (seconds) and how much (bytes of the decoded body) one exchange may take; for a question also how often
    it is asked, in how many seconds in all, and how many more it waits for a host that wants to be left in peace."""

    connect: float = 5
    read: float = 10
    total: float = 20
    answer_bytes: int = 1024 * 1024
    tries: int = 3
    asking: float = 30
    peace: float = 60


DEFAULT_LIMITS: Final = Limits()


class UpstreamError(Exception):
    """An exchange that did not end with a usable answer; the text is a sentence for the user and names no secret.

    ``applied`` is False where the request has certainly changed nothing, None where nobody can know. ``status`` is the
    status of the answer, where one began. ``is_passing`` where the next try may fare better.
    """

    is_passing = False

    def __init__(self, sentence: Said, *, applied: Literal[False] | None = None, status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.applied = applied
        self.status = status


class AddressRefused(UpstreamError):
    """The address is not one of those the client was made for."""


class Unreached(UpstreamError):
    """The request never left: name, connection or certificate failed."""


class NoAnswer(UpstreamError):
    """The request left, and no whole answer came back in time."""

    met_a_closed_connection = False


class BadAnswer(UpstreamError):
    """An answer came that cannot be used: too large, or not what the contract says."""


def outcome(status: int) -> Outcome:
    """What an answer's status says about a write to AOM: only 204 is success, only a clear refusal is "rejected"."""
    if status == 204:
        return "succeeded"
    if status in (300, 301, 302, 307, 308) or 400 <= status <= 499:
        return "rejected"
    return "unknown"


def client(
    origins: Iterable[str],
    auth: httpx.Auth | None = None,
    limits: Limits = DEFAULT_LIMITS,
    pauses: Pauses | None = None,
) -> Client:
    """A client that reaches ``origins`` ("https://host[:port]", or plain http to this machine) and nothing else; it
    heeds ``pauses``."""
    return httpx.Client(
        transport=Guard(_listed(tuple(origins)), limits, pauses=pauses),
        auth=auth,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "groupflow", "Accept": "application/json", "Accept-Encoding": "identity"},
    )


@lru_cache(maxsize=256)
def _listed(origins: tuple[str, ...]) -> frozenset[Origin]:
    """Those of them that may be called."""
    return frozenset(filter(_is_protected, (_origin(httpx.URL(url)) for url in origins)))


def _is_protected(origin: Origin) -> bool:
    """Whether what is sent there can be read by nobody on the way."""
    scheme, host, _ = origin
    address = address_of(host)
    return scheme == "https" or host == "localhost" or (address is not None and address.is_loopback)


def plain(text: str, secrets: Iterable[str] = ()) -> str:
    """Text from outside, fit to be stored and shown: no control characters, no halves of pairs, none of ``secrets``, at
    most TEXT_LENGTH characters."""
    for secret in filter(None, secrets):
        for spelling in spellings(secret):
            text = text.replace(spelling, MASK)
    visible = (c if c.isprintable() else " " for c in text[: 4 * TEXT_LENGTH])
    return "".join(visible).strip()[:TEXT_LENGTH]


def _origin(url: httpx.URL) -> Origin:
    port = {"https": 443, "http": 80}.get(url.scheme, 0) if url.port is None else url.port
    return url.scheme, _host(url), port


def _host(url: httpx.URL) -> str:
    """As it stands in the address: turned back from IDNA it might look like another one, or fail."""
    return url.raw_host.decode("ascii")


def _is_harmless(request: httpx.Request) -> bool:
    """Whether it changes nothing over there, so that it may be asked again."""
    return request.method in ("GET", "HEAD") or bool(request.extensions.get(READS_ONLY))


def trust() -> ssl.SSLContext:
    """Whose certificates are good: the well-known authorities, or those in the file CLOUD_CA_FILE alone."""
    return _trust(settings.CLOUD_CA_FILE)


@cache
def _trust(file: str) -> ssl.SSLContext:
    if not file:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        text = mark("The certificates in CLOUD_CA_FILE cannot be read ({reason}). Ask whoever runs Groupflow.")
        raise Unreached(say(text, reason=plain(error.strerror or str(error))), applied=False) from None


class Guard(httpx.BaseTransport):
    """Sends a request and reads its whole answer, or raises UpstreamError.

    A question that meets a passing fault is asked again, and waits where the host wants to be left in peace. A write
    goes out once at most, and not at all to such a host.
    """

    def __init__(
        self,
        origins: frozenset[Origin],
        limits: Limits,
        trust: ssl.SSLContext | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        self._origins = origins
        self._limits = limits
        self._trust = trust
        self._pauses = pauses or OwnPauses()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._admit(request.url)
        request.headers.setdefault("X-Request-Id", current() or uuid.uuid4().hex)
        if _is_harmless(request):
            return self._ask(request)
        left = self._pauses.left(_host(request.url))
        if left > 0:
            raise _paused(_host(request.url), left)
        return self._noted(request, self._exchange(request, self._limits.total, False))

    def _admit(self, url: httpx.URL) -> None:
        if _origin(url) not in self._origins or url.userinfo:
            sentence = say("The address {host} is not one that may be called.", host=plain(_host(url)))
            raise AddressRefused(sentence, applied=False)

    def _ask(self, request: httpx.Request) -> httpx.Response:
        """Up to ``limits.tries`` times: within ``limits.asking`` seconds, and ``limits.peace`` more of waiting for a
        host that wants to be left in peace."""
        asking = _Asking(self._limits, 0 if request.extensions.get(AT_ONCE) else self._limits.peace)
        while True:
            self._wait_for_peace(_host(request.url), asking)
            try:
                response = self._noted(request, self._exchange(request, asking.seconds, asking.is_fresh))
            except UpstreamError as error:
                if not asking.goes_on_after(error):
                    raise
            else:
                if not asking.goes_on_with(response):
                    return response

    def _wait_for_peace(self, host: str, asking: "_Asking") -> None:
        left = self._pauses.left(host)
        if left > asking.peace:
            raise _paused(host, left)
        if left > 0:
            asking.wait_in_peace(left)

    def _noted(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """``response``; where it is a 429, the peace that it asks for is on record for everybody."""
        if response.status_code == THROTTLED:
            seconds = pause_asked(response.headers)
            self._pauses.extend(_host(request.url), seconds)
            response.extensions[RESUMES] = clock_after(seconds)
        return response

    def _exchange(self, request: httpx.Request, seconds: float, is_fresh: bool) -> httpx.Response:
        with measured(request.url.host) as answered:
            response = self._exchanged(request, seconds, is_fresh)
            answered(response.status_code)
        return response

    def _exchanged(self, request: httpx.Request, seconds: float, is_fresh: bool) -> httpx.Response:
        connections = pool(_origin(request.url), self._trust or trust())
        with _Exchange(request, self._limits, seconds, is_fresh) as exchange:
            answer = connections.handle_request(exchange.as_sent())
            headers = httpx.Headers(answer.headers)
            try:
                body, count = _read(answer, headers, self._limits.answer_bytes)
                exchange.guard_time(answer.status)
                exchange.progress.leave(headers, count)
            finally:
                answer.close()
        return httpx.Response(answer.status, headers=_spent(headers), content=body, request=request)


def _paused(host: str, seconds: float) -> UpstreamError:
    text = mark("{host} is asked too often and takes calls again at {time}.")
    return UpstreamError(say(text, host=host, time=clock_after(seconds)), applied=False, status=THROTTLED)


class _Asking:
    """One question, asked until there is an answer or no patience left."""

    def __init__(self, limits: Limits, peace: float) -> None:
        self._limits = limits
        self._tries = limits.tries
        self._waits = waits()
        self._ends = time.monotonic() + limits.asking
        #: Seconds that may still be waited for a host that wants to be left in peace.
        self.peace = peace
        self.is_fresh = False

    @property
    def seconds(self) -> float:
        """How long the next try may take."""
        return min(self._limits.total, max(self._ends - time.monotonic(), 0))

    def wait_in_peace(self, seconds: float) -> None:
        time.sleep(seconds)
        self.peace -= seconds
        self._ends += seconds

    def goes_on_after(self, error: UpstreamError) -> bool:
        """Whether to ask again: at once where it was only that a kept connection was closed meanwhile."""
        if isinstance(error, NoAnswer) and error.met_a_closed_connection and not self.is_fresh:
            self.is_fresh = True
            self._tries -= 1
            return self._tries > 0
        return error.is_passing and self._wait()

    def goes_on_with(self, response: httpx.Response) -> bool:
        if response.status_code == THROTTLED:
            self._tries -= 1
            return self._tries > 0 and pause_asked(response.headers) <= self.peace
        return response.status_code in PASSING and self._wait()

    def _wait(self) -> bool:
        self._tries -= 1
        wait = next(self._waits)
        if self._tries <= 0 or time.monotonic() + wait >= self._ends:
            return False
        time.sleep(wait)
        return True


class _Exchange:
    """One request on the wire, and what it means when it fails."""

    def __init__(self, request: httpx.Request, limits: Limits, seconds: float, is_fresh: bool) -> None:
        self._request = request
        self._limits = limits
        self._seconds = seconds
        self._host = _host(request.url)
        self.progress = Progress(time.monotonic() + seconds, is_fresh)
        self._following = followed(self.progress)

    def as_sent(self) -> httpcore.Request:
        limits, url = self._limits, self._request.url
        timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read}
        # The one wait that does not pass by the deadline.
        timeouts["pool"] = min(limits.connect, self._seconds)
        scheme, host, port = _origin(url)
        place = httpcore.URL(scheme=scheme, host=host, port=port, target=url.raw_path)
        content = self._request.read()
        headers = self._request.headers.raw
        return httpcore.Request(
            self._request.method, place, headers=headers, content=content, extensions={"timeout": timeouts}
        )

    def __enter__(self) -> Self:
        self._following.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._following.__exit__(None, None, None)
        if isinstance(error, _Unusable):
            sentence = say(error.message, host=self._host, **error.params)
            raise BadAnswer(sentence, applied=self._applied, status=error.status) from None
        if isinstance(error, LeadsInside):
            sentence = say("The name {host} leads to an address inside this machine.", host=self._host)
            raise AddressRefused(sentence, applied=False) from None
        if isinstance(error, _FAULTS):
            raise self._failure(error) from None

    def guard_time(self, status: int) -> None:
        """Raise NoAnswer where the answer has no length and was cut by the deadline, so that it looks whole."""
        if self.progress.is_late:
            raise NoAnswer(self._late_sentence, applied=self._applied, status=status)

    @property
    def _applied(self) -> Literal[False] | None:
        return None if self.progress.sent and not _is_harmless(self._request) else False

    @property
    def _late_sentence(self) -> Said:
        text = mark("{host} did not answer in full within {seconds} seconds.")
        return say(text, host=self._host, seconds=f"{self._seconds:.3g}")

    def _failure(self, error: Exception) -> UpstreamError:
        if not self.progress.sent:
            return self._unreached(error)
        if self.progress.is_late:
            return NoAnswer(self._late_sentence, applied=self._applied)
        if isinstance(error, httpcore.TimeoutException):
            shown = {"host": self._host, "seconds": f"{self._limits.read:g}"}
            return NoAnswer(say("{host} was silent for {seconds} seconds.", **shown), applied=self._applied)
        failure = NoAnswer(say("{host} broke off before its answer was whole.", host=self._host), applied=self._applied)
        failure.is_passing = True
        failure.met_a_closed_connection = self.progress.met_a_closed_connection
        return failure

    def _unreached(self, error: Exception) -> UpstreamError:
        sentence = say("{host} could not be reached: {cause}.", host=self._host, cause=self._cause(error))
        failure = Unreached(sentence, applied=False)
        failure.is_passing = not isinstance(error, Untrusted)
        return failure

    def _cause(self, error: Exception) -> str:
        if isinstance(error, httpcore.PoolTimeout):
            return say("all connections to it are in use")
        if self.progress.is_late or isinstance(error, httpcore.TimeoutException):
            return say("no connection within {seconds} seconds", seconds=f"{self._limits.connect:g}")
        return plain(str(error)).rstrip(".") or say("the connection failed")


class _Unusable(Exception):
    """The answer, of this status, cannot be read; ``message`` has places for the host and for ``params``."""

    def __init__(self, message: str, status: int, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.params = params


def _read(answer: httpcore.Response, headers: httpx.Headers, limit: int) -> tuple[bytes, int]:
    """The body, and how many bytes it was on the wire. It is decoded here and piece by piece: httpx would unpack a bomb
    in memory before anybody could count."""
    unpack = _unpacker(headers, answer.status)
    body = bytearray()
    count = 0
    for chunk in answer.iter_stream():
        count += len(chunk)
        body += unpack(chunk, limit + 1 - len(body))
        if len(body) > limit:
            raise _Unusable(mark("{host} answered with more than {limit} bytes."), answer.status, limit=limit)
    return bytes(body), count


def _unpacker(headers: httpx.Headers, status: int) -> Callable[[bytes, int], bytes]:
    """A function from a piece of the body and a bound on the result to the decoded piece."""
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return lambda chunk, most: chunk
    if coding not in ("gzip", "deflate"):
        text = mark("{host} answered in a coding that is not read here ({coding}).")
        raise _Unusable(text, status, coding=plain(coding)[:40])
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error:
            raise _Unusable(mark("{host} answered with broken gzip."), status) from None

    return unpack


def _spent(headers: httpx.Headers) -> list[tuple[bytes, bytes]]:
    """The header fields that stay true of the decoded body."""
    spent = {b"content-encoding", b"content-length", b"transfer-encoding"}
    return [(name, value) for name, value in headers.raw if name.lower() not in spent]
