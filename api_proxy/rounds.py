"""One round of the keeper: what nobody works on is taken over, and what goes to one connection is settled together.

A cloud that lets every question hang would hold up one row after the other. So whoever settles asks a connection once
for all of its rows, and several connections are asked at a time.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import groupby
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from api_proxy.cloud import KEEPER_SLOTS
from api_proxy.models import AlarmAction, AlarmDeed, LeaseLost, Submission, Undertaking
from config.metrics import LAST_RECONCILE
from editor.api.problems import Problem

log = logging.getLogger(__name__)

Row = TypeVar("Row", Submission, AlarmAction, AlarmDeed)
#: Settles rows that all go to one connection, or that all have lost theirs.
Batch = Callable[[], int]

#: So many rows of a kind are taken over in one round.
MOST_AT_ONCE: Final = 50


def batches(overdue: QuerySet[Row], settle: Callable[[Sequence[Row]], None]) -> list[Batch]:
    """Take over the ``overdue`` rows, those first that are so for longest. ``settle`` gets those of each connection; a
    batch says how many they are.

    Raises OperationalError or InterfaceError where the database does not answer.
    """
    rows = [row for row in overdue.order_by("lease_until")[:MOST_AT_ONCE] if row.take()]
    LAST_RECONCILE.set_to_current_time()
    rows.sort(key=_target)
    return [_batch(list(group), settle) for _, group in groupby(rows, _target)]


def settle_all(batches: Sequence[Batch]) -> int:
    """Settle ``batches``, several at a time; of how many rows they are. Raises like ``batches``."""
    if len(batches) < 2:
        return sum(batch() for batch in batches)
    with ThreadPoolExecutor(KEEPER_SLOTS, "settling") as pool:
        return sum(pool.map(_apart, batches))


def each(rows: Iterable[Row], act: Callable[[Row], None]) -> list[Row]:
    """``act`` on every row; those with which it went well. What one row meets keeps nobody from the others, unless it
    is the database itself."""
    return [row for row in rows if _went_well(row, act)]


def _target(row: Submission | AlarmAction | AlarmDeed) -> str:
    return str(row.connection_id)


def _batch(rows: list[Row], settle: Callable[[Sequence[Row]], None]) -> Batch:
    def batch() -> int:
        settle(rows)
        return len(rows)

    return batch


def _apart(batch: Batch) -> int:
    """In a thread that leaves no connection to the database behind."""
    try:
        return batch()
    finally:
        connections.close_all()


def _went_well(row: Row, act: Callable[[Row], None]) -> bool:
    try:
        act(row)
    except LeaseLost:
        log.info("%s %s was taken over by another process", row.CALLED, row.pk)
    except Problem as told:
        log.warning("%s %s could not be settled: %s", row.CALLED, row.pk, told)
        _let_go(row)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s %s could not be settled", row.CALLED, row.pk)
    else:
        LAST_RECONCILE.set_to_current_time()
        return True
    LAST_RECONCILE.set_to_current_time()
    return False


def _let_go(row: Undertaking) -> None:
    """After a problem of our own making, which says nothing of the cloud: the next round takes the row."""
    if row.finished is None:
        with suppress(LeaseLost):
            row.advance(lease_until=Now())
