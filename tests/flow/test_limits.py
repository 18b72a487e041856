"""Every limit one below, at it and one above; a limit without a row here fails."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from editor.flow import Unreadable, check, limits, read
from tests.flow.making import (
    Document,
    chain,
    condition_card,
    edge,
    flow_rule,
    group,
    leaf,
    legacy_rule,
    match,
    merge,
    merge_card,
    node_id,
    team,
)

Make = Callable[[int], Document | str | bytes]


class Row(NamedTuple):
    """A limit: ``make`` gives a document, or a text, of so much; ``good`` amounts are within it, ``bad`` ones are found
    by ``code``. Nothing else is found in either but the codes in ``beside``, which the making cannot avoid.
    """

    constant: str
    case: str
    code: str
    make: Make
    good: tuple[int, ...]
    bad: tuple[int, ...]
    beside: frozenset[str] = frozenset()


def at_most(constant: str, case: str, code: str, make: Make, limit: int, *beside: str) -> Row:
    return Row(constant, case, code, make, (limit - 1, limit), (limit + 1,), frozenset(beside))


def exactly(constant: str, case: str, code: str, make: Make, length: int) -> Row:
    return Row(constant, case, code, make, (length,), (length - 1, length + 1))


def names(count: int) -> list[str]:
    return [f"team{number}" for number in range(count)]


# What is counted: cards, conditions, entries, values.


def cards(count: int) -> Document:
    return chain(*[team(name) for name in names(count)])


def flat_conditions(count: int) -> Document:
    return chain(group("or", *[leaf("team", "EQUALS", name) for name in names(count)]))


def nested_conditions(count: int) -> Document:
    """Half of them three groups below the other half."""
    leaves = [leaf("team", "EQUALS", name) for name in names(count)]
    return chain(group("and", group("or", *leaves[::2], group("and", group("or", *leaves[1::2])))))


def entries(count: int) -> Document:
    return legacy_rule(*[[match("team", "EQUALS", name)] for name in names(count)])


def matches(count: int) -> Document:
    return legacy_rule([match(name, "EXIST") for name in names(count)])


def values(count: int) -> Document:
    return chain(team(*names(count)))


def values_of_an_entry(count: int) -> Document:
    return legacy_rule([match("team", "EQUALS", *names(count))])


def patterns_of_a_condition(count: int) -> Document:
    return chain(group("and", leaf("team", "REGEX", *names(count))))


def patterns(count: int) -> Document:
    """In so many conditions of as many cards that only their sum is too large."""
    found = names(count)
    return chain(*[group("and", leaf("team", "REGEX", *found[at : at + 50])) for at in range(0, count, 50)])


def patterns_of_entries(count: int) -> Document:
    found = names(count)
    return legacy_rule(*[[match("team", "REGEX", *found[at : at + 50])] for at in range(0, count, 50)])


# What is long: names, texts, ids.


def name(length: int) -> Document:
    return chain(team(), name="n" * length)


def desc(length: int) -> Document:
    return chain(team(), desc="说" * length)


def pattern(length: int) -> Document:
    return chain(group("and", leaf("team", "REGEX", "p" * length)))


def pattern_of_an_entry(length: int) -> Document:
    return legacy_rule([match("team", "REGEX", "p" * length)])


def key(length: int) -> Document:
    return chain(group("and", leaf("k" * length, "EXIST")))


def key_of_an_entry(length: int) -> Document:
    return legacy_rule([match("k" * length, "EXIST")])


def value(length: int) -> Document:
    return chain(team("v" * length))


def value_of_an_entry(length: int) -> Document:
    return legacy_rule([match("resource_id", "EQUALS", "v" * length)])


def node(length: int) -> str:
    return json.dumps(chain(team())).replace(node_id("c1"), "flow-" + "-" * length)


def edge_of(length: int) -> Document:
    rule = chain(team())
    rule["match_v3"]["edges"][0]["id"] = "edge-" + "e" * length
    return rule


def condition(length: int) -> Document:
    return chain(group("and", {"id": "GroupCondition-" + "_" * length, **leaf("team", "EXIST")}))


def group_of(length: int) -> Document:
    return chain({"id": "GroupCondition-" + "9" * length, **team()})


def combine(length: int) -> Document:
    card = {**merge_card("m0", {}), "value": {"id": "CombineConf-" + "Z" * length, "combineConfig": merge()}}
    return flow_rule([card], [edge("start", "m0"), edge("m0", "end")])


# Waits.

SHORT_REPEAT = frozenset({"repeat-zero", "repeat-below-interval"})


def wait_of_a_card(wait: str) -> Callable[[int], Document]:
    return lambda seconds: chain(team(), config=merge(**{wait: seconds}))


def wait_of_a_legacy_rule(wait: str) -> Callable[[int], Document]:
    return lambda seconds: legacy_rule([match("team", "EXIST")], **{wait: seconds})


def repeat_in_text(seconds: int) -> Document:
    return legacy_rule([match("team", "EXIST")], group_repeat_waiting=str(seconds))


def wait_rows(wait: str, low: int, high: int) -> list[Row]:
    good, bad = (low, low + 1, high - 1, high), (low - 1, high + 1)
    return [
        Row("WAITS", f"{wait} of a card", "wait-range", wait_of_a_card(wait), good, bad, SHORT_REPEAT),
        Row("WAITS", f"{wait} of a legacy rule", "wait-range", wait_of_a_legacy_rule(wait), good, bad, SHORT_REPEAT),
    ]


# Texts that are too much for any document.


def noted(note: Any) -> Document:
    """A rule with an unknown member."""
    return {**chain(team()), "note": note}


def body(size: int) -> bytes:
    text = json.dumps(chain(team())).encode()
    return text + b" " * (size - len(text))


def body_of_wide_characters(size: int) -> str:
    """A text that has fewer characters than bytes."""
    texts = ["说" * 4000] * 80
    text = json.dumps(noted(texts), ensure_ascii=False)
    return text + " " * (size - len(text.encode()))


def depth(levels: int) -> str:
    return json.dumps(noted("HERE")).replace('"HERE"', "[" * (levels - 1) + "]" * (levels - 1))


def depth_of_objects(levels: int) -> str:
    return json.dumps(noted("HERE")).replace('"HERE"', '{"a":' * (levels - 1) + "0" + "}" * (levels - 1))


def members(count: int) -> str:
    """A text of so many JSON values."""
    given = count_values(noted([]))
    return json.dumps(noted([0] * (count - given)))


def count_values(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(count_values, inner))


def nodes(count: int) -> Document:
    """Cards that nothing leads to, but no more of them than can be drawn."""
    return flow_rule([condition_card(f"c{i}", team()) for i in range(count - 2)], [edge("start", "end")])


def edges(count: int) -> Document:
    return flow_rule([], [edge("start", "end") for _ in range(count)])


def text(length: int) -> Document:
    return noted("说" * length)


def member_name(length: int) -> Document:
    return noted({"m" * length: 1})


def integer(number: int) -> Document:
    return noted(number)


def faults(count: int) -> Document:
    """So many values that a tag should not have."""
    found = [f"a-{number}" for number in range(count)]
    return chain(team(*found[:60]), team(*found[60:]))


#: What is wrong with many cards, and many edges, besides.
SCATTERED = ["size-condition-cards", "start-to-end", "condition-exit-missing", "node-unreachable", "more-findings"]
DOUBLED = ["card-missing", "start-exit", "start-to-end", "edge-duplicate", "more-findings"]

ROWS = [
    at_most("CONDITION_CARDS", "cards", "size-condition-cards", cards, 10),
    at_most("CONDITIONS_PER_CARD", "side by side", "size-conditions", flat_conditions, 10),
    at_most("CONDITIONS_PER_CARD", "nested", "size-conditions", nested_conditions, 10),
    at_most("DETAIL_ENTRIES", "entries", "size-entries", entries, 10),
    at_most("MATCHES_PER_ENTRY", "matches", "size-matches", matches, 10),
    at_most("VALUES_PER_CONDITION", "values", "size-values", values, 100),
    at_most("VALUES_PER_CONDITION", "values of an entry", "size-values", values_of_an_entry, 100),
    at_most("VALUES_PER_CONDITION", "patterns", "size-values", patterns_of_a_condition, 100),
    at_most("PATTERNS", "patterns", "size-patterns", patterns, 200),
    at_most("PATTERNS", "patterns of entries", "size-patterns", patterns_of_entries, 200),
    at_most("NAME_LENGTH", "longest", "name-length", name, 100),
    Row("NAME_LENGTH", "shortest", "name-missing", name, (1, 2), (0,)),
    at_most("DESC_LENGTH", "desc", "desc-length", desc, 1024),
    exactly("NODE_ID", "node", "id-format", node, 8),
    exactly("EDGE_ID", "edge", "id-format", edge_of, 8),
    exactly("CONDITION_ID", "condition", "id-format", condition, 8),
    exactly("CONDITION_ID", "group", "id-format", group_of, 8),
    exactly("COMBINE_ID", "merge card", "id-format", combine, 8),
    at_most("REGEX_LENGTH", "pattern", "regex-length", pattern, 256),
    at_most("REGEX_LENGTH", "pattern of an entry", "regex-length", pattern_of_an_entry, 256),
    at_most("KEY_LENGTH", "key", "key-length", key, 128),
    at_most("KEY_LENGTH", "key of an entry", "key-length", key_of_an_entry, 128),
    at_most("VALUE_LENGTH", "value", "value-length", value, 256),
    at_most("VALUE_LENGTH", "value of an entry", "value-length", value_of_an_entry, 256),
    *wait_rows("group_wait", 0, 600),
    *wait_rows("group_interval", 5, 1800),
    *wait_rows("group_repeat_waiting", 0, 1_296_000),
    Row(
        "WAITS",
        "repeat in text",
        "wait-range",
        repeat_in_text,
        (0, 1, 1_296_000),
        (1_296_001,),
        SHORT_REPEAT | {"wait-text"},
    ),
    at_most("BODY_BYTES", "bytes", "json-size", body, 1_048_576),
    at_most("BODY_BYTES", "wide characters", "json-size", body_of_wide_characters, 1_048_576, "member-unknown"),
    at_most("DEPTH", "lists", "json-depth", depth, 32, "member-unknown"),
    at_most("DEPTH", "objects", "json-depth", depth_of_objects, 32, "member-unknown"),
    at_most("VALUES", "values", "json-values", members, 100_000, "member-unknown"),
    at_most("NODES", "nodes", "document-nodes", nodes, 500, *SCATTERED),
    at_most("EDGES", "edges", "document-edges", edges, 1_000, *DOUBLED),
    at_most("STRING_LENGTH", "text", "json-string-length", text, 4_096, "member-unknown"),
    at_most("STRING_LENGTH", "name of a member", "json-string-length", member_name, 4_096, "member-unknown"),
    at_most("INTEGER", "largest", "json-number", integer, 9_007_199_254_740_991, "member-unknown"),
    Row(
        "INTEGER",
        "smallest",
        "json-number",
        integer,
        (-(2**53) + 2, -(2**53) + 1),
        (-(2**53),),
        frozenset({"member-unknown"}),
    ),
    at_most("FINDINGS_PER_CODE", "findings", "more-findings", faults, 100, "tag-value"),
]
#: Lists of words and characters, which test_near_misses tries; what the four kinds of ids share; a limit of projects.
WITHOUT_ROW = {
    "NAME",
    "SEVERITIES",
    "SCENES",
    "OPERATORS",
    "TAG",
    "GROUP_BY_CHOICES",
    "AI_GROUP_BY",
    "FORBIDDEN_MEMBERS",
}
# The last is of the message that a version is saved with.
WITHOUT_ROW |= {"ID_TAIL", "RULES_PER_PROJECT", "MESSAGE_LENGTH"}
# Of what RE2 makes of a pattern, which nobody writes; test_hostile_patterns has theirs.
WITHOUT_ROW |= {"REGEX_STEPS", "REGEX_WORK"}
# After so many findings of one code nobody counts on; test_known_cards shows it.
WITHOUT_ROW |= {"FINDINGS_COUNTED"}


def codes(made: Document | str | bytes) -> set[str]:
    try:
        return {found.code for found in check(read(made if isinstance(made, str | bytes) else json.dumps(made)))}
    except Unreadable as error:
        return {found.code for found in error.findings}


def cases(which: str) -> list[Any]:
    rows = [(row, amount) for row in ROWS for amount in getattr(row, which)]
    return [pytest.param(row, amount, id=f"{row.constant}, {row.case}: {amount}") for row, amount in rows]


@pytest.mark.parametrize(("row", "amount"), cases("good"))
def test_it_takes_what_is_within_the_limit(row: Row, amount: int) -> None:
    assert codes(row.make(amount)) <= row.beside


@pytest.mark.parametrize(("row", "amount"), cases("bad"))
def test_it_finds_what_is_beyond_the_limit(row: Row, amount: int) -> None:
    assert codes(row.make(amount)) - row.beside == {row.code}


def test_every_limit_has_a_row() -> None:
    public = {name for name in vars(limits) if re.fullmatch("[A-Z][A-Z_]*", name)}
    assert {row.constant for row in ROWS} == public - WITHOUT_ROW
