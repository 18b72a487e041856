"""Every check has four namesakes: the function, a bad document, its mended twin and a line in the manual."""

import json
import re
from pathlib import Path

import pytest

from editor.flow import Finding, Unreadable, check, is_valid, read, read_document
from editor.flow.checks import CHECKS, code_of
from editor.flow.finding import CODES
from editor.flow.rule import Json

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT / "tests" / "documents"
# Too large for a file of the tree; test_reading makes their texts.
WITHOUT_FILE = {"json-size", "json-values"}
# Told beside others, by the list of checks itself.
ABOUT_OTHERS = {"more-findings"}
MADE_BY_READING = {code for code in CODES if code.startswith(("json-", "document-", "alarm-"))}
# Of documents of alarms; test_alarm_shapes has theirs.
ABOUT_ALARMS = {code for code in CODES if code.startswith("alarm-")}

FAULTY = sorted([*(DOCUMENTS / "bad").glob("*.json"), *(DOCUMENTS / "doubtful").glob("*.json")])


def stems(folder: str) -> set[str]:
    return {file.stem for file in (DOCUMENTS / folder).glob("*.json")}


def findings(file: Path) -> list[Finding]:
    try:
        return check(read(file.read_bytes()))
    except Unreadable as error:
        return error.findings


def test_every_code_has_its_check() -> None:
    assert {code_of(check) for check in CHECKS} == set(CODES) - MADE_BY_READING - ABOUT_OTHERS


def test_every_code_has_its_bad_document() -> None:
    errors = {code for code, row in CODES.items() if row.severity == "error"}
    assert stems("bad") == errors - WITHOUT_FILE - ABOUT_ALARMS
    assert stems("doubtful") == set(CODES) - errors - ABOUT_OTHERS


def test_every_check_has_its_good_document() -> None:
    assert stems("good") >= {code_of(check) for check in CHECKS}


def test_every_code_has_its_line_in_the_manual() -> None:
    manual = (ROOT / "docs" / "findings.md").read_text()
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", manual, re.M) == list(CODES)


def test_the_manual_says_the_severity_of_the_table() -> None:
    manual = (ROOT / "docs" / "findings.md").read_text()
    told = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (error|warning|info) \|", manual, re.M))
    assert told == {code: row.severity for code, row in CODES.items()}


@pytest.mark.parametrize("file", sorted((DOCUMENTS / "bad").glob("*.json")), ids=lambda file: file.stem)
def test_a_bad_document_has_its_fault(file: Path) -> None:
    found = findings(file)
    assert file.stem in {finding.code for finding in found}
    assert not is_valid(found)


@pytest.mark.parametrize("file", sorted((DOCUMENTS / "doubtful").glob("*.json")), ids=lambda file: file.stem)
def test_a_doubtful_document_has_its_warning_and_no_error(file: Path) -> None:
    found = findings(file)
    assert [finding.code for finding in found] == [file.stem]
    assert is_valid(found)


@pytest.mark.parametrize("file", sorted((DOCUMENTS / "good").glob("*.json")), ids=lambda file: file.stem)
def test_a_good_document_has_no_finding(file: Path) -> None:
    oddities = ["condition-duplicate", *["repeat-zero"] * 4] if file.stem == "published-sample" else []
    assert [finding.code for finding in findings(file)] == oddities


@pytest.mark.parametrize(
    "file",
    sorted([*(DOCUMENTS / "bad").glob("*.json"), *(DOCUMENTS / "doubtful").glob("*.json")]),
    ids=lambda f: f.stem,
)
def test_a_finding_points_at_something_that_is_there(file: Path) -> None:
    found = [finding for finding in findings(file) if not finding.code.startswith("json-")]
    for finding in found:
        value = json.loads(file.read_bytes())
        for step in finding.pointer.split("/")[1:-1]:
            value = value[int(step)] if isinstance(value, list) else value[step]
        assert isinstance(value, dict | list)


def test_an_open_branch_is_named() -> None:
    (found,) = [f for f in findings(DOCUMENTS / "bad" / "condition-exit-missing.json") if f.code.endswith("missing")]
    assert found.message == "The true branch of Condition 1 is open."
    assert found.nodes == ("flow-cond0001",)


def test_a_finding_shows_invisible_text() -> None:
    from editor.flow.finding import finding

    assert "a\u202eb" not in finding("json-duplicate-member", name="a\u202eb").message
    assert "U+202E" in finding("json-duplicate-member", name="a\u202eb").message


def test_of_one_code_a_hundred_are_listed_and_the_rest_counted() -> None:
    document = json.loads((DOCUMENTS / "good" / "size-values.json").read_text())
    leaf = document["match_v3"]["nodes"][1]["value"]["nodes"][0]
    leaf["match"]["value"] = [f"a-{i}" for i in range(250)]
    found = check(read_document(document))
    assert sum(finding.code == "tag-value" for finding in found) == 100
    assert [finding.message for finding in found if finding.code == "more-findings"] == [
        "150 more of tag-value are not listed."
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"group_wait": 5}, "rule-kind"),
        ({"ai_group_by": ["tag"]}, "rule-kind"),
        ({"name": 5}, "name-missing"),
        ({"desc": None}, "desc-type"),
    ],
)
def test_a_flow_rule_with_odd_members_is_found_out(change: dict[str, Json], code: str) -> None:
    document = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
    assert code in {finding.code for finding in check(read_document({**document, **change}))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ai_group_by": ["nonsense"]}, "ai-group-by"),
        ({"ai_group_by": ["tag", "tag"]}, "ai-group-by"),
        ({"ai_group_by": "tag"}, "merge-shape"),
        ({"group_by": "resource_provider"}, "merge-shape"),
        (
            {"detail": [{"match": [{"key": "a", "operate": "EXIST"}], "bind_notification_rule_ids": "aaa"}]},
            "merge-shape",
        ),
    ],
)
def test_a_legacy_rule_with_odd_members_is_found_out(change: dict[str, Json], code: str) -> None:
    document = json.loads((DOCUMENTS / "good" / "entry-shape.json").read_text())
    assert code in {finding.code for finding in check(read_document({**document, **change}))}


def test_a_part_that_is_group_and_condition_at_once_is_found_out() -> None:
    document = json.loads((DOCUMENTS / "good" / "group-empty.json").read_text())
    tree = document["match_v3"]["nodes"][1]["value"]
    tree["nodes"][0]["nodes"] = [tree["nodes"][1]]
    tree["match"] = tree["nodes"][0]["match"]
    places = {finding.pointer for finding in check(read_document(document)) if finding.code == "tree-shape"}
    assert places == {"/match_v3/nodes/1/value/match", "/match_v3/nodes/1/value/nodes/0/nodes"}


def test_a_value_that_is_no_branch_is_no_plain_exit() -> None:
    document = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
    document["match_v3"]["edges"][0]["value"] = "plain"
    found = check(read_document(document))
    assert [finding.code for finding in found if finding.severity == "error"] == ["edge-value"]
