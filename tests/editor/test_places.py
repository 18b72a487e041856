"""Line and column of every value in a JSON text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.reading import pointer
from editor.places import json_places, nearest

texts = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(['"', "\\", "a/b", "~", "[{", "\n", ":,"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=15,
)


def below(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in ``value``, with its pointer."""
    yield at, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        yield from below(each, at + pointer(name))


def read_at(text: str, at: str) -> Any:
    line, column = nearest(json_places(text), at)
    rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
    return json.JSONDecoder().raw_decode(rest)[0]


@given(json_values, st.sampled_from([None, 0, 1]), st.booleans())
def test_a_value_is_found_where_it_stands(document: Any, indent: int | None, is_ascii: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=is_ascii)
    for at, value in below(document):
        assert read_at(text, at) == value


def test_what_is_missing_is_told_at_what_is_around_it() -> None:
    text = '{\n "a": [\n  {"b": 1}\n ]\n}'
    assert read_at(text, "/a/0/name/0") == {"b": 1}
    assert read_at(text, "/a/7") == [{"b": 1}]
    assert read_at(text, "/nothing") == {"a": [{"b": 1}]}


def test_of_two_members_with_one_name_it_is_the_second() -> None:
    assert nearest(json_places('{"a": 1,\n"a": 2}'), "/a").line == 2


@pytest.mark.parametrize(
    "text", ["", "{", '{"a', '{"a": "b', "[1,,]", "]]", '{"a" 1 "b"', "[" * 100_000, '"\\', "}{", "\x00"]
)
def test_a_broken_text_has_places_up_to_its_breach(text: str) -> None:
    assert nearest(json_places(text), "/a/b").line == 1
