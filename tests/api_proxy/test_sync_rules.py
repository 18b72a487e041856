"""``manage.py sync_rules``: what a timer learns by the exit status and in one line each."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from api_proxy.models import Connection, LiveState
from api_proxy.sandbox import Sandbox
from api_proxy.secret import Secret
from api_proxy.submit import submit
from editor.models import Rule
from tests.api_proxy.lifecycle import put_there, upstream, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def sync(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Runs the command; its exit status and lines."""

    def run(*options: str) -> tuple[int, list[str]]:
        status = 0
        try:
            call_command("sync_rules", *options)
        except SystemExit as exit:
            status = int(str(exit.code))
        return status, capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def submitted(account: Callable[..., User], rule: Rule, connection: Connection) -> Rule:
    submit(account("designer"), rule, rule.current, connection)
    return rule


def test_it_ends_well_where_everything_is_as_it_was_put(sync: Any, submitted: Rule) -> None:
    assert sync() == (0, ["sandbox: 1 as put there"])
    assert LiveState.objects.get().state == "equal"


def test_it_ends_with_one_where_something_drifted(sync: Any, submitted: Rule, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, {**sample, "desc": "tampered"}, upstream("terraform_group_rule"))
    status, lines = sync()
    assert status == 1
    assert lines[0].startswith("sandbox: aomtest: Changed over there since version 1")
    assert lines[-1] == "sandbox: 1 changed there, 1 known there only"
    assert writes(cloud) == []


def test_it_ends_with_two_where_it_could_not_look(
    sync: Any, submitted: Rule, connection: Connection, cloud: Sandbox
) -> None:
    cloud.reset()
    other = Connection(name="another", region="sandbox", project_id=connection.project_id)
    other.iam_domain, other.iam_user = connection.iam_domain, connection.iam_user
    other.set_password(Secret("wrong"))
    other.save()
    status, lines = sync()
    assert status == 2
    assert lines[0].startswith("another: could not look. ") and "wrong" not in lines[0]
    assert lines[-1] == "sandbox: 1 missing there"
    assert sync("--connection", "sandbox")[0] == 1


def test_it_imports_what_nobody_here_knows_in_nobodys_name(sync: Any, connection: Connection, cloud: Sandbox) -> None:
    put_there(cloud, upstream("terraform_group_rule"))
    status, lines = sync("--import-new")
    assert (status, lines[-1]) == (0, "sandbox: 1 as put there")
    author = Rule.objects.get().current.author
    assert (author.username, author.is_active, author.has_usable_password()) == ("sync_rules", False, False)
    assert sync("--import-new") == (0, ["sandbox: 1 as put there"])


def test_it_imports_in_the_name_of_an_account(sync: Any, connection: Connection, cloud: Sandbox, account: Any) -> None:
    account("admin")
    put_there(cloud, upstream("terraform_group_rule"))
    assert sync("--import-new", "--author", "admin")[0] == 0
    assert Rule.objects.get().current.author.username == "admin"


def test_it_never_overwrites_a_rule(sync: Any, submitted: Rule, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, {**sample, "desc": "tampered"})
    assert sync("--import-new")[0] == 1
    submitted.refresh_from_db()
    assert submitted.head == 1


def test_it_prints_json(sync: Any, submitted: Rule, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, {**sample, "desc": "tampered"})
    status, lines = sync("--json")
    (found,) = json.loads("\n".join(lines))["results"]
    assert (status, found["connection"], found["drift"]) == (1, "sandbox", True)
    assert [(one["name"], one["state"], one["members"]) for one in found["results"]] == [
        ("aomtest", "changed", ["desc"])
    ]


@pytest.mark.parametrize("options", [("--connection", "nowhere"), ("--import-new", "--author", "nobody")])
def test_it_says_what_there_is_not(connection: Connection, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("sync_rules", *options)
    assert caught.value.returncode == 2


def test_it_ends_well_where_there_is_no_connection(db: None, sync: Any) -> None:
    assert sync() == (0, ["There is no connection yet."])
