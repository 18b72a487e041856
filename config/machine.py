"""What this machine is, and how long it has been switched on."""

import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

#: Linux has one that goes on while the machine sleeps.
_STEADY: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True)
class Machine:
    """``boot`` is this run of it, which all of its containers share; ``machine`` names it for good (empty where nothing
    does); ``name`` is for people."""

    boot: str
    machine: str
    name: str


@cache
def here() -> Machine:
    """This machine."""
    name = platform.node()
    return Machine(_read("/proc/sys/kernel/random/boot_id") or name, _read("/etc/machine-id"), name)


def steady() -> float:
    """Seconds since it was switched on, the same for all of its processes; nobody sets this clock."""
    return time.clock_gettime(_STEADY)


def _read(path: str) -> str:
    with suppress(OSError):
        return Path(path).read_text().strip()
    return ""
