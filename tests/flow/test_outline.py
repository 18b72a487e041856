"""The outline: every card once, true side before false side."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from editor.flow.outline import Row, rows
from editor.flow.reading import read, read_document
from editor.flow.rule import Flow

DOCUMENTS = Path(__file__).parent.parent / "documents"
NAMES = ["a", "b", "c", "d", "e"]
edges = st.lists(
    st.tuples(st.sampled_from(["s", *NAMES]), st.sampled_from(NAMES), st.sampled_from([None, "true", "false", "odd"])),
    max_size=12,
)


def flow_of(kinds: str, leads: list[tuple[str, str, str | None]]) -> Flow:
    """A flow of Start ``s`` and cards ``a``, ``b`` …: c is a condition, m a merge card, e is End."""
    shapes = {
        "c": {"type": "Card", "businessType": "GroupCondition"},
        "m": {"type": "Card", "businessType": "CombineConf"},
        "e": {"type": "End"},
    }
    nodes = [{"id": "s", "type": "Start"}, *({"id": n, **shapes[k]} for n, k in zip(NAMES, kinds, strict=False))]
    lines = [
        {"id": f"edge{i}", "source": source, "target": target} | ({"value": exit} if exit else {})
        for i, (source, target, exit) in enumerate(leads)
    ]
    flow = read_document({"match_v3": {"nodes": nodes, "edges": lines}}).flow
    assert flow is not None
    return flow


def test_the_true_side_comes_before_the_false_side_and_one_step_in() -> None:
    flow = flow_of("cmm", [("s", "a", None), ("a", "c", "false"), ("a", "b", "true")])
    assert rows(flow) == [
        Row("s"),
        Row("a", 0, "plain"),
        Row("b", 1, "true"),
        Row("c", 0, "false"),
    ]


def test_an_open_branch_is_a_row_and_an_open_merge_card_is_not() -> None:
    flow = flow_of("cm", [("s", "a", None), ("a", "b", "false")])
    assert rows(flow) == [
        Row("s"),
        Row("a", 0, "plain"),
        Row("a", 1, "true", open="true"),
        Row("b", 0, "false"),
    ]


def test_a_card_met_again_is_not_gone_into_again() -> None:
    flow = flow_of(
        "ccm", [("s", "a", None), ("a", "b", "true"), ("a", "b", "false"), ("b", "c", "true"), ("b", "a", "false")]
    )
    assert rows(flow) == [
        Row("s"),
        Row("a", 0, "plain"),
        Row("b", 1, "true"),
        Row("c", 2, "true"),
        Row("a", 1, "false", again=True),
        Row("b", 0, "false", again=True),
    ]


def test_a_card_that_no_way_leads_to_comes_last_without_a_branch() -> None:
    flow = flow_of("me", [("s", "b", None)])
    assert rows(flow) == [Row("s"), Row("b", 0, "plain"), Row("a")]


def test_the_published_sample_ends_with_end() -> None:
    flow = read((DOCUMENTS / "good" / "published-sample.json").read_bytes()).flow
    assert flow is not None
    assert rows(flow)[-1] == Row("flow-cFpXzlxZ", 0, "plain")


@given(st.text("cme", min_size=5, max_size=5), edges)
def test_every_card_stands_there_once_in_reading_order(kinds: str, leads: list[tuple[str, str, str | None]]) -> None:
    flow = flow_of(kinds, leads)
    first = [row.id for row in rows(flow) if not row.again and row.open is None]
    assert first == list(flow.order)


def test_a_chain_longer_than_the_stack_is_outlined() -> None:
    cards = [{"id": f"c{i}", "type": "Card", "businessType": "GroupCondition"} for i in range(499)]
    lines = [{"id": f"e{i}", "source": f"c{i}", "target": f"c{i + 1}", "value": "true"} for i in range(498)]
    flow = read_document({"match_v3": {"nodes": cards, "edges": lines}}).flow
    assert flow is not None
    assert max(row.depth for row in rows(flow)) == 499
