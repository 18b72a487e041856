"""The one walk: an alarm through a rule, with its trace. Simulation, suites, preview and every report call it."""

from collections.abc import Mapping
from typing import NamedTuple

from editor.flow.alarm import Alarm
from editor.flow.assumptions import ASSUMPTIONS, DEFAULT, Dialect
from editor.flow.condition import Attributes, Judge, Verdict, other_scene
from editor.flow.rule import Flow, Group, Merge, Node, Rule
from editor.flow.wiring import FALSE, PLAIN, TRUE

GroupKey = tuple[tuple[str, str], ...]


class Step(NamedTuple):
    """One card on the way; ``result`` is None where nothing was, or could be, decided. ``rests_on`` names the
    assumptions whose other choices would decide otherwise."""

    node: str
    result: bool | None = None
    verdicts: tuple[Verdict, ...] = ()
    rests_on: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {"node": self.node, "result": self.result, "conditions": [v.as_json() for v in self.verdicts]}


class Walk(NamedTuple):
    """Where an alarm went, and why.

    ``leaf``: id of the merge card that groups it (of a legacy rule the place of its entry); None where it reaches none.
    ``notify``: who is told; None where that cannot be said.
    ``complete``: False where the way broke off, at an open branch, a missing card, a condition nobody can read or in a
    circle; then nothing can be said about the alarm.
    ``estimate``: the group key belongs to the service's own merging and is a guess.
    ``assumptions``: ids of what the answer rests on, each judged alone.
    """

    steps: tuple[Step, ...]
    leaf: str | None
    notify: tuple[str, ...] | None
    group_key: GroupKey | None
    complete: bool
    estimate: bool
    assumptions: tuple[str, ...]

    @property
    def path(self) -> list[str]:
        """Ids of the cards, in the order in which the alarm met them."""
        return [step.node for step in self.steps]

    def as_json(self) -> dict[str, object]:
        """The answer of the simulate command."""
        return {
            "leaf": self.leaf,
            "path": self.path,
            "steps": [step.as_json() for step in self.steps],
            "notify": None if self.notify is None else list(self.notify),
            "group_key": None if self.group_key is None else dict(self.group_key),
            "complete": self.complete,
            "estimate": self.estimate,
            "assumptions": list(self.assumptions),
        }


def walk(rule: Rule, alarm: Alarm, dialect: Dialect = DEFAULT) -> Walk:
    """Lead one alarm through ``rule``. For many alarms keep a ``Walker``."""
    return Walker(rule, dialect).walk(alarm)


class _Destination(NamedTuple):
    """Where alarms are grouped: a merge card, or an entry of a legacy rule."""

    id: str
    members: tuple[str, ...]
    is_estimate: bool
    notify: tuple[str, ...]
    has_twin: bool

    def group_key(self, alarm: Alarm, shared: bool) -> GroupKey:
        """What alarms of one group have in common: the card, and the values of what it groups by. ``tag`` stands for
        all tags of the alarm; ``alarm_info`` (an estimate) for its annotations."""
        key = [] if shared else [("card", self.id)]
        for member in self.members:
            if member == "tag":
                key += [(f"tag:{name}", value) for name, value in alarm.tags.items()]
            elif member == "alarm_info":
                key.append((member, alarm.annotations))
            else:
                key.append((member, alarm.attributes.get(member, "")))
        return tuple(key)


class _Decision:
    """A condition card: its step for the values that it reads, remembered, since alarms repeat themselves."""

    REMEMBERED = 1024  # steps; beyond them memory matters more
    LONGEST = 4096  # characters of all its values

    def __init__(self, node: str, tree: Group | None, dialect: Dialect) -> None:
        self.node = node
        self.judge = Judge(tree, dialect) if tree else None
        self.keys = self.judge.keys if self.judge else ()
        self.known: dict[tuple[str | None, ...], Step] = {}

    def step(self, attributes: Attributes) -> Step:
        values = tuple([attributes.get(key) for key in self.keys])
        return self.known.get(values) or self._judged(values, attributes)

    def _judged(self, values: tuple[str | None, ...], attributes: Attributes) -> Step:
        if self.judge is None:
            return Step(self.node)
        step = Step(self.node, *self.judge.judge(attributes))
        if len(self.known) >= self.REMEMBERED:
            self.known.clear()
        if sum(map(len, filter(None, values))) <= self.LONGEST:
            self.known[values] = step
        return step


class Walker:
    """Leads alarms through one rule, flow or legacy, by one dialect. What no alarm changes is worked out once."""

    def __init__(self, rule: Rule, dialect: Dialect = DEFAULT) -> None:
        self._dialect = dialect
        self._way: _Way = _FlowWay(rule.flow, dialect) if rule.flow is not None else _EntriesWay(rule, dialect)

    def walk(self, alarm: Alarm) -> Walk:
        """Where ``alarm`` goes."""
        steps, reached, complete = self._way.follow(alarm.attributes)
        leaf = reached[0] if reached else None
        taken = reached if self._dialect["D14"] == "all" else reached[:1]
        return Walk(
            tuple(steps),
            leaf.id if leaf else None,
            self._told(taken, complete),
            leaf.group_key(alarm, self._dialect["D12"] == "shared") if leaf else None,
            complete,
            leaf.is_estimate if leaf else False,
            self._rests_on(alarm, steps, reached, complete),
        )

    def _told(self, taken: "list[_Destination]", complete: bool) -> tuple[str, ...] | None:
        if not taken:
            return () if complete and self._dialect["D13"] == "nobody" else None
        return taken[0].notify if len(taken) == 1 else tuple(dict.fromkeys(n for one in taken for n in one.notify))

    def _rests_on(
        self, alarm: Alarm, steps: list[Step], reached: "list[_Destination]", complete: bool
    ) -> tuple[str, ...]:
        found = {name for step in steps if step.rests_on for name in step.rests_on}
        if "D11" in found and not self._turns_when_cleared(alarm, reached):
            found.remove("D11")
        if reached and reached[0].has_twin:
            found.add("D12")
        if complete and not reached:
            found.add("D13")
        if len(reached) > 1:
            found.add("D14")
        return tuple(name for name in ASSUMPTIONS if name in found) if found else ()

    def _turns_when_cleared(self, alarm: Alarm, reached: "list[_Destination]") -> bool:
        """Whether the alarm goes elsewhere in the other scene."""
        scene = other_scene(alarm.attributes["notification_scene"])
        _, then, _ = self._way.follow({**alarm.attributes, "notification_scene": scene})
        return then[:1] != reached[:1]


class _Way:
    """How alarms go through a rule."""

    def follow(self, attributes: Attributes) -> tuple[list[Step], list[_Destination], bool]:
        """The steps, where the alarm is grouped (of a legacy rule all entries that take it) and whether that is all
        there is to say."""
        raise NotImplementedError


class _Stop(NamedTuple):
    """A card on the way: what decides there, or else its constant step; where alarms are grouped there; and where each
    result leads, None where that is open. Without ``exits`` the walk ends."""

    decision: _Decision | None
    step: Step
    destination: _Destination | None
    exits: Mapping[bool | None, str | None]


class _FlowWay(_Way):
    """Through the cards of a flow, from Start along the edges."""

    def __init__(self, flow: Flow, dialect: Dialect) -> None:
        self.start = next((node.id for node in flow.of_kind("start")), None)
        decisions = {n.id: _Decision(n.id, n.tree, dialect) for n in flow.by_id.values() if n.kind == "condition"}
        merges = [node for node in flow.by_id.values() if node.kind == "combine"]
        grouping = {node.id: _destination(node, merges) for node in merges}
        self.stops = {
            node.id: _Stop(decisions.get(node.id), Step(node.id), grouping.get(node.id), _exits(flow, node))
            for node in flow.by_id.values()
        }

    def follow(self, attributes: Attributes) -> tuple[list[Step], list[_Destination], bool]:
        steps: list[Step] = []
        reached: list[_Destination] = []
        node, seen = self.start, set[str]()
        while node in self.stops and node not in seen:
            seen.add(node)
            decision, step, destination, exits = self.stops[node]
            if decision is not None:
                step = decision.step(attributes)
            steps.append(step)
            if destination is not None and not reached:
                reached.append(destination)
            if not exits:
                return steps, reached, True
            node = exits.get(step.result)
        return steps, reached, False


def _exits(flow: Flow, node: Node) -> dict[bool | None, str | None]:
    """Where each result leads, None where that is open; nothing where the walk stops."""
    if node.kind == "end" or (node.kind == "combine" and flow.edge_from(node.id, PLAIN) is None):
        return {}
    exits: dict[bool | None, str] = {True: TRUE, False: FALSE} if node.kind == "condition" else {None: PLAIN}
    edges = {result: flow.edge_from(node.id, exit) for result, exit in exits.items()}
    return {result: edge.target if edge else None for result, edge in edges.items()}


def _destination(node: Node, merges: list[Node]) -> _Destination:
    merge = node.merge
    if merge is None:
        return _Destination(node.id, (), False, (), False)
    members, is_estimate = _members(merge)
    twins = [other for other in merges if other.merge is not None and set(_members(other.merge)[0]) == set(members)]
    return _Destination(node.id, members, is_estimate, merge.notify, len(twins) > 1)


def _members(merge: Merge) -> tuple[tuple[str, ...], bool]:
    """What a merge groups by, and whether that is the service's own merging, which prevails where a legacy rule has
    both: its published sample has, with the merging on."""
    return merge.ai_group_by or merge.group_by, bool(merge.ai_group_by)


class _EntriesWay(_Way):
    """Along the parallel entries of a legacy rule; all that hold are told of, in order."""

    def __init__(self, rule: Rule, dialect: Dialect) -> None:
        entries = rule.entries or ()
        self.is_legacy = rule.entries is not None
        self.decisions = {entry.pointer: _Decision(entry.pointer, entry.tree, dialect) for entry in entries}
        members, is_estimate = _members(rule.merge)
        has_twin = len(entries) > 1
        self.destinations = {
            entry.pointer: _Destination(entry.pointer, members, is_estimate, entry.notify, has_twin)
            for entry in entries
        }

    def follow(self, attributes: Attributes) -> tuple[list[Step], list[_Destination], bool]:
        steps = [decision.step(attributes) for decision in self.decisions.values()]
        results = [step.result for step in steps]
        holding = [step.node for step in steps if step.result]
        first = results.index(True) if holding else len(results)
        known = self.is_legacy and None not in results[:first]
        # Behind the first that holds nothing is decided any more; only whether another holds too is of interest.
        shown = steps[: first + 1]
        return shown, [self.destinations[node] for node in holding] if known else [], known
