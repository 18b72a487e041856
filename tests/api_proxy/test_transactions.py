"""F17: no byte goes to the cloud while a transaction is open, which would hold up everybody who writes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction

from api_proxy.cloud import opened
from api_proxy.models import Connection
from api_proxy.reconciling import reconcile_overdue
from api_proxy.sandbox import Sandbox
from api_proxy.wire import Network, Stream
from editor.models import Rule
from tests.api_proxy.alarm_steps import ALARM, task
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.test_reconciling import run_out
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


class OpenTransaction(AssertionError):
    """Something was about to go out while a transaction was open."""


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What went out, and an error at once where a transaction was open."""
    went: list[str] = []

    def guarded(owner: type[Any], name: str) -> None:
        original = getattr(owner, name)

        def guard(*args: Any, **more: Any) -> Any:
            if database.in_atomic_block:
                raise OpenTransaction(name)
            went.append(name)
            return original(*args, **more)

        monkeypatch.setattr(owner, name, guard)

    guarded(Network, "connect_tcp")
    guarded(Stream, "write")
    guarded(Stream, "read")
    yield went


def test_f17_a_socket_inside_a_transaction_is_found_out(connection: Connection, watched: list[str]) -> None:
    with pytest.raises(OpenTransaction), transaction.atomic(), opened(connection) as aom:
        aom.group_rules()
    assert watched == []


def test_f17_nothing_goes_out_inside_a_transaction(
    api: Callable[[str], Api], rule: Rule, handler: Connection, cloud: Sandbox, sample: Any, watched: list[str]
) -> None:
    admin, base = api("admin"), f"/api/connections/{handler.id}"
    sent = {"connection": "sandbox", "version": 1}
    there = {**sample, "name": "from_there"}
    cloud.reset(group_rules=[there])
    told = [
        admin.post(f"{base}/test/", {}),
        admin.get(f"{base}/group-rules/"),
        admin.get(f"{base}/notification-rules/?refresh=true"),
        admin.get(f"{base}/coc/scripts/"),
        admin.post(f"/api/rules/{rule.id}/submit/", {**sent, "dry_run": True}),
        admin.post(f"/api/rules/{rule.id}/submit/", sent),
        admin.get(f"{base}/drift/?refresh=true"),
        admin.post(f"{base}/import/", {"names": ["from_there"]}),
        admin.post(f"/api/alarms/{ALARM}/handle/", {"connection": "sandbox", **task(1)}),
        admin.get(f"/api/alarms/{ALARM}/?connection=sandbox"),
        admin.delete(f"{base}/group-rules/from_there/"),
    ]
    assert [answer.status_code for answer in told if answer.status_code >= 500] == []
    assert watched.count("write") >= len(told)


def test_f17_what_is_settled_later_goes_out_of_no_transaction_either(
    api: Callable[[str], Api], rule: Rule, connection: Connection, cloud: Sandbox, watched: list[str]
) -> None:
    api("designer").post(f"/api/rules/{rule.id}/submit/", {"connection": "sandbox", "version": 1})
    run_out(rule.submissions.get(), state="sending")
    before = len(watched)
    assert reconcile_overdue() == 1
    assert rule.submissions.get().state == "succeeded"
    assert len(watched) > before
