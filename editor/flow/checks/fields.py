"""Is every member what the published page says it must be."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from editor.flow import limits
from editor.flow.alarm import is_tag
from editor.flow.checks.registry import of_flow
from editor.flow.condition import pattern_problem
from editor.flow.finding import Finding, finding
from editor.flow.reading import kind_of_value
from editor.flow.rule import Flow, Group, Json, Leaf, Merge, Node, Rule


class Where(NamedTuple):
    """A condition and the card, or entry, it stands in."""

    title: str
    nodes: tuple[str, ...]
    leaf: Leaf

    @property
    def match(self) -> Mapping[str, Json]:
        """The members of the comparison itself."""
        raw = self.leaf.raw if isinstance(self.leaf.raw, Mapping) else {}
        match = raw.get("match", raw)
        return match if isinstance(match, Mapping) else {}

    def at(self, member: str) -> str:
        """The place of a member of the comparison."""
        inner = isinstance(self.leaf.raw, Mapping) and "match" in self.leaf.raw
        return f"{self.leaf.pointer}/match/{member}" if inner else f"{self.leaf.pointer}/{member}"

    def find(self, code: str, place: str, **params: Any) -> Finding:
        return finding(code, place, self.nodes, title=self.title, **params)


def conditions(rule: Rule) -> Iterator[Where]:
    """Every condition of a rule, of a flow's cards or of a legacy rule's entries."""
    if rule.flow is not None:
        for node in rule.flow.of_kind("condition"):
            for leaf in node.tree.leaves() if node.tree else ():
                yield Where(rule.flow.titles[node.id], (node.id,), leaf)
    for number, entry in enumerate(rule.entries or (), 1):
        for leaf in entry.matches:
            yield Where(f"Entry {number}", (), leaf)


def merges(flow: Flow) -> Iterator[tuple[Node, Merge]]:
    """Every merge card that says how to merge."""
    for node in flow.of_kind("combine"):
        if node.merge is not None:
            yield node, node.merge


# The head.


def rule_kind(rule: Rule) -> Iterator[Finding]:
    """A flow, or the legacy members, and not both."""
    if rule.flow is not None and rule.entries is not None:
        yield finding("rule-kind", "/detail", found="both a flow and legacy entries")
    if rule.flow is None and rule.entries is None:
        yield finding("rule-kind", "", found="neither a flow nor legacy entries")


def name_missing(rule: Rule) -> Iterator[Finding]:
    """A rule has a name."""
    if not rule.name:
        yield finding("name-missing", "/name" if "name" in rule.document else "")


def name_length(rule: Rule) -> Iterator[Finding]:
    """The name fits."""
    if len(rule.name) > limits.NAME_LENGTH:
        yield finding("name-length", "/name", length=len(rule.name), limit=limits.NAME_LENGTH)


def name_format(rule: Rule) -> Iterator[Finding]:
    """The name holds only what the service takes."""
    name = rule.name
    if name and not limits.NAME.fullmatch(name[: limits.NAME_LENGTH]):
        culprit = next((c for c in name if not (c.isascii() and (c.isalnum() or c == "_"))), None)
        yield finding("name-format", "/name", name=name, culprit=f" ({_codepoint(culprit)} is not)" if culprit else "")


def desc_type(rule: Rule) -> Iterator[Finding]:
    """The description is a text, where there is one."""
    if not isinstance(rule.document.get("desc", ""), str | None):
        yield finding("desc-type", "/desc")


def desc_length(rule: Rule) -> Iterator[Finding]:
    """The description fits."""
    desc = rule.document.get("desc")
    if isinstance(desc, str) and len(desc) > limits.DESC_LENGTH:
        yield finding("desc-length", "/desc", length=len(desc), limit=limits.DESC_LENGTH)


# Ids.


class Id(NamedTuple):
    """An id, its place, the prefix it should have and what to light up."""

    text: Json
    pointer: str
    prefix: str
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()


_ID_FORMS = {
    "flow-": limits.NODE_ID,
    "edge-": limits.EDGE_ID,
    "GroupCondition-": limits.CONDITION_ID,
    "CombineConf-": limits.COMBINE_ID,
}


def ids(flow: Flow) -> Iterator[Id]:
    """Every id of a flow, in document order."""
    for node in flow.nodes:
        yield Id(node.id, f"{node.pointer}/id", "flow-", (node.id,))
        for part in node.tree.parts() if node.tree else ():
            if isinstance(part.raw, Mapping) and not (isinstance(part, Group) and part.raw.get("type") != "bool"):
                yield Id(part.raw.get("id"), f"{part.pointer}/id", "GroupCondition-", (node.id,))
        value = node.raw.get("value")
        if node.kind == "combine" and isinstance(value, Mapping):
            yield Id(value.get("id"), f"{node.pointer}/value/id", "CombineConf-", (node.id,))
    for edge in flow.edges:
        yield Id(edge.id, f"{edge.pointer}/id", "edge-", (), (edge.id,))


@of_flow
def id_format(flow: Flow) -> Iterator[Finding]:
    """Every id is its prefix and eight characters."""
    for found in ids(flow):
        if not (isinstance(found.text, str) and _ID_FORMS[found.prefix].fullmatch(found.text)):
            shown = found.text if isinstance(found.text, str) else kind_of_value(found.text)
            yield finding("id-format", found.pointer, found.nodes, found.edges, id=shown, prefix=found.prefix)


@of_flow
def id_duplicate(flow: Flow) -> Iterator[Finding]:
    """An id stands once in a rule."""
    counts = Counter(found.text for found in ids(flow) if isinstance(found.text, str))
    seen: set[str] = set()
    for found in ids(flow):
        if isinstance(found.text, str) and found.text in seen:
            count = counts[found.text]
            yield finding("id-duplicate", found.pointer, found.nodes, found.edges, id=found.text, count=count)
        seen.add(str(found.text))


# Conditions.


@of_flow
def tree_missing(flow: Flow) -> Iterator[Finding]:
    """A condition card holds a condition tree."""
    for node in flow.of_kind("condition"):
        if node.tree is None:
            yield finding("tree-missing", f"{node.pointer}/value", [node.id], title=flow.titles[node.id])


@of_flow
def tree_shape(flow: Flow) -> Iterator[Finding]:
    """Every part of a condition tree is a group (bool) or a condition (text, numerical), with its members."""
    for node in flow.of_kind("condition"):
        for place, found, wanted in _misshapen(node.raw.get("value"), f"{node.pointer}/value"):
            yield finding(
                "tree-shape", place, [node.id], title=flow.titles[node.id], place=place, found=found, wanted=wanted
            )


def _misshapen(raw: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, Mapping):
        if place.count("/nodes/") > 1:
            yield place, kind_of_value(raw), "a group or a condition"
        return
    kind, found = raw.get("type"), kind_of_value(raw.get("type"))
    if kind == "bool":
        yield from _misshapen_group(raw, place)
    elif kind not in ("text", "numerical"):
        yield f"{place}/type", found, "bool, text or numerical"
    else:
        yield from _misshapen_match(raw.get("match"), f"{place}/match")


def _misshapen_match(match: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(match, Mapping):
        yield place, kind_of_value(match), "an object with key, operate and value"
    elif not isinstance(match.get("value", []), list):
        yield f"{place}/value", kind_of_value(match.get("value")), "a list of texts"


def _misshapen_group(raw: Mapping[str, Json], place: str) -> Iterator[tuple[str, str, str]]:
    children = raw.get("nodes", [])
    if not isinstance(children, list):
        yield f"{place}/nodes", kind_of_value(children), "a list of groups and conditions"
        return
    for i, child in enumerate(children):
        yield from _misshapen(child, f"{place}/nodes/{i}")


def _groups(flow: Flow) -> Iterator[tuple[Node, Group]]:
    for node in flow.of_kind("condition"):
        for part in node.tree.parts() if node.tree else ():
            if isinstance(part, Group):
                yield node, part


@of_flow
def group_empty(flow: Flow) -> Iterator[Finding]:
    """A group has children."""
    for node, group in _groups(flow):
        if not group.children:
            yield finding("group-empty", group.pointer, [node.id], title=flow.titles[node.id])


@of_flow
def group_join(flow: Flow) -> Iterator[Finding]:
    """A group joins by and, or by or."""
    for node, group in _groups(flow):
        if group.join not in ("and", "or"):
            raw = group.raw if isinstance(group.raw, Mapping) else {}
            found = kind_of_value(raw.get("value"))
            yield finding("group-join", f"{group.pointer}/value", [node.id], title=flow.titles[node.id], found=found)


def key_missing(rule: Rule) -> Iterator[Finding]:
    """A condition names what it compares."""
    for where in conditions(rule):
        if not where.leaf.key:
            yield where.find("key-missing", where.at("key"))


def operator(rule: Rule) -> Iterator[Finding]:
    """A condition compares in one of three manners."""
    for where in conditions(rule):
        if where.leaf.operate not in limits.OPERATORS:
            found = kind_of_value(where.match.get("operate"))
            yield where.find("operator", where.at("operate"), key=where.leaf.key, found=found)


def value_missing(rule: Rule) -> Iterator[Finding]:
    """EQUALS and REGEX compare with something."""
    for where in conditions(rule):
        if where.leaf.operate in ("EQUALS", "REGEX") and not where.match.get("value"):
            yield where.find("value-missing", where.at("value"), key=where.leaf.key)


def value_type(rule: Rule) -> Iterator[Finding]:
    """Values are texts."""
    for where in conditions(rule):
        values = where.match.get("value")
        for i, value in enumerate(values if isinstance(values, list) else []):
            if not isinstance(value, str):
                place = f"{where.at('value')}/{i}"
                yield where.find("value-type", place, key=where.leaf.key, found=kind_of_value(value))


def value_empty(rule: Rule) -> Iterator[Finding]:
    """An empty text equals nothing, since an empty attribute counts as absent."""
    for where, place, value in _compared(rule, "EQUALS"):
        if value == "":
            yield where.find("value-empty", place, key=where.leaf.key)


def exist_value(rule: Rule) -> Iterator[Finding]:
    """EXIST takes no value."""
    for where in conditions(rule):
        if where.leaf.operate == "EXIST" and where.match.get("value"):
            yield where.find("exist-value", where.at("value"), key=where.leaf.key)


def severity(rule: Rule) -> Iterator[Finding]:
    """Severities are the four that alarms have."""
    for where, place, value in _compared(rule, "EQUALS", "event_severity"):
        if value and value not in limits.SEVERITIES:
            mend = (
                "Use Info: that is what the console calls Warning."
                if value.lower() == "warning"
                else ("Use Critical, Major, Minor or Info.")
            )
            yield where.find("severity", place, found=value, mend=mend)


def scene(rule: Rule) -> Iterator[Finding]:
    """Notification scenes are the two that there are."""
    for where, place, value in _compared(rule, "EQUALS", "notification_scene"):
        if value and value not in limits.SCENES:
            yield where.find("scene", place, found=value)


def regex_length(rule: Rule) -> Iterator[Finding]:
    """A pattern fits."""
    for where, place, value in _compared(rule, "REGEX"):
        if len(value) > limits.REGEX_LENGTH:
            yield where.find("regex-length", place, length=len(value), limit=limits.REGEX_LENGTH)


def regex_syntax(rule: Rule) -> Iterator[Finding]:
    """A pattern can be read by RE2."""
    for where, place, value in _compared(rule, "REGEX"):
        problem = pattern_problem(value[: limits.REGEX_LENGTH])
        if problem and len(value) <= limits.REGEX_LENGTH:
            yield where.find("regex-syntax", place, pattern=value, problem=problem)


def tag_name(rule: Rule) -> Iterator[Finding]:
    """Tag names hold the published characters."""
    for where in conditions(rule):
        key = where.leaf.key
        if key and is_tag(key) and not limits.TAG.fullmatch(key):
            yield where.find("tag-name", where.at("key"), found=key, culprit=_outsider(key))


def tag_value(rule: Rule) -> Iterator[Finding]:
    """Tag values hold the published characters."""
    for where, place, value in _compared(rule, "EQUALS"):
        key = where.leaf.key
        if value and is_tag(key) and not limits.TAG.fullmatch(value):
            yield where.find("tag-value", place, found=value, key=key, culprit=_outsider(value))


def _compared(rule: Rule, operate: str, key: str | None = None) -> Iterator[tuple[Where, str, str]]:
    """Each text that some condition compares with, and its place."""
    for where in conditions(rule):
        if where.leaf.operate != operate or key not in (None, where.leaf.key):
            continue
        values = where.match.get("value")
        for i, value in enumerate(values if isinstance(values, list) else []):
            if isinstance(value, str):
                yield where, f"{where.at('value')}/{i}", value


def _outsider(text: str) -> str:
    return _codepoint(next(c for c in text if not limits.TAG.fullmatch(c)))


def _codepoint(character: str) -> str:
    return f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"


# Merging.


@of_flow
def merge_missing(flow: Flow) -> Iterator[Finding]:
    """A merge card says how to merge."""
    for node in flow.of_kind("combine"):
        if node.merge is None:
            yield finding("merge-missing", f"{node.pointer}/value", [node.id], title=flow.titles[node.id])


@of_flow
def merge_shape(flow: Flow) -> Iterator[Finding]:
    """The lists of a merge card are lists of texts."""
    for node, merge in merges(flow):
        for member in ("group_by", "ai_group_by", "bind_notification_rule_ids"):
            value = merge.raw.get(member)
            if value is not None and not isinstance(value, list):
                place = f"{merge.pointer}/{member}"
                shown = {"place": member, "found": kind_of_value(value), "wanted": "a list of texts"}
                yield finding("merge-shape", place, [node.id], title=flow.titles[node.id], **shown)


@of_flow
def group_by_both(flow: Flow) -> Iterator[Finding]:
    """A merge card groups in one of the two ways."""
    for node, merge in merges(flow):
        if merge.raw.get("group_by") and merge.raw.get("ai_group_by"):
            yield finding("group-by-both", f"{merge.pointer}/ai_group_by", [node.id], title=flow.titles[node.id])


@of_flow
def group_by_missing(flow: Flow) -> Iterator[Finding]:
    """A merge card groups by something."""
    for node, merge in merges(flow):
        if not merge.raw.get("group_by") and not merge.raw.get("ai_group_by"):
            yield finding("group-by-missing", merge.pointer, [node.id], title=flow.titles[node.id])


@of_flow
def group_by_choice(flow: Flow) -> Iterator[Finding]:
    """group_by is one of the three published combinations, in any order."""
    choices = "; ".join(", ".join(choice) for choice in limits.GROUP_BY_CHOICES)
    for node, merge in merges(flow):
        value = merge.raw.get("group_by")
        if not value or not isinstance(value, list) or _is_choice(value):
            continue
        found = ", ".join(item if isinstance(item, str) else kind_of_value(item) for item in value)
        place = f"{merge.pointer}/group_by"
        yield finding("group-by-choice", place, [node.id], title=flow.titles[node.id], found=found, choices=choices)


def _is_choice(value: list[Json]) -> bool:
    return any(sorted(map(str, value)) == sorted(choice) for choice in limits.GROUP_BY_CHOICES)


def group_by_tag(rule: Rule) -> Iterator[Finding]:
    """Grouping by tags asks for a condition that uses one."""
    if rule.flow is None or any(is_tag(where.leaf.key) for where in conditions(rule) if where.leaf.key):
        return
    for node, merge in merges(rule.flow):
        if "tag" in merge.group_by:
            yield finding("group-by-tag", f"{merge.pointer}/group_by", [node.id], title=rule.flow.titles[node.id])


@of_flow
def ai_group_by(flow: Flow) -> Iterator[Finding]:
    """Smart merging goes by the three attributes that there are."""
    for node, merge in merges(flow):
        value = merge.raw.get("ai_group_by")
        for i, item in enumerate(value if isinstance(value, list) else []):
            if item not in limits.AI_GROUP_BY:
                place = f"{merge.pointer}/ai_group_by/{i}"
                yield finding("ai-group-by", place, [node.id], title=flow.titles[node.id], found=kind_of_value(item))


class Wait(NamedTuple):
    """A wait of a merge card, or of a legacy rule."""

    name: str
    value: Json
    owner: Mapping[str, Json]
    pointer: str
    title: str
    nodes: tuple[str, ...]

    def find(self, code: str, **params: Any) -> Finding:
        place = f"{self.pointer}/{self.name}" if self.name in self.owner else self.pointer
        return finding(code, place, self.nodes, title=self.title, wait=self.name, **params)


def waits(rule: Rule) -> Iterator[Wait]:
    """The three waits of every merge card; of a legacy rule its own three."""
    if rule.flow is not None:
        for node, merge in merges(rule.flow):
            for name in limits.WAITS:
                yield Wait(name, merge.raw.get(name), merge.raw, merge.pointer, rule.flow.titles[node.id], (node.id,))
    elif rule.entries is not None:
        for name in limits.WAITS:
            yield Wait(name, rule.document.get(name), rule.document, "", "The rule", ())


def wait_missing(rule: Rule) -> Iterator[Finding]:
    """All three waits are given."""
    for wait in waits(rule):
        if wait.value is None:
            yield wait.find("wait-missing")


def wait_type(rule: Rule) -> Iterator[Finding]:
    """A wait is a whole number."""
    for wait in waits(rule):
        if wait.value is not None and not _is_whole(wait.value):
            yield wait.find("wait-type", found=kind_of_value(wait.value))


def wait_range(rule: Rule) -> Iterator[Finding]:
    """A wait is within its bounds."""
    for wait in waits(rule):
        low, high = limits.WAITS[wait.name]
        if _is_whole(wait.value) and not (isinstance(wait.value, int) and low <= wait.value <= high):
            yield wait.find("wait-range", found=wait.value, low=low, high=high)


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class Told(NamedTuple):
    """A list of notification rules, and whose it is."""

    title: str
    value: Json
    pointer: str
    nodes: tuple[str, ...]


def told(rule: Rule) -> Iterator[Told]:
    """The notification rules of every merge card, or of every entry."""
    member = "bind_notification_rule_ids"
    if rule.flow is not None:
        for node, merge in merges(rule.flow):
            value = merge.raw.get(member)
            yield Told(rule.flow.titles[node.id], value, f"{merge.pointer}/{member}", (node.id,))
    for number, entry in enumerate(rule.entries or (), 1):
        if isinstance(entry.raw, Mapping):
            yield Told(f"Entry {number}", entry.raw.get(member), f"{entry.pointer}/{member}", ())


def notify_type(rule: Rule) -> Iterator[Finding]:
    """Notification rules are named by texts."""
    for found in told(rule):
        for i, item in enumerate(found.value if isinstance(found.value, list) else []):
            if not isinstance(item, str) or not item:
                place = f"{found.pointer}/{i}"
                yield finding("notify-type", place, found.nodes, title=found.title, found=kind_of_value(item))


def notify_missing(rule: Rule) -> Iterator[Finding]:
    """A merge card that tells nobody is legal, and seldom meant."""
    for found in told(rule):
        if not found.value:
            yield finding("notify-missing", found.pointer, found.nodes, title=found.title)


# Legacy rules.


def legacy_group_by(rule: Rule) -> Iterator[Finding]:
    """The published choices; the service is known to take more, hence a warning."""
    if rule.entries is None or rule.flow is not None:
        return
    value = rule.document.get("group_by")
    names = value if isinstance(value, list) else []
    tags = {where.leaf.key for where in conditions(rule) if is_tag(where.leaf.key)}
    third = {"resource_provider", "event_severity", "resource_type"} | tags
    plain = [{"resource_provider"}, {"resource_provider", "event_severity"}]
    if value and {str(name) for name in names} in [*plain, *([third] if tags else [])]:
        return
    if not value and rule.document.get("ai_group_by"):
        return
    found = ", ".join(map(str, names)) if names else kind_of_value(value)
    yield finding("legacy-group-by", "/group_by" if "group_by" in rule.document else "", found=found)


def entry_shape(rule: Rule) -> Iterator[Finding]:
    """An entry is an object whose match is a list of comparisons."""
    for number, entry in enumerate(rule.entries or (), 1):
        for place, value, wanted in _misshapen_entry(entry.raw, entry.pointer):
            named = f"{place} (entry {number})"
            yield finding("entry-shape", place, place=named, found=value, wanted=wanted)


def _misshapen_entry(raw: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, Mapping):
        yield place, kind_of_value(raw), "an object"
        return
    matches = raw.get("match", [])
    if not isinstance(matches, list):
        yield f"{place}/match", kind_of_value(matches), "a list of comparisons"
        return
    for i, match in enumerate(matches):
        yield from _misshapen_match(match, f"{place}/match/{i}")


def entry_empty(rule: Rule) -> Iterator[Finding]:
    """An entry has a match."""
    for number, entry in enumerate(rule.entries or (), 1):
        if isinstance(entry.raw, Mapping) and not entry.raw.get("match"):
            yield finding("entry-empty", entry.pointer, number=number)


HEAD: tuple[Callable[[Rule], Iterator[Finding]], ...] = (
    rule_kind, name_missing, name_length, name_format, desc_type, desc_length,
)  # fmt: skip
IDS = (id_format, id_duplicate)
CONDITIONS = (
    tree_missing, tree_shape, group_empty, group_join, key_missing, operator, value_missing, value_type, value_empty,
    exist_value, severity, scene, regex_length, regex_syntax, tag_name, tag_value,
)  # fmt: skip
MERGING = (
    merge_missing, merge_shape, group_by_both, group_by_missing, group_by_choice, group_by_tag, ai_group_by,
    wait_missing, wait_type, wait_range, notify_type, notify_missing,
)  # fmt: skip
LEGACY = (legacy_group_by, entry_shape, entry_empty)
