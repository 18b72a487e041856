"""The connections to the cloud: kept for a short while and shared by the whole process, checked when they are opened,
and never busy beyond the deadline of the request that uses them.

Every socket of the proxy is opened here, and every byte passes here; that is how it is known how far a request came.
"""

import atexit
import ipaddress
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore

Origin = tuple[str, str, int]

#: So many connections to one origin, in use or kept, in one process.
MOST_CONNECTIONS: Final = 8
#: Seconds that a connection is kept without being used: shorter than any server keeps it.
KEPT: Final = 5.0
#: Where machines of a cloud tell their own credentials, besides the link-local addresses.
_METADATA: Final = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254")))
_NOWHERE: Final = ipaddress.ip_network("0.0.0.0/8")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE: Final = ipaddress.ip_network("::/96")
_HEAD_END: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"0\r\n\r\n"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class LeadsInside(Exception):
    """The name leads to this machine, or to where a cloud keeps its credentials; nothing was sent there."""


class Untrusted(httpcore.ConnectError):
    """The other side could not prove who it is, or speaks no TLS that is good enough; nothing was sent."""


@dataclass
class Progress:
    """How far one request came. ``deadline`` is on the monotonic clock; ``is_fresh`` asks for a new connection."""

    deadline: float
    is_fresh: bool = False
    has_connected: bool = False
    sent: int = 0
    received: int = 0
    stream: "Stream | None" = None
    _head: bytearray = field(default_factory=bytearray)
    _tail: bytes = b""

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def met_a_closed_connection(self) -> bool:
        """Whether the request went over a kept connection, and nothing at all came back on it."""
        return self.stream is not None and not self.has_connected and not self.received

    def within(self, timeout: float | None) -> float:
        """The seconds that the next step may take. Raises TimeoutError where there are none left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left if timeout is None else min(left, timeout)

    def note(self, data: bytes) -> None:
        self.received += len(data)
        self._tail = (self._tail + data[-len(_LAST_CHUNK) :])[-len(_LAST_CHUNK) :]
        if _HEAD_END not in self._head:
            self._head += data

    def leave(self, headers: Mapping[str, str], body_bytes: int) -> None:
        """Keep the connection only where the answer ended with the last byte that came: what stands after it would be
        taken for the answer to the next request."""
        if "chunked" in headers.get("transfer-encoding", "").lower():
            is_clean = self._tail == _LAST_CHUNK
        else:
            is_clean = self.received == self._head.find(_HEAD_END) + len(_HEAD_END) + body_bytes
        if self.stream is not None and not is_clean:
            self.stream.is_spent = True


_progress: ContextVar[Progress] = ContextVar("progress")
_open: set[socket.socket] = set()


@contextmanager
def followed(progress: Progress) -> Iterator[Progress]:
    """What is sent and received meanwhile is noted in ``progress``, and bounded by its deadline."""
    token = _progress.set(progress)
    try:
        yield progress
    finally:
        _progress.reset(token)


class Stream(httpcore.NetworkStream):
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self.is_spent = False
        _open.add(connection)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        progress = _progress.get()
        progress.stream = self
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            self._socket.settimeout(progress.within(timeout))
            data = self._socket.recv(max_bytes)
        progress.note(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        progress = _progress.get()
        progress.stream = self
        rest = memoryview(buffer)
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            while rest:
                self._socket.settimeout(progress.within(timeout))
                count = self._socket.send(rest)
                progress.sent += count
                rest = rest[count:]

    def close(self) -> None:
        _open.discard(self._socket)
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Stream":
        try:
            with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
                self._socket.settimeout(_progress.get().within(timeout))
                wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        _open.discard(self._socket)
        return Stream(wrapped)

    def get_extra_info(self, info: str) -> Any:
        """All that the pool asks: whether an idle connection is of no more use ("is_readable")."""
        if info != "is_readable":
            return None
        progress = _progress.get(None)
        return self.is_spent or (progress is not None and progress.is_fresh) or _is_readable(self._socket)


def _is_readable(connection: socket.socket) -> bool:
    if connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class Network(httpcore.NetworkBackend):
    """Opens connections, to the very addresses that were checked."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        progress = _progress.get()
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            until = time.monotonic() + progress.within(timeout)
            addresses = _resolved(host, port, until)
            _guard(host, addresses)
            connection = _connected(addresses, until)
        progress.has_connected = True
        return Stream(connection)


def _resolved(host: str, port: int, until: float) -> list[tuple[Any, ...]]:
    """What the resolver says. It knows no deadline of its own, so it is left behind where it is late."""
    found: list[list[tuple[Any, ...]]] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    if address_of(host) is not None:
        ask()
    else:
        resolver = threading.Thread(target=ask, name="resolver", daemon=True)
        resolver.start()
        resolver.join(until - time.monotonic())
    if failed:
        raise OSError(str(failed[0]))
    if not found:
        raise TimeoutError("the name was not resolved in time")
    return found[0]


def _guard(host: str, addresses: list[tuple[Any, ...]]) -> None:
    """A literal address is reached because somebody listed it; a name leads to where its owner likes."""
    if address_of(host) is not None:
        return
    found = [address_of(entry[4][0]) for entry in addresses]
    is_fine = all(map(_is_loopback, found)) if host == "localhost" else not any(map(is_inside, found))
    if not is_fine:
        raise LeadsInside(host)


def _connected(addresses: list[tuple[Any, ...]], until: float) -> socket.socket:
    """A connection to the first address that takes one."""
    error: OSError = ConnectionError("the name has no address")
    for family, kind, protocol, _, place in addresses:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(until - time.monotonic(), 0.001))
            connection.connect(place)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as caught:
            error = caught
            connection.close()
        else:
            return connection
    raise error


@contextmanager
def _mapped(on_timeout: type[Exception], on_failure: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise on_timeout(str(error)) from error
    except ssl.SSLError as error:
        raise (Untrusted if on_failure is httpcore.ConnectError else on_failure)(str(error)) from error
    except OSError as error:
        raise on_failure(str(error)) from error


def address_of(text: str) -> Address | None:
    """The address that ``text`` is, written in the usual way; None for anything else, also for 0x7f.1 and the like."""
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def is_inside(address: Address | None) -> bool:
    """Whether a name must not lead there: this machine, its link, the cloud's metadata, or nothing that is known.

    Private addresses are not among them: behind a VPC endpoint the cloud has one.
    """
    if address is None or address in _METADATA:
        return True
    if isinstance(address, ipaddress.IPv6Address) and any(map(is_inside, _embedded(address))):
        return True
    is_local = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    return is_local or (address.version == 4 and address in _NOWHERE)


def _embedded(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address may stand for."""
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 1):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_loopback(address: Address | None) -> bool:
    return address is not None and address.is_loopback


_lock = threading.Lock()
_pools: dict[tuple[Origin, ssl.SSLContext], httpcore.ConnectionPool] = {}


def pool(origin: Origin, trust: ssl.SSLContext) -> httpcore.ConnectionPool:
    """The connections of this process to ``origin``, whose certificate has to satisfy ``trust``."""
    with _lock:
        if (origin, trust) not in _pools:
            _pools[origin, trust] = httpcore.ConnectionPool(
                ssl_context=trust,
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=MOST_CONNECTIONS,
                keepalive_expiry=KEPT,
                network_backend=Network(),
            )
        return _pools[origin, trust]


def _start_anew() -> None:
    """Let go of all connections. A child process must not write into those of its parent, nor keep them open."""
    global _lock
    _lock = threading.Lock()
    _pools.clear()
    for connection in tuple(_open):
        with suppress(OSError):
            connection.close()
    _open.clear()


os.register_at_fork(after_in_child=_start_anew)
atexit.register(_start_anew)
