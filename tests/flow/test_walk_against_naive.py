"""The walk against a second reading of the rules, and the laws that no rule breaks."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.flow import ASSUMPTIONS, Alarm, Dialect, Walk, Walker, check, is_valid, read, read_document
from tests.flow import naive
from tests.flow.making import Document, alarms, flow_documents, legacy_documents, with_unknown_members

documents = flow_documents() | legacy_documents()
many = settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])


def with_alarms(documents: st.SearchStrategy[Document]) -> st.SearchStrategy[tuple[Document, list[Document]]]:
    return documents.flatmap(lambda rule: st.tuples(st.just(rule), st.lists(alarms(rule), min_size=3, max_size=5)))


def told(went: Walk) -> naive.Outcome:
    """A walk in the words of the second reading."""
    assert went.complete and went.notify is not None
    verdicts = [verdict for step in went.steps for verdict in step.verdicts]
    return naive.Outcome(
        went.path,
        [(verdict.leaf.key, verdict.actual, bool(verdict.result)) for verdict in verdicts],
        went.leaf,
        list(went.notify),
        None if went.group_key is None else list(went.group_key),
        went.estimate,
    )


@many
@given(with_alarms(flow_documents()))
def test_an_alarm_goes_where_the_second_reading_of_a_flow_sends_it(case: tuple[Document, list[Document]]) -> None:
    document, alarms = case
    walker = Walker(read_document(document))
    for alarm in alarms:
        assert told(walker.walk(Alarm(alarm))) == naive.walk(document, alarm)


@many
@given(with_alarms(legacy_documents()))
def test_an_alarm_goes_where_the_second_reading_of_legacy_entries_sends_it(
    case: tuple[Document, list[Document]],
) -> None:
    document, alarms = case
    walker = Walker(read_document(document))
    for alarm in alarms:
        assert told(walker.walk(Alarm(alarm))) == naive.walk(document, alarm)


def members(went: Walk) -> list[tuple[str, str]]:
    """The group key but for the card, which is no part of it where cards share groups."""
    return [pair for pair in went.group_key or () if pair[0] != "card"]


@many
@given(with_alarms(documents), st.data())
def test_an_assumption_that_a_walk_does_not_name_changes_nothing(
    case: tuple[Document, list[Document]], data: st.DataObject
) -> None:
    document, alarms = case
    rule = read_document(document)
    name = data.draw(st.sampled_from(list(ASSUMPTIONS)))
    choice = data.draw(st.sampled_from(list(ASSUMPTIONS[name].choices)))
    ours, theirs = Walker(rule), Walker(rule, Dialect({name: choice}))
    for alarm in alarms:
        went, would = ours.walk(Alarm(alarm)), theirs.walk(Alarm(alarm))
        if name not in went.assumptions:
            assert (would.path, would.notify) == (went.path, went.notify)
            assert members(would) == members(went)


@many
@given(with_alarms(documents))
def test_an_alarm_that_goes_elsewhere_once_it_is_cleared_is_flagged(case: tuple[Document, list[Document]]) -> None:
    document, alarms = case
    walker = Walker(read_document(document))
    for alarm in alarms:
        went = walker.walk(Alarm(alarm))
        scene = naive.attributes(alarm)["notification_scene"]
        other = "notify_resolved" if scene == "notify_triggered" else "notify_triggered"
        then = naive.walk(document, {**alarm, "metadata": {**alarm["metadata"], "notification_scene": other}})
        assert ("D11" in went.assumptions) == (then.leaf != went.leaf)


@many
@given(documents)
def test_a_random_rule_is_sound(document: Document) -> None:
    assert is_valid(check(read_document(document)))


@many
@given(with_unknown_members(documents), st.booleans())
def test_a_document_is_the_same_after_reading(document: Any, ascii: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii)
    rule = read(text)
    assert json.dumps(rule.as_document(), ensure_ascii=ascii) == text
