"""F17 and F20: a database that is locked or full costs nobody more than the step at hand."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from api_proxy.models import Connection, Submission
from api_proxy.sandbox import Sandbox
from editor.models import Rule
from tests.conftest import Api

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="faults of SQLite"),
]


def pragma(name: str, value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name} = {value}")


def fill(rule: Rule, target: Connection) -> None:
    """Let the file grow no further, and take what room is left in it."""
    pragma("max_page_count", 1)
    refused = 0
    while refused < 100:
        row = Submission(rule=rule, version=rule.current, connection=target, connection_name=target.name)
        row.region, row.project_id, row.digest, row.author = "sandbox", "0" * 32, "0" * 64, rule.current.author
        row.state, row.finished, row.detail = "rejected", timezone.now(), ""
        try:
            row.save(force_insert=True)
        except OperationalError:
            refused += 1


def test_f20_on_a_full_disk_reads_go_on_and_nothing_is_sent(
    api: Callable[[str], Api], rule: Rule, connection: Connection, cloud: Sandbox, sample: Any
) -> None:
    designer = api("designer")
    fill(rule, connection)
    try:
        stored = designer.post("/api/rules/", {"document": {**sample, "name": "another", "desc": "x" * 900}})
        calls = len(cloud.requests())
        sent = designer.post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1})
        assert (stored.status_code, sent.status_code) == (507, 507)
        assert "nothing was sent" in sent.json()["detail"]
        assert len(cloud.requests()) == calls
        assert designer.get(f"/api/rules/{rule.id}/").status_code == 200
        assert designer.get("/readyz").status_code == 200
    finally:
        pragma("max_page_count", 1_073_741_823)
    assert designer.post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1}).status_code == 200


def test_f17_a_locked_database_is_told_and_nothing_is_sent(
    api: Callable[[str], Api], rule: Rule, connection: Connection, cloud: Sandbox
) -> None:
    from django.db import connection as database

    designer = api("designer")
    User.objects.create_user("late", password="a-long-enough-word")
    page = Client(raise_request_exception=False)
    pragma("busy_timeout", 50)
    calls = len(cloud.requests())
    with closing(sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sent = designer.post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1})
        login = page.post("/accounts/login/", {"username": "late", "password": "a-long-enough-word"})
    assert (sent.status_code, sent.headers["Retry-After"]) == (503, "2")
    assert (login.status_code, login.headers["Retry-After"]) == (503, "2")
    assert "The database is busy." in login.content.decode()
    assert len(cloud.requests()) == calls
    assert not Submission.objects.exists()
