"""Whether ways lead round, and what they reach, told as networkx tells it."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from editor.flow.rule import Flow, Node
from editor.flow.wiring import EXITS, Edge, Kind

KINDS: list[Kind] = ["start", "condition", "combine", "end", "unknown"]
EXIT_NAMES = ["plain", "true", "false", "the word true"]


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any cards with any edges, some to cards that do not exist."""
    count = draw(st.integers(1, 8))
    names = [f"flow-{i}" for i in range(count)]
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))
    ends = st.sampled_from([*names, "flow-nowhere"])
    ways = draw(st.lists(st.tuples(ends, ends, st.sampled_from(EXIT_NAMES)), max_size=14))
    nodes = [Node(name, kind, {}, "") for name, kind in zip(names, kinds, strict=True)]
    edges = [Edge(f"edge-{i}", *way, {}, "") for i, way in enumerate(ways)]
    return Flow.of(nodes, edges)


@given(flows())
def test_ways_lead_round_where_networkx_finds_a_cycle(flow: Flow) -> None:
    assert flow.wiring.is_acyclic == nx.is_directed_acyclic_graph(flow.wiring.graph)


@given(flows())
def test_a_card_is_unreached_where_no_usable_way_from_a_start_ends_there(flow: Flow) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node.id for node in flow.nodes)
    kinds = {node.id: node.kind for node in flow.nodes}
    for edge in flow.edges:
        is_usable = kinds.get(edge.source) != "condition" or edge.exit in EXITS["condition"]
        if is_usable and edge.source in kinds and edge.target in kinds:
            graph.add_edge(edge.source, edge.target)
    starts = [node.id for node in flow.of_kind("start")]
    reached = set(starts).union(*(nx.descendants(graph, start) for start in starts))
    expected = [node.id for node in flow.nodes if node.id not in reached] if starts else []
    assert [node.id for node in flow.unreached] == expected
