"""Alarms in the shapes in which people hold them, and what is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Unreadable
from editor.flow.alarm_shapes import alarms_in, milliseconds

ALARMS = Path(__file__).parent.parent / "alarms"


def raws(document: Any) -> list[Any]:
    return [alarm.raw for alarm in alarms_in(document)]


def faults(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as caught:
        alarms_in(document)
    return [(found.code, found.pointer) for found in caught.value.findings]


def payload(name: str) -> Any:
    return json.loads((ALARMS / name).read_text())


def test_a_published_alarm_is_kept_as_it_is() -> None:
    alarm = payload("aom-alarm.json")
    assert raws(alarm) == [alarm]


@pytest.mark.parametrize("name", ["aom-list-events.json", "aom-push-events.json"])
def test_it_takes_the_events_of_aom(name: str) -> None:
    document = payload(name)
    (alarm,) = alarms_in(document)
    assert alarm.raw == document["events"][0]
    assert alarm.attributes["event_severity"] == "Major"


def test_it_takes_the_webhook_of_alertmanager() -> None:
    firing, resolved = alarms_in(payload("alertmanager-webhook.json"))
    assert firing.raw == {
        "metadata": {"alertname": "HighLatency", "event_severity": "Critical", "instance": "web-1"},
        "annotations": {"summary": "p99 over 2 s"},
        "starts_at": 1_769_846_400_123,
        "ends_at": 0,
    }
    assert resolved.raw["ends_at"] == 1_769_848_200_000
    assert [each.attributes["notification_scene"] for each in (firing, resolved)] == [
        "notify_triggered",
        "notify_resolved",
    ]


def test_an_alert_that_fires_has_not_ended_whatever_its_time_limit() -> None:
    limit = "2026-01-31T08:05:00Z"
    for status in ("firing", {"state": "active", "inhibitedBy": []}):
        (raw,) = raws({"labels": {}, "status": status, "endsAt": limit})
        assert raw["ends_at"] == 0
    (raw,) = raws({"labels": {}, "endsAt": limit})
    assert raw["ends_at"] == 1_769_846_700_000


def test_plain_attributes_are_metadata_and_times_stay_beside_them() -> None:
    document = {"event_severity": "Critical", "team": "a", "count": 3, "none": None, "starts_at": 5, "ends_at": "7"}
    assert raws(document) == [
        {
            "metadata": {"event_severity": "Critical", "team": "a", "count": 3, "none": None},
            "starts_at": 5,
            "ends_at": 7,
        }
    ]
    (alarm,) = alarms_in({"team": "a", "annotations": {"message": "m"}})
    assert (alarm.attributes["team"], alarm.annotations) == ("a", '{"message": "m"}')


def test_a_list_holds_alarms_of_one_shape() -> None:
    assert len(raws([{"metadata": {}}, {"metadata": {}, "ends_at": 1}])) == 2
    assert len(raws([{"labels": {}}, {"labels": {}}])) == 2
    assert len(raws([{"a": "1"}, {}, {"b": "2"}])) == 3
    assert raws([]) == []


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (7, ("alarm-shape", "")),
        (None, ("alarm-shape", "")),
        ([{}, 7], ("alarm-shape", "/1")),
        ([[{}]], ("alarm-shape", "/0")),
        ([{"events": []}], ("alarm-shape", "/0")),
        ({"events": [{"alerts": []}]}, ("alarm-shape", "/events/0")),
        ({"events": [], "alerts": []}, ("alarm-mixed", "")),
        ({"events": [], "metadata": {}}, ("alarm-mixed", "")),
        ({"metadata": {}, "labels": {}}, ("alarm-mixed", "")),
        ([{"metadata": {}}, {"metdata": "a"}], ("alarm-mixed", "/1")),
        ([{"a": "b"}, {"labels": {}}], ("alarm-mixed", "/1")),
        ({"events": 3}, ("alarm-type", "/events")),
        ({"alerts": {}}, ("alarm-type", "/alerts")),
        ({"metadata": None}, ("alarm-type", "/metadata")),
        ({"metadata": {"a/b": {}}}, ("alarm-type", "/metadata/a~1b")),
        ({"metdata": {}}, ("alarm-type", "/metdata")),
        ({"metadata": {}, "annotations": "a"}, ("alarm-type", "/annotations")),
        ({"metadata": {}, "starts_at": "soon"}, ("alarm-type", "/starts_at")),
        ({"metadata": {}, "ends_at": -1}, ("alarm-type", "/ends_at")),
        ({"a": "b", "ends_at": True}, ("alarm-type", "/ends_at")),
        ({"alerts": [{"labels": [], "status": "firing"}]}, ("alarm-type", "/alerts/0/labels")),
        ({"labels": {}, "status": "done"}, ("alarm-type", "/status")),
        ({"labels": {}, "status": "resolved"}, ("alarm-type", "/endsAt")),
        ({"labels": {}, "status": "resolved", "endsAt": "0001-01-01T00:00:00Z"}, ("alarm-type", "/endsAt")),
        ({"labels": {}, "startsAt": "2026-02-30T00:00:00Z"}, ("alarm-type", "/startsAt")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_refuses_and_names_the_place(document: Any, fault: tuple[str, str]) -> None:
    assert faults(document) == [fault]


def test_it_names_every_fault_up_to_a_hundred() -> None:
    assert faults([{"a": []}, {}, {"b": {}, "c": []}]) == [
        ("alarm-type", "/0/a"),
        ("alarm-type", "/2/b"),
        ("alarm-type", "/2/c"),
    ]
    assert len(faults([7] * 500)) == 100


def test_places_are_told_from_where_the_document_stands() -> None:
    with pytest.raises(Unreadable) as caught:
        alarms_in([{}, 7], "/alarms")
    (found,) = caught.value.findings
    assert found.pointer == "/alarms/1"
    assert found.message == "/alarms/1 is the number 7, which is no alarm."


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (None, 0),
        ("", 0),
        (0, 0),
        ("1605232501000", 1_605_232_501_000),
        (1605232501000.0, 1_605_232_501_000),
        ("1970-01-01T00:00:00.5Z", 500),
        ("1970-01-01 01:00:00+01:00", 0),
        ("1970-01-01t00:00:01z", 1000),
        ("0001-01-01T00:00:00Z", 0),
        (0.5, None),
        (True, None),
        (2**53, None),
        ("9" * 100_000, None),
        ("٣", None),
        ("1970-01-01", None),
        ("1970-01-01T00:00:00", None),
        ("1970-01-01T00:00:60Z", None),
        ([], None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_moments(value: Any, moment: int | None) -> None:
    assert milliseconds(value) == moment


names = st.sampled_from(
    ["metadata", "labels", "events", "alerts", "status", "starts_at", "endsAt", "ends_at", "annotations", "a", "b/c"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


def at(document: Any, pointer: str) -> Any:
    """What stands at ``pointer``; a KeyError or IndexError where nothing can."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document.get(step, {})
    return document


@given(json_values)
def test_any_document_gives_alarms_or_places_that_exist(document: Any) -> None:
    try:
        alarms = alarms_in(document)
    except Unreadable as error:
        assert error.findings
        for found in error.findings:
            at(document, found.pointer)
        return
    for alarm in alarms:
        assert all(isinstance(value, str) and value for value in alarm.attributes.values())
        assert alarms_in(alarm.raw)[0].raw == alarm.raw
