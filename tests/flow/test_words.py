"""What is said about a rule; the first cases are those the browser is held to as well."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.outline import rows
from editor.flow.reading import read, read_document
from editor.flow.rule import Flow, Json
from editor.flow.words import format_seconds, group_words, leaf_words, merge_words, row_text, tree_sentence

DOCUMENTS = Path(__file__).parent.parent / "documents"
CASES = json.loads((DOCUMENTS / "words.json").read_text())


def flow_of(*cards: Json, edges: Sequence[Json] = ()) -> Flow:
    nodes = [{"id": "s", "type": "Start"}, *cards]
    flow = read_document({"name": "r", "match_v3": {"nodes": nodes, "edges": list(edges)}}).flow
    assert flow is not None
    return flow


def condition(tree: Json) -> Json:
    return {"id": "c", "type": "Card", "businessType": "GroupCondition", "value": tree}


def merge(config: Json) -> Json:
    return {"id": "m", "type": "Card", "businessType": "CombineConf", "value": {"combineConfig": config}}


def said(kind: str, given: Any) -> object:
    if kind == "seconds":
        return format_seconds(given)
    if kind == "merge":
        config = flow_of(merge(given)).by_id["m"].merge
        assert config is not None
        words = merge_words(config)
        return {"by": words.by, "waits": words.waits, "tells": list(words.tells)}
    tree = flow_of(condition(given)).by_id["c"].tree
    assert tree is not None
    if kind == "tree":
        return tree_sentence(tree)
    leaf = leaf_words(tree.leaves()[0])
    return {"subject": leaf.subject, "verb": leaf.verb, "values": list(leaf.values)}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}-{i}" for i, case in enumerate(CASES)])
def test_it_says_the_shared_cases_in_the_same_words(case: dict[str, Any]) -> None:
    assert said(case["kind"], case["input"]) == case["expected"]


@given(st.integers(1, 10**7))
def test_a_duration_in_words_adds_up_to_its_seconds(seconds: int) -> None:
    parts = format_seconds(seconds).split(" ")
    units = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    assert sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True)) == seconds


def test_a_group_is_all_of_or_any_of() -> None:
    tree = flow_of(condition({"id": "g", "type": "bool", "value": "or", "nodes": []})).by_id["c"].tree
    assert tree is not None
    assert group_words(tree) == "any of"


def test_the_published_sample_reads_as_a_text() -> None:
    flow = read((DOCUMENTS / "good" / "published-sample.json").read_bytes()).flow
    assert flow is not None
    said = [row_text(flow, row) for row in rows(flow)]
    assert said[1] == (
        "All of these hold: severity is Critical, all of (severity is Critical), severity is Critical, "
        "any of (severity is Critical), source is 1, tag 1 is 1."
    )
    assert said[2] == (
        "Groups smartly by event name, alarm info and tags; first after 0 s, then every 5 s, no repeat; tells aaa."
    )


def test_what_is_missing_is_said_and_not_left_out() -> None:
    edges = [{"id": "e", "source": "s", "target": "c"}, {"id": "f", "source": "c", "target": "c", "value": "true"}]
    flow = flow_of(condition(None), {"id": "x", "type": "Card"}, merge({"group_by": ["tag"]}), edges=edges)
    assert [(row.id, row_text(flow, row)) for row in rows(flow)] == [
        ("s", "Every alarm begins here."),
        ("c", "No condition yet."),
        ("c", "Goes on there, as described above."),
        ("c", "The false branch is open."),
        ("x", "Kept as it is."),
        ("m", "Groups by all tags; first after ?, then every ?, repeat ?; tells nobody."),
    ]
