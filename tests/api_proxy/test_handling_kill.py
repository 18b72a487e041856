"""F21 for handled alarms: processes are killed at random moments. No task runs twice for one alarm, and whatever is
unclear is handed to a person with what is known of it.

A tenth of the soak: ``make soak`` sets SOAK to 10 and runs all of it.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from api_proxy.sandbox import Sandbox
from tests.api_proxy.alarm_killing import alarm_id
from tests.api_proxy.alarm_steps import task
from tests.api_proxy.test_kill import LEASE, TIMES, Watch
from tests.databases import empty_database

ALARMS, KILLS = 30 * TIMES, 10 * TIMES


def test_f21_no_kill_runs_a_task_twice(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database, Sandbox() as cloud:
        cloud.reset(alarms=[{"id": alarm_id(number)} for number in range(ALARMS)])
        # Answers take a moment, so that kills meet tasks that have begun and are not yet answered for.
        cloud.add_faults({"match": {"method": "POST", "path": "/v1/"}, "times": 1_000_000, "delay_s": 0.1})
        watch = Watch(cloud)
        with watch.following():
            told = under_fire(database, cloud, tmp_path)
    rows = told["rows"]
    states = Counter(row["state"] for row in rows)
    begun = Counter(call["path"].split("/")[4] for call in watch.calls if is_begun(call))
    print(f"{ALARMS} alarms, {len(rows)} actions, {told['kills']} kills, settled {told['settled_after']} s after")
    print(f"{dict(states)}; tasks begun {sum(begun.values())}")
    assert told["kills"] >= KILLS
    assert told["settled_after"] < LEASE + 60
    assert set(begun.values()) <= {1}
    assert states["needs_human"] or TIMES == 1, "no kill met a task that had been sent"
    check_rows(rows, begun)


def is_begun(call: dict[str, Any]) -> bool:
    return call["path"].endswith("/auto-process") and bool(call["carried_out"])


def check_rows(rows: list[dict[str, Any]], begun: Counter[str]) -> None:
    """Every alarm is handled by one action beside those of which nothing ran, and each says what is so."""
    for row in rows:
        alarm = row["alarm_id"]
        if row["state"] == "rejected":
            assert row["detail"].endswith("Nothing was run."), row
        elif row["state"] == "started":
            assert begun[alarm] == 1 and row["work_order"], row
        else:
            assert row["state"] == "needs_human", row
            assert "settle it here" in row["detail"], row
            assert bool(row["evidence"]["same_task"]) <= begun[alarm], row
    handled = Counter(row["alarm_id"] for row in rows if row["state"] != "rejected")
    assert handled == Counter(map(alarm_id, range(ALARMS)))


def under_fire(database: str, cloud: Sandbox, folder: Path) -> dict[str, Any]:
    (folder / "task.json").write_text(json.dumps(task(1)), encoding="utf-8")
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "SANDBOX_URL": cloud.url,
        "SUBMIT_LEASE": str(LEASE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    numbers = ["--alarms", str(ALARMS), "--kills", str(KILLS), "--task", str(folder / "task.json")]
    command = [sys.executable, "-m", "tests.api_proxy.alarm_killing", *numbers]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
