"""The pages of connections and submissions, as each role sees and uses them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader

from api_proxy.models import Connection
from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME, Sandbox
from api_proxy.submit import submit
from editor.models import Rule

FORM = {
    "name": "lab",
    "region": "sandbox",
    "project_id": PROJECT_ID,
    "enterprise_project_id": "",
    "kind": "password",
    "iam_domain": DOMAIN_NAME,
    "iam_user": USER_NAME,
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def without_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """These pages work without script; a checkout whose front end was not built can test them."""
    monkeypatch.setattr(DjangoViteAssetLoader, "generate_vite_asset", lambda *args, **kwargs: "")


@pytest.fixture
def browser(account: Callable[..., User]) -> Callable[[str], Client]:
    """Makes a browser in which the role is logged in."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(account(role))
        return client

    return make


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/connections/", (200, 200, 200)),
        ("/connections/new/", (403, 403, 200)),
        ("/connections/{id}/", (403, 403, 200)),
        ("/submissions/", (200, 200, 200)),
        ("/alarms/", (200, 200, 200)),
        ("/alarms/runs/", (200, 200, 200)),
        ("/alarms/deeds/", (200, 200, 200)),
    ],
)
def test_each_role_sees_what_the_policy_says(
    browser: Callable[[str], Client], connection: Connection, path: str, expected: tuple[int, ...]
) -> None:
    address = path.format(id=connection.id)
    assert Client().get(address).status_code == 302
    for role, status in zip(("designer", "reviewer", "admin"), expected, strict=True):
        assert browser(role).get(address).status_code == status


def test_an_admin_makes_and_changes_a_connection(browser: Callable[[str], Client], cloud: Sandbox) -> None:
    admin = browser("admin")
    assert admin.post("/connections/new/", FORM).status_code == 302
    made = Connection.objects.get()
    page = admin.get(f"/connections/{made.id}/").content.decode()
    assert PASSWORD not in page and made.sealed not in page
    assert "Leave empty to keep it" in page
    assert admin.post(f"/connections/{made.id}/", {**FORM, "name": "lab 2", "password": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.open_credentials()["password"].reveal()) == ("lab 2", PASSWORD)


@pytest.mark.parametrize(
    "wrong", [{"region": "else"}, {"project_id": "x"}, {"name": ""}, {"name": "sandbox"}, {"iam_user": "a\x00b"}]
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    browser: Callable[[str], Client], connection: Connection, wrong: dict[str, Any]
) -> None:
    answer = browser("admin").post("/connections/new/", {**FORM, **wrong})
    assert answer.status_code == 400
    assert PASSWORD not in answer.content.decode()
    assert list(answer.context["form"].errors) == list(wrong)
    assert Connection.objects.count() == 1


def test_a_password_that_cannot_be_sealed_is_named(
    browser: Callable[[str], Client], cloud: Sandbox, settings: Any
) -> None:
    settings.CREDENTIAL_KEYS = []
    answer = browser("admin").post("/connections/new/", FORM)
    assert "CREDENTIAL_KEYS" in str(answer.context["form"].errors["__all__"])
    assert not Connection.objects.exists()


def test_a_designer_tests_a_connection_and_reads_how_it_went(
    browser: Callable[[str], Client], connection: Connection, cloud: Sandbox, settings: Any
) -> None:
    designer, path = browser("designer"), f"/connections/{connection.id}/test/"
    assert "sandbox: Signed in" in designer.post(path, follow=True).content.decode()
    cloud.add_faults({"match": {"path": "/v3/"}, "status": 403, "body": {"error_msg": "<script>alert(1)</script>"}})
    page = designer.post(path, follow=True).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    settings.SANDBOX_URL = ""
    assert "cannot be used" in designer.post(path, follow=True).content.decode()


@pytest.mark.parametrize(("role", "path"), [("reviewer", "test/"), ("designer", "")])
def test_nobody_else_may_post(
    browser: Callable[[str], Client], connection: Connection, role: str, path: str, cloud: Sandbox
) -> None:
    assert browser(role).post(f"/connections/{connection.id}/{path}", FORM).status_code == 403
    assert cloud.requests() == []


def test_the_record_shows_what_the_cloud_said_as_text(
    browser: Callable[[str], Client], connection: Connection, cloud: Sandbox, rule: Rule, account: Callable[..., User]
) -> None:
    body = {"error_code": "AOM.08003003", "error_msg": "<img src=x onerror=alert(1)>"}
    cloud.add_faults({"match": {"method": "POST", "path": "/v2/"}, "status": 400, "body": body})
    submit(account("designer"), rule, rule.current, connection)
    page = browser("reviewer").get("/submissions/?page=nonsense").content.decode()
    assert "AOM.08003003" in page
    assert "<img src=x" not in page
