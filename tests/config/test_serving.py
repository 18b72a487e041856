"""F22: a server that is asked to end answers what is under way, takes nothing new, and is gone in time."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from api_proxy.management.commands.serve import wait_for
from config.gunicorn import GRACE
from tests.ports import free_port

#: A form that is looked through for its token, which takes its last byte.
HALF = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\nContent-Length: 3\r\n\r\na="
)


def test_f22_a_request_that_has_begun_is_answered_after_sigterm(tmp_path: Path) -> None:
    port = free_port()
    figures = tmp_path / "figures"
    figures.mkdir()
    environment = {
        **os.environ,
        "GROUPFLOW_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "GROUPFLOW_LOG": "stdout",
    }
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn"]
    size = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen([*command, *size], env=environment, stdout=log, stderr=log)
        try:
            wait_for(port, "/healthz", server)
            with socket.create_connection(("127.0.0.1", port), timeout=GRACE) as begun:
                begun.sendall(HALF)
                wait_for(port, "/healthz", server)
                server.send_signal(signal.SIGTERM)
                started = time.monotonic()
                ended = threading.Thread(target=server.wait)
                ended.start()
                while accepts(port):
                    pass
                assert not select.select([begun], [], [], 0)[0], "it was answered before it was whole"
                begun.sendall(b"b")
                answer = begun.recv(65536)
            ended.join(GRACE)
        finally:
            server.kill()
            server.wait()
    assert answer.startswith(b"HTTP/1.1 403 "), answer
    assert server.returncode == 0 and time.monotonic() - started < GRACE
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert {"healthz", "login"} <= {line.get("route") for line in lines}


def accepts(port: int) -> bool:
    """Whether the server still takes connections; refused at once where it has closed its door."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
