"""What the tests of handled alarms share: a connection with a COC, a task to run, and what COC was asked."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from api_proxy.handling import Wish, handle
from api_proxy.handling_request import read_handling
from api_proxy.models import AlarmAction, Connection
from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.coc_seeds import ALARM_IDS, resources
from tests.conftest import DOCUMENTS

ALARM = ALARM_IDS[0]
PATH = f"/v1/alarm-mgmt/alarm/{ALARM}/auto-process"
HANDLE = {"method": "POST", "path": PATH}
HISTORIES = {"method": "GET", "path": f"/v1/alarm-mgmt/alarm/{ALARM}/handle-histories"}
Running = Callable[..., AlarmAction]


@pytest.fixture
def handler(connection: Connection) -> Connection:
    """A connection over which alarms can be handled."""
    connection.coc_region = "sandbox"
    connection.save()
    return connection


@pytest.fixture
def operator(account: Callable[..., User]) -> User:
    return account("designer")


@pytest.fixture
def run(operator: User, handler: Connection) -> Running:
    """Runs a task as the designer, and gives the record as it is stored."""

    def run(
        alarm: str = ALARM, user: User | None = None, body: dict[str, Any] | None = None, **wishes: Any
    ) -> AlarmAction:
        handling = read_handling(alarm, body or task(), wishes.pop("sensitive", ()))
        done = handle(Wish(user or operator, handler, handling, **wishes))
        return AlarmAction.objects.get(pk=done.pk)

    return run


def task(count: int = 0, **changes: Any) -> dict[str, Any]:
    """The published script, on so many of the sandbox's machines."""
    body: dict[str, Any] = json.loads((DOCUMENTS / "coc" / "request_script.json").read_text(encoding="utf-8"))
    return {**body, "target_instances": [step(count)], **changes}


def step(count: int, **changes: str) -> dict[str, Any]:
    """A step on the first machines of the sandbox, in batches of two; ``changes`` are of what is said of them."""
    named = [{**machine(each), **changes} for each in resources()[:count]]
    if not named:
        return {"target_selection": "NONE", "target_instances": None, "order_no": 0}
    batches = [{"batchIndex": at // 2 + 1, "targetInstances": named[at : at + 2]} for at in range(0, count, 2)]
    return {"target_selection": "MANUAL", "target_instances": {"batches": batches}, "order_no": 0}


def machine(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceId": record["resource_id"],
        "regionId": record["region_id"],
        "agentSn": record["agent_id"],
        "agentStatus": record["agent_state"],
        "properties": {"hostName": record["name"]},
    }


def posts(cloud: Sandbox, path: str = PATH) -> int:
    """How often a task was sent."""
    return sum((entry["method"], entry["path"]) == ("POST", path) for entry in cloud.requests())


def orders(cloud: Sandbox, path: str = PATH) -> int:
    """How often COC began a task."""
    return sum(entry["path"] == path and entry["carried_out"] for entry in cloud.requests())
