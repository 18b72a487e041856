"""gunicorn's settings: ``gunicorn -c python:config.gunicorn config.wsgi``."""

import os
from typing import Any, Final

from prometheus_client.multiprocess import mark_process_dead

from config.logs import configuration

#: Seconds in which requests under way are answered after SIGTERM; new ones are not taken any more.
GRACE: Final = 25

_own = {"handlers": [], "propagate": True, "level": "WARNING"}
logconfig_dict = {
    **configuration("INFO"),
    "loggers": {"gunicorn.error": _own, "gunicorn.access": _own},
}
graceful_timeout = GRACE


def child_exit(server: Any, worker: Any) -> None:
    """What a process that is gone had in use counts no longer."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
