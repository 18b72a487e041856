"""Is the flow a flow: one Start, one End, every way leads on, none leads round."""

from collections.abc import Iterator

from editor.flow.checks.registry import of_flow, of_wiring
from editor.flow.finding import Finding, finding
from editor.flow.reading import kind_of_value
from editor.flow.rule import Flow
from editor.flow.say import listed, mark, say
from editor.flow.wiring import EXITS, FALSE, TRUE

_VALUED = {"condition": mark('Give it the value "true" or "false", as a text.')}


@of_wiring
@of_flow
def start_count(flow: Flow) -> Iterator[Finding]:
    """Exactly one Start."""
    yield from _count(flow, "start", "start-count")


@of_wiring
@of_flow
def end_count(flow: Flow) -> Iterator[Finding]:
    """Exactly one End."""
    yield from _count(flow, "end", "end-count")


def _count(flow: Flow, kind: str, code: str) -> Iterator[Finding]:
    found = [node for node in flow.nodes if node.kind == kind]
    if len(found) != 1:
        mend = say("Keep one of them.") if found else say("Add it.")
        place = found[1].pointer if found else "/match_v3/nodes"
        yield finding(code, place, [node.id for node in found], count=len(found) or say("no"), mend=mend)


@of_wiring
@of_flow
def card_missing(flow: Flow) -> Iterator[Finding]:
    """At least one card between Start and End."""
    if not (flow.of_kind("condition") or flow.of_kind("combine")):
        yield finding("card-missing", "/match_v3/nodes")


@of_flow
def node_kind(flow: Flow) -> Iterator[Finding]:
    """Only the kinds that a grouping rule has."""
    for node in flow.of_kind("unknown"):
        found = ", ".join(f"{name} {node.raw[name]!r}" for name in ("type", "businessType") if name in node.raw)
        yield finding("node-kind", node.pointer, [node.id], title=flow.titles[node.id], found=found)


@of_wiring
@of_flow
def edge_dangling(flow: Flow) -> Iterator[Finding]:
    """Both ends of an edge exist."""
    for edge in flow.edges:
        for member, node_id in (("source", edge.source), ("target", edge.target)):
            if node_id not in flow.by_id:
                near = [end for end in (edge.source, edge.target) if end in flow.by_id]
                yield finding(
                    "edge-dangling", f"{edge.pointer}/{member}", near, [edge.id], edge=edge.id, missing=node_id
                )


@of_wiring
@of_flow
def edge_self(flow: Flow) -> Iterator[Finding]:
    """No edge from a card to itself."""
    for edge in flow.edges:
        if edge.source == edge.target and edge.source in flow.by_id:
            yield finding("edge-self", edge.pointer, [edge.source], [edge.id], title=flow.titles[edge.source])


@of_wiring
@of_flow
def edge_duplicate(flow: Flow) -> Iterator[Finding]:
    """No two edges that say the same."""
    seen: set[tuple[str, str, str]] = set()
    for edge in flow.edges:
        key = (edge.source, edge.target, edge.exit)
        if key in seen:
            names = {name: flow.titles.get(end, end) for name, end in (("source", key[0]), ("target", key[1]))}
            near = [end for end in key[:2] if end in flow.by_id]
            yield finding("edge-duplicate", edge.pointer, near, [edge.id], **names)
        seen.add(key)


@of_wiring
@of_flow
def edge_value(flow: Flow) -> Iterator[Finding]:
    """The value of an edge is "true" or "false" out of a condition, and absent everywhere else."""
    for edge in flow.edges:
        source = flow.by_id.get(edge.source)
        if source is None or source.kind in ("unknown", "end") or edge.exit in EXITS[source.kind]:
            continue
        mend = say(_VALUED.get(source.kind, mark("Remove the value; only the branches of a condition have one.")))
        found = kind_of_value(edge.raw.get("value"))
        title = flow.titles[source.id]
        place = f"{edge.pointer}/value" if "value" in edge.raw else edge.pointer
        yield finding("edge-value", place, [source.id], [edge.id], edge=edge.id, source=title, found=found, mend=mend)


@of_wiring
@of_flow
def start_entry(flow: Flow) -> Iterator[Finding]:
    """Nothing leads into Start."""
    for start in flow.of_kind("start"):
        for edge in flow.edges_in(start.id):
            yield finding("start-entry", edge.pointer, [start.id], [edge.id])


@of_wiring
@of_flow
def start_exit(flow: Flow) -> Iterator[Finding]:
    """Start has exactly one exit."""
    for start in flow.of_kind("start"):
        exits = flow.edges_out(start.id)
        if len(exits) == 1:
            continue
        mend = say("Keep one of the edges.") if exits else say("Connect Start to the first card.")
        place = exits[1].pointer if exits else start.pointer
        count = len(exits) or say("no")
        yield finding("start-exit", place, [start.id], [edge.id for edge in exits], count=count, mend=mend)


@of_wiring
@of_flow
def start_to_end(flow: Flow) -> Iterator[Finding]:
    """Start does not lead straight to End."""
    for start in flow.of_kind("start"):
        for edge in flow.edges_out(start.id):
            target = flow.by_id.get(edge.target)
            if target is not None and target.kind == "end":
                yield finding("start-to-end", edge.pointer, [start.id, target.id], [edge.id])


@of_wiring
@of_flow
def condition_exit_missing(flow: Flow) -> Iterator[Finding]:
    """Both branches of a condition lead somewhere."""
    for node in flow.of_kind("condition"):
        for exit in (TRUE, FALSE):
            if flow.edge_from(node.id, exit) is None:
                title = flow.titles[node.id]
                yield finding("condition-exit-missing", node.pointer, [node.id], exit=say(exit), title=title)


@of_wiring
@of_flow
def condition_exit_many(flow: Flow) -> Iterator[Finding]:
    """A branch of a condition leads to one card."""
    for node in flow.of_kind("condition"):
        for exit in (TRUE, FALSE):
            edges = flow.wiring.exits.get((node.id, exit), ())
            if len({edge.target for edge in edges}) > 1:
                ids = [edge.id for edge in edges]
                title = flow.titles[node.id]
                shown = {"exit": say(exit), "title": title, "count": len(edges)}
                yield finding("condition-exit-many", edges[1].pointer, [node.id], ids, **shown)


@of_wiring
@of_flow
def combine_exit_many(flow: Flow) -> Iterator[Finding]:
    """A merge card has at most one exit."""
    for node in flow.of_kind("combine"):
        edges = flow.edges_out(node.id)
        if len(edges) > 1:
            ids = [edge.id for edge in edges]
            title = flow.titles[node.id]
            yield finding("combine-exit-many", edges[1].pointer, [node.id], ids, title=title, count=len(edges))


@of_wiring
@of_flow
def combine_exit_target(flow: Flow) -> Iterator[Finding]:
    """A merge card leads to End, if it leads anywhere."""
    for node in flow.of_kind("combine"):
        for edge in flow.edges_out(node.id):
            target = flow.by_id.get(edge.target)
            if target is not None and target.kind != "end" and target.id != node.id:
                titles = {"title": flow.titles[node.id], "target": flow.titles[target.id]}
                yield finding("combine-exit-target", edge.pointer, [node.id], [edge.id], **titles)


@of_wiring
@of_flow
def end_exit(flow: Flow) -> Iterator[Finding]:
    """Nothing leads out of End."""
    for end in flow.of_kind("end"):
        for edge in flow.edges_out(end.id):
            yield finding("end-exit", edge.pointer, [end.id], [edge.id])


@of_wiring
@of_flow
def flow_cycle(flow: Flow) -> Iterator[Finding]:
    """No way leads back to a card it came from."""
    if flow.wiring.is_acyclic:
        return
    import networkx as nx

    for ring in nx.strongly_connected_components(flow.wiring.graph):
        if len(ring) < 2:
            continue
        nodes = [node for node in flow.order if node in ring]
        edges = [edge for edge in flow.edges if edge.source in ring and edge.target in ring]
        titles = listed([flow.titles[node] for node in nodes])
        yield finding("flow-cycle", edges[-1].pointer, nodes, [edge.id for edge in edges], titles=titles)


@of_wiring
@of_flow
def node_unreachable(flow: Flow) -> Iterator[Finding]:
    """A way leads from Start to every card."""
    for node in flow.unreached:
        if node.kind not in ("start", "end"):
            yield finding("node-unreachable", node.pointer, [node.id], title=flow.titles[node.id])


@of_wiring
@of_flow
def end_unreachable(flow: Flow) -> Iterator[Finding]:
    """A way leads from Start to End."""
    for node in flow.unreached:
        if node.kind == "end":
            yield finding("end-unreachable", node.pointer, [node.id])


STRUCTURE = (
    start_count, end_count, card_missing, node_kind, edge_dangling, edge_self, edge_duplicate, edge_value, start_entry,
    start_exit, start_to_end, condition_exit_missing, condition_exit_many, combine_exit_many, combine_exit_target,
    end_exit, flow_cycle, node_unreachable, end_unreachable,
)  # fmt: skip
