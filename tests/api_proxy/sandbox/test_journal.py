"""What the sandbox tells about the requests it got."""

import json

import httpx

from api_proxy.sandbox import PASSWORD, Sandbox

from .steps import GROUP_RULES, JSON_TYPE, credentials, sample


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
