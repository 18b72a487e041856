"""Signed requests: what the sandbox's gateway lets in, and what it says to the others."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from api_proxy.sandbox import ACCESS_KEY, PROJECT_ID, SECRET_KEY, Key, Sandbox
from api_proxy.sandbox.reading import Request
from api_proxy.sandbox.signatures import canonical_request, signature_of

from .steps import GROUP_RULES, JSON_TYPE, sample

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "signing_vectors.json").read_text(encoding="utf-8"))
EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        yield sandbox


class Credentials:
    """What the vendor's signer reads."""

    def __init__(self, ak: str = ACCESS_KEY, sk: str = SECRET_KEY) -> None:
        self.ak, self.sk = ak, sk


def signed(
    cloud: Sandbox,
    clock: Clock,
    method: str = "GET",
    path: str = GROUP_RULES,
    body: bytes = b"",
    keys: Credentials | None = None,
    more: dict[str, str] | None = None,
) -> dict[str, str]:
    """The header fields of a request, signed by the vendor's own signer."""
    host = cloud.url.partition("://")[2]
    date = datetime.fromtimestamp(clock.now, UTC).strftime("%Y%m%dT%H%M%SZ")
    fields = {"X-Sdk-Date": date, "Host": host, **JSON_TYPE, **(more or {})}
    request = SdkRequest(method, "http", host, path, path, [], fields, body)
    Signer(keys or Credentials()).sign(request)
    return dict(request.header_params)


def query_of(vector: dict[str, Any]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in vector["query"]:
        values = value if isinstance(value, list) else [value]
        pairs += [(name, str(each).lower() if isinstance(each, bool) else str(each)) for each in values]
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


class TestTheAlgorithm:
    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['method']} {vector['path'][:8]}")
    def test_it_agrees_with_the_vectors(self, vector: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in vector["final_headers"].items()}
        path = quote(unquote(vector["path"]), safe="/~")
        request = Request(vector["method"], path, query_of(vector), headers, vector["body"].encode())
        names = vector["authorization"].split("SignedHeaders=")[1].split(",")[0]
        canonical = canonical_request(request, names)
        assert canonical == vector["canonical_request"]
        assert vector["authorization"].endswith(signature_of(canonical, headers["x-sdk-date"], vector["sk"]))

    def test_it_agrees_with_the_vendors_signer_on_any_request(self) -> None:
        chance = random.Random(7)
        letters = "abz09-_.~ +&=%:/?@!$'()*,;中文é\"<>"
        for _ in range(300):
            text = ["".join(chance.choices(letters, k=chance.randint(0, 6))) for _ in range(8)]
            segments = [quote(part.replace("/", ""), safe="") for part in text[:3]]
            query = {"n" + text[3]: text[4], "m" + text[5]: text[6]}
            path, body = "/".join(["/v2", *segments]), text[7].encode()
            fields = {"X-Sdk-Date": "20250102T030405Z", "Host": "a.b", **JSON_TYPE}
            request = SdkRequest("PUT", "https", "a.b", path, path, list(query.items()), fields, body)
            Signer(Credentials()).sign(request)
            names, _, signature = request.header_params["Authorization"].split("SignedHeaders=")[1].partition(", ")
            lower = {name.lower(): value for name, value in request.header_params.items()}
            sent = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())
            canonical = canonical_request(Request("PUT", path, sent, lower, body), names)
            assert signature == f"Signature={signature_of(canonical, '20250102T030405Z', SECRET_KEY)}"


class TestTheDoor:
    def test_a_right_signature_opens_the_project_without_a_token(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        body = json.dumps(sample()).encode()
        made = stranger.post(GROUP_RULES, content=body, headers=signed(cloud, clock, "POST", body=body))
        shown = stranger.get(GROUP_RULES, headers=signed(cloud, clock, more={"X-Project-Id": PROJECT_ID}))
        assert (made.status_code, shown.status_code) == (204, 200)
        assert shown.json()[0]["name"] == sample()["name"]
        assert cloud.requests()[0]["headers"]["Authorization"] == "***"

    @pytest.mark.parametrize("number", [0, 1, 2])
    def test_the_vectors_are_let_in_over_the_wire(self, number: int, clock: Clock) -> None:
        vector = VECTORS[number]
        token = vector["headers"].get("X-Security-Token")
        with Sandbox(clock=clock, keys=[Key(vector["ak"], vector["sk"], token)]) as cloud:
            headers = {**vector["final_headers"], "Authorization": vector["authorization"]}
            answer = httpx.request(
                vector["method"], cloud.url + vector["path"], content=vector["body"].encode(), headers=headers
            )
        assert answer.status_code != 401
        assert not answer.json() or answer.json()["error_code"].startswith("AOM.")

    def test_f03_a_wrong_signature_gets_the_canonical_request(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        headers = signed(cloud, clock, keys=Credentials(sk="guess"))
        answer = stranger.get(GROUP_RULES, headers=headers)
        fields = f"content-type:application/json|host:{headers['Host']}|x-sdk-date:20250102T030405Z|"
        assert answer.status_code == 401
        assert answer.json()["error_code"] == "APIGW.0301"
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
        assert answer.json()["error_msg"] == (
            "Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:"
            f"GET|{GROUP_RULES}/||{fields}|content-type;host;x-sdk-date|{EMPTY_HASH}"
        )

    @pytest.mark.parametrize(
        "change",
        [
            {"X-Sdk-Date": "20250102T030406Z"},
            {"Content-Type": "text/plain"},
            {"Authorization": "SDK-HMAC-SHA256 canary"},
            {"X-Project-Id": PROJECT_ID},
            {"X-Sdk-Date": "yesterday"},
        ],
        ids=["date", "signed field", "nonsense", "unsigned project", "date unreadable"],
    )
    def test_it_refuses_what_was_changed_after_signing(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client, change: dict[str, str]
    ) -> None:
        answer = stranger.get(GROUP_RULES, headers={**signed(cloud, clock), **change})
        assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")

    def test_it_refuses_another_body_path_or_query(self, cloud: Sandbox, clock: Clock, stranger: httpx.Client) -> None:
        headers = signed(cloud, clock, "PUT", body=b"{}")
        statuses = [
            stranger.put(GROUP_RULES, content=b"{} ", headers=headers).status_code,
            stranger.put(GROUP_RULES.replace("group", "action"), content=b"{}", headers=headers).status_code,
            stranger.put(f"{GROUP_RULES}?a=b", content=b"{}", headers=headers).status_code,
            stranger.put(GROUP_RULES, content=b"{}", headers=headers).status_code,
        ]
        assert statuses == [401, 401, 401, 400]

    def test_an_unknown_key_is_named(self, cloud: Sandbox, clock: Clock, stranger: httpx.Client) -> None:
        answer = stranger.get(GROUP_RULES, headers=signed(cloud, clock, keys=Credentials(ak="NOBODY")))
        assert answer.status_code == 401
        assert answer.json()["error_msg"] == "Incorrect IAM authentication information: ak NOBODY not exist"

    def test_a_signature_opens_its_own_project_alone(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        path = GROUP_RULES.replace(PROJECT_ID, "f" * 32)
        answer = stranger.get(path, headers=signed(cloud, clock, path=path))
        assert (answer.status_code, answer.json()["error_code"]) == (403, "AOM.0403")


class TestTheLock:
    def refused(self, cloud: Sandbox, clock: Clock, client: httpx.Client, times: int) -> list[str]:
        wrong = signed(cloud, clock, keys=Credentials(sk="guess"))
        answers = [client.get(GROUP_RULES, headers=wrong).json()["error_msg"] for _ in range(times)]
        return ["locked" if "reach the limit" in text else "wrong" for text in answers]

    def test_f03_more_than_five_failures_in_a_row_lock_the_key_for_five_minutes(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        assert self.refused(cloud, clock, stranger, 8) == ["wrong"] * 6 + ["locked"] * 2
        clock.now += 299
        assert stranger.get(GROUP_RULES, headers=signed(cloud, clock)).status_code == 401
        clock.now += 1
        assert stranger.get(GROUP_RULES, headers=signed(cloud, clock)).status_code == 200

    def test_f03_one_right_signature_between_starts_the_count_anew(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        assert self.refused(cloud, clock, stranger, 5) == ["wrong"] * 5
        assert stranger.get(GROUP_RULES, headers=signed(cloud, clock)).status_code == 200
        assert self.refused(cloud, clock, stranger, 5) == ["wrong"] * 5

    def test_a_reset_opens_the_lock(self, cloud: Sandbox, clock: Clock, stranger: httpx.Client) -> None:
        self.refused(cloud, clock, stranger, 6)
        cloud.reset()
        assert stranger.get(GROUP_RULES, headers=signed(cloud, clock)).status_code == 200


class TestTheClock:
    @pytest.mark.parametrize(("skew", "status"), [(-901, 401), (-900, 200), (840, 200), (901, 401)])
    def test_f04_a_signature_over_fifteen_minutes_off_is_refused(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client, skew: int, status: int
    ) -> None:
        headers = signed(cloud, clock)
        clock.now += skew
        answer = stranger.get(GROUP_RULES, headers=headers)
        assert answer.status_code == status
        server = datetime.fromtimestamp(clock.now, UTC)
        assert answer.headers["Date"] == server.strftime("%a, %d %b %Y %H:%M:%S GMT")
        if status == 401:
            assert answer.json()["error_code"] == "APIGW.0303"
            times = f"signature time:20250102T030405Z,server time:{server:%Y%m%dT%H%M%SZ}"
            assert answer.json()["error_msg"].endswith(times)


class TestTemporaryKeys:
    SEED = {"access_key": "TEMPORARY01", "secret_key": "s3", "security_token": "tok/en+==", "expires_in_s": 60}
    KEYS = Credentials("TEMPORARY01", "s3")

    def test_they_open_with_their_token_until_they_end(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client
    ) -> None:
        assert stranger.post("/_sandbox/reset", json={"keys": [self.SEED]}).status_code == 204
        token = {"X-Security-Token": "tok/en+=="}
        good = stranger.get(GROUP_RULES, headers=signed(cloud, clock, keys=self.KEYS, more=token))
        assert good.status_code == 200
        assert cloud.requests()[0]["headers"]["X-Security-Token"] == "***"
        clock.now += 60
        late = stranger.get(GROUP_RULES, headers=signed(cloud, clock, keys=self.KEYS, more=token))
        assert (late.status_code, "has expired" in late.json()["error_msg"]) == (401, True)

    @pytest.mark.parametrize("token", [{}, {"X-Security-Token": "another"}])
    def test_they_are_refused_without_the_right_token(
        self, cloud: Sandbox, clock: Clock, stranger: httpx.Client, token: dict[str, str]
    ) -> None:
        cloud.reset(keys=[self.SEED])
        answer = stranger.get(GROUP_RULES, headers=signed(cloud, clock, keys=self.KEYS, more=token))
        assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")

    def test_a_token_that_is_not_signed_is_refused(self, cloud: Sandbox, clock: Clock, stranger: httpx.Client) -> None:
        cloud.reset(keys=[self.SEED])
        headers = {**signed(cloud, clock, keys=self.KEYS), "X-Security-Token": "tok/en+=="}
        assert stranger.get(GROUP_RULES, headers=headers).status_code == 401

    @pytest.mark.parametrize(
        ("seed", "words"),
        [
            ({"access_key": "A"}, "keys[0].secret_key"),
            ({"access_key": "A", "secret_key": "b c"}, "keys[0].secret_key"),
            ({"access_key": "A", "secret_key": "b", "sk": "c"}, "unknown member(s) sk"),
            ({"access_key": "A", "secret_key": "b", "expires_in_s": "soon"}, "keys[0].expires_in_s"),
            ({"secret_key": "b"}, "keys[0]"),
        ],
    )
    def test_it_refuses_keys_that_cannot_be(self, stranger: httpx.Client, seed: dict[str, Any], words: str) -> None:
        answer = stranger.post("/_sandbox/reset", json={"keys": [seed]})
        assert answer.status_code == 400
        assert words in answer.json()["error"]
