"""What a JSON document of alarms may look like: the shapes in which people hold them, each told by its own mark.

``metadata``
    an alarm as AOM publishes it, with ``annotations``, ``starts_at``, ``ends_at`` and whatever else beside it
``labels``
    an alert of Alertmanager: labels become metadata, RFC 3339 becomes milliseconds
``events``, ``alerts``
    an answer or a message that holds alarms: AOM's ListEvents and PushEvents, Alertmanager's webhook
none of them
    the attributes themselves; ``starts_at``, ``ends_at`` and an object of ``annotations`` keep their meaning

A list holds alarms of one shape. What could be read in two ways is refused.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from editor.flow import limits
from editor.flow.alarm import Alarm
from editor.flow.finding import Finding, finding
from editor.flow.reading import Unreadable, kind_of_value, pointer
from editor.flow.rule import Document, Json
from editor.flow.say import mark, say

ENVELOPES: Final = ("events", "alerts")
MARKS: Final = ("metadata", "labels", *ENVELOPES)
TIMES: Final = ("starts_at", "ends_at")
_SHAPES: Final[Mapping[str, str]] = {
    "metadata": mark("an alarm with metadata"),
    "labels": mark("an alert with labels"),
    "": mark("a map of attributes"),
}
_TIME: Final = mark("milliseconds since 1970 as a whole number, or a time such as 2026-01-31T08:00:00Z")
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def alarms_in(document: Json, place: str = "") -> list[Alarm]:
    """The alarms in ``document`` in their order, each in the published form with times in milliseconds.

    ``place`` is where the document itself stands, a JSON Pointer; findings point below it. Raises Unreadable with
    ``alarm-shape``, ``alarm-mixed`` and ``alarm-type``, at most a hundred of them.
    """
    shapes = _Shapes()
    found = shapes.document(document, place)
    if shapes.findings:
        raise Unreadable(shapes.findings)
    return [Alarm(raw) for raw in found]


def milliseconds(value: Json) -> int | None:
    """A moment in whole milliseconds since 1970, from a number, from its digits as a text, or from RFC 3339.

    Nothing, an empty text and what lies before 1970 (Alertmanager's year 1 means "not yet") are 0; what is no time is
    None.
    """
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        is_whole = value.isascii() and value.isdigit() and len(value) <= len(str(limits.INTEGER))
        return milliseconds(int(value)) if is_whole else _from_rfc3339(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= limits.INTEGER:
        return None
    return int(value) if value == int(value) else None


def _from_rfc3339(text: str) -> int | None:
    if not _RFC3339.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return max(0, (moment - _EPOCH) // timedelta(milliseconds=1))


class _Shapes:
    """One pass over one document. What it gives back is of use only where it found nothing wrong."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def document(self, document: Json, place: str) -> list[Document]:
        if isinstance(document, list):
            return self.items(document, place)
        if isinstance(document, dict) and (marks := _marks(document)) and marks[0] in ENVELOPES:
            return self.envelope(document, marks, place)
        return self.alarm(document, place)

    def envelope(self, envelope: Document, marks: Sequence[str], place: str) -> list[Document]:
        if not self.is_plain(marks, place):
            return []
        items, where = envelope[marks[0]], place + pointer(marks[0])
        if isinstance(items, list):
            return self.items(items, where)
        self.wrong(where, say("a list of alarms"), items)
        return []

    def items(self, items: Sequence[Json], place: str) -> list[Document]:
        """The alarms of a list; the first that is not empty says of which shape they are."""
        shapes = (_shape(_marks(item)) for item in items if isinstance(item, dict) and item)
        shape = next((each for each in shapes if each in _SHAPES), "")
        return [raw for i, item in enumerate(items) for raw in self.alarm(item, f"{place}/{i}", shape)]

    def alarm(self, raw: Json, place: str, shape: str | None = None) -> list[Document]:
        """The one alarm that ``raw`` is, or a finding; ``shape`` is the one that its list has."""
        if not isinstance(raw, dict):
            mend = say("Write an object with metadata, or the attributes themselves.")
            self.note("alarm-shape", place, found=kind_of_value(raw), mend=mend)
            return []
        marks = _marks(raw)
        if not self.is_plain(marks, place):
            return []
        own = _shape(marks)
        if own in ENVELOPES:
            mend = say("Give it alone, or write what {member} holds into the list.", member=own)
            self.note("alarm-shape", place, found=say("an object with {member} inside a list", member=own), mend=mend)
        elif raw and shape is not None and shape != own:
            one, other = (say(_SHAPES[each]) for each in (own, shape))
            said = {"one": say("is {shape}", shape=one), "other": say("its list began with {shape}", shape=other)}
            self.note("alarm-mixed", place, **said, mend=say("Write all of them alike."))
        else:
            return [_READERS[own](self, raw, place)]
        return []

    def published(self, raw: Document, place: str) -> Document:
        self.attributes(raw["metadata"], place + pointer("metadata"))
        self.annotations(raw, place)
        return {**raw, **self.times(raw, place)}

    def bare(self, raw: Document, place: str) -> Document:
        beside = {*TIMES, *(["annotations"] if isinstance(raw.get("annotations"), dict) else [])}
        metadata = {name: value for name, value in raw.items() if name not in beside}
        self.attributes(metadata, place)
        annotations = {name: raw[name] for name in beside.difference(TIMES)}
        return {"metadata": metadata, **annotations, **self.times(raw, place)}

    def alert(self, raw: Document, place: str) -> Document:
        self.attributes(raw["labels"], place + pointer("labels"))
        self.annotations(raw, place)
        return {
            "metadata": raw["labels"],
            "annotations": raw.get("annotations"),
            "starts_at": self.time(raw, "startsAt", place),
            "ends_at": self.end_of(raw, place),
        }

    def end_of(self, alert: Document, place: str) -> int:
        """When an alert was resolved. One that still fires may carry the time at which it will be given up; that is
        not its end."""
        status, ends = alert.get("status"), self.time(alert, "endsAt", place)
        if status == "resolved" and ends == 0:
            self.wrong(place + pointer("endsAt"), say("the time at which the alert was resolved"), alert.get("endsAt"))
        if status in ("resolved", None):
            return ends
        if status != "firing" and not isinstance(status, dict):
            self.wrong(place + pointer("status"), say('"firing" or "resolved"'), status)
        return 0

    def attributes(self, value: Json, place: str) -> None:
        if not isinstance(value, dict):
            self.wrong(place, say("an object of attributes"), value)
            return
        for name, each in value.items():
            if isinstance(each, dict | list):
                self.wrong(place + pointer(name), say("a text, a number, true or false"), each)

    def annotations(self, raw: Document, place: str) -> None:
        if not isinstance(raw.get("annotations"), dict | None):
            self.wrong(place + pointer("annotations"), say("an object"), raw["annotations"])

    def times(self, raw: Document, place: str) -> Document:
        return {name: self.time(raw, name, place) for name in TIMES if name in raw}

    def time(self, raw: Document, name: str, place: str) -> int:
        moment = milliseconds(raw.get(name))
        if moment is None:
            self.wrong(place + pointer(name), say(_TIME), raw[name])
        return moment or 0

    def is_plain(self, marks: Sequence[str], place: str) -> bool:
        """Whether at most one shape is marked; notes where there are more."""
        if len(marks) < 2:
            return True
        mend = mark("Keep {one} or {other}; of the other, write the parts where they belong.")
        said = {"one": say("has {member}", member=marks[0]), "other": say("also {member}", member=marks[1])}
        self.note("alarm-mixed", place, **said, mend=say(mend, one=marks[0], other=marks[1]))
        return False

    def wrong(self, place: str, wanted: str, value: Json) -> None:
        self.note("alarm-type", place, wanted=wanted, found=kind_of_value(value))

    def note(self, code: str, place: str, **params: str) -> None:
        if len(self.findings) < limits.FINDINGS_PER_CODE:
            self.findings.append(finding(code, place, place=place or say("The document"), **params))


_READERS: Final[Mapping[str, Callable[[_Shapes, Document, str], Document]]] = {
    "metadata": _Shapes.published,
    "labels": _Shapes.alert,
    "": _Shapes.bare,
}


def _marks(raw: Document) -> list[str]:
    return [mark for mark in MARKS if mark in raw]


def _shape(marks: Sequence[str]) -> str:
    return marks[0] if marks else ""
