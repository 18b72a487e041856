"""POST /api/check/ as a user meets it: gunicorn, a token, a database, one request after the other."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
WARM_UP, ROUNDS, REQUESTS = 200, 5, 800
MAKE_ACCOUNT = (
    "from django.contrib.auth.models import User; from editor.policy import give_role;"
    "give_role(User.objects.create_user('bench'), 'designer')"
)


def report(body: bytes) -> str:
    """Milliseconds of one request, as lines of text: medians of the rounds' medians and 99th percentiles."""
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as (port, token):
        connection = http.client.HTTPConnection(HOST, port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        for _ in range(WARM_UP):
            _ask(connection, body, headers)
        rounds = [sorted(_ask(connection, body, headers) for _ in range(REQUESTS)) for _ in range(ROUNDS)]
    p50, p99 = (statistics.median(one[int(REQUESTS * part)] for one in rounds) for part in (0.5, 0.99))
    title = f"POST /api/check/ of {len(body)} bytes, gunicorn, 1 worker, {ROUNDS} x {REQUESTS} requests"
    return f"{title}\np50 {p50:.2f} ms, p99 {p99:.2f} ms, p99 / p50 {p99 / p50:.2f}\n"


def _ask(connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    connection.request("POST", "/api/check/", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    taken = time.perf_counter() - start
    if answer.status != 200:
        raise SystemExit(f"/api/check/ answered {answer.status}: {text[:300]!r}")
    return taken * 1000


@contextmanager
def _serving(folder: Path) -> Iterator[tuple[int, str]]:
    """A server of our own on a free port, and a token for it."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "shell", "--verbosity", "0", "--command", MAKE_ACCOUNT)
    token = _manage(environment, "token", "bench").split()[-1]
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--log-level", "warning"]
    server = subprocess.Popen([*command, "--workers", "1", "--threads", "8"], cwd=ROOT, env=environment)
    try:
        _wait_for(port, server)
        yield port, token
    finally:
        server.terminate()
        server.wait()


def _manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection((HOST, port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not start")
