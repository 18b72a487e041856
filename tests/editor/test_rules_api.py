"""The API of rules: what is stored, what is refused, and how it says so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editor.models import Rule, Version
from tests.conftest import DOCUMENTS, Api

pytestmark = pytest.mark.django_db
UPSTREAM = sorted((DOCUMENTS / "upstream").glob("*.json"))


def stored(designer: Api, document: object, **more: object) -> Any:
    answer = designer.post("/api/rules/", {"document": document, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.parametrize("file", UPSTREAM, ids=lambda file: file.stem)
def test_open_then_save_changes_nothing(api: Callable[[str], Api], file: Path) -> None:
    designer = api("designer")
    rule = stored(designer, json.loads(file.read_text()))
    opened = designer.get(f"/api/rules/{rule['id']}/").json()
    answer = designer.put(
        f"/api/rules/{rule['id']}/",
        {"document": opened["document"], "layout": opened["layout"]},
        **{"If-Match": opened["etag"]},
    )
    assert answer.status_code == 200
    version = Version.objects.get(rule_id=rule["id"], number=2)
    assert json.dumps(json.loads(version.document)) == json.dumps(json.loads(file.read_text()))
    exported = designer.get(f"/api/rules/{rule['id']}/export/")
    assert exported.content.decode() == version.document


def test_a_save_writes_the_next_version_and_keeps_the_old(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    rule = stored(designer, sample, layout={"nodes": {"flow-lKSGbvq-": {"x": 8, "y": 16}}}, message="first")
    body = {"document": {**sample, "desc": "new"}, "message": "second"}
    answer = designer.put(f"/api/rules/{rule['id']}/", body, **{"If-Match": '"v1"'})
    assert answer.headers["ETag"] == '"v2"'
    versions = designer.get(f"/api/rules/{rule['id']}/versions/").json()
    assert [(v["version"], v["message"], v["author"]) for v in versions["results"]] == [
        (2, "second", "designer"),
        (1, "first", "designer"),
    ]
    first = designer.get(f"/api/rules/{rule['id']}/versions/1/").json()
    assert first["document"] == sample
    assert first["layout"] == {"nodes": {"flow-lKSGbvq-": {"x": 8, "y": 16}}}


def test_a_version_is_never_edited(api: Callable[[str], Api], sample: Any) -> None:
    stored(api("designer"), sample)
    with pytest.raises(TypeError):
        Version.objects.get().save()


def test_a_stale_save_is_refused_with_who_and_when(api: Callable[[str], Api], sample: Any) -> None:
    designer, admin = api("designer"), api("admin")
    rule = stored(designer, sample)
    path = f"/api/rules/{rule['id']}/"
    admin.put(path, {"document": {**sample, "desc": "theirs"}}, **{"If-Match": '"v1"'})
    answer = designer.put(path, {"document": {**sample, "desc": "mine"}}, **{"If-Match": '"v1"'})
    assert answer.status_code == 412
    assert answer.headers["Content-Type"] == "application/problem+json"
    current = answer.json()["current"]
    assert (current["version"], current["author"], current["document"]["desc"]) == (2, "admin", "theirs")
    assert Version.objects.filter(rule_id=rule["id"]).count() == 2


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_write_without_if_match_is_428(api: Callable[[str], Api], sample: Any, method: str) -> None:
    designer = api("designer")
    rule = stored(designer, sample)
    path = f"/api/rules/{rule['id']}/"
    answer = designer.put(path, {"document": sample}) if method == "put" else designer.delete(path)
    assert (answer.status_code, answer.headers["ETag"]) == (428, '"v1"')


@pytest.mark.parametrize("tag", ['"v0"', '"v2"', "v", '"v٣"', "*", 'W/"v1"', '"v99999999999"'])
def test_a_tag_that_is_not_the_current_one_is_412(api: Callable[[str], Api], sample: Any, tag: str) -> None:
    designer = api("designer")
    rule = stored(designer, sample)
    answer = designer.put(f"/api/rules/{rule['id']}/", {"document": sample}, **{"If-Match": tag})
    assert answer.status_code == 412


def test_a_name_that_is_taken_is_409_and_stores_nothing(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    stored(designer, sample)
    answer = designer.post("/api/rules/", {"document": sample})
    assert answer.status_code == 409
    other = stored(designer, {**sample, "name": "other"})
    renamed = designer.put(f"/api/rules/{other['id']}/", {"document": sample}, **{"If-Match": '"v1"'})
    assert renamed.status_code == 409
    assert (Rule.objects.count(), Version.objects.count()) == (2, 2)
    assert designer.get(f"/api/rules/{other['id']}/").json()["version"] == 1


def test_an_archived_rule_is_gone_and_its_name_free(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    rule = stored(designer, sample)
    path = f"/api/rules/{rule['id']}/"
    assert designer.delete(path, **{"If-Match": '"v1"'}).status_code == 204
    assert designer.get(path).status_code == 404
    assert designer.put(path, {"document": sample}, **{"If-Match": '"v1"'}).status_code == 404
    stored(designer, sample)
    assert Version.objects.filter(rule_id=rule["id"]).count() == 1


def test_drafts_without_a_name_may_stand_side_by_side(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    for _ in range(2):
        rule = stored(designer, {"match_v3": {"nodes": [], "edges": []}})
    assert "name-missing" in {found["code"] for found in rule["findings"]}


def test_a_document_with_errors_is_stored_with_its_findings(api: Callable[[str], Api]) -> None:
    document = json.loads((DOCUMENTS / "bad" / "flow-cycle.json").read_text())
    rule = stored(api("designer"), document)
    assert "flow-cycle" in {found["code"] for found in rule["findings"]}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "/document"),
        ([], ""),
        ({"document": []}, "/document"),
        ({"document": {}, "owner": "me"}, "/owner"),
        ({"document": {}, "message": 7}, "/message"),
        ({"document": {}, "message": "ä" * 501}, "/message"),
        ({"document": {}, "layout": {"nodes": []}}, "/layout/nodes"),
        ({"document": {}, "layout": {"nodes": {"a/b": {"x": 1}}}}, "/layout/nodes/a~1b/y"),
        ({"document": {}, "layout": {"nodes": {"a": {"x": 1, "y": 1e7}}}}, "/layout/nodes/a/y"),
    ],
)
def test_a_wrong_envelope_is_400_with_the_place(api: Callable[[str], Api], body: object, place: str) -> None:
    answer = api("designer").post("/api/rules/", body)
    assert answer.status_code == 400
    assert place in [error["pointer"] for error in answer.json()["errors"]]
    assert not Rule.objects.exists()


@pytest.mark.parametrize("path", ["/api/rules/", "/api/check/", "/api/convert/", "/api/simulate/"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ('{"document": {"name": "a", "name": "b"}}', "application/json", 400),
        ("{", "application/json", 400),
        ("", "application/json", 400),
        (b"\xff", "application/json", 400),
        ("[" * 5000, "application/json", 400),
        ('"' + "a" * 1_048_576 + '"', "application/json", 413),
        ("name=a", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
        ("{}", "application/json; charset=bz2", 400),
        ("{}", "", 415),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_read_is_a_problem(
    api: Callable[[str], Api], path: str, body: str | bytes, content_type: str, status: int
) -> None:
    answer = api("designer").client.generic("POST", path, body, content_type=content_type)
    if path == "/api/check/" and body == "{}" and status == 400:
        status = 200
    assert answer.status_code == status, answer.content
    if status != 200:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]


def test_an_unreadable_document_names_its_place(api: Callable[[str], Api]) -> None:
    answer = api("designer").post("/api/check/", '{"name": "a", "desc": "\\u0000"}')
    assert [(f["code"], f["pointer"]) for f in answer.json()["findings"]] == [("json-control-character", "/desc")]


def test_check_answers_like_the_command(api: Callable[[str], Api], sample: Any) -> None:
    del sample["match_v3"]["edges"][1]
    answer = api("reviewer").post("/api/check/", sample).json()
    assert not answer["valid"]
    assert "condition-exit-missing" in {found["code"] for found in answer["findings"]}
    assert answer["results"] == [{"file": "-", "valid": False, "findings": answer["findings"]}]
    assert not Rule.objects.exists()


def test_simulate_leads_alarms_through_the_rule(api: Callable[[str], Api], sample: Any) -> None:
    alarms = [{"metadata": {"event_severity": "Critical"}}, {"metadata": {}}]
    answer = api("reviewer").post("/api/simulate/", {"rule": sample, "alarms": alarms}).json()
    assert [result["leaf"] for result in answer["results"]] == ["flow-xc0QfFsN", "flow-AlJfG3vo"]
    assert answer["results"][0]["notify"] == ["LTQTEST-ASASDASDDSA"]


def test_simulate_names_the_alarm_that_is_none(api: Callable[[str], Api], sample: Any) -> None:
    answer = api("reviewer").post("/api/simulate/", {"rule": sample, "alarms": [{}, 7]})
    (found,) = answer.json()["findings"]
    assert (answer.status_code, found["code"], found["pointer"]) == (400, "alarm-shape", "/alarms/1")


def test_simulate_takes_alarms_as_people_hold_them(api: Callable[[str], Api], sample: Any) -> None:
    reviewer = api("reviewer")
    for alarms in (
        [{"event_severity": "Critical"}],
        {"events": [{"metadata": {"event_severity": "Critical"}}]},
        {"alerts": [{"labels": {"event_severity": "Critical"}, "status": "firing"}]},
    ):
        answer = reviewer.post("/api/simulate/", {"rule": sample, "alarms": alarms}).json()
        assert [result["leaf"] for result in answer["results"]] == ["flow-xc0QfFsN"]


def test_simulate_reads_a_legacy_rule(api: Callable[[str], Api]) -> None:
    rule = json.loads((DOCUMENTS / "upstream" / "legacy_ai_off.json").read_text())
    key, (value, *_) = rule["detail"][0]["match"][0]["key"], rule["detail"][0]["match"][0]["value"]
    alarms = [{key: value}, {key: "nothing like it"}]
    results = api("reviewer").post("/api/simulate/", {"rule": rule, "alarms": alarms}).json()["results"]
    assert [result["leaf"] for result in results] == ["/detail/0", None]
    assert results[0]["notify"] == rule["detail"][0]["bind_notification_rule_ids"]


def test_simulate_reads_by_the_assumptions_that_are_sent(api: Callable[[str], Api], sample: Any) -> None:
    reviewer = api("reviewer")
    nobody = {"rule": unrouted_rule(), "alarms": [{"event_severity": "Minor"}]}
    assert reviewer.post("/api/simulate/", nobody).json()["results"][0]["notify"] == []
    answer = reviewer.post("/api/simulate/", {**nobody, "assume": {"D13": "unknown"}}).json()["results"][0]
    assert (answer["leaf"], answer["notify"], answer["assumptions"]) == (None, None, ["D13"])


@pytest.mark.parametrize("assume", [{"D13": "maybe"}, {"D99": "any"}, {"D13": ["unknown"]}, {"D13": None}])
def test_simulate_refuses_an_assumption_that_there_is_not(
    api: Callable[[str], Api], sample: Any, assume: object
) -> None:
    answer = api("reviewer").post("/api/simulate/", {"rule": sample, "alarms": [], "assume": assume})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/assume")


def test_simulate_refuses_a_rule_that_says_nothing(api: Callable[[str], Api]) -> None:
    answer = api("reviewer").post("/api/simulate/", {"rule": {"name": "a"}, "alarms": [{}]})
    assert (answer.status_code, answer.json()["title"]) == (400, "Nothing to walk")


def unrouted_rule() -> Any:
    return json.loads((DOCUMENTS / "doubtful" / "branch-unrouted.json").read_text())


def test_the_list_is_searched_and_paged(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    for name in ("payments", "billing", "pay_day"):
        stored(designer, {"name": name})
    found = designer.get("/api/rules/?search=PAY&limit=1&offset=1").json()
    assert (found["count"], [rule["name"] for rule in found["results"]]) == (2, ["payments"])
    assert designer.get("/api/rules/?limit=x").status_code == 400
    assert designer.get("/api/rules/?search=%00").status_code == 400


def test_the_picture_is_exported(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    rule = stored(designer, sample)
    answer = designer.get(f"/api/rules/{rule['id']}/export/?as=svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert designer.get(f"/api/rules/{rule['id']}/export/?as=pdf").status_code == 400


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/rules/7/", "/api/rules/00000000-0000-0000-0000-000000000000/"])
def test_an_address_that_is_none_is_a_problem(api: Callable[[str], Api], path: str) -> None:
    answer = api("designer").get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_method_that_is_none_is_a_problem(api: Callable[[str], Api]) -> None:
    answer = api("designer").client.patch("/api/rules/", "{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")


def test_the_schema_describes_every_path(api: Callable[[str], Api]) -> None:
    schema = api("designer").get("/api/schema/").json()
    assert {"/api/check/", "/api/rules/", "/api/rules/{rule_id}/export/"} <= set(schema["paths"])
