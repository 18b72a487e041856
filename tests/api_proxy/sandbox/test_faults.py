"""Faults on request, in their free form."""

import time
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import Sandbox

from .steps import GROUP_RULES, rules_of, sample


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
