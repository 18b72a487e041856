"""Digests, titles and reading order."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from editor.flow import digest, read

SAMPLE = (Path(__file__).parent.parent / "documents" / "good" / "published-sample.json").read_bytes()


def test_titles_follow_the_reading_order() -> None:
    flow = read(SAMPLE).flow
    assert flow
    assert list(flow.titles.values()) == [
        "Start", "Condition 1", "Merge 1", "Condition 2", "Merge 2", "Condition 3", "Merge 3", "Merge 4", "End"
    ]  # fmt: skip


@given(st.randoms())
def test_equal_documents_digest_equally(random: object) -> None:
    """The order of members, nodes and edges means nothing."""
    document = json.loads(SAMPLE)
    shuffled = dict(random.sample(sorted(document.items()), len(document)))  # type: ignore[attr-defined]
    flow = {part: random.sample(items, len(items)) for part, items in document["match_v3"].items()}  # type: ignore[attr-defined]
    assert digest({**shuffled, "match_v3": flow}) == digest(document)


def test_a_changed_wait_changes_the_digest() -> None:
    document = json.loads(SAMPLE)
    document["match_v3"]["nodes"][2]["value"]["combineConfig"]["group_wait"] = 1
    assert digest(document) != digest(json.loads(SAMPLE))


def test_the_order_of_values_counts() -> None:
    assert digest({"a": ["x", "y"]}) != digest({"a": ["y", "x"]})
