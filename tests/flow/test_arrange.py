"""The staircase: no card on another, true left of false, below whatever leads to it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.arrange import COLUMN_GAP, EXIT_OFFSET, PLAIN_GAP, Box, arrange, arrange_tree
from editor.flow.lines import CARD_WIDTH, PILL, size_of
from editor.flow.reading import read, read_document

DOCUMENTS = Path(__file__).parent.parent / "documents"
CASES = json.loads((DOCUMENTS / "arrange.json").read_text())
SIZES = json.loads((DOCUMENTS / "sizes.json").read_text())

Flow = tuple[list[tuple[str, str, str]], dict[str, tuple[int, int]]]
heights = st.integers(min_value=8, max_value=40).map(lambda n: n * 8)


@st.composite
def trees(draw: st.DrawFn) -> Flow:
    """Start, and condition cards with merge cards under them, in no more than thirty steps."""
    edges, sizes, open_exits = [], {"start": PILL}, [("start", "plain")]
    for number in range(draw(st.integers(1, 30))):
        if not open_exits:
            break
        source, exit = open_exits.pop(draw(st.integers(0, len(open_exits) - 1)))
        card = f"card{number}"
        sizes[card] = (CARD_WIDTH, draw(heights))
        edges.append((source, exit, card))
        if source == "start" or draw(st.booleans()):
            open_exits += [(card, "true"), (card, "false")]
    return edges, sizes


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any edges between any cards: joins, circles, loose cards, and an End that many lead to."""
    names = [f"card{i}" for i in range(draw(st.integers(1, 14)))]
    sizes = {"start": PILL} | {name: (CARD_WIDTH, draw(heights)) for name in names} | {"end": PILL}
    ends = st.sampled_from([*names, "end"])
    edges = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(["true", "false", "plain"]), ends)))
    return [("start", "plain", names[0]), *edges], sizes


def boxes(flow: Flow) -> dict[str, Box]:
    edges, sizes = flow
    return {card: Box(*point, *sizes[card]) for card, point in arrange_tree(edges, sizes).items()}


def assert_apart(placed: dict[str, Box]) -> None:
    names = list(placed)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            assert not placed[a].is_near(placed[b], COLUMN_GAP, PLAIN_GAP), (a, b)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_places_the_cards_of_the_shared_cases(case: dict[str, Any]) -> None:
    sizes = {card: (width, height) for card, (width, height) in case["sizes"].items()}
    placed = arrange_tree([(source, exit, target) for source, exit, target in case["edges"]], sizes)
    assert {card: list(point) for card, point in placed.items()} == case["positions"]


@given(trees())
def test_a_tree_has_no_card_on_another_and_true_left_of_false(flow: Flow) -> None:
    placed = boxes(flow)
    assert_apart(placed)
    exits = {(source, exit): target for source, exit, target in flow[0]}
    for (source, exit), target in exits.items():
        if exit == "false":
            assert placed[target].middle == placed[source].middle + EXIT_OFFSET
            if (source, "true") in exits:
                assert placed[exits[source, "true"]].right <= placed[target].left - COLUMN_GAP


@given(flows())
def test_no_flow_has_a_card_on_another(flow: Flow) -> None:
    placed = boxes(flow)
    assert placed.keys() == flow[1].keys()
    assert_apart(placed)
    assert min(box.left for box in placed.values()) == min(box.top for box in placed.values()) == 0


@given(flows())
def test_a_card_stands_below_all_that_lead_to_it_unless_they_lead_in_a_circle(flow: Flow) -> None:
    rank = {f"card{i}": i for i in range(30)} | {"start": -1, "end": 99}
    edges = {(source, exit): target for source, exit, target in reversed(flow[0]) if rank[source] < rank[target]}
    forward = ([(source, exit, target) for (source, exit), target in edges.items()], flow[1])
    placed = boxes(forward)
    for source, _, target in forward[0]:
        assert placed[target].top >= placed[source].bottom + PLAIN_GAP


def test_a_chain_of_cards_longer_than_the_stack_is_arranged() -> None:
    names = [f"card{i}" for i in range(499)]
    sizes = {"start": PILL} | dict.fromkeys(names, (CARD_WIDTH, 64))
    edges = [("start", "plain", names[0])] + [(a, "false", b) for a, b in zip(names, names[1:], strict=False)]
    placed = arrange_tree(edges, sizes)
    assert placed["card498"] == (498 * EXIT_OFFSET, 56 + 498 * 104)


def test_a_flow_without_cards_has_no_places() -> None:
    assert arrange_tree([], {}) == {}


def test_the_published_sample_stands_as_drawn() -> None:
    flow = read((DOCUMENTS / "good" / "published-sample.json").read_bytes()).flow
    assert flow is not None
    placed = arrange(flow)
    assert placed["flow-lKSGbvq-"] == (372, 0)
    assert placed["flow-1JBeHxLU"] == (256, 56)
    assert placed["flow-y7b5HNsE"][0] == 0


@pytest.mark.parametrize("case", SIZES, ids=[case["name"] for case in SIZES])
def test_a_card_is_as_large_as_the_browser_draws_it(case: dict[str, Any]) -> None:
    flow = read_document({"match_v3": {"nodes": [case["node"]], "edges": []}}).flow
    assert flow is not None
    assert list(size_of(flow.nodes[0])) == case["size"]
