"""Accounts, clients and documents that the tests share."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import settings

# How long an example takes says nothing about what it shows, and much about the machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

DOCUMENTS = Path(__file__).parent / "documents"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop running in the process, in which Django refuses the
    database and loses sight of connections that are open."""
    items.sort(key=lambda item: "/browser/" in item.path.as_posix())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half a character in what a failed test shows would end the run: reports travel between processes as UTF-8."""
    report = yield
    if report.failed:
        report.longrepr = str(report.longrepr).encode(errors="backslashreplace").decode()
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture
def account(db: None) -> Callable[[str], User]:
    """Makes an account with one role, named like it."""

    def make(role: str, name: str = "") -> User:
        from editor.policy import give_role

        user = User.objects.create_user(name or role)
        give_role(user, role)  # type: ignore[arg-type]
        return user

    return make


class Api:
    """A client of the JSON API, logged in by session."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.client.post(path, as_body(body), content_type="application/json", headers=headers)

    def put(self, path: str, body: object, **headers: str) -> Any:
        return self.client.put(path, as_body(body), content_type="application/json", headers=headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.client.delete(path, headers=headers)


def as_body(body: object) -> str | bytes:
    return body if isinstance(body, str | bytes) else json.dumps(body)


@pytest.fixture
def api(account: Callable[[str], User]) -> Callable[[str], Api]:
    """Makes a client for a role; for "stranger" one that is nobody."""
    return lambda role: Api(None if role == "stranger" else User.objects.filter(username=role).first() or account(role))


@pytest.fixture
def sample() -> Any:
    """The published sample, as a document."""
    return json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
