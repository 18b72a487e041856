"""Faults on request: what to do to the next requests instead of, or on top of, the normal answer."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Answer, dump

MOST_SECONDS = 600
MEMBERS = {"match", "times", "status", "body", "headers", "delay_s", "close", "raw", "apply"}
EFFECTS = MEMBERS - {"match", "times", "apply"}


@dataclass
class Fault:
    """A fault in wait.

    An answer of its own (`status`, `body` or `raw`) and close "before" keep the request from being carried out, unless
    `apply` is set; all other faults let it be carried out first. `delay_s` holds the answer back; what is carried
    out is carried out before the delay.
    """

    document: dict[str, Any] = field(repr=False)
    left: int = 1

    def fits(self, method: str, path: str) -> bool:
        match = self.document.get("match", {})
        return method == match.get("method", method).upper() and path.startswith(match.get("path", ""))

    @property
    def applies(self) -> bool:
        """Whether the request is carried out."""
        if "apply" in self.document:
            return bool(self.document["apply"])
        own = self.document.keys() & {"status", "body", "raw"}
        return not own and self.close != "before"

    @property
    def close(self) -> str | None:
        close: str | None = self.document.get("close")
        return close

    @property
    def delay_s(self) -> float:
        return float(self.document.get("delay_s", 0))

    @property
    def raw(self) -> bytes | None:
        return self.document["raw"].encode() if "raw" in self.document else None

    def answer(self, normal: Answer | None) -> Answer:
        """The answer to send: its own, or the normal one; with its header fields in either case."""
        if "status" in self.document or "body" in self.document or normal is None:
            normal = self._own_answer()
        extra = self.document.get("headers", {})
        replaced = {name.lower() for name in extra}
        kept = {name: value for name, value in normal.headers.items() if name.lower() not in replaced}
        return Answer(normal.status, {**kept, **extra}, normal.body)

    def _own_answer(self) -> Answer:
        status = self.document.get("status", 200)
        if "body" not in self.document:
            return Answer(status)
        body = self.document["body"]
        if isinstance(body, str):
            return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, body.encode())
        return Answer(status, {"Content-Type": "application/json"}, dump(body))

    def view(self) -> dict[str, Any]:
        """The fault as it was given, with the number of requests it still waits for."""
        return {**self.document, "times": self.left}


class Faults:
    """The faults in wait, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        with self._lock:
            self._waiting.extend(faults)

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault in wait for such a request; one time of it is used up."""
        with self._lock:
            fault = next((each for each in self._waiting if each.fits(method, path)), None)
            if fault is not None:
                fault.left -= 1
                self._waiting = [each for each in self._waiting if each.left]
            return fault

    def view(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.view() for fault in self._waiting]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


def read_faults(document: Any) -> list[Fault]:
    """The faults of `{"faults": [...]}`; ValueError names the first thing that is wrong and where."""
    _only(document, {"faults"}, "the body")
    given = document.get("faults")
    if not isinstance(given, list):
        raise ValueError("faults must be an array")
    return [_read_fault(fault, f"faults[{number}]") for number, fault in enumerate(given)]


def _read_fault(given: Any, at: str) -> Fault:
    _only(given, MEMBERS, at)
    if not given.keys() & EFFECTS:
        raise ValueError(f"{at} does nothing: give one of {', '.join(sorted(EFFECTS))}")
    if "raw" in given and given.keys() & {"status", "body", "headers"}:
        raise ValueError(f"{at}.raw is the whole answer: leave out status, body and headers")
    _check_match(given.get("match", {}), f"{at}.match")
    _check_headers(given.get("headers", {}), f"{at}.headers")
    for name, (fits, wanted) in FITS.items():
        if name in given and not fits(given[name]):
            raise ValueError(f"{at}.{name} must be {wanted}")
    return Fault(given, given.get("times", 1))


FITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "times": (lambda value: type(value) is int and value >= 1, "a whole number from 1"),
    "status": (lambda value: type(value) is int and 200 <= value <= 599, "a whole number from 200 to 599"),
    "delay_s": (
        lambda value: type(value) in (int, float) and 0 <= value <= MOST_SECONDS,
        f"a number of seconds from 0 to {MOST_SECONDS}",
    ),
    "close": (lambda value: value in ("before", "after", None), '"before", "after" or null'),
    "raw": (lambda value: isinstance(value, str), "a string"),
    "apply": (lambda value: isinstance(value, bool), "true or false"),
}


def _check_match(match: Any, at: str) -> None:
    _only(match, {"method", "path"}, at)
    for name, value in match.items():
        if not isinstance(value, str):
            raise ValueError(f"{at}.{name} must be a string")


def _check_headers(headers: Any, at: str) -> None:
    if not isinstance(headers, dict):
        raise ValueError(f"{at} must be an object")
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
            raise ValueError(f"{at} has a member that cannot be a header's name: {name!r}")
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise ValueError(f"{at}.{name} must be a string of printable ASCII characters")


def _only(given: Any, members: set[str], at: str) -> None:
    if not isinstance(given, dict):
        raise ValueError(f"{at} must be an object")
    if unknown := sorted(given.keys() - members):
        raise ValueError(f"{at} has unknown member(s) {', '.join(unknown)}; known are {', '.join(sorted(members))}")
