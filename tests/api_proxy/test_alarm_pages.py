"""The pages of alarms: what the script of the page is given, and the record of what was run."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader

from api_proxy.alarm_deeds import Wish as Deed
from api_proxy.alarm_deeds import do
from api_proxy.models import AlarmAction, Connection
from api_proxy.sandbox import Sandbox
from tests.api_proxy.alarm_steps import ALARM, HANDLE, Running, task
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.alarm_steps import operator as operator
from tests.api_proxy.alarm_steps import run as run


@pytest.fixture(autouse=True)
def without_a_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout whose front end was not built can test what the server draws."""
    monkeypatch.setattr(DjangoViteAssetLoader, "generate_vite_asset", lambda *args, **kwargs: "")


@pytest.fixture
def reader(account: Callable[..., User]) -> Client:
    client = Client()
    client.force_login(account("reviewer"))
    return client


@pytest.fixture
def settler(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def bootstrap(client: Client) -> Any:
    page = client.get("/alarms/").content.decode()
    return json.loads(page.split('<script id="bootstrap" type="application/json">')[1].split("</script>")[0])


def test_only_connections_with_a_coc_are_offered_and_none_of_their_secrets(
    reader: Client, connection: Connection
) -> None:
    assert bootstrap(reader)["connections"] == []
    connection.coc_region = "sandbox"
    connection.save()
    (offered,) = bootstrap(reader)["connections"]
    assert set(offered) == {"id", "name", "coc_region", "project_id", "enterprise_project_id"}
    assert offered["id"] == str(connection.id)


def test_the_page_knows_what_the_role_may_do(reader: Client) -> None:
    assert bootstrap(reader)["can"] == {"handle": False, "handle_many": False, "manage": False}


def test_the_record_is_chosen_by_alarm_and_state(reader: Client, run: Running, cloud: Sandbox) -> None:
    done = run()
    address = f"/alarms/runs/{done.id}/"
    for query, is_listed in {
        "": True,
        f"?alarm={ALARM}&state=started": True,
        "?state=rejected": False,
        "?state=sending": False,
        "?alarm=ALM1": False,
        "?state=odd&page=x": True,
        "?alarm=%00": True,
    }.items():
        assert (address in reader.get(f"/alarms/runs/{query}").content.decode()) is is_listed, query


def test_a_run_is_shown_with_its_request_and_never_its_secrets(reader: Client, run: Running, cloud: Sandbox) -> None:
    secret = {"paramName": "db_password", "paramValue": "canary-2718", "paramOrder": 1}
    parameters = {"timeout": 300, "script_params": json.dumps([secret])}
    done = run(body=task(1, input_param=parameters), sensitive=["db_password"])
    page = reader.get(f"/alarms/runs/{done.id}/").content.decode()
    assert "db_password" in page and done.work_order in page and "canary-2718" not in page


def test_what_nobody_knows_is_said_with_what_the_record_showed(reader: Client, run: Running, cloud: Sandbox) -> None:
    cloud.add_faults({"match": HANDLE, "close": "before"})
    done = run()
    page = reader.get(f"/alarms/runs/{done.id}/").content.decode()
    assert "Unclear" in page and "No new run of this task." in page


def test_a_run_that_is_not_there_is_no_page(reader: Client) -> None:
    assert reader.get(f"/alarms/runs/{uuid.uuid4()}/").status_code == 404


def test_what_is_written_down_and_not_sent_yet_is_under_way_too(reader: Client, run: Running, cloud: Sandbox) -> None:
    done = run()
    AlarmAction.objects.update(state="prepared", sent=None, finished=None)
    assert str(done.id) in reader.get("/alarms/runs/?state=sending").content.decode()


class TestSettlingWithoutAScript:
    @pytest.fixture
    def address(self, run: Running, cloud: Sandbox) -> str:
        cloud.add_faults({"match": HANDLE, "close": "before"})
        return f"/alarms/runs/{run().id}/"

    def test_it_is_settled_where_the_cloud_cannot_be_asked_any_more(
        self, address: str, settler: Client, handler: Connection
    ) -> None:
        handler.delete()
        assert "It did not run" in settler.get(address).content.decode()
        given = {"outcome": "ran", "work_order": "SCT1", "note": " seen in COC "}
        page = settler.post(address, given, follow=True).content.decode()
        assert "designer found out that it ran." in page and '<form class="form in"' not in page
        row = AlarmAction.objects.get()
        assert (row.state, row.work_order, row.note) == ("started", "SCT1", "seen in COC")

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"note": "n"}, "This field is required"),
            ({"outcome": "perhaps", "note": "n"}, "Select a valid choice"),
            ({"outcome": "did_not_run", "work_order": "SCT1", "note": "n"}, "What did not run has no work order."),
            ({"outcome": "ran", "work_order": "a/b", "note": "n"}, "letters, digits, hyphens"),
            ({"outcome": "ran", "note": "n" * 501}, "at most 500 characters"),
        ],
    )
    def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_stays(
        self, address: str, settler: Client, given: dict[str, str], words: str
    ) -> None:
        page = settler.post(address, given).content.decode()
        assert words in page and given["note"] in page and 'maxlength="500"' not in page
        assert AlarmAction.objects.get().state == "needs_human"

    def test_a_second_one_is_told_that_it_is_settled(self, address: str, settler: Client) -> None:
        settler.post(address, {"outcome": "did_not_run"})
        page = settler.post(address, {"outcome": "ran"}, follow=True).content.decode()
        assert "This action does not wait for anybody" in page
        assert AlarmAction.objects.get().state == "rejected"

    def test_who_may_only_look_gets_no_form_and_settles_nothing(self, address: str, reader: Client) -> None:
        assert "Once you found out" not in reader.get(address).content.decode()
        assert reader.post(address, {"outcome": "ran"}).status_code == 403
        assert AlarmAction.objects.get().state == "needs_human"


def test_who_cleared_what_is_listed_and_chosen_by_alarm_and_kind(
    reader: Client, operator: User, handler: Connection, cloud: Sandbox
) -> None:
    do(Deed(operator, handler, "clear", ALARM, {"remarks": "<b>seen to</b>"}))
    do(Deed(operator, handler, "clear", ALARM, {}))
    for query, is_listed in {
        "": True,
        f"?alarm={ALARM}&kind=clear": True,
        "?kind=incident": False,
        "?alarm=ALM1": False,
        "?kind=odd&page=x": True,
        "?alarm=%00": True,
    }.items():
        answer = reader.get(f"/alarms/deeds/{query}")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert ("&lt;b&gt;seen to&lt;/b&gt;" in page) is is_listed, query
        assert "<b>seen to" not in page
