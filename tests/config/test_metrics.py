"""What /metrics tells, and whom."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from config.metrics import service
from tests.conftest import Api

pytestmark = pytest.mark.django_db
OUTSIDE = "203.0.113.9"


def samples(client: Client) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    text = client.get("/metrics").content.decode()
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_requests_are_counted_by_route_and_not_by_what_was_typed(api: Callable[[str], Api], sample: Any) -> None:
    client = api("designer")
    before = samples(client.client)
    client.post("/api/check/", sample)
    client.get("/canary-path/?q=canary-query")
    client.client.generic("CANARY", "/healthz")
    after = samples(client.client)
    grown = {name for name, value in after.items() if value > before.get(name, 0)}
    assert ("groupflow_requests_total", "POST", "api-check", "200") in grown
    assert ("groupflow_requests_total", "GET", "none", "404") in grown
    assert ("groupflow_requests_total", "other", "healthz", "405") in grown
    assert ("groupflow_check_seconds_count",) in grown
    assert "canary" not in str(after).lower()


@pytest.mark.parametrize(
    ("setting", "role", "address", "status"),
    [
        ("local", "stranger", "127.0.0.1", 200),
        ("local", "stranger", OUTSIDE, 404),
        ("local", "designer", OUTSIDE, 404),
        ("local", "admin", OUTSIDE, 200),
        ("open", "stranger", OUTSIDE, 200),
        ("off", "admin", "127.0.0.1", 404),
    ],
)
def test_who_reads_them(
    api: Callable[[str], Api], settings: Any, setting: str, role: str, address: str, status: int
) -> None:
    settings.METRICS = setting
    assert api(role).client.get("/metrics", REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("iam.cn-north-4.myhuaweicloud.com", "iam"),
        ("coc.myhuaweicloud.com", "coc"),
        ("coc-intl.myhuaweicloud.com", "coc"),
        ("coc-eu-west-101-open-api.myhuaweicloud.eu", "coc"),
        ("aom.evil.example", "other"),
        ("127.0.0.1", "other"),
    ],
)
def test_a_call_is_counted_under_a_service_of_ours(host: str, name: str) -> None:
    assert service(host) == name


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    program = (
        "import django; django.setup()\n"
        "from config.metrics import count_request, page\n"
        "count_request('GET', 'rules', 200)\n"
        "print(page().decode())\n"
    )
    for _ in range(2):
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert re.search(r'groupflow_requests_total\{.*route="rules".*\} 2\.0', done.stdout)
