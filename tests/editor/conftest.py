"""What the editor's tests share."""

import pytest

from tests.editor.command import Command


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The ``groupflow`` command, run in this process."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return Command(capsys, monkeypatch)
