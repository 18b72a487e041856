"""The token: fetched once, shared, renewed when refused, and never asked for until IAM locks the user."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from api_proxy.aom import Aom
from api_proxy.iam import DEFAULT_LIFE, Login, read_token
from api_proxy.refusal import Declined, read_refusal
from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME, Sandbox
from api_proxy.secret import Secret
from api_proxy.token import MARGIN, IamToken, TokenCache
from api_proxy.transport import BadAnswer, Client, client

IAM = "https://iam.cn-north-4.myhuaweicloud.com"
AOM = "https://aom.cn-north-4.myhuaweicloud.com"
LOGIN = Login(IAM, "domain", "user", Secret("word"), PROJECT_ID)
CONNECTION = uuid.UUID(int=1)


@pytest.fixture
def auth() -> IamToken:
    return IamToken(CONNECTION, LOGIN, TokenCache())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The monotonic clock of the token, in a list of one, to be set."""
    now = [1000.0]
    monkeypatch.setattr("api_proxy.token.time.monotonic", lambda: now[0])
    yield now


def request() -> httpx.Request:
    return httpx.Request("PUT", f"{AOM}/v2/{PROJECT_ID}/alert/group-rules", content=b"{}")


def issued(name: str, **body: str) -> httpx.Response:
    body = body or {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-02T00:00:00.000000Z"}
    return httpx.Response(201, json={"token": body}, headers={"X-Subject-Token": name}, request=request())


def answer(status: int) -> httpx.Response:
    return httpx.Response(status, request=request())


def token_used(auth: IamToken) -> str | None:
    """The token that the next request carries without asking IAM; None where IAM is asked."""
    flow = auth.auth_flow(request())
    first = next(flow)
    flow.close()
    used: str | None = first.headers.get("X-Auth-Token")
    return used


def test_it_signs_in_before_the_first_request(auth: IamToken) -> None:
    flow = auth.auth_flow(request())
    login = next(flow)
    assert (login.method, str(login.url)) == ("POST", f"{IAM}/v3/auth/tokens?nocatalog=true")
    user = {"name": "user", "password": "word", "domain": {"name": "domain"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    assert json.loads(login.content) == {
        "auth": {"identity": identity, "scope": {"project": {"id": PROJECT_ID}}},
    }
    sent = flow.send(issued("one"))
    assert (sent.method, sent.headers["X-Auth-Token"]) == ("PUT", "one")
    with pytest.raises(StopIteration):
        flow.send(answer(204))


def test_it_uses_the_token_again(auth: IamToken) -> None:
    flow = auth.auth_flow(request())
    next(flow)
    flow.send(issued("one"))
    assert token_used(auth) == "one"


def test_a_refused_token_is_renewed_once_and_the_request_repeated_once(auth: IamToken) -> None:
    flow = auth.auth_flow(request())
    next(flow)
    flow.send(issued("one"))
    assert flow.send(answer(401)).url.path == "/v3/auth/tokens"
    again = flow.send(issued("two"))
    assert (again.method, again.headers["X-Auth-Token"]) == ("PUT", "two")
    with pytest.raises(StopIteration):
        flow.send(answer(401))


def test_a_token_that_another_request_renewed_is_taken_over(auth: IamToken) -> None:
    first, second = auth.auth_flow(request()), auth.auth_flow(request())
    next(first)
    first.send(issued("one"))
    assert next(second).headers["X-Auth-Token"] == "one"
    first.send(answer(401))
    first.send(issued("two"))
    assert second.send(answer(401)).headers["X-Auth-Token"] == "two"


def test_a_token_is_left_before_it_ends(auth: IamToken, clock: list[float]) -> None:
    flow = auth.auth_flow(request())
    next(flow)
    flow.send(issued("one"))
    clock[0] += 24 * 3600 - MARGIN - 1
    assert token_used(auth) == "one"
    clock[0] += 2
    assert token_used(auth) is None


@pytest.mark.parametrize(
    "body", [{"expires_at": "soon", "issued_at": ""}, {"expires_at": "2026-01-02T00:00:00Z"}, {"else": "x"}]
)
def test_a_token_of_unknown_life_is_used_for_a_short_time(body: dict[str, str]) -> None:
    assert read_token(issued("one", **body), LOGIN) == (Secret("one"), DEFAULT_LIFE)


def test_a_sign_in_without_a_token_is_no_sign_in() -> None:
    with pytest.raises(BadAnswer) as caught:
        read_token(httpx.Response(201, json={}, request=request()), LOGIN)
    assert caught.value.applied is False


def test_a_broken_sign_in_frees_the_way_for_the_next_one(auth: IamToken) -> None:
    flow = auth.auth_flow(request())
    next(flow)
    flow.close()
    assert token_used(auth) is None


def test_a_wrong_password_is_tried_three_times_and_then_left_in_peace(auth: IamToken, clock: list[float]) -> None:
    for _ in range(3):
        flow = auth.auth_flow(request())
        next(flow)
        with pytest.raises(Declined, match="password"):
            flow.send(answer(401))
    with pytest.raises(Declined, match="left in peace"):
        next(auth.auth_flow(request()))
    clock[0] += 301
    assert token_used(auth) is None


def test_a_changed_password_is_tried_at_once(clock: list[float]) -> None:
    tokens = TokenCache()
    flow = IamToken(CONNECTION, LOGIN, tokens).auth_flow(request())
    next(flow)
    flow.send(issued("one"))
    changed = Login(IAM, "domain", "user", Secret("other"), PROJECT_ID)
    assert token_used(IamToken(CONNECTION, changed, tokens)) is None
    assert token_used(IamToken(CONNECTION, LOGIN, tokens)) is None


def test_a_forgotten_token_is_fetched_anew() -> None:
    tokens = TokenCache()
    auth = IamToken(CONNECTION, LOGIN, tokens)
    flow = auth.auth_flow(request())
    next(flow)
    flow.send(issued("one"))
    tokens.forget(CONNECTION)
    assert token_used(auth) is None


def test_the_refusal_of_a_password_repeats_neither_it_nor_a_token() -> None:
    body = {"error": {"code": 401, "message": "no such password: word", "title": "Unauthorized"}}
    with pytest.raises(Declined) as caught:
        read_token(httpx.Response(401, json=body, request=request()), LOGIN)
    assert "word" not in str(caught.value).replace("password", "")
    asked = httpx.Request("PUT", AOM, headers={"X-Auth-Token": "canary"})
    refusal = read_refusal(httpx.Response(401, json={"error_msg": "bad token canary"}, request=asked))
    assert refusal.message == "bad token ••••"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"error_code":"AOM.08","error_msg":"m","error_type":"T","trace_id":""}', ("AOM.08", "m", "T", "")),
        ('{"error_code":"AOM.0403","error_msg":"m","error_type":"T","trace_id":null}', ("AOM.0403", "m", "T", "")),
        ('{"error_code":"AOM.0403"}', ("AOM.0403", "", "", "")),
        ('{"error_code":"A","error_message":"m","trace_id":"' + "f" * 32 + '"}', ("A", "m", "", "f" * 32)),
        ('{"error_msg":"m","error_code":"APIGW.0301","request_id":"r"}', ("APIGW.0301", "m", "", "r")),
        ('{"errorCode":"500","errorMsg":"m"}', ("500", "m", "", "")),
        ('{"error":{"code":401,"message":"m","title":"Unauthorized"}}', ("401", "m", "Unauthorized", "")),
        ('{"error_code":null,"error_msg":["x"],"error_type":{},"trace_id":7}', ("", '{"error_code":null', "", "7")),
        ("", ("", "", "", "")),
        ("<html>Bad Gateway</html>", ("", "<html>Bad Gateway</html>", "", "")),
        ("[1, 2]", ("", "[1, 2]", "", "")),
        ("null", ("", "null", "", "")),
        ("[" * 100_000, ("", "[[[[", "", "")),
        ('{"error_code":"a\\u0000b","error_msg":"\\ud800"}', ("a b", "", "", "")),
    ],
)
def test_it_reads_every_form_of_an_error(body: str, expected: tuple[str, ...]) -> None:
    refusal = read_refusal(httpx.Response(400, content=body.encode(), request=request()))
    found = (refusal.code, refusal.message, refusal.type, refusal.trace_id)
    for text, start in zip(found, expected, strict=True):
        assert text.startswith(start) and bool(text) == bool(start)
        assert len(text) <= 1024


def signed_in(cloud: Sandbox, connection_id: uuid.UUID, tokens: TokenCache, password: str = PASSWORD) -> Client:
    login = Login(cloud.url, DOMAIN_NAME, USER_NAME, Secret(password), PROJECT_ID)
    return client([cloud.url], IamToken(connection_id, login, tokens))


def paths(cloud: Sandbox) -> list[str]:
    return [f"{entry['method']} {entry['path']}" for entry in cloud.requests()]


def test_twenty_calls_on_an_expired_token_make_one_sign_in(cloud: Sandbox) -> None:
    tokens = TokenCache()

    def read(_: int) -> Any:
        with signed_in(cloud, CONNECTION, tokens) as http:
            return Aom(http, cloud.url, PROJECT_ID).group_rules()

    assert read(0) == []
    cloud.reset()
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(read, range(20))) == [[]] * 20
    assert paths(cloud).count("POST /v3/auth/tokens") == 1


def test_a_second_refusal_ends_after_two_calls(cloud: Sandbox) -> None:
    cloud.add_faults({"match": {"path": "/v2/"}, "times": 5, "status": 401, "body": {"error_code": "APIGW.0301"}})
    with signed_in(cloud, CONNECTION, TokenCache()) as http, pytest.raises(Declined, match="APIGW.0301"):
        Aom(http, cloud.url, PROJECT_ID).group_rules()
    assert [path for path in paths(cloud) if "/v2/" in path] == [f"GET /v2/{PROJECT_ID}/alert/group-rules"] * 2


def test_twenty_calls_with_a_wrong_password_do_not_lock_the_user(cloud: Sandbox) -> None:
    tokens = TokenCache()

    def read(_: int) -> str:
        with signed_in(cloud, CONNECTION, tokens, "wrong") as http, pytest.raises(Declined) as caught:
            Aom(http, cloud.url, PROJECT_ID).group_rules()
        return str(caught.value)

    with ThreadPoolExecutor(20) as pool:
        sentences = list(pool.map(read, range(20)))
    assert paths(cloud) == ["POST /v3/auth/tokens"] * 3
    assert sum("left in peace" in sentence for sentence in sentences) == 17


@pytest.mark.parametrize("raw", ["nope", "{}", "[1]", "[NaN]", '["\\ud800"]', "[1e999]", "[" * 100_000])
def test_a_list_that_is_none_is_refused(cloud: Sandbox, raw: str) -> None:
    cloud.add_faults({"match": {"path": "/v2/"}, "status": 200, "body": raw})
    with signed_in(cloud, CONNECTION, TokenCache()) as http, pytest.raises(BadAnswer) as caught:
        Aom(http, cloud.url, PROJECT_ID).group_rules()
    assert caught.value.applied is False


def test_a_project_id_that_could_bend_the_path_is_refused() -> None:
    with client([AOM]) as http, pytest.raises(ValueError, match="32 hex"):
        Aom(http, AOM, "../../v3/auth/tokens")
