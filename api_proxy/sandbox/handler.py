"""One connection to the sandbox: requests are read whole, handed on and answered, with faults on the way."""

import io
import socket
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from .answers import Answer, gateway_refusal
from .controls import PREFIX
from .delivery import Delivery, delivery, drops
from .faults import NO_FAULT, Fault
from .reading import Request

if TYPE_CHECKING:
    from .listener import Listener

MOST_BODY = 1024 * 1024
MOST_DRAINED = 32 * MOST_BODY
IDLE_S = 75


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive. An answer goes out in one write, unless a fault says otherwise."""

    server: "Listener"
    protocol_version = "HTTP/1.1"
    wbufsize = 0
    timeout = IDLE_S
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._incoming = _Incoming(self.connection, self.server.count)
        self.rfile = io.BufferedReader(self._incoming, 65536)
        self._number = self.server.number_of(self.connection)
        self._reset = False

    def finish(self) -> None:
        super().finish()
        self.server.end(self.connection, reset=self._reset)

    def _serve(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(PREFIX):
            self._serve_controls()
        else:
            self._serve_cloud(self.server.controls.faults.take(self.command, path))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve

    def _serve_controls(self) -> None:
        try:
            answer = self.server.controls.answer(self._request(self._read_body()))
        except _Unreadable as unreadable:
            self.close_connection = True
            answer = unreadable.answer
        self._incoming.taken()
        self._send(self._delivery(answer))

    def _serve_cloud(self, fault: Fault) -> None:
        path, _, query = self.path.partition("?")
        journal = self.server.controls.journal
        entry = journal.begin(self.command, path, query, self._fields(), self._number, fault.name)
        try:
            self._exchange(fault, entry)
        finally:
            journal.end(entry, self._incoming.taken())

    def _exchange(self, fault: Fault, entry: dict[str, Any]) -> None:
        journal = self.server.controls.journal
        try:
            if fault.point == "request":
                self.rfile.read(self._length() // 2)
                self._end(fault)
                return
            request = self._request(self._read_body())
        except _Unreadable as unreadable:
            self.close_connection = True
            self._answer(unreadable.answer, NO_FAULT, entry)
            return
        journal.received(entry, request.body, self._incoming.bytes)
        self._hold(fault, "before")
        normal = self._carry_out(fault, request, entry)
        self._hold(fault, "after")
        self.server.stopping.wait(fault.delay_s)
        if fault.point in ("before", "after") or self.server.stopping.is_set():
            self._end(fault)
        else:
            self._answer(fault.answer(normal, self.server.clock()), fault, entry)

    def _carry_out(self, fault: Fault, request: Request, entry: dict[str, Any]) -> Answer | None:
        if fault.ends_tokens:
            self.server.gateway.iam.end_tokens()
        if not fault.applies:
            return None
        answer = self.server.gateway.answer(request)
        self.server.controls.journal.note(entry, carried_out=answer.status < 300)
        return answer

    def _hold(self, fault: Fault, point: str) -> None:
        if fault.gate is not None and fault.holds == point and not self.server.stopping.is_set():
            fault.gate.wait()

    def _answer(self, answer: Answer, fault: Fault, entry: dict[str, Any]) -> None:
        if fault.raw is not None:
            self.close_connection = True
        sending = self._delivery(answer, fault)
        if fault.point == "idle":
            _cork(self.connection)
        journal = self.server.controls.journal
        # Noted first, so that whoever has the whole answer finds it in the journal.
        went_out = "raw" if fault.raw is not None else "whole" if sending.whole else "part"
        journal.note(entry, answer=went_out, status=answer.status if went_out == "whole" else None)
        try:
            self._send(sending, fault)
        except OSError:
            journal.note(entry, answer="part", status=None)
            raise
        if fault.point:
            self._end(fault)

    def _delivery(self, answer: Answer, fault: Fault = NO_FAULT) -> Delivery:
        date = {"Date": formatdate(self.server.clock(), usegmt=True)}
        dated = Answer(answer.status, {**date, **answer.headers}, answer.body)
        return delivery(dated, fault, keep=not self.close_connection, bodiless=self.command == "HEAD")

    def _send(self, sending: Delivery, fault: Fault = NO_FAULT) -> None:
        if fault.drip is None:
            self._send_all(sending.pieces())
            return
        size, every_s = fault.drip
        for drop in drops(sending.pieces(), size):
            self.connection.sendall(drop)
            if self.server.stopping.wait(every_s):
                raise ConnectionAbortedError("the sandbox stops")

    def _send_all(self, pieces: Iterable[bytes]) -> None:
        """In few writes: a head that goes out alone makes many callers wait for the rest."""
        waiting = b""
        for piece in pieces:
            waiting += piece
            if len(waiting) >= 65536:
                self.connection.sendall(waiting)
                waiting = b""
        self.connection.sendall(waiting)

    def _end(self, fault: Fault) -> None:
        self.close_connection = True
        self._reset = fault.resets

    def _request(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self._fields().items()}
        return Request(self.command, path, query, headers, body)

    def _fields(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        for name, value in self.headers.items():
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return fields

    def _read_body(self) -> bytes:
        length = self._length()
        if length > MOST_BODY:
            self._drain(min(length, MOST_DRAINED))
            raise _Unreadable(413, f"the limit is {MOST_BODY} bytes")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the caller hung up in the middle of the body")
        return body

    def _length(self) -> int:
        if self.headers.get("Transfer-Encoding"):
            raise _Unreadable(411)
        given = self.headers.get("Content-Length", "0").strip()
        if not (given.isascii() and given.isdigit() and len(given) <= 18):
            raise _Unreadable(400, "Content-Length must be a number")
        return int(given)

    def _drain(self, length: int) -> None:
        # A caller who is still sending when the connection ends would see a reset instead of the answer.
        while length > 0 and (chunk := self.rfile.read(min(length, 65536))):
            length -= len(chunk)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what is no HTTP request at all, in the gateway's shape instead of the library's HTML."""
        self.close_connection = True
        status = {414: 414, 501: 405}.get(code, 400)
        self._send(self._delivery(gateway_refusal(status, message or "").answer))

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""


def _cork(connection: socket.socket) -> None:
    """The end of the connection goes out with the last bytes of the answer: sent after them, the caller's next request
    might be faster."""
    if hasattr(socket, "TCP_CORK"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)


class _Incoming(io.RawIOBase):
    """What the caller sends, counted."""

    def __init__(self, connection: socket.socket, count: Callable[[int], None]) -> None:
        self._connection = connection
        self._count = count
        self.bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._connection.recv_into(buffer)
        self.bytes += count
        self._count(count)
        return count

    def taken(self) -> int:
        """The bytes since the last question."""
        count, self.bytes = self.bytes, 0
        return count


class _Unreadable(Exception):
    """The body cannot be read; the connection ends after the answer."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(status)
        self.answer = gateway_refusal(status, detail).answer
