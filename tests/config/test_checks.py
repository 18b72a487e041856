"""T23: a wrong setting is an error of ``check --deploy``, under an id that names it."""

import os
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from config import checks, hosts

SQLITE = {
    "ENGINE": checks.SQLITE,
    "NAME": "/srv/groupflow/groupflow.sqlite3",
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
GOOD: dict[str, object] = {
    "DEBUG": False,
    "SECRET_KEY": "".join(chr(33 + number) for number in range(64)),
    "CREDENTIAL_KEYS": [Fernet.generate_key().decode()],
    "ALLOWED_HOSTS": ["groupflow.example.com"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SANDBOX_URL": "",
    "METRICS": "local",
    "PROCESS_HOSTS": 1,
}


def without(option: str, value: object = None) -> Callable[[Any], None]:
    """SQLite with one option wrong."""

    def act(settings: Any) -> None:
        settings.DATABASES["default"]["OPTIONS"][option] = value

    return act


def put(name: str, value: object) -> Callable[[Any], None]:
    return lambda settings: setattr(settings, name, value)


def shared_key(settings: Any) -> None:
    settings.SECRET_KEY = settings.CREDENTIAL_KEYS[0]


BAD = {
    "debugging": (put("DEBUG", True), "config.E001"),
    "a short key": (put("SECRET_KEY", "abcdefgh12345"), "config.E002"),
    "a monotonous key": (put("SECRET_KEY", "a" * 80), "config.E002"),
    "a key from a template": (put("SECRET_KEY", "django-insecure-" + "abcdefgh" * 8), "config.E002"),
    "every host": (put("ALLOWED_HOSTS", ["*"]), "config.E003"),
    "a session over plain http": (put("SESSION_COOKIE_SECURE", False), "config.E004"),
    "a csrf token over plain http": (put("CSRF_COOKIE_SECURE", False), "config.E004"),
    "the sandbox in production": (put("SANDBOX_URL", "http://127.0.0.1:8001"), "config.E005"),
    "open metrics": (put("METRICS", "open"), "config.E006"),
    "two machines on SQLite": (put("PROCESS_HOSTS", 2), "config.E007"),
    "no WAL": (without("init_command", "PRAGMA synchronous=FULL;"), "config.E008"),
    "no full sync": (without("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"), "config.E008"),
    "deferred transactions": (without("transaction_mode"), "config.E009"),
    "an impatient database": (without("timeout", 1), "config.E010"),
    "no credential keys": (put("CREDENTIAL_KEYS", []), "api_proxy.E001"),
    "a broken credential key": (put("CREDENTIAL_KEYS", ["not-a-key"]), "api_proxy.E002"),
    "one key for both": (shared_key, "api_proxy.E003"),
    "a lease that ends within a call": (put("SUBMIT_LEASE", 150.0), "api_proxy.E005"),
    "an endpoint over plain http": (put("SANDBOX_URL", "http://aom.example.com"), "api_proxy.E004"),
}


@pytest.fixture
def good(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setitem(settings.DATABASES, "default", deepcopy(SQLITE))
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def errors() -> set[str]:
    return {str(found.id) for found in run_checks(include_deployment_checks=True) if found.is_serious()}


def test_a_good_configuration_has_no_error(good: Any) -> None:
    assert errors() == set()


@pytest.mark.parametrize("name", BAD)
def test_t23_a_bad_configuration_fails_under_its_id(good: Any, name: str) -> None:
    spoil, number = BAD[name]
    spoil(good)
    with pytest.raises(SystemCheckError, match=number.replace(".", r"\.")):
        call_command("check", deploy=True)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_f18_sqlite_on_a_network_disk_is_refused(good: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "file_system", lambda path: kind)
    assert errors() == {"config.E011"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a fault of SQLite")
def test_f18_a_server_does_not_start_on_a_network_disk(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checks, "file_system", lambda path: "nfs4")
    with pytest.raises(SystemExit) as ended:
        hosts.serve()
    assert ended.value.code == hosts.REFUSED
    assert "config.E011" in caplog.text
    assert "set DATABASE_URL to a PostgreSQL server" in caplog.text


def test_f18_the_disk_of_a_path_is_that_of_its_longest_mount_point(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "none / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\n"
        "none /srv/local\\040disk xfs rw 0 0\nnone /srvother tmpfs rw 0 0\n"
    )
    kinds = {path: checks.file_system(Path(path), table) for path in ("/etc/x", "/srv/a", "/srv/local disk/a", "/srvs")}
    assert kinds == {"/etc/x": "ext4", "/srv/a": "nfs4", "/srv/local disk/a": "xfs", "/srvs": "ext4"}
    assert checks.file_system(Path("/"), tmp_path / "missing") == ""


def test_t23_the_command_itself_exits_with_an_error(tmp_path: Path) -> None:
    environment = {**os.environ, "GROUPFLOW_VAR": str(tmp_path), "GROUPFLOW_DEBUG": "on"}
    command = [sys.executable, "manage.py", "check", "--deploy"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "config.E001" in done.stderr and "config.E004" in done.stderr
