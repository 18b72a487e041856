"""A server of our own for what is measured: gunicorn on a free port, a database in a folder, one account."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
ACCOUNT, PASSWORD = "bench", "walk-the-flow-42"
MAKE_ACCOUNT = (
    "from django.contrib.auth.models import User; from editor.policy import give_role;"
    f"User.objects.filter(username={ACCOUNT!r}).exists() or "
    f"give_role(User.objects.create_user({ACCOUNT!r}, password={PASSWORD!r}), 'designer')"
)


class Server(NamedTuple):
    """Where it listens, and a token of its account, a designer."""

    port: int
    token: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Groupflow with its data in ``folder``, for as long as the block runs."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3"}
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "shell", "--verbosity", "0", "--command", MAKE_ACCOUNT)
    token = _manage(environment, "token", ACCOUNT).split()[-1]
    with _gunicorn("config.wsgi", environment, "-c", "python:config.gunicorn") as port:
        yield Server(port, token)


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """The files of ``folder``, sent as Groupflow sends its own; the address, without a slash at its end."""
    subprocess.run([sys.executable, "-m", "whitenoise.compress", "--quiet", str(folder)], check=True)
    with _gunicorn("benchmarks.files", {**os.environ, "FILES": str(folder)}) as port:
        yield f"http://{HOST}:{port}"


@contextmanager
def _gunicorn(module: str, environment: dict[str, str], *options: str) -> Iterator[int]:
    """One worker of eight threads; the port."""
    port = _free_port()
    size = ["--workers", "1", "--threads", "8"]
    # Whoever takes turns with others keeps a connection idle for long.
    serve = ["--bind", f"{HOST}:{port}", "--log-level", "warning", "--keep-alive", "60", *size]
    command = [sys.executable, "-m", "gunicorn", *options, module, *serve]
    # Its log is no part of the figures.
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield port
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
