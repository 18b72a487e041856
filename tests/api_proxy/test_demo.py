"""The demo: what it makes, that it makes it once, and how the command that serves it all says no."""

import io
import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from api_proxy.models import Connection
from api_proxy.sandbox import Sandbox
from api_proxy.trial import try_out
from editor.flow import check, is_valid, read_document
from editor.models import Rule, Version
from editor.policy import role_of
from tests.conftest import DOCUMENTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def cloud(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that the settings know, and a folder for what is made up."""
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    with Sandbox(port=0, state=None) as sandbox:
        settings.SANDBOX_URL = sandbox.url
        settings.VAR_DIR = tmp_path
        yield sandbox


def demo() -> str:
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue().rsplit("Password: ", 1)[1].strip()


def test_it_makes_accounts_the_sample_and_a_connection_that_works(cloud: Sandbox) -> None:
    password = demo()
    accounts = {user.username: role_of(user) for user in User.objects.all()}
    assert accounts == {"designer": "designer", "reviewer": "reviewer", "admin": "admin"}
    assert all(user.check_password(password) for user in User.objects.all())
    rule = Rule.objects.get()
    assert rule.name == "aomtest"
    assert rule.current.content == json.loads((DOCUMENTS / "upstream" / "flow.json").read_text())
    assert is_valid(check(read_document(rule.current.content)))
    assert len(rule.current.positions["nodes"]) == 9  # type: ignore[index,call-overload,arg-type]
    assert try_out(Connection.objects.get(name="sandbox")).ok


def test_doing_it_again_changes_nothing(cloud: Sandbox) -> None:
    first = demo()
    before = list(Version.objects.values()), list(User.objects.values("username", "password"))
    assert demo() == first
    assert (list(Version.objects.values()), list(User.objects.values("username", "password"))) == before
    assert Connection.objects.count() == 1


def test_the_password_may_be_chosen(cloud: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    demo()
    monkeypatch.setenv("DEMO_PASSWORD", "chosen-by-hand")
    assert demo() == "chosen-by-hand"
    assert User.objects.get(username="admin").check_password("chosen-by-hand")


def test_it_keeps_rules_upstream_and_names_notification_rules(cloud: Sandbox) -> None:
    cloud.reset(group_rules=[{"name": "kept"}])
    demo()
    with urllib.request.urlopen(f"{cloud.url}/_sandbox/requests") as answer:
        assert answer.status == 200
    connection = Connection.objects.get()
    assert "1 grouping rule" in try_out(connection).detail


def test_it_says_so_where_the_sandbox_does_not_answer(settings: Any, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SANDBOX_URL = f"http://127.0.0.1:{closed.getsockname()[1]}"
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="does not answer"):
        call_command("demo", stdout=io.StringIO())


def test_serving_says_which_port_is_taken(settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            call_command("serve", "--port", str(port))


def test_serving_needs_the_address_of_the_sandbox(settings: Any) -> None:
    settings.SANDBOX_URL = ""
    with pytest.raises(CommandError, match="SANDBOX_URL"):
        call_command("serve")


@pytest.mark.parametrize("port", ["0", "-1", "70000"])
def test_serving_says_that_a_port_is_none(settings: Any, port: str) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    with pytest.raises(CommandError, match="There is no port"):
        call_command("serve", "--port", port)


def test_a_password_that_was_changed_is_kept(cloud: Sandbox) -> None:
    demo()
    admin = User.objects.get(username="admin")
    admin.set_password("one of my own")
    admin.save()
    demo()
    assert User.objects.get(username="admin").check_password("one of my own")
