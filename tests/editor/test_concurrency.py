"""Many hands on one rule: every acknowledged save is there, and no other."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections

from editor.models import Rule, Stale, Version

WRITERS, SAVES = 4, 25


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
