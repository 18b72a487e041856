"""The manual of the command shows what the command says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from editor.yaml_reading import read_yaml
from tests.editor.command import ROOT, SAMPLE, Command

MANUAL = (ROOT / "docs" / "command.md").read_text()
RUNS = re.findall(r"^    \$ (.+)\n((?:    [^$\n].*\n)*)", MANUAL, re.M)


@pytest.mark.parametrize(("line", "shown"), RUNS, ids=[line for line, _ in RUNS])
def test_a_run_in_the_manual_says_what_it_says_there(tmp_path: Path, line: str, shown: str) -> None:
    folder = tmp_path / "manual"
    shutil.copytree(ROOT / "tests" / "manual", folder)
    shutil.copy(SAMPLE, folder / "rules")
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", f"exec 2>&1; {line}"], stdout=subprocess.PIPE, cwd=folder, env=here)
    expected, is_cut, _ = re.sub("^    ", "", shown, flags=re.M).partition("…\n")
    said = done.stdout.decode()
    assert (said[: len(expected)] if is_cut else said) == expected


def test_the_manual_shows_every_command() -> None:
    assert {line.split("groupflow ")[1].split()[0] for line, _ in RUNS} == {"check", "simulate", "test", "convert"}


def test_the_hooks_for_pre_commit_run_commands_that_there_are(command: Command) -> None:
    hooks, _ = read_yaml(".pre-commit-hooks.yaml", (ROOT / ".pre-commit-hooks.yaml").read_bytes())
    assert isinstance(hooks, list)
    for hook in hooks:
        assert isinstance(hook, dict)
        name, verb = str(hook["entry"]).split()
        assert (name, command(verb, "--help").status) == ("groupflow", 0)
        assert f"- id: {hook['id']}\n" in MANUAL
