"""Is the rule likely to mean something else than its author did: what can be told without a proof."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from editor.flow.checks.merging import find_wait, seconds
from editor.flow.checks.registry import of_condition_card, of_flow, of_merge_card, of_wiring
from editor.flow.finding import Finding, finding
from editor.flow.rule import Flow, Leaf, Rule
from editor.flow.say import say
from editor.flow.wiring import FALSE, TRUE


@of_wiring
@of_flow
def branch_unrouted(flow: Flow) -> Iterator[Finding]:
    """A branch straight to End tells nobody; legal, and seldom meant."""
    for node in flow.of_kind("condition"):
        for exit in (TRUE, FALSE):
            edge = flow.edge_from(node.id, exit)
            target = flow.by_id.get(edge.target) if edge else None
            if edge and target and target.kind == "end":
                title = flow.titles[node.id]
                yield finding("branch-unrouted", edge.pointer, [node.id], [edge.id], exit=say(exit), title=title)


@of_wiring
@of_flow
def branches_same(flow: Flow) -> Iterator[Finding]:
    """Both branches of a card lead to the same place: its conditions decide nothing."""
    for node in flow.of_kind("condition"):
        true, false = (flow.edge_from(node.id, exit) for exit in (TRUE, FALSE))
        if true and false and true.target == false.target:
            shown = {"title": flow.titles[node.id], "target": flow.titles.get(true.target, true.target)}
            yield finding("branches-same", node.pointer, [node.id], [true.id, false.id], **shown)


@of_condition_card
def condition_duplicate(rule: Rule) -> Iterator[Finding]:
    """The same condition twice in a group says nothing more."""
    for owner, _, leaves in rule.repeating:
        told: set[str] = set()
        for one, other in _pairs(leaves):
            same = one.operate == other.operate and set(one.values) == set(other.values)
            if same and other.pointer not in told:
                told.add(other.pointer)
                yield finding("condition-duplicate", other.pointer, owner.nodes, title=owner.title, key=one.key)


@of_condition_card
def condition_contradiction(rule: Rule) -> Iterator[Finding]:
    """Two equalities on one attribute, without a value in common, never hold together (assumption D8)."""
    for owner, join, leaves in rule.repeating:
        for one, other in _pairs(leaves) if join == "and" else ():
            equalities = one.operate == other.operate == "EQUALS" and one.values and other.values
            if equalities and not set(one.values) & set(other.values):
                yield finding("condition-contradiction", other.pointer, owner.nodes, title=owner.title, key=one.key)


def _pairs(leaves: Sequence[Leaf]) -> Iterator[tuple[Leaf, Leaf]]:
    """Every two of the conditions that look at one attribute."""
    return ((one, other) for one, other in combinations(leaves, 2) if one.key == other.key)


@of_condition_card
def value_duplicate(rule: Rule) -> Iterator[Finding]:
    """A value that a condition names twice."""
    for owner, leaf in rule.conditions:
        values = leaf.values
        if len(values) > 1 and len(set(values)) < len(values):
            twice = next(value for i, value in enumerate(values) if value in values[:i])
            place = f"{leaf.place}/value"
            yield finding("value-duplicate", place, owner.nodes, title=owner.title, key=leaf.key, found=twice)


@of_merge_card
def repeat_below_interval(rule: Rule) -> Iterator[Finding]:
    """A group that is repeated sooner than it is looked at is repeated at every interval."""
    for owner, merge in rule.settings:
        repeat, interval = (seconds(owner, merge, wait) for wait in ("group_repeat_waiting", "group_interval"))
        if repeat and interval and repeat < interval:
            shown = {"repeat": repeat, "interval": interval}
            yield find_wait("repeat-below-interval", owner, merge, "group_repeat_waiting", **shown)


@of_merge_card
def repeat_zero(rule: Rule) -> Iterator[Finding]:
    """What a repeat time of 0 means is not published (assumption D3)."""
    for owner, merge in rule.settings:
        if seconds(owner, merge, "group_repeat_waiting") == 0:
            yield find_wait("repeat-zero", owner, merge, "group_repeat_waiting")


MEANING = (
    branch_unrouted, branches_same, condition_duplicate, condition_contradiction, value_duplicate,
    repeat_below_interval, repeat_zero,
)  # fmt: skip
