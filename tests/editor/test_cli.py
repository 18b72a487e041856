"""The ``groupflow`` command: its streams, its exit status, and ``check``."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from editor.flow import limits
from editor.flow.finding import CODES
from tests.conftest import DOCUMENTS
from tests.editor.command import COMMAND, ROOT, SAMPLE, Command, groupflow

GOOD, BAD = DOCUMENTS / "good" / "edge-self.json", DOCUMENTS / "bad" / "edge-self.json"
DOUBTFUL = DOCUMENTS / "doubtful" / "tag-name.json"
LEGACY = DOCUMENTS / "upstream" / "legacy_ai_off.json"


def test_a_rule_without_faults_is_fine() -> None:
    done = groupflow("check", str(LEGACY))
    assert (done.returncode, done.stdout) == (0, f"{LEGACY}: no errors, no warnings\n".encode())


def test_every_bad_document_is_refused_by_its_name(command: Command) -> None:
    files = sorted((DOCUMENTS / "bad").glob("*.json"))
    done = command("check", "--format", "json", *files)
    results = json.loads(done.out)["results"]
    assert done.status == 1
    assert [result["file"] for result in results] == list(map(str, files))
    for file, result in zip(files, results, strict=True):
        assert not result["valid"]
        assert file.stem in {found["code"] for found in result["findings"]}


def test_one_bad_file_among_good_ones_is_a_no(command: Command) -> None:
    done = command("check", LEGACY, BAD)
    assert done.status == 1
    assert f"{BAD}#/match_v3/edges/3: error edge-self" in done.out
    assert f"{LEGACY}: no errors, no warnings" in done.out


def test_a_closing_line_counts_over_all_files(command: Command) -> None:
    last = command("check", LEGACY, BAD, DOCUMENTS / "bad" / "json-syntax.json").out.splitlines()[-1]
    assert last == "3 files, 2 with errors: 3 errors, no warnings"
    assert command("check", LEGACY, LEGACY).out.count("\n") == 1


def test_warnings_are_told_and_fine(command: Command) -> None:
    done = command("check", DOUBTFUL)
    assert done.status == 0
    assert "no errors, 1 warning\n" in done.out


def test_notes_are_counted_apart_from_warnings(command: Command) -> None:
    found = json.loads(command("check", SAMPLE, "--format", "json").out)["results"][0]["findings"]
    counts = {severity: sum(each["severity"] == severity for each in found) for severity in ("warning", "info")}
    assert counts["warning"] == 1 < counts["info"]
    assert f"no errors, 1 warning, {counts['info']} notes\n" in command("check", SAMPLE).out


def test_it_reads_standard_input() -> None:
    done = groupflow("check", "-", stdin=LEGACY.read_bytes())
    assert (done.returncode, done.stdout) == (0, b"-: no errors, no warnings\n")


@pytest.mark.parametrize("stdin", [b"", b"\xff\x00", b"[]", b"{"])
def test_a_text_that_is_no_rule_is_a_no_with_its_finding(command: Command, stdin: bytes) -> None:
    done = command("check", "-", stdin=stdin)
    assert (done.status, done.err) == (1, "")
    assert "error" in done.out


def test_it_reads_no_more_than_it_must() -> None:
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run(
            [*COMMAND, "check", "-", "/dev/zero", "--format", "json"], stdin=endless, capture_output=True, cwd=ROOT
        )
    results = json.loads(done.stdout)["results"]
    assert (done.returncode, [result["file"] for result in results]) == (1, ["-", "/dev/zero"])
    for result in results:
        (found,) = result["findings"]
        assert (found["code"], f"more than {limits.BODY_BYTES} bytes" in found["message"]) == ("json-size", True)


def test_it_expands_globs_that_the_shell_did_not(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules" / "deep.json").mkdir(parents=True)
    names = ["rules/b.json", "rules/a.json", "rules/deep.json/c.json", "rules/a[1].json"]
    for name in names:
        (tmp_path / name).write_bytes(LEGACY.read_bytes())
    monkeypatch.chdir(tmp_path)
    for given, found in {
        "rules/*.json": ["rules/a.json", "rules/a[1].json", "rules/b.json"],
        "rules/**/*.json": ["rules/a.json", "rules/a[1].json", "rules/b.json", "rules/deep.json/c.json"],
        "rules/a[1].json": ["rules/a[1].json"],
        "rules/[b]*": ["rules/b.json"],
    }.items():
        results = json.loads(command("check", given, given, "--format", "json").out)["results"]
        assert [result["file"] for result in results] == found


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("check", "no/such/file"), "no/such/file: No such file or directory"),
        (("check", "no/such/*.json"), "no/such/*.json: no file is named like that"),
        (("check", "tests"), "tests: is a directory; name files or a glob such as tests/*.json"),
        (("check", "/proc/self/mem"), "/proc/self/mem: Input/output error"),
        (("check",), "the following arguments are required: FILE; see groupflow check --help"),
        ((), "the following arguments are required: COMMAND; see groupflow --help"),
        (("chekc", "a"), "argument COMMAND: invalid choice: 'chekc'"),
        (("check", "a", "--format", "xml"), "argument --format: invalid choice: 'xml'"),
        (("simulate", "a"), "the following arguments are required: ALARMS"),
        (("check", "a\nb\x1bm"), "aU+000AbU+001Bm: No such file or directory"),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_what_cannot_be_worked_with_is_two_and_one_line(
    command: Command, arguments: tuple[str, ...], refusal: str
) -> None:
    assert command.refusal(*arguments).startswith(refusal)


def test_a_full_disk_is_told_in_a_line() -> None:
    for arguments in (["check", SAMPLE], ["simulate", SAMPLE, "tests/alarms/aom-alarm.json"], ["--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
        assert (done.returncode, done.stderr) == (2, b"groupflow: standard output: No space left on device\n")


def test_a_reader_that_went_away_is_told_in_a_line() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, "check", SAMPLE], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT)
    os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"groupflow: standard output: Broken pipe\n")


@pytest.mark.parametrize(
    ("redirection", "arguments", "error"),
    [
        (">&-", ["check", SAMPLE], b"groupflow: standard output is closed\n"),
        (">&-", ["--version"], b"groupflow: standard output is closed\n"),
        ("<&-", ["check", "-"], b"groupflow: -: standard input is closed\n"),
        ("2>&-", ["check", "no/such/file"], b""),
        ("2>/dev/full", ["check", "no/such/file"], b""),
    ],
)
def test_a_closed_stream_is_no_traceback(redirection: str, arguments: list[str], error: bytes) -> None:
    shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *COMMAND, *arguments]
    done = subprocess.run(shell, capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", error)


def test_an_interrupt_is_told_in_a_line() -> None:
    with subprocess.Popen(
        [*COMMAND, "simulate", SAMPLE, "-", "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b"{}\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b"groupflow: interrupted\n"


def test_a_terminal_without_the_letters_shows_their_numbers() -> None:
    done = groupflow("check", str(DOCUMENTS / "bad" / "name-format.json"), env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert b"\\u0430" in done.stdout


def test_programs_read_utf_8_whatever_the_terminal_takes(tmp_path: Path) -> None:
    file = tmp_path / "名\U0001f600.json"
    file.write_bytes(b"{}")
    for form in ("json", "sarif"):
        done = groupflow("check", str(file), "--format", form, env={"PYTHONIOENCODING": "ascii"})
        json.loads(done.stdout.decode())
    assert "名\U0001f600" in groupflow("check", str(file), "--format", "json", env={}).stdout.decode()


def on_a_terminal(*arguments: str, **environment: str) -> bytes:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=theirs, stderr=theirs, cwd=ROOT, env={"TERM": "xterm", **environment}
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while more := os.read(ours, 65536):
                shown += more
        except OSError:  # how Linux says that the other side is closed
            pass
        finally:
            os.close(ours)
        process.wait()
    return shown


def test_colours_are_for_terminals_and_can_be_turned_off() -> None:
    assert b"\x1b[31merror\x1b[0m edge-self" in on_a_terminal("check", str(BAD))
    assert b"\x1b" not in on_a_terminal("check", str(BAD), NO_COLOR="1")
    assert b"\x1b" not in on_a_terminal("check", str(BAD), TERM="dumb")
    assert b"\x1b" not in on_a_terminal("check", str(BAD), "--format", "json")


def test_colours_elsewhere_are_there_when_asked_for(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in command("check", BAD).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31merror\x1b[0m" in command("check", BAD).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in command("check", BAD).out


def test_sarif_names_file_place_and_level(command: Command) -> None:
    (run,) = json.loads(command("check", "--format", "sarif", BAD, SAMPLE).out)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} <= set(CODES)
    assert not [rule for rule in rules if "{" in rule["shortDescription"]["text"]]
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("edge-self", "error")
    assert rules[first["ruleIndex"]]["id"] == "edge-self"
    assert first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "/match_v3/edges/3"
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "tests/documents/bad/edge-self.json"
    lines = BAD.read_text().splitlines()
    begins = "\n".join(lines[physical["region"]["startLine"] - 1 :])[physical["region"]["startColumn"] - 1 :]
    assert json.JSONDecoder().raw_decode(begins)[0] == json.loads(BAD.read_text())["match_v3"]["edges"][3]
    assert "note" in {result["level"] for result in run["results"]}


def test_sarif_has_a_line_even_where_nothing_can_be_read(command: Command) -> None:
    files = sorted((DOCUMENTS / "bad").glob("json-*.json"))
    (run,) = json.loads(command("check", "--format", "sarif", *files, "/dev/zero").out)["runs"]
    assert len(run["results"]) > len(files)
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert min(region["startLine"], region["startColumn"]) >= 1


def test_sarif_takes_the_line_of_a_broken_text(command: Command) -> None:
    (run,) = json.loads(command("check", "-", "--format", "sarif", stdin=b'{\n  "a": 1,\n  "b": x\n}').out)["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 8}


def test_the_version_needs_no_centre() -> None:
    program = "import sys, editor.cli; sys.exit(any(name.startswith('editor.flow') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    assert groupflow("--version").stdout.startswith(b"groupflow ")


def test_checking_wakes_nothing_that_it_does_not_need() -> None:
    program = (
        "import sys, editor.cli\n"
        f"editor.cli.main(['check', {str(LEGACY)!r}])\n"
        "sys.exit(' '.join({'django', 'httpx', 'ruamel.yaml', 'sqlglot'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, b"")
