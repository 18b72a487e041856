"""Drift: how each rule stands beside what lives over there, and what is told where nobody has looked for a while."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from api_proxy.drift import look, store
from api_proxy.importing import import_rules
from api_proxy.living import living
from api_proxy.models import Connection, LiveState, Look, Submission
from api_proxy.sandbox import Sandbox
from api_proxy.secret import Secret
from api_proxy.standing import Standing, standings, standings_by_rule, standings_of
from api_proxy.submit import submit
from editor.api.problems import Problem
from editor.models import Rule
from tests.api_proxy.lifecycle import LIST, put_there, writes
from tests.conftest import Api

pytestmark = pytest.mark.django_db
Apis = Callable[[str], Api]


@pytest.fixture
def user(account: Callable[..., User]) -> User:
    return account("designer")


@pytest.fixture
def send(user: User, rule: Rule, connection: Connection) -> Callable[[], Submission]:
    """Submits the newest version of the rule."""
    return lambda: submit(user, rule, Rule.objects.get(pk=rule.pk).current, connection)


@pytest.fixture
def seen(connection: Connection) -> Callable[[], Standing]:
    """Looks, and tells how the one rule stands."""

    def seen() -> Standing:
        look(connection)
        return only(connection)

    return seen


def only(connection: Connection) -> Standing:
    (found,) = standings(Connection.objects.get(pk=connection.pk))
    return found


def facts(one: Standing) -> tuple[str, int | None, int | None, list[str]]:
    row = one.row or LiveState()
    return one.state, row.settled, row.version, row.members


def test_nobody_has_looked(connection: Connection, rule: Rule) -> None:
    assert (only(connection).state, only(connection).seen_at) == ("unseen", None)


def test_a_rule_that_was_never_put_there(rule: Rule, seen: Callable[[], Standing]) -> None:
    assert seen().state == "never"


def test_what_was_submitted_stands_as_it_was_put(send: Any, rule: Rule, user: User, seen: Any, sample: Any) -> None:
    send()
    assert facts(seen()) == ("equal", 1, 1, [])
    rule.save_version(user, 1, {**sample, "desc": "newer"}, {"nodes": {}})
    assert "here version 2 is the newest" in seen().detail and not seen().is_drift


def test_a_change_over_there_is_told_by_member_and_time(send: Any, cloud: Sandbox, seen: Any, sample: Any) -> None:
    send()
    put_there(cloud, {**sample, "desc": "tampered", "x": 1, "update_time": 1700000001000})
    found = seen()
    assert facts(found) == ("changed", 1, None, ["desc", "x"]) and found.is_drift
    assert "since version 1 was put there: it differs in desc, x" in found.detail
    assert found.as_json()["updated"].startswith("2023-11-14T22:13")


def test_a_change_back_to_an_earlier_version_is_a_change(
    send: Any, cloud: Sandbox, seen: Any, sample: Any, rule: Rule, user: User
) -> None:
    rule.save_version(user, 1, {**sample, "desc": "second"}, {"nodes": {}})
    send()
    put_there(cloud, sample)
    found = seen()
    assert facts(found) == ("changed", 2, 1, ["desc"])
    assert "says what version 1 says, though version 2" in found.detail


def test_a_rule_that_is_gone_is_missing(send: Any, cloud: Sandbox, seen: Any) -> None:
    send()
    cloud.reset()
    assert facts(seen()) == ("missing", 1, None, []) and seen().is_drift


def test_a_rule_that_was_removed_from_here_is_not_missing(send: Any, api: Apis, seen: Any, connection: Any) -> None:
    send()
    seen()
    assert api("admin").delete(f"/api/connections/{connection.id}/group-rules/aomtest/").status_code == 204
    assert only(connection).state == "never"
    assert seen().state == "never"
    send()
    assert facts(seen())[0] == "equal"


def test_a_rule_that_was_archived_here_may_be_gone(send: Any, cloud: Sandbox, seen: Any, rule: Rule) -> None:
    send()
    rule.archive(1)
    assert "archived here" in seen().detail and not seen().is_drift
    cloud.reset()
    with pytest.raises(ValueError):
        seen()


def test_a_rule_that_nobody_here_knows(cloud: Sandbox, seen: Any, sample: Any) -> None:
    put_there(cloud, sample)
    found = seen()
    assert (found.state, found.rule, found.is_drift) == ("foreign", None, True)


def test_a_name_that_is_taken_by_a_rule_that_did_not_come_from_here(
    cloud: Sandbox, seen: Any, sample: Any, rule: Rule
) -> None:
    put_there(cloud, {**sample, "desc": "theirs"})
    assert facts(seen()) == ("taken", None, None, ["desc"]) and seen().is_drift
    put_there(cloud, sample)
    assert facts(seen()) == ("equal", None, 1, [])


def test_an_imported_rule_stands_as_it_was_found(
    cloud: Sandbox, seen: Any, sample: Any, user: User, connection: Connection
) -> None:
    put_there(cloud, sample)
    import_rules(user, connection, ["aomtest"])
    assert facts(only(connection)) == ("equal", 1, 1, [])
    put_there(cloud, {**sample, "desc": "tampered"})
    assert facts(seen()) == ("changed", 1, None, ["desc"])


def test_a_sending_without_a_clear_answer_counts_only_where_it_arrived(
    send: Any, cloud: Sandbox, seen: Any, rule: Rule, user: User, sample: Any
) -> None:
    send()
    rule.save_version(user, 1, {**sample, "desc": "second"}, {"nodes": {}})
    cloud.add_faults({"match": {"method": "PUT"}, "status": 500, "times": 2})
    assert send().state == "needs_human"
    assert facts(seen()) == ("equal", 1, 1, [])
    put_there(cloud, {**sample, "desc": "second"})
    assert facts(seen()) == ("equal", 1, 2, [])


def test_what_was_sent_after_the_look_makes_it_old(send: Any, connection: Connection, rule: Rule) -> None:
    look(connection)
    send()
    assert only(connection).state == "unseen" and "Version 1 was submitted after" in only(connection).detail
    assert [one.state for one in standings_of(rule)] == ["unseen"]


def test_a_rule_made_after_the_look_was_not_looked_for(connection: Connection, user: User, sample: Any) -> None:
    look(connection)
    Rule.objects.start(user, sample, {"nodes": {}})
    assert only(connection).state == "unseen"


def test_what_goes_over_another_connection_to_the_same_project_counts(
    send: Any, connection: Connection, cloud: Sandbox
) -> None:
    send()
    other = Connection(name="second", **{name: getattr(connection, name) for name in ("region", "project_id")})
    other.iam_domain, other.iam_user = connection.iam_domain, connection.iam_user
    other.set_password(connection.open_credentials()["password"])
    other.save()
    look(other)
    assert facts(only(other)) == ("equal", 1, 1, [])
    elsewhere = Connection.objects.get(pk=other.pk)
    elsewhere.enterprise_project_id = "11111111-2222-3333-4444-555555555555"
    elsewhere.store(["enterprise_project_id"])
    assert only(elsewhere).state == "unseen"
    look(elsewhere)
    assert only(elsewhere).state == "never"


def test_a_look_that_fails_keeps_what_the_last_one_found(
    send: Any, cloud: Sandbox, connection: Connection, api: Apis
) -> None:
    send()
    path = f"/api/connections/{connection.id}/drift/"
    assert api("reviewer").post(path, None).json()["results"][0]["state"] == "equal"
    connection.set_password(Secret("wrong"))
    connection.save()
    answer = api("reviewer").post(path, None)
    assert answer.status_code == 502
    told = api("reviewer").get(path).json()
    assert told["failure"] == answer.json()["detail"]
    assert (told["results"][0]["state"], told["count"], told["drift"]) == ("equal", 1, False)


def test_the_api_tells_how_old_a_look_is(api: Apis, connection: Connection, rule: Rule) -> None:
    path = f"/api/connections/{connection.id}/drift/"
    assert api("reviewer").get(path).json()["age"] is None
    assert api("reviewer").post(path, None).status_code == 200
    Look.objects.update(seen_at=timezone.now() - timedelta(hours=3))
    told = api("reviewer").get(f"/api/rules/{rule.id}/drift/").json()
    assert 3 * 3600 <= told["results"][0]["age"] < 3 * 3600 + 60
    assert told["drift"] is False and told["results"][0]["connection_name"] == "sandbox"


def test_reading_how_it_stands_asks_nothing_of_the_cloud(api: Apis, connection: Connection, cloud: Sandbox) -> None:
    api("designer").get(f"/api/connections/{connection.id}/drift/")
    assert cloud.requests() == []


def test_an_older_look_never_replaces_a_newer_one(connection: Connection, cloud: Sandbox, sample: Any) -> None:
    begun = timezone.now()
    before = living(connection)
    put_there(cloud, sample)
    look(connection)
    store(connection, before, begun)
    assert LiveState.objects.get().name == "aomtest"
    assert Look.objects.get().count == 1


def test_a_connection_that_leads_elsewhere_was_not_looked_over(connection: Connection) -> None:
    look(connection)
    connection.project_id = "f" * 32
    connection.store(["project_id"])
    assert standings(Connection.objects.get()) == []
    assert Look.objects.get().seen_at is not None


def test_odd_names_are_counted_and_passed_over(connection: Connection, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, *({**sample, "name": name} for name in ("a b", "x" * 101, "_a", "<b>", "aomtest")))
    assert look(connection).count == 5
    assert [row.name for row in LiveState.objects.all()] == ["aomtest"]


def test_a_rule_that_cannot_be_read_strictly_is_still_told_apart(
    connection: Connection, cloud: Sandbox, rule: Rule, send: Any
) -> None:
    send()
    body = '[{"name": "aomtest", "desc": "a", "desc": "b\\u0000"}]'
    cloud.add_faults({"match": LIST, "status": 200, "body": body, "headers": {"Content-Type": "application/json"}})
    look(connection)
    assert facts(only(connection)) == ("changed", 1, None, [])
    assert "something that cannot be read here" in only(connection).detail


def test_what_the_cloud_calls_its_members_is_shown_plainly(
    send: Any, connection: Connection, cloud: Sandbox, sample: Any
) -> None:
    send()
    put_there(cloud, {**sample, "x\x1b[31m\r\nSet-Cookie: a": 1})
    look(connection)
    assert only(connection).detail.isprintable()


def test_the_list_of_rules_asks_few_questions(
    send: Any, connection: Connection, django_assert_max_num_queries: Any, rule: Rule, cloud: Sandbox, user: User
) -> None:
    send()
    put_there(cloud, *({**rule.current.content, "name": f"r{number}"} for number in range(20)))
    import_rules(user, connection, [f"r{number}" for number in range(20)])
    with django_assert_max_num_queries(4):
        found = standings_by_rule()
    assert {one.state for row in found.values() for one in row} == {"equal"} and len(found) == 21


def test_a_look_with_nothing_new_reads_no_document(
    send: Any, connection: Connection, django_assert_max_num_queries: Any
) -> None:
    send()
    found, begun = living(connection), timezone.now()
    store(connection, found, begun)
    with django_assert_max_num_queries(16):
        store(connection, found, timezone.now())


def test_a_cloud_that_is_busy_says_so(connection: Connection, cloud: Sandbox) -> None:
    cloud.add_faults({"match": LIST, "status": 429, "times": 99})
    with pytest.raises(Problem) as caught:
        look(connection)
    assert caught.value.status in (502, 503, 504)
    assert Look.objects.get().failure and Look.objects.get().seen_at is None
    assert writes(cloud) == []


@pytest.mark.django_db(transaction=True)
def test_looks_at_once_leave_one_answer(connection: Connection, cloud: Sandbox, sample: Any) -> None:
    put_there(cloud, *({**sample, "name": f"r{number}"} for number in range(10)))
    found, errors = living(connection), []

    def store_it() -> None:
        try:
            store(connection, found, timezone.now())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=store_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert LiveState.objects.count() == 10
