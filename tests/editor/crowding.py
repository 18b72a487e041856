"""Processes that save at the same moment, on a database of their own (DATABASE_URL).

Run as a module with how many there are and how often each of them saves; it tells as JSON what every save met. A writer
is a fork of this process, which itself holds no connection.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

SAMPLE = Path(__file__).parent.parent / "documents" / "good" / "published-sample.json"


def main(writers: int, saves: int) -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connections

    from editor.models import Rule

    call_command("migrate", verbosity=0)
    sample = json.loads(SAMPLE.read_bytes())
    author = User.objects.create_user("designer")
    rules = [Rule.objects.start(author, {**sample, "name": f"rule_{number}"}, {}) for number in range(writers)]
    connections.close_all()
    started = time.monotonic()
    met = [json.loads(told) for told in gathered([lambda rule=rule: work(rule.pk, saves) for rule in rules])]
    took = time.monotonic() - started
    kept = sorted(Rule.objects.values_list("head", flat=True))
    print(json.dumps({"errors": sum((one["errors"] for one in met), []), "heads": kept, "took": took}))


def gathered(acts: list[Any]) -> list[bytes]:
    """What each act returns, each in a child of its own, all at once."""
    pipes = [os.pipe() for _ in acts]
    for act, (_, out) in zip(acts, pipes, strict=True):
        if os.fork() == 0:
            status = 1
            try:
                os.write(out, json.dumps(act()).encode())
                status = 0
            finally:
                os._exit(status)
        os.close(out)
    told = []
    for into, _ in pipes:
        with open(into, "rb") as file:
            told.append(file.read())
    for _ in acts:
        os.wait()
    return told


def work(rule_id: Any, saves: int) -> dict[str, list[str]]:
    """Save one rule so often. What went wrong, in words.

    It is read in the same transaction, harder than the API makes it: a read that becomes a write is what SQLite refuses
    where transactions are not IMMEDIATE.
    """
    from django.contrib.auth.models import User
    from django.db import Error, transaction

    from editor.models import Rule

    errors: list[str] = []
    author = User.objects.get()
    for count in range(saves):
        try:
            with transaction.atomic():
                rule = Rule.objects.get(pk=rule_id)
                rule.save_version(author, rule.head, {**rule.current.content, "desc": str(count)}, {})
        except Error as error:
            errors.append(repr(error))
    return {"errors": errors}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
