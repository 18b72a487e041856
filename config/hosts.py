"""SQLite serves one machine, whose processes share its locks. A row says which; whoever serves renews its lease, and a
second machine does not start while it lasts.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from django.core.checks import CheckMessage, Error
from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from config import clock, machine
from config.checks import SQLITE_FOR_ONE, check_sqlite
from config.models import ServingHost

log = logging.getLogger(__name__)

#: Seconds that a machine which is gone keeps another one waiting.
LEASE: Final = 60.0
#: Seconds between two renewals.
PAUSE: Final = 15.0
#: How a server ends that may not start; gunicorn then starts no further process.
REFUSED: Final = 3


class Elsewhere(Exception):
    """Another machine serves from the database, for so many ``seconds`` more unless it renews its lease."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(name)
        self.name = name
        self.seconds = seconds


def claim() -> None:
    """Take the lease for this machine, or renew it; a new file, without tables, is served by nobody yet. Raises
    Elsewhere, and OperationalError where it cannot be known."""
    if connection.vendor != "sqlite" or ServingHost._meta.db_table not in connection.introspection.table_names():
        return
    with transaction.atomic():
        row = ServingHost.objects.first()
        other = row if row is not None and _is_living(row) else None
        if row is None or other is None:
            row = _taken(row)
        elif other.until > time.time() + LEASE:
            # Its clock is ahead of ours. If it is gone, the wait is no longer than a lease all the same.
            ServingHost.objects.filter(pk=other.pk).update(until=time.time() + LEASE)
    if other is not None:
        raise Elsewhere(other.name, _left(other))
    clock.begin(connection, row.anchor)


def check_host(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """No other machine serves from the SQLite database. Reads it, so only where asked to look at databases."""
    if not databases or connection.vendor != "sqlite":
        return []
    try:
        row = ServingHost.objects.first()
    except (OperationalError, InterfaceError):
        return []
    return [_error(Elsewhere(row.name, _left(row)))] if row is not None and _is_living(row) else []


def serve() -> None:
    """Claim the database for as long as the process lives. The process ends where it may not serve from it."""
    faults = check_sqlite(None) or _claimed()
    for fault in faults:
        log.critical("%s: %s %s", fault.id, fault.msg, fault.hint)
    if faults:
        raise SystemExit(REFUSED)
    connection.close()
    threading.Thread(target=keep, args=(threading.Event(), PAUSE), name="host", daemon=True).start()


def guard_command() -> None:
    """Raise CommandError in a command that is not for a second machine."""
    for fault in _claimed():
        raise CommandError(f"{fault.id}: {fault.msg} {fault.hint}")


def keep(stop: threading.Event, pause: float) -> None:
    """Renew the lease every ``pause`` seconds until ``stop`` is set. Where this machine slept for so long that another
    one took over, the process is asked to end; its successor is told why it may not start."""
    while not stop.wait(pause):
        close_old_connections()
        faults = _claimed()
        close_old_connections()
        if faults:
            log.critical("%s: %s This process ends.", faults[0].id, faults[0].msg)
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _claimed() -> list[CheckMessage]:
    try:
        claim()
    except Elsewhere as other:
        return [_error(other)]
    except (OperationalError, InterfaceError):
        # A full disk, for one: whether the database is of use is the matter of /readyz.
        log.warning("the database cannot be claimed for this machine now", exc_info=True)
    return []


def _is_living(row: ServingHost) -> bool:
    """Whether it is another machine, and its lease has not run out. This one, switched on anew, need not wait."""
    mine = machine.here()
    is_same = bool(mine.machine) and (row.machine, row.name) == (mine.machine, mine.name)
    return row.boot != mine.boot and not is_same and row.until > time.time()


def _taken(row: ServingHost | None) -> ServingHost:
    """The row as this machine has it now; written only where it is another's, or the lease has to be renewed."""
    mine, until = machine.here(), time.time() + LEASE
    if row is None or row.boot != mine.boot:
        taken = {**vars(mine), "until": until, "anchor": time.time() - machine.steady()}
        row, _ = ServingHost.objects.update_or_create(pk=1, defaults=taken)
    # Also where the clock was set back: nobody shall wait for longer than a lease.
    elif abs(row.until - until) >= PAUSE / 2:
        row.until = until
        row.save(update_fields=["until"])
    return row


def _left(row: ServingHost) -> float:
    return min(row.until - time.time(), LEASE)


def _error(other: Elsewhere) -> CheckMessage:
    text = f"The SQLite database is served by another machine ({other.name}), and SQLite serves one."
    hint = f"{SQLITE_FOR_ONE} If that machine is gone for good, wait {other.seconds:.0f} seconds."
    return Error(text, hint=hint, id="config.E012")
