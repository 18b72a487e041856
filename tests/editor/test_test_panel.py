"""What the test panel of the canvas builds on: alarms told as they were read, and the table of assumptions."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from editor.flow import ASSUMPTIONS
from editor.flow.alarm import Alarm
from tests.conftest import DOCUMENTS, Api

pytestmark = pytest.mark.django_db
SHAPES = {path.stem: json.loads(path.read_text()) for path in sorted((DOCUMENTS.parent / "alarms").glob("*.json"))}


@pytest.mark.parametrize("shape", SHAPES)
def test_simulate_tells_each_alarm_in_a_form_that_is_read_as_the_same_alarm(
    api: Callable[[str], Api], sample: Any, shape: str
) -> None:
    reviewer = api("reviewer")
    first = reviewer.post("/api/simulate/", {"rule": sample, "alarms": SHAPES[shape]}).json()
    again = reviewer.post("/api/simulate/", {"rule": sample, "alarms": first["alarms"]}).json()
    assert len(first["alarms"]) == len(first["results"]) > 0
    assert all("metadata" in alarm for alarm in first["alarms"])
    assert again == first


def test_simulate_tells_when_an_alert_has_ended(api: Callable[[str], Api], sample: Any) -> None:
    body = {"rule": sample, "alarms": SHAPES["alertmanager-webhook"]}
    firing, resolved = api("reviewer").post("/api/simulate/", body).json()["alarms"]
    assert Alarm(firing).attributes["notification_scene"] == "notify_triggered"
    assert Alarm(resolved).attributes["notification_scene"] == "notify_resolved"


def test_the_canvas_page_carries_every_assumption_with_its_question_and_choices(api: Callable[[str], Api]) -> None:
    page = api("designer").client.get("/rules/new/")
    told = page.context["bootstrap"]["assumptions"]
    assert list(told) == list(ASSUMPTIONS)
    assert told["D7"] == {"question": ASSUMPTIONS["D7"].question, "choices": dict(ASSUMPTIONS["D7"].choices)}
