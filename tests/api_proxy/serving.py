"""The app as a team runs it, in a gunicorn of its own, for tests that work on it from outside.

Run as a module it prepares an empty database (DATABASE_URL) for that, and prints what callers need to know.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import httpx

from tests.ports import free_port

#: Seconds after which the keeper takes over what a test cuts off; it comes every five.
LEASE = 2.0
SAMPLE = Path(__file__).parent.parent / "documents" / "good" / "published-sample.json"


class App:
    """A designer's calls over HTTP. ``rules`` are the ids of the stored rules by name, which are version 1."""

    def __init__(self, http: httpx.Client, rules: dict[str, str]) -> None:
        self.rules = rules
        self._http = http

    def get(self, path: str) -> httpx.Response:
        return self._http.get(path)

    def save(self, name: str, version: int, **changes: str) -> httpx.Response:
        """Store the sample with ``changes`` on top of ``version``."""
        document = {**sample(), "name": name, **changes}
        headers = {"If-Match": f'"v{version}"'}
        return self._http.put(f"/api/rules/{self.rules[name]}/", json={"document": document}, headers=headers)

    def submit(self, name: str, version: int = 1, key: str = "") -> httpx.Response:
        body = {"connection": "sandbox", "version": version}
        headers = {"Idempotency-Key": key} if key else {}
        return self._http.post(f"/api/rules/{self.rules[name]}/submit/", json=body, headers=headers)


@contextmanager
def served(folder: Path, database: str, cloud: str, workers: int = 2) -> Iterator[App]:
    """The app on an empty ``database``, with a connection named sandbox to ``cloud``; its log goes to ``folder``."""
    environment = settings_of(folder, database, cloud)
    prepared = prepare_database(environment)
    port = free_port()
    with running(folder / "log", environment, port, workers), caller(port, prepared["token"]) as http:
        yield App(http, prepared["rules"])


def settings_of(folder: Path, database: str, cloud: str) -> dict[str, str]:
    """The environment of every process of one installation."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "GROUPFLOW_VAR": str(folder),
        "SANDBOX_URL": cloud,
        "SUBMIT_LEASE": str(LEASE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GROUPFLOW_LOG": "stderr",
    }


def prepare_database(environment: dict[str, str]) -> dict[str, Any]:
    """Fill the empty database: the designer's ``token``, and the ids of ``rules`` by name."""
    module = [sys.executable, "-m", "tests.api_proxy.serving"]
    told = subprocess.run(module, env=environment, stdout=subprocess.PIPE, check=True).stdout
    prepared: dict[str, Any] = json.loads(told)
    return prepared


@contextmanager
def running(
    log: Path, environment: dict[str, str], port: int, workers: int = 2, within: Sequence[str] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server that answers on ``port``; it is told to end, where nobody has done so, and waited for. ``within`` is a
    command that goes before its own."""
    from api_proxy.management.commands.serve import wait_for

    server = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "python:config.gunicorn"]
    size = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", "8"]
    command = [*within, *server, *size]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environment, stderr=file, start_new_session=True) as process,
    ):
        try:
            wait_for(port, "/healthz", process)
            yield process
        finally:
            process.terminate()


def caller(port: int, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)


def until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it is so within that time."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not is_so():
        if time.monotonic() >= deadline:
            return False
        pause.wait(0.05)
    return True


def sample() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SAMPLE.read_bytes())
    return document


def main() -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from editor.models import ApiToken, Rule
    from editor.policy import give_role
    from tests.api_proxy.killing import prepare

    call_command("migrate", verbosity=0)
    prepare(sample())
    user = User.objects.get()
    give_role(user, "designer")
    rules = {rule.name: str(rule.id) for rule in Rule.objects.all()}
    print(json.dumps({"token": ApiToken.objects.issue(user), "rules": rules}))


if __name__ == "__main__":
    main()
