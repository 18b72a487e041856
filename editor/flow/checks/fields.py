"""Is every member what the published page says it must be."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
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

#: Members of the legacy form, which a rule with a flow leaves empty.
LEGACY_MEMBERS = ("detail", "group_by", *limits.WAITS, "ai_group_by")


def rule_kind(rule: Rule) -> Iterator[Finding]:
    """A flow, or the legacy members, and not both."""
    legacy = [name for name in LEGACY_MEMBERS if rule.document.get(name) not in (None, "", [], {})]
    if rule.flow is not None and legacy:
        yield finding("rule-kind", f"/{legacy[0]}", found=f"a flow and the legacy member {', '.join(legacy)}")
    if rule.flow is None and rule.entries is None:
        yield finding("rule-kind", "", found="neither a flow nor legacy entries")


def name_missing(rule: Rule) -> Iterator[Finding]:
    """A rule has a name, which is a text."""
    if not rule.name:
        given = rule.document.get("name")
        found = "no name" if given in (None, "") else f"a name that is no text ({kind_of_value(given)})"
        yield finding("name-missing", "/name" if "name" in rule.document else "", found=found)


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
    if not isinstance(rule.document.get("desc", ""), str):
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
        if "nodes" in raw:
            yield f"{place}/nodes", kind_of_value(raw["nodes"]), "left out: a condition has no conditions of its own"


def _misshapen_match(match: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(match, Mapping):
        yield place, kind_of_value(match), "an object with key, operate and value"
    elif not isinstance(match.get("value", []), list):
        yield f"{place}/value", kind_of_value(match.get("value")), "a list of texts"


def _misshapen_group(raw: Mapping[str, Json], place: str) -> Iterator[tuple[str, str, str]]:
    if "match" in raw:
        yield f"{place}/match", kind_of_value(raw["match"]), "left out: a group has conditions, and compares nothing"
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


def size_values(rule: Rule) -> Iterator[Finding]:
    """A condition compares with a number of values that a reader can take in."""
    for where in conditions(rule):
        values = where.match.get("value")
        count = len(values) if isinstance(values, list) else 0
        if count > limits.VALUES_PER_CONDITION:
            shown = {"key": where.leaf.key, "count": count, "limit": limits.VALUES_PER_CONDITION}
            yield where.find("size-values", where.at("value"), **shown)


def size_patterns(rule: Rule) -> Iterator[Finding]:
    """A rule has a number of patterns that can be read wherever it is shown."""
    places = [place for _, place, _ in _compared(rule, "REGEX")]
    if len(places) > limits.PATTERNS:
        yield finding("size-patterns", places[limits.PATTERNS], count=len(places), limit=limits.PATTERNS)


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
    for where, place, value in islice(_compared(rule, "REGEX"), limits.PATTERNS):
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


class Names(NamedTuple):
    """A list of names that groups alarms or tells people, and whose it is."""

    member: str
    value: Json
    pointer: str
    title: str
    nodes: tuple[str, ...]


def lists(rule: Rule, *members: str) -> Iterator[Names]:
    """The lists called ``members`` of every merge card, or of a legacy rule and its entries."""
    owners: list[tuple[Json, str, str, tuple[str, ...]]] = []
    if rule.flow is not None:
        titles = rule.flow.titles
        owners = [(merge.raw, merge.pointer, titles[node.id], (node.id,)) for node, merge in merges(rule.flow)]
    elif rule.entries is not None:
        entries = enumerate(rule.entries, 1)
        owners = [(rule.document, "", "The rule", ())]
        owners += [(entry.raw, entry.pointer, f"Entry {number}", ()) for number, entry in entries]
    for raw, place, title, nodes in owners:
        for member in members:
            if isinstance(raw, Mapping) and member in raw:
                yield Names(member, raw[member], f"{place}/{member}", title, nodes)


def merge_shape(rule: Rule) -> Iterator[Finding]:
    """What groups and whom it tells are lists."""
    for found in lists(rule, "group_by", "ai_group_by", "bind_notification_rule_ids"):
        if found.value is not None and not isinstance(found.value, list):
            shown = {"place": found.member, "found": kind_of_value(found.value), "wanted": "a list of texts"}
            yield finding("merge-shape", found.pointer, found.nodes, title=found.title, **shown)


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


def ai_group_by(rule: Rule) -> Iterator[Finding]:
    """Smart merging goes by the three attributes that there are, each once."""
    for found in lists(rule, "ai_group_by"):
        items = found.value if isinstance(found.value, list) else []
        for i, item in enumerate(items):
            if item in limits.AI_GROUP_BY and item not in items[:i]:
                continue
            twice = " a second time" if item in items[:i] else ""
            shown = f"{kind_of_value(item)}{twice}"
            yield finding("ai-group-by", f"{found.pointer}/{i}", found.nodes, title=found.title, found=shown)


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


def notify_type(rule: Rule) -> Iterator[Finding]:
    """Notification rules are named by texts."""
    for found in lists(rule, "bind_notification_rule_ids"):
        for i, item in enumerate(found.value if isinstance(found.value, list) else []):
            if not isinstance(item, str) or not item:
                place = f"{found.pointer}/{i}"
                yield finding("notify-type", place, found.nodes, title=found.title, found=kind_of_value(item))


def notify_missing(rule: Rule) -> Iterator[Finding]:
    """A merge card, or an entry, that tells nobody is legal, and seldom meant."""
    member = "bind_notification_rule_ids"
    if rule.flow is not None:
        for node, merge in merges(rule.flow):
            if not merge.raw.get(member):
                place = f"{merge.pointer}/{member}"
                yield finding("notify-missing", place, [node.id], title=rule.flow.titles[node.id])
    for number, entry in enumerate(rule.entries or (), 1):
        if isinstance(entry.raw, Mapping) and not entry.raw.get(member):
            yield finding("notify-missing", f"{entry.pointer}/{member}", title=f"Entry {number}")


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
    tree_missing, tree_shape, group_empty, group_join, key_missing, operator, size_values, size_patterns,
    value_missing, value_type, value_empty, exist_value, severity, scene, regex_length, regex_syntax,
    tag_name, tag_value,
)  # fmt: skip
MERGING = (
    merge_missing, merge_shape, group_by_both, group_by_missing, group_by_choice, group_by_tag, ai_group_by,
    wait_missing, wait_type, wait_range, notify_type, notify_missing,
)  # fmt: skip
LEGACY = (legacy_group_by, entry_shape, entry_empty)
