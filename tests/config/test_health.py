"""Whether the service says truly how it is, and to whom."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from api_proxy import keeper
from editor.models import ApiToken
from tests.conftest import Api

pytestmark = pytest.mark.django_db
OUTSIDE = "203.0.113.9"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "is_alive", lambda: True)


@pytest.mark.usefixtures("kept")
def test_it_is_ready_where_all_parts_are_well() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()["parts"]) == {"database", "migrations", "credential keys", "reconciler"}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("keys", [[], ["canary-broken-key"]])
def test_f32_without_keys_it_is_degraded_and_says_so_without_showing_them(settings: Any, keys: list[str]) -> None:
    settings.CREDENTIAL_KEYS = keys
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert "CREDENTIAL_KEYS" in answer.json()["parts"]["credential keys"]["detail"]
    assert "canary" not in answer.content.decode()


def test_without_a_reconciler_it_is_degraded() -> None:
    answer = Client().get("/readyz")
    assert answer.json()["status"] == "degraded"
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name=keeper.NAME)
    thread.start()
    try:
        assert Client().get("/readyz").json()["status"] == "ready"
    finally:
        stop.set()
        thread.join()


def test_details_are_for_this_machine_and_for_admins(api: Callable[[str], Api], account: Callable[..., User]) -> None:
    def asked(client: Client, **headers: str) -> bool:
        return "parts" in client.get("/readyz", headers=headers, REMOTE_ADDR=OUTSIDE).json()

    token = {role: ApiToken.objects.issue(account(role, f"{role}-script")) for role in ("admin", "designer")}
    assert "parts" in Client().get("/readyz").json()
    assert "parts" not in Client().get("/readyz", headers={"X-Forwarded-For": OUTSIDE}).json()
    assert asked(api("admin").client)
    assert asked(Client(), Authorization=f"Bearer {token['admin']}")
    assert not asked(api("designer").client)
    assert not asked(Client(), Authorization=f"Bearer {token['designer']}")
    assert not asked(Client(), Authorization="Bearer gf_nobody")
    assert not asked(Client())


def test_f19_without_a_database_the_process_lives_and_says_that_it_serves_nobody() -> None:
    program = (
        "import json, django; django.setup()\n"
        "from django.test import Client\n"
        "client = Client(raise_request_exception=False); client.cookies['session'] = 'a' * 32\n"
        "for path in ('/healthz', '/readyz', '/api/rules/', '/'):\n"
        "    answer = client.get(path, headers={'Host': 'localhost'})\n"
        "    told = {name: answer.headers.get(name) for name in ('Content-Type', 'Retry-After')}\n"
        "    print(json.dumps([path, answer.status_code, told, answer.content.decode()]))\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody:canary-password@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GROUPFLOW_LOG": "stderr",
    }
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {path: status for path, status, _, _ in lines} == {
        "/healthz": 200,
        "/readyz": 503,
        "/api/rules/": 503,
        "/": 503,
    }
    _, _, headers, problem = lines[2]
    assert (headers["Content-Type"], headers["Retry-After"]) == ("application/problem+json", "2")
    assert json.loads(problem)["detail"].startswith("The database is busy.")
    assert "The database is busy." in lines[3][3]
    assert json.loads(lines[1][3])["status"] == "down"
    assert "canary" not in done.stdout + done.stderr
