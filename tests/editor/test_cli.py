"""The ``groupflow`` command as a script meets it: a process, its output and its exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from editor.flow.finding import CODES
from tests.conftest import DOCUMENTS

ROOT = Path(__file__).parent.parent.parent


def groupflow(*arguments: str, stdin: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "editor.cli", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, **options)  # type: ignore[call-overload,no-any-return]


def test_the_published_sample_is_fine() -> None:
    done = groupflow("check", "editor/samples/aomtest.json")
    assert (done.returncode, done.stdout) == (0, b"editor/samples/aomtest.json: no errors, no warnings\n")


def test_every_bad_document_is_refused_by_its_name() -> None:
    files = sorted((DOCUMENTS / "bad").glob("*.json"))
    done = groupflow("check", "--format", "json", *map(str, files))
    results = json.loads(done.stdout)["results"]
    assert done.returncode == 1
    assert [result["file"] for result in results] == list(map(str, files))
    for file, result in zip(files, results, strict=True):
        assert not result["valid"]
        assert file.stem in {found["code"] for found in result["findings"]}


def test_one_bad_file_among_good_ones_is_a_no() -> None:
    good, bad = DOCUMENTS / "good" / "edge-self.json", DOCUMENTS / "bad" / "edge-self.json"
    done = groupflow("check", str(good), str(bad))
    assert done.returncode == 1
    assert f"{bad}#/match_v3/edges/3: error edge-self" in done.stdout.decode()
    assert f"{good}: no errors, no warnings" in done.stdout.decode()


def test_warnings_are_told_and_fine() -> None:
    done = groupflow("check", str(DOCUMENTS / "doubtful" / "tag-name.json"))
    assert done.returncode == 0
    assert b"no errors, 1 warning" in done.stdout


def test_it_reads_standard_input() -> None:
    done = groupflow("check", "-", stdin=(ROOT / "editor/samples/aomtest.json").read_bytes())
    assert (done.returncode, done.stdout) == (0, b"-: no errors, no warnings\n")


@pytest.mark.parametrize("stdin", [b"", b"\xff\x00", b"[]", b"{"])
def test_a_text_that_is_no_rule_is_a_no_with_its_finding(stdin: bytes) -> None:
    done = groupflow("check", "-", stdin=stdin)
    assert done.returncode == 1
    assert b"error" in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("arguments", [("check", "no/such/file"), ("check", "/"), ("check",), (), ("chekc", "a")])
def test_what_cannot_be_worked_with_is_two_and_one_line(arguments: tuple[str, ...]) -> None:
    done = groupflow(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_full_disk_is_told_in_a_line() -> None:
    command = [sys.executable, "-m", "editor.cli", "check", "editor/samples/aomtest.json"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("groupflow: standard output: ")
    assert done.stderr.count(b"\n") == 1


def test_a_terminal_without_the_letters_shows_their_numbers() -> None:
    document = DOCUMENTS / "bad" / "name-format.json"
    done = groupflow("check", str(document), env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert b"\\u0430" in done.stdout


def test_sarif_names_file_place_and_level() -> None:
    done = groupflow("check", "--format", "sarif", str(DOCUMENTS / "bad" / "edge-self.json"))
    (run,) = json.loads(done.stdout)["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} <= set(CODES)
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("edge-self", "error")
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/bad/edge-self.json")
    assert first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "/match_v3/edges/3"


def test_the_version_needs_no_centre() -> None:
    program = "import sys, editor.cli; sys.exit(any(name.startswith('editor.flow') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    assert groupflow("--version").stdout.startswith(b"groupflow ")
