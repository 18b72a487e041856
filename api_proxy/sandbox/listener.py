"""The sandbox's port: takes connections, each on a thread of its own, and ends them all when it stops."""

import logging
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, NamedTuple

from .controls import Controls
from .gateway import Gateway
from .handler import IDLE_S, Handler

log = logging.getLogger(__name__)

STOP_S = 5


class Traffic(NamedTuple):
    """What came over the wire so far: connections, and bytes of requests (inside TLS, after the handshake)."""

    connections: int
    request_bytes: int


class Listener(ThreadingHTTPServer):
    """Knows its open connections, so that stopping ends them instead of waiting for them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        gateway: Gateway,
        controls: Controls,
        clock: Callable[[], float],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)
        self.gateway = gateway
        self.controls = controls
        self.clock = clock
        self.stopping = threading.Event()
        self._tls = tls
        self._open: dict[socket.socket, int] = {}
        self._changed = threading.Condition()
        self._connections = 0
        self._request_bytes = 0

    @property
    def traffic(self) -> Traffic:
        with self._changed:
            return Traffic(self._connections, self._request_bytes)

    def server_bind(self) -> None:
        # HTTPServer's own asks a name server for the host's name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._connections += 1
            self._open[request] = self._connections
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._open.pop(request, None)
                self._changed.notify_all()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serves a connection until it ends; its socket is closed here, or once the caller is done with it."""
        fault = self.controls.faults.take_at_connect()
        if fault.at_connect:
            self.end(request, reset=fault.resets)
        elif self._tls is None:
            Handler(request, client_address, self)
        else:
            self._finish_over_tls(self._tls, request, client_address)

    def _finish_over_tls(self, tls: ssl.SSLContext, request: Any, client_address: Any) -> None:
        request.settimeout(IDLE_S)
        number = self.number_of(request)
        with tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False) as inside:
            with self._changed:
                self._open[inside] = number
            try:
                inside.do_handshake()
                Handler(inside, client_address, self)
            finally:
                with self._changed:
                    self._open.pop(inside)

    def count(self, request_bytes: int) -> None:
        with self._changed:
            self._request_bytes += request_bytes

    def number_of(self, connection: socket.socket) -> int:
        """Which connection it is, from 1, in the order in which they were taken."""
        with self._changed:
            return self._open[connection]

    @staticmethod
    def end(connection: socket.socket, *, reset: bool) -> None:
        """Close a connection: with a reset, or in the orderly way."""
        with suppress(OSError):  # the caller was faster
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Logs a failure of ours; a caller who hangs up in the middle is no news."""
        if not isinstance(sys.exception(), OSError):
            log.exception("The sandbox failed on a connection")

    def close(self) -> None:
        """Ends every connection, whatever it is doing, and gives the port back."""
        self.stopping.set()
        self.controls.faults.release()
        with self._changed:
            for connection in self._open:
                _hang_up(connection)
            self._changed.wait_for(lambda: not self._open, STOP_S)
        self.server_close()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the caller was faster
        connection.shutdown(socket.SHUT_RDWR)
