"""The life of a rule over there: it is imported, comes back as it was, and is removed; nothing is overwritten."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from api_proxy.aom import _items
from api_proxy.comparing import ADDED_OVER_THERE
from api_proxy.drift import look
from api_proxy.importing import Imported, import_rules
from api_proxy.living import live_rule, moment
from api_proxy.models import Connection, Origin, Removal, from_now
from api_proxy.sandbox import Sandbox
from api_proxy.submit import submit
from editor.models import Rule
from tests.api_proxy.lifecycle import LIST, live, put_there, upstream, writes
from tests.conftest import Api

pytestmark = pytest.mark.django_db
Apis = Callable[[str], Api]
#: What the service may show of a rule beside what its author wrote.
ODD = {
    "x_more": {"b": [1, None, {"z": 0.5}], "a": "ä\u2028"},
    "create_time": 1700000000000,
    "update_time": 1700000001000,
}


@pytest.fixture
def user(account: Callable[..., User]) -> User:
    return account("designer")


@pytest.fixture
def bring(user: User, connection: Connection) -> Callable[..., Imported]:
    """Imports one rule; what became of it."""
    return lambda name="aomtest", taken="leave": import_rules(user, connection, [name], taken)[0]


@pytest.mark.parametrize("name", ["flow", "legacy_ai_off", "legacy_ai_on", "terraform_group_rule"])
def test_a_rule_that_is_imported_and_submitted_sends_what_it_was(
    cloud: Sandbox, user: User, connection: Connection, name: str
) -> None:
    original = upstream(name)
    put_there(cloud, {**original, "desc": "as it is", "create_time": 1700000000000})
    before = live(connection)[original["name"]]
    done = import_rules(user, connection, [original["name"]])[0]
    assert (done.outcome, done.version and done.version.number) == ("created", 1)
    rule = Rule.objects.get()
    assert submit(user, rule, rule.current, connection).state == "succeeded"
    sent = next(entry["body"] for entry in cloud.requests() if entry["method"] == "PUT")
    assert sent == json.dumps(before, ensure_ascii=False, separators=(",", ":"))
    assert json.dumps(live(connection)[original["name"]]) == json.dumps(before)


ZEROS = {"detail": [], "group_by": [], "group_wait": 0, "group_interval": 0, "group_repeat_waiting": 0}


@pytest.mark.parametrize(
    ("name", "beside"),
    [("flow", ZEROS), ("legacy_ai_off", {"match_v3": {"nodes": [], "edges": []}})],
    ids=["a flow", "entries"],
)
def test_what_says_nothing_of_the_other_form_is_sent_as_it_came(
    cloud: Sandbox, user: User, connection: Connection, name: str, beside: Any
) -> None:
    shown = {**upstream(name), **beside}
    put_there(cloud, shown)
    import_rules(user, connection, [shown["name"]])
    rule = Rule.objects.get()
    assert rule.current.content == shown
    dry = submit(user, rule, rule.current, connection, dry_run=True)
    assert dry.comparison == "equal"
    done = submit(user, rule, rule.current, connection)
    assert (done.state, live(connection)[shown["name"]]) == ("succeeded", shown)
    assert done.detail.endswith("it says what was sent.")


def test_unknown_members_their_order_and_every_value_survive(
    cloud: Sandbox, bring: Callable[..., Imported], sample: Any
) -> None:
    put_there(cloud, {**ODD, **sample})
    assert bring().outcome == "created"
    stored = Rule.objects.get().current.content
    assert json.dumps(stored) == json.dumps({"x_more": ODD["x_more"], **sample})
    assert not stored.keys() & ADDED_OVER_THERE


def test_an_import_says_where_it_came_from_and_when_it_was_changed_there(
    cloud: Sandbox, bring: Callable[..., Imported], connection: Connection, sample: Any, user: User
) -> None:
    put_there(cloud, {**sample, "update_time": 1700000001000})
    done = bring()
    origin = Origin.objects.get()
    assert origin.version == done.version
    assert (origin.connection_name, origin.region, origin.author) == ("sandbox", "sandbox", user)
    assert origin.update_time == 1700000001000
    assert done.version is not None and done.version.message == (
        "Imported from sandbox, where it was changed last at 2023-11-14 22:13 UTC"
    )
    connection.delete()
    origin.refresh_from_db()
    assert (origin.connection, origin.connection_name) == (None, "sandbox")


def test_a_taken_name_is_left_unless_a_next_version_is_wanted(
    cloud: Sandbox, bring: Callable[..., Imported], rule: Rule, sample: Any
) -> None:
    put_there(cloud, {**sample, "desc": "made over there"})
    left = bring()
    assert left.outcome == "taken" and "otherwise in desc" in left.detail
    rule.refresh_from_db()
    assert rule.head == 1 and not Origin.objects.exists()
    assert bring(taken="version").outcome == "version"
    rule.refresh_from_db()
    assert rule.head == 2 and rule.current.content["desc"] == "made over there"
    assert rule.versions.get(number=1).content == sample


def test_a_next_version_keeps_the_places_of_the_cards(
    cloud: Sandbox, bring: Callable[..., Imported], rule: Rule, sample: Any, user: User
) -> None:
    places = {node["id"]: {"x": 7, "y": index} for index, node in enumerate(sample["match_v3"]["nodes"])}
    rule.save_version(user, 1, sample, {"nodes": places, "own": 1})
    put_there(cloud, {**sample, "desc": "made over there"})
    bring(taken="version")
    rule.refresh_from_db()
    assert rule.current.positions == {"nodes": places, "own": 1}


def test_a_rule_that_says_the_same_is_noted_and_not_stored_again(
    cloud: Sandbox, bring: Callable[..., Imported], rule: Rule, sample: Any
) -> None:
    put_there(cloud, {**sample, "detail": None, "group_by": []})
    done = bring(taken="version")
    rule.refresh_from_db()
    assert (done.outcome, rule.head) == ("equal", 1)
    assert Origin.objects.get().version == rule.current


def test_a_name_that_is_free_after_archiving_becomes_a_rule_of_its_own(
    cloud: Sandbox, bring: Callable[..., Imported], rule: Rule, sample: Any
) -> None:
    rule.archive(1)
    put_there(cloud, sample)
    assert bring().outcome == "created"
    assert Rule.objects.live().get().id != rule.id


def test_what_cannot_be_read_is_named_and_the_others_come(
    cloud: Sandbox, user: User, connection: Connection, sample: Any
) -> None:
    doubled = '{"name": "doubled", "desc": "a", "desc": "b"}'
    body = f'[ {doubled} , {json.dumps(sample)},{{"name": "deep", "x": {"[" * 40 + "]" * 40}}} ,{{"x": 1}}]'
    cloud.add_faults({"match": LIST, "status": 200, "body": body, "headers": {"Content-Type": "application/json"}})
    done = import_rules(user, connection, ["doubled", "aomtest", "deep", "gone", "aomtest"])
    assert [one.outcome for one in done] == ["unreadable", "created", "unreadable", "missing"]
    assert "desc" in done[0].detail and "Nothing was imported" in done[0].detail
    assert Rule.objects.get().name == "aomtest"


def test_a_rule_with_findings_is_imported_all_the_same(
    cloud: Sandbox, bring: Callable[..., Imported], sample: Any
) -> None:
    sample["match_v3"]["edges"].pop()
    put_there(cloud, sample)
    assert bring().outcome == "created"


def test_the_api_imports_by_name(api: Apis, cloud: Sandbox, connection: Connection, sample: Any) -> None:
    put_there(cloud, sample, upstream("terraform_group_rule"))
    path = f"/api/connections/{connection.id}/import/"
    names = ["aomtest", upstream("terraform_group_rule")["name"]]
    answer = api("designer").post(path, {"names": names})
    assert answer.status_code == 200
    assert [(one["outcome"], one["version"]) for one in answer.json()["results"]] == [("created", 1), ("created", 1)]
    again = api("designer").post(path, {"names": names, "taken": "version"}).json()["results"]
    assert {one["outcome"] for one in again} == {"equal"}
    assert writes(cloud) == []


@pytest.mark.parametrize("body", [{"names": []}, {"names": [1]}, {"names": "a"}, {"names": ["a"], "taken": "x"}, {}])
def test_an_import_that_is_not_understood_says_what_is_wrong(
    api: Apis, cloud: Sandbox, connection: Connection, body: Any
) -> None:
    answer = api("designer").post(f"/api/connections/{connection.id}/import/", body)
    assert answer.status_code == 400 and answer.json()["errors"]
    assert cloud.requests() == []


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("stranger", 401)])
def test_who_may_not_draw_may_not_import(
    api: Apis, cloud: Sandbox, connection: Connection, role: str, status: int
) -> None:
    answer = api(role).post(f"/api/connections/{connection.id}/import/", {"names": ["a"]})
    assert answer.status_code == status
    assert cloud.requests() == []


def test_a_cloud_that_refuses_leaves_everything_as_it_was(api: Apis, cloud: Sandbox, connection: Connection) -> None:
    cloud.add_faults({"match": LIST, "status": 403, "body": {"error_code": "AOM.0403", "error_msg": "no"}})
    answer = api("designer").post(f"/api/connections/{connection.id}/import/", {"names": ["a"]})
    assert answer.status_code == 502 and answer.json()["upstream"]["error_code"] == "AOM.0403"
    assert not Rule.objects.exists()


@pytest.fixture
def removing(api: Apis, cloud: Sandbox, connection: Connection, sample: Any) -> Callable[..., Any]:
    """Removes the sample over there, as an admin."""
    put_there(cloud, sample)
    path = f"/api/connections/{connection.id}/group-rules/aomtest/"
    return lambda role="admin", **headers: api(role).delete(path, **headers)


def test_a_removal_keeps_what_was_removed(
    removing: Callable[..., Any], connection: Connection, sample: Any, api: Apis
) -> None:
    assert removing().status_code == 204
    assert live(connection) == {}
    record = api("reviewer").get(f"/api/connections/{connection.id}/removals/").json()["results"][0]
    assert (record["state"], record["author"], record["status"]) == ("succeeded", "admin", 204)
    assert {**sample, **json.loads(record["document"])} == json.loads(record["document"])


def test_a_removal_is_on_record_before_the_first_byte(
    removing: Callable[..., Any], cloud: Sandbox, connection: Connection
) -> None:
    cloud.add_faults({"match": {"method": "DELETE"}, "status": 403, "body": {"error_code": "AOM.0403"}})
    answer = removing()
    assert answer.status_code == 502 and "Nothing was removed" in answer.json()["detail"]
    record = Removal.objects.get()
    assert (record.state, record.error_code, str(record.id)) == ("rejected", "AOM.0403", answer.json()["removal"])
    assert "aomtest" in live(connection)


def test_a_rule_that_somebody_else_removed_first_is_told(removing: Callable[..., Any], cloud: Sandbox) -> None:
    body = {"error_code": "AOM.08002002", "error_msg": "not exist"}
    cloud.add_faults({"match": {"method": "DELETE"}, "status": 400, "body": body})
    answer = removing()
    assert answer.status_code == 404 and "no rule of this name" in answer.json()["detail"]


@pytest.mark.parametrize(("applied", "status", "state"), [(True, 204, "succeeded"), (False, 502, "rejected")])
def test_an_answer_that_says_nothing_is_cleared_up_by_reading_back(
    removing: Callable[..., Any], cloud: Sandbox, applied: bool, status: int, state: str
) -> None:
    cloud.add_faults({"match": {"method": "DELETE"}, "status": 500, "apply": applied})
    assert removing().status_code == status
    assert Removal.objects.get().state == state
    assert writes(cloud) == ["DELETE"]


def test_what_cannot_be_read_back_is_found_out_by_the_next_look(
    removing: Callable[..., Any], cloud: Sandbox, api: Apis, connection: Connection
) -> None:
    cloud.add_faults(
        {"match": LIST, "delay_s": 0},
        {"match": {"method": "DELETE"}, "status": 500, "apply": True},
        {"match": LIST, "status": 403, "body": {"error_code": "AOM.0403"}},
    )
    answer = removing()
    assert answer.status_code == 504 and "Nobody knows" in answer.json()["detail"]
    assert Removal.objects.get().state == "unknown"
    assert api("reviewer").post(f"/api/connections/{connection.id}/drift/", None).status_code == 200
    record = Removal.objects.get()
    assert record.state == "succeeded" and record.finished is not None
    assert record.said is not None and "500" in str(record.said)


def test_a_removal_under_way_is_settled_by_no_look_however_the_clock_is_set(
    cloud: Sandbox, connection: Connection, sample: Any, account: Callable[[str], User]
) -> None:
    put_there(cloud, sample)
    row = Removal.objects.create(
        name="aomtest", connection=connection, author=account("admin"), lease_until=from_now(settings.SUBMIT_LEASE)
    )
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        look(connection)
    row.refresh_from_db()
    assert row.state == "sending"
    Removal.objects.update(lease_until=from_now(-1))
    look(connection)
    row.refresh_from_db()
    assert row.state == "rejected" and "still over there" in str(row.said)


def test_another_rule_than_the_one_that_was_shown_is_not_removed(
    removing: Callable[..., Any], cloud: Sandbox, connection: Connection, sample: Any
) -> None:
    shown = live_rule("aomtest", json.dumps(sample)).fingerprint
    put_there(cloud, {**sample, "desc": "changed"})
    assert removing(**{"If-Match": f'"{shown}"'}).status_code == 409
    assert writes(cloud) == [] and not Removal.objects.exists()
    put_there(cloud, sample)
    assert removing(**{"If-Match": f'"{shown}"'}).status_code == 204


def test_only_an_admin_removes(removing: Callable[..., Any], cloud: Sandbox) -> None:
    assert [removing(role).status_code for role in ("designer", "reviewer", "stranger")] == [403, 403, 401]
    assert writes(cloud) == []


def test_a_dry_run_tells_how_many_rules_the_project_takes(
    cloud: Sandbox, user: User, rule: Rule, connection: Connection, sample: Any
) -> None:
    put_there(cloud, *({**sample, "name": f"r{number}"} for number in range(99)))
    told = submit(user, rule, rule.current, connection, dry_run=True)
    assert "the last of the 100" in told.detail
    put_there(cloud, {**sample, "name": "r99"})
    told = submit(user, rule, rule.current, connection, dry_run=True)
    assert told.comparison == "absent" and "has 100 grouping rules already" in told.detail
    assert writes(cloud) == []


@pytest.mark.parametrize("text", ["[]", " [ ] ", "[{}]", '[ {"a": "]"} , {"b": [1, {"c": "},{"}]}\n]\n'])
def test_the_items_of_a_list_are_taken_as_they_are_written(text: str) -> None:
    assert list(map(json.loads, _items(text))) == json.loads(text)


@given(st.lists(st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False) | st.none())), st.integers(0, 3))
def test_no_item_of_a_list_is_lost(value: list[Any], indent: int) -> None:
    text = json.dumps(value, indent=indent or None)
    assert list(map(json.loads, _items(text))) == value


@pytest.mark.parametrize("given", [0, -1, True, 1.5, "x", "", None, 10**20, "9" * 30, [1]])
def test_a_time_that_is_none_is_passed_over(given: Any) -> None:
    assert live_rule("a", json.dumps({"name": "a", "update_time": given})).update_time is None


@pytest.mark.parametrize("given", [1700000001000, "1700000001000"])
def test_a_time_is_read_as_number_and_as_text(given: Any) -> None:
    changed = moment(live_rule("a", json.dumps({"name": "a", "update_time": given})).update_time)
    assert f"{changed:%Y-%m-%d}" == "2023-11-14"


def test_the_latest_time_that_is_taken_can_be_told() -> None:
    assert moment(live_rule("a", '{"update_time": 253402214400000}').update_time) is not None
