"""What is taken for granted stands in one table, which the manual repeats."""

import re
from pathlib import Path

import pytest

from editor.flow import ASSUMPTIONS, Dialect

MANUAL = (Path(__file__).parent.parent.parent / "docs" / "findings.md").read_text()


def test_the_manual_says_the_table() -> None:
    told = re.findall(r"^\| (D\d+) \| (.+?) \| (.+?) \| (.+?) \|$", MANUAL, re.M)
    rows = [(name, row.question, row.choices[row.default], list(row.choices)) for name, row in ASSUMPTIONS.items()]
    assert [(name, question, ours, re.findall("`(.+?)`", choices)) for name, question, ours, choices in told] == rows


def test_a_dialect_takes_our_reading_but_for_what_is_chosen() -> None:
    dialect = Dialect({"D7": "whole"})
    assert [dialect[name] for name in ("D7", "D9", "D14")] == ["whole", "any", "first"]
    assert dialect.other("D7")["D7"] == "search"
    assert dialect.other("D9")["D7"] == "whole"


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"D15": "x"}, "there is no assumption D15; there are D1, D2"),
        ({"d7": "whole"}, "there is no assumption d7"),
        ({"D7": "full"}, "D7 is search or whole, not full"),
    ],
)
def test_a_dialect_refuses_what_there_is_not(chosen: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}"):
        Dialect(chosen)
