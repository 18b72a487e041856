"""F21: processes are killed at random moments of a submission. No rule ends in a wrong state, no PUT goes out twice
without a look between, and every submission has its outcome soon after.

A tenth of the soak: ``make soak`` sets SOAK to 10 and runs all of it.
"""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api_proxy.sandbox import PROJECT_ID, Sandbox
from tests.conftest import DOCUMENTS
from tests.databases import empty_database

TIMES = int(os.environ.get("SOAK", "1"))
SUBMISSIONS, KILLS = 100 * TIMES, 20 * TIMES
LEASE = 1.0
PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
FINAL = {"succeeded", "rejected", "drifted", "needs_human"}


class Watch:
    """Every call that the sandbox got, in order, however many they are."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._calls: dict[int, dict[str, Any]] = {}
        self._sandbox = sandbox
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def _follow(self) -> None:
        while not self._stop.wait(0.05):
            self.look()

    def look(self) -> None:
        """Take over what is new, and what has become of calls that were seen at their beginning."""
        entries = self._sandbox.requests()
        assert not entries or entries[0]["number"] <= len(self._calls) + 1, "the journal is too short"
        self._calls |= {entry["number"]: entry for entry in entries}

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [self._calls[number] for number in sorted(self._calls)]

    @contextmanager
    def following(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()
            self.look()


def test_f21_no_kill_leaves_a_wrong_state_behind(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database, Sandbox() as cloud:
        # Answers take a moment, so that kills meet writes that are carried out and not yet answered.
        cloud.add_faults({"match": {"path": PATH}, "times": 1_000_000, "delay_s": 0.005})
        watch = Watch(cloud)
        with watch.following():
            told = under_fire(database, cloud)
    rows = told["rows"]
    states = Counter(row["state"] for row in rows)
    again = sum(row["attempts"] > 1 for row in rows)
    print(f"{len(rows)} submissions, {told['kills']} kills, settled {told['settled_after']} s after the last")
    print(f"{dict(states)}, {again} sent a second time after reading back")
    assert len(rows) == SUBMISSIONS
    assert told["kills"] >= KILLS
    assert told["settled_after"] < LEASE + 60
    assert {row["state"] for row in rows} <= FINAL
    check_rows(rows, watch.calls)
    check_what_is_there(rows, told["live"])


def under_fire(database: str, cloud: Sandbox) -> dict[str, Any]:
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "SANDBOX_URL": cloud.url,
        "SUBMIT_LEASE": str(LEASE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    sample = DOCUMENTS / "good" / "published-sample.json"
    numbers = ["--submissions", str(SUBMISSIONS), "--kills", str(KILLS), "--sample", str(sample)]
    command = [sys.executable, "-m", "tests.api_proxy.killing", *numbers]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def check_rows(rows: list[dict[str, Any]], calls: list[dict[str, Any]]) -> None:
    """What each row says against what went out, which its description names."""
    writes: dict[str, list[int]] = {}
    looks = [call["number"] for call in calls if call["path"] == PATH and call["method"] == "GET"]
    for call in calls:
        # What was cut off with its process on the way has no body, and was not carried out.
        if call["path"] == PATH and call["method"] in ("PUT", "POST") and call["body"]:
            writes.setdefault(json.loads(call["body"])["desc"], []).append(call["number"])
    for row in rows:
        sent = writes.get(row["desc"], [])
        assert len(sent) <= row["attempts"] <= 2, row
        assert sent or row["state"] in ("rejected", "needs_human"), row
        for one, other in zip(sent, sent[1:], strict=False):
            assert any(one < look < other for look in looks), row


def check_what_is_there(rows: list[dict[str, Any]], there: dict[str, str]) -> None:
    """Over there stands what the last submission that arrived has sent."""
    for rule in {row["rule"] for row in rows}:
        arrived = [row["desc"] for row in rows if row["rule"] == rule and row["state"] == "succeeded"]
        assert there.get(rule) == (arrived[-1] if arrived else None), rule
