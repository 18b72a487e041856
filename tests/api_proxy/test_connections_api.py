"""Connections and submissions over the API: who may do what, what is refused and how, and what is never shown."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection as database
from django.http import Http404
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api_proxy.models import Connection, Submission
from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME, Sandbox
from api_proxy.secret import Secret
from api_proxy.views import change
from editor.models import Rule
from tests.conftest import Api

Apis = Callable[[str], Api]
BODY = {
    "name": "lab",
    "region": "sandbox",
    "project_id": PROJECT_ID,
    "enterprise_project_id": "",
    "iam_domain": DOMAIN_NAME,
    "iam_user": USER_NAME,
    "password": PASSWORD,
}
ROLES = ("stranger", "designer", "reviewer", "admin")
#: What each role in ROLES is answered; a stranger is asked to log in.
MATRIX = [
    ("GET", "/api/connections/", None, (401, 200, 200, 200)),
    ("POST", "/api/connections/", BODY, (401, 403, 403, 201)),
    ("GET", "/api/connections/{connection}/", None, (401, 200, 200, 200)),
    ("PATCH", "/api/connections/{connection}/", {"name": "other"}, (401, 403, 403, 200)),
    ("DELETE", "/api/connections/{connection}/", None, (401, 403, 403, 204)),
    ("POST", "/api/connections/{connection}/test/", None, (401, 200, 403, 200)),
    ("GET", "/api/connections/{connection}/notification-rules/", None, (401, 200, 200, 200)),
    ("GET", "/api/connections/{connection}/group-rules/", None, (401, 200, 200, 200)),
    ("DELETE", "/api/connections/{connection}/group-rules/there/", None, (401, 403, 403, 404)),
    ("GET", "/api/connections/{connection}/drift/", None, (401, 200, 200, 200)),
    ("POST", "/api/connections/{connection}/drift/", None, (401, 200, 200, 200)),
    ("POST", "/api/connections/{connection}/import/", {"names": ["there"]}, (401, 200, 403, 200)),
    ("GET", "/api/connections/{connection}/removals/", None, (401, 200, 200, 200)),
    ("GET", "/api/rules/{rule}/drift/", None, (401, 200, 200, 200)),
    ("POST", "/api/rules/{rule}/submit/", {"connection": "sandbox", "version": 1}, (401, 200, 403, 200)),
    ("GET", "/api/submissions/", None, (401, 200, 200, 200)),
]


def call(api: Api, method: str, path: str, body: object = None, **headers: str) -> Any:
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body)
    return api.client.generic(method, path, content, "application/json", headers=headers)


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """The body of an error answer, which has this status and the one shape of all errors."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"] and body["detail"]
    return body


@pytest.mark.parametrize(("method", "path", "body", "expected"), MATRIX, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_policy_says(
    api: Apis, connection: Connection, rule: Rule, method: str, path: str, body: object, expected: Any, role: str
) -> None:
    answer = call(api(role), method, path.format(connection=connection.id, rule=rule.id), body)
    status = expected[ROLES.index(role)]
    if status == 401:
        is_problem(answer, answer.status_code)
        assert answer.status_code in (401, 403)
    else:
        assert answer.status_code == status, answer.content


def test_an_admin_makes_a_connection_and_the_password_is_never_shown(api: Apis, cloud: Sandbox) -> None:
    admin = api("admin")
    made = admin.post("/api/connections/", BODY)
    assert made.status_code == 201
    assert made.json() == {
        **{name: value for name, value in BODY.items() if name != "password"},
        **{name: made.json()[name] for name in ("id", "created", "changed")},
        "coc_region": "",
        "has_credentials": True,
        "kind": "password",
        "key_ending": "",
        "fingerprint": "",
        "ends": None,
        "clock_skew": None,
        "clock_is_off": False,
    }
    assert made["Location"] == f"/api/connections/{made.json()['id']}/"
    assert admin.get(made["Location"]).json() == made.json()
    assert admin.get("/api/connections/").json() == {"count": 1, "results": [made.json()]}
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM api_proxy_connection")
        assert PASSWORD not in str(cursor.fetchall())


def test_a_connection_may_wait_for_its_password(api: Apis, cloud: Sandbox) -> None:
    admin = api("admin")
    made = admin.post("/api/connections/", {name: BODY[name] for name in BODY if name != "password"}).json()
    assert made["has_credentials"] is False
    is_problem(admin.post(f"/api/connections/{made['id']}/test/", {}), 409)
    call(admin, "PATCH", f"/api/connections/{made['id']}/", {"password": PASSWORD})
    assert admin.post(f"/api/connections/{made['id']}/test/", {}).json()["ok"] is True


def test_a_change_without_a_password_keeps_the_stored_one(api: Apis, connection: Connection) -> None:
    before = connection.sealed
    answer = call(api("admin"), "PATCH", f"/api/connections/{connection.id}/", {"region": "cn-north-4"})
    assert (answer.status_code, answer.json()["region"], answer.json()["has_credentials"]) == (200, "cn-north-4", True)
    connection.refresh_from_db()
    assert connection.sealed == before
    assert connection.open_credentials()["password"].reveal() == PASSWORD


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": " lab"}, "/name"),
        ({"name": 5}, "/name"),
        ({"region": "http://169.254.169.254/"}, "/region"),
        ({"region": "CN-NORTH-4"}, "/region"),
        ({"project_id": PROJECT_ID + "\n"}, "/project_id"),
        ({"project_id": PROJECT_ID.upper()}, "/project_id"),
        ({"project_id": "../../v3"}, "/project_id"),
        ({"enterprise_project_id": "all_granted_eps"}, "/enterprise_project_id"),
        ({"enterprise_project_id": "0\r\nX-Auth-Token: a"}, "/enterprise_project_id"),
        ({"iam_user": "a\tb"}, "/iam_user"),
        ({"iam_domain": None}, "/iam_domain"),
        ({"password": ""}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"url": "http://127.0.0.1"}, "/url"),
        ({"id": str(uuid.UUID(int=1))}, "/id"),
        ({"sealed": "x"}, "/sealed"),
        ({"has_credentials": True}, "/has_credentials"),
    ],
)
def test_a_bad_member_is_refused_by_name(
    api: Apis, connection: Connection, change: dict[str, Any], pointer: str
) -> None:
    admin = api("admin")
    for answer in (
        admin.post("/api/connections/", {**BODY, **change}),
        call(admin, "PATCH", f"/api/connections/{connection.id}/", change),
    ):
        assert [error["pointer"] for error in is_problem(answer, 400)["errors"]] == [pointer]
    before = (connection.name, connection.region, connection.sealed)
    connection.refresh_from_db()
    assert (connection.name, connection.region, connection.sealed) == before
    assert Connection.objects.count() == 1


def test_a_missing_member_is_named(api: Apis, cloud: Sandbox) -> None:
    errors = is_problem(api("admin").post("/api/connections/", {"name": "lab"}), 400)["errors"]
    assert [error["pointer"] for error in errors] == ["/iam_domain", "/iam_user", "/project_id", "/region"]


def test_two_connections_do_not_share_a_name(api: Apis, connection: Connection) -> None:
    is_problem(api("admin").post("/api/connections/", {**BODY, "name": "sandbox"}), 409)


def test_a_password_that_cannot_be_sealed_is_not_stored(api: Apis, cloud: Sandbox, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = []
    is_problem(api("admin").post("/api/connections/", BODY), 503)
    assert not Connection.objects.exists()


def test_a_test_of_a_connection_says_what_is_wrong(api: Apis, connection: Connection, cloud: Sandbox) -> None:
    designer, path = api("designer"), f"/api/connections/{connection.id}/test/"
    assert designer.post(path, {}).json()["detail"] == "Signed in; the project has 0 grouping rules."
    cloud.add_faults({"match": {"path": "/v3/"}, "status": 401, "body": {"error": {"code": 401, "message": "wrong"}}})
    answer = designer.post(path, {}).json()
    assert (answer["ok"], answer["status"], answer["error_msg"]) == (False, 401, "wrong")
    cloud.add_faults({"match": {"path": "/v2/"}, "times": 3, "close": "before"})
    answer = designer.post(path, {}).json()
    assert (answer["ok"], answer["status"]) == (False, None)
    assert "broke off" in answer["detail"]


def test_it_lists_what_lives_over_there(api: Apis, connection: Connection, cloud: Sandbox, sample: Any) -> None:
    cloud.reset(group_rules=[sample], action_rules=[{"rule_name": "pager", "desc": "<b>night</b>"}])
    reviewer, base = api("reviewer"), f"/api/connections/{connection.id}"
    told = reviewer.get(f"{base}/notification-rules/").json()
    assert (told["count"], told["results"], told["age"]) == (1, [{"name": "pager", "desc": "<b>night</b>"}], 0)
    rules = reviewer.get(f"{base}/group-rules/").json()
    assert (rules["count"], rules["results"][0]["match_v3"]) == (1, sample["match_v3"])


def test_notification_rules_are_asked_for_once_a_minute_unless_asked_anew(
    api: Apis, connection: Connection, cloud: Sandbox
) -> None:
    designer, path = api("designer"), f"/api/connections/{connection.id}/notification-rules/"
    assert designer.get(path).json()["count"] == 0
    cloud.reset(keep_rules=True, action_rules=[{"rule_name": "pager"}])
    assert designer.get(path).json()["count"] == 0
    assert cloud.requests() == []
    assert designer.get(f"{path}?refresh=1").json()["count"] == 1
    assert designer.get(path).json()["count"] == 1
    connection.set_password(Secret("wrong"))
    connection.save()
    is_problem(designer.get(path), 502)


@pytest.mark.parametrize(
    ("fault", "status", "times"),
    [
        ({"status": 403, "body": {"error_code": "AOM.0403", "error_msg": "Forbidden."}}, 502, 1),
        ({"status": 200, "body": "no list"}, 502, 1),
        ({"status": 200, "body": [1]}, 502, 1),
        ({"close": "before"}, 504, 3),
    ],
)
def test_a_cloud_that_does_not_answer_the_question_is_a_problem(
    api: Apis, connection: Connection, cloud: Sandbox, fault: dict[str, Any], status: int, times: int
) -> None:
    for resource in ("notification-rules", "group-rules"):
        cloud.add_faults({"match": {"path": "/v2/"}, "times": times, **fault})
        problem = is_problem(api("designer").get(f"/api/connections/{connection.id}/{resource}/"), status)
        assert ("upstream" in problem) == (fault.get("status") == 403)


def test_an_admin_removes_a_rule_over_there(api: Apis, connection: Connection, cloud: Sandbox, sample: Any) -> None:
    cloud.reset(group_rules=[sample])
    admin, base = api("admin"), f"/api/connections/{connection.id}/group-rules"
    assert admin.delete(f"{base}/aomtest/").status_code == 204
    assert admin.get(f"{base}/").json()["count"] == 0
    is_problem(admin.delete(f"{base}/aomtest/"), 404)
    is_problem(admin.delete(f"{base}/a%00b/"), 404)


def test_a_submission_answers_what_was_sent_and_what_came_of_it(api: Apis, connection: Connection, rule: Rule) -> None:
    designer = api("designer")
    body = {"connection": "sandbox", "version": 1}
    answer = designer.post(f"/api/rules/{rule.id}/submit/", body, **{"Idempotency-Key": "k-1"})
    assert answer.status_code == 200
    done = answer.json()
    expected = {
        "state": "succeeded",
        "operation": "create",
        "status": 204,
        "error_code": "",
        "error_msg": "",
        "error_type": "",
        "trace_id": "",
        "rule": str(rule.id),
        "rule_name": "aomtest",
        "connection": str(connection.id),
        "connection_name": "sandbox",
        "version": 1,
        "dry_run": False,
        "author": "designer",
    }
    assert expected.items() <= done.items()
    again = designer.post(
        f"/api/rules/{rule.id}/submit/",
        {"connection": str(connection.id), "version": 1, "dry_run": False},
        **{"Idempotency-Key": "k-1"},
    )
    assert again.json() == done
    assert designer.get(f"/api/submissions/{done['id']}/").json() == done


def test_the_record_is_newest_first_in_pages_and_by_rule(
    api: Apis, connection: Connection, rule: Rule, account: Callable[..., User], sample: Any
) -> None:
    designer = api("designer")
    other = Rule.objects.start(account("admin"), {**sample, "name": "other"}, {"nodes": {}})
    sent = [
        designer.post(f"/api/rules/{each.id}/submit/", {"connection": "sandbox", "version": 1}).json()["id"]
        for each in (rule, other, rule)
    ]
    page = designer.get("/api/submissions/?limit=2").json()
    assert (page["count"], [row["id"] for row in page["results"]]) == (3, [sent[2], sent[1]])
    assert [row["id"] for row in designer.get("/api/submissions/?offset=2").json()["results"]] == [sent[0]]
    assert [row["id"] for row in designer.get(f"/api/submissions/?rule={other.id}").json()["results"]] == [sent[1]]
    for query in ("rule=x", "rule=%00", "limit=x", "limit=-1", "offset=1e9"):
        is_problem(designer.get(f"/api/submissions/?{query}"), 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"connection": "nowhere", "version": 1}, "/connection"),
        ({"connection": "sandbox", "version": 99}, "/version"),
        ({"connection": "sandbox", "version": -1}, "/version"),
        ({"connection": "sandbox", "version": 2**53 - 1}, "/version"),
        ({"connection": "sandbox", "version": True}, "/version"),
        ({"connection": "sandbox", "version": "1"}, "/version"),
        ({"connection": "sandbox"}, "/version"),
        ({"connection": "sandbox", "version": 1, "dry_run": "yes"}, "/dry_run"),
        ({"connection": "sandbox", "version": 1, "url": "http://127.0.0.1"}, "/url"),
        ([], ""),
    ],
)
def test_a_bad_submission_is_refused_by_name(
    api: Apis, connection: Connection, rule: Rule, cloud: Sandbox, body: object, pointer: str
) -> None:
    problem = is_problem(api("designer").post(f"/api/rules/{rule.id}/submit/", body), 400)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert cloud.requests() == []


@pytest.mark.parametrize("key", ["x" * 201, "ключ", "a\tb", "a\x7f"])
def test_a_bad_key_is_refused(api: Apis, connection: Connection, rule: Rule, key: str) -> None:
    body = {"connection": "sandbox", "version": 1}
    answer = call(api("designer"), "POST", f"/api/rules/{rule.id}/submit/", body, **{"Idempotency-Key": key})
    is_problem(answer, 400)
    assert not Submission.objects.exists()


def test_an_archived_rule_is_not_submitted(api: Apis, connection: Connection, rule: Rule) -> None:
    rule.archive(1)
    is_problem(api("designer").post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1}), 404)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"null", b"\xff", b"[" * 9999),
        *(b'{"name":"a","name":"b"}', b'{"name":"\\u0000"}', b'{"name":"\\ud800"}'),
    ],
)
def test_a_broken_body_is_a_problem(api: Apis, connection: Connection, body: bytes) -> None:
    is_problem(call(api("admin"), "POST", "/api/connections/", body), 400)
    assert Connection.objects.count() == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*BODY, "connection", "version", "dry_run"]), VALUES, max_size=8))
def test_no_body_whatever_breaks_the_server(api: Apis, connection: Connection, rule: Rule, body: Any) -> None:
    admin = api("admin")
    for method, path in (
        ("POST", "/api/connections/"),
        ("PATCH", f"/api/connections/{uuid.UUID(int=0)}/"),
        ("POST", f"/api/rules/{rule.id}/submit/"),
    ):
        assert call(admin, method, path, body).status_code in (201, 400, 404, 409, 422)


def test_an_unsafe_call_by_session_needs_the_csrf_token(account: Callable[..., User], connection: Connection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("admin"))
    for method in ("PATCH", "DELETE"):
        assert client.generic(method, f"/api/connections/{connection.id}/", "{}", "application/json").status_code == 403
    assert client.post("/api/connections/", BODY, "application/json").status_code == 403
    assert Connection.objects.get() == connection


def test_a_change_leaves_alone_what_somebody_else_changed(connection: Connection) -> None:
    mine, theirs = Connection.objects.get(pk=connection.pk), Connection.objects.get(pk=connection.pk)
    change(theirs, {"password": "their-new-password"})
    change(mine, {"iam_user": "another"})
    now = Connection.objects.get(pk=connection.pk)
    assert (now.iam_user, now.open_credentials()["password"].reveal()) == ("another", "their-new-password")


def test_a_change_does_not_bring_back_what_was_removed(connection: Connection) -> None:
    mine = Connection.objects.get(pk=connection.pk)
    connection.delete()
    with pytest.raises(Http404):
        change(mine, {"iam_user": "another"})
    assert not Connection.objects.exists()
