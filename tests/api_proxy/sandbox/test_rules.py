"""Group rules and action rules over the API."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import PROJECT_ID, Sandbox

from .steps import ACTION_RULES, ENTERPRISE, GROUP_RULES, JSON_TYPE, delete, rules_of, sample, token_for


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

    def test_two_updates_at_the_same_moment_are_told_apart(self) -> None:
        with Sandbox(clock=lambda: 1_800_000_000.0) as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            client.post(GROUP_RULES, json=sample()).raise_for_status()
            times = set()
            for _ in range(3):
                client.put(GROUP_RULES, json=sample()).raise_for_status()
                times.add(rules_of(client)[0]["update_time"])
        assert times == {1_800_000_000_001, 1_800_000_000_002, 1_800_000_000_003}

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

    def test_an_action_rule_is_made_changed_and_deleted(self) -> None:
        now = [1_800_000_000.0]
        rule = {
            "rule_name": "oncall",
            "desc": "night",
            "type": "1",
            "smn_topics": [{"name": "t", "topic_urn": "urn:t"}],
        }
        with Sandbox(clock=lambda: now[0]) as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            assert client.post(ACTION_RULES, json=rule).status_code == 200
            now[0] += 60
            assert client.put(ACTION_RULES, json={**rule, "desc": "day"}).status_code == 204
            shown = client.get(f"{ACTION_RULES}/oncall").json()
            assert client.request("DELETE", ACTION_RULES, json=["oncall"]).status_code == 204
            assert client.get(f"{ACTION_RULES}/oncall").status_code == 404
        assert (shown["desc"], shown["smn_topics"]) == ("day", rule["smn_topics"])
        assert (shown["create_time"], shown["update_time"]) == (1_800_000_000_000, 1_800_000_060_000)

    @pytest.mark.parametrize(
        ("method", "body", "code"),
        [
            ("POST", {"rule_name": "aaa"}, "AOM.08018012"),
            ("PUT", {"rule_name": "nobody"}, "AOM.08019006"),
            ("DELETE", ["nobody"], "AOM.08020006"),
            ("DELETE", ["aaa", "nobody"], "AOM.08020006"),
            ("POST", {"rule_name": "a b"}, "AOM.08018003"),
            ("PUT", {"desc": "nameless"}, "AOM.08019003"),
            ("DELETE", "aaa", "AOM.08020003"),
        ],
    )
    def test_it_refuses_a_wrong_change_of_action_rules(
        self, cloud: Sandbox, client: httpx.Client, method: str, body: Any, code: str
    ) -> None:
        cloud.reset(action_rules=[{"rule_name": "aaa"}])
        client.headers["X-Auth-Token"] = token_for(client)
        answer = client.request(method, ACTION_RULES, json=body)
        assert (answer.status_code, answer.json()["error_code"]) == (400, code)
        assert [rule["rule_name"] for rule in client.get(ACTION_RULES).json()["action_rules"]] == ["aaa"]

    def test_a_deleted_action_rule_is_seen_for_a_while(self, tmp_path: Path) -> None:
        now = [1_800_000_000.0]
        state = tmp_path / "state.json"
        with Sandbox(state=state, clock=lambda: now[0]) as cloud, httpx.Client(base_url=cloud.url) as client:
            cloud.reset(action_rules=[{"rule_name": "aaa"}])
            cloud.configure(action_rule_leaves_s=30)
            client.headers["X-Auth-Token"] = token_for(client)
            assert client.request("DELETE", ACTION_RULES, json=["aaa"]).status_code == 204
            assert "aaa" not in state.read_text(encoding="utf-8")
            now[0] += 29
            assert client.get(f"{ACTION_RULES}/aaa").status_code == 200
            assert client.request("DELETE", ACTION_RULES, json=["aaa"]).json()["error_code"] == "AOM.08020006"
            assert client.put(ACTION_RULES, json={"rule_name": "aaa"}).json()["error_code"] == "AOM.08019006"
            assert client.post(ACTION_RULES, json={"rule_name": "aaa"}).json()["error_code"] == "AOM.08018012"
            now[0] += 1
            assert client.get(f"{ACTION_RULES}/aaa").status_code == 404
            assert client.get(ACTION_RULES).json() == {"action_rules": []}
            assert client.post(ACTION_RULES, json={"rule_name": "aaa"}).status_code == 200


class TestTheThrottle:
    def test_f08_one_call_too_many_in_a_second_is_refused_and_not_counted(self) -> None:
        now = [1_800_000_000.0]
        with Sandbox(clock=lambda: now[0]) as cloud, httpx.Client(base_url=cloud.url) as client:
            client.headers["X-Auth-Token"] = token_for(client)
            cloud.configure(calls_per_s=3)
            statuses = [client.get(GROUP_RULES).status_code for _ in range(5)]
            refusal = client.post(GROUP_RULES, json=sample())
            now[0] += 1
            assert rules_of(client) == []
            cloud.configure(calls_per_s=None)
            assert {client.get(GROUP_RULES).status_code for _ in range(9)} == {200}
        assert statuses == [200, 200, 200, 429, 429]
        assert (refusal.json()["error_code"], refusal.headers["Retry-After"]) == ("APIGW.0308", "1")
        assert "limit:3,time:1 second" in refusal.json()["error_msg"]

    @pytest.mark.parametrize(
        "settings", [[], {"calls": 1}, {"calls_per_s": 0}, {"calls_per_s": 1.5}, {"action_rule_leaves_s": -1}]
    )
    def test_it_refuses_settings_that_cannot_be(self, client: httpx.Client, settings: Any) -> None:
        before = client.get("/_sandbox/settings").json()
        assert client.post("/_sandbox/settings", json=settings).status_code == 400
        assert client.get("/_sandbox/settings").json() == before == {"calls_per_s": None, "action_rule_leaves_s": 0.0}
