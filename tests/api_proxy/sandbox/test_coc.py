"""COC in the sandbox, asked by the vendor's own client, which knows nothing of this project."""

import json
from functools import cache
from typing import Any

import httpx
import jsonschema
import pytest
from huaweicloudsdkcoc.v1 import (
    AlarmScheduleInstance,
    AlarmToIncidentRequestBody,
    AutoHandlerAlarmRequestBody,
    ClearAlarmRequest,
    ClearAlarmRequestBody,
    CocClient,
    GetDocumentRequest,
    GetExecutionRequest,
    GetPublicScriptRequest,
    GetScriptJobInfoRequest,
    GetScriptRequest,
    HandlerAlarmRequest,
    ListAlarmHandleHistoriesRequest,
    ListDocumentsRequest,
    ListPublicScriptsRequest,
    ListResourcesRequest,
    ListScriptsRequest,
    ShowAlarmRequest,
    SubTaskInfoDTO,
    TransferAlarmToIncidentRequest,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from api_proxy.sandbox import ACCESS_KEY, PROJECT_ID, SECRET_KEY, Sandbox
from api_proxy.sandbox.coc_contract import coc_problems
from api_proxy.sandbox.coc_seeds import ALARM_IDS
from tests.conftest import DOCUMENTS

from .steps import token_for

COC = DOCUMENTS / "coc"
ALARM = ALARM_IDS[0]
KINDS = ["plan", "script", "runbook"]
HANDLE = f"/v1/alarm-mgmt/alarm/{ALARM}/auto-process"


@pytest.fixture
def vendor(cloud: Sandbox) -> CocClient:
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID)
    return CocClient.new_builder().with_credentials(credentials).with_endpoint(cloud.url).build()


def published(kind: str) -> Any:
    return json.loads((COC / f"request_{kind}.json").read_text(encoding="utf-8"))


def as_vendor(body: dict[str, Any]) -> AutoHandlerAlarmRequestBody:
    """The request in the vendor's types."""

    def instance(given: dict[str, Any]) -> AlarmScheduleInstance:
        inner = [instance(each) for each in given.get("sub_target_instances") or []]
        return AlarmScheduleInstance(**{**given, "sub_target_instances": inner or None})

    sub = body.get("sub_task_info")
    return AutoHandlerAlarmRequestBody(
        **{
            **body,
            "target_instances": [instance(each) for each in body["target_instances"]],
            "sub_task_info": SubTaskInfoDTO(**sub) if sub else None,
        }
    )


@cache
def openapi() -> Any:
    return json.loads((COC / "openapi.json").read_text(encoding="utf-8"))


def validate(path: str, method: str, response: Any, status: str = "200") -> None:
    """The body of an answer is as the description says."""
    schema = openapi()["paths"][path][method]["responses"][status]
    if "$ref" in schema:
        schema = openapi()["components"]["responses"][schema["$ref"].split("/")[-1]]
    jsonschema.validate(response, {**schema["content"]["application/json"]["schema"], **components()})


def components() -> dict[str, Any]:
    return {"components": openapi()["components"]}


class TestTheVendorsClient:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_runs_each_published_sample(self, vendor: CocClient, kind: str) -> None:
        done = vendor.handler_alarm(HandlerAlarmRequest(ALARM, as_vendor(published(kind)))).body
        assert (done["errorCode"], done["errorMsg"]) == ("200", "Success")
        found = vendor.list_alarm_handle_histories(ListAlarmHandleHistoriesRequest(ALARM, 0, 10))
        assert found.count == 1
        history = found.alarm_handle_histories[0]
        assert (history.work_order_id, history.associated_task_id) == (
            done["data"],
            published(kind)["associated_task_id"],
        )

    def test_it_reads_an_alarm_clears_it_and_makes_an_incident_of_it(self, vendor: CocClient) -> None:
        assert vendor.show_alarm(ShowAlarmRequest(ALARM)).data.status == "alarming"
        body = ClearAlarmRequestBody(alarm_ids=",".join(ALARM_IDS[:2]), remarks="seen to")
        assert vendor.clear_alarm(ClearAlarmRequest(body)).data == list(ALARM_IDS[:2])
        assert vendor.show_alarm(ShowAlarmRequest(ALARM)).data.status == "resolved"
        record = vendor.list_alarm_handle_histories(ListAlarmHandleHistoriesRequest(ALARM, 0, 1)).resolved_record
        assert record.remarks == "seen to"
        incident = AlarmToIncidentRequestBody(
            alarm_ids=ALARM,
            current_cloud_service_id="svc",
            description="d",
            is_service_interrupt=False,
            level_id="level_30",
            mtm_type="p_type_performance",
            title="t",
        )
        done = vendor.transfer_alarm_to_incident(TransferAlarmToIncidentRequest(incident))
        assert done.data == [ALARM]

    def test_it_pages_through_scripts_by_marker(self, vendor: CocClient) -> None:
        seen: list[str] = []
        marker = None
        while page := vendor.list_scripts(ListScriptsRequest(limit=4, marker=marker)).data.data:
            seen += [script.script_uuid for script in page]
            marker = page[-1].id
        assert len(seen) == len(set(seen)) == 6
        assert vendor.get_script(GetScriptRequest(seen[0])).data.content

    def test_it_reads_public_scripts(self, vendor: CocClient) -> None:
        page = vendor.list_public_scripts(ListPublicScriptsRequest(limit=1, name_like="HWC.ECS.Disk")).data
        assert (page.total, page.data[0].name) == (1, "HWC.ECS.DiskClean")
        assert vendor.get_public_script(GetPublicScriptRequest(page.data[0].script_uuid)).data.name == page.data[0].name

    def test_it_reads_jobs(self, vendor: CocClient) -> None:
        page = vendor.list_documents(ListDocumentsRequest(limit=1, offset="1")).body
        assert (page["total"], len(page["data"])) == (2, 1)
        uuid = page["data"][0]["document_id"]
        assert vendor.get_document(GetDocumentRequest(uuid)).data["document_id"] == uuid

    def test_it_reads_machines_by_page_and_by_id(self, vendor: CocClient) -> None:
        place = {"provider": "ecs", "type": "cloudservers"}
        first = vendor.list_resources(ListResourcesRequest(**place, limit=10)).data
        rest = vendor.list_resources(ListResourcesRequest(**place, limit=10, marker=first[-1].id)).data
        assert (len(first), len(rest), rest[-1].agent_state) == (10, 2, "OFFLINE")
        chosen = [first[3].resource_id, rest[0].resource_id, "gone"]
        found = vendor.list_resources(ListResourcesRequest(**place, limit=10, resource_id_list=chosen)).data
        assert [each.resource_id for each in found] == chosen[:2]

    @pytest.mark.parametrize("kind", ["script", "runbook"])
    def test_a_work_order_goes_on_with_every_look(self, vendor: CocClient, kind: str) -> None:
        order = vendor.handler_alarm(HandlerAlarmRequest(ALARM, as_vendor(published(kind)))).body["data"]

        def look() -> Any:
            if kind == "script":
                return vendor.get_script_job_info(GetScriptJobInfoRequest(execute_uuid=order)).data.status
            return vendor.get_execution(GetExecutionRequest(order)).data["status"]

        assert [look() for _ in range(4)] == ["READY", "PROCESSING", "FINISHED", "FINISHED"]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"task_type": "TEXT"}, "task_type must be one of"),
            ({"associated_task_id": "SC"}, "at least 3"),
            ({"associated_task_id": "SCunknown"}, "COC.00040709"),
            ({"input_param": {"a": None}}, "string or a number"),
            ({"target_instances": [{"order_no": 0}]}, "target_selection is required"),
            (
                {"target_instances": [{"order_no": 0, "target_selection": "ALL", "target_instances": "{"}]},
                "JSON object",
            ),
        ],
    )
    def test_it_is_refused_in_cocs_spelling(
        self, cloud: Sandbox, client: httpx.Client, change: Any, words: str
    ) -> None:
        answer = client.post(HANDLE, json={**published("script"), **change})
        assert answer.status_code == 400
        assert set(answer.json()) == {"error_code", "error_msg"}
        assert words in answer.text

    def test_it_is_told_of_an_alarm_that_is_not_there(self, vendor: CocClient) -> None:
        with pytest.raises(ClientRequestException) as caught:
            vendor.show_alarm(ShowAlarmRequest("ALMnone"))
        assert (caught.value.status_code, caught.value.error_code) == (400, "COC.00067003")


class TestTheDescription:
    @pytest.mark.parametrize("kind", KINDS)
    def test_table_and_description_take_the_published_samples(self, kind: str) -> None:
        schema = {"$ref": "#/components/schemas/AutoProcessRequest", **components()}
        jsonschema.validate(published(kind), schema)
        assert coc_problems("AutoProcessRequest", published(kind)) == []

    @pytest.mark.parametrize(
        "change",
        [
            {"task_type": "x"},
            {"associated_task_name": "n" * 256},
            {"associated_task_id": "i" * 101},
            {"runbook_instance_mode": "ALL"},
            {"region_id": "r" * 65},
            {"input_param": {str(number): "" for number in range(1001)}},
            {"target_instances": []},
            {"target_instances": [{"target_selection": "ALL", "order_no": -1}]},
            {"target_instances": [{"target_selection": "ALL", "order_no": 0, "batch_strategy": "x"}]},
            {"target_instances": [{"target_selection": "ALL", "order_no": 0, "unknown": 1}]},
            {"sub_task_info": {"sub_task_type": "x"}},
            {"unknown": 1},
        ],
    )
    def test_table_and_description_refuse_the_same(self, change: dict[str, Any]) -> None:
        body = {**published("script"), **change}
        assert coc_problems("AutoProcessRequest", body)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(body, {"$ref": "#/components/schemas/AutoProcessRequest", **components()})

    @pytest.mark.parametrize(
        ("path", "query"),
        [
            (f"/v1/alarm-mgmt/alarm/{ALARM}", {}),
            (f"/v1/alarm-mgmt/alarm/{ALARM}/handle-histories", {"offset": 0, "limit": 5}),
            ("/v1/job/scripts", {"limit": 5}),
            ("/v1/job/public-scripts", {"limit": 5}),
            ("/v1/job/scripts/SC2025071006154101b779eb7", {}),
            ("/v1/documents", {"limit": 5}),
            ("/v1/documents/RB2025070814434301497f304", {}),
            ("/v1/resources", {"provider": "ecs", "type": "cloudservers", "limit": 20}),
        ],
    )
    def test_every_answer_is_as_described(self, client: httpx.Client, path: str, query: dict[str, Any]) -> None:
        client.post(HANDLE, json=published("script")).raise_for_status()
        answer = client.get(path, params=query)
        assert answer.status_code == 200
        named = path.replace(ALARM, "{alarm_id}").replace("SC2025071006154101b779eb7", "{script_uuid}")
        validate(named.replace("RB2025070814434301497f304", "{document_id}"), "get", answer.json())

    def test_a_stranger_is_not_let_in(self, stranger: httpx.Client) -> None:
        assert stranger.get(f"/v1/alarm-mgmt/alarm/{ALARM}").status_code == 401
        assert stranger.post(HANDLE, json=published("script")).status_code == 401


class TestFaults:
    @pytest.mark.parametrize(
        ("name", "status", "body"),
        [
            ("F1-coc", 400, {"error_code": "COC.00010002", "error_msg": "Invalid parameter values"}),
            ("F5-coc", 403, {"error_code": "COC.00011013", "error_msg": "The user has no permission"}),
            ("F13-coc-500", 200, {"errorCode": "500", "errorMsg": "failed", "data": None}),
        ],
    )
    def test_cocs_own_faults_wait_for_its_paths(
        self, cloud: Sandbox, client: httpx.Client, name: str, status: int, body: Any
    ) -> None:
        cloud.add_faults({"preset": name})
        assert client.get(f"/v2/{PROJECT_ID}/alert/group-rules").status_code == 200
        answer = client.post(HANDLE, json=published("script"))
        assert (answer.status_code, answer.json()) == (status, body)
        carried_out = client.get(f"/v1/alarm-mgmt/alarm/{ALARM}/handle-histories?offset=0&limit=9").json()["count"]
        assert carried_out == (name == "F13-coc-500")

    def test_any_fault_can_be_asked_for_on_its_paths(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F9-503-applied", "match": {"method": "POST", "path": HANDLE}})
        assert client.post(HANDLE, json=published("script")).status_code == 503
        assert cloud.requests()[-1]["carried_out"]


class TestAFreshStart:
    def test_it_forgets_work_orders_and_takes_alarms_and_machines(self, cloud: Sandbox, client: httpx.Client) -> None:
        client.post(HANDLE, json=published("script")).raise_for_status()
        cloud.reset(alarms=[{"id": "ALM1", "name": "<b>one</b>"}], resources=[{"resource_id": "only"}])
        client.headers["X-Auth-Token"] = token_for(client)
        histories = client.get(f"/v1/alarm-mgmt/alarm/{ALARM}/handle-histories?offset=0&limit=9").json()
        assert histories["count"] == 0
        assert client.get("/v1/alarm-mgmt/alarm/ALM1").json()["data"]["name"] == "<b>one</b>"
        machines = client.get("/v1/resources?provider=ecs&type=cloudservers&limit=5").json()["data"]
        assert [each["resource_id"] for each in machines] == ["only"]
