"""Alarms over the API: who may do what, what is asked for before anything runs, and what is shown."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from api_proxy.models import AlarmAction, Connection
from api_proxy.sandbox import PASSWORD, Sandbox
from api_proxy.sandbox.coc_seeds import ALARM_IDS, resources
from tests.api_proxy.alarm_steps import ALARM, HANDLE, posts, step, task
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.test_connections_api import ROLES, call, is_problem
from tests.conftest import Api

Apis = Callable[[str], Api]
BASE = f"/api/alarms/{ALARM}"
PLACE = "?connection=sandbox"
INCIDENT = {
    "connection": "sandbox",
    "title": "CPU",
    "description": "too busy",
    "level_id": "level_30",
    "current_cloud_service_id": "ecs",
    "mtm_type": "p_type_performance",
    "is_service_interrupt": False,
}
#: What each role in ROLES is answered; a stranger is asked to log in.
MATRIX = [
    ("POST", f"{BASE}/handle/", {"connection": "sandbox", **task()}, (401, 200, 403, 200)),
    ("GET", f"{BASE}/{PLACE}", None, (401, 200, 200, 200)),
    ("GET", f"{BASE}/histories/{PLACE}", None, (401, 200, 200, 200)),
    ("GET", f"{BASE}/responses/{PLACE}", None, (401, 200, 200, 200)),
    ("POST", f"{BASE}/clear/", {"connection": "sandbox"}, (401, 200, 403, 200)),
    ("POST", f"{BASE}/incident/", INCIDENT, (401, 200, 403, 200)),
    ("GET", "/api/connections/{connection}/coc/scripts/", None, (401, 200, 200, 200)),
    ("GET", "/api/connections/{connection}/coc/scripts/SC20250711080000restart01/", None, (401, 200, 200, 200)),
    ("GET", "/api/connections/{connection}/coc/documents/", None, (401, 200, 200, 200)),
    ("GET", "/api/connections/{connection}/coc/documents/RB2025070814434301497f304/", None, (401, 200, 200, 200)),
    ("GET", "/api/connections/{connection}/coc/resources/", None, (401, 200, 200, 200)),
    ("GET", "/api/alarm-deeds/", None, (401, 200, 200, 200)),
    ("GET", "/api/alarm-actions/", None, (401, 200, 200, 200)),
    ("GET", "/api/alarm-actions/{none}/", None, (401, 404, 404, 404)),
    ("POST", "/api/alarm-actions/{none}/settle/", {"outcome": "ran"}, (401, 404, 403, 404)),
]


@pytest.fixture
def handle(api: Apis, handler: Connection) -> Callable[..., Any]:
    """Posts a task as a role, the designer where none is named."""

    def handle(body: dict[str, Any] | None = None, role: str = "designer", key: str = "", **members: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return api(role).post(f"{BASE}/handle/", {"connection": "sandbox", **(body or task()), **members}, **headers)

    return handle


@pytest.mark.parametrize(("method", "path", "body", "expected"), MATRIX, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_policy_says(
    api: Apis, handler: Connection, method: str, path: str, body: object, expected: Any, role: str
) -> None:
    answer = call(api(role), method, path.format(connection=handler.id, none=uuid.uuid4()), body)
    status = expected[ROLES.index(role)]
    if status == 401:
        is_problem(answer, answer.status_code)
        assert answer.status_code in (401, 403)
    else:
        assert answer.status_code == status, answer.content


def with_null(schema: Any) -> Any:
    """A description of OpenAPI 3.0 as JSON Schema, which spells "or null" otherwise."""
    if isinstance(schema, list):
        return [with_null(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: with_null(each) for name, each in schema.items() if name != "nullable"}
    return {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") is True else kept


@pytest.fixture(scope="module")
def described() -> Any:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return with_null(json.loads(json.dumps(schema)))


def fits(described: Any, name: str, body: object) -> None:
    """An answer is as the API's description says, with no member beyond it."""
    components = described["components"]
    shape = components["schemas"][name]
    assert set(body) <= set(shape["properties"])  # type: ignore[call-overload]
    jsonschema.validate(body, {"$ref": f"#/components/schemas/{name}", "components": components})


class TestHandling:
    def test_a_run_is_answered_with_its_record(self, handle: Any, api: Apis, described: Any) -> None:
        body = handle(task(1)).json()
        assert (body["state"], body["machines"], body["author"]) == ("started", 1, "designer")
        assert body["summary"].startswith("Runs the script testScript92DDf as root on 1 machine.")
        fits(described, "AlarmActionDetail", body)
        listed = api("reviewer").get(f"/api/alarm-actions/?alarm={ALARM}").json()
        assert [each["id"] for each in listed["results"]] == [body["id"]]
        fits(described, "AlarmActionBody", listed["results"][0])
        assert api("reviewer").get(f"/api/alarm-actions/?alarm={ALARM_IDS[1]}").json()["count"] == 0
        assert api("reviewer").get("/api/alarm-actions/?state=needs_human").json()["count"] == 0

    def test_its_progress_is_read_with_it(self, handle: Any, api: Apis, cloud: Sandbox) -> None:
        path = f"/api/alarm-actions/{handle().json()['id']}/"
        first = api("reviewer").get(path).json()
        assert (first["order_state"], first["order_is_over"]) == ("READY", False)
        assert api("reviewer").get(path).json()["order_state"] == "READY"
        cloud.add_faults({"preset": "F5-coc"})
        AlarmAction.objects.update(order_seen=None)
        told = api("reviewer").get(path)
        assert told.status_code == 200
        assert "coc:job:get" in told.json()["order_problem"]

    def test_a_refusal_of_the_cloud_is_a_record_too(self, handle: Any, cloud: Sandbox) -> None:
        cloud.add_faults({"preset": "F5-coc", "match": HANDLE})
        answer = handle()
        assert (answer.status_code, answer.json()["state"]) == (200, "rejected")
        assert "coc:instance:executeDocument" in answer.json()["detail"]
        assert answer.json()["error_code"] == "COC.00011013"

    def test_a_key_runs_once(self, handle: Any, cloud: Sandbox) -> None:
        first, second = handle(key="key-1"), handle(key="key-1")
        assert first.json() == second.json()
        assert posts(cloud) == 1
        is_problem(handle(key="é"), 400)

    def test_what_ran_before_is_told_with_the_refusal(self, handle: Any) -> None:
        first = handle().json()
        body = is_problem(handle(), 409)
        assert body["earlier"]["id"] == first["id"]
        again = handle(reason="  it is full again  ").json()
        assert (again["state"], again["reason"]) == ("started", "it is full again")
        is_problem(handle(reason="   "), 409)

    def test_more_machines_than_one_are_confirmed(self, handle: Any) -> None:
        assert is_problem(handle(task(3)), 422)["machines"] == 3
        assert handle(task(3), confirmed_machines=3).json()["machines"] == 3

    def test_too_many_machines_take_an_admin(self, handle: Any, settings: Any) -> None:
        settings.HANDLE_MOST_MACHINES = 2
        is_problem(handle(task(3), confirmed_machines=3), 403)
        is_problem(handle(task(3), dry_run=True), 403)
        assert handle(task(3), role="admin", confirmed_machines=3).json()["state"] == "started"

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"task_type": "x"}, "/task_type"),
            ({"unknown": 1}, "/unknown"),
            ({"confirmed_machines": "3"}, "/confirmed_machines"),
            ({"confirmed_machines": True}, "/confirmed_machines"),
            ({"dry_run": 1}, "/dry_run"),
            ({"reason": "r" * 501}, "/reason"),
            ({"machines_seen": "x"}, "/machines_seen"),
            ({"sensitive": [1]}, "/sensitive"),
            ({"connection": "nowhere"}, "/connection"),
            ({"input_param": {"a": None}}, "/input_param/a"),
        ],
    )
    def test_a_request_that_cannot_be_is_refused_with_its_place(
        self, handle: Any, cloud: Sandbox, change: dict[str, Any], place: str
    ) -> None:
        body = is_problem(handle(**change), 400)
        assert place in [each["pointer"] for each in body["errors"]]
        assert cloud.requests() == []

    def test_an_alarm_that_cannot_be_one_is_refused(self, api: Apis, handler: Connection, cloud: Sandbox) -> None:
        for path in ("handle/", "clear/", "incident/"):
            body = {"handle/": {"connection": "sandbox", **task()}, "clear/": {"connection": "sandbox"}}
            answer = api("designer").post(f"/api/alarms/BLM1/{path}", body.get(path, INCIDENT))
            assert is_problem(answer, 400)["errors"][0]["pointer"] == "/alarm_id"
        is_problem(api("designer").get(f"/api/alarms/BLM1/{PLACE}"), 400)
        assert cloud.requests() == []

    def test_long_texts_are_given_as_values(self, handle: Any, cloud: Sandbox) -> None:
        """A text has at most 4,096 characters on its way in, and eight machines need more."""
        chosen = step(8)
        for batch in chosen["target_instances"]["batches"]:
            batch["targetInstances"] = [{**each, "note": "x" * 1000} for each in batch["targetInstances"]]
        done = handle(task(target_instances=[chosen]), confirmed_machines=8).json()
        assert done["state"] == "started"
        text = done["request"]["target_instances"][0]["target_instances"]
        assert json.loads(text) == chosen["target_instances"]
        as_text = {**chosen, "target_instances": json.dumps(chosen["target_instances"])}
        is_problem(handle(task(target_instances=[as_text])), 400)


class TestRehearsing:
    def test_it_shows_the_request_and_sends_nothing(
        self, handle: Any, cloud: Sandbox, handler: Connection, described: Any
    ) -> None:
        body = handle(task(3), dry_run=True).json()
        assert body["request"]["method"] == "POST"
        assert body["request"]["url"] == f"{cloud.url}/v1/alarm-mgmt/alarm/{ALARM}/auto-process"
        assert body["request"]["headers"] == {"Content-Type": "application/json", "X-Auth-Token": "••••"}
        assert body["request"]["body"]["associated_task_name"] == "testScript92DDf"
        assert body["summary"].startswith("Runs the script testScript92DDf as root on 3 machines in 2 batches.")
        assert (body["machines"], body["needs_confirmation"], body["needs_reason"]) == (3, True, False)
        assert body["machine_names"] == ["platform01", "platform02", "platform03"]
        assert PASSWORD not in json.dumps(body)
        assert (posts(cloud), AlarmAction.objects.count()) == (0, 0)
        fits(described, "Rehearsal", body)

    def test_what_it_showed_is_what_runs(self, handle: Any, cloud: Sandbox) -> None:
        seen = handle(task(2), dry_run=True).json()["machines_seen"]
        cloud.reset(resources=[{**each, "agent_state": "OFFLINE"} for each in resources()])
        body = is_problem(handle(task(2), machines_seen=seen, confirmed_machines=2), 409)
        assert [each["what"] for each in body["differences"]] == ["agent_state"] * 2
        assert posts(cloud) == 0
        cloud.reset()
        assert handle(task(2), machines_seen=seen, confirmed_machines=2).json()["state"] == "started"

    def test_it_tells_what_ran_before(self, handle: Any, described: Any) -> None:
        first = handle().json()
        body = handle(dry_run=True).json()
        assert (body["needs_reason"], body["earlier"]["id"]) == (True, first["id"])
        assert body["records"][0]["work_order"] == first["work_order"]
        fits(described, "Rehearsal", body)

    def test_secret_parameters_are_masked(self, handle: Any) -> None:
        parameters = {"script_params": [{"paramName": "pin", "paramValue": "canary-pin"}], "token": "canary-token"}
        body = handle(task(input_param=parameters), dry_run=True, sensitive=["pin"]).json()
        assert "canary" not in json.dumps(body)


class TestSettling:
    @pytest.fixture
    def action(self, handle: Any, cloud: Sandbox) -> str:
        cloud.add_faults({"preset": "F11-after", "match": HANDLE})
        body = handle().json()
        assert body["state"] == "needs_human"
        return str(body["id"])

    def test_somebody_says_that_it_ran(self, action: str, api: Apis, described: Any) -> None:
        order = api("designer").get(f"/api/alarm-actions/{action}/").json()["evidence"]["same_task"][0]["work_order"]
        said = {"outcome": "ran", "note": "seen in COC", "work_order": order}
        body = api("admin").post(f"/api/alarm-actions/{action}/settle/", said).json()
        assert (body["state"], body["work_order"]) == ("started", order)
        settled = {name: body["settled"][name] for name in ("outcome", "by", "note")}
        assert settled == {"outcome": "ran", "by": "admin", "note": "seen in COC"}
        fits(described, "AlarmActionDetail", body)
        is_problem(api("admin").post(f"/api/alarm-actions/{action}/settle/", {"outcome": "did_not_run"}), 409)

    def test_somebody_says_that_it_did_not(self, action: str, api: Apis, handle: Any, cloud: Sandbox) -> None:
        answer = api("designer").post(f"/api/alarm-actions/{action}/settle/", {"outcome": "did_not_run"})
        assert answer.json()["state"] == "rejected"

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "/outcome"),
            ({"outcome": "maybe"}, "/outcome"),
            ({"outcome": "ran", "note": "n" * 501}, "/note"),
            ({"outcome": "ran", "work_order": "a/b"}, "/work_order"),
            ({"outcome": "did_not_run", "work_order": "SCT1"}, "/work_order"),
            ({"outcome": "ran", "more": 1}, "/more"),
        ],
    )
    def test_anything_else_is_refused(self, action: str, api: Apis, body: Any, place: str) -> None:
        answer = api("designer").post(f"/api/alarm-actions/{action}/settle/", body)
        assert is_problem(answer, 400)["errors"][0]["pointer"] == place
        assert AlarmAction.objects.get().state == "needs_human"


class TestReading:
    def test_an_alarm_comes_with_what_was_run(self, handle: Any, api: Apis, described: Any) -> None:
        handle()
        body = api("reviewer").get(f"{BASE}/{PLACE}").json()
        assert (body["alarm"]["id"], body["alarm"]["status"]) == (ALARM, "alarming")
        assert [each["state"] for each in body["actions"]] == ["started"]
        fits(described, "AlarmBody", body)
        histories = api("reviewer").get(f"{BASE}/histories/{PLACE}&limit=5").json()
        assert (histories["count"], histories["results"][0]["task_name"]) == (1, "testScript92DDf")
        fits(described, "AlarmHistories", histories)

    def test_a_connection_is_named_in_the_query(self, api: Apis, handler: Connection) -> None:
        assert api("reviewer").get(f"{BASE}/?connection={handler.id}").status_code == 200
        is_problem(api("reviewer").get(f"{BASE}/"), 400)

    def test_a_connection_without_a_coc_says_so(self, api: Apis, connection: Connection) -> None:
        assert "no COC" in is_problem(api("reviewer").get(f"{BASE}/{PLACE}"), 409)["detail"]

    def test_what_can_be_run_is_listed_in_pages(self, api: Apis, handler: Connection, described: Any) -> None:
        base = f"/api/connections/{handler.id}/coc"
        first = api("reviewer").get(f"{base}/scripts/?limit=4").json()
        rest = api("reviewer").get(f"{base}/scripts/?limit=4&marker={first['marker']}").json()
        assert (first["total"], len(first["results"]), len(rest["results"]), rest["marker"]) == (6, 4, 2, "")
        fits(described, "ScriptList", first)
        assert "PENDING_APPROVE" in {each["status"] for each in first["results"] + rest["results"]}
        public = api("reviewer").get(f"{base}/scripts/?public=true&search=HWC.ECS.D").json()
        assert [each["name"] for each in public["results"]] == ["HWC.ECS.DiskClean"]
        jobs = api("reviewer").get(f"{base}/documents/?limit=1").json()
        assert (jobs["total"], jobs["marker"]) == (2, "1")
        fits(described, "JobList", jobs)
        job = api("reviewer").get(f"{base}/documents/{jobs['results'][0]['uuid']}/").json()
        assert job["content"].startswith("meta:")
        fits(described, "JobDetail", job)

    def test_a_script_tells_its_parameters_and_no_secret_default(
        self, api: Apis, handler: Connection, cloud: Sandbox, described: Any
    ) -> None:
        base = f"/api/connections/{handler.id}/coc/scripts"
        body = api("reviewer").get(f"{base}/SC20250711080000secret001/").json()
        assert [(each["name"], each["sensitive"], each["value"]) for each in body["parameters"]] == [
            ("db_password", True, "")
        ]
        fits(described, "ScriptDetail", body)

    def test_machines_are_found_by_their_ids_and_not_by_too_many(self, api: Apis, handler: Connection) -> None:
        path = f"/api/connections/{handler.id}/coc/resources/"
        wanted = [each["resource_id"] for each in resources()[:2]]
        query = "&".join(f"resource_id={one}" for one in [*wanted, "gone", ""])
        found = api("reviewer").get(f"{path}?{query}").json()["results"]
        assert [each["resource_id"] for each in found] == wanted
        is_problem(api("reviewer").get(f"{path}?{'&'.join(['resource_id=a'] * 101)}"), 400)

    def test_machines_come_in_the_form_that_a_request_takes(
        self, api: Apis, handler: Connection, handle: Any, described: Any
    ) -> None:
        body = api("reviewer").get(f"/api/connections/{handler.id}/coc/resources/?search=platform1").json()
        assert [(each["name"], each["can_run"]) for each in body["results"]] == [
            ("platform10", True),
            ("platform11", True),
            ("platform12", False),
        ]
        fits(described, "ResourceList", body)
        parts = [body["results"][0]["target_instance"]], [body["results"][0]["cmdb_instance"]]
        batch = {
            "batchIndex": 1,
            "rotationStrategy": "CONTINUE",
            "targetInstances": parts[0],
            "cmdbInstances": parts[1],
        }
        text = {"batches": [batch], "policy": "none", "all_rotation": "FIRST_PAUSE"}
        chosen = {"target_selection": "MANUAL", "order_no": 0, "batch_strategy": "NONE", "target_instances": text}
        done = handle(task(target_instances=[chosen])).json()
        assert (done["state"], done["machine_names"]) == ("started", ["platform10"])

    @pytest.mark.parametrize(
        "query",
        [
            "scripts/?marker=a",
            "scripts/?limit=101",
            "scripts/?public=x",
            "resources/?marker=%00",
            "documents/?marker=-1",
        ]
        + ["scripts/?search=" + "s" * 33, "resources/?limit=501"],
    )
    def test_a_question_that_cannot_be_is_refused_here(
        self, api: Apis, handler: Connection, cloud: Sandbox, query: str
    ) -> None:
        is_problem(api("reviewer").get(f"/api/connections/{handler.id}/coc/{query}"), 400)
        assert cloud.requests() == []

    def test_markup_from_over_there_stays_text(self, api: Apis, handler: Connection, cloud: Sandbox) -> None:
        cloud.reset(alarms=[{"id": ALARM, "name": "<img src=x onerror=alert(1)>\u202e\n"}])
        answer = api("reviewer").get(f"{BASE}/{PLACE}")
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["alarm"]["name"] == "<img src=x onerror=alert(1)>"
        cloud.add_faults({"preset": "F16-coc"})
        problem = is_problem(api("reviewer").get(f"{BASE}/{PLACE}"), 502)
        assert problem["upstream"]["error_msg"].startswith("<script>")

    @pytest.mark.parametrize(
        ("fault", "status"), [({"preset": "F9-503", "times": 3}, 502), ({"preset": "F13-html"}, 502)]
    )
    def test_a_cloud_that_cannot_be_asked_is_a_problem_with_its_cause(
        self, api: Apis, handler: Connection, cloud: Sandbox, fault: dict[str, Any], status: int
    ) -> None:
        cloud.add_faults({"match": {"path": "/v1/"}, **fault})
        is_problem(api("reviewer").get(f"/api/connections/{handler.id}/coc/resources/"), status)


class TestClearingAndIncidents:
    def test_an_alarm_is_cleared(self, api: Apis, handler: Connection) -> None:
        done = api("designer").post(f"{BASE}/clear/", {"connection": "sandbox", "remarks": "seen to"})
        body = done.json()
        assert (body["detail"], body["alarm_ids"], body["state"]) == ("The alarm was cleared.", [ALARM], "done")
        assert api("designer").get(f"{BASE}/{PLACE}").json()["alarm"]["status"] == "resolved"
        too_long = {"connection": "sandbox", "remarks": "r" * 101}
        is_problem(api("designer").post(f"{BASE}/clear/", too_long), 400)

    def test_an_incident_is_made_and_its_faults_told(self, api: Apis, handler: Connection, cloud: Sandbox) -> None:
        body = api("designer").post(f"{BASE}/incident/", INCIDENT).json()
        assert body["alarm_ids"] == [ALARM]
        assert api("designer").get(f"{BASE}/{PLACE}").json()["alarm"]["associate_event_id"].startswith("IM")
        asked = len(cloud.requests())
        for change, place in (({"level_id": "high"}, "/level_id"), ({"title": ""}, "/title"), ({"x": 1}, "/x")):
            answer = api("designer").post(f"{BASE}/incident/", {**INCIDENT, **change})
            assert is_problem(answer, 400)["errors"][0]["pointer"] == place
        assert len(cloud.requests()) == asked

    @pytest.mark.parametrize(
        ("path", "words"), [("clear/", "may have been cleared"), ("incident/", "may have been made")]
    )
    def test_what_nobody_knows_is_told_and_sent_once(
        self, api: Apis, handler: Connection, cloud: Sandbox, path: str, words: str
    ) -> None:
        cloud.add_faults({"preset": "F9-503", "match": {"method": "POST", "path": "/v1/"}, "times": 5})
        body = is_problem(api("designer").post(f"{BASE}/{path}", INCIDENT if path == "incident/" else CLEAR), 502)
        assert words in body["detail"]
        assert sum(entry["method"] == "POST" and "/v1/" in entry["path"] for entry in cloud.requests()) == 1


CLEAR = {"connection": "sandbox"}


def test_a_write_by_session_needs_the_csrf_token(api: Apis, handler: Connection, cloud: Sandbox) -> None:
    designer = api("designer")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = designer.client.cookies
    body = json.dumps({"connection": "sandbox", **task()})
    answer = strict.post(reverse("api-alarm-handle", args=[ALARM]), body, "application/json")
    is_problem(answer, 403)
    assert posts(cloud) == 0
