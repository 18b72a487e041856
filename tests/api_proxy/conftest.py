"""The cloud of these tests: the sandbox, a connection to it, and bare servers that misbehave as a test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from api_proxy.models import Connection
from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME, Sandbox
from api_proxy.secret import Secret
from editor.models import Rule
from editor.policy import ROLES


@pytest.fixture
def account(account: Callable[..., User]) -> Callable[..., User]:
    """Makes accounts also after a test that emptied the tables, and with them the groups."""
    for role in ROLES:
        Group.objects.get_or_create(name=role)
    return account


@pytest.fixture
def cloud(settings: Any) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        settings.SANDBOX_URL = sandbox.url
        yield sandbox


@pytest.fixture
def connection(db: None, cloud: Sandbox) -> Connection:
    """A connection to the sandbox, with the right password."""
    made = Connection(
        name="sandbox", region="sandbox", project_id=PROJECT_ID, iam_domain=DOMAIN_NAME, iam_user=USER_NAME
    )
    made.set_password(Secret(PASSWORD))
    made.save()
    return made


@pytest.fixture
def rule(account: Callable[..., User], sample: Any) -> Rule:
    """The published sample, stored by an author who does nothing else."""
    return Rule.objects.start(account("designer", "author"), sample, {"nodes": {}})


class Upstream:
    """A server on loopback. Each connection is handed to ``act`` once its request was read; then it is closed."""

    def __init__(self, act: Callable[["Call"], None]) -> None:
        self.act = act
        self.calls: list[bytes] = []
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> "Upstream":
        self._threads[0].start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.act(Call(self, connection))


class Call:
    """One connection to an Upstream, as its ``act`` gets it."""

    def __init__(self, upstream: Upstream, connection: socket.socket) -> None:
        self.connection = connection
        self.over = upstream.over
        self._upstream = upstream

    def read(self) -> bytes:
        """The whole request; noted in ``upstream.calls``."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        while lengths and len(body) < int(lengths[0]):
            body += self._more()
        self._upstream.calls.append(head + b"\r\n\r\n" + body)
        return self._upstream.calls[-1]

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
        self.connection.sendall("\r\n".join(lines).encode() + body)

    def _more(self) -> bytes:
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the client hung up")
        return data
