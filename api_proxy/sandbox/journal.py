"""What the cloud was asked, for people and tests: every request with its secrets masked."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

KEPT = 1000
MASK = "***"
SECRET_HEADERS = {
    "x-auth-token",
    "x-subject-token",
    "x-security-token",
    "authorization",
    "proxy-authorization",
    "cookie",
}


class Journal:
    """The last requests, newest last, from the moment their head arrived.

    An entry tells `number` (the order of arrival), `connection` (which one it came over), `fault`, `carried_out`
    (handed to the cloud and not refused there), `answer` ("none", "part", "whole" or "raw": what went out) and `status`
    (null unless a whole answer went out).
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._number = 0
        self._going_on = 0

    def begin(
        self, method: str, path: str, query: str, headers: Mapping[str, str], connection: int, fault: str | None
    ) -> dict[str, Any]:
        """Notes a request on arrival; what becomes of it goes into the entry handed back, through `note` and `end`."""
        entry = {
            "number": 0,
            "connection": connection,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method,
            "path": path,
            "query": query,
            "headers": masked_headers(headers),
            "body": "",
            "bytes_in": 0,
            "fault": fault,
            "carried_out": False,
            "answer": "none",
            "status": None,
        }
        with self._changed:
            self._number += 1
            self._going_on += 1
            entry["number"] = self._number
            self._entries.append(entry)
            self._changed.notify_all()
        return entry

    def received(self, entry: dict[str, Any], body: bytes, bytes_in: int) -> None:
        """Notes that a request arrived whole: its body, and the bytes it took."""
        self.note(entry, body=masked_body(entry["path"], body), bytes_in=bytes_in)

    def note(self, entry: dict[str, Any], **members: Any) -> None:
        with self._changed:
            entry.update(members)

    def end(self, entry: dict[str, Any], bytes_in: int) -> None:
        """Nothing more will happen to the request."""
        with self._changed:
            entry["bytes_in"] = bytes_in
            self._going_on -= 1
            self._changed.notify_all()

    def entries(self) -> list[dict[str, Any]]:
        with self._changed:
            return [dict(entry) for entry in self._entries]

    def wait_for(self, count: int, method: str | None, path: str, timeout: float) -> None:
        """Returns once so many requests have come with the method and a path that begins so; else TimeoutError."""

        def arrived() -> bool:
            fitting = (e for e in self._entries if method in (None, e["method"]) and e["path"].startswith(path))
            return sum(1 for _ in fitting) >= count

        self._wait(arrived, timeout, f"{count} request(s) did not arrive")

    def settle(self, timeout: float) -> None:
        """Returns once no request is going on; else TimeoutError."""
        self._wait(lambda: not self._going_on, timeout, "a request is still going on")

    def clear(self) -> None:
        """Forgets everything; numbers start at 1 again."""
        with self._changed:
            self._entries.clear()
            self._number = 0

    def _wait(self, condition: Callable[[], bool], timeout: float, words: str) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise TimeoutError(f"{words} within {timeout:g} seconds")


def masked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The header fields with the values of secret ones replaced."""
    return {name: MASK if name.lower() in SECRET_HEADERS else value for name, value in headers.items()}


def masked_body(path: str, body: bytes) -> str:
    """The body as received; IAM's bodies with every password replaced, or wholly when they cannot be read."""
    text = body.decode(errors="backslashreplace")
    if "/v3/" not in path.lower() or not text:
        return text
    try:
        return json.dumps(_without_passwords(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return MASK


def _without_passwords(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_passwords(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _masked_member(name, member) for name, member in value.items()}


def _masked_member(name: str, member: Any) -> Any:
    # The member that holds the user is itself called "password"; only what is no object in it is one.
    if name.lower() == "password" and not isinstance(member, dict):
        return MASK
    return _without_passwords(member)
