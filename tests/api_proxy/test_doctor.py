"""``manage.py doctor`` names what is wrong, and how it is mended."""

import json
import shutil
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from api_proxy.management.commands import doctor
from api_proxy.models import Connection
from api_proxy.sandbox import PASSWORD, Sandbox

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def told() -> tuple[int, dict[str, tuple[str, str]], str]:
    """The exit code; state and detail by name; all that was printed."""
    printed = StringIO()
    code = 0
    try:
        call_command("doctor", json=True, stdout=printed)
    except SystemExit as end:
        code = int(end.code or 0)
    results = json.loads(printed.getvalue())["results"]
    return code, {one["name"]: (one["state"], one["detail"]) for one in results}, printed.getvalue()


def test_it_looks_at_everything_and_sends_no_credential(connection: Connection, cloud: Sandbox) -> None:
    before = len(cloud.requests())
    _, found, printed = told()
    for name in ("database", "migrations", "credential keys", "disk", cloud.url, f"clock against {cloud.url}"):
        assert found[name][0] == "ok", found[name]
    calls = cloud.requests()[before:]
    assert [call["method"] for call in calls] == ["HEAD"]
    assert not {"x-auth-token", "authorization"} & {name.lower() for name in calls[0]["headers"]}
    assert PASSWORD not in printed


def test_it_fails_where_a_setting_is_wrong(db: None, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ["canary-broken"]
    code, found, printed = told()
    assert code == 1
    assert found["api_proxy.E002"][0] == found["credential keys"][0] == "error"
    assert "canary" not in printed


@pytest.mark.parametrize("part", ["default", "pages"])
def test_it_names_a_front_end_of_which_a_part_is_not_built(db: None, settings: Any, tmp_path: Path, part: str) -> None:
    settings.DJANGO_VITE = {**settings.DJANGO_VITE, part: {"manifest_path": tmp_path / "gone.json"}}
    _, found, _ = told()
    assert found["front end"] == ("error", "It is not built, so no page can be shown: run make setup.")


def test_it_names_a_cloud_that_is_not_reached(connection: Connection, cloud: Sandbox, settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    code, found, _ = told()
    assert code == 1
    assert found["http://127.0.0.1:1"][0] == "error"
    assert "could not be reached" in found["http://127.0.0.1:1"][1]


@pytest.mark.parametrize(("free", "state"), [(2 * 1024**3, "ok"), (500 * 1024**2, "warning"), (1024, "error")])
def test_it_warns_before_the_disk_is_full(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, free: int, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert told()[1]["disk"][0] == state


@pytest.mark.parametrize(
    ("there", "state", "shown"),
    [
        ("Sun, 22 Nov 2026 11:59:10 GMT", "ok", "50 seconds ahead"),
        ("Sun, 22 Nov 2026 12:14:00 GMT", "warning", "840 seconds behind"),
        ("Sun, 22 Nov 2026 11:40:00 GMT", "error", "1200 seconds ahead"),
        ("yesterday", "warning", "no date"),
        ("Sun, 22 Nov 2026 99999999999999999999:00:00 GMT", "warning", "no date"),
        ("Fri, 31 Dec 9999 23:59:59 -0100", "warning", "no date"),
        ("", "warning", "no date"),
    ],
)
def test_f04_it_measures_the_clock_against_the_cloud(there: str, state: str, shown: str) -> None:
    found = doctor.clock("https://aom.example.com", there, NOW)
    assert (found.state, shown in found.detail) == (state, True)


def test_it_prints_a_line_each(db: None) -> None:
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=printed)
    assert all(line.split(" ")[0] in ("ok", "warning", "error") for line in printed.getvalue().splitlines())
