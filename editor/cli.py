"""The ``groupflow`` command: files in, verbs of the centre, answers out. Imports no Django.

Exit status: 0 fine, 1 the answer is "no" (a text that is no rule is told by its finding), 2 unusable input files.
The centre is imported by the commands that need it, so that ``--version`` and ``--help`` answer at once.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

FINE, NO, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class Unusable(Exception):
    """Input or arguments that cannot be worked with; the text says what and where."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter shows its number
    options = _parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except Unusable as error:
        print(f"groupflow: {error}", file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        return _stopped_listening(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _stopped_listening(error: OSError) -> int:
    """Standard output is closed, or full: say so, and keep the interpreter from saying it again when it ends."""
    if not isinstance(error, BrokenPipeError):
        print(f"groupflow: standard output: {error.strerror or error}", file=sys.stderr)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNUSABLE


def check_files(options: argparse.Namespace) -> int:
    """``groupflow check``: findings of each file; status 1 where one has an error."""
    from editor import reporting

    results = [(name, reporting.findings_of(_content(name))) for name in options.files]
    sys.stdout.write(reporting.FORMATS[options.format](results))
    return FINE if reporting.all_valid(results) else NO


def _content(name: str) -> bytes:
    if name == "-" and sys.stdin is None:
        raise Unusable("-: standard input is closed")
    try:
        if name == "-":
            return sys.stdin.buffer.read()
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise Unusable(f"{name}: {getattr(error, 'strerror', None) or error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="groupflow", description="Work on files that hold alarm-grouping rules.")
    parser.add_argument("--version", action="version", version=f"groupflow {version('groupflow')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checking = commands.add_parser("check", help="say what is wrong with rules")
    checking.add_argument("files", nargs="+", metavar="FILE", help="a rule document; - is standard input")
    checking.add_argument("--format", choices=["text", "json", "sarif"], default="text")
    checking.set_defaults(run=check_files)
    return parser


if __name__ == "__main__":
    sys.exit(main())
