"""``groupflow test``: suites of alarms with what is expected of each."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.files import Unusable
from editor.suite_files import suite
from tests.conftest import DOCUMENTS
from tests.editor.command import SAMPLE, Command

RULE = os.path.relpath(SAMPLE)
LEGACY = DOCUMENTS / "upstream" / "legacy_ai_off.json"
CRITICAL = {"event_severity": "Critical", "resource_provider": "ecs"}
PASSING = {
    "name": "critical alarms",
    "alarm": CRITICAL,
    "expect": {
        "leaf": "flow-xc0QfFsN",
        "notify": ["LTQTEST-ASASDASDDSA"],
        "unrouted": False,
        "group_key": {"resource_provider": "ecs"},
    },
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a suite with one case, ``members`` of it replaced, into a folder beside the one of its rule."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "suites").mkdir()
    (tmp_path / "rules" / "rule.json").write_bytes(Path(SAMPLE).read_bytes())
    (tmp_path / "rules" / "legacy.json").write_bytes(LEGACY.read_bytes())

    def write(*cases: object, name: str = "suite.json", **members: object) -> Path:
        file = tmp_path / "suites" / name
        file.write_text(json.dumps({"rule": "../rules/rule.json", "cases": cases, **members}, indent=1))
        return file

    return write


def case(alarm: object = CRITICAL, name: str = "a case", **expect: object) -> dict[str, object]:
    return {"name": name, "alarm": alarm, "expect": expect}


def test_a_suite_that_passes_is_fine(command: Command, write: Write) -> None:
    file = write(PASSING)
    done = command("test", file)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{file} ({file.parent.parent / 'rules' / 'rule.json'})",
        "  ✓ critical alarms",
        "1 case, none failed",
    ]


def test_a_failing_case_says_what_was_expected_what_came_and_the_way(command: Command, write: Write) -> None:
    file = write(PASSING, case({"event_severity": "Minor"}, "others", leaf="flow-xc0QfFsN", notify=["night", "day"]))
    done = command("test", file)
    assert done.status == 1
    assert done.out.splitlines()[2:] == [
        "  ✗ others",
        '      leaf: expected "flow-xc0QfFsN", came to "flow-AlJfG3vo"',
        '      notify: expected ["night", "day"], came to ["aaa"]',
        "      the way: Start → Condition 1 false → Condition 2 false → Condition 3 false → Merge 4 → End",
        "2 cases, 1 failed",
    ]


@pytest.mark.parametrize(
    ("expect", "passes"),
    [
        ({"leaf": "flow-xc0QfFsN"}, True),
        ({"leaf": "flow-AlJfG3vo"}, False),
        ({"leaf": None}, False),
        ({"unrouted": False}, True),
        ({"unrouted": True}, False),
        ({"notify": ["LTQTEST-ASASDASDDSA"]}, True),
        ({"notify": []}, False),
        ({"notify": ["LTQTEST-ASASDASDDSA", "LTQTEST-ASASDASDDSA"]}, False),
        ({"group_key": {"resource_provider": "ecs"}}, True),
        ({"group_key": {"resource_provider": "ecs", "card": "flow-xc0QfFsN"}}, True),
        ({"group_key": {"resource_provider": "ecs", "card": "flow-AlJfG3vo"}}, False),
        ({"group_key": {"resource_provider": "rds"}}, False),
        ({"group_key": {"resource_provider": "ecs", "event_severity": "Critical"}}, False),
        ({"group_key": {}}, False),
        ({"group_key": None}, False),
    ],
    ids=str,
)
def test_every_expectation_can_be_met_and_missed(
    command: Command, write: Write, expect: dict[str, Any], passes: bool
) -> None:
    answer = json.loads(command("test", write(case(**expect)), "--format", "json").out)
    (only,) = answer["results"][0]["cases"]
    assert (only["passed"], answer["passed"], answer["failed"]) == (passes, int(passes), int(not passes))
    assert [miss["what"] for miss in only["misses"]] == ([] if passes else [*expect])


def test_an_alarm_that_nothing_takes_is_unrouted(command: Command, write: Write) -> None:
    cases = [
        case({"event_severity": "Minor"}, "by leaf", leaf=None, notify=[]),
        case({"event_severity": "Minor"}, "by word", unrouted=True, group_key=None),
        case({"event_severity": "Critical"}, "taken", leaf="/detail/0", group_key={"resource_provider": ""}),
    ]
    assert command("test", write(*cases, rule="../rules/legacy.json")).status == 0


def test_who_is_told_has_no_order(command: Command, write: Write, tmp_path: Path) -> None:
    rule = json.loads(LEGACY.read_text())
    rule["detail"][0]["bind_notification_rule_ids"] = ["a", "b"]
    (tmp_path / "rules" / "legacy.json").write_text(json.dumps(rule))
    assert command("test", write(case(notify=["b", "a"]), rule="../rules/legacy.json")).status == 0


def test_a_way_that_breaks_off_fails_whatever_is_expected(command: Command, write: Write) -> None:
    rule = str(DOCUMENTS / "bad" / "condition-exit-missing.json")
    done = command("test", write(case(unrouted=True), rule=rule))
    assert done.status == 1
    assert "the way of the alarm breaks off, so nothing can be said of it" in done.out


def test_a_suite_can_assume(command: Command, write: Write) -> None:
    nobody = case({"event_severity": "Minor"}, notify=[])
    assert command("test", write(nobody, rule="../rules/legacy.json")).status == 0
    done = command("test", write(nobody, rule="../rules/legacy.json", assume={"D13": "unknown"}))
    assert "notify: expected [], came to null" in done.out


def test_suites_may_be_yaml_and_globs(command: Command, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(PASSING).parent
    text = """\
rule: ../rules/rule.json
cases:
  - name: &same the others
    alarm: {event_severity: Minor, team: a}
    expect: {leaf: flow-AlJfG3vo}
"""
    for name in ("a.yaml", "b.yml", "c.YAML"):
        (folder / name).write_text(text)
    monkeypatch.chdir(folder.parent)
    answer = json.loads(command("test", "suites/*", "suites/a.yaml", "--format", "json").out)
    assert [result["suite"] for result in answer["results"]] == [
        *("suites/a.yaml", "suites/b.yml", "suites/c.YAML", "suites/suite.json"),
    ]
    monkeypatch.chdir(folder)
    assert command("test", "-", stdin=text.encode()).status == 0


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ({"case": []}, "line 22: the suite has no member case; did you mean cases?"),
        ({"cases": []}, "line 3: cases must be a list that holds at least one case"),
        ({"cases": {}}, "line 3: cases must be a list that holds at least one case"),
        ({"cases": [7]}, "line 4: case 1 must be an object; it is the number 7"),
        ({"cases": [{"name": "a", "alarm": {}}]}, "line 4: case 1 (a) lacks the member expect"),
        ({"cases": [{**PASSING, "expct": 1}]}, "case 1 (critical alarms) has no member expct; did you mean expect?"),
        ({"cases": [{**PASSING, "name": 7}]}, "line 5: case 1: name must be a text; it is the number 7"),
        ({"cases": [PASSING, PASSING]}, "case 2 has the name of case 1: critical alarms"),
        ({"rule": 7}, "line 2: rule must be a text; it is the number 7"),
        ({"assume": {"D7": "half"}}, "line 22: D7 is search or whole, not half"),
        ({"assume": {"D7": []}}, "line 23: D7 must be a text; it is a list"),
        ({"assume": []}, "line 22: assume must be an object; it is a list"),
    ],
    ids=lambda value: str(value)[-50:],
)
def test_a_suite_that_cannot_be_meant_is_refused(
    command: Command, write: Write, members: dict[str, object], refusal: str
) -> None:
    file = write(PASSING, **members)
    line = command.refusal("test", file)
    assert line.startswith(f"{file}: line ")
    assert line.endswith(refusal)


@pytest.mark.parametrize(
    ("alarm", "expect", "refusal"),
    [
        ({}, {}, "expect is empty; expect one of leaf, notify, unrouted, group_key"),
        ({}, {"laef": "a"}, "expect has no member laef; did you mean leaf?"),
        ({}, {"grupkey": {}}, "expect has no member grupkey; did you mean group_key?"),
        ({}, {"zzz": 1}, "expect has no member zzz; known are leaf, notify, unrouted, group_key"),
        ({}, {"leaf": "flow-nothing1"}, "the rule groups no alarm at flow-nothing1, so this cannot pass; alarms are"),
        ({}, {"leaf": "flow-1JBeHxLU"}, "the rule groups no alarm at flow-1JBeHxLU, so this cannot pass; alarms are"),
        ({}, {"leaf": 7}, "leaf must be the id of a card, or null; it is the number 7"),
        ({}, {"notify": "a"}, 'notify must be a list that holds texts only; it is the text "a"'),
        ({}, {"unrouted": 1}, "unrouted must be true or false; it is the number 1"),
        ({}, {"group_key": {"a": 1}}, "group_key must be an object that holds texts only, or null; it is"),
        (
            {},
            {"unrouted": True, "leaf": "flow-xc0QfFsN"},
            "unrouted says that nothing groups the alarm and leaf that something does",
        ),
        ({}, {"leaf": None, "notify": ["a"]}, "leaf says that nothing groups the alarm and notify that something does"),
        ([{}, {}], {"leaf": None}, "a case leads one alarm through the rule, and this holds 2"),
        (7, {"leaf": None}, "/cases/0/alarm is the number 7, which is no alarm"),
        ({"metadata": {"a": {}}}, {"leaf": None}, "/cases/0/alarm/metadata/a must be a text, a number, true or false"),
    ],
    ids=str,
)
def test_a_case_that_cannot_be_meant_is_refused(
    command: Command, write: Write, alarm: object, expect: dict[str, Any], refusal: str
) -> None:
    line = command.refusal("test", write(case(alarm, **expect)))
    assert line.partition("case 1 (a case): ")[2].startswith(refusal)


def test_a_suite_in_yaml_is_refused_by_its_line(command: Command, write: Write) -> None:
    file = write(PASSING).with_suffix(".yaml")
    file.write_text("rule: ../rules/rule.json\ncases:\n- name: a\n  alarm: {}\n  expect:\n    laef: b\n")
    assert command.refusal("test", file) == f"{file}: line 6: case 1 (a): expect has no member laef; did you mean leaf?"


@pytest.mark.parametrize(
    ("name", "text", "refusal"),
    [
        ("a.json", b'{"rule": "x", "rule": "y"}', "The member rule stands twice in one object (/rule)"),
        ("a.json", b"{", "line 1, column 2: "),
        ("a.json", b" " * (1 << 20) + b"{}", "more than 1048576 bytes; split the suite"),
        ("a.yaml", b"", "line 1: the suite must be an object; it is nothing"),
        ("a.yaml", b"rule: a\nrule: b", "line 2, column 1: the member rule stands twice"),
        ("a.yml", b"\xff", "line 1, column 1: byte 0xff is not UTF-8"),
        ("a.toml", b"", "how it is written cannot be told; name it .json, .yaml, .yml"),
        ("a.yaml", b"rule: no.json\ncases: [{}]", "line 1: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_suite_is_refused(
    command: Command, tmp_path: Path, name: str, text: bytes, refusal: str
) -> None:
    (tmp_path / name).write_bytes(text)
    assert command.refusal("test", tmp_path / name).startswith(f"{tmp_path / name}: {refusal}")


def test_a_rule_that_cannot_be_read_is_told_with_its_suite(command: Command, write: Write) -> None:
    file = write(PASSING, rule="../rules/no.json")
    assert command.refusal("test", file) == (
        f"{file}: line 2: {file.parent}/../rules/no.json: No such file or directory"
    )


def test_junit_is_what_build_servers_read(command: Command, write: Write) -> None:
    hostile = case({"event_severity": "Minor"}, 'a <b> & "c" \u4e2d \U0001f600', leaf="flow-xc0QfFsN")
    done = command("test", write(PASSING, hostile), "--format", "junit")
    assert done.status == 1
    root = ElementTree.fromstring(done.out)
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "2", "1")
    (group,) = root
    assert (group.tag, group.get("tests"), group.get("failures"), group.get("errors")) == ("testsuite", "2", "1", "0")
    passed, failed = group
    assert [each.tag for each in group] == ["testcase", "testcase"]
    assert (passed.get("name"), len(passed), failed.get("name")) == ("critical alarms", 0, hostile["name"])
    (failure,) = failed
    assert failure.tag == "failure"
    assert failure.get("message") == 'leaf: expected "flow-xc0QfFsN", came to "flow-AlJfG3vo"'
    assert "the way: Start → Condition 1 false" in str(failure.text)


def test_junit_shows_what_xml_cannot_hold(command: Command, write: Write) -> None:
    file = write(PASSING).with_name("a\x01\ufffe.json")
    file.write_bytes((file.parent / "suite.json").read_bytes())
    root = ElementTree.fromstring(command("test", file, "--format", "junit").out)
    assert str(root[0].get("name")).endswith("/aU+0001U+FFFE.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=2),
    max_leaves=6,
)


def mixed(good: Any) -> st.SearchStrategy[Any]:
    """Something like ``good``, with parts exchanged for others or left out."""
    if isinstance(good, dict):
        members = {name: mixed(value) for name, value in good.items()}
        return st.fixed_dictionaries({}, optional=members) | st.fixed_dictionaries(members) | json_values
    return st.just(good) | json_values


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mixed({"rule": "../rules/rule.json", "assume": {"D7": "whole"}, "cases": [PASSING]}), mixed(PASSING))
def test_any_document_is_a_suite_or_refused(write: Write, document: Any, one: Any) -> None:
    if isinstance(document, dict) and document.get("cases"):
        document["cases"] = [one]
    file = write(name="any.json")
    file.write_text(json.dumps(document))
    try:
        assert suite(str(file)).cases
    except Unusable as error:
        assert str(error).startswith(f"{file}: ")
