"""A thread in every process that serves: it finds submissions and handled alarms that were cut off or left unclear, and
settles them."""

import logging
import threading
from typing import Final

from django.db import Error, close_old_connections

from api_proxy.reconciling import overdue_submissions
from api_proxy.rounds import settle_all
from api_proxy.stranded import stranded

log = logging.getLogger(__name__)

NAME: Final = "keeper"
#: Seconds between two looks.
PAUSE: Final = 5.0


def start() -> threading.Thread:
    """Keep looking for as long as the process lives. Several processes may: a lease goes to one of them."""
    keeper = threading.Thread(target=keep, args=(threading.Event(),), name=NAME, daemon=True)
    keeper.start()
    return keeper


def is_alive() -> bool:
    """Whether this process keeps looking."""
    return any(thread.name == NAME for thread in threading.enumerate())


def keep(stop: threading.Event, pause: float = PAUSE) -> None:
    """Settle what is overdue, every ``pause`` seconds until ``stop`` is set, whatever a look meets."""
    while not stop.wait(pause):
        try:
            settle_once()
        except Exception:
            log.exception("a look at the submissions failed; the next one comes")


def settle_once() -> int:
    """One look; how many rows were taken over. A database that does not answer is asked again next time."""
    close_old_connections()
    try:
        return settle_all([*overdue_submissions(), *stranded()])
    except Error:
        log.warning("the submissions cannot be read now", exc_info=True)
        return 0
    finally:
        close_old_connections()
