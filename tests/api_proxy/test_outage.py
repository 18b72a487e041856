"""F17, F19, F20 and F32 over the served app: a database that goes away in the middle of a submission, one that
everybody wants at the same moment, a disk that is full, and a key that is none."""

import json
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from api_proxy.sandbox import Sandbox
from tests import postgres
from tests.api_proxy.faulting import PATH, calls
from tests.api_proxy.serving import App, caller, prepare_database, running, served, settings_of, until
from tests.databases import empty_database
from tests.ports import free_port

WRITERS, ROUNDS = 8, 4
#: In a name space of its own: a small disk at a folder, on it a copy of a file and one that can be removed; then what
#: comes after these two.
SMALL_DISK = (
    'folder=$0; mount -t tmpfs -o size=3m none "$folder" && cp "$1" "$folder" '
    '&& head -c 400000 /dev/zero > "$folder/ballast" && shift && exec "$@"'
)
FILL = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
for size in (3000, 10):
    refused = 0
    while refused < 50:
        try:
            database.execute("INSERT INTO room VALUES (zeroblob(?))", [size])
        except sqlite3.OperationalError as error:
            assert error.sqlite_errorname == "SQLITE_FULL", error
            refused += 1
print("full", flush=True)
sys.stdin.read()
"""


def is_told(answer: httpx.Response) -> bool:
    """Whether it is an outage, told as a problem."""
    return answer.status_code == 503 and answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())
def test_f19_a_submission_outlives_the_restart_of_the_database(tmp_path: Path) -> None:
    with postgres.cluster() as cluster, Sandbox() as cloud, served(tmp_path, cluster.url, cloud.url) as app:
        assert app.save("rule_1", 1, desc="kept").status_code == 200
        cloud.add_faults({"match": {"method": "POST", "path": PATH}, "hold": "after"})
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(app.submit, "rule_0")
            cloud.wait_for(1, "POST", PATH)
            cluster.stop()
            cloud.release()
            answer = under_way.result()
        assert is_told(answer)
        assert "failed after the rule was sent" in answer.json()["detail"]
        assert is_told(app.get("/api/rules/"))
        assert is_told(app.submit("rule_1"))
        assert app.get("/healthz").status_code == 200
        ready = app.get("/readyz")
        assert (ready.status_code, ready.json()["parts"]["database"]["state"]) == (503, "down")
        assert calls(cloud) == ["GET", "POST"]

        cluster.start()
        assert until(lambda: app.get("/readyz").status_code == 200, 5)
        path = f"/api/submissions/{answer.json()['submission']}/"
        assert until(lambda: app.get(path).json()["finished"] is not None)
        row = app.get(path).json()
        assert (row["state"], row["attempts"]) == ("succeeded", 1)
        assert calls(cloud) == ["GET", "POST", "GET"]
        assert app.submit("rule_1", 2).json()["state"] == "succeeded"
        assert calls(cloud) == ["GET", "POST", "GET", "GET", "POST", "GET"]


def test_f17_many_who_save_and_submit_at_once_lose_nothing(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database, Sandbox() as cloud, served(tmp_path, database, cloud.url) as app:

        def work(number: int) -> list[int]:
            """The status of every answer; it ends once all is saved and submitted."""
            name, seen = f"rule_{number}", []
            for version in range(1, ROUNDS + 1):
                seen += [app.save(name, version, desc=f"{name} {version}").status_code]
                key = uuid.uuid4().hex
                while (sent := app.submit(name, version + 1, key)).status_code in (409, 503):
                    seen.append(sent.status_code)
                assert sent.json()["state"] == "succeeded", sent.json()
            return seen

        with ThreadPoolExecutor(WRITERS) as pool:
            seen = Counter(status for statuses in pool.map(work, range(WRITERS)) for status in statuses)
        assert set(seen) <= {200, 409, 503}
        assert seen[200] == WRITERS * ROUNDS
        writes = [call for call in cloud.requests() if call["path"] == PATH and call["method"] != "GET"]
        check(app, Counter(json.loads(call["body"])["desc"] for call in writes))


def check(app: App, sent: Counter[str]) -> None:
    """Every version is there, on record as sent, and was sent once."""
    for number in range(WRITERS):
        name = f"rule_{number}"
        assert app.get(f"/api/rules/{app.rules[name]}/").json()["version"] == ROUNDS + 1
        assert app.get(f"/api/submissions/?rule={app.rules[name]}").json()["count"] == ROUNDS
        assert [sent[f"{name} {version}"] for version in range(1, ROUNDS + 1)] == [1] * ROUNDS


def small_disk(folder: Path, file: Path) -> list[str]:
    """What goes before a command that finds a disk of 3 MB at ``folder``, with a copy of ``file``."""
    return ["unshare", "-rm", "sh", "-c", SMALL_DISK, str(folder), str(file)]


def no_small_disk() -> str:
    """Why there can be none here; empty where there can."""
    if shutil.which("unshare") is None:
        return "no unshare: install util-linux"
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "this machine lets nobody mount a disk in a name space"


@pytest.mark.skipif(bool(no_small_disk()), reason=no_small_disk())
def test_f20_on_a_full_disk_reads_go_on_nothing_is_sent_and_nothing_is_lost(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    with Sandbox() as cloud:
        prepared = prepare_database(settings_of(tmp_path, f"sqlite:///{tmp_path / 'made.sqlite3'}", cloud.url))
        with closing(sqlite3.connect(tmp_path / "made.sqlite3")) as database:
            database.execute("CREATE TABLE room (taken BLOB)")
        environment = settings_of(tmp_path, f"sqlite:///{small / 'made.sqlite3'}", cloud.url)
        port, within = free_port(), small_disk(small, tmp_path / "made.sqlite3")
        with (
            running(tmp_path / "log", environment, port, within=within) as process,
            caller(port, prepared["token"]) as http,
        ):
            app = App(http, prepared["rules"])
            saved = 0
            while (answer := app.save("rule_0", saved + 1, desc=str(saved))).status_code == 200:
                saved += 1
            there = Path(f"/proc/{process.pid}/root{small}")
            # A save that finds no room leaves some: what a submission stores is smaller.
            with filled(process.pid, small / "made.sqlite3"):
                for refused in (answer, app.save("rule_0", saved + 1, desc="late"), app.submit("rule_1")):
                    assert refused.status_code == 507, refused.text
                    assert "nothing was sent" in refused.json()["detail"]
                assert cloud.requests() == []
                assert app.get(f"/api/rules/{app.rules['rule_0']}/").json()["version"] == saved + 1
                assert app.get("/readyz").status_code == 200
                check_integrity(there, tmp_path / "copy")
            (there / "ballast").unlink()
            assert app.save("rule_0", saved + 1, desc="there is room").status_code == 200
            assert app.submit("rule_1").json()["state"] == "succeeded"
            assert calls(cloud) == ["GET", "POST", "GET"]
    assert saved > 10


@contextmanager
def filled(server: int, file: Path) -> Iterator[None]:
    """While ``file``, as the process ``server`` sees it, has no room left for a row, as small as it may be. The
    connection that took it stays open, since the last one that is closed makes some."""
    within = ["nsenter", "-t", str(server), "-U", "-m", "--preserve-credentials"]
    command = [*within, sys.executable, "-c", FILL, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == b"full\n"
        yield
        process.stdin.close()


def check_integrity(folder: Path, copy: Path) -> None:
    shutil.copytree(folder, copy)
    with closing(sqlite3.connect(copy / "made.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_f32_with_a_key_that_is_none_all_goes_on_but_submitting(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database, Sandbox() as cloud:
        environment = settings_of(tmp_path, database, cloud.url)
        prepared, port = prepare_database(environment), free_port()
        broken = {**environment, "CREDENTIAL_KEYS": "canary-of-a-key"}
        with running(tmp_path / "log", broken, port), caller(port, prepared["token"]) as http:
            app = App(http, prepared["rules"])
            assert app.save("rule_0", 1, desc="kept").status_code == 200
            assert app.get(f"/api/rules/{app.rules['rule_0']}/export/").status_code == 200
            refused, ready = app.submit("rule_0", 2), app.get("/readyz")
    assert (refused.status_code, ready.status_code) == (409, 200)
    assert "CREDENTIAL_KEYS" in refused.json()["detail"]
    assert ready.json()["status"] == "degraded"
    assert ready.json()["parts"]["credential keys"]["state"] == "degraded"
    assert "canary-of-a-key" not in refused.text + ready.text + (tmp_path / "log").read_text()
    assert cloud.requests() == []
