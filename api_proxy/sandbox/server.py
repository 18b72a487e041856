"""The sandbox on a socket: HTTP/1.1 with keep-alive, one thread a connection, faults applied on the way."""

import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Any

from .answers import Answer, gateway_refusal
from .controls import PREFIX, Controls
from .faults import Fault
from .gateway import Gateway
from .reading import Request
from .store import SandboxError, Store

log = logging.getLogger(__name__)

MOST_BODY = 1024 * 1024
MOST_DRAINED = 32 * MOST_BODY
IDLE_S = 75
STOP_S = 5
BODILESS = {204, 304}


class Sandbox:
    """A local stand-in for the cloud: IAM and AOM on one port, until stopped.

    `port` 0 takes a free one; `state` is the file that keeps the rules, None keeps them in memory only; `clock` tells
    the seconds since 1970. SandboxError when the state file is broken or the address cannot be had.
    """

    def __init__(
        self,
        port: int = 0,
        state: Path | None = None,
        *,
        host: str = "127.0.0.1",
        clock: Callable[[], float] = time.time,
    ) -> None:
        store = Store(state)
        gateway = Gateway(store, clock)
        self._controls = Controls(store, gateway, clock)
        try:
            self._server = _Server((host, port), gateway, self._controls)
        except (OSError, OverflowError) as error:
            raise SandboxError(
                f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"
            ) from error
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox")

    def __enter__(self) -> "Sandbox":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.close()

    def requests(self) -> list[dict[str, Any]]:
        """What the cloud was asked, newest last, secrets masked; as GET /_sandbox/requests shows it."""
        return self._controls.journal.entries()

    def add_faults(self, *faults: dict[str, Any]) -> None:
        """As POST /_sandbox/faults; ValueError for a fault that cannot be."""
        self._controls.add_faults({"faults": list(faults)})

    def reset(self, **members: Any) -> None:
        """As POST /_sandbox/reset; ValueError for members that cannot be."""
        self._controls.reset(members)


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that stopping ends them instead of waiting for them."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], gateway: Gateway, controls: Controls) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.gateway = gateway
        self.controls = controls
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def server_bind(self) -> None:
        # HTTPServer's own asks a name server for the host's name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Logs a failure of ours; a caller who hangs up in the middle is no news."""
        if not isinstance(sys.exception(), OSError):
            log.exception("The sandbox failed on a connection")

    def close(self) -> None:
        """Ends every connection, whatever it is doing, and gives the port back."""
        self.stopping.set()
        with self._changed:
            for connection in self._open:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, STOP_S)
        self.server_close()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the caller was faster
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection. Requests are read whole, handed on, and answered with exactly one write."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        try:
            body = self._read_body()
        except _Unreadable as unreadable:
            self.close_connection = True
            self._note(b"", unreadable.answer.status)
            self._send(unreadable.answer)
            return
        request = self._request(body)
        if request.path.startswith(PREFIX):
            self._send(self.server.controls.answer(request))
        else:
            self._serve_cloud(request)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve

    def _serve_cloud(self, request: Request) -> None:
        entry = self._note(request.body)
        fault = self.server.controls.faults.take(request.method, request.path) or Fault({})
        normal = self.server.gateway.answer(request) if fault.applies else None
        self.server.stopping.wait(fault.delay_s)
        if fault.close or self.server.stopping.is_set():
            self.close_connection = True
        elif fault.raw is not None:
            self.close_connection = True
            self.wfile.write(fault.raw)
        else:
            answer = fault.answer(normal)
            self.server.controls.journal.answered(entry, answer.status)
            self._send(answer)

    def _request(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self._fields().items()}
        return Request(self.command, path, query, headers, body)

    def _fields(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        for name, value in self.headers.items():
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return fields

    def _note(self, body: bytes, status: int | None = None) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        journal = self.server.controls.journal
        entry = journal.add(self.command, path, query, self._fields(), body)
        if status is not None:
            journal.answered(entry, status)
        return entry

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise _Unreadable(411)
        given = self.headers.get("Content-Length", "0").strip()
        if not (given.isascii() and given.isdigit() and len(given) <= 18):
            raise _Unreadable(400, "Content-Length must be a number")
        length = int(given)
        if length > MOST_BODY:
            self._drain(min(length, MOST_DRAINED))
            raise _Unreadable(413, f"the limit is {MOST_BODY} bytes")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the caller hung up in the middle of the body")
        return body

    def _drain(self, length: int) -> None:
        # A caller who is still sending when the connection ends would see a reset instead of the answer.
        while length > 0 and (chunk := self.rfile.read(min(length, 65536))):
            length -= len(chunk)

    def _send(self, answer: Answer) -> None:
        bodiless = answer.status in BODILESS
        self.send_response(answer.status)
        headers = {} if bodiless else {"Content-Length": str(len(answer.body))}
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if not bodiless and self.command != "HEAD":
            self.wfile.write(answer.body)

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)
        self.send_header("Date", self.date_time_string())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what is no HTTP request at all, in the gateway's shape instead of the library's HTML."""
        self.close_connection = True
        self.request_version = self.protocol_version  # without it, what came without a version gets no head
        status = {414: 414, 501: 405}.get(code, 400)
        self._send(gateway_refusal(status, message or "").answer)

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""


class _Unreadable(Exception):
    """The body cannot be read; the connection ends after the answer."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(status)
        self.answer = gateway_refusal(status, detail).answer
