"""A clock that nobody sets. On SQLite the time of the database is the machine's own, and that can jump: leases would
run out while their process works, and pauses would last for an hour more. So there ``Now()`` counts the seconds since
the machine was switched on, from the time that it had when it was first served from; ``hosts`` keeps that.
"""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from config import machine

#: As Django writes SQLite's ``Now()``.
_NOW: Final = ("%Y-%m-%d %H:%M:%f", "NOW")
#: By the database's file, the time at which the steady clock began.
_anchors: dict[str, float] = {}


def begin(connection: BaseDatabaseWrapper, anchor: float) -> None:
    """Let ``Now()`` run steadily from ``anchor`` on, in this connection and in all later ones to the same file."""
    _anchors[str(connection.settings_dict["NAME"])] = anchor
    connection.ensure_connection()
    _put_in(connection, anchor)


def on_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Called for every new connection."""
    if connection.vendor != "sqlite":
        return
    name = str(connection.settings_dict["NAME"])
    anchor = _anchors[name] if name in _anchors else _read(connection)
    if anchor is not None:
        _anchors[name] = anchor
        _put_in(connection, anchor)


def _read(connection: BaseDatabaseWrapper) -> float | None:
    """What another process of this machine has begun with; None before."""
    with suppress(sqlite3.Error):
        found = connection.connection.execute(
            "SELECT anchor FROM config_servinghost WHERE boot = ?", [machine.here().boot]
        )
        row = found.fetchone()
        return float(row[0]) if row else None
    return None


def _put_in(connection: BaseDatabaseWrapper, anchor: float) -> None:
    """In place of SQLite's own function, of which only what is asked of the present changes."""

    def strftime(form: str, moment: Any) -> Any:
        is_now = isinstance(moment, str) and moment.upper() == "NOW"
        now = (
            datetime.fromtimestamp(anchor + machine.steady(), UTC).isoformat(" ", "milliseconds")[:23]
            if is_now
            else moment
        )
        return now if (form, moment) == _NOW else _by_sqlite(form, now)

    connection.connection.create_function("strftime", 2, strftime)


def _by_sqlite(form: str, moment: Any) -> Any:
    with closing(sqlite3.connect(":memory:")) as plain:
        return plain.execute("SELECT strftime(?, ?)", [form, moment]).fetchone()[0]
