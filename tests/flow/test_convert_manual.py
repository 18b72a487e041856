"""The manual of the conversions shows what they give."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from editor.flow import Alarm, read, walk
from editor.flow.convert import FORMATS, convert
from editor.flow.convert.mermaid import LONGEST
from editor.flow.convert.sql import DIALECTS, MOST_CARDS, MOST_CHARACTERS

MANUAL = (Path(__file__).parent.parent.parent / "docs" / "conversions.md").read_text()
RULE, QUERY = (re.search(rf"```{kind}\n(.*?)```", MANUAL, re.S) for kind in ("json", "sql"))
ALARMS: tuple[Any, ...] = (
    {"metadata": {"event_severity": "Major", "team": "a", "resource_type": "host"}, "ends_at": 0},
    {"metadata": {"event_severity": "Major", "team": "", "resource_type": "host"}},
    {"metadata": {"event_severity": "Info", "number": 1}},
)


def test_the_query_counts_what_each_entry_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert RULE is not None and QUERY is not None
    rule = read(RULE[1])
    assert convert(rule, "sql") in QUERY[1]
    monkeypatch.chdir(tmp_path)
    Path("alarms.ndjson").write_text("\n".join(map(json.dumps, ALARMS)))
    with duckdb.connect() as connection:
        counted = connection.execute(QUERY[1]).fetchall()
    assert sorted(counted, key=str) == sorted([(walk(rule, Alarm(alarm)).leaf, 1) for alarm in ALARMS], key=str)


def test_every_form_and_every_dialect_has_its_row() -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \|", MANUAL, re.M)
    assert sorted(rows) == sorted([*FORMATS, *DIALECTS])


def test_the_bounds_are_those_of_the_code() -> None:
    assert f"{MOST_CARDS:,} cards or {MOST_CHARACTERS:,} characters" in MANUAL
    assert f"over {LONGEST} characters is cut" in MANUAL
