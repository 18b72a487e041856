"""The one way out: an httpx client that speaks to the given origins only, within bounds, and fails in known ways.

Everything goes through ``Guard``, a transport, so that the requests of an auth flow are bounded like all others. Each
request has its own connection: a kept one may be closed by the other side at the moment of sending, and then nobody
knows whether the request arrived.
"""

import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Final, Literal, Self

import httpx

from config.metrics import measured
from config.redaction import spellings
from editor.flow.say import Said, mark, say

TEXT_LENGTH: Final = 1024
#: The extension of a request that changes nothing over there, whatever its method says.
READS_ONLY: Final = "reads_only"

Outcome = Literal["succeeded", "rejected", "unknown"]
#: What the clients of the services are written with, so that the library's name stands here alone.
Auth = httpx.Auth
Client = httpx.Client
Request = httpx.Request
Response = httpx.Response


@dataclass(frozen=True)
class Limits:
    """How long (seconds) and how much (bytes of the decoded body) one exchange may take."""

    connect: float = 5
    read: float = 10
    total: float = 20
    answer_bytes: int = 1024 * 1024


DEFAULT_LIMITS: Final = Limits()


class UpstreamError(Exception):
    """An exchange that did not end with a usable answer; the text is a sentence for the user and names no secret.

    ``applied`` is False where the request has certainly changed nothing, None where nobody can know. ``status`` is the
    status of the answer, where one began.
    """

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


class BadAnswer(UpstreamError):
    """An answer came that cannot be used: too large, or not what the contract says."""


def outcome(status: int) -> Outcome:
    """What an answer's status says about a write to AOM: only 204 is success, only a clear refusal is "rejected"."""
    if status == 204:
        return "succeeded"
    if status in (300, 301, 302, 307, 308) or 400 <= status <= 499:
        return "rejected"
    return "unknown"


def client(origins: Iterable[str], auth: httpx.Auth | None = None, limits: Limits = DEFAULT_LIMITS) -> Client:
    """A client that reaches ``origins`` ("https://host[:port]") and nothing else."""
    return httpx.Client(
        transport=Guard(frozenset(_origin(httpx.URL(url)) for url in origins), limits),
        auth=auth,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "groupflow", "Accept": "application/json", "Accept-Encoding": "identity"},
    )


def plain(text: str, secrets: Iterable[str] = ()) -> str:
    """Text from outside, fit to be stored and shown: no control characters, no halves of pairs, none of ``secrets``, at
    most TEXT_LENGTH characters."""
    for secret in filter(None, secrets):
        for spelling in spellings(secret):
            text = text.replace(spelling, "••••")
    visible = (c if c.isprintable() else " " for c in text[: 4 * TEXT_LENGTH])
    return "".join(visible).strip()[:TEXT_LENGTH]


Origin = tuple[str, str, int]


def _origin(url: httpx.URL) -> Origin:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme, 0)


@cache
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Guard(httpx.BaseTransport):
    """Sends a request and reads its whole answer, or raises UpstreamError."""

    def __init__(self, origins: frozenset[Origin], limits: Limits, trust: ssl.SSLContext | None = None) -> None:
        self._origins = origins
        self._limits = limits
        self._wire = httpx.HTTPTransport(
            verify=trust or _trust(), trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._admit(request.url)
        with measured(request.url.host) as answered:
            response = self._exchange(request)
            answered(response.status_code)
        return response

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        with _Exchange(request, self._limits) as exchange:
            response = self._wire.handle_request(request)
            try:
                body = _read(response, self._limits.answer_bytes)
            finally:
                response.close()
            exchange.guard_time(response.status_code)
        return httpx.Response(response.status_code, headers=_headers(response), content=body)

    def close(self) -> None:
        self._wire.close()

    def _admit(self, url: httpx.URL) -> None:
        if _origin(url) not in self._origins or url.userinfo:
            sentence = say("The address {host} is not one that may be called.", host=plain(url.host))
            raise AddressRefused(sentence, applied=False)


class _Exchange:
    """One request on the wire: its clock, and what is known about how far it came.

    The clock cuts the socket from outside, because httpx times each read by itself: what drips is never late.
    """

    def __init__(self, request: httpx.Request, limits: Limits) -> None:
        self._limits = limits
        self._host = request.url.host
        self._harmless = request.method in ("GET", "HEAD") or bool(request.extensions.get(READS_ONLY))
        self._sent = False
        self._late = False
        self._socket: socket.socket | None = None
        self._clock = threading.Timer(limits.total, self._cut)
        self._clock.daemon = True
        timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
        request.extensions = {**request.extensions, "timeout": timeouts, "trace": self._note}

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clock.cancel()
        if isinstance(error, _Unusable):
            sentence = say(error.message, host=self._host, **error.params)
            raise BadAnswer(sentence, applied=self._applied, status=error.status) from None
        if isinstance(error, httpx.TransportError):
            raise self._failure(error) from None

    def guard_time(self, status: int) -> None:
        """Raise NoAnswer where the clock cut an answer that has no length and so looks whole."""
        if self._late:
            raise NoAnswer(self._late_sentence, applied=self._applied, status=status)

    @property
    def _applied(self) -> Literal[False] | None:
        return None if self._sent and not self._harmless else False

    @property
    def _late_sentence(self) -> Said:
        text = mark("{host} did not answer in full within {seconds} seconds.")
        return say(text, host=self._host, seconds=f"{self._limits.total:g}")

    def _failure(self, error: httpx.TransportError) -> UpstreamError:
        if not self._sent:
            return Unreached(self._unreached(self._cause(error)), applied=False)
        if self._late:
            return NoAnswer(self._late_sentence, applied=self._applied)
        if isinstance(error, httpx.TimeoutException):
            shown = {"host": self._host, "seconds": f"{self._limits.read:g}"}
            return NoAnswer(say("{host} was silent for {seconds} seconds.", **shown), applied=self._applied)
        return NoAnswer(say("{host} broke off before its answer was whole.", host=self._host), applied=self._applied)

    def _unreached(self, cause: str) -> Said:
        return say("{host} could not be reached: {cause}.", host=self._host, cause=cause)

    def _cause(self, error: httpx.TransportError) -> str:
        if self._late or isinstance(error, httpx.TimeoutException):
            return say("no connection within {seconds} seconds", seconds=f"{self._limits.connect:g}")
        return plain(str(error)).rstrip(".") or say("the connection failed")

    def _note(self, event: str, info: Mapping[str, Any]) -> None:
        """Listen to the wire: httpcore calls this at each of its steps."""
        if event == "connection.connect_tcp.complete":
            self._guard_address(info["return_value"])
            self._hold(info["return_value"])
        elif event == "connection.start_tls.complete":
            self._hold(info["return_value"])
        elif event.endswith("send_request_headers.started"):
            self._sent = True

    def _guard_address(self, stream: Any) -> None:
        """Refuse a name that leads to the inside of this machine, before a byte is sent there."""
        try:
            address = stream.get_extra_info("server_addr")[0]
        except OSError:
            stream.close()
            raise Unreached(self._unreached(say("it hung up at once")), applied=False) from None
        if not _is_literal(self._host) and _is_inside(address):
            stream.close()
            sentence = say("The name {host} leads to an address inside this machine.", host=self._host)
            raise AddressRefused(sentence, applied=False)

    def _hold(self, stream: Any) -> None:
        self._socket = stream.get_extra_info("socket")
        if self._late:
            self._cut()

    def _cut(self) -> None:
        self._late = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _Unusable(Exception):
    """The answer, of this status, cannot be read; ``message`` has places for the host and for ``params``."""

    def __init__(self, message: str, status: int, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.params = params


def _read(response: httpx.Response, limit: int) -> bytes:
    """The body, decoded here and piece by piece: httpx would unpack a bomb in memory before anybody could count."""
    unpack = _unpacker(response)
    body = bytearray()
    for chunk in response.iter_raw():
        body += unpack(chunk, limit + 1 - len(body))
        if len(body) > limit:
            raise _Unusable(mark("{host} answered with more than {limit} bytes."), response.status_code, limit=limit)
    return bytes(body)


def _unpacker(response: httpx.Response) -> Callable[[bytes, int], bytes]:
    """A function from a piece of the body and a bound on the result to the decoded piece."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return lambda chunk, most: chunk
    if coding not in ("gzip", "deflate"):
        text = mark("{host} answered in a coding that is not read here ({coding}).")
        raise _Unusable(text, response.status_code, coding=plain(coding)[:40])
    stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(chunk: bytes, most: int) -> bytes:
        try:
            return stream.decompress(chunk, most)
        except zlib.error:
            raise _Unusable(mark("{host} answered with broken gzip."), response.status_code) from None

    return unpack


def _headers(response: httpx.Response) -> list[tuple[bytes, bytes]]:
    """The header fields that stay true of the decoded body."""
    spent = {b"content-encoding", b"content-length", b"transfer-encoding"}
    return [(name, value) for name, value in response.headers.raw if name.lower() not in spent]


def _is_literal(host: str) -> bool:
    return host == "localhost" or _address(host) is not None


def _is_inside(text: str) -> bool:
    address = _address(text)
    if address is None:
        return True
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
