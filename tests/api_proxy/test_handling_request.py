"""From what a person chose to the very bytes that COC gets; and what is refused before any call."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_proxy.handling_request import MEMBERS, read_handling
from api_proxy.machines import (
    Machine,
    cmdb_instance,
    differences,
    listed_machine,
    machines_digest,
    named_machine,
    target_instance,
)
from api_proxy.sandbox.coc_contract import coc_problems
from config.redaction import MASK
from editor.api.problems import Problem
from tests.api_proxy.sandbox.test_coc import components
from tests.conftest import DOCUMENTS

ALARM = "ALM2025071417361705s6mUUrF"
KINDS = ["plan", "script", "runbook"]
SCHEMA = {"$ref": "#/components/schemas/AutoProcessRequest", **components()}
JUDGE = jsonschema.Draft202012Validator(SCHEMA)


def text_of(kind: str) -> str:
    return (DOCUMENTS / "coc" / f"request_{kind}.json").read_text(encoding="utf-8")


def sample(kind: str = "script", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(text_of(kind))
    return {**body, **changes}


def in_order(text: str | bytes) -> Any:
    """JSON with the order of its members."""
    return json.loads(text, object_pairs_hook=list)


def faults(alarm_id: str = ALARM, **changes: Any) -> dict[str, str]:
    """What is wrong, by place."""
    with pytest.raises(Problem) as caught:
        read_handling(alarm_id, sample(**changes))
    assert caught.value.status == 400
    errors: Any = caught.value.body["errors"]
    return {fault["pointer"]: fault["detail"] for fault in errors}


def manual(*batches: list[str], **members: Any) -> dict[str, Any]:
    """A step on machines that are chosen by hand, by their ids."""
    chosen = [{"targetInstances": [{"resourceId": each} for each in batch]} for batch in batches]
    return {"target_selection": "MANUAL", "order_no": 0, "target_instances": {"batches": chosen}, **members}


class TestTheBytes:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_published_sample_comes_out_member_for_member(self, kind: str) -> None:
        assert in_order(read_handling(ALARM, sample(kind)).content) == in_order(text_of(kind))

    @pytest.mark.parametrize("kind", KINDS)
    def test_members_in_any_order_come_out_in_the_vendors(self, kind: str) -> None:
        turned = dict(reversed(sample(kind).items()))
        assert in_order(read_handling(ALARM, turned).content) == in_order(text_of(kind))

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_is_given_as_a_value_is_written_as_the_vendors_text(self, kind: str) -> None:
        body = sample(kind)
        for step in body["target_instances"]:
            step["target_instances"] = step["target_instances"] and json.loads(step["target_instances"])
        for name in ("script_params", "execute_atomic_tasks", "vars"):
            if name in body["input_param"]:
                body["input_param"][name] = json.loads(body["input_param"][name])
        assert in_order(read_handling(ALARM, body).content) == in_order(text_of(kind))

    def test_numbers_stay_numbers_and_texts_stay_texts(self) -> None:
        parameters = {"timeout": "300", "success_rate": 99.5, "a": 1, "b": "1", "c": "中文<b>", "d": 1.0}
        body = json.loads(read_handling(ALARM, sample(input_param=parameters)).content)
        assert body["input_param"] == parameters
        assert [type(value) for value in body["input_param"].values()] == [str, float, int, str, str, float]

    def test_what_is_left_out_stays_out_and_null_stays_null(self) -> None:
        body = {name: value for name, value in sample().items() if name not in ("target_instances", "sub_task_info")}
        body["region_id"] = None
        assert json.loads(read_handling(ALARM, body).content) == body

    def test_a_text_of_machines_goes_out_byte_by_byte(self) -> None:
        text = '{ "batches" : [{"targetInstances":[{"resourceId":"a"}]}] , "x":1}'
        step = {"target_selection": "MANUAL", "order_no": 3, "target_instances": text}
        body = json.loads(read_handling(ALARM, sample(target_instances=[step])).content)
        assert body["target_instances"] == [step]

    def test_a_listed_machine_takes_the_form_of_the_samples(self) -> None:
        chosen = json.loads(sample()["target_instances"][0]["target_instances"])
        described = chosen["batches"][0]["cmdbInstances"][0]
        record = {
            "id": "****",
            "resource_id": "****",
            "name": "platform04-l60076595",
            "provider": "ecs",
            "type": "cloudservers",
            "region_id": "cn-north-4",
            "project_id": "****",
            "domain_id": "****",
            "ep_id": "0",
            "agent_id": "****",
            "agent_state": "ONLINE",
            "properties": described["properties"],
        }
        made = {"targetInstances": [target_instance(record)], "cmdbInstances": [cmdb_instance(record)]}
        batch = {"batchIndex": 1, "rotationStrategy": "CONTINUE", **made}
        text = {"batches": [batch], "policy": "none", "all_rotation": "FIRST_PAUSE"}
        step = {**sample()["target_instances"][0], "target_instances": text}
        assert in_order(read_handling(ALARM, sample(target_instances=[step])).content) == in_order(text_of("script"))

    @pytest.mark.parametrize("odd", [{}, {"properties": None}, {"properties": {"addresses": [1, {}]}}, {"agent_id": 5}])
    def test_a_machine_listed_oddly_is_still_a_machine(self, odd: dict[str, Any]) -> None:
        assert target_instance(odd)["properties"]["fixedIp"] is None
        assert json.dumps(cmdb_instance(odd))
        assert len(listed_machine(odd)) == 7


class TestTheGuards:
    @pytest.mark.parametrize("alarm_id", ["", "ALM", "ALM" + "x" * 24, "BLM1", "ALM-1", "ALM1\n", "ALM1/..", "АLM1"])
    def test_an_alarm_id_has_its_form(self, alarm_id: str) -> None:
        assert list(faults(alarm_id)) == ["/alarm_id"]

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"task_type": "TEXT"}, "/task_type"),
            ({"task_type": ["PLAN"]}, "/task_type"),
            ({"associated_task_type": "OWN"}, "/associated_task_type"),
            ({"associated_task_id": "ab"}, "/associated_task_id"),
            ({"associated_task_id": "a" * 101}, "/associated_task_id"),
            ({"associated_task_name": "n" * 256}, "/associated_task_name"),
            ({"associated_task_name": None}, "/associated_task_name"),
            ({"runbook_instance_mode": "ALL"}, "/runbook_instance_mode"),
            ({"region_id": "r" * 65}, "/region_id"),
            ({"associated_task_enterprise_project_id": 0}, "/associated_task_enterprise_project_id"),
            ({"input_param": []}, "/input_param"),
            ({"input_param": {str(number): "" for number in range(1001)}}, "/input_param"),
            ({"input_param": {"a/b": None}}, "/input_param/a~1b"),
            ({"input_param": {"a": True}}, "/input_param/a"),
            ({"input_param": {"timeout": 4}}, "/input_param/timeout"),
            ({"input_param": {"timeout": 1801}}, "/input_param/timeout"),
            ({"input_param": {"timeout": "5.5"}}, "/input_param/timeout"),
            ({"input_param": {"timeout": "nan"}}, "/input_param/timeout"),
            ({"input_param": {"timeout": 10**400}}, "/input_param/timeout"),
            ({"input_param": {"timeout": "3_00"}}, "/input_param/timeout"),
            ({"input_param": {"timeout": " 300"}}, "/input_param/timeout"),
            ({"input_param": {"timeout": "３００"}}, "/input_param/timeout"),
            ({"input_param": {"success_rate": "1e1"}}, "/input_param/success_rate"),
            ({"input_param": {"execute_user": "  "}}, "/input_param/execute_user"),
            ({"input_param": {" ": "a"}}, "/input_param"),
            (
                {"input_param": {"script_params": [{"paramName": "a", "paramValue": each} for each in "12"]}},
                "/input_param/script_params",
            ),
            ({"target_instances": [manual(["a", "b", "a"])]}, "/target_instances/0/target_instances"),
            ({"target_instances": [manual(["a"], ["b", "a"])]}, "/target_instances/0/target_instances"),
            ({"input_param": {"success_rate": 0}}, "/input_param/success_rate"),
            ({"input_param": {"success_rate": "100.5"}}, "/input_param/success_rate"),
            ({"input_param": {"execute_user": ""}}, "/input_param/execute_user"),
            ({"input_param": {"execute_user": "u" * 33}}, "/input_param/execute_user"),
            ({"input_param": {"script_params": "{}"}}, "/input_param/script_params"),
            (
                {"input_param": {"script_params": [{"paramName": "a b", "paramValue": ""}]}},
                "/input_param/script_params",
            ),
            ({"input_param": {"script_params": [{"paramName": "a", "paramValue": 1}]}}, "/input_param/script_params"),
            (
                {"input_param": {"script_params": [{"paramName": "a", "paramValue": "v" * 4097}]}},
                "/input_param/script_params",
            ),
            (
                {"input_param": {"script_params": [{"paramName": "a", "paramValue": ""}] * 21}},
                "/input_param/script_params",
            ),
            ({"input_param": {"vars": "["}}, "/input_param/vars"),
            ({"target_instances": []}, "/target_instances"),
            ({"target_instances": [manual(["a"])] * 1001}, "/target_instances"),
            ({"target_instances": [5]}, "/target_instances/0"),
            ({"target_instances": [manual(["a"], order_no="0")]}, "/target_instances/0/order_no"),
            ({"target_instances": [manual(["a"], order_no=True)]}, "/target_instances/0/order_no"),
            ({"target_instances": [manual(["a"], order_no=2**31)]}, "/target_instances/0/order_no"),
            ({"target_instances": [manual(["a"], batch_strategy="x")]}, "/target_instances/0/batch_strategy"),
            ({"target_instances": [manual(["a"], target_selection="x")]}, "/target_instances/0/target_selection"),
            ({"target_instances": [manual(["a"], unknown=1)]}, "/target_instances/0/unknown"),
            ({"target_instances": [manual([])]}, "/target_instances/0/target_instances"),
            ({"target_instances": [manual([""])]}, "/target_instances/0/target_instances/batches/0"),
            ({"target_instances": [manual(["a"], target_instances="{")]}, "/target_instances/0/target_instances"),
            ({"target_instances": [manual(["a"], target_instances=None)]}, "/target_instances/0/target_instances"),
            ({"target_instances": [manual(["a"], target_selection="NONE")]}, "/target_instances/0/target_instances"),
            (
                {"target_instances": [manual(["a"], sub_target_instances=[manual(["a"])] * 10_001)]},
                "/target_instances/0/sub_target_instances",
            ),
            (
                {"target_instances": [manual(["a"], sub_target_instances=[{"order_no": 1}])]},
                "/target_instances/0/sub_target_instances/0/target_selection",
            ),
            ({"sub_task_info": {"sub_task_type": "x"}}, "/sub_task_info/sub_task_type"),
            ({"sub_task_info": {"sub_associated_task_id": "i" * 101}}, "/sub_task_info/sub_associated_task_id"),
            ({"sub_task_info": []}, "/sub_task_info"),
            ({"unknown": 1}, "/unknown"),
        ],
    )
    def test_every_fault_is_told_with_its_place(self, change: dict[str, Any], place: str) -> None:
        assert place in faults(**change)

    @pytest.mark.parametrize(
        "change",
        [
            {"associated_task_id": "abc"},
            {"associated_task_id": "a" * 100},
            {"associated_task_name": "n" * 255},
            {"input_param": {str(number): "" for number in range(1000)}},
            {"input_param": {"timeout": 5, "success_rate": 1, "execute_user": "u" * 32}},
            {"input_param": {"timeout": "1800", "success_rate": "100.0"}},
            {"target_instances": [manual(["a"])] * 1000},
            {"target_instances": [manual(["a"], sub_target_instances=[manual(["b"])] * 10_000)]},
            {"target_instances": [manual([str(number) for number in range(1000)])]},
        ],
    )
    def test_what_is_just_within_its_limits_is_taken(self, change: dict[str, Any]) -> None:
        handling = read_handling(ALARM, sample(**change))
        assert coc_problems("AutoProcessRequest", json.loads(handling.content)) == []

    def test_a_thousand_machines_and_one_are_too_many(self) -> None:
        assert "1000 machines" in str(faults(target_instances=[manual([str(number) for number in range(1001)])]))

    def test_a_machine_that_is_described_but_not_run_on_is_a_mistake(self) -> None:
        batch = {"targetInstances": [{"resourceId": "a"}], "cmdbInstances": [{"resourceId": "b"}]}
        step = {**manual(["a"]), "target_instances": {"batches": [batch]}}
        assert "describes b" in str(faults(target_instances=[step]))

    def test_everything_that_is_missing_is_named(self) -> None:
        with pytest.raises(Problem) as caught:
            read_handling(ALARM, {})
        errors: Any = caught.value.body["errors"]
        assert {fault["pointer"] for fault in errors} == {
            "/task_type",
            "/associated_task_type",
            "/associated_task_id",
            "/associated_task_name",
            "/input_param",
        }


_SCALARS = st.none() | st.booleans() | st.integers(-1, 3000) | st.floats(0, 200) | st.text(max_size=5)
_PLACES = st.sampled_from([*MEMBERS, "unknown"])
_STEPS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "target_selection": st.sampled_from(["ALL", "MANUAL", "NONE", "SOME"]),
            "target_instances": st.sampled_from([None, "{}", manual(["a"])["target_instances"], "x", 7]),
            "order_no": st.integers(-1, 3) | st.just("1"),
            "batch_strategy": st.sampled_from([None, "NONE", "AUTO_BATCH", "ALL"]),
            "sub_target_instances": st.none() | st.just([manual(["b"])]) | st.just(5),
        },
    ),
    max_size=3,
)
_INPUT = st.dictionaries(st.sampled_from(["timeout", "success_rate", "execute_user", "vars", "x"]), _SCALARS)
_CHANGES = st.dictionaries(_PLACES, _SCALARS | _STEPS | _INPUT, max_size=3) | st.fixed_dictionaries(
    {"target_instances": _STEPS, "input_param": _INPUT}
)


@given(st.sampled_from(KINDS), _CHANGES)
def test_what_is_taken_is_as_the_cloud_describes_it(kind: str, changes: dict[str, Any]) -> None:
    """Whatever is changed in a sample: refused with a place, or sent in a form that the description allows."""
    try:
        handling = read_handling(ALARM, sample(kind, **changes))
    except Problem as problem:
        assert problem.status == 400
        assert problem.body["errors"]
        return
    body = json.loads(handling.content)
    JUDGE.validate(body)
    assert coc_problems("AutoProcessRequest", body) == []


class TestWhatItComesTo:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            (
                {},
                "Runs the script testScript92DDf as root on 1 machine. It stops where fewer than 100 % succeed. "
                "Each may take 300 seconds.",
            ),
            (
                {"target_instances": [manual(["a", "b"], ["c"])], "input_param": {"execute_user": "ops"}},
                "Runs the script testScript92DDf as ops on 3 machines in 2 batches.",
            ),
            (
                {"kind": "runbook", "input_param": {}},
                "Runs the job listinstance on no machine of its own.",
            ),
            (
                {"kind": "plan", "target_instances": [{"target_selection": "ALL", "order_no": 0}], "input_param": {}},
                "Runs the contingency plan test-v5 on all machines that COC selects.",
            ),
        ],
    )
    def test_it_is_said_in_plain_words(self, changes: dict[str, Any], told: str) -> None:
        assert read_handling(ALARM, sample(**changes)).summary == told

    def test_a_machine_counts_once_however_often_it_is_named(self) -> None:
        inner = [manual(["a", "b"]), manual(["c"])]
        handling = read_handling(ALARM, sample(target_instances=[manual(["a"], ["b"], sub_target_instances=inner)]))
        assert [machine.resource_id for machine in handling.machines] == ["a", "b", "c"]
        assert (handling.count, handling.batches) == (3, 2)

    def test_nobody_knows_how_many_machines_coc_selects(self) -> None:
        steps = [manual(["a"]), {"target_selection": "ALL", "order_no": 1}]
        assert read_handling(ALARM, sample(target_instances=steps)).count is None

    def test_secret_parameters_are_sent_and_not_kept(self) -> None:
        given_params = [
            {"paramName": "db_password", "paramValue": "canary-1", "paramOrder": 1},
            {"paramName": "code", "paramValue": "canary-2", "paramOrder": 2},
            {"paramName": "mode", "paramValue": "hard", "paramOrder": 3},
        ]
        parameters = {"script_params": given_params, "access_key": "canary-3", "pin": "canary-4"}
        handling = read_handling(ALARM, sample(input_param=parameters), ["code", "pin"])
        assert handling.content.decode().count("canary") == 4
        assert "canary" not in handling.kept
        assert "hard" in handling.kept and "db_password" in handling.kept

    @pytest.mark.parametrize(
        "held",
        [
            [{"task_name": "a", "inputs": {"password": "canary", "mode": "hard"}}],
            [
                {
                    "task_name": "a",
                    "inputs": [{"name": "db_password", "value": "canary"}, {"name": "b", "value": "hard"}],
                }
            ],
            [{"key": "pin", "value": "canary", "default": "canary"}, "hard"],
            [{"inputs": json.dumps({"mode": "hard", "deep": json.dumps({"accessKey": "canary"})})}],
            [{"secrets": {"any": ["canary"]}}, {"userSk": "canary"}, "hard"],
        ],
    )
    @pytest.mark.parametrize("name", ["execute_atomic_tasks", "vars", "other"])
    def test_secrets_within_a_job_s_steps_are_sent_and_not_kept(self, name: str, held: Any) -> None:
        handling = read_handling(ALARM, sample("runbook", input_param={name: held}), ["pin"])
        assert "canary" in handling.content.decode()
        assert "canary" not in handling.kept and "hard" in handling.kept

    def test_a_parameter_that_is_secret_as_a_whole_is_masked_as_a_whole(self) -> None:
        parameters = {"script_params": [{"paramName": "a", "paramValue": "canary"}]}
        kept = json.loads(read_handling(ALARM, sample(input_param=parameters), ["script_params"]).kept)
        assert kept["input_param"] == {"script_params": MASK}

    def test_a_text_that_is_nested_beyond_reading_is_masked_or_stays_text(self) -> None:
        for depth in (100, 300, 900, 2000):
            text = "[" * depth + "]" * depth
            assert json.loads(read_handling(ALARM, sample(input_param={"a": text})).kept)["input_param"]["a"] in (
                text,
                MASK,
            )

    def test_what_holds_no_secret_is_kept_byte_by_byte(self) -> None:
        text = '{ "a" : 1.0, "b":[ "c" ] }'
        assert json.loads(read_handling(ALARM, sample(input_param={"a": text})).kept)["input_param"]["a"] == text

    def test_a_task_without_a_name_is_called_by_its_id(self) -> None:
        handling = read_handling(ALARM, sample(associated_task_name="  ", associated_task_id="SC1"))
        assert "Runs the script SC1" in handling.summary

    def test_markup_stays_text(self) -> None:
        handling = read_handling(ALARM, sample(associated_task_name="<b>x</b>\u202e"))
        assert "<b>x</b>" in handling.summary
        assert "\u202e" not in handling.summary
        assert json.loads(handling.content)["associated_task_name"] == "<b>x</b>\u202e"


class TestMachinesThatChange:
    SHOWN = Machine("id-1", "web", "cn-north-4", "agent-1", "ONLINE", "ecs", "cloudservers")

    @pytest.mark.parametrize(
        ("now", "what"),
        [
            ({}, []),
            ({"name": "renamed"}, []),
            ({"region": "cn-east-3"}, ["region"]),
            ({"agent": "agent-2", "agent_state": "OFFLINE"}, ["agent", "agent_state"]),
        ],
    )
    def test_the_difference_is_told(self, now: dict[str, str], what: list[str]) -> None:
        found = differences([self.SHOWN], {"id-1": self.SHOWN._replace(**now)})
        assert [each.what for each in found] == what
        assert all(value in found[-1].sentence for value in now.values() if what and value == found[-1].now)

    def test_a_machine_that_is_gone_is_named(self) -> None:
        (found,) = differences([self.SHOWN], {})
        assert found.sentence == "web (id-1) is not there any more."

    def test_what_a_request_leaves_open_differs_from_nothing(self) -> None:
        assert differences([named_machine({"resourceId": "id-1"})], {"id-1": self.SHOWN}) == []

    def test_the_digest_knows_every_member_and_no_order(self) -> None:
        other = self.SHOWN._replace(resource_id="id-2")
        assert machines_digest([self.SHOWN, other]) == machines_digest([other, self.SHOWN])
        for name in Machine._fields:
            assert machines_digest([self.SHOWN]) != machines_digest([self.SHOWN._replace(**{name: "else"})])
