"""The sandbox, over real sockets: the contract, the faults, the memory."""

import copy
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_proxy.sandbox import PASSWORD, PROJECT_ID, Sandbox, SandboxError
from api_proxy.sandbox.contract import group_rule_problems

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
GROUP_RULES = f"/v2/{PROJECT_ID}/alert/group-rules"
ACTION_RULES = f"/v2/{PROJECT_ID}/alert/action-rules"
ENTERPRISE = "11111111-2222-3333-4444-555555555555"
JSON_TYPE = {"Content-Type": "application/json"}


def sample(name: str = "flow") -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def credentials(scope: Any = None, **user: Any) -> dict[str, Any]:
    person = {"domain": {"name": "demo"}, "name": "demo", "password": PASSWORD, **user}
    identity = {"methods": ["password"], "password": {"user": person}}
    return {"auth": {"identity": identity, "scope": scope or {"project": {"id": PROJECT_ID}}}}


def token_for(client: httpx.Client, scope: Any = None) -> str:
    answer = client.post("/v3/auth/tokens", json=credentials(scope))
    assert answer.status_code == 201, answer.text
    return answer.headers["X-Subject-Token"]


@pytest.fixture
def cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def stranger(cloud: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.url, timeout=10) as client:
        yield client


@pytest.fixture
def client(stranger: httpx.Client) -> httpx.Client:
    stranger.headers["X-Auth-Token"] = token_for(stranger)
    return stranger


def rules_of(client: httpx.Client, **headers: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = client.get(GROUP_RULES, headers=headers).raise_for_status().json()
    return rules


def connect(cloud: Sandbox) -> socket.socket:
    host, port = cloud.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def delete(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    return client.request("DELETE", GROUP_RULES, json=body, headers=headers)


class TestTokens:
    def test_a_password_gives_a_project_token_for_a_day(self, stranger: httpx.Client) -> None:
        answer = stranger.post("/v3/auth/tokens", json=credentials())
        token = answer.json()["token"]
        assert answer.status_code == 201
        assert len(answer.headers["X-Subject-Token"]) > 60
        assert token["project"]["id"] == PROJECT_ID
        assert token["user"]["name"] == "demo"
        issued, expires = (time.strptime(token[name][:19], "%Y-%m-%dT%H:%M:%S") for name in ("issued_at", "expires_at"))
        assert time.mktime(expires) - time.mktime(issued) == 24 * 60 * 60

    def test_the_catalog_is_left_out_on_request(self, stranger: httpx.Client) -> None:
        with_it = stranger.post("/v3/auth/tokens", json=credentials()).json()["token"]
        without = stranger.post("/v3/auth/tokens?nocatalog=true", json=credentials()).json()["token"]
        assert with_it["catalog"] == []
        assert "catalog" not in without

    def test_an_older_token_stays_good_beside_a_newer_one(self, stranger: httpx.Client) -> None:
        for token in (token_for(stranger), token_for(stranger)):
            assert stranger.get(GROUP_RULES, headers={"X-Auth-Token": token}).status_code == 200

    @pytest.mark.parametrize("wrong", [{"password": "guess"}, {"name": "eve"}, {"domain": {"name": "other"}}])
    def test_it_refuses_a_wrong_user_or_password(self, stranger: httpx.Client, wrong: dict[str, Any]) -> None:
        answer = stranger.post("/v3/auth/tokens", json=credentials(**wrong))
        assert answer.status_code == 401
        error = {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}
        assert answer.json() == {"error": error}
        assert "X-Subject-Token" not in answer.headers

    def test_it_makes_no_token_for_another_project(self, stranger: httpx.Client) -> None:
        answer = stranger.post("/v3/auth/tokens", json=credentials({"project": {"id": "f" * 32}}))
        assert answer.status_code == 403
        assert answer.json()["error"]["title"] == "Forbidden"
        assert "X-Subject-Token" not in answer.headers

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[]",
            b'{"auth": {}}',
            json.dumps(credentials(password=7)).encode(),
            json.dumps(credentials(mfa="1")).encode(),
            json.dumps(credentials({"project": {"id": PROJECT_ID, "name": "x"}})).encode(),
            json.dumps(credentials({"project": {"id": PROJECT_ID}, "domain": {"name": "demo"}})).encode(),
        ],
    )
    def test_it_refuses_a_malformed_request(self, stranger: httpx.Client, body: bytes) -> None:
        answer = stranger.post("/v3/auth/tokens", content=body, headers=JSON_TYPE)
        assert answer.status_code == 400
        assert answer.json()["error"]["title"] == "Bad Request"

    def test_a_token_dies_after_a_day(self) -> None:
        now = [1_800_000_000.0]
        with Sandbox(clock=lambda: now[0]) as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            now[0] += 24 * 60 * 60 - 1
            assert client.get(GROUP_RULES).status_code == 200
            now[0] += 1
            answer = client.get(GROUP_RULES)
        assert answer.status_code == 401
        assert "token expires, expires_at: 2027-01-16T08:00:00.000000Z" in answer.json()["error_msg"]


class TestTheDoor:
    @pytest.mark.parametrize("path", [GROUP_RULES, ACTION_RULES, ACTION_RULES + "/aaa"])
    @pytest.mark.parametrize("headers", [{}, {"X-Auth-Token": "made-up"}])
    def test_it_lets_nobody_in_without_a_token(
        self, stranger: httpx.Client, path: str, headers: dict[str, str]
    ) -> None:
        answer = stranger.get(path, headers=headers)
        body = answer.json()
        assert answer.status_code == 401
        assert body["error_code"] == "APIGW.0301"
        assert body["error_msg"].startswith("Incorrect IAM authentication information: ")
        assert body["request_id"] == answer.headers["X-Request-Id"]

    def test_it_refuses_a_project_that_is_not_the_tokens(self, client: httpx.Client) -> None:
        answer = client.get(GROUP_RULES.replace(PROJECT_ID, "f" * 32))
        assert answer.status_code == 403
        assert answer.json() == {
            "error_code": "AOM.0403",
            "error_msg": "auth failed.",
            "error_type": "AUTH_FAILED",
            "trace_id": None,
        }

    def test_a_token_for_the_domain_does_not_open_a_project(self, stranger: httpx.Client) -> None:
        token = token_for(stranger, {"domain": {"name": "demo"}})
        assert stranger.get(GROUP_RULES, headers={"X-Auth-Token": token}).status_code == 403

    def test_an_unknown_path_is_not_published(self, client: httpx.Client) -> None:
        for path in ("/", GROUP_RULES + "/", "/v2/x/y", "/v1/alarm-mgmt/nothing"):
            answer = client.get(path)
            assert answer.status_code == 404
            assert answer.json()["error_code"] == "APIGW.0101"

    def test_a_wrong_method_is_refused_with_the_right_ones(self, client: httpx.Client) -> None:
        for method in ("PATCH", "OPTIONS", "BREW"):
            answer = client.request(method, GROUP_RULES)
            assert answer.status_code == 405
        assert client.patch(GROUP_RULES).headers["Allow"] == "GET, POST, PUT, DELETE"
        assert client.head(GROUP_RULES).status_code == 405


class TestGroupRules:
    @pytest.mark.parametrize("name", ["flow", "legacy_ai_on", "legacy_ai_off", "legacy_terraform"])
    def test_the_published_samples_are_stored_as_received(self, client: httpx.Client, name: str) -> None:
        answer = client.post(GROUP_RULES, json=sample(name))
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Type" not in answer.headers
        (rule,) = rules_of(client)
        assert {member: rule[member] for member in sample(name)} == sample(name)

    def test_a_list_shows_what_the_server_adds(self, client: httpx.Client) -> None:
        before = int(time.time() * 1000)
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        (rule,) = rules_of(client)
        assert rule["user_id"] == PROJECT_ID
        assert rule["enterprise_project_id"] == "0"
        assert before <= rule["create_time"] == rule["update_time"] <= time.time() * 1000

    def test_unknown_members_and_the_order_of_members_are_kept(self, client: httpx.Client) -> None:
        rule = {"future": {"b": [1, 2.5, None], "a": "文"}, **sample()}
        rule["match_v3"]["nodes"][0]["x"] = 1
        client.post(GROUP_RULES, json=rule).raise_for_status()
        (kept,) = rules_of(client)
        assert json.dumps({member: kept[member] for member in rule}) == json.dumps(rule)

    def test_an_update_replaces_the_rule_and_keeps_its_birthday(self) -> None:
        now = [1_800_000_000.0]
        with Sandbox(clock=lambda: now[0]) as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            client.post(GROUP_RULES, json={**sample(), "desc": "old"}).raise_for_status()
            now[0] += 60
            answer = client.put(GROUP_RULES, json=sample("legacy_ai_on"))
            (rule,) = rules_of(client)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "match_v3" not in rule
        assert (rule["create_time"], rule["update_time"]) == (1_800_000_000_000, 1_800_000_060_000)

    def test_it_refuses_an_update_of_an_unknown_name(self, client: httpx.Client) -> None:
        answer = client.put(GROUP_RULES, json=sample())
        assert answer.status_code == 400
        assert answer.json() == {
            "error_code": "AOM.08003002",
            "error_msg": "the groupName is not exist",
            "error_type": "PARAM_INVALID",
            "trace_id": "",
        }

    def test_it_refuses_a_name_that_is_taken(self, client: httpx.Client) -> None:
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        answer = client.post(GROUP_RULES, json=sample("legacy_ai_on"))
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08001001"
        assert "match_v3" in rules_of(client)[0]

    def test_it_holds_a_hundred_rules_and_no_more(self, client: httpx.Client) -> None:
        for number in range(100):
            client.post(GROUP_RULES, json={**sample(), "name": f"rule{number}"}).raise_for_status()
        answer = client.post(GROUP_RULES, json={**sample(), "name": "rule100"})
        assert answer.status_code == 300
        assert answer.json()["error_code"] == "AOM.08001300"
        assert [rule["name"] for rule in rules_of(client)] == [f"rule{number}" for number in range(100)]

    def test_deleting_takes_names_in_the_body(self, client: httpx.Client) -> None:
        for name in ("one", "two", "three"):
            client.post(GROUP_RULES, json={**sample(), "name": name}).raise_for_status()
        answer = delete(client, ["one", "three"])
        assert (answer.status_code, answer.content) == (204, b"")
        assert [rule["name"] for rule in rules_of(client)] == ["two"]

    def test_deleting_a_missing_name_deletes_nothing(self, client: httpx.Client) -> None:
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        answer = delete(client, ["aomtest", "gone"])
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08002002"
        assert len(rules_of(client)) == 1

    @pytest.mark.parametrize("body", [[], {}, "aomtest", ["a", "a"], ["_a"], [1], None])
    def test_it_refuses_to_delete_what_is_no_list_of_names(self, client: httpx.Client, body: Any) -> None:
        answer = delete(client, body)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08002003"

    def test_an_enterprise_project_sees_its_own_rules(self, client: httpx.Client) -> None:
        own = {"Enterprise-Project-Id": ENTERPRISE}
        client.post(GROUP_RULES, json={**sample(), "name": "default"}).raise_for_status()
        client.post(GROUP_RULES, json={**sample(), "name": "own"}, headers=own).raise_for_status()
        assert [rule["name"] for rule in rules_of(client)] == ["default"]
        assert [rule["name"] for rule in rules_of(client, **own)] == ["own"]
        everything = rules_of(client, **{"Enterprise-Project-Id": "all_granted_eps"})
        assert [rule["enterprise_project_id"] for rule in everything] == ["0", ENTERPRISE]

    def test_an_enterprise_project_changes_its_own_rules_only(self, client: httpx.Client) -> None:
        own = {"Enterprise-Project-Id": ENTERPRISE}
        client.post(GROUP_RULES, json=sample(), headers=own).raise_for_status()
        assert client.put(GROUP_RULES, json=sample()).json()["error_code"] == "AOM.08003002"
        assert delete(client, ["aomtest"]).json()["error_code"] == "AOM.08002002"
        assert client.put(GROUP_RULES, json=sample(), headers=own).status_code == 204
        assert delete(client, ["aomtest"], **own).status_code == 204

    @pytest.mark.parametrize("value", ["mine", "all_granted_eps", ENTERPRISE.replace("1", "G")])
    def test_it_refuses_to_write_into_an_enterprise_project_that_cannot_be(
        self, client: httpx.Client, value: str
    ) -> None:
        answer = client.post(GROUP_RULES, json=sample(), headers={"Enterprise-Project-Id": value})
        assert answer.status_code == 400
        assert "Enterprise-Project-Id" in answer.json()["error_msg"]

    def test_of_many_creates_at_once_exactly_one_wins(self, client: httpx.Client) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.post(GROUP_RULES, json=sample()).status_code, range(24)))
        assert sorted(answers) == [204] + [400] * 23

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
    def test_it_wants_json_and_to_be_told_so(self, client: httpx.Client, content_type: str) -> None:
        body = json.dumps(sample()).encode()
        answer = client.put(GROUP_RULES, content=body, headers={"Content-Type": content_type})
        assert answer.status_code == 400
        assert "Content-Type must be application/json" in answer.json()["error_msg"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"\xff",
            b'{"name": "a", "name": "b"}',
            b'{"name": NaN}',
            b'{"name": 1e999}',
            b'{"name": "\\ud800"}',
            b"[" * 100_000,
            b'{"name": ' + b"9" * 5000 + b"}",
        ],
    )
    def test_it_refuses_what_is_not_json(self, client: httpx.Client, body: bytes) -> None:
        answer = client.post(GROUP_RULES, content=body, headers=JSON_TYPE)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08001003"
        assert "Traceback" not in answer.text


class TestActionRules:
    def test_seeded_action_rules_are_listed_and_shown(self, cloud: Sandbox, stranger: httpx.Client) -> None:
        stranger.post("/_sandbox/reset", json={"action_rules": [{"rule_name": "运维-oncall", "desc": "night"}]})
        headers = {"X-Auth-Token": token_for(stranger)}
        (rule,) = stranger.get(ACTION_RULES, headers=headers).json()["action_rules"]
        assert (rule["rule_name"], rule["desc"], rule["project_id"]) == ("运维-oncall", "night", PROJECT_ID)
        assert stranger.get(f"{ACTION_RULES}/运维-oncall", headers=headers).json() == rule

    def test_an_unknown_action_rule_is_404(self, client: httpx.Client) -> None:
        answer = client.get(f"{ACTION_RULES}/nobody")
        assert answer.status_code == 404
        assert answer.json()["error_msg"] == "The action rule does not exist"

    def test_it_makes_none_over_the_api(self, client: httpx.Client) -> None:
        assert client.post(ACTION_RULES, json={"rule_name": "aaa"}).status_code == 405


Change = Callable[[dict[str, Any]], object]


def node(rule: dict[str, Any], number: int) -> Any:
    return rule["match_v3"]["nodes"][number]


def config(rule: dict[str, Any]) -> Any:
    return node(rule, 4)["value"]["combineConfig"]


def leaf(rule: dict[str, Any]) -> Any:
    return node(rule, 1)["value"]["nodes"][0]


def edges(rule: dict[str, Any]) -> Any:
    return rule["match_v3"]["edges"]


def join_the_last_branches(rule: dict[str, Any]) -> None:
    """C3 -true-> N3, C3 -false-> N3 -> End; without N4."""
    edges(rule)[6]["target"] = edges(rule)[7]["source"] = node(rule, 6)["id"]
    rule["match_v3"]["nodes"].pop(7)


BROKEN_FLOWS: dict[str, tuple[Change, str]] = {
    "no name": (lambda rule: rule.pop("name"), "/name"),
    "name starts with underscore": (lambda rule: rule.update(name="_a"), "/name"),
    "name with a hyphen": (lambda rule: rule.update(name="a-b"), "/name"),
    "name with a newline": (lambda rule: rule.update(name="ab\n"), "/name"),
    "name too long": (lambda rule: rule.update(name="a" * 101), "/name"),
    "desc too long": (lambda rule: rule.update(desc="d" * 1025), "/desc"),
    "desc is no text": (lambda rule: rule.update(desc=None), "/desc"),
    "both forms": (lambda rule: rule.update(detail=sample("legacy_ai_on")["detail"]), "/detail"),
    "waits beside a flow": (lambda rule: rule.update(group_wait=5), "/group_wait"),
    "neither form": (lambda rule: rule.pop("match_v3"), "match_v3"),
    "empty flow": (lambda rule: rule.update(match_v3={}), "match_v3"),
    "no edges": (lambda rule: rule["match_v3"].pop("edges"), "/match_v3/edges"),
    "nodes are no array": (lambda rule: rule["match_v3"].update(nodes={}), "/match_v3/nodes"),
    "node id too short": (lambda rule: node(rule, 0).update(id="flow-1"), "/match_v3/nodes/0/id"),
    "node id with a dot": (lambda rule: node(rule, 0).update(id="flow-1234567."), "/match_v3/nodes/0/id"),
    "unknown node type": (lambda rule: node(rule, 0).update(type="start"), "/match_v3/nodes/0/type"),
    "unknown card": (lambda rule: node(rule, 1).update(businessType="X"), "/match_v3/nodes/1/businessType"),
    "card type is a list": (lambda rule: node(rule, 1).update(businessType=[]), "/match_v3/nodes/1/businessType"),
    "start with a value": (lambda rule: node(rule, 0).update(value={"id": "x"}), "/match_v3/nodes/0/value"),
    "two starts": (lambda rule: node(rule, 8).update(type="Start"), "exactly one Start"),
    "no end": (lambda rule: rule["match_v3"]["nodes"].pop(), "exactly one End"),
    "card without value": (lambda rule: node(rule, 1).pop("value"), "/match_v3/nodes/1/value"),
    "root is a leaf": (lambda rule: node(rule, 1).update(value=leaf(rule)), "/match_v3/nodes/1/value/type"),
    "group without children": (lambda rule: node(rule, 1)["value"].update(nodes=[]), "/match_v3/nodes/1/value/nodes"),
    "group that is xor": (lambda rule: node(rule, 1)["value"].update(value="xor"), "/match_v3/nodes/1/value/value"),
    "leaf with children": (lambda rule: leaf(rule).update(nodes=[1]), "/nodes/1/value/nodes/0/nodes"),
    "leaf of unknown type": (lambda rule: leaf(rule).update(type="date"), "/value/nodes/0/type"),
    "leaf without match": (lambda rule: leaf(rule).pop("match"), "/value/nodes/0/match"),
    "condition id of a card": (lambda rule: leaf(rule).update(id="flow-12345678"), "/value/nodes/0/id"),
    "unknown operator": (lambda rule: leaf(rule)["match"].update(operate="LIKE"), "/match/operate"),
    "empty key": (lambda rule: leaf(rule)["match"].update(key=""), "/match/key"),
    "severity Warning": (lambda rule: leaf(rule)["match"].update(value=["Warning"]), "/match/value/0"),
    "value is text": (lambda rule: leaf(rule)["match"].update(value="Critical"), "/match/value"),
    "no value": (lambda rule: leaf(rule)["match"].pop("value"), "/match/value"),
    "values twice": (lambda rule: leaf(rule)["match"].update(value=["Info", "Info"]), "/match/value"),
    "EXIST with a value": (lambda rule: leaf(rule)["match"].update(operate="EXIST"), "/match/value"),
    "regex too long": (lambda rule: leaf(rule)["match"].update(operate="REGEX", value=["a" * 257]), "/match/value/0"),
    "eleven conditions": (
        lambda rule: node(rule, 1)["value"]["nodes"].extend(
            {**leaf(rule), "id": f"GroupCondition-extra00{number}"} for number in range(5)
        ),
        "at most 10 conditions",
    ),
    "wait too long": (lambda rule: config(rule).update(group_wait=601), "/group_wait"),
    "wait as text": (lambda rule: config(rule).update(group_wait="0"), "/group_wait"),
    "wait as boolean": (lambda rule: config(rule).update(group_wait=True), "/group_wait"),
    "wait with a fraction": (lambda rule: config(rule).update(group_wait=5.0), "/group_wait"),
    "interval too short": (lambda rule: config(rule).update(group_interval=4), "/group_interval"),
    "interval missing": (lambda rule: config(rule).pop("group_interval"), "/group_interval"),
    "repeat too long": (lambda rule: config(rule).update(group_repeat_waiting=1_296_001), "/group_repeat_waiting"),
    "no grouping": (lambda rule: config(rule).pop("group_by"), "/group_by"),
    "grouping unpublished": (lambda rule: config(rule).update(group_by=["event_severity"]), "/group_by"),
    "ai grouping unknown": (lambda rule: config(rule).update(ai_group_by=["all"]), "/ai_group_by/0"),
    "nobody to notify": (
        lambda rule: config(rule).update(bind_notification_rule_ids=[]),
        "/bind_notification_rule_ids",
    ),
    "binding with a blank": (
        lambda rule: config(rule).update(bind_notification_rule_ids=["a b"]),
        "/bind_notification_rule_ids/0",
    ),
    "edge value boolean": (lambda rule: edges(rule)[1].update(value=True), "/match_v3/edges/1/value"),
    "edge id of a node": (lambda rule: edges(rule)[1].update(id="flow-12345678"), "/match_v3/edges/1/id"),
    "edge to nowhere": (lambda rule: edges(rule)[1].update(target="flow-nowhere0"), "/match_v3/edges/1/target"),
    "edge id twice": (lambda rule: edges(rule)[1].update(id=edges(rule)[0]["id"]), "'edge-gMPwWev2' twice"),
    "condition id twice": (lambda rule: leaf(rule).update(id=node(rule, 1)["value"]["id"]), "Ive7unRq' twice"),
    "no false branch": (lambda rule: edges(rule).pop(2), "/match_v3/nodes/1"),
    "two true branches": (lambda rule: edges(rule)[2].update(value="true"), "/match_v3/nodes/1"),
    "start with a branch value": (lambda rule: edges(rule)[0].update(value="true"), "/match_v3/nodes/0"),
    "merge card to a card": (lambda rule: edges(rule)[7].update(target=node(rule, 2)["id"]), "lead to End"),
    "end with an exit": (
        lambda rule: edges(rule).append(
            {"id": "edge-12345678", "source": node(rule, 8)["id"], "target": node(rule, 1)["id"]}
        ),
        "/match_v3/nodes/8",
    ),
    "cycle": (lambda rule: edges(rule)[4].update(target=node(rule, 1)["id"]), "without a cycle"),
    "unreached card": (lambda rule: edges(rule)[1].update(target=node(rule, 4)["id"]), "/match_v3/nodes/2"),
}


class TestTheContract:
    @pytest.mark.parametrize(("change", "place"), BROKEN_FLOWS.values(), ids=BROKEN_FLOWS.keys())
    def test_it_refuses_a_broken_flow_and_names_the_place(
        self, client: httpx.Client, change: Change, place: str
    ) -> None:
        rule = sample()
        change(rule)
        answer = client.post(GROUP_RULES, json=rule)
        assert answer.status_code == 400
        assert answer.json()["error_code"] == "AOM.08001003"
        assert place in answer.json()["error_msg"]
        assert rules_of(client) == []

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"detail": []}, "/detail"),
            ({"detail": sample("legacy_ai_on")["detail"] * 11}, "/detail"),
            ({"detail": [{"match": [], "bind_notification_rule_ids": ["a"]}]}, "/detail/0/match"),
            ({"detail": [{"match": sample("legacy_ai_on")["detail"][0]["match"]}]}, "/detail/0/bind_notification"),
            ({"group_by": ["event_severity"]}, "/group_by"),
            ({"group_by": []}, "/group_by"),
            ({"group_repeat_waiting": "60"}, "/group_repeat_waiting"),
            ({"ai_group_by": "event_name"}, "/ai_group_by"),
        ],
    )
    def test_it_refuses_a_broken_legacy_rule(self, client: httpx.Client, change: Any, place: str) -> None:
        answer = client.post(GROUP_RULES, json={**sample("legacy_ai_on"), **change})
        assert answer.status_code == 400
        assert place in answer.json()["error_msg"]

    @pytest.mark.parametrize(
        "change",
        [
            lambda rule: rule.update(desc="", detail=[], group_by=None),
            lambda rule: leaf(rule)["match"].update(key="key-test", value=["10.0.0.1"]),
            lambda rule: leaf(rule)["match"].update(operate="EXIST", value=[]),
            lambda rule: leaf(rule)["match"].update(operate="REGEX", value=["host*"]),
            lambda rule: leaf(rule)["match"].update(key="notification_scene", value=["notify_resolved"]),
            lambda rule: config(rule).update(group_by=["resource_provider", "tag", "event_severity", "resource_type"]),
            join_the_last_branches,
        ],
        ids=["legacy members empty", "soft tag", "EXIST", "REGEX", "scene", "all tags", "a join"],
    )
    def test_it_accepts_what_the_pages_allow(self, change: Change) -> None:
        rule = sample()
        change(rule)
        assert group_rule_problems(rule) == []

    def test_grouping_by_tags_needs_a_condition_on_a_tag(self) -> None:
        rule = sample()
        config(rule)["group_by"] = ["resource_provider", "tag", "event_severity", "resource_type"]
        for number in (1, 3, 5):
            node(rule, number)["value"]["nodes"] = [node(rule, number)["value"]["nodes"][0]]
        (problem,) = group_rule_problems(rule)
        assert problem.pointer == "/match_v3/nodes/4/value/combineConfig/group_by"

    def test_conditions_nested_without_end_are_refused(self) -> None:
        rule = sample()
        tree = leaf(rule)
        for _ in range(5000):
            tree = {"id": "GroupCondition-aaaaaaaa", "type": "bool", "value": "and", "nodes": [tree]}
        node(rule, 1)["value"] = tree
        assert [str(problem) for problem in group_rule_problems(rule)] == ["the body is nested too deeply"]

    @given(st.data())
    @settings(max_examples=200)
    def test_nonsense_anywhere_is_judged_and_never_fails(self, data: st.DataObject) -> None:
        rule = copy.deepcopy(sample())
        holder, name = data.draw(st.sampled_from(list(_places(rule))))
        holder[name] = data.draw(NONSENSE)
        assert all(isinstance(str(problem), str) for problem in group_rule_problems(rule))


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "value"]), inner),
    max_leaves=5,
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    names: Any = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in names:
        yield value, name
        yield from _places(value[name])


class TestRequests:
    def test_they_are_shown_as_received_newest_last(self, cloud: Sandbox, client: httpx.Client) -> None:
        body = json.dumps(sample(), indent=3, ensure_ascii=False) + "\n"
        client.post(f"{GROUP_RULES}?a=%20b", content=body, headers=JSON_TYPE).raise_for_status()
        client.get("/nowhere")
        shown = client.get("/_sandbox/requests").json()["requests"]
        assert shown == cloud.requests()
        assert [(each["number"], each["method"], each["status"]) for each in shown] == [
            (1, "POST", 201),
            (2, "POST", 204),
            (3, "GET", 404),
        ]
        assert (shown[1]["path"], shown[1]["query"], shown[1]["body"]) == (GROUP_RULES, "a=%20b", body)

    def test_no_secret_is_in_them(self, cloud: Sandbox, client: httpx.Client) -> None:
        token = client.headers["X-Auth-Token"]
        client.get(GROUP_RULES, headers={"Authorization": "SDK-HMAC-SHA256 canary"})
        client.post("/v3/auth/tokens", json=credentials(password="canary"))
        client.post("/v3/auth/tokens", content=b'{"password": "canary"', headers=JSON_TYPE)
        client.post("/proxy/v3/auth/tokens/", json={"PASSWORD": ["canary"]})
        shown = json.dumps(cloud.requests())
        assert not {secret for secret in (token, "canary", PASSWORD) if secret in shown}
        assert cloud.requests()[1]["headers"]["X-Auth-Token"] == "***"
        assert json.loads(cloud.requests()[0]["body"]) == credentials(password="***")

    def test_the_last_thousand_are_kept(self, cloud: Sandbox, stranger: httpx.Client) -> None:
        for _ in range(1003):
            stranger.get("/x")
        numbers = [each["number"] for each in cloud.requests()]
        assert (len(numbers), numbers[0], numbers[-1]) == (1000, 4, 1003)


class TestFaults:
    def put(self, client: httpx.Client, *faults: dict[str, Any]) -> None:
        client.post("/_sandbox/faults", json={"faults": list(faults)}).raise_for_status()

    def test_a_fault_answers_as_often_as_told_and_keeps_the_request_from_happening(self, client: httpx.Client) -> None:
        body = {"error_code": "APIGW.0308", "error_msg": "throttled"}
        self.put(client, {"times": 2, "status": 429, "body": body, "headers": {"Retry-After": "7"}})
        for _ in range(2):
            answer = client.post(GROUP_RULES, json=sample())
            assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", body)
        assert rules_of(client) == []

    def test_a_fault_waits_for_its_method_and_path(self, client: httpx.Client) -> None:
        self.put(client, {"match": {"method": "put", "path": "/v2/"}, "status": 503})
        assert client.get(GROUP_RULES).status_code == 200
        assert client.put("/v1/x").status_code == 404
        assert client.get("/_sandbox/faults").json()["faults"][0]["times"] == 1
        assert client.put(GROUP_RULES, json=sample()).status_code == 503
        assert client.get("/_sandbox/faults").json() == {"faults": []}

    def test_an_answer_can_fail_although_the_request_happened(self, client: httpx.Client) -> None:
        self.put(client, {"status": 504, "body": "<h1>late</h1>", "apply": True})
        answer = client.post(GROUP_RULES, json=sample())
        assert (answer.status_code, answer.text) == (504, "<h1>late</h1>")
        assert len(rules_of(client)) == 1

    @pytest.mark.parametrize(("close", "stored"), [("before", 0), ("after", 1)])
    def test_a_connection_is_dropped_before_or_after_the_request_happened(
        self, cloud: Sandbox, client: httpx.Client, close: str, stored: int
    ) -> None:
        self.put(client, {"close": close})
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(GROUP_RULES, json=sample())
        assert len(rules_of(client)) == stored
        assert [each["status"] for each in cloud.requests() if each["method"] == "POST"][-1] is None

    def test_a_delayed_request_has_happened_although_the_caller_gave_up(self, client: httpx.Client) -> None:
        self.put(client, {"match": {"method": "POST"}, "delay_s": 30})
        with pytest.raises(httpx.ReadTimeout):
            client.post(GROUP_RULES, json=sample(), timeout=0.3)
        assert len(rules_of(client)) == 1

    def test_a_short_delay_ends_with_the_normal_answer(self, client: httpx.Client) -> None:
        self.put(client, {"delay_s": 0.2, "headers": {"X-Slow": "yes", "content-type": "text/html"}})
        begun = time.monotonic()
        answer = client.get(GROUP_RULES)
        assert time.monotonic() - begun >= 0.2
        assert (answer.status_code, answer.json()) == (200, [])
        assert (answer.headers["X-Slow"], answer.headers["Content-Type"]) == ("yes", "text/html")

    def test_raw_bytes_are_sent_as_they_are(self, client: httpx.Client) -> None:
        self.put(client, {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"})
        with pytest.raises(httpx.RemoteProtocolError, match="received 4 bytes, expected 100"):
            client.get(GROUP_RULES)

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            ([], "must be an object"),
            ({"fault": []}, "unknown member(s) fault"),
            ({"faults": {}}, "faults must be an array"),
            ({"faults": [{"status": 500}, {"stauts": 500}]}, "faults[1] has unknown member(s) stauts"),
            ({"faults": [{"match": {"host": "x"}, "status": 500}]}, "faults[0].match has unknown member(s) host"),
            ({"faults": [{"match": {"path": 1}, "status": 500}]}, "faults[0].match.path"),
            ({"faults": [{"times": 3}]}, "faults[0] does nothing"),
            ({"faults": [{"status": 500, "times": 0}]}, "faults[0].times"),
            ({"faults": [{"status": 99}]}, "faults[0].status"),
            ({"faults": [{"delay_s": -1}]}, "faults[0].delay_s"),
            ({"faults": [{"close": "now"}]}, "faults[0].close"),
            ({"faults": [{"raw": "x", "status": 200}]}, "faults[0].raw"),
            ({"faults": [{"headers": {"A": "b\r\nC: d"}}]}, "faults[0].headers.A"),
            ({"faults": [{"headers": {"A b": "c"}}]}, "faults[0].headers"),
        ],
    )
    def test_it_refuses_a_fault_that_cannot_be_and_says_why(
        self, client: httpx.Client, document: Any, words: str
    ) -> None:
        answer = client.post("/_sandbox/faults", json=document)
        assert answer.status_code == 400
        assert words in answer.json()["error"]
        assert client.get("/_sandbox/faults").json() == {"faults": []}


class TestReset:
    def test_it_leaves_an_empty_cloud(self, cloud: Sandbox, client: httpx.Client) -> None:
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        cloud.add_faults({"status": 500})
        assert client.post("/_sandbox/reset").status_code == 204
        assert cloud.requests() == []
        assert client.get(GROUP_RULES).status_code == 401
        client.headers["X-Auth-Token"] = token_for(client)
        assert rules_of(client) == []

    def test_it_can_keep_the_rules_and_add_seeds(self, cloud: Sandbox, client: httpx.Client) -> None:
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        odd = {"name": "from console", "match_v3": None, "create_time": 5}
        cloud.reset(keep_rules=True, group_rules=[odd])
        client.headers["X-Auth-Token"] = token_for(client)
        kept, seeded = rules_of(client)
        assert kept["name"] == "aomtest"
        assert (seeded["name"], seeded["match_v3"], seeded["create_time"]) == ("from console", None, 5)

    @pytest.mark.parametrize(
        "document",
        [[], {"keep": True}, {"keep_rules": 1}, {"group_rules": {}}, {"group_rules": [{}]}, {"action_rules": ["a"]}],
    )
    def test_it_refuses_what_it_does_not_know_and_forgets_nothing(
        self, cloud: Sandbox, client: httpx.Client, document: Any
    ) -> None:
        client.post(GROUP_RULES, json=sample()).raise_for_status()
        assert client.post("/_sandbox/reset", json=document).status_code == 400
        assert len(rules_of(client)) == 1

    def test_other_paths_of_its_own_are_named(self, client: httpx.Client) -> None:
        assert "faults" in client.get("/_sandbox/fault").json()["error"]
        assert client.get("/_sandbox/reset").status_code == 405


class TestHttp:
    def test_a_body_over_a_mebibyte_is_refused_and_the_answer_arrives(self, client: httpx.Client) -> None:
        answer = client.post(GROUP_RULES, content=b" " * (1024 * 1024 + 1), headers=JSON_TYPE)
        assert answer.status_code == 413
        assert answer.json()["error_code"] == "APIGW.0201"
        assert client.get(GROUP_RULES).status_code == 200

    def test_a_body_of_a_mebibyte_is_read(self, client: httpx.Client) -> None:
        rule = json.dumps(sample()).encode().ljust(1024 * 1024)
        assert client.post(GROUP_RULES, content=rule, headers=JSON_TYPE).status_code == 204

    def test_a_connection_serves_many_requests(self, cloud: Sandbox) -> None:
        with connect(cloud) as connection:
            for _ in range(3):
                connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
                head = connection.recv(65536)
                assert head.startswith(b"HTTP/1.1 404")
                assert b"\r\nContent-Length: " in head
                assert b"Connection: close" not in head

    @pytest.mark.parametrize(
        ("request_bytes", "status"),
        [
            (b"nonsense\r\n\r\n", 400),
            (b"GET /a b HTTP/1.1\r\n\r\n", 400),
            (b"POST /x HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
            (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
            (b"GET http://[/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
            (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", 414),
        ],
        ids=["nonsense", "blank in path", "negative length", "chunked", "absolute", "endless line"],
    )
    def test_what_is_hardly_http_gets_a_json_error(self, cloud: Sandbox, request_bytes: bytes, status: int) -> None:
        with connect(cloud) as connection:
            connection.sendall(request_bytes)
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        assert f" {status} ".encode() in head.split(b"\r\n")[0]
        assert json.loads(body)["error_code"].startswith("APIGW.")

    def test_a_caller_who_hangs_up_halfway_disturbs_nobody(self, cloud: Sandbox, client: httpx.Client) -> None:
        with connect(cloud) as connection:
            connection.sendall(b"POST /x HTTP/1.1\r\nContent-Length: 500\r\n\r\nhalf")
        assert client.get(GROUP_RULES).status_code == 200
        assert [each["path"] for each in cloud.requests()] == ["/v3/auth/tokens", GROUP_RULES]

    def test_stopping_ends_open_connections_and_delays_at_once(self) -> None:
        with Sandbox() as cloud:
            idle = connect(cloud)
            cloud.add_faults({"delay_s": 500})
            slow = ThreadPoolExecutor(1)
            waiting = slow.submit(httpx.get, f"{cloud.url}/x")
            while not cloud.requests():
                threading.Event().wait(0.01)
            begun = time.monotonic()
        assert time.monotonic() - begun < 4
        with pytest.raises(httpx.RemoteProtocolError):
            waiting.result(timeout=5)
        assert idle.recv(10) == b""
        idle.close()
        slow.shutdown()


class TestMemory:
    def test_rules_survive_a_restart_and_tokens_do_not(self, tmp_path: Path) -> None:
        state = tmp_path / "new" / "sandbox.json"
        with Sandbox(state=state) as cloud, httpx.Client(base_url=cloud.url) as client:
            cloud.reset(action_rules=[{"rule_name": "aaa"}])
            token = token_for(client)
            client.headers["X-Auth-Token"] = token
            client.post(GROUP_RULES, json=sample()).raise_for_status()
            before = rules_of(client)
        with Sandbox(state=state) as cloud, httpx.Client(base_url=cloud.url) as client:
            assert client.get(GROUP_RULES, headers={"X-Auth-Token": token}).status_code == 401
            client.headers["X-Auth-Token"] = token_for(client)
            assert rules_of(client) == before
            assert client.get(ACTION_RULES).json()["action_rules"][0]["rule_name"] == "aaa"
        assert [path.name for path in state.parent.iterdir()] == ["sandbox.json"]

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", '"x"', "[" * 100_000, '{"version": 2}', '{"version": 1, "group_rules": [{}]}', "\x00"],
    )
    def test_a_broken_state_file_is_named_and_left_alone(self, tmp_path: Path, text: str) -> None:
        state = tmp_path / "sandbox.json"
        state.write_text(text, encoding="utf-8")
        with pytest.raises(SandboxError) as caught:
            Sandbox(state=state)
        assert str(state) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert state.read_text(encoding="utf-8") == text

    def test_a_change_that_cannot_be_stored_did_not_happen(self, tmp_path: Path) -> None:
        folder = tmp_path / "var"
        with Sandbox(state=folder / "sandbox.json") as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            folder.write_text("a file where a folder should be", encoding="utf-8")
            answer = client.post(GROUP_RULES, json=sample())
            assert rules_of(client) == []
        assert answer.status_code == 500
        assert answer.json()["error_code"] == "AOM.08001500"
        assert str(tmp_path) not in answer.text

    def test_a_port_that_is_taken_is_said_in_one_line(self, cloud: Sandbox) -> None:
        with pytest.raises(SandboxError, match="cannot listen on 127.0.0.1:.*in use"):
            Sandbox(int(cloud.url.rsplit(":")[-1]))


class TestTheCommand:
    def start(self, tmp_path: Path, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "manage.py", "sandbox", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, "GROUPFLOW_VAR": str(tmp_path / "var")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
    def test_it_says_where_it_is_and_ends_cleanly(self, tmp_path: Path, ending: signal.Signals) -> None:
        with self.start(tmp_path) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = next(word for word in line.split() if word.startswith("http://")).rstrip(",")
            assert httpx.get(f"{url}/_sandbox/requests").json() == {"requests": []}
            process.send_signal(ending)
            rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest, errors) == (0, "", "")
        assert str(tmp_path / "var" / "sandbox.json") in line

    def test_a_broken_state_file_ends_it_with_one_line(self, tmp_path: Path) -> None:
        state = tmp_path / "broken.json"
        state.write_text("{", encoding="utf-8")
        with self.start(tmp_path, "--state", str(state)) as process:
            output, errors = process.communicate(timeout=30)
        assert process.returncode != 0
        assert output == ""
        assert errors.count("\n") == 1
        assert str(state) in errors
