"""What the rule would do to somebody at three in the morning."""

from collections.abc import Iterator

from editor.flow.checks.registry import of_flow
from editor.flow.finding import Finding, finding
from editor.flow.rule import FALSE, TRUE, Flow


@of_flow
def branch_unrouted(flow: Flow) -> Iterator[Finding]:
    """A branch straight to End tells nobody; legal, and seldom meant."""
    for node in flow.of_kind("condition"):
        for exit in (TRUE, FALSE):
            edge = flow.edge_from(node.id, exit)
            target = flow.by_id.get(edge.target) if edge else None
            if edge and target and target.kind == "end":
                title = flow.titles[node.id]
                yield finding("branch-unrouted", edge.pointer, [node.id], [edge.id], exit=exit, title=title)
