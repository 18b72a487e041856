"""What a terminal may be shown: colours where they are wanted, and no character that would steer it."""

import os
import sys
from typing import NamedTuple, TextIO

_COLOURS = {"error": "31", "warning": "33", "info": "36", "good": "32", "faint": "2", "strong": "1"}


class Ink(NamedTuple):
    """How text is set off: in colours or not at all, with signs or with words."""

    has_colours: bool = False
    has_signs: bool = True

    def paint(self, text: str, manner: str) -> str:
        """``text`` in the manner of an error, a warning, an info, good, faint or strong."""
        return f"\x1b[{_COLOURS[manner]}m{text}\x1b[0m" if self.has_colours else text

    def mark(self, result: bool | None) -> str:
        """A tick, a cross, or a question mark where nobody can tell."""
        sign, word, manner = {True: ("✓", "+", "good"), False: ("✗", "-", "error"), None: ("?", "?", "warning")}[result]
        return self.paint(sign if self.has_signs else word, manner)

    @property
    def arrow(self) -> str:
        return "→" if self.has_signs else "->"


PLAIN = Ink()


def ink_for(stream: TextIO) -> Ink:
    """What suits ``stream``: colours on a terminal, unless NO_COLOR is set; FORCE_COLOR asks for them anywhere."""
    return Ink(_wants_colours(stream), _has_signs(stream))


def _wants_colours(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _has_signs(stream: TextIO) -> bool:
    try:
        "✓✗→".encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def visible(text: str) -> str:
    """``text`` on one line: line ends, control characters and marks of direction are shown by their numbers."""
    return "".join(c if c.isprintable() or "\ud800" <= c <= "\udfff" else f"U+{ord(c):04X}" for c in text)


def complain(text: str) -> None:
    """One line on standard error; where that is closed or full nobody can be told."""
    if sys.stderr is None:
        return
    try:
        print(f"groupflow: {visible(text)}", file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = None
