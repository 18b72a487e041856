"""F18: SQLite serves one machine. Servers and commands in processes of their own, on one file."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from api_proxy.management.commands.serve import wait_for
from config.hosts import LEASE, REFUSED
from tests.ports import free_port

#: Two machines, the first one switched on anew, and what tells none from the other but the run of it.
ONE, OTHER, ONE_ANEW = "boot-1:id-1:one", "boot-2:id-2:other", "boot-3:id-1:one"
NAMELESS, NAMELESS_ANEW = "boot-1::pod-0", "boot-2::pod-0"
#: A container of the first machine.
CONTAINER = "boot-1::c0ffee"


class Site:
    """One SQLite file, and what runs on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "groupflow.sqlite3"

    def environment(self, machine: str, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "MACHINE": machine,
            "GROUPFLOW_VAR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.file}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "GROUPFLOW_LOG": "stderr",
            **more,
        }

    def command(self, machine: str, *words: str) -> "subprocess.CompletedProcess[str]":
        module = [sys.executable, "-m", "tests.config.elsewhere", *words]
        environment = self.environment(machine)
        return subprocess.run(module, env=environment, capture_output=True, text=True, check=False)

    @contextmanager
    def server(self, machine: str, **more: str) -> "Iterator[subprocess.Popen[str]]":
        """A server under way; it is killed in the end, which leaves its lease as it is."""
        command = [sys.executable, "-m", "gunicorn", "tests.config.elsewhere", "-c", "python:config.gunicorn"]
        self.port = free_port()
        size = ["--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "2"]
        process = subprocess.Popen(
            [*command, *size],
            env=self.environment(machine, **more),
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    @contextmanager
    def serving(self, machine: str, **more: str) -> "Iterator[subprocess.Popen[str]]":
        """A server that answers."""
        with self.server(machine, **more) as process:
            wait_for(self.port, "/healthz", process)  # type: ignore[arg-type]
            yield process

    def refused(self, machine: str) -> str:
        """What a server says that ends at once."""
        with self.server(machine) as process:
            _, said = process.communicate(timeout=60)
            assert process.returncode == REFUSED, said
        return said

    def ask(self, sql: str, *values: object) -> Any:
        with closing(sqlite3.connect(self.file)) as database, database:
            return database.execute(sql, values).fetchone()

    @property
    def owner(self) -> str:
        return str(self.ask("SELECT boot FROM config_servinghost")[0])

    def run_out(self) -> None:
        self.ask("UPDATE config_servinghost SET until = ?", time.time() - 1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = Site(tmp_path_factory.mktemp("template"))
    assert site.command(ONE, "migrate").returncode == 0
    return site.file


@pytest.fixture
def site(tmp_path: Path, template: Path) -> Site:
    made = Site(tmp_path)
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(made.file)) as copy:
        source.backup(copy)
    return made


def test_f18_a_second_machine_does_not_start_and_is_told_of_postgresql(site: Site) -> None:
    with site.serving(ONE):
        said = site.refused(OTHER)
        assert "config.E012: The SQLite database is served by another machine (one)" in said
        assert "set DATABASE_URL to a PostgreSQL server" in said
        assert "Traceback" not in said
        # A lease that its process cannot renew any more lasts on.
    assert "config.E012" in site.refused(OTHER)
    assert site.owner == "boot-1"
    site.run_out()
    with site.serving(OTHER):
        assert site.owner == "boot-2"


def test_f18_the_same_machine_goes_on_at_once_however_its_process_ended(site: Site) -> None:
    for machine in (ONE, CONTAINER, ONE_ANEW):
        assert site.command(machine, "reconcile").returncode == 0
        assert site.owner == machine.split(":")[0]


def test_f18_a_new_file_is_nobodys_and_no_news(tmp_path: Path) -> None:
    asked = "from config.hosts import guard_command; guard_command()"
    done = Site(tmp_path).command(ONE, "shell", "--no-imports", "--command", asked)
    assert (done.returncode, done.stderr) == (0, "")


def test_f18_a_name_alone_proves_no_machine(site: Site) -> None:
    assert site.command(NAMELESS, "reconcile").returncode == 0
    assert "another machine (pod-0)" in site.command(NAMELESS_ANEW, "reconcile").stderr


def test_f18_a_machine_that_slept_while_another_took_over_ends(site: Site) -> None:
    with site.serving(ONE, PAUSE="0.2") as process:
        site.ask("UPDATE config_servinghost SET boot = 'boot-2', machine = '', name = 'other'")
        _, said = process.communicate(timeout=60)
    assert process.returncode == REFUSED
    assert "This process ends." in said
    assert "(other)" in said


def test_f18_a_clock_that_is_ahead_makes_nobody_wait_longer_than_a_lease(site: Site) -> None:
    assert site.command(ONE, "reconcile").returncode == 0
    site.ask("UPDATE config_servinghost SET until = until + 3600")
    assert f"wait {LEASE:.0f} seconds" in site.command(OTHER, "reconcile").stderr
    assert site.ask("SELECT until FROM config_servinghost")[0] <= time.time() + LEASE


def test_f18_a_lease_is_renewed_while_the_machine_serves(site: Site) -> None:
    with site.serving(ONE, PAUSE="0.1"):
        site.ask("UPDATE config_servinghost SET until = ?", time.time() + 20)
        deadline = time.monotonic() + 30
        while site.ask("SELECT until FROM config_servinghost")[0] < time.time() + LEASE - 5:
            assert time.monotonic() < deadline


def test_f18_commands_that_only_read_run_anywhere_and_others_do_not(site: Site) -> None:
    assert site.command(ONE, "reconcile").returncode == 0
    refused = [site.command(OTHER, name) for name in ("reconcile", "migrate")]
    assert [("config.E012" in done.stderr, "Traceback" in done.stderr) for done in refused] == [(True, False)] * 2
    assert all(done.returncode for done in refused)
    assert site.command(OTHER, "check").returncode == 0
    assert "error    config.E012" in site.command(OTHER, "doctor").stdout
    assert site.owner == "boot-1"
