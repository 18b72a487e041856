"""Files as the command is given them: names, globs, standard input; what cannot be read is told by name."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

STANDARD_INPUT = "-"


class Unusable(Exception):
    """Input or arguments that cannot be worked with; the text says what and where."""


def named(names: Iterable[str]) -> list[str]:
    """The files that ``names`` stand for, each once. A name that is no file is read as a glob, ``**`` for any folders.

    Raises Unusable where a glob matches no file.
    """
    return list(dict.fromkeys(file for name in names for file in _matched(name)))


def _matched(name: str) -> list[str]:
    if not glob.has_magic(name) or os.path.lexists(name):
        return [name]
    files = sorted(file for file in glob.glob(name, recursive=True) if not os.path.isdir(file))
    if not files:
        raise Unusable(f"{name}: no file is named like that")
    return files


def content(name: str, limit: int) -> bytes:
    """The bytes of a file, at most ``limit`` and one more, which tells that there are too many.

    Raises Unusable where it cannot be read.
    """
    with _opened(name) as stream:
        try:
            return stream.read(limit + 1)
        except OSError as error:
            raise _unreadable(name, error) from None


def lines(name: str, limit: int) -> Iterator[bytes]:
    """The lines of a file with their ends, as they come.

    Raises Unusable where it cannot be read, or a line has more than ``limit`` bytes.
    """
    with _opened(name) as stream:
        number = 0
        while line := _line(name, stream, limit):
            number += 1
            if len(line) > limit:
                raise Unusable(f"{name}: line {number} has more than {limit} bytes")
            yield line


def _line(name: str, stream: BinaryIO, limit: int) -> bytes:
    try:
        return stream.readline(limit + 1)
    except OSError as error:
        raise _unreadable(name, error) from None


def _opened(name: str) -> AbstractContextManager[BinaryIO]:
    if name == STANDARD_INPUT:
        if sys.stdin is None:
            raise Unusable(f"{name}: standard input is closed")
        return nullcontext(sys.stdin.buffer)
    try:
        return open(name, "rb")
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError | ValueError) -> Unusable:
    if isinstance(error, IsADirectoryError):
        return Unusable(f"{name}: is a directory; name files or a glob such as {os.path.join(name, '*.json')}")
    return Unusable(f"{name}: {getattr(error, 'strerror', None) or error}")
