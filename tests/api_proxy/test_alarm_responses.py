"""What is prepared for an alarm of COC's: by rules that live over the connection, on the cards that would group it."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from api_proxy.alarm_responses import attributes_of
from api_proxy.models import Connection, Submission
from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.coc_seeds import alarm as coc_alarm
from api_proxy.submit import submit
from editor.flow import read_document, walk
from editor.flow.alarm import Alarm
from editor.models import Rule
from tests.api_proxy.alarm_steps import ALARM
from tests.api_proxy.alarm_steps import handler as handler
from tests.conftest import Api
from tests.editor.test_responses import MERGES, SAMPLE, response

pytestmark = pytest.mark.django_db
PATH = f"/api/alarms/{ALARM}/responses/?connection=sandbox"
ATTRIBUTES = attributes_of(coc_alarm({"id": ALARM}))
LEAF = walk(read_document(SAMPLE), Alarm({"metadata": ATTRIBUTES})).leaf or ""
OTHER = next(card for card in MERGES if card != LEAF)
RESTART = response(parameters={"service": "${app}", "alarm": "${alarm_id}"}, targets={"by": "none"})


@pytest.fixture
def prepared(account: Callable[..., User], rule: Rule) -> Rule:
    """The rule with a response that COC's alarm fills, and on another card one that it cannot."""
    responses = {LEAF: [RESTART], OTHER: [response(id="elsewher")]}
    rule.save_version(account("designer"), 1, SAMPLE, {"nodes": {}}, "", responses)
    return rule


@pytest.fixture
def submitted(prepared: Rule, handler: Connection) -> Submission:
    return submit(prepared.current.author, prepared, prepared.current, handler)


def test_an_alarm_of_coc_s_is_read_in_the_words_of_a_rule() -> None:
    assert (ATTRIBUTES["event_severity"], ATTRIBUTES["alarm_id"]) == ("Critical", ALARM)
    assert ATTRIBUTES["event_name"] == ATTRIBUTES["name"]
    assert "remarks" not in ATTRIBUTES


def test_the_responses_of_the_card_that_would_group_the_alarm_are_filled(
    api: Callable[[str], Api], submitted: Submission
) -> None:
    told = api("reviewer").get(PATH).json()
    assert told["rules"] == 1
    [found] = told["results"]
    assert (found["rule_name"], found["version"], found["card"], found["fits"]) == ("aomtest", 2, LEAF, True)
    assert found["card_title"].startswith("Merge ")
    assert found["response"]["form"]["parameters"] == {"service": "platform", "alarm": ALARM}
    # The sample asks where the alarm comes from, which COC does not tell.
    assert "resource_provider" in found["unknown"]


def test_a_rule_that_lives_elsewhere_has_nothing_to_say(
    api: Callable[[str], Api], prepared: Rule, handler: Connection
) -> None:
    told = api("reviewer").get(PATH).json()
    assert (told["rules"], told["results"]) == (0, [])


def test_a_response_that_is_named_is_told_wherever_the_alarm_goes(
    api: Callable[[str], Api], prepared: Rule, handler: Connection
) -> None:
    told = api("reviewer").get(f"{PATH}&rule={prepared.id}&card={OTHER}&response=elsewher").json()
    [found] = told["results"]
    assert (found["fits"], found["response"]["form"]) == (False, None)
    assert [one["attribute"] for one in found["response"]["missing"]] == ["resource_id"]
    assert api("reviewer").get(f"{PATH}&rule={prepared.id}&card={OTHER}&response=nothere0").json()["results"] == []


def test_what_is_sent_to_the_cloud_holds_no_response(cloud: Sandbox, submitted: Submission) -> None:
    assert submitted.state == Submission.State.SUCCEEDED
    [sent] = [call for call in cloud.requests() if call["method"] != "GET" and call["path"].endswith("group-rules")]
    assert json.loads(sent["body"]) == SAMPLE


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/alarms/{ALARM}/responses/", 400),
        ("/api/alarms/nonsense/responses/?connection=sandbox", 400),
        (f"{PATH}&rule=nonsense", 400),
        ("/api/alarms/ALMnothere/responses/?connection=sandbox", 502),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    api: Callable[[str], Api], handler: Connection, path: str, status: int
) -> None:
    assert api("reviewer").get(path).status_code == status


def test_who_is_nobody_is_told_nothing(api: Callable[[str], Api], submitted: Submission) -> None:
    assert api("stranger").get(PATH).status_code == 401
