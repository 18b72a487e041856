"""The one verb: what can be asked of it, and what it costs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from editor.flow import read, read_document
from editor.flow.convert import FORMATS, Inexpressible, conversion, convert, own_form
from tests.flow.convert_cases import MERGING

ROOT = Path(__file__).parent.parent.parent
SAMPLE = (ROOT / "tests" / "documents" / "good" / "published-sample.json").read_bytes()
EXISTS = {"key": "team", "operate": "EXIST", "value": []}
LEGACY: dict[str, Any] = {"name": "payments", "detail": [{"match": [EXISTS]}], **MERGING}


@pytest.mark.parametrize("to", FORMATS)
def test_a_legacy_rule_can_be_said_in_every_form(to: str) -> None:
    rule = read_document(LEGACY)
    text = convert(rule, to)
    assert text == conversion(rule, to).text
    assert "team" in text
    assert rule.document == json.loads(json.dumps(LEGACY))


@pytest.mark.parametrize("document", [json.loads(SAMPLE), LEGACY, {**LEGACY, "name": "_", "group_wait": -1, "x": None}])
def test_a_rule_in_its_own_form_is_given_as_it_stands(document: Any) -> None:
    rule = read_document(document)
    converted = conversion(rule, own_form(rule))
    assert (json.loads(converted.text), converted.notes) == (document, ())
    assert list(json.loads(converted.text)) == list(document)


def test_a_legacy_rule_is_pictured_as_the_flow_that_it_amounts_to() -> None:
    picture = ElementTree.fromstring(convert(read_document(LEGACY), "svg"))
    shown = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Start", "Entry 1", "Merge 1", "End"} <= set(shown)


def test_a_picture_takes_the_options_of_a_picture() -> None:
    assert "var(--surface)" in convert(read(SAMPLE), "svg", standalone=False)
    assert "var(--surface)" not in convert(read(SAMPLE), "svg")


def test_nothing_can_not_be_pictured() -> None:
    with pytest.raises(Inexpressible, match="no cards"):
        convert(read_document({"match_v3": {"nodes": [], "edges": [], "x": 1}}), "svg")
    for to in ("detail", "mermaid", "svg", "sql", "terraform"):
        with pytest.raises(Inexpressible):
            convert(read_document({"name": "payments"}), to)


def test_a_form_that_there_is_not_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="there is no form pdf; there are match_v3, detail"):
        convert(read(SAMPLE), "pdf")


@pytest.mark.parametrize("to", [form for form in FORMATS if form != "sql"])
def test_an_option_of_another_form_is_the_callers_mistake(to: str) -> None:
    with pytest.raises(TypeError, match="dialect"):
        convert(read_document(LEGACY), to, dialect="duckdb")


def test_only_sql_wakes_sqlglot() -> None:
    program = (
        "import sys\n"
        "from editor.flow import read_document\n"
        "from editor.flow.convert import convert\n"
        f"rule = read_document({LEGACY!r})\n"
        "for to in ('match_v3', 'detail', 'mermaid', 'svg', 'terraform'): convert(rule, to)\n"
        "assert 'sqlglot' not in sys.modules\n"
        "convert(rule, 'sql')\n"
        "assert 'sqlglot' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
