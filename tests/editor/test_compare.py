"""Comparing versions on the server's side: the page that does it, and the question whether there is a newer one."""

import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(api: Callable[[str], Api], sample: Any) -> str:
    """A rule with two versions; the second has a description."""
    designer = api("designer")
    rule_id = str(designer.post("/api/rules/", {"document": sample}).json()["id"])
    body = {"document": {**sample, "desc": "second"}, "message": "say why"}
    assert designer.put(f"/api/rules/{rule_id}/", body, **{"If-Match": '"v1"'}).status_code == 200
    return rule_id


def versions_on(page: Any) -> tuple[int, int]:
    """Which versions the page compares, earlier and later."""
    text = page.content.decode().split('id="bootstrap" type="application/json">')[1].split("</script>")[0]
    bootstrap = json.loads(unescape(text))
    assert [version["version"] for version in bootstrap["versions"]] == [2, 1]
    return bootstrap["before"]["version"], bootstrap["after"]["version"]


@pytest.mark.parametrize(
    ("query", "compared"),
    [("", (1, 2)), ("?from=1&to=2", (1, 2)), ("?from=2&to=1", (2, 1)), ("?to=1", (1, 1)), ("?from=2", (2, 2))],
)
def test_a_page_compares_the_versions_that_are_asked_for(
    api: Callable[[str], Api], rule: str, query: str, compared: tuple[int, int]
) -> None:
    for role in ("designer", "reviewer", "admin"):
        assert versions_on(api(role).get(f"/rules/{rule}/diff/{query}")) == compared


def test_a_stranger_compares_nothing(api: Callable[[str], Api], rule: str) -> None:
    assert api("stranger").get(f"/rules/{rule}/diff/").status_code == 302


@pytest.mark.parametrize("query", ["?from=1&to=3", "?from=0", "?to=x", "?from=-1", "?to=99999999999"])
def test_a_version_that_is_not_there_is_not_compared(api: Callable[[str], Api], rule: str, query: str) -> None:
    assert api("reviewer").get(f"/rules/{rule}/diff/{query}").status_code == 404


def test_who_has_the_newest_version_is_not_sent_it_again(api: Callable[[str], Api], rule: str) -> None:
    reviewer = api("reviewer")
    same = reviewer.get(f"/api/rules/{rule}/", **{"If-None-Match": '"v2"'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", '"v2"')
    for known in ('"v1"', '"v3"', "v2", "", '"v1", W/"x"'):
        other = reviewer.get(f"/api/rules/{rule}/", **{"If-None-Match": known})
        assert (other.status_code, other.json()["document"]["desc"]) == (200, "second")
    assert reviewer.get(f"/api/rules/{rule}/", **{"If-None-Match": '"v1", "v2"'}).status_code == 304


def test_an_archived_rule_is_gone_whatever_the_caller_has(api: Callable[[str], Api], rule: str) -> None:
    designer = api("designer")
    assert designer.delete(f"/api/rules/{rule}/", **{"If-Match": '"v2"'}).status_code == 204
    assert designer.get(f"/api/rules/{rule}/", **{"If-None-Match": '"v2"'}).status_code == 404
    assert designer.get(f"/rules/{rule}/diff/").status_code == 404


def test_the_history_leads_to_what_changed(api: Callable[[str], Api], rule: str) -> None:
    page = api("reviewer").get(f"/rules/{rule}/history/").content.decode()
    assert f'href="/rules/{rule}/diff/?to=2"' in page
    assert f'href="/rules/{rule}/diff/?to=1"' not in page
    assert f'action="/rules/{rule}/diff/"' in page
