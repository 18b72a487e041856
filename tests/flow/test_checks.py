"""Every check has four namesakes: the function, a bad document, its mended twin and a line in the manual."""

import json
import re
from pathlib import Path

import pytest

from editor.flow import Finding, Unreadable, check, is_valid, read
from editor.flow.checks import CHECKS, code_of
from editor.flow.finding import CODES

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT / "tests" / "documents"
# Too large for a file of the tree; test_reading makes their texts.
WITHOUT_FILE = {"json-size", "json-values"}
MADE_BY_READING = {code for code in CODES if code.startswith(("json-", "document-"))}

FAULTY = sorted([*(DOCUMENTS / "bad").glob("*.json"), *(DOCUMENTS / "doubtful").glob("*.json")])


def stems(folder: str) -> set[str]:
    return {file.stem for file in (DOCUMENTS / folder).glob("*.json")}


def findings(file: Path) -> list[Finding]:
    try:
        return check(read(file.read_bytes()))
    except Unreadable as error:
        return error.findings


def test_every_code_has_its_check() -> None:
    assert {code_of(check) for check in CHECKS} == set(CODES) - MADE_BY_READING


def test_every_code_has_its_bad_document() -> None:
    errors = {code for code, row in CODES.items() if row.severity == "error"}
    assert stems("bad") == errors - WITHOUT_FILE
    assert stems("doubtful") == set(CODES) - errors


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
    assert findings(file) == []


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
