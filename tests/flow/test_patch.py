"""Patches do what RFC 6902 says, by the cases that the browser's own reading is held to as well."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.patch import Unfitting, equal, patched, value_at
from editor.flow.reading import pointer

DOCUMENTS = Path(__file__).parent.parent / "documents"
CASES = json.loads((DOCUMENTS / "patches.json").read_text())

values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("a/~0", max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("a/~0", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_patch_does_what_the_standard_says(case: Any) -> None:
    before = copy.deepcopy(case["document"])
    if case["result"] is None:
        with pytest.raises(Unfitting):
            patched(case["document"], case["patch"])
    else:
        # As text, since members have an order.
        assert json.dumps(patched(case["document"], case["patch"])) == json.dumps(case["result"])
    assert json.dumps(case["document"]) == json.dumps(before)


def places(value: Any, *steps: str | int) -> list[str]:
    """Every place in a value but its own."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, child in inner for place in (pointer(*steps, step), *places(child, *steps, step))]


@given(values, values, st.data())
def test_what_is_put_somewhere_stands_there_and_nothing_else_changes(before: Any, new: Any, data: Any) -> None:
    place = data.draw(st.sampled_from(["", *places(before)]))
    old = value_at(before, place)
    put = [{"op": "test", "path": place, "value": old}, {"op": "replace", "path": place, "value": new}]
    after = patched(before, put)
    assert equal(value_at(after, place), new)
    back = patched(after, [{"op": "replace", "path": place, "value": old}])
    assert json.dumps(back) == json.dumps(before)


@given(st.lists(values, min_size=1), st.data())
def test_what_is_removed_can_be_added_again(items: list[Any], data: Any) -> None:
    place = f"/{data.draw(st.integers(0, len(items) - 1))}"
    removed = patched(items, [{"op": "remove", "path": place}])
    assert equal(patched(removed, [{"op": "add", "path": place, "value": value_at(items, place)}]), items)
