"""A PostgreSQL of a test's own, which it may stop and start as it likes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

#: Who runs it where the tests run as root, which PostgreSQL refuses.
OWNER = "postgres"


def missing() -> str:
    """Why there can be none here; empty where there can."""
    if _programs() is None:
        return "no initdb in /usr/lib/postgresql: install postgresql"
    if os.geteuid() != 0:
        return ""
    if shutil.which("runuser") is None or OWNER not in {entry.pw_name for entry in pwd.getpwall()}:
        return f"PostgreSQL refuses to run as root, and there is no runuser or no user {OWNER}"
    return ""


class Cluster:
    """A server on a port of its own. ``url`` is the DATABASE_URL of an empty database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"postgres://groupflow@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "-U", "groupflow", "--auth=trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-l", str(self._folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """As a power cut would."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        programs = _programs()
        assert programs is not None
        command = [str(programs / program), "-D", str(self._folder / "data"), *arguments]
        as_owner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_owner, *command], cwd=self._folder, stdout=subprocess.DEVNULL, check=True)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that runs, and is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="groupflow-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, OWNER)
        made = Cluster(Path(name))
        made.start()
        try:
            yield made
        finally:
            made.stop()


def _programs() -> Path | None:
    """Where the newest one keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[4]))
    return found[-1].parent if found else None
