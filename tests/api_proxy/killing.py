"""Submissions under fire: workers that submit are killed at random moments, a keeper settles what they leave behind.

Run as a module with the address of a sandbox and a prepared database (DATABASE_URL); it tells what it did as JSON. A
worker is a fork of this process, so that a kill costs no new start; this process itself holds no connection.
"""

import argparse
import json
import os
import random
import signal
import time
from contextlib import suppress
from typing import Any

import django

RULES = 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, required=True)
    parser.add_argument("--kills", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", required=True)
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    with open(options.sample, "rb") as file:
        prepare(json.load(file))
    connections.close_all()
    told = fire(options)
    print(json.dumps({**told, "rows": record(), "live": live()}), flush=True)


def prepare(sample: dict[str, Any]) -> None:
    """The rules, one submitter, one connection."""
    from django.conf import settings
    from django.contrib.auth.models import User

    from api_proxy.models import Connection
    from api_proxy.sandbox import DOMAIN_NAME, PASSWORD, PROJECT_ID, USER_NAME
    from api_proxy.secret import Secret
    from editor.models import Rule

    assert settings.SANDBOX_URL
    user = User.objects.create_user("submitter")
    target = Connection(
        name="sandbox", region="sandbox", project_id=PROJECT_ID, iam_domain=DOMAIN_NAME, iam_user=USER_NAME
    )
    target.set_password(Secret(PASSWORD))
    target.save()
    for number in range(RULES):
        Rule.objects.start(user, {**sample, "name": f"rule_{number}", "desc": "first"}, {})


def fire(options: argparse.Namespace) -> dict[str, Any]:
    """Kill workers until all submissions are on record and the kills are done; then wait until all are settled."""
    dice = random.Random(options.seed)
    killed = 0
    keeper = fork(keep)
    while True:
        worker = fork(lambda: work(options.submissions))
        if killed < options.kills:
            time.sleep(dice.uniform(0.02, 0.3))
            killed += kill(worker)
        elif ended(worker):
            break
    started = time.monotonic()
    os.waitpid(fork(wait_until_settled), 0)
    kill(keeper)
    return {"kills": killed, "settled_after": round(time.monotonic() - started, 1)}


def record() -> list[dict[str, Any]]:
    """Every submission, oldest first."""
    from api_proxy.models import Submission

    rows = Submission.objects.in_full().order_by("created")
    return [
        {"state": row.state, "attempts": row.attempts, "rule": row.rule.name, "desc": row.version.content["desc"]}
        for row in rows
    ]


def live() -> dict[str, str]:
    """The description of every rule over there, by its name."""
    from api_proxy.cloud import opened
    from api_proxy.models import Connection

    with opened(Connection.objects.get()) as aom:
        return {rule["name"]: rule["desc"] for rule in aom.group_rules()}


def fork(act: Any) -> int:
    """The process id of a child that does ``act`` and ends."""
    child = os.fork()
    if child:
        return child
    status = 1
    with suppress(KeyboardInterrupt):
        act()
        status = 0
    os._exit(status)


def kill(child: int) -> int:
    """1 where the child was killed in the middle, 0 where it had ended by itself."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return int(os.WIFSIGNALED(status))


def ended(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def work(count: int) -> None:
    """Submit what is not on record yet; each submission is a new version under a key of its own."""
    from django.contrib.auth.models import User

    from api_proxy.models import Connection, Submission
    from api_proxy.submit import submit
    from editor.api.problems import Problem
    from editor.models import Rule

    user, target = User.objects.get(), Connection.objects.get()
    rules = list(Rule.objects.order_by("name"))
    while True:
        known = set(Submission.objects.values_list("idempotency_key", flat=True))
        missing = [number for number in range(count) if f"key-{number}" not in known]
        if not missing:
            return
        for number in missing:
            rule = Rule.objects.get(pk=rules[number % RULES].pk)
            if Submission.objects.filter(rule=rule, finished=None).exists():
                continue
            rule.save_version(user, rule.head, {**rule.current.content, "desc": f"round {number}"}, {})
            with suppress(Problem):
                submit(user, rule, rule.current, target, f"key-{number}")


def keep() -> None:
    import threading

    from api_proxy.keeper import keep

    keep(threading.Event(), 0.1)


def wait_until_settled() -> None:
    from api_proxy.models import Submission

    while Submission.objects.filter(finished=None).exists():
        time.sleep(0.1)


if __name__ == "__main__":
    main()
