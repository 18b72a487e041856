"""T2 and T20: the log is one JSON object a line, and nothing secret is in it."""

import io
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import logs
from config.redaction import MASK, clean, is_secret_name, masked
from tests.conftest import Api


class Caught:
    """A logger that writes as the product does, into a text."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self.handler = logging.StreamHandler(self.text)
        self.handler.setFormatter(logs.Lines())
        # What other threads of the process have to say, of other tests too, is none of a test's.
        mine = threading.get_ident()
        self.handler.addFilter(lambda record: record.thread == mine)
        self.log = logging.getLogger("tests.caught")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]


@pytest.fixture
def caught() -> Iterator[Caught]:
    made = Caught()
    root = logging.getLogger()
    root.addHandler(made.handler)
    made.log.setLevel(logging.DEBUG)
    yield made
    root.removeHandler(made.handler)


def test_t20_a_name_can_neither_break_a_line_nor_move_a_terminal(caught: Caught) -> None:
    caught.log.info("saved %s", 'a\r\n{"level": "fake"}\x1b[2J\u2028\u202eb', extra={"rule\n": "x\x1b[0m\x00"})
    (line,) = caught.lines
    assert line["event"] == 'saved a\\r\\n{"level": "fake"}\\x1b[2J\\u2028\\u202eb'
    assert line["rule\\n"] == "x\\x1b[0m\\x00"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=())), st.dictionaries(st.sampled_from("abc"), st.text(), max_size=2))
def test_t20_any_text_is_one_parseable_line(caught: Caught, text: str, extra: dict[str, str]) -> None:
    before = len(caught.text.getvalue())
    caught.log.info("named %s", text, extra=extra)
    written = caught.text.getvalue()[before:]
    assert written.count("\n") == 1 and written.endswith("\n") and written[:-1].isascii()
    assert written[:-1].isprintable()
    assert not any(character < " " or "\x7f" <= character < "\xa0" for character in json.loads(written)["event"])


def test_an_error_is_told_with_its_traceback_on_one_line(caught: Caught) -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        caught.log.exception("failed")
    (line,) = caught.lines
    assert line["exception"][0] == "Traceback (most recent call last):"
    assert line["exception"][-2:] == ["ValueError: first", "second"]
    assert line["level"] == "error" and line["logger"] == "tests.caught" and line["time"].endswith("+00:00")


def test_a_record_that_cannot_be_written_says_where_it_came_from_and_nothing_else(caught: Caught) -> None:
    record = caught.log.makeRecord("tests.caught", logging.INFO, __file__, 7, "%d", ("canary-argument",), None)
    written = logs.Lines().format(record)
    assert json.loads(written)["event"] == "unwritable record"
    assert json.loads(written)["where"].endswith("test_logs.py:7")
    assert "canary" not in written


def test_structlog_goes_the_same_way(caught: Caught) -> None:
    structlog.get_logger("tests.caught").info("hello", password="open-sesame", count=3)
    (line,) = caught.lines
    assert (line["event"], line["password"], line["count"]) == ("hello", MASK, 3)


NAMED = [
    "password",
    "passwd",
    "passphrase",
    "DEMO_PASSWORD",
    "iam_password",
    "token",
    "X-Auth-Token",
    "x-subject-token",
    "apiToken",
    "secret",
    "SECRET_KEY",
    "clientSecret",
    "Authorization",
    "cookie",
    "Set-Cookie",
    "csrftoken",
    "ak",
    "sk",
    "HUAWEI_AK",
    "HUAWEI_SK",
    "userSk",
    "x-sdk-date",
    "X_SDK_SIGN",
    "session",
    "sessionid",
    "session_key",
    "cred",
    "CREDENTIAL_KEYS",
    "X_CREDENTIAL",
    "accessKey",
    "access_key",
    "api_key",
    "private-key",
]


@pytest.mark.parametrize("name", NAMED)
def test_t2_a_value_with_the_name_of_a_secret_is_masked(name: str) -> None:
    assert clean({"outer": [{name: "canary value"}]}) == {"outer": [{name: MASK}]}
    for text in (f"{name}=canary", f"{name}: canary", f"{{'{name}': 'canary value'}}", f"(b'{name}', b'canary value')"):
        assert "canary" not in masked(text), text
    assert "canary" not in masked(json.dumps(json.dumps({name: "canary"})))


@pytest.mark.parametrize("name", ["task", "mask", "key", "user_id", "route", "risk", "passed", "group_key", "asked"])
def test_innocent_names_keep_their_values(name: str) -> None:
    assert not is_secret_name(name)
    assert masked(f"{name}=canary") == f"{name}=canary"


def test_t2_a_whole_authorization_is_masked() -> None:
    text = masked("Authorization: SDK-HMAC-SHA256 Access=AKIA, Signature=canary\nnext")
    assert text == f"Authorization: {MASK}\nnext"


def test_t2_what_looks_like_a_secret_is_masked_without_a_name() -> None:
    token, sealed = f"gf_{'a' * 43}", f"gAAAAA{'b' * 80}=="
    assert masked(f"{token} and {sealed}") == f"{MASK} and {MASK}"


@pytest.mark.parametrize("name", ["httpx", "httpcore"])
def test_t2_the_libraries_of_the_way_out_are_silent_below_warning(name: str) -> None:
    for logger in (logging.getLogger(name), logging.getLogger(f"{name}.http11")):
        assert not logger.isEnabledFor(logging.INFO)
        assert logger.isEnabledFor(logging.WARNING)


def test_an_odd_level_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="LOUD"):
        logs.configuration("LOUD")


@pytest.mark.django_db
def test_a_request_is_one_line_under_its_id(caught: Caught, api: Callable[[str], Api]) -> None:
    client = api("designer")
    answer = client.get(f"/api/rules/{uuid.UUID(int=1)}/?q=secret-question", **{"X-Request-Id": "abcd-1234"})
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"] == "abcd-1234"
    (line,) = [line for line in caught.lines if line["logger"] == "config.access"]
    assert (line["method"], line["route"], line["status"], line["request_id"]) == ("GET", "api-rule", 404, "abcd-1234")
    assert isinstance(line["user_id"], int) and isinstance(line["ms"], int)
    assert {line["request_id"] for line in caught.lines} == {"abcd-1234"}
    assert "secret-question" not in caught.text.getvalue()


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space", "abcd_1234", "abcdefgh\x1b[0m", ""])
def test_an_odd_request_id_is_replaced(given: str) -> None:
    first, second = (Client().get("/healthz", headers={"X-Request-Id": given}) for _ in range(2))
    assert first.headers["X-Request-Id"] != given
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
