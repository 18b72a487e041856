"""F1, F5 to F7, F13, F14 and F16: the cloud says no, says nonsense, points elsewhere, or says it in ugly words."""

from typing import Any

import pytest
from django.test import Client

from api_proxy.models import Connection, Submission
from api_proxy.sandbox import Sandbox
from api_proxy.transport import client
from editor.models import Rule
from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.faulting import Sending, calls
from tests.api_proxy.faulting import send as send
from tests.conftest import Api

REFUSED = ["GET", "PUT"]


def aom(code: str, message: str, **changes: Any) -> dict[str, Any]:
    """An error of AOM's; a member that is None stays in it as null."""
    told = {"error_code": code, "error_msg": message, "error_type": "PARAM_INVALID", "trace_id": "b0c5a3"}
    return {**told, **changes}


#: Error answers as the services write them: body, and what is told of it.
F01_BODIES: list[tuple[Any, str, str]] = [
    (aom("AOM.08003002", "groupName is not exist"), "AOM.08003002", "groupName is not exist"),
    (aom("AOM.08003003", "group_by is invalid"), "AOM.08003003", "group_by is invalid"),
    (aom("AOM.0400", "bad request"), "AOM.0400", "bad request"),
    (aom("AOM.0403", "auth failed."), "AOM.0403", "auth failed"),
    (aom("AOM.08003003", "no trace", trace_id=""), "AOM.08003003", "no trace"),
    (aom("AOM.08003003", "null trace", trace_id=None), "AOM.08003003", "null trace"),
    (aom("AOM.08003003", "no type", error_type=None), "AOM.08003003", "no type"),
    (aom("AOM.08003003", ""), "AOM.08003003", ""),
    ({"error_code": "AOM.08003003", "error_message": "the other name"}, "AOM.08003003", "the other name"),
    ({"errorCode": "COC.00000400", "errorMsg": "as COC says it"}, "COC.00000400", "as COC says it"),
    (
        {"error": {"code": "IAM.0011", "message": "as IAM says it", "title": "Bad Request"}},
        "IAM.0011",
        "as IAM says it",
    ),
    ({"error_msg": "a form is wrong", "error_code": "APIGW.0106", "request_id": "1"}, "APIGW.0106", "a form is wrong"),
]
#: Error answers that are none: no JSON, or JSON of the wrong shape.
ODD: list[Any] = [None, [], {}, True, 400, 1.5, "", "x" * 9000]
F01_MALFORMED: list[Any] = [
    *("", "{", '{"error_code": "AOM.08', "null", "[1, null]", '"text"', "7", "NaN", "<html><h1>Bad</h1></html>"),
    *("\ufeff{}", '{"a": "\\ud800"}', "[" * 5000, '{"a":' * 5000, "\x00\x01\x02", "x" * 100_000, "{}", "[]", "[[]]"),
    *({name: odd} for name in ("error_code", "error_msg", "error") for odd in ODD),
]


@pytest.mark.parametrize(("body", "code", "message"), F01_BODIES, ids=lambda value: str(value)[:50])
def test_f01_a_refusal_of_what_was_sent_is_a_rejection_after_one_call(
    cloud: Sandbox, send: Sending, body: Any, code: str, message: str
) -> None:
    cloud.add_faults({"match": {"method": "PUT"}, "times": 9, "status": 400, "body": body})
    done = send()
    assert (done.state, done.status, done.error_code, done.attempts) == ("rejected", 400, code, 1)
    assert done.detail.startswith(" ".join(filter(None, ("AOM refused: 400", code, message))) + ". ")
    assert done.detail.endswith("Nothing was changed over there.")
    assert calls(cloud) == REFUSED


def test_f01_whatever_shape_a_refusal_has_it_is_a_rejection_that_can_be_shown(
    cloud: Sandbox, send: Sending, api: Any
) -> None:
    for body in F01_MALFORMED:
        cloud.add_faults({"match": {"method": "PUT"}, "status": 400, "body": body})
    rows = [send() for _ in F01_MALFORMED]
    assert len(rows) >= 40
    assert {(row.state, row.status, row.attempts) for row in rows} == {("rejected", 400, 1)}
    assert all(len(row.error_msg) <= 1024 and row.error_msg.isprintable() for row in rows)
    assert all(row.detail.startswith("AOM refused: 400") for row in rows)
    assert calls(cloud) == REFUSED * len(rows)
    shown = api("reviewer").get("/api/submissions/")
    assert shown.status_code == 200


@pytest.mark.parametrize(("preset", "words"), [("F5", "auth failed."), ("F5-forbidden", "Forbidden.")])
def test_f05_a_403_names_the_missing_permission_and_is_no_login_failure(
    cloud: Sandbox, send: Sending, api: Any, rule: Rule, connection: Connection, preset: str, words: str
) -> None:
    cloud.add_faults({"preset": preset, "match": {"method": "PUT"}})
    designer: Api = api("designer")
    answer = designer.post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1})
    assert answer.status_code == 200
    assert answer.json()["state"] == "rejected"
    assert answer.json()["detail"] == (
        f"AOM refused: 403 AOM.0403 {words} Whoever the credentials of the connection belong to needs the permission "
        "aom:routeGroupRule:update. Nothing was changed over there."
    )
    assert calls(cloud) == REFUSED
    assert len([entry for entry in cloud.requests() if entry["path"] == "/v3/auth/tokens"]) == 1
    assert designer.get("/api/submissions/").status_code == 200


@pytest.mark.parametrize(
    ("preset", "status", "advice"),
    [
        ("F6", 404, "Check the region and the project id"),
        ("F6-413", 413, "too large"),
        ("F6-415", 415, "ask whoever runs Groupflow"),
        ("F7", 409, "compare with a dry run"),
    ],
)
def test_f06_f07_a_clear_no_is_a_rejection_with_advice_and_one_call(
    cloud: Sandbox, send: Sending, preset: str, status: int, advice: str
) -> None:
    cloud.add_faults({"preset": preset, "match": {"method": "PUT"}})
    done = send()
    assert (done.state, done.status) == ("rejected", status)
    assert advice in done.detail
    assert "Nothing was changed over there." in done.detail
    assert calls(cloud) == REFUSED


def test_f07_after_a_conflict_a_dry_run_compares_with_what_is_there_now(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F7", "match": {"method": "PUT"}})
    assert send().state == "rejected"
    assert "differs in desc" in send(dry_run=True).detail


F13_APPLIED = ["200", "empty", "html", "garbage", "other", "scalar", "nan", "deep", "201", "202", "206"]


@pytest.mark.parametrize("name", F13_APPLIED)
def test_f13_an_odd_answer_to_a_write_is_no_success_until_it_is_read_back(
    cloud: Sandbox, send: Sending, name: str
) -> None:
    cloud.add_faults({"preset": f"F13-{name}", "match": {"method": "PUT"}})
    done = send()
    assert done.state == "succeeded"
    assert "it arrived" in done.detail
    assert calls(cloud) == ["GET", "PUT", "GET"]


@pytest.mark.parametrize("name", [*F13_APPLIED, "error-in-200"])
def test_f13_an_odd_answer_to_a_write_that_was_lost_is_found_out(cloud: Sandbox, send: Sending, name: str) -> None:
    cloud.add_faults({"preset": f"F13-{name}", "match": {"method": "PUT"}, "apply": False})
    done = send()
    assert (done.state, done.attempts) == ("succeeded", 2)
    assert calls(cloud) == ["GET", "PUT", "GET", "PUT", "GET"]


def test_f13_a_204_counts_whatever_it_calls_its_content(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F13-type", "match": {"method": "PUT"}})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "PUT", "GET"]


@pytest.mark.parametrize("name", [*F13_APPLIED, "error-in-200"])
def test_f13_where_the_rules_cannot_be_read_nothing_is_sent(cloud: Sandbox, send: Sending, name: str) -> None:
    cloud.add_faults({"preset": f"F13-{name}", "match": {"method": "GET"}})
    done = send()
    assert done.state == "rejected"
    assert "Nothing was sent." in done.detail
    assert calls(cloud) == ["GET"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "met", [{"method": "GET"}, {"method": "PUT"}, {"path": "/v3/"}], ids=["read", "write", "login"]
)
def test_f14_no_redirect_is_followed(cloud: Sandbox, send: Sending, status: int, met: dict[str, str]) -> None:
    with Upstream(lambda call: call.answer("204 No Content")) as other:
        location = f"{other.url}/x?token=1"
        cloud.add_faults({"preset": f"F14-{status}", "match": met, "headers": {"Location": location}})
        done = send()
    assert other.calls == []
    assert location not in done.detail
    # 303 may mean that the write was carried out, so that one is read back and sent once more.
    is_unclear = status == 303 and met == {"method": "PUT"}
    assert done.state == ("succeeded" if is_unclear else "rejected")
    once = {"GET": ["GET"], "PUT": REFUSED}.get(met.get("method", ""), [])
    assert calls(cloud) == (["GET", "PUT", "GET", "PUT", "GET"] if is_unclear else once)


def test_f14_a_redirect_of_a_write_is_told_with_its_host_alone(cloud: Sandbox, send: Sending) -> None:
    location = "https://user:word@elsewhere.example/path?token=1"
    cloud.add_faults({"preset": "F14-307", "match": {"method": "PUT"}, "headers": {"Location": location}})
    done = send()
    assert "AOM pointed to elsewhere.example (307)" in done.detail
    assert not [part for part in ("user", "word", "path", "token") if part in done.detail]


@pytest.mark.parametrize("preset", ["F16", "F16-controls", "F16-long"])
def test_f16_ugly_words_are_kept_as_plain_text(cloud: Sandbox, send: Sending, api: Any, preset: str) -> None:
    cloud.add_faults({"preset": preset, "match": {"method": "PUT"}})
    done = send()
    assert done.state == "rejected"
    assert (done.status, done.error_code) == (400, "AOM.08003003")
    assert 0 < len(done.error_msg) <= 1024
    assert done.error_msg.isprintable()
    assert calls(cloud) == REFUSED
    reader: Client = api("reviewer").client
    page = reader.get("/submissions/").content.decode()
    assert done.error_code in page
    assert not [markup for markup in ("<script>alert", "<img src=x", "\x1b", "\u202e") if markup in page]


def test_f16_markup_is_stored_as_it_was_said(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F16", "match": {"method": "PUT"}})
    stored = Submission.objects.get(pk=send().pk).error_msg
    assert stored.startswith("<script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;")


def test_an_answer_that_runs_on_past_its_end_is_not_taken_for_the_next_one() -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", b"1")
        call.read()
        call.answer("200 OK", b"2")

    def act_twice(call: Call) -> None:
        call.read()
        call.connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
        call.over.wait(10)

    with Upstream(act_twice) as upstream, client([upstream.url]) as http:
        assert http.put(upstream.url).status_code == 204
        upstream.act = act
        assert http.put(upstream.url).content == b"1"
        assert http.put(upstream.url).content == b"2"
    assert len(upstream.calls) == 3
