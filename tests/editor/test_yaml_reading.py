"""YAML as far as it is JSON: what it means, and what is refused with its line."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.files import Unusable
from editor.yaml_reading import read_yaml

letters = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=6
)
texts = letters.filter(lambda text: text != "<<")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=15,
)


def value_of(text: str) -> Any:
    return read_yaml("a.yaml", text.encode())[0]


def refusal(text: str | bytes) -> str:
    with pytest.raises(Unusable) as caught:
        read_yaml("a.yaml", text if isinstance(text, bytes) else text.encode())
    return str(caught.value).removeprefix("a.yaml: ")


@given(json_values)
def test_json_means_the_same_in_yaml(value: Any) -> None:
    assert value_of(json.dumps(value, ensure_ascii=False)) == value


def test_words_mean_what_yaml_1_2_says() -> None:
    words = ["yes", "on", "2026-01-31", "1_000", "12:30", "null", "~", "", "true", "12", "-1.5", "'12'", "!!str 12"]
    values = ["yes", "on", "2026-01-31", "1_000", "12:30", None, None, None, True, 12, -1.5, "12", "12"]
    assert value_of("".join(f"- {word}\n" for word in words)) == values


@pytest.mark.parametrize(
    "spelling", ["007", "0x1F", "0o17", "1.10", "1e3", "+5", ".5", "5.", ".inf", "-.INF", ".nan", "True", "FALSE"]
)
def test_a_number_that_would_lose_its_spelling_is_refused(spelling: str) -> None:
    expected = f"line 2, column 4: {spelling} would be read as a number or a truth value; put it in quotes"
    assert refusal(f"a: 1\nb: {spelling}") == expected
    assert value_of(f"b: '{spelling}'") == {"b": spelling}


def test_every_value_has_its_line() -> None:
    text = "a: 1\nb:\n  - c: d\n    e: [f,\n      g]\n'h/i': &x {j: k}\nl: *x\n"
    _, places = read_yaml("a.yaml", text.encode())
    lines = {at: place.line for at, place in places.items()}
    assert lines == {"": 1, "/a": 1, "/b": 2, "/b/0": 3, "/b/0/c": 3, "/b/0/e": 4, "/b/0/e/0": 4, "/b/0/e/1": 5} | {
        "/h~1i": 6,
        "/h~1i/j": 6,
        "/l": 7,
    }


def test_an_alias_stands_for_what_it_names() -> None:
    assert value_of("a: &x [1, {b: c}]\nd: *x\ne: [*x]") == {
        "a": [1, {"b": "c"}],
        "d": [1, {"b": "c"}],
        "e": [[1, {"b": "c"}]],
    }


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30))
    assert refusal(bomb) == "line 5, column 38: more than 100000 values, those behind aliases included"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2", "line 2, column 1: the member a stands twice"),
        ("a: 1\n'a': 2", "line 2, column 1: the member a stands twice"),
        ("a: &x [*x]", "line 1, column 8: the alias *x stands for nothing that was read before"),
        ("<<: {a: 1}", "line 1, column 1: YAML 1.2 merges nothing by <<; write the members out"),
        ("? [a]\n: b", "line 1, column 3: the name of a member must be a text"),
        ("a: 1\n---\nb: 2", "line 2, column 1: another document begins; a file holds one"),
        (
            "a: !!python/object:os.system x",
            "line 1, column 4: the tag tag:yaml.org,2002:python/object:os.system is",
        ),
        ("!!set {a}", "line 1, column 1: the tag tag:yaml.org,2002:set is not read here"),
        ("[" * 100_000, "line 1, column 33: nested deeper than 32 levels"),
        ("a:\n  - 1\n b: 2", "line 3, column 2: expected <block end>, but found '<block mapping start>'"),
        ("a: 'b\n", "line 2, column 1: found unexpected end of stream"),
        ("a: é\nb: \x07", "line 2, column 4: the invisible character U+0007"),
        (b"a: \xc3\xa9\nb: \xff", "line 2, column 4: byte 0xff is not UTF-8"),
        ('a: "\\e[31m"', "line 1: A text holds the invisible character U+001B"),
        ('a: "\\ud800"', "line 1: A text holds half of a character pair (U+D800)"),
        ("a: 9007199254740992", "line 1: 9007199254740992 is not a number that survives JSON"),
        ("a:\n  b: " + "x" * 4097, "line 2: A text has 4097 characters; at most 4096 are read"),
        ("__proto__: 1", "line 1: The member name __proto__ is not allowed"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_refuses_and_names_the_line(text: str | bytes, expected: str) -> None:
    assert refusal(text).startswith(expected)


fragments = st.sampled_from(
    ["a", "b: ", "- ", "? ", ": ", "{", "}", "[", "]", "&x ", "*x", "!!str ", "!t ", "|", "|2-\n", ">", "\n", "  "]
    + ["#", "'", '"', "\\x", "%YAML 1.2\n", "%TAG ! x\n", "---\n", "...\n", "<<: ", "~", "\x85", "\ufeff", "\x07"]
)


@given(st.lists(fragments, max_size=20).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        json.dumps(read_yaml("a.yaml", text.encode())[0])
    except Unusable as error:
        assert str(error).startswith("a.yaml: line ")
