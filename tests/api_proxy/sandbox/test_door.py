"""IAM and the gateway: who is let in."""

import json
import time
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import PROJECT_ID, Sandbox

from .steps import ACTION_RULES, GROUP_RULES, JSON_TYPE, credentials, token_for


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
