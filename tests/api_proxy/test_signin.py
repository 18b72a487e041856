"""Signing in: a token is fetched once for all, wrong credentials are not tried until the cloud locks them, and a clock
that is off is told."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.db.models import F
from django.utils import timezone

from api_proxy import cloud as cloud_module
from api_proxy.aom import Aom
from api_proxy.cloud import opened
from api_proxy.iam import DEFAULT_LIFE, Login, read_token
from api_proxy.models import Connection, SignIn
from api_proxy.patience import http_date
from api_proxy.reconciling import SETTLING
from api_proxy.refusal import Declined, read_refusal
from api_proxy.sandbox import ACCESS_KEY, PASSWORD, PROJECT_ID, SECRET_KEY, Key, Sandbox
from api_proxy.secret import Secret
from api_proxy.sending import UNDER_LEASE
from api_proxy.signin import MARGIN, TURN_LEASE, TURN_WAIT, SignInRefused, Standing
from api_proxy.submit import submit
from api_proxy.transport import DEFAULT_LIMITS, BadAnswer, NoAnswer, Unreached, client
from api_proxy.trial import try_out
from editor.api.problems import Problem
from editor.models import Rule
from tests.api_proxy.conftest import Call, Upstream

IAM = "https://iam.cn-north-4.myhuaweicloud.com"
AOM = "https://aom.cn-north-4.myhuaweicloud.com"
LOGIN = Login(IAM, "domain", "user", Secret("word"), PROJECT_ID)
RULES = f"/v2/{PROJECT_ID}/alert/group-rules"
TOKENS = "/v3/auth/tokens"
KEYS = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


def with_secrets(connection: Connection, kind: str, ends: Any = None, **texts: str) -> Connection:
    connection.kind = kind
    connection.set_credentials({name: Secret(text) for name, text in texts.items()}, ends)
    connection.save()
    return connection


def read(connection: Connection) -> list[dict[str, Any]]:
    with opened(Connection.objects.get(pk=connection.pk)) as aom:
        return aom.group_rules()


def refusal(connection: Connection) -> SignInRefused:
    with pytest.raises(SignInRefused) as caught:
        read(connection)
    return caught.value


def asked(cloud: Sandbox, path: str = "") -> int:
    """How many requests came whose path begins so."""
    return sum(entry["path"].startswith(path) for entry in cloud.requests())


def at_once(count: int, act: Callable[[], Any]) -> list[Any]:
    """What ``count`` threads get that do the same at the same moment."""
    line = threading.Barrier(count)

    def run(_: int) -> Any:
        try:
            line.wait(10)
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were many processes: each caller has a place of its own."""
    monkeypatch.setattr(cloud_module, "_slots", threading.BoundedSemaphore(32))


def row(connection: Connection) -> SignIn:
    return SignIn.objects.get(pk=connection.pk)


def test_it_signs_in_once_and_uses_the_token_again(connection: Connection, cloud: Sandbox) -> None:
    assert read(connection) == read(connection) == []
    assert (asked(cloud, TOKENS), asked(cloud, RULES)) == (1, 2)


def test_the_token_is_sealed_in_the_database(connection: Connection, cloud: Sandbox) -> None:
    read(connection)
    token = Standing(connection).token()
    assert token is not None and token.reveal() not in row(connection).sealed_token
    assert len(token.reveal()) > 100


def test_a_token_is_left_before_it_ends(connection: Connection, cloud: Sandbox) -> None:
    read(connection)
    left = row(connection).token_until - timezone.now()  # type: ignore[operator]
    assert abs(left - timedelta(days=1, seconds=-MARGIN)) < timedelta(seconds=30)
    SignIn.objects.update(token_until=F("token_until") - timedelta(days=1))
    read(connection)
    assert asked(cloud, TOKENS) == 2


@pytest.mark.parametrize(
    "fault", [{"status": 401, "body": {"error_code": code}} for code in ("APIGW.0301", "APIGW.0307")]
)
def test_f02_a_refused_token_is_renewed_once_and_the_request_repeated_once(
    connection: Connection, cloud: Sandbox, fault: dict[str, Any]
) -> None:
    read(connection)
    cloud.add_faults({"match": {"path": "/v2/"}, **fault})
    assert read(connection) == []
    assert (asked(cloud, TOKENS), asked(cloud, RULES)) == (2, 3)


def test_f02_a_second_refusal_ends_after_two_calls(connection: Connection, cloud: Sandbox) -> None:
    cloud.add_faults({"match": {"path": "/v2/"}, "times": 5, "status": 401, "body": {"error_code": "APIGW.0301"}})
    with pytest.raises(Declined, match="APIGW.0301"):
        read(connection)
    assert asked(cloud, RULES) == 2


@pytest.mark.django_db(transaction=True)
def test_f02_twenty_calls_on_an_expired_token_make_one_sign_in(
    transactional_db: None, connection: Connection, cloud: Sandbox, roomy: None
) -> None:
    read(connection)
    cloud.reset()
    assert at_once(20, lambda: read(connection)) == [[]] * 20
    assert asked(cloud, TOKENS) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_calls_with_a_wrong_password_do_not_lock_the_user(
    transactional_db: None, connection: Connection, cloud: Sandbox, roomy: None
) -> None:
    with_secrets(connection, "password", password="wrong")
    told = [str(error) for error in at_once(20, lambda: read(connection))]
    assert asked(cloud) == asked(cloud, TOKENS) == 3
    assert sum("left in peace" in sentence for sentence in told) == 17


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side_by_side", [True, False])
def test_f03_ten_submissions_with_a_bad_secret_key_make_three_calls(
    transactional_db: None,
    connection: Connection,
    cloud: Sandbox,
    roomy: None,
    account: Callable[..., User],
    sample: Any,
    side_by_side: bool,
) -> None:
    user = account("designer")
    rules = [Rule.objects.start(user, {**sample, "name": f"rule_{number}"}, {}) for number in range(10)]
    with_secrets(connection, "keys", access_key=ACCESS_KEY, secret_key="wrong")

    def send() -> str:
        rule = rules.pop()
        done = submit(user, rule, rule.current, Connection.objects.get(pk=connection.pk))
        return f"{done.state} {done.sentence}"

    told = at_once(10, send) if side_by_side else [send() for _ in range(10)]
    assert asked(cloud) == 3
    assert all(text.startswith("rejected") and "Nothing was sent." in text for text in told)
    assert sum("another 5 minutes" in text for text in told) == 7
    assert sum("Check the access key" in text for text in told) == 3


def test_f03_after_the_pause_one_call_tries_and_a_good_answer_ends_it(connection: Connection, cloud: Sandbox) -> None:
    with_secrets(connection, "keys", access_key=ACCESS_KEY, secret_key="wrong")
    for _ in range(4):
        refusal(connection)
    SignIn.objects.update(peace_until=timezone.now() - timedelta(seconds=1))
    refusal(connection)
    assert "left in peace" in str(refusal(connection))
    assert asked(cloud) == 4


def test_f03_a_changed_credential_is_tried_at_once(connection: Connection, cloud: Sandbox) -> None:
    with_secrets(connection, "keys", access_key=ACCESS_KEY, secret_key="wrong")
    for _ in range(4):
        refusal(connection)
    with_secrets(connection, "keys", **KEYS)
    assert read(connection) == []
    assert (row(connection).refusals, row(connection).is_proven) == (0, True)


def test_a_changed_password_forgets_the_token(connection: Connection, cloud: Sandbox) -> None:
    read(connection)
    with_secrets(connection, "password", password="wrong")
    refusal(connection)
    assert asked(cloud, RULES) == 1


def test_what_was_read_before_a_change_sends_nothing(connection: Connection, cloud: Sandbox) -> None:
    old = Connection.objects.get(pk=connection.pk)
    with_secrets(connection, "keys", **KEYS)
    with pytest.raises(Problem, match="changed or removed in the meantime"), opened(old):
        pass
    read(connection)
    standing = Standing(Connection.objects.get(pk=connection.pk))
    connection.delete()
    with pytest.raises(Unreached, match="changed or removed"):
        standing.known()
    assert asked(cloud) == 1


def test_a_caller_that_died_holds_nobody_up_for_good(connection: Connection, cloud: Sandbox) -> None:
    lost = Standing(connection)
    assert lost._take() and not Standing(connection)._take()
    SignIn.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert read(connection) == []


def test_keys_of_a_proven_connection_are_used_side_by_side(connection: Connection, cloud: Sandbox) -> None:
    with_secrets(connection, "keys", **KEYS)
    read(connection)
    with Standing(connection).turn():
        assert read(connection) == []


@pytest.mark.parametrize("minutes", [-20, -14, 14, 20])
def test_f04_a_clock_that_is_off_is_measured_and_told(connection: Connection, settings: Any, minutes: int) -> None:
    with_secrets(connection, "keys", **KEYS)
    with Sandbox(clock=lambda: time.time() + minutes * 60) as cloud:
        settings.SANDBOX_URL = cloud.url
        trial = try_out(connection)
        made = asked(cloud)
    assert trial.ok is (abs(minutes) < 15)
    assert made == (2 if trial.ok else 1)
    measured = row(connection).skew
    assert measured is not None and abs(measured - minutes * 60) <= 1
    direction = "behind" if minutes > 0 else "ahead"
    told = str(trial.detail)
    assert any(f"differs by {abs(minutes * 60) + off} seconds" in told for off in (-1, 0, 1))
    assert f"it is {direction}" in told
    if not trial.ok:
        assert "APIGW.0303" in told


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +9999",
        "Mon, 01 Jan 2026 00:00:00 +999999999999999999999999",
        "Mon, 01 Jan 2026 99999999999999999999:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0100",
        "",
    ],
)
def test_f04_a_date_that_there_is_not_measures_nothing(connection: Connection, settings: Any, date: str) -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", b"[]", f"Date: {date}")

    with_secrets(connection, "keys", **KEYS)
    with Upstream(act) as upstream:
        settings.SANDBOX_URL = upstream.url
        assert read(connection) == []
    assert row(connection).skew is None


def test_f04_a_date_without_a_zone_is_in_utc() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert http_date("Thu, 01 Jan 2026 12:00:00 -0000") == http_date("Thu, 01 Jan 2026 13:00:00 +0100") == moment


def test_f04_a_steady_clock_is_not_written_again(connection: Connection, cloud: Sandbox) -> None:
    read(connection)
    SignIn.objects.update(skew=0.9)
    read(connection)
    assert row(connection).skew == 0.9


def test_temporary_keys_sign_with_their_token(connection: Connection, settings: Any) -> None:
    ends = timezone.now() + timedelta(hours=1)
    with_secrets(connection, "temporary_keys", ends, access_key="TEMP", secret_key="sk", security_token="st")
    with Sandbox(keys=[Key("TEMP", "sk", "st")]) as cloud:
        settings.SANDBOX_URL = cloud.url
        assert read(connection) == []


def test_a_given_token_is_used_as_it_is(connection: Connection, cloud: Sandbox) -> None:
    read(connection)
    token = Standing(connection).token()
    assert token is not None
    with_secrets(connection, "token", timezone.now() + timedelta(hours=1), token=token.reveal())
    assert read(connection) == []
    assert asked(cloud, TOKENS) == 1
    cloud.reset()
    assert "Fetch a new one" in str(refusal(connection))
    assert asked(cloud) == 1


@pytest.mark.parametrize("kind", ["temporary_keys", "token"])
def test_what_has_ended_is_told_before_any_call(connection: Connection, cloud: Sandbox, kind: str) -> None:
    texts = {"token": "t"} if kind == "token" else {**KEYS, "security_token": "st"}
    with_secrets(connection, kind, timezone.now() - timedelta(seconds=1), **texts)
    with pytest.raises(Problem, match="ended at"):
        read(connection)
    assert cloud.requests() == []


def test_a_refusal_shows_no_part_of_the_signature(connection: Connection, cloud: Sandbox) -> None:
    ends = timezone.now() + timedelta(hours=1)
    texts = {"access_key": "CANARYKEY01", "secret_key": "canary-sk", "security_token": "canary-st"}
    with_secrets(connection, "temporary_keys", ends, **texts)
    cloud.reset(keys=[{"access_key": "CANARYKEY01", "secret_key": "other"}])
    told = str(refusal(connection))
    assert "canonicalRequest" in told
    assert not [text for text in texts.values() if text in told]


def test_a_dry_run_masks_the_signature(
    connection: Connection, cloud: Sandbox, account: Callable[..., User], rule: Rule
) -> None:
    with_secrets(connection, "keys", **KEYS)
    done = submit(account("designer"), rule, rule.current, connection, dry_run=True)
    assert done.request is not None
    assert done.request["headers"] == {"Content-Type": "application/json", "Authorization": "••••"}


def steps(connection: Connection) -> dict[str, bool | None]:
    return {step.name: step.ok for step in try_out(connection).steps}


def test_a_trial_says_what_it_could_and_could_not_do(connection: Connection, cloud: Sandbox, settings: Any) -> None:
    names = ["reach", "sign_in", "read_group_rules", "read_notification_rules", "change_group_rules", "clock"]
    assert steps(connection) == dict(zip(names, [True, True, True, True, None, True], strict=True))
    cloud.add_faults({"match": {"path": RULES}, "preset": "F5"})
    assert steps(connection) == dict(zip(names, [True, True, False, True, None, True], strict=True))
    with_secrets(connection, "password", password="wrong")
    assert steps(connection) == dict(zip(names, [True, False, None, None, None, True], strict=True))
    with_secrets(connection, "password", password=PASSWORD)
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert steps(connection) == dict(zip(names, [False, None, None, None, None, True], strict=True))


def request() -> httpx.Request:
    return httpx.Request("PUT", f"{AOM}/v2/{PROJECT_ID}/alert/group-rules", content=b"{}")


def issued(name: str, **body: str) -> httpx.Response:
    body = body or {"issued_at": "2026-01-01T00:00:00.000000Z", "expires_at": "2026-01-02T00:00:00.000000Z"}
    return httpx.Response(201, json={"token": body}, headers={"X-Subject-Token": name}, request=request())


@pytest.mark.parametrize(
    "body", [{"expires_at": "soon", "issued_at": ""}, {"expires_at": "2026-01-02T00:00:00Z"}, {"else": "x"}]
)
def test_a_token_of_unknown_life_is_used_for_a_short_time(body: dict[str, str]) -> None:
    assert read_token(issued("one", **body), LOGIN) == (Secret("one"), DEFAULT_LIFE)


def test_a_sign_in_without_a_token_is_no_sign_in() -> None:
    with pytest.raises(BadAnswer) as caught:
        read_token(httpx.Response(201, json={}, request=request()), LOGIN)
    assert caught.value.applied is False


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


@pytest.mark.parametrize("raw", ["nope", "{}", "[1]", "[NaN]", '["\\ud800"]', "[1e999]", "[" * 100_000])
def test_a_list_that_is_none_is_refused(connection: Connection, cloud: Sandbox, raw: str) -> None:
    cloud.add_faults({"match": {"path": "/v2/"}, "status": 200, "body": raw})
    with pytest.raises(BadAnswer) as caught:
        read(connection)
    assert caught.value.applied is False


def test_a_project_id_that_could_bend_the_path_is_refused() -> None:
    with client([AOM]) as http, pytest.raises(ValueError, match="32 hex"):
        Aom(http, AOM, "../../v3/auth/tokens")


def test_a_turn_outlives_whatever_is_asked_in_it() -> None:
    for limits in (DEFAULT_LIMITS, UNDER_LEASE, SETTLING):
        assert max(limits.asking, limits.total) < TURN_LEASE < TURN_WAIT


def test_a_sign_in_that_breaks_off_frees_the_way_for_the_next_one(connection: Connection, cloud: Sandbox) -> None:
    cloud.add_faults({"match": {"path": TOKENS}, "close": "after", "times": 3})
    with pytest.raises(NoAnswer):
        read(connection)
    assert row(connection).lease is None
    assert read(connection) == []
