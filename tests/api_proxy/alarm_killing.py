"""Handled alarms under fire: workers that run tasks are killed at random moments, a keeper settles what they leave.

Run as a module with the address of a sandbox that knows the alarms, and a prepared database (DATABASE_URL); it tells
what is on record in the end as JSON.
"""

import argparse
import json
import os
import random
import time
from contextlib import suppress
from typing import Any

import django

from tests.api_proxy.killing import ended, fork, keep, kill


def alarm_id(number: int) -> str:
    return f"ALM{number:05}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--alarms", type=int, required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--task", required=True)
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    prepare()
    connections.close_all()
    with open(options.task, "rb") as file:
        told = fire(options, json.load(file))
    print(json.dumps({**told, "rows": record()}), flush=True)


def prepare() -> None:
    """One operator, one connection that has signed in: whoever is killed while signing in holds up the next for long,
    which is the matter of other tests."""
    from django.contrib.auth.models import User

    from api_proxy.cloud import opened_coc
    from api_proxy.models import Connection
    from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME
    from api_proxy.secret import Secret

    User.objects.create_user("operator")
    place = {"region": "sandbox", "coc_region": "sandbox", "project_id": PROJECT_ID}
    target = Connection(name="sandbox", iam_domain=DOMAIN_NAME, iam_user=USER_NAME, **place)
    target.set_password(Secret(PASSWORD))
    target.save()
    with opened_coc(target) as coc:
        coc.alarm(alarm_id(0))


def fire(options: argparse.Namespace, task: dict[str, Any]) -> dict[str, Any]:
    """Kill workers until every alarm is handled and the kills are done; then wait until all have their outcome."""
    dice = random.Random(options.seed)
    killed = 0
    keeper = fork(keep)
    while True:
        begins, begin = os.pipe()
        worker = fork(lambda end=begin: work(options.alarms, task, end))
        os.close(begin)
        if killed < options.kills and os.read(begins, 1):
            time.sleep(dice.uniform(0, 0.3))
            killed += kill(worker)
            os.close(begins)
            continue
        is_over = ended(worker)
        os.close(begins)
        if is_over:
            break
    started = time.monotonic()
    os.waitpid(fork(wait_until_settled), 0)
    kill(keeper)
    return {"kills": killed, "settled_after": round(time.monotonic() - started, 1)}


def work(count: int, task: dict[str, Any], begin: int) -> None:
    """Handle every alarm that is not handled yet; one of which nothing ran is handled anew. Each time a byte goes into
    ``begin``, so that whoever kills meets it at work."""
    from django.contrib.auth.models import User

    from api_proxy.handling import Wish, handle
    from api_proxy.handling_request import read_handling
    from api_proxy.models import AlarmAction, Connection
    from editor.api.problems import Problem

    os.set_blocking(begin, False)
    user, target = User.objects.get(), Connection.objects.get()
    alarms = [alarm_id(number) for number in range(count)]
    while True:
        done = set(AlarmAction.objects.ran().values_list("alarm_id", flat=True))
        missing = [alarm for alarm in alarms if alarm not in done]
        if not missing:
            return
        for alarm in missing:
            with suppress(BlockingIOError):
                os.write(begin, b".")
            with suppress(Problem):
                handle(Wish(user, target, read_handling(alarm, task)))


def record() -> list[dict[str, Any]]:
    """Every action, oldest first."""
    from api_proxy.models import AlarmAction

    rows = AlarmAction.objects.order_by("created")
    names = ("alarm_id", "state", "work_order", "evidence")
    return [{**{name: getattr(row, name) for name in names}, "detail": row.sentence} for row in rows]


def wait_until_settled() -> None:
    from api_proxy.models import AlarmAction

    while AlarmAction.objects.filter(finished=None).exists():
        time.sleep(0.1)


if __name__ == "__main__":
    main()
