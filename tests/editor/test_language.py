"""Which language a reader gets: the one that was chosen, else the one the browser asks for, else English."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from api_proxy.models import Submission
from editor.flow.say import say

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A request leaves its language behind in the thread that answered it."""
    yield
    translation.deactivate()


def login_page(client: Client, **headers: str) -> Any:
    return client.get("/accounts/login/", headers=headers)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("zh-CN", "zh-hans"), ("zh-Hans-CN", "zh-hans"), ("zh", "zh-hans"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_browser_chooses_the_language(client: Client, asked: str, given: str) -> None:
    page = login_page(client, **{"Accept-Language": asked})
    assert page.headers["Content-Language"] == given
    assert f'<html lang="{given}"' in page.content.decode()


def test_what_was_chosen_beats_what_the_browser_asks_for(client: Client) -> None:
    client.post("/language/", {"language": "en"}, headers=CHINESE)
    assert "User name" in login_page(client, **CHINESE).content.decode()
    client.post("/language/", {"language": "zh-hans"})
    assert "用户名" in login_page(client).content.decode()


def test_a_language_that_there_is_not_changes_nothing(client: Client) -> None:
    client.post("/language/", {"language": "fr"})
    assert login_page(client).headers["Content-Language"] == "en"
    assert login_page(client, **CHINESE).headers["Content-Language"] == "zh-hans"


def test_switching_leads_back_and_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    answer = client.post("/language/", {"language": "zh-hans", "next": "/accounts/login/"})
    assert answer.headers["Location"] == "/accounts/login/"


def test_another_site_cannot_switch_the_language() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "zh-hans"}).status_code == 403
    assert "language" not in client.cookies


def test_the_api_says_findings_and_problems_in_the_language_asked_for(api: Callable[[str], Any]) -> None:
    checked = api("designer").post("/api/check/", {"name": "a b"}, **CHINESE).json()
    assert checked["findings"][0]["message"] == "规则有误：流程与旧格式条目都没有。"
    problem = api("reviewer").post("/api/rules/", {"document": {}}, **CHINESE).json()
    assert problem["title"] == "不允许"
    assert problem["detail"] == "您的角色不允许此操作（rule.edit）；需要的角色：设计者 或 管理员。"
    assert api("reviewer").post("/api/rules/", {"document": {}}).json()["title"] == "Not allowed"


def test_the_canvas_is_handed_its_messages(api: Callable[[str], Any]) -> None:
    page = api("designer").client.get("/rules/new/", headers=CHINESE).content.decode()
    assert '"language": "zh-hans"' in page
    assert r'"Undo": "\u64a4\u9500"' in page
    assert '"catalog": {}' in api("designer").client.get("/rules/new/").content.decode()


def test_what_came_of_a_submission_is_told_each_reader_in_their_language() -> None:
    with translation.override("zh-hans"):
        told = say("{answer} Nothing was sent.", answer=say("Try again shortly."))
        submission = Submission(detail=str(told), said=told.as_json())
        assert submission.sentence == "请稍后重试。尚未发送任何内容。"
    assert submission.sentence == "Try again shortly. Nothing was sent."


def test_a_submission_of_before_keeps_the_words_it_was_stored_with() -> None:
    assert Submission(detail="The rule over there was replaced.").sentence == "The rule over there was replaced."
