"""F22: the server is restarted while people save and read and submissions are under way."""

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import PROJECT_ID, Sandbox
from config.gunicorn import GRACE
from tests.api_proxy.serving import App, caller, prepare_database, running, settings_of, until
from tests.databases import empty_database
from tests.ports import free_port

PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
PEOPLE, SUBMISSIONS = 3, 3
SLOW = {"match": {"path": PATH, "method": "POST"}, "times": 1000, "delay_s": 1.5}


class Installation:
    """Two places for a server of one installation, of which one runs, or both; and what was answered to whom."""

    def __init__(self, folder: Path, database: str, cloud: str) -> None:
        self._folder = folder
        self._environment = settings_of(folder, database, cloud)
        prepared = prepare_database(self._environment)
        self.rules: dict[str, str] = prepared["rules"]
        self._token = prepared["token"]
        self.ports = [free_port(), free_port()]
        self.servers: list[subprocess.Popen[bytes]] = []
        self.acknowledged = [0] * PEOPLE
        self.failures: list[str] = []
        self.over = threading.Event()
        self._stack = ExitStack()

    def __enter__(self) -> "Installation":
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def start(self) -> None:
        number = len(self.servers)
        server = running(self._folder / f"log{number}", self._environment, self.ports[number])
        self.servers.append(self._stack.enter_context(server))

    def ask(self, call: Callable[[App], httpx.Response]) -> httpx.Response:
        """The first answer; whoever is turned away before anything came back turns to the other server. A save that
        had been taken nevertheless would then meet its own version, and fail."""
        deadline = threading.Event()
        for attempt in range(200):
            with caller(self.ports[attempt % 2], self._token) as http:
                http.headers["Connection"] = "close"
                try:
                    return call(App(http, self.rules))
                except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
                    deadline.wait(0.02)
        raise AssertionError("no server answers")

    def edit(self, person: int) -> None:
        """Save and read one rule, again and again."""
        name, version = f"rule_{person}", 1
        while not self.over.is_set():
            saved = self.ask(lambda app: app.save(name, version, desc=f"edit {version}"))  # noqa: B023
            read = self.ask(partial(reading, name))
            if (saved.status_code, read.status_code) != (200, 200):
                self.failures.append(f"{saved.status_code} {saved.text[:300]}, {read.status_code}")
                return
            version += 1
            if (found := read.json()["version"]) != version:
                self.failures.append(f"version {found} is there, {version} was acknowledged")
                return
            self.acknowledged[person] += 1

    def go_on(self) -> None:
        """Wait until everybody has saved and read some more."""
        before = list(self.acknowledged)
        assert until(lambda: bool(self.failures) or self._has_gone_on(before))
        assert not self.failures

    def _has_gone_on(self, before: list[int]) -> bool:
        return all(now >= then + 3 for now, then in zip(self.acknowledged, before, strict=True))


@pytest.fixture
def cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_f22_a_restart_under_load_loses_no_save_no_answer_and_no_submission(tmp_path: Path, cloud: Sandbox) -> None:
    cloud.add_faults(SLOW)
    with (
        empty_database(tmp_path) as database,
        Installation(tmp_path, database, cloud.url) as place,
        ThreadPoolExecutor(PEOPLE + 2 * SUBMISSIONS) as pool,
    ):
        place.start()
        people = [pool.submit(place.edit, person) for person in range(PEOPLE)]
        try:
            place.go_on()
            first = submitting(pool, place, cloud, 10)
            place.servers[0].send_signal(signal.SIGHUP)
            place.go_on()
            assert outcomes(first) == ["succeeded"] * SUBMISSIONS
            place.start()
            second = submitting(pool, place, cloud, 10 + SUBMISSIONS)
            place.servers[0].send_signal(signal.SIGTERM)
            place.go_on()
            assert outcomes(second) == ["succeeded"] * SUBMISSIONS
            assert place.servers[0].wait(GRACE + 5) == 0
            place.go_on()
        finally:
            place.over.set()
        for each in people:
            each.result()
        rows = place.ask(lambda app: app.get("/api/submissions/")).json()["results"]
        versions = [place.ask(partial(reading, f"rule_{person}")).json()["version"] for person in range(PEOPLE)]
    assert not place.failures
    assert versions == [1 + n for n in place.acknowledged]
    assert len(rows) == 2 * SUBMISSIONS
    assert all(row["finished"] and row["attempts"] == 1 for row in rows)
    assert len(writes(cloud)) == 2 * SUBMISSIONS


def reading(name: str, app: App) -> httpx.Response:
    return app.get(f"/api/rules/{app.rules[name]}/")


def sending(name: str, app: App) -> httpx.Response:
    return app.submit(name, key=name)


def submitting(
    pool: ThreadPoolExecutor, place: Installation, cloud: Sandbox, first: int
) -> list["Future[httpx.Response]"]:
    """Submissions of new rules, all of them under way: their writes are with the cloud."""
    before = len(writes(cloud))
    names = [f"rule_{first + n}" for n in range(SUBMISSIONS)]
    sent = [pool.submit(place.ask, partial(sending, name)) for name in names]
    assert until(lambda: len(writes(cloud)) == before + SUBMISSIONS)
    return sent


def outcomes(sent: list["Future[httpx.Response]"]) -> list[str]:
    return [each.result(30).json().get("state") for each in sent]


def writes(cloud: Sandbox) -> list[Any]:
    return [entry for entry in cloud.requests() if entry["path"] == PATH and entry["method"] in ("PUT", "POST")]
