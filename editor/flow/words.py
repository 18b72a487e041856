"""A rule in words: how a condition, a merge card and a wait are said.

The canvas says the same with ``static/src/model/words.ts``; both are held to ``tests/documents/words.json``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from editor.flow.outline import Row
from editor.flow.rule import Flow, Group, Json, Leaf, Merge, Node

SEVERITY: Final = "event_severity"
_SUBJECTS: Final[Mapping[str, str]] = {
    "event_name": "event name",
    SEVERITY: "severity",
    "event_type": "event type",
    "resource_provider": "source",
    "resource_type": "resource type",
    "resource_id": "resource id",
    "notification_scene": "scene",
}
_VERBS: Final[Mapping[str, str]] = {"EQUALS": "is", "REGEX": "matches", "EXIST": "exists"}
_MERGE_MEMBERS: Final[Mapping[str, str]] = {
    "resource_provider": "source",
    SEVERITY: "severity",
    "resource_type": "type",
    "tag": "all tags",
}
_SMART_MEMBERS: Final[Mapping[str, str]] = {"event_name": "event name", "alarm_info": "alarm info", "tag": "tags"}
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


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
    return LeafWords(_SUBJECTS.get(leaf.key, leaf.key), _VERBS.get(leaf.operate, leaf.operate), values)


def group_words(group: Group) -> str:
    """ "all of" or "any of"."""
    return "all of" if group.join == "and" else "any of"


def tree_sentence(tree: Group) -> str:
    """The whole tree in one line: "severity is Critical and (team is a or team is b)"."""
    if not tree.children:
        return "no condition yet"
    return f" {'and' if tree.join == 'and' else 'or'} ".join(_part(child) for child in tree.children)


def merge_words(merge: Merge) -> MergeWords:
    """A merge card in words."""
    return MergeWords(_merges_by(merge), _waits(merge.waits), merge.notify)


def format_seconds(seconds: int | float) -> str:
    """Whole seconds as people write them: "15 s", "10 min", "1 min 30 s", "15 d"; anything else as it stands."""
    if seconds < 1 or seconds != seconds // 1:
        return f"{_number(seconds)} s"
    rest, parts = int(seconds), []
    for size, name in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts)


def row_text(flow: Flow, row: Row) -> str:
    """What a line of the outline says after the title of its card."""
    if row.open is not None:
        return f"The {row.open} branch is open." if row.open in ("true", "false") else "Leads nowhere yet."
    if row.again:
        return "Goes on there, as described above."
    node = flow.by_id[row.id]
    said: Mapping[str, Callable[[], str]] = {
        "start": lambda: "Every alarm begins here.",
        "condition": lambda: _condition_text(node.tree),
        "combine": lambda: _merge_text(node),
        "end": lambda: "The way stops here.",
    }
    return said.get(node.kind, lambda: "Kept as it is.")()


def _part(part: Leaf | Group) -> str:
    if isinstance(part, Leaf):
        words = leaf_words(part)
        return " ".join(text for text in (words.subject, words.verb, " or ".join(words.values)) if text)
    return f"({tree_sentence(part)})" if len(part.children) > 1 else tree_sentence(part)


def _merges_by(merge: Merge) -> str:
    if merge.ai_group_by:
        return "smart: " + ", ".join(_SMART_MEMBERS.get(name, name) for name in merge.ai_group_by)
    if not merge.group_by:
        return "by nothing yet"
    # "all tags" reads best at the end; the order of members means nothing to the service.
    names = sorted(merge.group_by, key=lambda name: name == "tag")
    return f"by {_listed([_MERGE_MEMBERS.get(name, name) for name in names])}"


def _waits(waits: Mapping[str, Json]) -> str:
    wait, interval, repeat = (
        _seconds_of(waits.get(name)) for name in ("group_wait", "group_interval", "group_repeat_waiting")
    )
    again = "no repeat" if repeat == 0 else f"repeat {_spoken_wait(repeat)}"
    return f"first after {_spoken_wait(wait)}, then every {_spoken_wait(interval)}, {again}"


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
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _condition_text(tree: Group | None) -> str:
    if tree is None or not tree.children:
        return "No condition yet."
    said = ", ".join(_clause(child) for child in tree.children)
    if len(tree.children) > 1:
        said = f"{'all of these hold' if tree.join == 'and' else 'any of these holds'}: {said}"
    return f"{said[0].upper()}{said[1:]}."


def _clause(part: Leaf | Group) -> str:
    if isinstance(part, Leaf):
        return (f"tag {_part(part)}" if is_tag(part) else _part(part)).strip() or "an empty condition"
    inside = ", ".join(_clause(child) for child in part.children) or "no condition yet"
    return f"{group_words(part)} ({inside})"


def _merge_text(node: Node) -> str:
    if node.merge is None:
        return "Does not say yet how to merge."
    words = merge_words(node.merge)
    smart = [_SMART_MEMBERS.get(name, name) for name in node.merge.ai_group_by]
    by = f"smartly by {_listed(smart)}" if smart else words.by
    return f"Groups {by}; {words.waits}; tells {', '.join(words.tells) or 'nobody'}."
