"""Faults on request: what to do to the next requests instead of, or on top of, the normal answer."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

from .answers import Answer, dump
from .presets import PRESETS

MOST_SECONDS = 600
MOST_FILLING = 1024**3
#: Where a connection can end: at its very beginning; amid the request; with the request read, but not carried out;
#: carried out, but not answered; amid the head or the body of the answer; after the answer, without a word.
POINTS = ("connect", "request", "before", "after", "headers", "body", "idle")
_UNREAD = {"connect", "request"}
_UNDONE = {*_UNREAD, "before"}
_OWN_ANSWER = {"status", "body", "body_bytes", "raw"}
_ANSWERED = {"headers", "gzip", "clock_skew_s", "retry_at_s"}
_PLAIN = {"match", "times", "apply", "preset"}


@dataclass(frozen=True)
class Fault:
    """One fault, as its document says.

    An answer of its own (`status`, `body`, `body_bytes` or `raw`) and an end at "before" or sooner keep the request
    from being carried out, unless `apply` is set; with all other faults it is carried out first. `delay_s` holds the
    answer back; what is carried out is carried out before the delay.
    """

    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    gate: threading.Event | None = None

    @property
    def name(self) -> str | None:
        """The preset's name, "custom", or None where there is no fault."""
        return self.document.get("preset", "custom") if self.document else None

    @property
    def at_connect(self) -> bool:
        return self.point == "connect"

    def fits(self, method: str, path: str) -> bool:
        match = self.document.get("match", {})
        return method == match.get("method", method).upper() and path.startswith(match.get("path", ""))

    @property
    def applies(self) -> bool:
        """Whether the request is handed to the cloud."""
        if "apply" in self.document:
            return bool(self.document["apply"])
        return not self.document.keys() & _OWN_ANSWER and self.point not in _UNDONE

    @property
    def carries_out(self) -> bool:
        """Whether a request comes to be carried out that would be without the fault."""
        return self.applies and not self.ends_tokens

    @property
    def point(self) -> str | None:
        """Where the connection ends, one of POINTS; None leaves it to the caller."""
        point: str | None = self.document.get("reset") or self.document.get("close")
        return point

    @property
    def resets(self) -> bool:
        """Whether the connection ends in a reset rather than in an orderly way."""
        return bool(self.document.get("reset"))

    @property
    def delay_s(self) -> float:
        return float(self.document.get("delay_s", 0))

    @property
    def holds(self) -> str | None:
        """ "before" or "after" carrying out: where the request waits until it is released."""
        holds: str | None = self.document.get("hold")
        return holds

    @property
    def raw(self) -> bytes | None:
        return self.document["raw"].encode() if "raw" in self.document else None

    @property
    def filling(self) -> int | None:
        """The bytes of a body of no sense; None where the body has one."""
        return self.document.get("body_bytes")

    @property
    def gzip(self) -> bool:
        return bool(self.document.get("gzip"))

    @property
    def drip(self) -> tuple[int, float] | None:
        """How many bytes are sent at a time, and the seconds between."""
        drip = self.document.get("drip")
        return (drip["bytes"], float(drip["every_s"])) if drip else None

    @property
    def ends_tokens(self) -> bool:
        return bool(self.document.get("end_tokens"))

    def answer(self, normal: Answer | None, now: float) -> Answer:
        """The answer to send: its own, or the normal one; with its header fields in either case."""
        if normal is None or self.document.keys() & _OWN_ANSWER:
            normal = self._own_answer()
        extra = {**self._times(now), **self.document.get("headers", {})}
        return Answer(normal.status, _joined(normal.headers, extra), normal.body)

    def _times(self, now: float) -> dict[str, str]:
        given = {"Date": "clock_skew_s", "Retry-After": "retry_at_s"}
        return {
            name: formatdate(now + self.document[member], usegmt=True)
            for name, member in given.items()
            if member in self.document
        }

    def _own_answer(self) -> Answer:
        status = self.document.get("status", 200)
        if "body_bytes" in self.document:
            return Answer(status, {"Content-Type": "application/json"})
        if "body" not in self.document:
            return Answer(status)
        body = self.document["body"]
        if isinstance(body, str):
            return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, body.encode())
        return Answer(status, {"Content-Type": "application/json"}, dump(body))


NO_FAULT = Fault()


@dataclass
class _Waiting:
    fault: Fault
    left: int

    def view(self) -> dict[str, Any]:
        """The fault as it was given, with the number of requests it still waits for."""
        return {**self.fault.document, "times": self.left}


class Faults:
    """The faults in wait, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._gates: list[threading.Event] = []

    def add(self, faults: list[Fault]) -> None:
        with self._lock:
            self._waiting.extend(_Waiting(fault, fault.document.get("times", 1)) for fault in faults)

    def take(self, method: str, path: str) -> Fault:
        """The first fault in wait for such a request, NO_FAULT when there is none; one time of it is used up."""
        return self._take(lambda fault: not fault.at_connect and fault.fits(method, path))

    def take_at_connect(self) -> Fault:
        """The first fault in wait for a new connection, NO_FAULT when there is none."""
        return self._take(lambda fault: fault.at_connect)

    def release(self) -> None:
        """Lets every request go on that a fault holds."""
        with self._lock:
            for gate in self._gates:
                gate.set()
            self._gates.clear()

    def view(self) -> list[dict[str, Any]]:
        with self._lock:
            return [waiting.view() for waiting in self._waiting]

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def _take(self, fits: Callable[[Fault], bool]) -> Fault:
        if not self._waiting:
            return NO_FAULT
        with self._lock:
            waiting = next((each for each in self._waiting if fits(each.fault)), None)
            if waiting is None:
                return NO_FAULT
            waiting.left -= 1
            self._waiting = [each for each in self._waiting if each.left]
            return self._gated(waiting.fault)

    def _gated(self, fault: Fault) -> Fault:
        if not fault.holds:
            return fault
        self._gates.append(gate := threading.Event())
        return replace(fault, gate=gate)


def read_faults(document: Any) -> list[Fault]:
    """The faults of `{"faults": [...]}`; ValueError names the first thing that is wrong and where."""
    _only(document, {"faults"}, "the body")
    given = document.get("faults")
    if not isinstance(given, list):
        raise ValueError("faults must be an array")
    return [_read_fault(fault, f"faults[{number}]") for number, fault in enumerate(given)]


def _read_fault(given: Any, at: str) -> Fault:
    _only(given, {*_PLAIN, *EFFECTS}, at)
    document = _with_preset(given, at)
    if not document.keys() & EFFECTS:
        raise ValueError(f"{at} does nothing: give one of preset, {', '.join(sorted(EFFECTS))}")
    _check_match(document.get("match", {}), f"{at}.match")
    _check_headers(document.get("headers", {}), f"{at}.headers")
    for name, (fits, wanted) in FITS.items():
        if name in document and not fits(document[name]):
            raise ValueError(f"{at}.{name} must be {wanted}")
    _check_together(document, at)
    return Fault(document)


def _with_preset(given: dict[str, Any], at: str) -> dict[str, Any]:
    """The preset's members under those given; header fields are added to the preset's."""
    if "preset" not in given:
        return given
    preset = PRESETS.get(given["preset"]) if isinstance(given["preset"], str) else None
    if preset is None:
        raise ValueError(f"{at}.preset is unknown: {given['preset']!r}; {_close_to(given['preset'])}")
    document = {**preset.fault, **given}
    if isinstance(given.get("headers"), dict):
        document["headers"] = _joined(preset.fault.get("headers", {}), given["headers"])
    return document


def _joined(fields: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Header fields, where those of `more` win, however their names are written."""
    replaced = {name.lower() for name in more}
    return {**{name: value for name, value in fields.items() if name.lower() not in replaced}, **more}


def _close_to(name: object) -> str:
    number = str(name).split("-")[0]
    close = [known for known in PRESETS if known.split("-")[0] == number]
    return f"known are {', '.join(close)}" if close else "GET /_sandbox/presets lists them"


def _check_together(document: Mapping[str, Any], at: str) -> None:
    fault = Fault(document)
    if "raw" in document and document.keys() & (_OWN_ANSWER | _ANSWERED) != {"raw"}:
        raise ValueError(f"{at}.raw is the whole answer: leave out status, body and headers")
    if "body" in document and "body_bytes" in document:
        raise ValueError(f"{at}.body_bytes is the whole body: leave out body")
    if document.get("close") and document.get("reset"):
        raise ValueError(f"{at}.close and {at}.reset are two ways to end a connection: give one")
    if fault.at_connect and "match" in document:
        raise ValueError(f"{at}.match cannot be known at connect: leave it out")
    if fault.point in _UNREAD and document.get("apply"):
        raise ValueError(f"{at}.apply cannot be true: the request never arrives whole")


def _is_number(least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: type(value) in (int, float) and least <= value <= most


def _is_whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _is_drip(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"bytes", "every_s"}:
        return False
    return _is_whole(1, MOST_FILLING)(value["bytes"]) and _is_number(0, MOST_SECONDS)(value["every_s"])


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_SECONDS = (_is_number(0, MOST_SECONDS), f"a number of seconds from 0 to {MOST_SECONDS}")
_OFFSET = (_is_number(-1e9, 1e9), "a number of seconds from -1e9 to 1e9")
_END = (lambda value: value is None or value in POINTS, f"null or one of {', '.join(POINTS)}")
_FLAG = (_is_flag, "true or false")

FITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "times": (_is_whole(1, 10**9), "a whole number from 1"),
    "status": (_is_whole(200, 599), "a whole number from 200 to 599"),
    "body_bytes": (_is_whole(2, MOST_FILLING), f"a whole number from 2 to {MOST_FILLING}"),
    "delay_s": _SECONDS,
    "clock_skew_s": _OFFSET,
    "retry_at_s": _OFFSET,
    "close": _END,
    "reset": _END,
    "hold": (lambda value: value in ("before", "after"), '"before" or "after"'),
    "drip": (_is_drip, f'an object {{"bytes": 1 or more, "every_s": 0 to {MOST_SECONDS}}}'),
    "raw": (lambda value: isinstance(value, str), "a string"),
    "gzip": _FLAG,
    "end_tokens": _FLAG,
    "apply": _FLAG,
}
EFFECTS = ({*FITS} | {"body", "headers"}) - _PLAIN


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
