"""Who may do what, asked of every address: designer, reviewer, admin, and the stranger who is nobody."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from editor import policy
from editor.models import ApiToken, Rule
from tests.conftest import Api

pytestmark = pytest.mark.django_db
OPEN = {"healthz", "readyz", "metrics", "accounts/login/", "accounts/logout/"}


def addresses(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[str]:
    """Every address of the project that takes no argument but an id, ids filled in."""
    for item in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(item.pattern).lstrip("^")
        if isinstance(item, URLResolver):
            if not route.startswith("admin"):
                yield from addresses(item.url_patterns, route)
        elif isinstance(item, URLPattern):
            yield "".join(filled(part) for part in route.split("/"))


def filled(part: str) -> str:
    if part.startswith("<uuid"):
        return f"{uuid.UUID(int=7)}/"
    if part.startswith("<int"):
        return "1/"
    if part.startswith("<"):
        return "x/"
    return f"{part}/" if part else ""


def routes() -> list[str]:
    known = {route.rstrip("/") if route.rstrip("/") in OPEN else route for route in addresses()}
    return sorted(known)


@pytest.mark.parametrize("path", [path for path in routes() if path not in OPEN])
def test_a_stranger_sees_nothing(path: str) -> None:
    answer = Client().get(f"/{path}")
    if path.startswith("api/"):
        assert answer.status_code in (401, 403, 404, 405)
        assert answer.headers["Content-Type"] == "application/problem+json"
    else:
        assert answer.status_code in (302, 405)
        assert answer.status_code == 405 or answer.headers["Location"].startswith("/accounts/login/")


def test_health_needs_no_login() -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").status_code == 200


@pytest.mark.parametrize(("role", "status"), [("designer", 201), ("admin", 201), ("reviewer", 403), ("stranger", 401)])
def test_who_may_create(api: Callable[[str], Api], sample: Any, role: str, status: int) -> None:
    answer = api(role).post("/api/rules/", {"document": sample})
    assert answer.status_code == status
    assert Rule.objects.count() == (status == 201)


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("stranger", 401)])
def test_who_may_not_change(api: Callable[[str], Api], sample: Any, role: str, status: int) -> None:
    rule = api("designer").post("/api/rules/", {"document": sample}).json()
    path = f"/api/rules/{rule['id']}/"
    assert api(role).put(path, {"document": sample}, **{"If-Match": '"v1"'}).status_code == status
    assert api(role).delete(path, **{"If-Match": '"v1"'}).status_code == status
    assert Rule.objects.live().get().head == 1


@pytest.mark.parametrize("role", policy.ROLES)
def test_everybody_with_a_role_may_look(api: Callable[[str], Api], sample: Any, role: str) -> None:
    rule = api("designer").post("/api/rules/", {"document": sample}).json()
    for path in ("", "versions/", "versions/1/", "export/?as=match_v3"):
        assert api(role).get(f"/api/rules/{rule['id']}/{path}").status_code == 200
    for page in ("/", f"/rules/{rule['id']}/", f"/rules/{rule['id']}/preview/", f"/rules/{rule['id']}/history/"):
        assert api(role).get(page).status_code == 200


def test_an_account_without_a_role_may_nothing(sample: Any) -> None:
    nobody = Api(User.objects.create_user("nobody"))
    assert nobody.get("/api/rules/").status_code == 403
    assert nobody.post("/api/check/", sample).status_code == 403
    assert nobody.get("/").status_code == 403


def test_a_reviewer_gets_no_new_rule_page(api: Callable[[str], Api]) -> None:
    assert api("reviewer").get("/rules/new/").status_code == 403


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("designer", 403), ("reviewer", 403)])
def test_the_admin_pages_ask_the_policy(api: Callable[[str], Api], role: str, status: int) -> None:
    for page in ("/admin/", "/admin/auth/user/", "/admin/editor/rule/", "/admin/api_proxy/connection/"):
        assert api(role).client.get(page, follow=True).status_code == status


def test_the_admin_pages_have_no_login_of_their_own() -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_an_admin_makes_accounts_and_gives_roles(api: Callable[[str], Api]) -> None:
    form = {"username": "new", "password1": "a-long-enough-word", "password2": "a-long-enough-word"}
    role = Group.objects.get(name="reviewer").pk
    answer = api("admin").client.post("/admin/auth/user/add/", {**form, "usable_password": "true", "groups": [role]})
    assert answer.status_code == 302, answer.content
    assert policy.role_of(User.objects.get(username="new")) == "reviewer"


def test_an_admin_reaches_nobody_beyond_the_roles(api: Callable[[str], Api]) -> None:
    root = User.objects.create_superuser("root")
    form = {"username": "root", "is_active": "on", "groups": []}
    assert api("admin").client.post(f"/admin/auth/user/{root.pk}/change/", form).status_code == 403
    me = User.objects.get(username="admin")
    api("admin").client.post(f"/admin/auth/user/{me.pk}/change/", {**form, "username": "admin", "is_superuser": "on"})
    me.refresh_from_db()
    assert not me.is_superuser


def test_a_switched_off_account_is_out_at_the_next_request(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    assert designer.get("/api/rules/").status_code == 200
    User.objects.update(is_active=False)
    assert designer.get("/api/rules/").status_code == 401


def test_the_stronger_role_counts(account: Callable[[str], User]) -> None:
    user = account("designer")
    user.groups.add(Group.objects.get(name="admin"))
    assert policy.role_of(user) == "admin"


def test_the_role_is_asked_for_once_in_a_request(
    account: Callable[[str], User], django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    user = User.objects.get(pk=account("reviewer").pk)
    with django_assert_num_queries(1):
        assert [policy.allowed(user, action) for action in ("rule.view", "rule.edit")] == [True, False]


def test_an_action_without_a_row_is_a_mistake_of_ours(account: Callable[[str], User]) -> None:
    with pytest.raises(KeyError):
        policy.allowed(account("admin"), "rule.unknown")


def test_a_token_opens_the_api_and_is_kept_as_a_hash(
    account: Callable[[str], User], capsys: pytest.CaptureFixture[str], sample: Any
) -> None:
    account("designer")
    call_command("token", "designer")
    text = capsys.readouterr().out.strip()
    stranger = Api(None)
    assert stranger.get("/api/rules/", Authorization=f"Bearer {text}").status_code == 200
    assert stranger.post("/api/rules/", {"document": sample}, Authorization=f"Bearer {text}").status_code == 201
    assert text not in "".join(str(value) for value in ApiToken.objects.values().get().values())


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer é", "bearer gf_x"])
def test_a_wrong_token_is_401(db: None, header: str) -> None:
    answer = Api(None).get("/api/rules/", Authorization=header)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_the_token_command_refuses_a_name_it_does_not_know(db: None) -> None:
    with pytest.raises(CommandError, match="nobody"):
        call_command("token", "nobody")


def test_a_write_by_session_needs_the_csrf_token(account: Callable[[str], User], sample: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("designer"))
    answer = client.post("/api/rules/", {"document": sample}, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert not Rule.objects.exists()


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/rules/", "/nothing/", "/healthz"])
def test_every_answer_carries_the_strict_policy(api: Callable[[str], Api], path: str) -> None:
    answer = api("designer").get(path)
    policy_text = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "font-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    assert sorted(answer.headers["Content-Security-Policy"].split("; ")) == sorted(policy_text.split("; "))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "javascript:alert(1)", r"\\evil.example"])
def test_login_leads_nowhere_else(there: str) -> None:
    User.objects.create_user("designer", password="a-long-enough-word")
    answer = Client().post(
        f"/accounts/login/?next={there}", {"username": "designer", "password": "a-long-enough-word", "next": there}
    )
    assert answer.headers["Location"] == "/"
