"""The sandbox as a server: HTTP, memory, its own paths, the command."""

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management.base import CommandError

from api_proxy.management.commands.sandbox import read_key
from api_proxy.sandbox import Sandbox, SandboxError

from .steps import ACTION_RULES, GROUP_RULES, JSON_TYPE, connect, rules_of, sample, token_for

ROOT = Path(__file__).resolve().parents[3]


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
            cloud.wait_for(1, "POST", "/x")
        assert client.get(GROUP_RULES).status_code == 200
        cloud.settle()
        halved = cloud.requests()[1]
        assert (halved["body"], halved["bytes_in"], halved["answer"]) == ("", 45, "none")

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
    def start(self, tmp_path: Path, *arguments: str, keys: str = "") -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "manage.py", "sandbox", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, "GROUPFLOW_VAR": str(tmp_path / "var"), "SANDBOX_KEYS": keys},
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

    def test_keys_from_the_environment_open_the_door_and_memory_leaves_no_file(self, tmp_path: Path) -> None:
        with self.start(tmp_path, "--memory", keys="FIRST:s1 SECOND:s2:token") as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = next(word for word in line.split() if word.startswith("http://")).rstrip(",")
            told = [self.told(url, name) for name in ("FIRST", "SECOND", "THIRD")]
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
        assert "verify aksk signature fail" in told[0]
        assert "verify aksk signature fail" in told[1]
        assert "ak THIRD not exist" in told[2]
        assert not (tmp_path / "var" / "sandbox.json").exists()

    def told(self, url: str, access_key: str) -> str:
        """What a caller hears who signs wrongly with the key."""
        authorization = f"SDK-HMAC-SHA256 Access={access_key}, SignedHeaders=host;x-sdk-date, Signature={'0' * 64}"
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        answer = httpx.get(url + GROUP_RULES, headers={"Authorization": authorization, "X-Sdk-Date": date})
        return str(answer.json()["error_msg"])

    @pytest.mark.parametrize("word", ["canary", "canary:", ":canary"])
    def test_a_key_that_cannot_be_is_refused_without_repeating_it(self, word: str) -> None:
        with pytest.raises(CommandError, match="A key is written AK:SK") as caught:
            read_key(word)
        assert "canary" not in str(caught.value)


def test_the_sandbox_knows_neither_the_editor_nor_the_proxy() -> None:
    for file in (ROOT / "api_proxy" / "sandbox").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level < 2, file
                names = [] if node.level else [str(node.module)]
            assert not {"api_proxy", "editor", "config", "django", "httpx"} & {n.split(".")[0] for n in names}, file
