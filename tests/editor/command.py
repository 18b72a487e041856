"""The ``groupflow`` command for tests: as a process where streams, terminals and its end matter, else in this one."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from editor.cli import main

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "editor.cli"]
SAMPLE = str(ROOT / "editor" / "samples" / "aomtest.json")


def groupflow(*arguments: str, stdin: bytes = b"", **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command as a script meets it."""
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, cwd=ROOT, **options)


class Answer(NamedTuple):
    """What a run in this process came to."""

    status: int
    out: str
    err: str


class Command:
    """Runs the command in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.capture = capture
        self.patch = patch

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Answer:
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main([str(argument) for argument in arguments])
        return Answer(status, *self.capture.readouterr())

    def refusal(self, *arguments: object, stdin: bytes = b"") -> str:
        """The one line with which the command refuses, without its name."""
        answer = self(*arguments, stdin=stdin)
        assert answer.status == 2, answer
        assert answer.err.count("\n") == 1, answer.err
        return answer.err.removeprefix("groupflow: ").rstrip("\n")
