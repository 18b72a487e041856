"""``groupflow simulate``: alarms from files and streams, led through a rule; and ``convert``."""

import json
import subprocess
from pathlib import Path

import pytest

from editor.flow import limits
from tests.conftest import DOCUMENTS
from tests.editor.command import COMMAND, ROOT, SAMPLE, Command, groupflow

ALARMS = ROOT / "tests" / "alarms"
LEGACY = DOCUMENTS / "upstream" / "legacy_ai_off.json"
OPEN_BRANCH = DOCUMENTS / "bad" / "condition-exit-missing.json"
UNROUTED = DOCUMENTS / "doubtful" / "branch-unrouted.json"


def leaves(out: str) -> list[str | None]:
    return [json.loads(line)["leaf"] for line in out.splitlines()]


def test_json_is_a_line_an_alarm(command: Command) -> None:
    done = command("simulate", SAMPLE, ALARMS / "alertmanager-webhook.json", "--format", "json")
    assert (done.status, done.err) == (0, "")
    first, second = map(json.loads, done.out.splitlines())
    assert {"leaf", "path", "steps", "notify", "group_key"} <= first.keys()
    assert (first["leaf"], first["notify"]) == ("flow-xc0QfFsN", ["LTQTEST-ASASDASDDSA"])
    assert first["path"] == ["flow-lKSGbvq-", "flow-1JBeHxLU", "flow-_p6cFvLk", "flow-xc0QfFsN"]
    condition = first["steps"][1]["conditions"][0]
    assert {condition[name] for name in ("key", "operate", "actual")} == {"event_severity", "EQUALS", "Critical"}
    assert second["leaf"] == first["leaf"]


def test_text_says_where_and_why(command: Command) -> None:
    done = command("simulate", LEGACY, "-", stdin=b'{"event_name": "cpu", "event_severity": "Critical"}\n{"a": "b"}\n')
    assert done.out.splitlines() == [
        "alarm 1: cpu, Critical",
        "  goes to  Entry 1 (/detail/0)",
        "  told     testyq2",
        "  group    resource_provider (absent)",
        "  ✓ Entry 1 (/detail/0)",
        "      ✓ severity is Critical (here Critical)",
        "alarm 2",
        "  goes to  no group: nothing takes it",
        "  told     nobody",
        "  group    none",
        "  ✗ Entry 1 (/detail/0)",
        "      ✗ severity is Critical (absent)",
        "  rests on D13: Who is told of an alarm that reaches no merge card? Taken as nobody: nobody.",
        "2 alarms: 1 grouped, 1 unrouted",
    ]


def test_a_terminal_without_the_signs_gets_plain_ones() -> None:
    done = groupflow("simulate", SAMPLE, "-", stdin=b"{}", env={"PYTHONIOENCODING": "ascii"})
    assert b"      - severity is Critical (absent)\n" in done.stdout


def test_text_names_the_assumptions_by_which_it_was_read(command: Command) -> None:
    done = command("simulate", UNROUTED, "-", "--assume", "D13=unknown", stdin=b'{"event_severity": "Minor"}')
    assert "  told     this cannot be said\n" in done.out
    assert "Taken as unknown: this cannot be said." in done.out


def test_an_alarm_with_no_end_to_its_way_is_a_no(command: Command) -> None:
    critical = ALARMS / "alertmanager-webhook.json"
    done = command("simulate", OPEN_BRANCH, critical, "--format", "json")
    assert (done.status, json.loads(done.out.splitlines()[0])["complete"]) == (1, False)
    done = command("simulate", OPEN_BRANCH, critical)
    assert done.status == 1
    assert "  goes to  nobody can say: the way breaks off after Condition 1 (flow-cond0001)\n" in done.out
    assert done.out.endswith("2 alarms: 0 grouped, 0 unrouted, 2 with no end to the way\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ndjson", '{"event_severity": "Critical"}\n\n{"metadata": {}}\r\n  \n{"events": [{"metadata": {}}, {}]}'),
        ("a.JSONL", '{"event_severity": "Critical"}\n{}\n[{}, {}]\n'),
        ("a.json", '[{"event_severity": "Critical"}, {}, {}, {}]'),
        ("a.csv", '\ufeffevent_severity,"a ""tag"""\r\nCritical,\n\n,"two\nlines"\n,1\n,2\n'),
    ],
)
def test_the_ending_says_how_alarms_are_written(command: Command, tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text, newline="")
    done = command("simulate", SAMPLE, file, "--format", "json")
    assert (done.status, done.err) == (0, "")
    assert leaves(done.out) == ["flow-xc0QfFsN", "flow-AlJfG3vo", "flow-AlJfG3vo", "flow-AlJfG3vo"]


def test_the_columns_of_csv_are_metadata_and_empty_cells_are_absent(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("event_severity,metadata\nMinor,x\n,y\n")
    lines = command("simulate", SAMPLE, file, "--format", "json").out.splitlines()
    assert [json.loads(line)["steps"][1]["conditions"][0]["actual"] for line in lines] == ["Minor", None]


def test_times_in_csv_are_no_attributes(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("event_severity,starts_at,ends_at\nMinor,1,\nMinor,1,2026-01-31T08:00:00Z\nMinor,1,0\n")
    lines = command("simulate", DOCUMENTS / "good" / "scene.json", file, "--format", "json").out.splitlines()
    scenes = [json.loads(line)["steps"][1]["conditions"][0]["actual"] for line in lines]
    assert scenes == ["notify_triggered", "notify_resolved", "notify_triggered"]


@pytest.mark.parametrize(
    ("name", "text", "answered", "refusal"),
    [
        ("a.ndjson", b'{}\n{"a": "b"\n{}\n', 1, "line 2, column 10: the text ends in the middle"),
        ("a.ndjson", b"{}\n[{}, {}]\n\n7\n", 3, "line 4: The document is the number 7, which is no alarm"),
        ("a.ndjson", b'{}\n{"metadata": {"a": [1]}}', 1, "line 2: /metadata/a must be a text, a number, true or false"),
        ("a.ndjson", b'{"a": "b", "a": "c"}', 0, "line 1: The member a stands twice in one object (/a)"),
        ("a.ndjson", b"{}\n\xff\n", 1, "line 2: The text is not UTF-8: byte 0 is 0xff"),
        ("a.ndjson", b"{}\n" + b" " * (limits.BODY_BYTES + 1), 1, "line 2 has more than 1048576 bytes"),
        ("a.json", b'[{},\n {"a": [}]', 0, "line 2, column 9: a value is missing"),
        (
            "a.json",
            b"{}\n{}\n",
            0,
            "line 2, column 1: there is more text after the document; one alarm a line is named .nd",
        ),
        ("a.json", b"[7]", 0, "/0 is the number 7, which is no alarm"),
        ("a.json", b" " * (limits.BODY_BYTES + 1), 0, "more than 1048576 bytes; write it as NDJSON, one alarm a line"),
        ("a.csv", b"", 0, "line 1: a header with the names of the columns is missing"),
        ("a.csv", b"a,,b\n", 0, "line 1: column 2 has no name"),
        ("a.csv", b"a,b,a\n", 0, "line 1: the column a stands twice"),
        ("a.csv", b"event_name;team\nx;y\n", 0, "line 1: columns are separated by commas, not by ';'"),
        ("a.csv", b'a,b\n1,"2\n2"\n1,2,3\n', 1, "line 4: 3 cells, where the header names 2 columns"),
        ("a.csv", b"a,b\n1,2\n\n1\n", 1, "line 4: 1 cell, where the header names 2 columns"),
        ("a.csv", b'a\n1\n"2', 1, "line 3: unexpected end of data"),
        ("a.csv", b'a\n1\n"2"3\n', 1, "line 3: ',' expected after '\"'"),
        ("a.csv", b"a\n1\n\xff\n", 1, "line 3: not UTF-8 (byte 0xff)"),
        ("a.csv", b"a,ends_at\n1,2\n1,soon\n", 1, "line 3: ends_at is soon; write milliseconds since 1970"),
        ("a.csv", b"a\n" + b"x" * 4097, 0, "line 2: a has 4097 characters; at most 4096 are read"),
        ("a.parquet", b"PAR1", 0, "Parquet is not read here; write the alarms as CSV or NDJSON"),
        ("a.log", b"{}", 0, "how it is written cannot be told; name it .ndjson, .jsonl, .json, .csv, .parquet"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_came_before_a_broken_alarm_is_answered(
    command: Command, tmp_path: Path, name: str, text: bytes, answered: int, refusal: str
) -> None:
    file = tmp_path / name
    file.write_bytes(text)
    done = command("simulate", SAMPLE, file, "--format", "json")
    assert (done.status, len(done.out.splitlines())) == (2, answered)
    assert done.err.startswith(f"groupflow: {file}: {refusal}")
    assert done.err.count("\n") == 1


def test_each_alarm_is_answered_before_the_next_one_comes() -> None:
    with subprocess.Popen(
        [*COMMAND, "simulate", SAMPLE, "-", "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        for severity, leaf in (("Critical", "flow-xc0QfFsN"), ("Minor", "flow-AlJfG3vo")):
            process.stdin.write(json.dumps({"event_severity": severity}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["leaf"] == leaf
        process.stdin.write(b"{\n")
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(30) == 2
        error = process.stderr.read().decode()
    assert error.startswith("groupflow: -: line 3, column 2: ")
    assert error.endswith("; standard input holds one alarm a line\n")


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("-", "-"), "-: standard input can hold the rule or the alarms, not both"),
        (("no.json", "-"), "no.json: No such file or directory"),
        ((SAMPLE, "no.csv"), "no.csv: No such file or directory"),
        ((SAMPLE, "-", "--assume", "D7"), "--assume D7: write it as D7=whole"),
        ((SAMPLE, "-", "--assume", "D7=half"), "--assume: D7 is search or whole, not half"),
        ((SAMPLE, "-", "--assume", "D77=a"), "--assume: there is no assumption D77; there are D1, "),
        (
            (SAMPLE, "-", "--assume", "D7=whole", "--assume", "D7=search"),
            "--assume D7=search: D7 is assumed to be whole",
        ),
        ((str(DOCUMENTS / "bad" / "json-syntax.json"), "-"), f"{DOCUMENTS / 'bad' / 'json-syntax.json'}: line "),
        ((str(DOCUMENTS / "bad" / "document-shape.json"), "-"), f"{DOCUMENTS / 'bad' / 'document-shape.json'}: "),
    ],
    ids=lambda value: " ".join(value)[-40:],
)
def test_what_cannot_be_simulated_is_refused(command: Command, arguments: tuple[str, ...], refusal: str) -> None:
    assert command.refusal("simulate", *arguments).startswith(refusal)


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (b"{}", "-: neither a flow (match_v3) nor entries (detail): the rule says nothing"),
        (b'"' + b"a" * limits.BODY_BYTES, "-: more than 1048576 bytes; a rule is smaller"),
        (b'{"match_v3": 7}', "-: /match_v3 must be an object; it is the number 7"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_rule_that_cannot_be_walked_is_refused(command: Command, rule: bytes, refusal: str) -> None:
    assert command.refusal("simulate", "-", ALARMS / "aom-alarm.json", stdin=rule) == refusal


def test_the_assumptions_change_the_way(command: Command, tmp_path: Path) -> None:
    rule = json.loads(LEGACY.read_text())
    rule["detail"][0]["match"] = [{"key": "team", "operate": "REGEX", "value": ["pay"]}]
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(rule))
    for choice, leaf in (("search", "/detail/0"), ("whole", None)):
        done = command(
            "simulate", file, "-", "--format", "json", "--assume", f"D7={choice}", stdin=b'{"team": "payments"}'
        )
        assert leaves(done.out) == [leaf]


def test_text_from_alarms_cannot_steer_the_terminal(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"event_name,event_severity\n\x1b[2Jcpu,\xe2\x80\xaeCritical\n")
    done = command("simulate", SAMPLE, file)
    assert "\x1b" not in done.out and "\u202e" not in done.out
    assert "alarm 1: U+001B[2Jcpu, U+202ECritical\n" in done.out
