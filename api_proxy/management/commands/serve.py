"""``manage.py serve``: the app, the local stand-in for the cloud and the demo, until Ctrl-C. ``make run`` calls it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.gunicorn import GRACE
from config.hosts import guard_command
from editor.models import Rule

HOST = "127.0.0.1"
#: Seconds that a server may take until it answers.
START_WAIT = 30.0
#: Ctrl-C, a polite kill, and a terminal that is closed.
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Serve the app on 127.0.0.1, with the sandbox (SANDBOX_URL) and the demo data, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port, sandbox_port = options["port"], urlsplit(settings.SANDBOX_URL).port
        if sandbox_port is None:
            raise CommandError("SANDBOX_URL is not set: write SANDBOX_URL=http://127.0.0.1:8001 before the command.")
        for wanted in (port, sandbox_port):
            guard_free(wanted)
        guard_command()
        for name in ENDINGS:
            signal.signal(name, stop)
        children: list[subprocess.Popen[bytes]] = []
        try:
            self.start(children, port, sandbox_port)
            self.stdout.write(f"\nGroupflow is ready: http://{HOST}:{port}/   (Ctrl-C ends it)")
            self.stdout.write(f"The sample rule:    http://{HOST}:{port}{sample_path()}\n")
            self.stdout.flush()
            wait_for_end(children)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            end(children)

    def start(self, children: list[subprocess.Popen[bytes]], port: int, sandbox_port: int) -> None:
        call_command("migrate", verbosity=0)
        children.append(subprocess.Popen([*manage("sandbox"), "--port", str(sandbox_port)]))
        wait_for(sandbox_port, "/_sandbox/requests", children[0])
        call_command("demo")
        server = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn"]
        size = ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "8"]
        children.append(subprocess.Popen([*server, *size], env=server_environment()))
        wait_for(port, "/healthz", children[1])


def sample_path() -> str:
    """Where the demo's rule is opened; the list where somebody archived it."""
    rule = Rule.objects.live().filter(name="aomtest").first()
    return f"/rules/{rule.id}/" if rule else "/"


def server_environment() -> dict[str, str]:
    """The log on standard output, and an empty folder where the processes put their figures together."""
    figures = settings.VAR_DIR / "metrics"
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir()
    return {**os.environ, "GROUPFLOW_LOG": "stdout", "PROMETHEUS_MULTIPROC_DIR": str(figures)}


def manage(command: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), command]


def guard_free(port: int) -> None:
    """Raise CommandError where nothing can listen on ``port``: it is none, it is taken, or it is not ours to take."""
    if not 0 < port < 65536:
        raise CommandError(f"There is no port {port}. Choose one from 1024 to 65534.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise CommandError(f"Port {port} needs an administrator. Choose one from 1024 up.") from None
        except OSError:
            raise CommandError(f"Port {port} is taken. Choose another: make run PORT={port + 10}") from None


def wait_for(port: int, path: str, child: subprocess.Popen[bytes]) -> None:
    """Return once ``path`` answers; raise CommandError where the process ends, or stays silent for half a minute."""
    deadline = time.monotonic() + START_WAIT
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise CommandError(f"The server on port {port} ended at once (status {child.returncode}).")
        if answers(port, path):
            return
        time.sleep(0.1)
    raise CommandError(f"The server on port {port} does not answer.")


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def wait_for_end(children: list[subprocess.Popen[bytes]]) -> None:
    """Return never, unless a server ends by itself: then raise CommandError."""
    while True:
        for child in children:
            if child.poll() is not None:
                raise CommandError(f"A server ended by itself (status {child.returncode}).")
        time.sleep(0.5)


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every server to end; insist once the time is over in which it answers what is under way."""
    for name in ENDINGS:
        signal.signal(name, signal.SIG_IGN)
    for child in reversed(children):
        child.terminate()
    for child in children:
        try:
            child.wait(GRACE + 3)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
