"""F10 to F12 and F15: the network hangs, drips, breaks, lies about who it is, or never ends."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.certificates import Authority
from api_proxy.transport import Client, Limits, NoAnswer, Unreached, UpstreamError, client
from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.faulting import PATH, Sending, calls, shorten
from tests.api_proxy.faulting import send as send

ROOT = Path(__file__).parent.parent.parent
HASTY = Limits(connect=0.5, read=0.5, total=1.2)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def trusted(authority: Authority, tmp_path: Path, settings: Any) -> None:
    """The authority is the one that CLOUD_CA_FILE names."""
    file = tmp_path / "authorities.pem"
    file.write_bytes(authority.pem)
    settings.CLOUD_CA_FILE = str(file)


def sign_in(http: Client, cloud: Sandbox) -> None:
    """Put the sandbox's token on every request of ``http``."""
    user = {"name": "demo", "password": "demo-password", "domain": {"name": "demo"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"id": "0123456789abcdef0123456789abcdef"}}
    answer = http.post(f"{cloud.url}/v3/auth/tokens", json={"auth": {"identity": identity, "scope": scope}})
    http.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]


def put(http: Client, cloud: Sandbox, sample: Any) -> httpx.Response:
    return http.put(cloud.url + PATH, content=json.dumps(sample).encode(), headers={"Content-Type": "application/json"})


def test_f10_an_answer_that_comes_late_but_in_time_counts(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F10-slow", "match": {"method": "PUT"}})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "PUT", "GET"]


@pytest.mark.parametrize(("preset", "puts"), [("F10-hang", 2), ("F10-hang-applied", 1)])
def test_f10_a_write_that_hangs_is_read_back(
    cloud: Sandbox, send: Sending, monkeypatch: pytest.MonkeyPatch, preset: str, puts: int
) -> None:
    shorten(monkeypatch, HASTY)
    cloud.add_faults({"preset": preset, "match": {"method": "PUT"}})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "PUT"] * puts + ["GET"]


@pytest.mark.parametrize("is_kept", [False, True], ids=["on a new connection", "on a kept connection"])
def test_f10_a_drip_ends_at_the_total_deadline(cloud: Sandbox, sample: Any, is_kept: bool) -> None:
    with client([cloud.url], limits=HASTY) as http:
        if is_kept:
            sign_in(http, cloud)
        cloud.add_faults({"preset": "F10-drip", "match": {"method": "PUT"}})
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=r"in full within 1\.2 seconds") as caught:
            put(http, cloud, sample)
        took = time.monotonic() - started
    assert 1.1 < took < 2.2
    assert caught.value.applied is None
    numbers = {entry["connection"] for entry in cloud.requests()}
    assert len(numbers) == 1
    assert calls(cloud, PATH) == ["PUT"]


# Python leaves a socket to the collector that is reset before the handshake begins.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize("way", ["", "-closed"])
@pytest.mark.parametrize(
    ("point", "applied", "is_carried_out"),
    [
        ("connect", False, False),
        ("mid-request", None, False),
        ("before", None, False),
        ("after", None, True),
        ("mid-headers", None, True),
        ("mid-body", None, True),
    ],
)
def test_f11_a_break_is_told_by_the_point_where_it_came(
    authority: Authority, trusted: None, sample: Any, point: str, way: str, applied: bool | None, is_carried_out: bool
) -> None:
    with Sandbox(tls=authority.good()) as cloud:
        cloud.reset(group_rules=[{**sample, "desc": "before"}])
        other_name = cloud.url.replace("127.0.0.1", "localhost")
        with client([cloud.url, other_name], limits=HASTY) as http:
            sign_in(http, cloud)
            cloud.add_faults({"preset": f"F11-{point}{way}"})
            with pytest.raises(UpstreamError) as caught:
                http.put(other_name + PATH, json=sample)
        cloud.settle()
        written = [entry["carried_out"] for entry in cloud.requests() if entry["method"] == "PUT"]
    assert caught.value.applied is applied
    assert written == ([] if point == "connect" else [is_carried_out])


@pytest.mark.parametrize("point", ["mid-request", "before", "after", "mid-headers", "mid-body"])
def test_f11_whatever_breaks_the_rule_is_there_in_the_end(cloud: Sandbox, send: Sending, point: str) -> None:
    cloud.add_faults({"preset": f"F11-{point}", "match": {"method": "PUT"}})
    assert send().state == "succeeded"
    arrived = point in ("after", "mid-headers", "mid-body")
    assert calls(cloud) == (["GET", "PUT", "GET"] if arrived else ["GET", "PUT", "GET", "PUT", "GET"])


def test_f11_a_kept_connection_that_was_closed_without_a_word_is_not_used_again(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F11-idle", "times": 9, "match": {}})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "PUT", "GET"]


def test_f11_a_question_on_a_kept_connection_that_is_closed_under_it_is_asked_on_a_new_one() -> None:
    connections: list[Call] = []

    def act(call: Call) -> None:
        connections.append(call)
        call.read()
        call.answer("200 OK", b"first")
        if len(connections) == 1:
            call.read()
            return
        call.read()
        call.answer("200 OK", b"second")

    with Upstream(act) as upstream, client([upstream.url], limits=HASTY) as http:
        assert http.get(upstream.url).content == b"first"
        assert http.get(upstream.url).content == b"first"
    assert len(connections) == 2


def test_f11_a_write_on_a_kept_connection_that_is_closed_under_it_is_unknown() -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("204 No Content")
        call.read()

    with Upstream(act) as upstream, client([upstream.url], limits=HASTY) as http:
        assert http.put(upstream.url, content=b"1").status_code == 204
        with pytest.raises(NoAnswer) as caught:
            http.put(upstream.url, content=b"2")
    assert caught.value.applied is None
    assert len(upstream.calls) == 2


FAULTS = ["expired", "wrong_host", "self_signed", "unknown", "old_protocol"]


@pytest.mark.parametrize("fault", FAULTS)
def test_f12_whoever_cannot_prove_who_they_are_gets_no_byte(authority: Authority, trusted: None, fault: str) -> None:
    assert set(FAULTS) == set(authority.refused)
    with Sandbox(tls=authority.refused[fault]()) as cloud, client([cloud.url]) as http:
        for method in ("GET", "PUT"):
            with pytest.raises(Unreached) as caught:
                http.request(method, cloud.url + PATH, content=b"{}", headers={"X-Auth-Token": "secret"})
            assert caught.value.applied is False
        connections, request_bytes = cloud.traffic
    assert (connections, request_bytes) == (2, 0)


def test_f12_the_authorities_of_the_settings_are_believed_and_no_others(
    authority: Authority, trusted: None, settings: Any
) -> None:
    with Sandbox(tls=authority.good()) as cloud, client([cloud.url]) as http:
        assert http.get(cloud.url + PATH).status_code == 401
        settings.CLOUD_CA_FILE = ""
        with pytest.raises(Unreached, match="certificate verify failed"):
            http.get(cloud.url + PATH)


def test_f12_a_file_of_authorities_that_cannot_be_read_is_told(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for name in ("no.pem", "absent.pem"):
        settings.CLOUD_CA_FILE = str(tmp_path / name)
        with client(["https://aom.example"]) as http, pytest.raises(Unreached, match="CLOUD_CA_FILE") as caught:
            http.put("https://aom.example/")
        assert caught.value.applied is False


GROWTH = """
import django, sys, re, pathlib
django.setup()
from api_proxy.transport import BadAnswer, client
def status(name): return int(re.search(name + r":\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
url, times = sys.argv[1], int(sys.argv[2])
with client([url]) as http:
    http.get(url + "/v2/x")
    before = status("VmRSS")
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    for _ in range(times):
        try:
            http.put(url + "/v2/x", content=b"{}")
        except BadAnswer as error:
            print(error.status, error.applied)
print(status("VmHWM") - before)
"""


def test_f15_neither_a_huge_answer_nor_a_bomb_is_taken_into_memory(cloud: Sandbox) -> None:
    cloud.add_faults(*({"preset": name, "match": {"method": "PUT"}} for name in ("F15", "F15-gzip", "F15-refusal")))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", GROWTH, cloud.url, "3"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    *answers, growth = told.stdout.splitlines()
    assert answers == ["200 None", "200 None", "400 None"]
    assert int(growth) <= 20 * 1024


@pytest.mark.parametrize(
    ("preset", "state", "made"),
    [("F15", "succeeded", ["GET", "PUT", "GET"]), ("F15-refusal", "rejected", ["GET", "PUT"])],
)
def test_f15_the_status_line_decides(cloud: Sandbox, send: Sending, preset: str, state: str, made: list[str]) -> None:
    cloud.add_faults({"preset": preset, "match": {"method": "PUT"}})
    assert send().state == state
    assert calls(cloud) == made
