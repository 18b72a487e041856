"""The one walk: an alarm through a rule, with its trace. Simulation, preview and every report call it."""

from dataclasses import dataclass

from editor.flow.alarm import Alarm
from editor.flow.condition import Verdict, judge
from editor.flow.rule import FALSE, PLAIN, TRUE, Flow, Merge, Node


@dataclass(frozen=True)
class Step:
    """One card on the way; ``result`` is None where nothing was, or could be, decided."""

    node: str
    result: bool | None
    verdicts: tuple[Verdict, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {"node": self.node, "result": self.result, "conditions": [v.as_json() for v in self.verdicts]}


@dataclass(frozen=True)
class Walk:
    """Where an alarm went. ``leaf`` is the merge card that groups it, None where it reaches none: nobody is told.

    ``complete`` is False where the way broke off at an open branch, a missing card, an unreadable pattern or in a
    circle; then nothing can be said about the alarm.
    """

    steps: tuple[Step, ...]
    leaf: Node | None
    complete: bool
    group_key: tuple[tuple[str, str], ...] | None
    estimate: bool = False

    def as_json(self) -> dict[str, object]:
        """The answer of the simulate command."""
        return {
            "leaf": self.leaf.id if self.leaf else None,
            "path": [step.node for step in self.steps],
            "steps": [step.as_json() for step in self.steps],
            "notify": list(self.leaf.merge.notify) if self.leaf and self.leaf.merge else [],
            "group_key": dict(self.group_key) if self.group_key is not None else None,
            "complete": self.complete,
            "estimate": self.estimate,
        }


def walk(flow: Flow, alarm: Alarm) -> Walk:
    """Lead ``alarm`` through ``flow`` from Start to where it stops."""
    steps: list[Step] = []
    leaf: Node | None = None
    node = next(iter(flow.of_kind("start")), None)
    seen: set[str] = set()
    while node is not None and node.id not in seen:
        seen.add(node.id)
        steps.append(_step(node, alarm))
        if node.kind == "combine" and leaf is None:
            leaf = node
        if _is_last(flow, node):
            return _walked(steps, leaf, alarm, complete=True)
        exit = _exit(node, steps[-1].result)
        edge = flow.edge_from(node.id, exit) if exit else None
        node = flow.by_id.get(edge.target) if edge else None
    return _walked(steps, leaf, alarm, complete=False)


def group_key(node_id: str, merge: Merge, alarm: Alarm) -> tuple[tuple[str, str], ...]:
    """What alarms of one group have in common: the card, and the values of what it groups by. ``tag`` stands for all
    tags of the alarm; ``alarm_info`` (an estimate) for its annotations."""
    key = [("card", node_id)]
    for member in merge.group_by or merge.ai_group_by:
        if member == "tag":
            key += [(f"tag:{name}", value) for name, value in alarm.tags.items()]
        elif member == "alarm_info":
            key.append((member, alarm.annotations))
        else:
            key.append((member, alarm.attributes.get(member, "")))
    return tuple(key)


def _step(node: Node, alarm: Alarm) -> Step:
    if node.kind != "condition" or node.tree is None:
        return Step(node.id, None)
    result, verdicts = judge(node.tree, alarm)
    return Step(node.id, result, tuple(verdicts))


def _exit(node: Node, result: bool | None) -> str | None:
    """The exit to leave by; None where the condition could not be judged."""
    if node.kind != "condition":
        return PLAIN
    return {True: TRUE, False: FALSE, None: None}[result]


def _is_last(flow: Flow, node: Node) -> bool:
    return node.kind == "end" or (node.kind == "combine" and flow.edge_from(node.id, PLAIN) is None)


def _walked(steps: list[Step], leaf: Node | None, alarm: Alarm, complete: bool) -> Walk:
    merge = leaf.merge if leaf else None
    key = group_key(leaf.id, merge, alarm) if leaf and merge else None
    return Walk(tuple(steps), leaf, complete, key, bool(merge and not merge.group_by and merge.ai_group_by))
