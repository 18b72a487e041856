"""What the cloud was asked, for people and tests: every request with its secrets masked."""

import json
import threading
from collections import deque
from collections.abc import Mapping
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
    """The last requests, newest last. A status of null means that no whole answer has been sent (yet)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._number = 0

    def add(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Notes a request on arrival; the answer's status goes into the entry handed back, through `answered`."""
        with self._lock:
            self._number += 1
            entry = {
                "number": self._number,
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "path": path,
                "query": query,
                "headers": masked_headers(headers),
                "body": masked_body(path, body),
                "status": None,
            }
            self._entries.append(entry)
            return entry

    def answered(self, entry: dict[str, Any], status: int) -> None:
        with self._lock:
            entry["status"] = status

    def entries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries]

    def clear(self) -> None:
        """Forgets everything; numbers start at 1 again."""
        with self._lock:
            self._entries.clear()
            self._number = 0


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
