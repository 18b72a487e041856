"""The intent of an undertaking, on record before the first byte leaves."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction

from api_proxy.models import Undertaking, lease_end
from editor.api.problems import Problem

Row = TypeVar("Row", bound=Undertaking)


def write_intent(
    wanted: Row,
    recorded: Callable[[Row], Row | None],
    conflict: Callable[[Row], Problem],
    guard: Callable[[Row], None] = lambda row: None,
) -> Row | None:
    """Write ``wanted``, for good and with its lease; None, or the row that ``recorded`` finds where the same key was
    faster. Where it stands in the way of another row, the problem that ``conflict`` gives is raised.

    ``guard`` raises where something earlier forbids it, and is asked once the row is there: whoever came between has
    either left a row that is seen now, or finds this one.
    """
    try:
        with transaction.atomic(durable=True):
            wanted.lease_until = lease_end()
            wanted.save(force_insert=True)
            guard(wanted)
    except IntegrityError:
        found = recorded(wanted)
        if found is None:
            raise conflict(wanted) from None
        return found
    return None
