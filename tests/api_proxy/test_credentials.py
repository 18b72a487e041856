"""Credentials at rest and on their way in: rotated without loss, refused where they do not fit, never given back."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api_proxy.models import Connection, SignIn
from api_proxy.sandbox import ACCESS_KEY, DOMAIN_NAME, SECRET_KEY, USER_NAME, Sandbox
from api_proxy.secret import Secret
from api_proxy.signin import Standing
from api_proxy.vault import CredentialUnreadable
from editor.models import Rule
from tests.api_proxy.test_canary import everything_stored
from tests.api_proxy.test_connections_api import BODY, call, is_problem
from tests.api_proxy.test_pages import FORM, without_a_bundle  # noqa: F401
from tests.conftest import Api

Apis = Callable[[str], Api]
SOON = (timezone.now() + timedelta(days=1)).isoformat(timespec="seconds")
SECRETS: dict[str, dict[str, str]] = {
    "password": {"password": "canary-password"},
    "keys": {"access_key": "CANARYKEY0123WXYZ", "secret_key": "canary-secret-key"},
    "temporary_keys": {
        "access_key": "CANARYTEMP0123WXYZ",
        "secret_key": "canary-secret-key-2",
        "security_token": "canary-security-token",
        "ends": SOON,
    },
    "token": {"token": "canary-iam-token", "ends": SOON},
}
PLACE = {name: BODY[name] for name in ("region", "project_id")}
CANARIES = [text for texts in SECRETS.values() for text in texts.values() if "anary" in text.lower()]


def made(kind: str = "password", name: str = "") -> Connection:
    """A stored connection with the secrets of its kind."""
    connection = Connection(name=name or kind, kind=kind, iam_domain=DOMAIN_NAME, iam_user=USER_NAME, **PLACE)
    texts = {name: Secret(text) for name, text in SECRETS[kind].items() if name != "ends"}
    connection.set_credentials(texts)
    connection.save()
    return connection


def rotated() -> tuple[str, str]:
    """What the command says, and what it complains about."""
    out, err = StringIO(), StringIO()
    call_command("rotate_credentials", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_t18_a_hundred_rows_are_rotated_and_the_old_key_can_go(db: None, settings: Any) -> None:
    kinds = [kind for _ in range(25) for kind in SECRETS]
    rows = {made(kind, f"{kind} {number}").pk: kind for number, kind in enumerate(kinds)}
    token_of = made(name="with a token")
    Standing(token_of).keep_token(Secret("canary-session"), 1000)
    old = settings.CREDENTIAL_KEYS[0]
    settings.CREDENTIAL_KEYS = [new_key(), old]
    assert "101 connections" in rotated()[0]
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
    for pk, kind in rows.items():
        opened = Connection.objects.get(pk=pk).open_credentials()
        assert all(SECRETS[kind][name] == secret.reveal() for name, secret in opened.items())
    assert Standing(token_of).token() == Secret("canary-session")
    settings.CREDENTIAL_KEYS = [old]
    with pytest.raises(CredentialUnreadable):
        token_of.refresh_from_db()
        token_of.open_credentials()


def test_t18_rotation_goes_on_where_it_was_broken_off_and_touches_nothing_twice(db: None, settings: Any) -> None:
    rows = [made(name=str(number)) for number in range(3)]
    settings.CREDENTIAL_KEYS = [new_key(), *settings.CREDENTIAL_KEYS]
    rows[1].set_password(Secret("entered after the new key came"))
    rows[1].save()
    rotated()
    after = dict(Connection.objects.values_list("name", "sealed"))
    assert after["1"] == rows[1].sealed and after["0"] != rows[0].sealed
    rotated()
    assert dict(Connection.objects.values_list("name", "sealed")) == after


def test_t18_rotation_names_what_it_cannot_read_and_rotates_the_rest(db: None, settings: Any) -> None:
    lost, kept = made(name="lost"), made(name="kept")
    Connection.objects.filter(pk=lost.pk).update(sealed=kept.sealed)
    Standing(kept).keep_token(Secret("canary-session"), 1000)
    SignIn.objects.update(sealed_token="spoilt")
    settings.CREDENTIAL_KEYS = [new_key(), *settings.CREDENTIAL_KEYS]
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 2 connections could not be read"):
        call_command("rotate_credentials", stderr=err)
    assert "lost: cannot be read" in err.getvalue()
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS[:1]
    assert Connection.objects.get(name="kept").open_credentials()
    assert SignIn.objects.get().sealed_token == ""


def test_t18_rows_that_were_swapped_are_refused(db: None) -> None:
    one, two = made(name="one"), made(name="two")
    one.sealed, two.sealed = two.sealed, one.sealed
    for row in (one, two):
        with pytest.raises(CredentialUnreadable):
            row.open_credentials()


def test_t18_a_token_in_the_place_of_credentials_is_refused(db: None) -> None:
    connection = made()
    Standing(connection).keep_token(Secret("canary-session"), 1000)
    connection.sealed = SignIn.objects.get().sealed_token
    with pytest.raises(CredentialUnreadable):
        connection.open_credentials()


@pytest.mark.django_db(transaction=True)
def test_t18_no_secret_is_in_the_bytes_of_the_database(transactional_db: None) -> None:
    for kind in SECRETS:
        made(kind)
    Standing(made(name="with a token")).keep_token(Secret("canary-session"), 1000)
    stored = everything_stored().encode()
    if database.vendor == "sqlite":
        name = str(database.settings_dict["NAME"])
        stored += b"".join(path.read_bytes() for path in Path(name).parent.glob(f"{Path(name).name}*"))
        assert b"with a token" in stored
    assert not [text for text in [*CANARIES, "canary-session"] if text.encode() in stored]


@pytest.mark.parametrize("kind", SECRETS)
def test_secrets_of_every_kind_are_written_and_never_given_back(api: Apis, cloud: Sandbox, kind: str) -> None:
    admin = api("admin")
    user = {"iam_domain": "d", "iam_user": "u"} if kind == "password" else {}
    answer = admin.post("/api/connections/", {**PLACE, "name": "lab", "kind": kind, **user, **SECRETS[kind]})
    assert answer.status_code == 201, answer.content
    shown = admin.get(answer["Location"]).content.decode() + answer.content.decode()
    assert not [text for text in CANARIES if text in shown]
    body = answer.json()
    assert (body["kind"], body["has_credentials"]) == (kind, True)
    assert body["key_ending"] == ("WXYZ" if "access_key" in SECRETS[kind] else "")
    assert len(body["fingerprint"]) == (0 if kind == "password" else 12)
    assert bool(body["ends"]) is ("ends" in SECRETS[kind])


def test_another_kind_forgets_the_old_secrets(api: Apis, connection: Connection) -> None:
    admin, path = api("admin"), f"/api/connections/{connection.id}/"
    assert call(admin, "PATCH", path, {"kind": "keys"}).json()["has_credentials"] is False
    assert Connection.objects.get().sealed == ""
    is_problem(admin.post(f"{path}test/", {}), 409)
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    assert call(admin, "PATCH", path, keys).json()["key_ending"] == "0001"
    assert admin.post(f"{path}test/", {}).json()["ok"] is True


@pytest.mark.parametrize(
    ("kind", "members", "pointers"),
    [
        ("keys", {"access_key": "AK"}, ["/secret_key"]),
        ("keys", {"access_key": "A K", "secret_key": "s"}, ["/access_key"]),
        ("keys", {"access_key": "AK", "secret_key": "s\r\nX-Auth-Token: a"}, ["/secret_key"]),
        ("keys", {"access_key": "AK", "secret_key": "s", "password": "p"}, ["/password"]),
        ("keys", {"access_key": "AK", "secret_key": "s", "ends": SOON}, ["/ends"]),
        ("temporary_keys", {"access_key": "A", "secret_key": "s", "security_token": "t"}, ["/ends"]),
        ("token", {"token": "t", "ends": "2020-01-01T00:00:00Z"}, ["/ends"]),
        ("token", {"token": "t", "ends": "2030-01-01T00:00:00"}, ["/ends"]),
        ("token", {"token": "t", "ends": "soon"}, ["/ends"]),
        ("token", {"token": "键", "ends": SOON}, ["/token"]),
        ("keys", {"access_key": "A" * 257, "secret_key": "s"}, ["/access_key"]),
        ("token", {"ends": SOON}, ["/ends"]),
        ("else", {}, ["/kind"]),
    ],
)
def test_credentials_that_do_not_fit_are_refused_by_name(
    api: Apis, connection: Connection, kind: str, members: dict[str, str], pointers: list[str]
) -> None:
    answer = call(api("admin"), "PATCH", f"/api/connections/{connection.id}/", {"kind": kind, **members})
    assert [error["pointer"] for error in is_problem(answer, 400)["errors"]] == pointers
    assert Connection.objects.get().sealed == connection.sealed


def test_a_password_names_whose_it_is(api: Apis, cloud: Sandbox) -> None:
    admin = api("admin")
    made_so = admin.post("/api/connections/", {**PLACE, "name": "lab", "kind": "token"})
    answer = call(admin, "PATCH", made_so["Location"], {"kind": "password", "password": "p"})
    assert [error["pointer"] for error in is_problem(answer, 400)["errors"]] == ["/iam_domain", "/iam_user"]


@pytest.fixture
def admin(account: Callable[..., User]) -> Client:
    client = Client()
    client.force_login(account("admin"))
    return client


@pytest.mark.parametrize("kind", SECRETS)
def test_the_form_stores_every_kind_and_shows_none_of_it(admin: Client, cloud: Sandbox, kind: str) -> None:
    ends = {"ends": SOON[:16]} if "ends" in SECRETS[kind] else {}
    sent = {**FORM, "password": "", **SECRETS[kind], "kind": kind, **ends}
    assert admin.post("/connections/new/", sent).status_code == 302
    stored = Connection.objects.get()
    opened = {name: secret.reveal() for name, secret in stored.open_credentials().items()}
    assert opened == {name: text for name, text in SECRETS[kind].items() if name != "ends"}
    pages = admin.get("/connections/").content.decode() + admin.get(f"/connections/{stored.id}/").content.decode()
    assert not [text for text in CANARIES if text in pages]
    assert stored.get_kind_display() in pages
    kept = {**FORM, "password": "", "kind": kind}
    assert admin.post(f"/connections/{stored.id}/", {**kept, "name": "renamed"}).status_code == 302
    assert Connection.objects.get().sealed == stored.sealed


def test_the_form_names_what_is_missing_and_repeats_no_secret(admin: Client, cloud: Sandbox) -> None:
    sent = {**FORM, "password": "", "kind": "temporary_keys", "secret_key": "canary-secret-key"}
    answer = admin.post("/connections/new/", sent)
    assert sorted(answer.context["form"].errors) == ["access_key", "ends", "security_token"]
    assert "canary-secret-key" not in answer.content.decode()


def test_the_list_asks_as_often_for_many_as_for_one(admin: Client, connection: Connection) -> None:
    def questions() -> int:
        with CaptureQueriesContext(database) as seen:
            admin.get("/connections/")
        return len(seen)

    one = questions()
    for kind in SECRETS:
        Standing(made(kind))
    assert questions() == one


def test_the_list_warns_of_a_clock_that_is_off(admin: Client, connection: Connection) -> None:
    Standing(connection)
    SignIn.objects.update(skew=59.9)
    assert "clock" not in admin.get("/connections/").content.decode()
    SignIn.objects.update(skew=-75)
    assert "clock is off by 75 s" in admin.get("/connections/").content.decode()


@pytest.mark.parametrize("keys", [[], [new_key()], ["broken"]])
def test_f32_without_the_right_key_all_but_submitting_goes_on(
    api: Apis, connection: Connection, rule: Rule, cloud: Sandbox, settings: Any, keys: list[str], sample: Any
) -> None:
    settings.CREDENTIAL_KEYS = keys
    designer = api("designer")
    assert designer.post("/api/check/", sample).json()["valid"] is True
    assert designer.post("/api/rules/", {"document": {**sample, "name": "another"}}).status_code == 201
    assert designer.get(f"/api/rules/{rule.id}/export/").status_code == 200
    assert api("reviewer").get(f"/api/rules/{rule.id}/versions/").status_code == 200
    refused = designer.post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1})
    assert "CREDENTIAL_KEYS" in is_problem(refused, 409)["detail"]
    assert cloud.requests() == []


@pytest.mark.django_db(transaction=True)
def test_a_password_stored_before_there_were_kinds_is_still_there(transactional_db: None) -> None:
    before = [("api_proxy", "0003_submission_machine")]
    executor = MigrationExecutor(database)
    now = executor.loader.graph.leaf_nodes()
    executor.migrate(before)
    pk = uuid.uuid4()
    content = f'{{"record": "{pk}", "secret": "an old password"}}'
    sealed = Fernet(project.CREDENTIAL_KEYS[0]).encrypt(content.encode()).decode()
    try:
        old = executor.loader.project_state(before).apps.get_model("api_proxy", "Connection")
        old.objects.create(pk=pk, name="old", iam_domain="d", iam_user="u", sealed_password=sealed, **PLACE)
    finally:
        MigrationExecutor(database).migrate(now)
    row = Connection.objects.get(pk=pk)
    assert (row.kind, row.open_credentials()) == ("password", {"password": Secret("an old password")})
