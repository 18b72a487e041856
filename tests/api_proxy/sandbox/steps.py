"""What the tests of the sandbox ask of it."""

import json
import socket
from pathlib import Path
from typing import Any

import httpx

from api_proxy.sandbox import PASSWORD, PROJECT_ID, Sandbox

SAMPLES = Path(__file__).parents[1] / "samples"
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


def rules_of(client: httpx.Client, **headers: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = client.get(GROUP_RULES, headers=headers).raise_for_status().json()
    return rules


def connect(cloud: Sandbox) -> socket.socket:
    host, port = cloud.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def delete(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    return client.request("DELETE", GROUP_RULES, json=body, headers=headers)
