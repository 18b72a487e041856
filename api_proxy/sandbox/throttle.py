"""The gateway's patience: so many calls a second, where a number is set."""

import threading
from collections import deque
from collections.abc import Callable

from .answers import gateway_refusal


class Throttle:
    """Counts the calls of the last second; `calls_per_s` None lets every call through."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.calls_per_s: int | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._times: deque[float] = deque()

    def count(self) -> None:
        """Counts a call that is let through; the gateway's 429 for one too many, which is not counted."""
        limit = self.calls_per_s
        if limit is None:
            return
        now = self._clock()
        with self._lock:
            while self._times and self._times[0] <= now - 1:
                self._times.popleft()
            if len(self._times) < limit:
                self._times.append(now)
                return
        detail = f"policy user over ratelimit,limit:{limit},time:1 second"
        raise gateway_refusal(429, detail, {"Retry-After": "1"})
