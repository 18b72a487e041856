"""How often a question is asked again, how long is waited in between, and how long a host is left in peace."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

#: Answers after which a question is asked again: the other side may be up again in a moment.
PASSING: Final = frozenset({500, 502, 503, 504})
THROTTLED: Final = 429
#: Seconds of peace where a 429 does not say how many.
DEFAULT_PAUSE: Final = 1.0
#: The longest peace in seconds: whoever asks for more would lock us out, most likely by mistake.
MOST_PAUSE: Final = 3600.0
#: Seconds before the second try; each further one waits twice as long.
FIRST_WAIT: Final = 0.25


class Pauses(Protocol):
    """Which hosts want to be left in peace, and for how long."""

    def left(self, host: str) -> float:
        """The seconds until ``host`` may be called again; 0 where it may be called now."""

    def extend(self, host: str, seconds: float) -> None:
        """Leave ``host`` in peace for so many seconds from now, unless that is so for longer already."""


class OwnPauses:
    """Pauses that one client keeps for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def left(self, host: str) -> float:
        return max(self._until.get(host, 0) - time.monotonic(), 0)

    def extend(self, host: str, seconds: float) -> None:
        with self._lock:
            self._until[host] = max(self._until.get(host, 0), time.monotonic() + seconds)


def waits() -> Iterator[float]:
    """The seconds before each further try, without end; partly chance, so that callers do not come in step."""
    wait = FIRST_WAIT
    while True:
        yield wait * random.uniform(0.5, 1)
        wait *= 2


def pause_asked(headers: Mapping[str, str]) -> float:
    """The seconds that a 429 wants to be left in peace for, by its Retry-After in seconds or as a date; DEFAULT_PAUSE
    where that says nothing usable, never more than MOST_PAUSE."""
    text = headers.get("Retry-After", "").strip()
    seconds = float(text[:12]) if text.isascii() and text.isdigit() else _seconds_until(text, headers.get("Date", ""))
    return min(seconds, MOST_PAUSE) if seconds > 0 else DEFAULT_PAUSE


def _seconds_until(text: str, now: str) -> float:
    """By the clock of whoever wrote the date, where the answer tells it."""
    until = http_date(text)
    if until is None:
        return 0
    return (until - (http_date(now) or datetime.now(UTC))).total_seconds()


def http_date(text: str) -> datetime | None:
    """The moment that a header field names, in UTC and also where it names no zone; None where it names none that there
    is."""
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def clock_after(seconds: float) -> str:
    """The time of day, with its date, in so many seconds; rounded up, so that nobody comes too early."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds + 1)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
