"""Rules as SQL: DuckDB decides like the walk, and no text of a rule becomes SQL in any dialect."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from editor.flow import Alarm, check, is_valid, read_document, walk
from editor.flow.convert import Inexpressible, conversion, convert
from editor.flow.convert.sql import DIALECTS
from tests.flow.convert_cases import KEYS, MERGING, alarms, flow_json, flows, legacy_rules

TEAM = {"key": "team", "operate": "EQUALS", "value": ["a"]}


class Table:
    """A table of alarms with a column for each attribute that the rules ask for."""

    def __init__(self) -> None:
        self.connection: duckdb.DuckDBPyConnection | None = duckdb.connect()
        quoted = ", ".join('"' + key.replace('"', '""') + '" VARCHAR' for key in KEYS)
        self.connection.execute(f"CREATE TABLE alarms (number INTEGER, {quoted})")

    def leaves(self, expression: str, seen: list[Alarm], absent: str | None) -> list[Any]:
        """What the database says of each alarm; attributes that it lacks are ``absent``."""
        assert self.connection is not None
        self.connection.execute("DELETE FROM alarms")
        rows = [[n, *(alarm.attributes.get(key, absent) for key in KEYS)] for n, alarm in enumerate(seen)]
        self.connection.executemany(f"INSERT INTO alarms VALUES (?{', ?' * len(KEYS)})", rows)
        query = f"SELECT {expression} FROM alarms ORDER BY number"
        return [row[0] for row in self.connection.execute(query).fetchall()]


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    opened = Table()
    yield opened
    # Hypothesis keeps what it was given; a connection that outlives the interpreter makes DuckDB complain.
    opened.connection = None


def one_condition(tree: Any) -> dict[str, Any]:
    """Start -> c0 -true-> m0, -false-> End"""
    return flow_json([tree], [("start", "c0", ""), ("c0", "m0", "true"), ("c0", "end", "false")])


def comparing(**members: Any) -> Any:
    return read_document(one_condition(("and", [{**TEAM, **members}])))


@given(st.one_of(flows(), legacy_rules()), st.lists(alarms(), min_size=1, max_size=8), st.sampled_from([None, ""]))
def test_the_database_decides_like_the_walk(table: Table, document: Any, seen: list[Alarm], absent: str | None) -> None:
    rule = read_document(document)
    assert is_valid(check(rule)), check(rule)
    told = table.leaves(convert(rule, "sql"), seen, absent)
    assert told == [walk(rule, alarm).leaf for alarm in seen]


def test_an_absent_attribute_takes_the_false_branch_of_a_nested_condition(table: Table) -> None:
    trees = [
        ("and", [{**TEAM, "operate": "EXIST", "value": []}]),
        ("or", [{**TEAM, "operate": "REGEX", "value": [""]}]),
    ]
    links = [
        ("start", "c0", ""),
        ("c0", "m0", "true"),
        ("c0", "c1", "false"),
        ("c1", "m1", "true"),
        ("c1", "m2", "false"),
        ("m2", "end", ""),
    ]
    rule = read_document(flow_json(trees, links))
    assert rule.flow is not None
    there, nowhere = Alarm({"metadata": {"team": "x"}}), Alarm({"metadata": {}})
    for absent in (None, ""):
        told = table.leaves(convert(rule, "sql"), [there, nowhere], absent)
        assert [rule.flow.titles[leaf] for leaf in told] == ["Merge 1", "Merge 3"]


def test_a_hundred_patterns_are_one_expression(table: Table) -> None:
    rule = comparing(operate="REGEX", value=[f"^x{n}$" for n in range(100)])
    seen = [Alarm({"metadata": {"team": team}}) for team in ("x0", "x99", "x100")]
    told = table.leaves(convert(rule, "sql"), seen, None)
    assert [leaf is not None for leaf in told] == [True, True, False]


@given(st.one_of(flows(), legacy_rules()), st.sampled_from(DIALECTS))
def test_every_dialect_reads_back_the_same_values(document: Any, dialect: str) -> None:
    rule = read_document(document)
    text = convert(rule, "sql", dialect=dialect)
    tree = sqlglot.parse_one(text, read=dialect)
    prefix = "(?-s)" if dialect == "clickhouse" else ""
    patterns = {prefix + value for _, leaf in rule.comparing("REGEX") for value in leaf.values}
    places = {node.id for node in rule.flow.nodes} if rule.flow else {entry.pointer for entry in rule.entries or ()}
    values = {value for _, leaf in rule.comparing("EQUALS") for value in leaf.values}
    assert {literal.this for literal in tree.find_all(exp.Literal)} <= patterns | places | values | {""}
    assert {column.name for column in tree.find_all(exp.Column)} <= {leaf.key for _, leaf in rule.conditions}


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30), st.sampled_from(DIALECTS))
def test_a_text_stays_a_text_whatever_it_holds(text: str, dialect: str) -> None:
    equal = sqlglot.parse_one(convert(comparing(key="key " + text, value=[text]), "sql", dialect=dialect), read=dialect)
    column, literal = equal.find(exp.Column), equal.find(exp.EQ)
    assert column is not None and column.name == "key " + text
    assert literal is not None and literal.expression.this == text


@pytest.mark.parametrize(
    ("dialect", "column", "literal"),
    [
        ("duckdb", '"a""\\`b"', r"'it''s \d'"),
        ("postgres", '"a""\\`b"', r"'it''s \d'"),
        ("trino", '"a""\\`b"', r"'it''s \d'"),
        ("spark", '`a"\\``b`', r"'it\'s \\d'"),
        ("clickhouse", '"a""\\\\`b"', r"'it''s \\d'"),
    ],
)
def test_each_dialect_quotes_in_its_own_way(dialect: str, column: str, literal: str) -> None:
    text = convert(comparing(key='a"\\`b', value=[r"it's \d"]), "sql", dialect=dialect)
    assert f"WHEN {column} = {literal} THEN" in text


@pytest.mark.parametrize(
    ("dialect", "search"),
    [
        ("duckdb", "REGEXP_MATCHES(\"team\", 'a.b')"),
        ("postgres", "\"team\" ~ 'a.b'"),
        ("trino", "REGEXP_LIKE(\"team\", 'a.b')"),
        ("spark", "`team` RLIKE 'a.b'"),
        ("clickhouse", "match(\"team\", '(?-s)a.b')"),
    ],
)
def test_each_dialect_searches_in_its_own_way(dialect: str, search: str) -> None:
    assert search in convert(comparing(operate="REGEX", value=["a.b"]), "sql", dialect=dialect)


@pytest.mark.parametrize("dialect", ["postgres", "spark", "trino"])
@pytest.mark.parametrize(
    ("pattern", "is_shared"),
    [
        ("^host-[0-9]+$", True),
        (r"a\.b|(?:c|d){2,3}", True),
        (r"\bhost", False),
        ("[[:alpha:]]", False),
        ("(?i)a", False),
    ],
)
def test_a_pattern_that_another_database_may_read_otherwise_is_named(
    dialect: str, pattern: str, is_shared: bool
) -> None:
    converted = conversion(comparing(operate="REGEX", value=[pattern]), "sql", dialect=dialect)
    assert converted.notes[0].text.startswith(f"Patterns are RE2; {dialect} reads them in")
    places = [note.pointer for note in converted.notes[1:]]
    assert places == ([] if is_shared else ["/match_v3/nodes/1/value/nodes/0"])
    assert converted.text.startswith("-- Patterns are RE2;")


@pytest.mark.parametrize("dialect", ["duckdb", "clickhouse"])
def test_a_database_that_reads_re2_needs_no_note(dialect: str) -> None:
    assert conversion(comparing(operate="REGEX", value=[r"\bhost"]), "sql", dialect=dialect).notes == ()


@pytest.mark.parametrize(
    ("dialect", "one", "other", "is_clash"),
    [
        *[(dialect, "Team", "team", dialect in ("duckdb", "spark", "trino")) for dialect in DIALECTS],
        ("postgres", "x" * 63 + "a", "x" * 63 + "b", True),
        ("duckdb", "x" * 63 + "a", "x" * 63 + "b", False),
    ],
)
def test_attributes_that_would_be_one_column_are_refused(dialect: str, one: str, other: str, is_clash: bool) -> None:
    rule = read_document(one_condition(("and", [{**TEAM, "key": one}, {**TEAM, "key": other}])))
    if not is_clash:
        assert convert(rule, "sql", dialect=dialect)
        return
    with pytest.raises(Inexpressible) as refused:
        convert(rule, "sql", dialect=dialect)
    assert [reason.pointer for reason in refused.value.reasons] == ["/match_v3/nodes/1/value/nodes/1"]


def ladder(value: str) -> Any:
    """Ten cards, of which each leads on to the next two."""
    links = [("start", "c0", "")]
    for n in range(10):
        links.append((f"c{n}", f"c{n + 1}" if n < 9 else "m0", "true"))
        links.append((f"c{n}", f"c{n + 2}" if n < 8 else "m1", "false"))
    links.append(("m0", "end", ""))
    return read_document(flow_json([("and", [{**TEAM, "value": [f"{value}{n}"]}]) for n in range(10)], links))


def test_shared_cards_are_written_out_for_each_branch(table: Table) -> None:
    rule = ladder("x")
    seen = [Alarm({"metadata": {"team": f"x{n}"}}) for n in range(11)]
    assert table.leaves(convert(rule, "sql"), seen, None) == [walk(rule, alarm).leaf for alarm in seen]


def test_shared_cards_that_grow_too_large_are_refused() -> None:
    with pytest.raises(Inexpressible, match="characters; at most 1048576"):
        convert(ladder("x" * 40_000), "sql")


def test_a_card_whose_branches_lead_to_one_card_decides_nothing() -> None:
    document = flow_json(
        [("and", [TEAM])], [("start", "c0", ""), ("c0", "m0", "true"), ("c0", "m0", "false"), ("m0", "end", "")]
    )
    rule = read_document(document)
    assert rule.flow is not None
    assert convert(rule, "sql") == f"'{rule.flow.merges[0][0].id}'\n"


def test_an_empty_value_equals_nothing(table: Table) -> None:
    text = convert(comparing(value=[""]), "sql")
    assert table.leaves(text, [Alarm({"metadata": {"team": "a"}}), Alarm({"metadata": {}})], "") == [None, None]


def test_a_rule_with_errors_is_refused_with_its_findings() -> None:
    with pytest.raises(Inexpressible) as refused:
        convert(comparing(operate="LIKE"), "sql")
    assert [found.code for found in refused.value.findings] == ["operator"]


def test_a_dialect_that_there_is_not_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="there is no dialect oracle; there are duckdb, postgres"):
        convert(comparing(), "sql", dialect="oracle")


def test_the_order_of_legacy_entries_is_noted() -> None:
    detail: Any = [{"match": [TEAM], "bind_notification_rule_ids": ["a"]}] * 2
    rule = read_document({"name": "payments", "detail": detail, **MERGING})
    assert "(D14)" in conversion(rule, "sql").notes[0].text
