"""Who asks what is wrong with a rule is told what mends it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from editor.flow.patch import patched
from tests.conftest import Api
from tests.editor.command import Command
from tests.flow.making import Document, chain, group, leaf


def misspelt() -> Document:
    return chain(group("and", leaf("event_severity", "EQUALS", "Warning", "critical")))


@pytest.mark.django_db
def test_a_check_tells_the_patches_that_mend_the_document(api: Callable[[str], Api]) -> None:
    document: Any = misspelt()
    designer = api("designer")
    findings = designer.post("/api/check/", document).json()["findings"]
    titles = ['Write "Info" instead of "Warning"', 'Write "Critical" instead of "critical"']
    assert [fix["title"] for found in findings for fix in found["fixes"]] == titles
    for found in findings:
        document = patched(document, found["fixes"][0]["patch"])
    assert designer.post("/api/check/", document).json()["findings"] == []


@pytest.mark.django_db
def test_a_finding_without_a_certain_mend_has_no_fix(api: Callable[[str], Api]) -> None:
    answer = api("designer").post("/api/check/", chain(group("and", leaf("event_severity", "EQUALS", "Fatal")))).json()
    assert [found["fixes"] for found in answer["findings"]] == [[]]


@pytest.mark.django_db
def test_a_rule_is_stored_and_read_with_its_fixes(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    stored = designer.post("/api/rules/", {"document": misspelt()}).json()
    assert [len(found["fixes"]) for found in stored["findings"]] == [1, 1]
    assert designer.get(f"/api/rules/{stored['id']}/").json()["findings"] == stored["findings"]


@pytest.mark.django_db
def test_the_schema_describes_a_fix(api: Callable[[str], Api]) -> None:
    schemas = api("designer").get("/api/schema/").json()["components"]["schemas"]
    assert schemas["FindingBody"]["properties"]["fixes"]["items"] == {"$ref": "#/components/schemas/FixBody"}
    assert set(schemas["FixBody"]["properties"]) == {"title", "patch"}


def test_the_command_tells_the_same_fixes(command: Command, tmp_path: Path) -> None:
    file, broken = tmp_path / "rule.json", tmp_path / "broken.json"
    file.write_text(json.dumps(misspelt()))
    broken.write_text("{")
    results = json.loads(command("check", "--format", "json", file, broken).out)["results"]
    document: Any = misspelt()
    for found in results[0]["findings"]:
        document = patched(document, found["fixes"][0]["patch"])
    file.write_text(json.dumps(document))
    assert command("check", file).status == 0
    assert "fixes" not in results[1]["findings"][0]
