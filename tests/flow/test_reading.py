"""Untrusted text: every fault is a finding with its place, and nothing else escapes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import Unreadable, limits, parse, read, read_document, reading

DOCUMENTS = Path(__file__).parent.parent / "documents"
RULES = sorted([*DOCUMENTS.glob("good/*.json"), *DOCUMENTS.glob("doubtful/*.json"), *DOCUMENTS.glob("upstream/*.json")])


def faults(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    return [(found.code, found.pointer) for found in caught.value.findings]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1, "a": 2}', ("json-duplicate-member", "/a")),
        ('{"a": {"b/c": [0, {"x~": 1, "x~": 1}]}}', ("json-duplicate-member", "/a/b~1c/1/x~0")),
        ('{"constructor": 1}', ("json-forbidden-member", "/constructor")),
        ("[1, NaN]", ("json-number", "/1")),
        ("-Infinity", ("json-number", "")),
        ('{"n": 1e400}', ("json-number", "/n")),
        ('{"n": 9007199254740992}', ("json-number", "/n")),
        ("9" * 100_000, ("json-number", "")),
        (r'["\ud800"]', ("json-surrogate", "/0")),
        (r'{"\udc00": 1}', ("json-surrogate", "")),
        (r'["\u0000"]', ("json-control-character", "/0")),
        ('["a\x01"]', ("json-control-character", "/0")),
        ('["\u202e"]', ("json-control-character", "/0")),
        ('"' + "a" * 4097 + '"', ("json-string-length", "")),
        ("[" * 100_000, ("json-depth", "/0" * 32)),
        ('{"a":' * 33 + "1" + "}" * 33, ("json-depth", "/a" * 32)),
        ("[" + ",".join(["0"] * 100_000) + "]", ("json-values", "/99999")),
        (b'"\xff"', ("json-encoding", "")),
        ("\ufeff{}", ("json-syntax", "")),
        ("", ("json-syntax", "")),
        ("{", ("json-syntax", "")),
        ('{"a" 1}', ("json-syntax", "/a")),
        ("[1,]", ("json-syntax", "/1")),
        ("[1 2]", ("json-syntax", "")),
        ("01", ("json-syntax", "")),
        ("1.", ("json-syntax", "")),
        ("True", ("json-syntax", "")),
        ("{} {}", ("json-syntax", "")),
        ("'a'", ("json-syntax", "")),
        ('{"a": 1', ("json-syntax", "")),
        (r'"\x"', ("json-syntax", "")),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_refuses_and_names_the_place(text: str | bytes, fault: tuple[str, str]) -> None:
    assert fault in faults(text)


def test_it_refuses_more_than_a_mebibyte_before_reading_it() -> None:
    assert faults('"' + "a" * limits.BODY_BYTES + '"') == [("json-size", "")]


def test_it_names_line_and_column() -> None:
    with pytest.raises(Unreadable, match="Line 3, column 8"):
        parse('{\n  "a": 1,\n  "b": x\n}')


def test_it_names_every_fault_of_a_readable_grammar() -> None:
    assert faults('{"a": NaN, "b": [1e999], "b": 0}') == [
        ("json-number", "/a"),
        ("json-number", "/b/0"),
        ("json-duplicate-member", "/b"),
    ]


def test_it_takes_depth_length_and_number_at_the_limit() -> None:
    assert parse("[" * 32 + "]" * 32)
    assert parse('"' + "a" * 4096 + '"') == "a" * 4096
    assert parse(str(limits.INTEGER)) == limits.INTEGER
    assert parse("-0.5e-3") == -0.0005


plain = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf")), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(plain.filter(lambda name: name not in limits.FORBIDDEN_MEMBERS), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_what_json_can_say_comes_back_as_it_was(value: object) -> None:
    again = parse(json.dumps(value))
    assert again == value
    assert json.dumps(again) == json.dumps(value)


def spelled(value: object) -> st.SearchStrategy[str]:
    """A JSON text of ``value``, in one of the manners people and programs write it."""
    return st.builds(
        json.dumps,
        st.just(value),
        ensure_ascii=st.booleans(),
        indent=st.none() | st.just(1),
        separators=st.sampled_from([None, (",", ":")]),
    )


PIECES = [
    *"{}[],: 01-.eE",
    *('"a"', '"b"', '"é"', '"\x7f"', '"\u202e"', r'"\u0041"', r'"\ud800"', r'"\""', r'"\\"', '"constructor"', '"[{"'),
    *("12345678901234567", "9007199254740991", "9007199254740992", "1e400", "0.1234567890123456789", "1.5", "-0.0"),
    *(
        "true",
        "null",
        "NaN",
        "-Infinity",
        "\n",
        "\ufeff",
        '"' + "x" * 4096 + '"',
        '"' + "x" * 4097 + '"',
        "[" * 31,
        "]" * 31,
    ),
]


@given(values.flatmap(spelled) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text())
def test_the_fast_reader_takes_nothing_that_the_strict_one_refuses(text: str) -> None:
    try:
        fast = reading._beyond_doubt(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    assert repr(fast) == repr(reading._Reader(text).document())


@pytest.mark.parametrize("opens", [31, 32, 33])
def test_texts_with_brackets_do_not_hide_the_depth(opens: int) -> None:
    text = "[" + '"]", [' * (opens - 1) + "]" * opens
    if opens <= limits.DEPTH:
        assert parse(text)
    else:
        assert {code for code, _ in faults(text)} == {"json-depth"}


def test_a_rule_of_the_largest_size_is_beyond_doubt() -> None:
    assert reading._beyond_doubt((DOCUMENTS / "good" / "largest.json").read_bytes())


@given(st.text() | st.binary())
def test_no_text_makes_it_raise_anything_else(text: str | bytes) -> None:
    try:
        value = parse(text)
    except Unreadable as error:
        assert error.findings
    else:
        assert value == json.loads(text)


@given(values)
def test_no_document_makes_reading_raise_anything_else(value: object) -> None:
    try:
        rule = read_document(value)  # type: ignore[arg-type]
    except Unreadable as error:
        assert error.findings
    else:
        assert rule.as_document() is value


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_the_very_same_document_comes_back(file: Path) -> None:
    text = file.read_text()
    assert json.dumps(read(text).as_document()) == json.dumps(json.loads(text))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"match_v3": 1}, "/match_v3"),
        ({"match_v3": {"nodes": {}, "edges": []}}, "/match_v3/nodes"),
        ({"match_v3": {"nodes": [1]}}, "/match_v3/nodes/0"),
        ({"match_v3": {"nodes": [{"id": 1, "type": "Start"}]}}, "/match_v3/nodes/0/id"),
        ({"match_v3": {"edges": [{"id": "edge-1", "source": "a"}]}}, "/match_v3/edges/0/target"),
        ({"detail": {"a": 1}}, "/detail"),
    ],
)
def test_it_refuses_a_document_that_could_not_be_drawn(document: object, place: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(document)  # type: ignore[arg-type]
    assert place in [found.pointer for found in caught.value.findings]
