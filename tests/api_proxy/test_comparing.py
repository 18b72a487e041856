"""A fingerprint stands for what a rule says."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api_proxy.comparing import ADDED_OVER_THERE, differences, fingerprint
from tests.conftest import DOCUMENTS

SAMPLE = json.loads((DOCUMENTS / "good" / "published-sample.json").read_bytes())
MEMBERS = ["name", "desc", "group_by", "extra", *sorted(ADDED_OVER_THERE)]
VALUES: list[Any] = ["", "a", None, [], ["a", "b"], ["b", "a"], {}, {"x": ""}, {"x": [1]}, 0, 1]


@st.composite
def variants(draw: st.DrawFn) -> dict[str, Any]:
    """The sample with some members set, its cards in any order."""
    rule = copy.deepcopy(SAMPLE)
    rule["match_v3"]["nodes"] = draw(st.permutations(rule["match_v3"]["nodes"]))
    return {**rule, **draw(st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(VALUES), max_size=4))}


@given(variants(), variants())
def test_fingerprints_are_equal_where_nothing_differs(here: dict[str, Any], there: dict[str, Any]) -> None:
    assert (fingerprint(here) == fingerprint(there)) == (not differences(here, there))


def test_a_fingerprint_sees_one_changed_value_deep_in_a_card() -> None:
    changed = json.loads(json.dumps(SAMPLE).replace('"Critical"', '"Major"', 1))
    assert fingerprint(changed) != fingerprint(SAMPLE)


def test_zeros_beside_a_flow_say_nothing_and_elsewhere_they_do() -> None:
    zeros: dict[str, Any] = {
        "detail": [],
        "group_by": None,
        "group_wait": 0,
        "group_interval": 0,
        "group_repeat_waiting": 0,
    }
    assert not differences(SAMPLE, {**zeros, **SAMPLE})
    legacy = json.loads((DOCUMENTS / "good" / "entry-shape.json").read_bytes())
    assert not differences(legacy, {**legacy, "match_v3": {"nodes": [], "edges": []}})
    assert differences({**legacy, "group_wait": 0}, {**legacy, "group_wait": 5}) == ["group_wait"]
    assert differences(SAMPLE, {**SAMPLE, "group_wait": 5}) == ["group_wait"]
