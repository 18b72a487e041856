"""The pages of alarms: what the script of the page is given, and the record of what was run."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader

from api_proxy.models import Connection
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
