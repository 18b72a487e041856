"""Connections: kept, few, not shared with a child process; and the name under which a request goes by."""

import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from api_proxy.models import Connection
from api_proxy.sandbox import Sandbox
from api_proxy.transport import Limits, Unreached, client
from api_proxy.wire import MOST_CONNECTIONS
from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.faulting import Sending
from tests.api_proxy.faulting import send as send


def connections(cloud: Sandbox) -> list[int]:
    return [entry["connection"] for entry in cloud.requests()]


def test_a_submission_needs_one_connection_and_so_does_the_next(cloud: Sandbox, send: Sending) -> None:
    send()
    send()
    assert len(connections(cloud)) == 7
    assert len(set(connections(cloud))) == 1


def test_a_connection_whose_answer_was_not_read_to_its_end_is_not_used_again(cloud: Sandbox) -> None:
    with client([cloud.url], limits=Limits(answer_bytes=10)) as http:
        for _ in range(2):
            with pytest.raises(Exception, match="more than 10 bytes"):
                http.put(f"{cloud.url}/x", content=b"{}")
    assert len(set(connections(cloud))) == 2


def test_no_more_connections_are_open_than_may_be() -> None:
    ready = threading.Barrier(MOST_CONNECTIONS + 1)
    go_on = threading.Event()

    def act(call: Call) -> None:
        call.read()
        if not go_on.is_set():
            ready.wait(10)
            go_on.wait(10)
        call.answer("204 No Content")

    with (
        Upstream(act) as upstream,
        client([upstream.url], limits=Limits(connect=0.3)) as http,
        ThreadPoolExecutor(MOST_CONNECTIONS) as callers,
    ):
        under_way = [callers.submit(http.put, upstream.url) for _ in range(MOST_CONNECTIONS)]
        ready.wait(10)
        with pytest.raises(Unreached, match="all connections to it are in use") as caught:
            http.put(upstream.url)
        assert caught.value.applied is False
        go_on.set()
        assert [one.result(10).status_code for one in under_way] == [204] * MOST_CONNECTIONS
        assert http.get(upstream.url).status_code == 204


def test_a_child_process_has_connections_of_its_own(cloud: Sandbox) -> None:
    with client([cloud.url]) as http:
        assert http.get(f"{cloud.url}/x").status_code == 404
        child = os.fork()
        if not child:
            try:
                os._exit(0 if http.get(f"{cloud.url}/x").status_code == 404 else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert http.get(f"{cloud.url}/x").status_code == 404
    first, of_child, last = connections(cloud)
    assert first == last != of_child


def test_a_request_goes_out_under_the_name_of_the_one_that_caused_it(
    cloud: Sandbox, connection: Connection, account: Callable[..., User]
) -> None:
    browser = Client(headers={"X-Request-Id": "of-the-caller"})
    browser.force_login(account("admin"))
    answer = browser.post(f"/api/connections/{connection.id}/test/", {}, "application/json")
    assert answer.headers["X-Request-Id"] == "of-the-caller"
    assert {entry["headers"]["X-Request-Id"] for entry in cloud.requests()} == {"of-the-caller"}


def test_every_request_has_a_name(cloud: Sandbox, send: Sending) -> None:
    send()
    assert all(re.fullmatch("[A-Za-z0-9-]{8,64}", entry["headers"]["X-Request-Id"]) for entry in cloud.requests())


@pytest.mark.parametrize("fault", [{}, {"status": 400, "body": ""}, {"status": 500, "body": "", "apply": True}])
def test_the_clouds_own_name_of_a_write_is_kept(cloud: Sandbox, send: Sending, fault: dict[str, Any]) -> None:
    cloud.add_faults({"match": {"method": "PUT"}, "headers": {"X-Request-Id": "of-the-cloud"}, **fault})
    assert send().trace_id == "of-the-cloud"
