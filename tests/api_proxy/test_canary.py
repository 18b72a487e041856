"""Nothing secret comes out: unique words are put in, and looked for wherever something can be read."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client

from api_proxy.aom import Aom
from api_proxy.models import Connection
from api_proxy.sandbox import PASSWORD, Sandbox
from editor.models import Rule
from tests.api_proxy.conftest import Call, Upstream
from tests.conftest import Api

CANARIES = ("canary-password-91c2", "canary-token-77d0")
ECHO = json.dumps({"error_code": f"X {CANARIES[0]}", "error_msg": " ".join(CANARIES), "trace_id": CANARIES[1]})


def hostile(call: Call) -> None:
    """A cloud that signs everybody in, and repeats in its errors whatever was secret."""
    request = call.read()
    if b"/v3/auth/tokens" in request.split(b"\r\n")[0] and CANARIES[0].encode() in request:
        call.answer("201 Created", b'{"token":{}}', f"X-Subject-Token: {CANARIES[1]}")
    else:
        call.answer("400 Bad Request", json.dumps({"error_msg": f"bad token {CANARIES[1]}"}).encode())


def hostile_sign_in(call: Call) -> None:
    call.read()
    call.answer("401 Unauthorized", ECHO.replace(CANARIES[1], "").encode())


@pytest.mark.parametrize("act", [hostile, hostile_sign_in])
def test_neither_password_nor_token_comes_out_anywhere(
    act: Callable[[Call], None],
    api: Callable[[str], Api],
    rule: Rule,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    admin, seen = api("admin"), []
    with Upstream(act) as upstream:
        settings.SANDBOX_URL = upstream.url
        body = {"name": "c", "region": "sandbox", "project_id": "0" * 32, "iam_domain": "d", "iam_user": "u"}
        made = admin.post("/api/connections/", {**body, "password": CANARIES[0]})
        base = f"/api/connections/{made.json()['id']}"
        seen += [made, admin.get(f"{base}/"), admin.post(f"{base}/test/", {})]
        seen += [admin.get(f"{base}/group-rules/"), admin.get(f"{base}/notification-rules/")]
        seen += [admin.delete(f"{base}/group-rules/a/")]
        for dry_run in (True, False):
            sent = {"connection": "c", "version": 1, "dry_run": dry_run}
            seen.append(admin.post(f"/api/rules/{rule.id}/submit/", sent))
        seen.append(admin.get("/api/submissions/"))
    answers = "".join(f"{dict(answer.items())} {answer.content.decode()}" for answer in seen)
    output = capfd.readouterr()
    assert upstream.calls
    for canary in CANARIES:
        assert canary not in answers
        assert canary not in caplog.text
        assert canary not in output.out + output.err
        assert canary not in everything_stored()


def everything_stored() -> str:
    """Every row of every table of the project, as text."""
    with database.cursor() as cursor:
        rows: list[Any] = []
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return str(rows)


def test_the_error_report_of_a_crash_shows_no_password(
    account: Callable[..., User], connection: Connection, cloud: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def crash(*args: object) -> None:
        raise RuntimeError("a bug")

    settings.DEBUG = True
    monkeypatch.setattr(Aom, "group_rules", crash)
    client = Client(raise_request_exception=False)
    client.force_login(account("designer"))
    answer = client.post(f"/api/connections/{connection.id}/test/", {}, "application/json")
    assert answer.status_code == 500
    assert "a bug" in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
