"""COC's client: what it asks, what it makes of every answer, and that it never says done where nobody knows."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_proxy.cloud import opened_coc
from api_proxy.coc import Answer, is_refused
from api_proxy.endpoints import COC_ORIGINS, UnknownRegion, coc_origin, coc_regions
from api_proxy.models import Connection
from api_proxy.refusal import Declined, Refusal
from api_proxy.sandbox import ACCESS_KEY, SECRET_KEY, Sandbox
from api_proxy.sandbox.coc_seeds import ALARM_IDS
from api_proxy.secret import Secret
from api_proxy.transport import NoAnswer, UpstreamError
from editor.api.problems import Problem
from tests.api_proxy.sandbox.test_coc import components
from tests.conftest import DOCUMENTS

ALARM = ALARM_IDS[0]
SCRIPT = (DOCUMENTS / "coc" / "request_script.json").read_bytes()
HANDLE = {"method": "POST", "path": f"/v1/alarm-mgmt/alarm/{ALARM}/auto-process"}


@pytest.fixture
def handler(connection: Connection) -> Connection:
    """A connection over which alarms can be handled."""
    connection.coc_region = "sandbox"
    connection.save()
    return connection


def handle(handler: Connection) -> Answer:
    with opened_coc(handler) as coc:
        return coc.handle(ALARM, SCRIPT)


def posts(cloud: Sandbox) -> int:
    return sum(entry["path"] == HANDLE["path"] for entry in cloud.requests())


def test_it_runs_a_task_with_exactly_the_bytes_given(cloud: Sandbox, handler: Connection) -> None:
    done = handle(handler)
    assert (done.outcome, done.refusal.status) == ("done", 200)
    sent = cloud.requests()[-1]
    assert (sent["method"], sent["path"]) == ("POST", HANDLE["path"])
    assert sent["body"].encode() == SCRIPT
    with opened_coc(handler) as coc:
        histories = coc.histories(ALARM)
        assert [each["work_order_id"] for each in histories["alarm_handle_histories"]] == [done.data]
        assert coc.script_order(done.data)["status"] == "PROCESSING"


def test_it_reads_everything_that_can_be_run(handler: Connection) -> None:
    with opened_coc(handler) as coc:
        first = coc.scripts(limit=4)
        rest = coc.scripts(limit=4, marker=first.marker)
        assert (len(first.items), first.total, len(rest.items), rest.marker) == (4, 6, 2, "")
        assert coc.script("SC20250711080000restart01")["script_params"][0]["param_name"] == "service"
        assert [each["name"] for each in coc.scripts(public=True, search="HWC.ECS.D").items] == ["HWC.ECS.DiskClean"]
        assert coc.script("SC20231130111450026f7f8b2", public=True)["content"]
        assert (coc.documents(limit=1).marker, coc.documents(offset=1, limit=2).marker) == ("1", "")
        assert coc.document("RB2025070814434301497f304")["name"] == "listinstance"
        machines = coc.resources("ecs", "cloudservers", limit=5)
        more = coc.resources("ecs", "cloudservers", limit=500, marker=machines.marker)
        assert (len(machines.items), len(more.items), more.marker) == (5, 7, "")
        ids = [machines.items[0]["resource_id"], more.items[1]["resource_id"], "gone"]
        assert [each["resource_id"] for each in coc.resources("ecs", "cloudservers", ids=ids).items] == ids[:2]
        assert coc.alarm(ALARM)["status"] == "alarming"


def test_it_clears_and_makes_incidents_as_described(cloud: Sandbox, handler: Connection) -> None:
    incident = {
        "alarm_ids": ALARM,
        "current_cloud_service_id": "s",
        "description": "d",
        "is_service_interrupt": True,
        "level_id": "level_10",
        "mtm_type": "m",
        "title": "t",
    }
    with opened_coc(handler) as coc:
        assert coc.clear([ALARM, ALARM_IDS[1]], "seen to").data == [ALARM, ALARM_IDS[1]]
        assert coc.to_incident(incident).data == [ALARM]
    bodies = [json.loads(entry["body"]) for entry in cloud.requests() if entry["path"].startswith("/v1/")]
    for body, name in zip(bodies, ("ClearAlarmRequest", "AlarmToIncidentRequest"), strict=True):
        jsonschema.validate(body, {"$ref": f"#/components/schemas/{name}", **components()})


#: What each fault makes of a run: none is done, and only a plain no is a rejection.
REJECTED = ["F1-coc", "F1-coc-camel", "F1-coc-nested", "F5-coc", "F6", "F6-413", "F6-415", "F7-coc"]
REJECTED += ["F8-retry-after", "F8-absent", "F13-coc-refused", "F14-301", "F14-307", "F16-coc"]
UNCLEAR = ["F1-html", "F1-empty", "F1-array", "F1-cut-json", "F1-coc-internal", "F9-500", "F9-500-applied", "F9-502"]
UNCLEAR += ["F9-503", "F9-504", "F9-html", "F9-coc", "F13-200", "F13-empty", "F13-html", "F13-garbage", "F13-other"]
UNCLEAR += ["F13-scalar", "F13-nan", "F13-deep", "F13-error-in-200", "F13-201", "F13-202", "F13-206"]
UNCLEAR += ["F13-coc-500", "F13-coc-orderless", "F13-coc-codeless"]


@pytest.mark.parametrize("name", [*REJECTED, *UNCLEAR])
def test_every_other_answer_is_a_plain_no_or_unclear_and_is_sent_once(
    cloud: Sandbox, handler: Connection, name: str
) -> None:
    cloud.add_faults({"preset": name, "match": HANDLE})
    answer = handle(handler)
    assert answer.outcome == ("rejected" if name in REJECTED else "unclear")
    assert answer.data is None
    assert posts(cloud) == 1
    assert not any(sign in str(answer.sentence) for sign in "\r\n\x00\u202e")


@pytest.mark.parametrize(
    "name", ["F11-mid-request", "F11-before", "F11-after", "F11-mid-headers", "F11-mid-body", "F15", "F15-gzip"]
)
def test_a_line_that_breaks_once_the_request_left_is_told_as_unknown(
    cloud: Sandbox, handler: Connection, name: str
) -> None:
    cloud.add_faults({"preset": name, "match": HANDLE})
    with pytest.raises(UpstreamError) as caught:
        handle(handler)
    assert caught.value.applied is None
    assert posts(cloud) == 1


def test_a_kept_connection_that_was_closed_is_no_reason_to_run_twice(cloud: Sandbox, handler: Connection) -> None:
    cloud.add_faults({"preset": "F11-idle", "match": HANDLE}, {"preset": "F11-after-closed", "match": HANDLE})
    assert handle(handler).outcome == "done"
    with pytest.raises(NoAnswer):
        handle(handler)
    assert posts(cloud) == 2


@pytest.mark.parametrize(
    ("ask", "permission"),
    [
        (lambda coc: coc.alarm(ALARM), "coc:alarm:get"),
        (lambda coc: coc.histories(ALARM), "coc:alarm:listHandleHistories"),
        (lambda coc: coc.scripts(), "coc:document:list"),
        (lambda coc: coc.documents(), "coc:document:listDocument"),
        (lambda coc: coc.resources("ecs", "cloudservers"), "coc:instance:listResources"),
    ],
)
def test_a_question_that_is_refused_names_the_permission(
    cloud: Sandbox, handler: Connection, ask: Any, permission: str
) -> None:
    cloud.add_faults({"preset": "F5-coc"})
    with opened_coc(handler) as coc, pytest.raises(Declined, match=permission):
        ask(coc)


@pytest.mark.parametrize(
    ("write", "permission"),
    [
        (lambda coc: coc.handle(ALARM, SCRIPT), "coc:instance:executeDocument"),
        (lambda coc: coc.clear([ALARM]), "coc:alarm:clear"),
        (lambda coc: coc.to_incident({"alarm_ids": ALARM}), "coc:alarm:createAlarmLinkedIncident"),
    ],
)
def test_a_write_that_is_refused_names_the_permission(
    cloud: Sandbox, handler: Connection, write: Any, permission: str
) -> None:
    cloud.add_faults({"preset": "F5-coc"})
    with opened_coc(handler) as coc:
        answer = write(coc)
    assert answer.outcome == "rejected"
    assert permission in answer.sentence


@pytest.mark.parametrize("name", ["F13-200", "F13-html", "F13-scalar", "F13-coc-500", "F13-other"])
def test_a_question_is_never_answered_by_nonsense(cloud: Sandbox, handler: Connection, name: str) -> None:
    cloud.add_faults({"preset": name, "match": {"path": "/v1/"}})
    with opened_coc(handler) as coc, pytest.raises(UpstreamError) as caught:
        coc.scripts()
    assert caught.value.applied is False


@given(st.integers(100, 599), st.sampled_from(["", "500", "400", "200", "COC.00010002", "COC.00040701", "APIGW.0308"]))
def test_no_success_no_failure_of_the_service_and_no_timeout_is_ever_a_plain_no(status: int, code: str) -> None:
    if is_refused(Refusal(status, code)):
        assert status != 408
        assert status == 200 or 300 <= status <= 499
        assert status != 200 or (code.startswith(("COC.", "APIGW")) and code != "COC.00040701")


@pytest.mark.parametrize("alarm_id", ["", "ALM", "ALM/../x", "ALM" + "x" * 24, "alm1", "ALM1\n", "ALM%2f", "ALMé"])
def test_an_id_that_cannot_be_one_leads_nowhere(cloud: Sandbox, handler: Connection, alarm_id: str) -> None:
    with opened_coc(handler) as coc:
        for ask in (
            coc.alarm,
            coc.histories,
            lambda wrong: coc.handle(wrong, SCRIPT),
            lambda wrong: coc.clear([wrong]),
        ):
            with pytest.raises(ValueError):
                ask(alarm_id)
        with pytest.raises(ValueError):
            coc.script(f"../{alarm_id}")
    assert cloud.requests() == []


def test_words_of_a_search_cannot_change_the_question(cloud: Sandbox, handler: Connection) -> None:
    with opened_coc(handler) as coc:
        assert coc.scripts(search="a&limit=1#?+ é").items == []
    asked = cloud.requests()[-1]
    assert (asked["path"], asked["query"]) == ("/v1/job/scripts", "limit=100&name_like=a%26limit%3D1%23%3F%2B%20%C3%A9")


def test_a_connection_without_a_coc_says_so_before_any_call(cloud: Sandbox, connection: Connection) -> None:
    with pytest.raises(Problem, match="It has no COC") as caught, opened_coc(connection):
        pass
    assert caught.value.status == 409
    assert cloud.requests() == []


def test_coc_answers_under_three_hosts_and_the_sandbox_only_where_there_is_one(settings: Any) -> None:
    settings.SANDBOX_URL = ""
    assert coc_regions() == tuple(COC_ORIGINS) == ("cn-north-4", "ap-southeast-3", "eu-west-101")
    assert all(coc_origin(region).startswith("https://coc") for region in coc_regions())
    for region in ("sandbox", "cn-north-1", "", "https://evil.example"):
        with pytest.raises(UnknownRegion, match="ap-southeast-3"):
            coc_origin(region)
    settings.SANDBOX_URL = "http://127.0.0.1:8001/"
    assert coc_origin("sandbox") == "http://127.0.0.1:8001"


def test_access_keys_sign_calls_to_coc_too(cloud: Sandbox, handler: Connection) -> None:
    handler.kind = "keys"
    handler.set_credentials({"access_key": Secret(ACCESS_KEY), "secret_key": Secret(SECRET_KEY)})
    handler.save()
    with opened_coc(handler) as coc:
        ids = [each["resource_id"] for each in coc.resources("ecs", "cloudservers", limit=3).items]
        assert len(coc.resources("ecs", "cloudservers", ids=ids).items) == 3
        assert coc.handle(ALARM, SCRIPT).outcome == "done"
        assert coc.described(ALARM)["headers"] == {"Content-Type": "application/json", "Authorization": "••••"}
