"""Many hands on one rule, or on one database: every acknowledged save is there, and no other."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from editor.models import Rule, Stale, Version
from tests.databases import empty_database

WRITERS, SAVES = 4, 25
PROCESSES, SAVES_EACH = 8, 200


@pytest.mark.django_db(transaction=True)
def test_no_acknowledged_save_is_lost(sample: Any) -> None:
    author = User.objects.create_user("designer")
    rule = Rule.objects.start(author, sample, {})
    acknowledged: list[str] = []
    errors: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for count in range(SAVES):
                save_until_taken(rule, author, {**sample, "desc": f"{writer}-{count}"}, acknowledged.append)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    written = [version.content["desc"] for version in Version.objects.filter(rule=rule, number__gt=1)]
    assert sorted(map(str, written)) == sorted(acknowledged)
    assert len(written) == WRITERS * SAVES
    rule.refresh_from_db()
    assert rule.head == WRITERS * SAVES + 1


def save_until_taken(rule: Rule, author: User, document: Any, done: Callable[[str], None]) -> None:
    while True:
        mine = Rule.objects.get(pk=rule.pk)
        try:
            mine.save_version(author, mine.head, document, {})
        except Stale:
            continue
        done(document["desc"])
        return


def test_f17_eight_processes_that_save_two_hundred_times_each_meet_no_error(tmp_path: Path) -> None:
    with empty_database(tmp_path) as database:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "GROUPFLOW_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command = [sys.executable, "-m", "tests.editor.crowding", str(PROCESSES), str(SAVES_EACH)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"{PROCESSES * SAVES_EACH} saves in {told['took']:.1f} s")
    assert told["errors"] == []
    assert told["heads"] == [SAVES_EACH + 1] * PROCESSES


@pytest.mark.django_db(transaction=True)
def test_the_database_is_set_up_for_many_hands() -> None:
    """SQLite: WAL, a long busy timeout and IMMEDIATE, or concurrent saves fail. PostgreSQL: connections that live."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            names = ("journal_mode", "busy_timeout", "synchronous")
            told = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        assert told == ["wal", 20_000, 2]
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    else:
        assert connection.settings_dict["CONN_HEALTH_CHECKS"]
