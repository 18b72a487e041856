"""Signatures: the very bytes of the vendor's SDK, and nothing sent that could not be signed for sure."""

import json
import random
import string
import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from api_proxy.sandbox import ACCESS_KEY, PROJECT_ID, SECRET_KEY, Key, Sandbox
from api_proxy.sandbox.reading import Request as Received
from api_proxy.sandbox.signatures import canonical_request as gateway_reading
from api_proxy.secret import Secret
from api_proxy.signing import SIGNED_HEADERS, Keys, canonical_request, sign
from api_proxy.transport import AddressRefused, Request, client
from tests.conftest import DOCUMENTS

VECTORS = json.loads((DOCUMENTS.parent / "api_proxy" / "data" / "signing_vectors.json").read_text())
AT = 1735787045.0  # 2025-01-02T03:04:05Z
HOST = "aom.cn-north-4.myhuaweicloud.com"
KEYS = Keys("AK0", Secret("SK0"))
PIECES = [
    "a",
    "Z",
    "9",
    "~",
    "-",
    "_",
    ".",
    " ",
    "*",
    "'",
    "(",
    "!",
    "$",
    "&",
    "=",
    "+",
    "%",
    "?",
    "#",
    ":",
    "@",
    "规则",
    "é",
    "🎯",
]


def vector_request(vector: Any) -> Request:
    query = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in flat(vector["query"]))
    url = f"https://{vector['host']}{quote(vector['path'], safe='/%~')}{'?' + query if query else ''}"
    headers = {name: text for name, text in vector["headers"].items() if name != "X-Sdk-Date"}
    return Request(vector["method"], url, headers=headers, content=vector["body"].encode())


def flat(query: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """The pairs as they go out; the SDK also takes lists and booleans."""
    values = [(name, value if isinstance(value, list) else [value]) for name, value in query]
    return [(name, str(v).lower() if isinstance(v, bool) else str(v)) for name, several in values for v in several]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['method']} {vector['path'][-20:]}")
def test_it_signs_like_the_recorded_vectors(vector: Any) -> None:
    request = vector_request(vector)
    token = vector["headers"].get("X-Security-Token")
    keys = Keys(vector["ak"], Secret(vector["sk"]), Secret(token) if token else None)
    sign(request, keys, vector["headers"].get("X-Project-Id", ""), AT)
    signed = vector["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert canonical_request(request, signed) == vector["canonical_request"]
    assert request.headers["Authorization"] == vector["authorization"]


def signed_by_the_sdk(request: Request, query: list[tuple[str, str]]) -> str:
    """The Authorization that the vendor's signer writes for the headers that we sign, and the path that goes out."""
    names = {"host": "Host", "content-type": "Content-Type", "x-sdk-date": "X-Sdk-Date"}
    sent = request.headers.items()
    headers = {names.get(name, name): text for name, text in sent if name in SIGNED_HEADERS - {"x-sdk-content-sha256"}}
    body = request.content
    theirs = SdkRequest(
        method=request.method,
        schema="https",
        host=HOST,
        resource_path=request.url.raw_path.decode().partition("?")[0],
        query_params=list(query),
        header_params=headers,
        body=body,
    )
    Signer(SimpleNamespace(ak=KEYS.access_key, sk=KEYS.secret_key.reveal())).sign(theirs)
    written: str = theirs.header_params["Authorization"]
    return written


def random_text(dice: random.Random, most: int = 6) -> str:
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(0, most)))


def test_a_thousand_random_requests_are_signed_as_by_the_vendors_sdk() -> None:
    dice = random.Random(20250102)
    seen = set()
    for _ in range(1000):
        path = "/" + "/".join(random_text(dice) for _ in range(dice.randint(0, 4)))
        query = [
            (random_text(dice) + dice.choice(string.ascii_letters), random_text(dice))
            for _ in range(dice.randint(0, 4))
        ]
        url = f"https://{HOST}{quote(path, safe='/')}"
        if query:
            url += "?" + "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
        types = ["application/json", "application/json;charset=utf8", "text/plain", "application/bson", None]
        kind = dice.choice(types)
        headers = {"Content-Type": kind} if kind else {}
        if dice.random() < 0.5:
            headers["Enterprise-Project-Id"] = dice.choice(["0", "all_granted_eps"])
        body = dice.choice([b"", b"{}", json.dumps({"name": random_text(dice)}).encode(), dice.randbytes(20)])
        request = Request(dice.choice(["GET", "PUT", "POST", "DELETE"]), url, headers=headers, content=body)
        sign(request, KEYS, PROJECT_ID, AT)
        assert request.headers["Authorization"] == signed_by_the_sdk(request, query), url
        seen.add(request.headers["Authorization"])
    assert len(seen) > 990


@pytest.mark.parametrize(
    "address", ["/a%2Fb", "/a%2fb/c", "/a%252F%2F", "/a?b=c+d", "/%ff", "/a?b=%ff"], ids=lambda address: address
)
def test_an_address_that_reads_in_two_ways_is_refused_before_signing(address: str) -> None:
    request = Request("GET", f"https://{HOST}{address}")
    with pytest.raises(AddressRefused, match="cannot be signed") as caught:
        sign(request, KEYS, PROJECT_ID, AT)
    assert caught.value.applied is False
    assert "Authorization" not in request.headers


def test_what_proxies_rewrite_is_not_signed() -> None:
    with client([f"https://{HOST}"]) as http:
        request = http.build_request("PUT", f"https://{HOST}/v2", json={}, headers={"X-Trace_Id": "1"})
    sign(request, Keys("AK0", Secret("SK0"), Secret("ST0")), PROJECT_ID, AT)
    signed = request.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]
    assert signed == "content-type;host;x-project-id;x-sdk-date;x-security-token"
    assert "User-Agent" in request.headers


def test_the_secret_key_is_not_in_the_request() -> None:
    request = Request("PUT", f"https://{HOST}/v2", json={})
    sign(request, Keys("AK0", Secret("canary-secret-key")), PROJECT_ID, AT)
    assert "canary-secret-key" not in str(request.headers.raw)


@pytest.mark.parametrize(
    ("given", "keys", "status"),
    [
        (Keys(ACCESS_KEY, Secret(SECRET_KEY)), (), 200),
        (Keys(ACCESS_KEY, Secret("wrong")), (), 401),
        (Keys("NOBODY", Secret(SECRET_KEY)), (), 401),
        (Keys("TEMP", Secret("sk"), Secret("st")), (Key("TEMP", "sk", "st"),), 200),
        (Keys("TEMP", Secret("sk")), (Key("TEMP", "sk", "st"),), 401),
    ],
)
def test_the_gateway_takes_what_is_signed_rightly(given: Keys, keys: tuple[Key, ...], status: int) -> None:
    with Sandbox(keys=keys) as cloud, client([cloud.url]) as http:
        url = f"{cloud.url}/v2/{PROJECT_ID}/alert/group-rules"
        request = http.build_request("GET", url, headers={"Content-Type": "application/json"})
        sign(request, given, PROJECT_ID, time.time())
        assert http.send(request).status_code == status


def test_another_reader_of_the_guide_comes_to_the_same_canonical_request() -> None:
    request = Request("POST", f"https://{HOST}/v2/%E8%A7%84?b=%20&a=%26&a=", json={"name": "规则"})
    sign(request, KEYS, PROJECT_ID, AT)
    signed = request.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0]
    path, _, query = request.url.raw_path.decode().partition("?")
    received = Received("POST", path, query, dict(request.headers), request.content)
    assert gateway_reading(received, signed) == canonical_request(request, signed.split(";"))
