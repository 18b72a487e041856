"""F23: the clock of the machine is set, by an hour and while everything runs. Served, over sockets, on a clock of the
processes' own; on PostgreSQL the database keeps its own time, on SQLite it has none but the machine's."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from api_proxy.sandbox import Sandbox, iam
from tests.api_proxy.faulting import PATH, calls
from tests.api_proxy.serving import App, caller, prepare_database, running, settings_of, until
from tests.databases import empty_database
from tests.ports import free_port
from tests.wall_clock import WallClock, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
HOUR = 3600
TOKENS = "/v3/auth/tokens"
BOTH_WAYS = pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])


class Place:
    """An installation whose clock can be set. ``app`` is there while it is served."""

    def __init__(self, folder: Path, database: str, cloud: str, lease: float) -> None:
        self.folder = folder
        self.clock = WallClock(folder)
        self.environment = {
            **settings_of(folder, database, cloud),
            "SUBMIT_LEASE": str(lease),
            **self.clock.environment,
        }
        prepared = prepare_database(self.environment)
        self._token, self._rules = prepared["token"], prepared["rules"]

    @contextmanager
    def served(self) -> Iterator[App]:
        port = free_port()
        with running(self.folder / "log", self.environment, port) as self._server, caller(port, self._token) as http:
            yield App(http, self._rules)

    def kill(self) -> None:
        """End all processes of the server, as a power cut would."""
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def reconciled(self) -> str:
        """What another process takes over at once."""
        command = [sys.executable, "manage.py", "reconcile"]
        return subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def place(folder: Path, cloud: Sandbox, lease: float = 60) -> Iterator[Place]:
    with empty_database(folder) as database:
        yield Place(folder, database, cloud.url, lease)


@pytest.fixture
def cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def tokens(cloud: Sandbox) -> int:
    return len(calls(cloud, TOKENS))


def test_the_clock_of_these_tests_is_that_of_python_and_of_sqlite(tmp_path: Path) -> None:
    program = (
        "import json, sqlite3, time\n"
        "from datetime import datetime, UTC\n"
        "by_sqlite, = sqlite3.connect(':memory:').execute(\"SELECT strftime('%s', 'now')\").fetchone()\n"
        "print(json.dumps([time.time(), datetime.now(UTC).timestamp(), float(by_sqlite), time.monotonic()]))\n"
    )
    clock = WallClock(tmp_path)
    clock.set_ahead(-HOUR)
    environment = {**os.environ, **clock.environment}
    done = subprocess.run([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, check=True)
    *walls, steady = json.loads(done.stdout)
    assert all(wall == pytest.approx(time.time() - HOUR, abs=60) for wall in walls)
    assert steady == pytest.approx(time.monotonic(), abs=60)


@BOTH_WAYS
def test_f23_nobody_takes_over_a_submission_that_is_under_way(tmp_path: Path, cloud: Sandbox, jump: int) -> None:
    with place(tmp_path, cloud) as site, site.served() as app:
        cloud.add_faults({"match": {"method": "POST", "path": PATH}, "hold": "after"})
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(app.submit, "rule_0")
            cloud.wait_for(1, "POST", PATH)
            site.clock.set_ahead(jump)
            taken = site.reconciled()
            cloud.release()
            done = under_way.result().json()
    assert taken == "0 submission(s) looked at.\n"
    assert (done["state"], done["attempts"]) == ("succeeded", 1)
    assert calls(cloud) == ["GET", "POST", "GET"]


def test_f23_what_a_killed_process_left_does_not_wait_for_the_clock(tmp_path: Path, cloud: Sandbox) -> None:
    with place(tmp_path, cloud, lease=2) as site:
        cloud.add_faults({"match": {"method": "POST", "path": PATH}, "hold": "after"})
        with ThreadPoolExecutor(1) as pool, site.served() as app:
            under_way = pool.submit(app.submit, "rule_0")
            cloud.wait_for(1, "POST", PATH)
            assert until(lambda: bool(cloud.requests()[-1]["carried_out"]))
            site.kill()
            assert isinstance(under_way.exception(), httpx.TransportError)
        cloud.release()
        site.clock.set_ahead(-HOUR)
        with site.served() as app:
            assert until(lambda: app.get("/api/submissions/").json()["results"][0]["finished"] is not None)
            row = app.get("/api/submissions/").json()["results"][0]
    assert (row["state"], row["attempts"]) == ("succeeded", 1)
    assert calls(cloud) == ["GET", "POST", "GET"]


@pytest.mark.parametrize(("jump", "life"), [(HOUR, 50 * 60), (-HOUR, 6)], ids=["forward", "back"])
def test_f23_a_token_is_kept_as_long_as_it_lives(
    tmp_path: Path, cloud: Sandbox, monkeypatch: pytest.MonkeyPatch, jump: int, life: int
) -> None:
    monkeypatch.setattr(iam, "TOKEN_LIFE_S", life)
    with place(tmp_path, cloud) as site, site.served() as app:
        assert app.submit("rule_0").json()["state"] == "succeeded"
        site.clock.set_ahead(jump)
        if jump > 0:
            assert app.submit("rule_1").json()["state"] == "succeeded"
            assert calls(cloud) == 2 * ["GET", "POST", "GET"]
            assert tokens(cloud) == 1
        else:
            # Half of a life so short is kept back: the next token is fetched before the service refuses this one.
            assert until(lambda: app.submit("rule_1").status_code == 200 and tokens(cloud) == 2, life)
    assert 401 not in {call["status"] for call in cloud.requests()}


@pytest.mark.parametrize(("jump", "asked"), [(HOUR, 600), (-HOUR, 2)], ids=["forward", "back"])
def test_f23_a_host_is_left_in_peace_for_as_long_as_it_asked(
    tmp_path: Path, cloud: Sandbox, jump: int, asked: int
) -> None:
    fault = {"status": 429, "headers": {"Retry-After": str(asked)}, "body": {}}
    cloud.add_faults({"match": {"method": "POST", "path": PATH}, **fault})
    with place(tmp_path, cloud) as site, site.served() as app:
        assert app.submit("rule_0").json()["state"] == "rejected"
        assert calls(cloud) == ["GET", "POST"]
        site.clock.set_ahead(jump)
        again = app.submit("rule_0").json()["state"]
    if jump > 0:
        assert (again, calls(cloud)) == ("rejected", ["GET", "POST"])
    else:
        assert (again, calls(cloud)) == ("succeeded", ["GET", "POST", "GET", "POST", "GET"])
