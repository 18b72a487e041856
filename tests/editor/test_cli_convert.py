"""``groupflow convert``: the text on standard output, what it does not say on standard error."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import DOCUMENTS
from tests.editor.command import SAMPLE, Command, groupflow

DEEP = DOCUMENTS / "bad" / "json-depth.json"
LEGACY = DOCUMENTS / "upstream" / "legacy_ai_on.json"


@pytest.mark.parametrize(
    ("form", "begins"),
    [("match_v3", "{\n"), ("mermaid", "flowchart"), ("svg", "<svg "), ("sql", "CASE")],
)
def test_a_form_goes_to_standard_output(command: Command, form: str, begins: str) -> None:
    done = command("convert", SAMPLE, "--to", form)
    assert done.status == 0
    assert done.out.lstrip().startswith(begins)


def test_the_form_that_a_rule_has_is_its_document(command: Command) -> None:
    done = command("convert", "-", "--to", "match_v3", stdin=Path(SAMPLE).read_bytes())
    assert json.loads(done.out) == json.loads(Path(SAMPLE).read_text())


def test_what_a_form_says_otherwise_is_told_beside_it(command: Command) -> None:
    done = command("convert", LEGACY, "--to", "match_v3")
    assert (done.status, "match_v3" in json.loads(done.out)) == (0, True)
    (note,) = done.err.splitlines()
    assert note.startswith(f"groupflow: {LEGACY}: ")
    assert note.endswith(" (/group_by)")


def test_a_form_that_cannot_say_the_rule_gives_its_reasons(command: Command) -> None:
    done = command("convert", SAMPLE, "--to", "detail")
    assert (done.status, done.out) == (1, "")
    reasons = done.err.splitlines()
    assert len(reasons) > 1
    for reason in reasons:
        assert reason.startswith(f"groupflow: {SAMPLE}: ")


def test_a_dialect_can_be_chosen_for_sql(command: Command) -> None:
    rule = DOCUMENTS / "good" / "regex-syntax.json"
    texts = {command("convert", rule, "--to", "sql", "--dialect", name).out for name in ("duckdb", "clickhouse")}
    assert len(texts) == 2


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            (SAMPLE, "--to", "pdf"),
            "--to pdf: there is no such form; there are match_v3, detail, mermaid",
        ),
        ((SAMPLE,), "the following arguments are required: --to; see groupflow convert --help"),
        ((SAMPLE, "--to", "sql", "--dialect", "oracle"), "--dialect: there is no dialect oracle; there are duckdb, "),
        ((SAMPLE, "--to", "svg", "--dialect", "duckdb"), "--dialect is for --to sql, not for --to svg"),
        (("no.json", "--to", "svg"), "no.json: No such file or directory"),
        (
            (str(DOCUMENTS / "bad" / "json-depth.json"), "--to", "svg"),
            f"{DOCUMENTS / 'bad' / 'json-depth.json'}: The doc",
        ),
    ],
    ids=lambda value: " ".join(value)[-40:],
)
def test_what_cannot_be_converted_is_refused(command: Command, arguments: tuple[str, ...], refusal: str) -> None:
    assert command.refusal("convert", *arguments).startswith(refusal)


def test_a_picture_is_utf_8_whatever_the_terminal_takes() -> None:
    done = groupflow("convert", SAMPLE, "--to", "svg", env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert done.stdout.decode("utf-8").rstrip().endswith("</svg>")
