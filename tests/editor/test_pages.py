"""The pages: they show every document that can be stored, and no odd request makes them fail."""

import io
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from api_proxy import keeper
from config import hosts
from editor.models import Rule
from editor.policy import give_role
from tests.conftest import DOCUMENTS, Api

pytestmark = pytest.mark.django_db
READABLE = [file for folder in ("bad", "doubtful", "good", "upstream") for file in (DOCUMENTS / folder).glob("*.json")]


def stored(designer: Api, document: object) -> str:
    answer = designer.post("/api/rules/", {"document": document})
    return str(answer.json()["id"]) if answer.status_code == 201 else ""


def test_every_document_that_is_stored_is_shown(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    for number, file in enumerate(READABLE):
        if file.stem.startswith(("json-", "document-")):
            continue
        document = {**json.loads(file.read_bytes()), "name": f"rule_{number}"}
        rule_id = stored(designer, document)
        for page in ("", "preview/", "history/"):
            assert designer.get(f"/rules/{rule_id}/{page}").status_code == 200, file
    assert designer.get("/").status_code == 200


@pytest.mark.parametrize("match", [{}, {"key": "", "operate": "", "value": []}])
def test_a_condition_that_says_nothing_is_shown(api: Callable[[str], Api], sample: Any, match: object) -> None:
    sample["match_v3"]["nodes"][3]["value"]["nodes"] = [
        {"id": "GroupCondition-00000000", "type": "text", "match": match}
    ]
    designer = api("designer")
    page = designer.get(f"/rules/{stored(designer, sample)}/preview/")
    assert page.status_code == 200
    assert "An empty condition." in page.content.decode()


@pytest.mark.parametrize("version", ["9" * 5000, "abc", "-1", "%00", "0", "2", "²", "1e3"])
def test_a_version_that_is_not_there_is_never_another_one(api: Callable[[str], Api], sample: Any, version: str) -> None:
    designer = api("designer")
    rule_id = stored(designer, sample)
    assert designer.get(f"/rules/{rule_id}/preview/?version={version}").status_code == 404
    answer = designer.get(f"/api/rules/{rule_id}/export/?version={version}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_version_that_is_there_is_shown(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    rule_id = stored(designer, sample)
    designer.put(f"/api/rules/{rule_id}/", {"document": {**sample, "desc": "new"}}, **{"If-Match": '"v1"'})
    assert "desc" not in designer.get(f"/api/rules/{rule_id}/export/?version=1").json()
    assert designer.get(f"/api/rules/{rule_id}/export/").json()["desc"] == "new"


def test_who_is_logged_in_is_not_led_in_a_circle(api: Callable[[str], Api]) -> None:
    answer = api("designer").get("/accounts/login/?next=/accounts/login/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/api/rules", "/api/nothing/", "/api/check"])
def test_a_write_to_no_address_is_a_problem(db: None, method: str, path: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path, "{}", content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Iterable[bytes]]:
    """What a server calls, without the keeper, which would look after the submissions of all tests that follow, and
    without a claim to the database."""
    monkeypatch.setattr(keeper, "start", lambda: None)
    monkeypatch.setattr(hosts, "serve", lambda: None)
    from config import wsgi

    return wsgi.application


@pytest.mark.parametrize("charset", ["bz2_codec", "punycode", "rot13", "no-such", "utf-16", "*=utf-8''a%00b"])
def test_a_claimed_charset_reaches_nobody(application: Callable[..., Iterable[bytes]], charset: str) -> None:
    seen: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "a=1",
        "CONTENT_TYPE": f"text/plain; charset{charset if charset[0] == '*' else '=' + charset}",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    body = application(environ, lambda status, headers: seen.append(status))
    assert b"".join(body) == b"ok\n"
    assert seen == ["200 OK"]


@pytest.mark.django_db(transaction=True)
def test_the_sample_is_stored_once_however_often_it_is_asked_for() -> None:
    user = User.objects.create_user("designer")
    give_role(user, "designer")

    def ask(_: int) -> int:
        client = Client()
        try:
            client.force_login(user)
            return client.post("/samples/published/").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {302}
    assert Rule.objects.count() == 1


def test_more_than_an_answer_can_hold_is_refused(api: Callable[[str], Api], sample: Any) -> None:
    answer = api("designer").post("/api/simulate/", {"rule": sample, "alarms": [{}] * 5001})
    assert answer.status_code == 413
    assert "at most 5000 alarms" in answer.json()["detail"]


def test_a_legacy_rule_is_previewed_as_the_chain_that_it_amounts_to(api: Callable[[str], Api]) -> None:
    document = json.loads((DOCUMENTS / "upstream" / "terraform_group_rule.json").read_text())
    page = api("reviewer").get(f"/rules/{stored(api('designer'), document)}/preview/").content.decode()
    assert "<svg" in page
    assert "Entry 2" in page
    assert "There is nothing to draw" not in page


def test_every_card_of_the_preview_has_one_anchor(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    page = designer.get(f"/rules/{stored(designer, sample)}/preview/").content.decode()
    for node in sample["match_v3"]["nodes"]:
        assert page.count(f'id="card={node["id"]}"') == 1


def test_the_preview_counts_no_note_as_a_warning() -> None:
    from editor.flow.finding import finding
    from editor.views import badges

    note = finding("repeat-zero", nodes=["flow-merg0001"], title="Merge 1")
    assert badges([note]) == {"flow-merg0001": (0, 0)}
