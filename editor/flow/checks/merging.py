"""Is every merge card, and the legacy form, what the published page says it must be."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from editor.flow import limits
from editor.flow.alarm import is_tag
from editor.flow.checks.conditions import misshapen_match
from editor.flow.checks.registry import of_entries, of_flow, of_merge_card
from editor.flow.finding import Finding, finding
from editor.flow.reading import kind_of_value
from editor.flow.rule import Flow, Json, Merge, Owner, Rule
from editor.flow.say import say


@of_merge_card
@of_flow
def merge_missing(flow: Flow) -> Iterator[Finding]:
    """A merge card says how to merge."""
    for node in flow.of_kind("combine"):
        if node.merge is None:
            yield finding("merge-missing", f"{node.pointer}/value", [node.id], title=flow.titles[node.id])


class Names(NamedTuple):
    """A list of names that groups alarms or tells people, and whose it is."""

    member: str
    value: Json
    pointer: str
    owner: Owner


def lists(rule: Rule, *members: str) -> Iterator[Names]:
    """The lists called ``members`` of every merge card, or of a legacy rule and its entries, where they are given."""
    owners = [(owner, merge.raw, merge.pointer) for owner, merge in rule.settings]
    if rule.flow is None:
        entries = enumerate(rule.entries or (), 1)
        owners += [(Owner.of_entry(n), e.raw, e.pointer) for n, e in entries if isinstance(e.raw, dict)]
    for owner, raw, place in owners:
        for member in members:
            if raw.get(member) is not None:
                yield Names(member, raw[member], f"{place}/{member}", owner)


@of_merge_card
def merge_shape(rule: Rule) -> Iterator[Finding]:
    """What groups and whom it tells are lists."""
    for found in lists(rule, "group_by", "ai_group_by", "bind_notification_rule_ids"):
        if not isinstance(found.value, list):
            shown = {"place": found.member, "found": kind_of_value(found.value), "wanted": say("a list of texts")}
            yield finding("merge-shape", found.pointer, found.owner.nodes, title=found.owner.title, **shown)


@of_merge_card
@of_flow
def group_by_both(flow: Flow) -> Iterator[Finding]:
    """A merge card groups in one of the two ways."""
    for node, merge in flow.merges:
        if merge.raw.get("group_by") and merge.raw.get("ai_group_by"):
            yield finding("group-by-both", f"{merge.pointer}/ai_group_by", [node.id], title=flow.titles[node.id])


@of_merge_card
@of_flow
def group_by_missing(flow: Flow) -> Iterator[Finding]:
    """A merge card groups by something."""
    for node, merge in flow.merges:
        if not merge.raw.get("group_by") and not merge.raw.get("ai_group_by"):
            yield finding("group-by-missing", merge.pointer, [node.id], title=flow.titles[node.id])


@of_merge_card
@of_flow
def group_by_choice(flow: Flow) -> Iterator[Finding]:
    """group_by is one of the three published combinations, in any order."""
    choices = "; ".join(", ".join(choice) for choice in limits.GROUP_BY_CHOICES)
    for node, merge in flow.merges:
        value = merge.raw.get("group_by")
        if not value or not isinstance(value, list) or _is_choice(merge.group_by, value):
            continue
        found = ", ".join(item if isinstance(item, str) else kind_of_value(item) for item in value)
        place = f"{merge.pointer}/group_by"
        yield finding("group-by-choice", place, [node.id], title=flow.titles[node.id], found=found, choices=choices)


_CHOICES = frozenset(frozenset(choice) for choice in limits.GROUP_BY_CHOICES)


def _is_choice(names: tuple[str, ...], value: list[Json]) -> bool:
    members = frozenset(names)
    return members in _CHOICES and len(members) == len(value)


def group_by_tag(rule: Rule) -> Iterator[Finding]:
    """Grouping by tags asks for a condition that uses one."""
    if rule.flow is None or any(is_tag(key) for key in rule.keys if key):
        return
    for node, merge in rule.flow.merges:
        if "tag" in merge.group_by:
            yield finding("group-by-tag", f"{merge.pointer}/group_by", [node.id], title=rule.flow.titles[node.id])


@of_merge_card
def ai_group_by(rule: Rule) -> Iterator[Finding]:
    """Smart merging goes by the three attributes that there are, each once."""
    for found in lists(rule, "ai_group_by"):
        items = found.value if isinstance(found.value, list) else []
        for i, item in enumerate(items):
            if item in limits.AI_GROUP_BY and item not in items[:i]:
                continue
            shown = kind_of_value(item)
            if item in items[:i]:
                shown = say("{found} a second time", found=shown)
            yield finding(
                "ai-group-by", f"{found.pointer}/{i}", found.owner.nodes, title=found.owner.title, found=shown
            )


_DIGITS = re.compile("[0-9]{1,9}")


def find_wait(code: str, owner: Owner, merge: Merge, wait: str, **params: Any) -> Finding:
    """A finding at a wait, or at its merge card where it is missing."""
    place = f"{merge.pointer}/{wait}" if wait in merge.raw else merge.pointer
    return finding(code, place, owner.nodes, title=owner.title, wait=wait, **params)


def seconds(owner: Owner, merge: Merge, wait: str) -> int | None:
    """A wait as a whole number; None where it is none, or missing. The repeat time of a legacy rule may be a text of
    digits: the published page types it so, and shows numbers."""
    value = merge.waits.get(wait)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    may_be_text = not owner.nodes and wait == "group_repeat_waiting"
    return int(value) if may_be_text and isinstance(value, str) and _DIGITS.fullmatch(value) else None


@of_merge_card
def wait_missing(rule: Rule) -> Iterator[Finding]:
    """All three waits are given."""
    for owner, merge in rule.settings:
        for wait in limits.WAITS:
            if merge.waits.get(wait) is None:
                yield find_wait("wait-missing", owner, merge, wait)


@of_merge_card
def wait_type(rule: Rule) -> Iterator[Finding]:
    """A wait is a whole number."""
    for owner, merge in rule.settings:
        for wait, value in merge.waits.items():
            if value is not None and seconds(owner, merge, wait) is None:
                yield find_wait("wait-type", owner, merge, wait, found=kind_of_value(value))


@of_merge_card
def wait_text(rule: Rule) -> Iterator[Finding]:
    """A wait is a number, not a text of digits."""
    for owner, merge in rule.settings:
        for wait, value in merge.waits.items():
            if isinstance(value, str) and seconds(owner, merge, wait) is not None:
                yield find_wait("wait-text", owner, merge, wait, found=kind_of_value(value))


@of_merge_card
def wait_range(rule: Rule) -> Iterator[Finding]:
    """A wait is within its bounds."""
    for owner, merge in rule.settings:
        for wait, (low, high) in limits.WAITS.items():
            found = seconds(owner, merge, wait)
            if found is not None and not low <= found <= high:
                yield find_wait("wait-range", owner, merge, wait, found=found, low=low, high=high)


@of_merge_card
def notify_type(rule: Rule) -> Iterator[Finding]:
    """Notification rules are named by texts."""
    for found in lists(rule, "bind_notification_rule_ids"):
        for i, item in enumerate(found.value if isinstance(found.value, list) else []):
            if not isinstance(item, str) or not item:
                place = f"{found.pointer}/{i}"
                yield finding(
                    "notify-type", place, found.owner.nodes, title=found.owner.title, found=kind_of_value(item)
                )


@of_merge_card
def notify_missing(rule: Rule) -> Iterator[Finding]:
    """A merge card, or an entry, that tells nobody is legal, and seldom meant."""
    member = "bind_notification_rule_ids"
    if rule.flow is not None:
        for node, merge in rule.flow.merges:
            if not merge.raw.get(member):
                place = f"{merge.pointer}/{member}"
                yield finding("notify-missing", place, [node.id], title=rule.flow.titles[node.id])
    for number, entry in enumerate(rule.entries or (), 1):
        if isinstance(entry.raw, dict) and not entry.raw.get(member):
            yield finding("notify-missing", f"{entry.pointer}/{member}", title=Owner.of_entry(number).title)


# Legacy rules.


@of_entries
def legacy_group_by(rule: Rule) -> Iterator[Finding]:
    """The published choices; the service is known to take more, hence a warning."""
    if rule.entries is None or rule.flow is not None:
        return
    value = rule.document.get("group_by")
    names = value if isinstance(value, list) else []
    tags = {key for key in rule.keys if is_tag(key)}
    third = {"resource_provider", "event_severity", "resource_type"} | tags
    plain = [{"resource_provider"}, {"resource_provider", "event_severity"}]
    choices = [sorted(choice) for choice in (*plain, *([third] if tags else []))]
    if value and sorted(map(str, names)) in choices:
        return
    if not value and rule.document.get("ai_group_by"):
        return
    found = ", ".join(map(str, names)) if names else kind_of_value(value)
    yield finding("legacy-group-by", "/group_by" if "group_by" in rule.document else "", found=found)


@of_entries
def entry_shape(rule: Rule) -> Iterator[Finding]:
    """An entry is an object whose match is a list of comparisons."""
    for number, entry in enumerate(rule.entries or (), 1):
        for place, value, wanted in _misshapen_entry(entry.raw, entry.pointer):
            named = say("{place} (entry {number})", place=place, number=number)
            yield finding("entry-shape", place, place=named, found=value, wanted=wanted)


def _misshapen_entry(raw: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, dict):
        yield place, kind_of_value(raw), say("an object")
        return
    matches = raw.get("match", [])
    if not isinstance(matches, list):
        yield f"{place}/match", kind_of_value(matches), say("a list of comparisons")
        return
    for i, match in enumerate(matches):
        yield from misshapen_match(match, f"{place}/match/{i}")


@of_entries
def entry_empty(rule: Rule) -> Iterator[Finding]:
    """An entry has a match."""
    for number, entry in enumerate(rule.entries or (), 1):
        if isinstance(entry.raw, dict) and not entry.raw.get("match"):
            yield finding("entry-empty", entry.pointer, number=number)


MERGING = (
    merge_missing, merge_shape, group_by_both, group_by_missing, group_by_choice, group_by_tag, ai_group_by,
    wait_missing, wait_type, wait_text, wait_range, notify_type, notify_missing,
)  # fmt: skip
LEGACY = (legacy_group_by, entry_shape, entry_empty)
