"""The named faults F1 to F16: each does over the wire what its line says."""

import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.faults import Fault
from api_proxy.sandbox.presets import PRESETS

from .steps import GROUP_RULES, JSON_TYPE, connect, rules_of, sample, token_for

#: Presets of COC wait for its own paths.
OF_COC = {name for name, preset in PRESETS.items() if preset.fault.get("match", {}).get("path") == "/v1/"}
#: Presets that end an exchange before a whole answer is out, or would hold it for long.
BROKEN = {name for name, preset in PRESETS.items() if {"close", "reset"} & preset.fault.keys()} - {"F11-idle"}
SLOW = {"F10-hang", "F10-hang-applied", "F10-late", "F10-drip"}
ANSWERED = sorted(PRESETS.keys() - BROKEN - SLOW - OF_COC)


def put(client: httpx.Client) -> httpx.Response:
    """A PUT of a rule that is there, with a description that tells whether it was carried out."""
    return client.put(GROUP_RULES, json={**sample(), "desc": "changed"})


@pytest.fixture
def client(cloud: Sandbox, client: httpx.Client) -> httpx.Client:
    client.post(GROUP_RULES, json={**sample(), "desc": "old"}).raise_for_status()
    return client


def carried_out(client: httpx.Client) -> bool:
    """Whether the PUT was; asked over a connection that no fault has touched."""
    with httpx.Client(base_url=client.base_url) as witness:
        witness.headers["X-Auth-Token"] = token_for(witness)
        return bool(rules_of(witness)[0]["desc"] == "changed")


class TestTheList:
    def test_every_row_of_the_table_has_a_name_and_a_sentence(self, stranger: httpx.Client) -> None:
        presets = stranger.get("/_sandbox/presets").json()["presets"]
        numbers = {preset["name"].split("-")[0] for preset in presets}
        assert numbers == {f"F{number}" for number in range(1, 17)} - {"F12"}
        assert all(preset["does"].endswith(".") and preset["carried_out"] in (True, False) for preset in presets)

    def test_an_unknown_name_is_answered_with_those_close_to_it(self, stranger: httpx.Client) -> None:
        answer = stranger.post("/_sandbox/faults", json={"faults": [{"preset": "F8-retry"}]})
        assert answer.status_code == 400
        assert "F8-retry-after-date" in answer.json()["error"]
        assert "presets lists them" in stranger.post("/_sandbox/faults", json={"faults": [{"preset": 8}]}).text

    def test_members_given_beside_a_preset_win(self, cloud: Sandbox, client: httpx.Client) -> None:
        change = {"preset": "F14-307", "match": {"method": "PUT"}, "times": 2, "headers": {"location": "http://a.b/"}}
        cloud.add_faults(change)
        assert client.get(GROUP_RULES).status_code == 200
        assert [put(client).headers["Location"] for _ in range(2)] == ["http://a.b/"] * 2
        assert put(client).status_code == 204


class TestAnswers:
    @pytest.mark.parametrize("name", ANSWERED)
    def test_the_answer_and_what_happened_are_as_listed(self, cloud: Sandbox, client: httpx.Client, name: str) -> None:
        cloud.add_faults({"preset": name, **({"delay_s": 0.1} if name == "F10-slow" else {})})
        with client.stream("PUT", GROUP_RULES, json={**sample(), "desc": "changed"}) as answer:
            count = sum(len(chunk) for chunk in answer.iter_raw())
        entry = cloud.requests()[-1]
        fault = PRESETS[name].fault
        assert answer.status_code == fault.get("status", 401 if name == "F2" else 204)
        assert (entry["fault"], entry["answer"], entry["status"]) == (name, "whole", answer.status_code)
        assert count == int(answer.headers.get("Content-Length", 0))
        assert entry["carried_out"] == carried_out(client) == Fault(fault).carries_out

    def test_f02_every_token_has_ended_and_a_new_one_is_good(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F2"})
        texts = [client.get(GROUP_RULES).json()["error_msg"] for _ in range(2)]
        assert all("token expires, expires_at: " in text for text in texts)
        client.headers["X-Auth-Token"] = token_for(client)
        assert client.get(GROUP_RULES).status_code == 200

    @pytest.mark.parametrize(("name", "skew"), [("F4", 1200), ("F4-ahead", 1200), ("F4-behind", -1200)])
    def test_f04_the_date_is_off(self, cloud: Sandbox, client: httpx.Client, name: str, skew: int) -> None:
        cloud.add_faults({"preset": name})
        faulty, right = (parsedate_to_datetime(client.get(GROUP_RULES).headers["Date"]) for _ in range(2))
        assert skew - 5 <= (faulty - right).total_seconds() <= skew + 5

    @pytest.mark.parametrize(
        ("name", "value"),
        [("F8-retry-after", "2"), ("F8-absent", None), ("F8-negative", "-5"), ("F8-huge", "1000000000")],
    )
    def test_f08_retry_after_has_its_form(
        self, cloud: Sandbox, client: httpx.Client, name: str, value: str | None
    ) -> None:
        cloud.add_faults({"preset": name})
        answer = client.get(GROUP_RULES)
        assert (answer.json()["error_code"], answer.headers.get("Retry-After")) == ("APIGW.0308", value)

    def test_f08_retry_after_can_be_a_date(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F8-retry-after-date", "retry_at_s": 30})
        answer = client.get(GROUP_RULES)
        times = [parsedate_to_datetime(answer.headers[name]) for name in ("Retry-After", "Date")]
        assert 29 <= (times[0] - times[1]).total_seconds() <= 30

    def test_f15_a_bomb_is_small_on_the_wire_and_a_huge_body_is_json(
        self, cloud: Sandbox, client: httpx.Client
    ) -> None:
        cloud.add_faults({"preset": "F15-gzip", "body_bytes": 3_000_000}, {"preset": "F15", "body_bytes": 300_000})
        with client.stream("GET", GROUP_RULES) as bomb:
            packed = b"".join(bomb.iter_raw())
        assert (bomb.headers["Content-Encoding"], len(packed) < 5000) == ("gzip", True)
        assert len(gzip.decompress(packed)) == 3_000_000
        huge = client.get(GROUP_RULES)
        assert (len(huge.content), set(huge.json())) == (300_000, {"x"})

    def test_f16_the_text_arrives_with_its_control_characters(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F16-controls"}, {"preset": "F16"}, {"preset": "F16-long"})
        texts = [client.get(GROUP_RULES).json()["error_msg"] for _ in range(3)]
        assert "\r\nSet-Cookie" in texts[0] and "\u202e" in texts[0] and "\x00" in texts[0]
        assert "<script>" in texts[1]
        assert len(texts[2]) == 1_000_000


class TestBreaks:
    @pytest.mark.parametrize("name", sorted(BROKEN - SLOW))
    def test_f11_the_connection_breaks_where_it_should(self, cloud: Sandbox, client: httpx.Client, name: str) -> None:
        fault = Fault(PRESETS[name].fault)
        with httpx.Client(base_url=cloud.url, headers=dict(client.headers)) as other:
            cloud.add_faults({"preset": name})
            with pytest.raises(httpx.TransportError):
                put(other)
        cloud.settle()
        puts = [entry for entry in cloud.requests() if entry["method"] == "PUT"]
        assert len(puts) == (0 if fault.at_connect else 1)
        assert all(entry["status"] is None for entry in puts)
        assert [entry["answer"] for entry in puts] == (
            [] if fault.at_connect else ["part" if fault.point in ("headers", "body") else "none"]
        )
        assert [entry["carried_out"] for entry in puts] == ([] if fault.at_connect else [fault.carries_out])
        assert carried_out(client) == fault.carries_out

    @pytest.mark.parametrize(("point", "received"), [("before", 0), ("after", 0), ("headers", 1), ("body", 1)])
    @pytest.mark.parametrize("how", ["reset", "close"])
    def test_f11_a_reset_is_a_reset_and_a_close_is_a_close(
        self, cloud: Sandbox, client: httpx.Client, how: str, point: str, received: int
    ) -> None:
        cloud.add_faults({how: point, "match": {"path": "/v2/"}})
        with connect(cloud) as connection:
            connection.sendall(f"GET {GROUP_RULES} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            cloud.settle()
            data, error = b"", None
            try:
                while chunk := connection.recv(65536):
                    data += chunk
            except OSError as caught:
                error = caught
        assert isinstance(error, ConnectionResetError) == (how == "reset")
        assert bool(data) == bool(received)
        assert (b"\r\n\r\n" in data) == (point == "body")

    def test_f11_amid_the_request_half_of_it_has_been_read(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F11-mid-request"})
        head = f"PUT {GROUP_RULES} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n".encode()
        with connect(cloud) as connection:
            connection.sendall(head + b"x" * 500)
            with pytest.raises(ConnectionResetError):
                connection.recv(1)
        cloud.settle()
        entry = cloud.requests()[-1]
        assert (entry["bytes_in"], entry["carried_out"], entry["body"]) == (len(head) + 500, False, "")

    def test_f11_a_kept_connection_can_be_closed_without_a_word(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F11-idle"})
        with connect(cloud) as connection:
            connection.sendall(f"GET {GROUP_RULES} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"connection: close" not in head.lower()
        assert json.loads(body)["error_code"] == "APIGW.0301"


class TestSlowness:
    def test_f10_a_drip_sends_a_byte_at_a_time(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F10-drip", "drip": {"bytes": 1, "every_s": 0.001}})
        with connect(cloud) as connection:
            connection.sendall(f"GET {GROUP_RULES} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            chunks = list(iter(lambda: connection.recv(65536), b""))
        assert b"".join(chunks).endswith(b"}")
        assert len(chunks) > 20

    def test_f10_a_drip_outlasts_a_caller_who_times_each_read(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"preset": "F10-drip", "times": 1})
        with connect(cloud) as connection:
            connection.settimeout(2)
            connection.sendall(f"GET {GROUP_RULES} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert [connection.recv(100) for _ in range(3)] == [b"H", b"T", b"T"]
            connection.shutdown(socket.SHUT_RDWR)

    @pytest.mark.parametrize(("name", "applied"), [("F10-hang", False), ("F10-hang-applied", True)])
    def test_f10_a_hang_is_carried_out_or_not_before_it(
        self, cloud: Sandbox, client: httpx.Client, name: str, applied: bool
    ) -> None:
        cloud.add_faults({"preset": name})
        with pytest.raises(httpx.ReadTimeout):
            client.put(GROUP_RULES, json={**sample(), "desc": "changed"}, timeout=0.3)
        assert carried_out(client) == applied

    def test_f10_a_late_request_is_carried_out_after_its_caller_gave_up(
        self, cloud: Sandbox, client: httpx.Client
    ) -> None:
        cloud.add_faults({"preset": "F10-late"})
        with pytest.raises(httpx.ReadTimeout):
            client.put(GROUP_RULES, json={**sample(), "desc": "changed"}, timeout=0.3)
        assert not carried_out(client)
        assert client.post("/_sandbox/release").status_code == 204
        cloud.settle()
        assert carried_out(client)

    def test_requests_held_together_are_released_together(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"hold": "after", "times": 4, "match": {"method": "GET"}})
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(client.get, GROUP_RULES) for _ in range(4)]
            cloud.wait_for(4, "GET")
            assert not any(each.done() for each in waiting)
            cloud.release()
            assert [each.result().status_code for each in waiting] == [200] * 4


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ({"close": "before", "reset": "after"}, "give one"),
            ({"reset": "connect", "match": {"path": "/"}}, "match cannot be known at connect"),
            ({"reset": "request", "apply": True}, "apply cannot be true"),
            ({"body": {}, "body_bytes": 5}, "leave out body"),
            ({"body_bytes": 1}, "body_bytes"),
            ({"raw": "x", "gzip": True}, "raw is the whole answer"),
            ({"drip": {"bytes": 0, "every_s": 1}}, "drip"),
            ({"drip": 1}, "drip"),
            ({"hold": True}, "hold"),
            ({"clock_skew_s": "1"}, "clock_skew_s"),
            ({"preset": "F1", "headers": []}, "headers must be an object"),
            ({"preset": "F1", "times": 0}, "times"),
        ],
    )
    def test_it_is_refused_with_a_reason(self, stranger: httpx.Client, fault: Any, words: str) -> None:
        answer = stranger.post("/_sandbox/faults", content=json.dumps({"faults": [fault]}), headers=JSON_TYPE)
        assert answer.status_code == 400
        assert words in answer.json()["error"]


def test_the_documentation_lists_them_all() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    written = [line for line in text.splitlines() if line.startswith("| `F")]
    assert written == [
        f"| `{name}` | {preset.sentence} | {'yes' if Fault(preset.fault).carries_out else 'no'} |"
        for name, preset in PRESETS.items()
    ]
