"""What the sandbox tells about the requests it got."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from api_proxy.sandbox import PASSWORD, Sandbox

from .steps import GROUP_RULES, JSON_TYPE, connect, credentials, sample


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


class TestWhatBecameOfThem:
    def test_a_request_tells_whether_it_was_carried_out_and_how_far_its_answer_came(
        self, cloud: Sandbox, client: httpx.Client
    ) -> None:
        cloud.add_faults({"match": {"method": "GET"}, "status": 500})
        client.post(GROUP_RULES, json=sample())
        client.post(GROUP_RULES, json=sample())
        client.get(GROUP_RULES)
        shown = [(e["method"], e["fault"], e["carried_out"], e["answer"], e["status"]) for e in cloud.requests()[1:]]
        assert shown == [
            ("POST", None, True, "whole", 204),
            ("POST", None, False, "whole", 400),
            ("GET", "custom", False, "whole", 500),
        ]

    def test_a_caller_who_hangs_up_amid_a_large_answer_got_a_part(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.add_faults({"match": {"method": "GET"}, "body_bytes": 50_000_000})
        with connect(cloud) as connection:
            connection.sendall(f"GET {GROUP_RULES} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert connection.recv(10) == b"HTTP/1.1 2"
        cloud.settle()
        entry = cloud.requests()[-1]
        assert (entry["answer"], entry["status"]) == ("part", None)

    def test_connections_and_bytes_are_counted(self, cloud: Sandbox) -> None:
        assert cloud.traffic == (0, 0)
        request = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
        for _ in range(2):
            with connect(cloud) as connection:
                for _ in range(2):
                    connection.sendall(request)
                    assert connection.recv(65536)
        assert cloud.traffic == (2, 4 * len(request))
        assert [entry["connection"] for entry in cloud.requests()] == [1, 1, 2, 2]
        assert {entry["bytes_in"] for entry in cloud.requests()} == {len(request)}

    def test_waiting_ends_with_a_reason(self, cloud: Sandbox, client: httpx.Client) -> None:
        cloud.wait_for(1, "POST", "/v3/")
        with pytest.raises(TimeoutError, match=r"2 request\(s\) did not arrive"):
            cloud.wait_for(2, timeout=0.01)
        cloud.add_faults({"hold": "before"})
        with ThreadPoolExecutor(1) as pool:
            held = pool.submit(client.get, GROUP_RULES)
            cloud.wait_for(1, "GET")
            with pytest.raises(TimeoutError, match="still going on"):
                cloud.settle(timeout=0.01)
            cloud.release()
            assert held.result().status_code == 200
        cloud.settle()
