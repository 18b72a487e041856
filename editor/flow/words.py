"""A rule in words: how a condition, a merge card and a wait are said.

The canvas says the same with ``static/src/model/words.ts``; both are held to ``tests/documents/words.json``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from editor.flow.outline import Row
from editor.flow.rule import Flow, Group, Json, Leaf, Merge, Node
from editor.flow.say import listed, mark, say

SEVERITY: Final = "event_severity"
_SUBJECTS: Final[Mapping[str, str]] = {
    "event_name": mark("event name"),
    SEVERITY: mark("severity"),
    "event_type": mark("event type"),
    "resource_provider": mark("source"),
    "resource_type": mark("resource type"),
    "resource_id": mark("resource id"),
    "notification_scene": mark("scene"),
}
_VERBS: Final[Mapping[str, str]] = {"EQUALS": mark("is"), "REGEX": mark("matches"), "EXIST": mark("exists")}
_MERGE_MEMBERS: Final[Mapping[str, str]] = {
    "resource_provider": mark("source"),
    SEVERITY: mark("severity"),
    "resource_type": mark("type"),
    "tag": mark("all tags"),
}
_SMART_MEMBERS: Final[Mapping[str, str]] = {
    "event_name": mark("event name"),
    "alarm_info": mark("alarm info"),
    "tag": mark("tags"),
}
_UNITS: Final = (
    (86_400, mark("{count} d")),
    (3_600, mark("{count} h")),
    (60, mark("{count} min")),
    (1, mark("{count} s")),
)


@dataclass(frozen=True)
class LeafWords:
    """One condition in three parts: "severity", "is", ("Critical", "Major")."""

    subject: str
    verb: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class MergeWords:
    """What a merge card merges by, its waits, and the notification rules it tells."""

    by: str
    waits: str
    tells: tuple[str, ...]


def is_tag(leaf: Leaf) -> bool:
    """Whether the condition asks for a tag rather than for an attribute that every alarm may have."""
    return leaf.key != "" and leaf.key not in _SUBJECTS


def leaf_words(leaf: Leaf) -> LeafWords:
    """A condition in words; a tag is called by its own name, and EXIST has no values."""
    values = () if leaf.operate == "EXIST" else leaf.values
    return LeafWords(_word(_SUBJECTS, leaf.key), _word(_VERBS, leaf.operate), values)


def group_words(group: Group) -> str:
    """ "all of" or "any of"."""
    return say("all of") if group.join == "and" else say("any of")


def tree_sentence(tree: Group) -> str:
    """The whole tree in one line: "severity is Critical and (team is a or team is b)"."""
    if not tree.children:
        return say("no condition yet")
    return f" {say('and') if tree.join == 'and' else say('or')} ".join(_part(child) for child in tree.children)


def merge_words(merge: Merge) -> MergeWords:
    """A merge card in words."""
    return MergeWords(_merges_by(merge), _waits(merge.waits), merge.notify)


def format_seconds(seconds: int | float) -> str:
    """Whole seconds as people write them: "15 s", "10 min", "1 min 30 s", "15 d"; anything else as it stands."""
    if seconds < 1 or seconds != seconds // 1:
        return say("{count} s", count=_number(seconds))
    rest, parts = int(seconds), []
    for size, message in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(say(message, count=count))
    return " ".join(parts)


def row_text(flow: Flow, row: Row) -> str:
    """What a line of the outline says after the title of its card."""
    if row.open is not None:
        is_branch = row.open in ("true", "false")
        return say("The {exit} branch is open.", exit=say(row.open)) if is_branch else say("Leads nowhere yet.")
    if row.again:
        return say("Goes on there, as described above.")
    node = flow.by_id[row.id]
    said: Mapping[str, Callable[[], str]] = {
        "start": lambda: say("Every alarm begins here."),
        "condition": lambda: _condition_text(node.tree),
        "combine": lambda: _merge_text(node),
        "end": lambda: say("The way stops here."),
    }
    return said.get(node.kind, lambda: say("Kept as it is."))()


def _part(part: Leaf | Group) -> str:
    if isinstance(part, Leaf):
        words = leaf_words(part)
        return _joined(_asked(part, words), f" {say('or')} ".join(words.values))
    return f"({tree_sentence(part)})" if len(part.children) > 1 else tree_sentence(part)


def _asked(leaf: Leaf, words: LeafWords) -> str:
    """What is asked of what; names out of the document stand apart in every language."""
    if leaf.key in _SUBJECTS and leaf.operate in _VERBS:
        return say("{subject} {verb}", subject=words.subject, verb=words.verb)
    return _joined(words.subject, words.verb)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _merges_by(merge: Merge) -> str:
    if merge.ai_group_by:
        return say("smart: {members}", members=listed([_word(_SMART_MEMBERS, name) for name in merge.ai_group_by]))
    if not merge.group_by:
        return say("by nothing yet")
    # "all tags" reads best at the end; the order of members means nothing to the service.
    names = sorted(merge.group_by, key=lambda name: name == "tag")
    return say("by {members}", members=_listed([_word(_MERGE_MEMBERS, name) for name in names]))


def _word(words: Mapping[str, str], name: str) -> str:
    """What people call ``name``; a name that is not in the table as it stands."""
    return say(words[name]) if name in words else name


def _waits(waits: Mapping[str, Json]) -> str:
    wait, interval, repeat = (
        _seconds_of(waits.get(name)) for name in ("group_wait", "group_interval", "group_repeat_waiting")
    )
    said = {"wait": _spoken_wait(wait), "interval": _spoken_wait(interval)}
    if repeat == 0:
        return say("first after {wait}, then every {interval}, no repeat", **said)
    return say("first after {wait}, then every {interval}, repeat {repeat}", **said, repeat=_spoken_wait(repeat))


def _spoken_wait(seconds: int | float | None) -> str:
    return "?" if seconds is None else format_seconds(seconds)


def _seconds_of(value: Json) -> int | float | None:
    """A wait in seconds, read from 60 or "60"; None when it is missing or no number."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _number(value: int | float) -> str:
    return str(int(value)) if value == value // 1 else str(value)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else say("{most} and {last}", most=listed(words[:-1]), last=words[-1])


def _condition_text(tree: Group | None) -> str:
    if tree is None or not tree.children:
        return say("No condition yet.")
    said = listed(_clause(child) for child in tree.children)
    if len(tree.children) > 1:
        all_hold, any_holds = mark("all of these hold: {conditions}"), mark("any of these holds: {conditions}")
        said = say(all_hold if tree.join == "and" else any_holds, conditions=said)
    return say("{sentence}.", sentence=f"{said[0].upper()}{said[1:]}")


def _clause(part: Leaf | Group) -> str:
    if isinstance(part, Leaf):
        return (_joined(say("tag"), _part(part)) if is_tag(part) else _part(part)) or say("an empty condition")
    inside = listed(_clause(child) for child in part.children) or say("no condition yet")
    return say("{join} ({conditions})", join=group_words(part), conditions=inside)


def _merge_text(node: Node) -> str:
    if node.merge is None:
        return say("Does not say yet how to merge.")
    words = merge_words(node.merge)
    smart = [_word(_SMART_MEMBERS, name) for name in node.merge.ai_group_by]
    by = say("smartly by {members}", members=_listed(smart)) if smart else words.by
    return say("Groups {by}; {waits}; {tells}.", by=by, waits=words.waits, tells=tells_words(words.tells))


def tells_words(names: Sequence[str]) -> str:
    """Whom a merge card tells."""
    return say("tells {names}", names=listed(names)) if names else say("tells nobody")
