"""Files of alarms, read as they come: lines of JSON, one JSON document, or CSV.

Whatever cannot be read is told by file and line, after the alarms before it were given out.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Final

from editor import files
from editor.files import Unusable
from editor.flow import Alarm, Unreadable, limits, parse
from editor.flow.alarm_shapes import TIMES, alarms_in, milliseconds
from editor.rule_files import unusable


def alarms(name: str) -> Iterator[Alarm]:
    """The alarms in a file, in order; its ending says how it is written, standard input holds lines of JSON.

    Raises Unusable where the file, or the next alarm in it, cannot be read.
    """
    if name == files.STANDARD_INPUT:
        return _from_lines(name)
    ending = PurePath(name).suffix.lower()
    if ending not in _READERS:
        raise Unusable(f"{name}: how it is written cannot be told; name it {', '.join(_READERS)}")
    return _READERS[ending](name)


def _from_lines(name: str) -> Iterator[Alarm]:
    for number, line in enumerate(files.lines(name, limits.BODY_BYTES), 1):
        if not (text := line.rstrip()):
            continue
        try:
            found = alarms_in(parse(text))
        except Unreadable as error:
            hint = "; standard input holds one alarm a line" if name == files.STANDARD_INPUT else ""
            raise Unusable(f"{unusable(name, error, number)}{hint}") from None
        yield from found


def _from_document(name: str) -> Iterator[Alarm]:
    text = files.content(name, limits.BODY_BYTES)
    if len(text) > limits.BODY_BYTES:
        raise Unusable(f"{name}: more than {limits.BODY_BYTES} bytes; write it as NDJSON, one alarm a line")
    try:
        found = alarms_in(parse(text))
    except Unreadable as error:
        is_lines = error.findings[0].code == "json-syntax" and _is_document(text.partition(b"\n")[0])
        raise Unusable(f"{unusable(name, error)}{'; one alarm a line is named .ndjson' if is_lines else ''}") from None
    yield from found


def _is_document(text: bytes) -> bool:
    try:
        parse(text)
    except Unreadable:
        return False
    return True


def _from_csv(name: str) -> Iterator[Alarm]:
    rows = _rows(name)
    header = next(rows, (1, []))[1]
    _guard_header(name, header)
    for number, cells in rows:
        if len(cells) != len(header):
            count = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
            raise Unusable(f"{name}: line {number}: {count}, where the header names {len(header)} columns")
        yield _row_alarm(f"{name}: line {number}", {key: cell for key, cell in zip(header, cells, strict=True) if cell})


def _rows(name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the number of the line on which it begins."""
    reader = csv.reader(_texts(name), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unusable(f"{name}: line {number}: {error}") from None
        if cells:
            yield number, cells


def _texts(name: str) -> Iterator[str]:
    for number, line in enumerate(files.lines(name, limits.BODY_BYTES), 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Unusable(f"{name}: line {number}: not UTF-8 (byte {error.object[error.start]:#04x})") from None


def _guard_header(name: str, header: list[str]) -> None:
    if not header:
        raise Unusable(f"{name}: line 1: a header with the names of the columns is missing")
    for column, key in enumerate(header, 1):
        if not key:
            raise Unusable(f"{name}: line 1: column {column} has no name")
        if header.index(key) != column - 1:
            raise Unusable(f"{name}: line 1: the column {key} stands twice")
    if len(header) == 1 and (marks := [mark for mark in ";\t|" if mark in header[0]]):
        raise Unusable(f"{name}: line 1: columns are separated by commas, not by {marks[0]!r}")


def _row_alarm(place: str, row: Mapping[str, str]) -> Alarm:
    for key, cell in row.items():
        if len(cell) > limits.STRING_LENGTH:
            raise Unusable(f"{place}: {key} has {len(cell)} characters; at most {limits.STRING_LENGTH} are read")
    times = {key: milliseconds(row[key]) for key in TIMES if key in row}
    for key, moment in times.items():
        if moment is None:
            raise Unusable(f"{place}: {key} is {row[key]}; write milliseconds since 1970, or 2026-01-31T08:00:00Z")
    return Alarm({"metadata": {key: cell for key, cell in row.items() if key not in TIMES}, **times})


def _from_parquet(name: str) -> Iterator[Alarm]:
    raise Unusable(f"{name}: Parquet is not read here; write the alarms as CSV or NDJSON")


_READERS: Final[Mapping[str, Callable[[str], Iterator[Alarm]]]] = {
    ".ndjson": _from_lines,
    ".jsonl": _from_lines,
    ".json": _from_document,
    ".csv": _from_csv,
    ".parquet": _from_parquet,
}
