"""Is every condition what the published page says it must be."""

from collections.abc import Iterator, Sequence
from typing import Any

from editor.flow import limits
from editor.flow.alarm import OWN_ATTRIBUTES, is_tag
from editor.flow.checks.registry import of_condition_card, of_flow
from editor.flow.condition import TOO_LARGE, pattern_problem
from editor.flow.finding import Finding, codepoint, finding
from editor.flow.reading import kind_of_value
from editor.flow.rule import Document, Flow, Json, Leaf, Owner, Rule
from editor.flow.say import mark, say

# The tree.


@of_condition_card
@of_flow
def tree_missing(flow: Flow) -> Iterator[Finding]:
    """A condition card holds a condition tree."""
    for node in flow.of_kind("condition"):
        if node.tree is None:
            yield finding("tree-missing", f"{node.pointer}/value", [node.id], title=flow.titles[node.id])


@of_condition_card
@of_flow
def tree_shape(flow: Flow) -> Iterator[Finding]:
    """Every part of a condition tree is a group (bool) or a condition (text, numerical), with its members."""
    for node in flow.of_kind("condition"):
        for place, found, wanted in () if node.is_plain else _misshapen(node.raw.get("value"), f"{node.pointer}/value"):
            shown = {"place": place, "found": found, "wanted": wanted}
            yield finding("tree-shape", place, [node.id], title=flow.titles[node.id], **shown)


def _misshapen(raw: Json, place: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, dict):
        if place.count("/nodes/") > 1:
            yield place, kind_of_value(raw), say("a group or a condition")
        return
    kind, found = raw.get("type"), kind_of_value(raw.get("type"))
    if kind == "bool":
        yield from _misshapen_group(raw, place)
    elif kind not in ("text", "numerical"):
        yield f"{place}/type", found, say("bool, text or numerical")
    else:
        yield from misshapen_match(raw.get("match"), f"{place}/match")
        if "nodes" in raw:
            wanted = say("left out: a condition has no conditions of its own")
            yield f"{place}/nodes", kind_of_value(raw["nodes"]), wanted


def misshapen_match(match: Json, place: str) -> Iterator[tuple[str, str, str]]:
    """What a comparison lacks: the place, what is there, what is wanted."""
    if not isinstance(match, dict):
        yield place, kind_of_value(match), say("an object with key, operate and value")
    elif not isinstance(match.get("value", []), list):
        yield f"{place}/value", kind_of_value(match.get("value")), say("a list of texts")


def _misshapen_group(raw: Document, place: str) -> Iterator[tuple[str, str, str]]:
    if "match" in raw:
        wanted = say("left out: a group has conditions, and compares nothing")
        yield f"{place}/match", kind_of_value(raw["match"]), wanted
    children = raw.get("nodes", [])
    if not isinstance(children, list):
        yield f"{place}/nodes", kind_of_value(children), say("a list of groups and conditions")
        return
    for i, child in enumerate(children):
        yield from _misshapen(child, f"{place}/nodes/{i}")


@of_condition_card
@of_flow
def group_empty(flow: Flow) -> Iterator[Finding]:
    """A group has children."""
    for node, group in flow.groups:
        if not group.children:
            yield finding("group-empty", group.pointer, [node.id], title=flow.titles[node.id])


@of_condition_card
@of_flow
def group_join(flow: Flow) -> Iterator[Finding]:
    """A group joins by and, or by or."""
    for node, group in flow.groups:
        if group.join not in ("and", "or"):
            raw = group.raw if isinstance(group.raw, dict) else {}
            found = kind_of_value(raw.get("value"))
            yield finding("group-join", f"{group.pointer}/value", [node.id], title=flow.titles[node.id], found=found)


# The comparison.


def _find(code: str, owner: Owner, leaf: Leaf, member: str, **params: Any) -> Finding:
    """A finding at a member of a comparison."""
    return finding(code, f"{leaf.place}/{member}", owner.nodes, title=owner.title, key=leaf.key, **params)


@of_condition_card
def key_missing(rule: Rule) -> Iterator[Finding]:
    """A condition names what it compares."""
    for owner, leaf in rule.conditions if "" in rule.keys else ():
        if not leaf.key:
            yield _find("key-missing", owner, leaf, "key")


@of_condition_card
def key_near(rule: Rule) -> Iterator[Finding]:
    """A tag is not called almost like an attribute."""
    near = {key: key.strip().lower().replace("-", "_") for key in rule.keys if is_tag(key)}
    for owner, leaf in rule.conditions if OWN_ATTRIBUTES.intersection(near.values()) else ():
        if near.get(leaf.key) in OWN_ATTRIBUTES:
            yield _find("key-near", owner, leaf, "key", found=leaf.key, attribute=near[leaf.key])


@of_condition_card
def key_length(rule: Rule) -> Iterator[Finding]:
    """The name of an attribute is not longer than the service's other rules take."""
    for owner, leaf in rule.conditions if max(map(len, rule.keys), default=0) > limits.KEY_LENGTH else ():
        if len(leaf.key) > limits.KEY_LENGTH:
            yield _find("key-length", owner, leaf, "key", length=len(leaf.key), limit=limits.KEY_LENGTH)


@of_condition_card
def operator(rule: Rule) -> Iterator[Finding]:
    """A condition compares in one of three manners."""
    for operate in rule.operators - set(limits.OPERATORS):
        for owner, leaf in rule.comparing(operate):
            yield _find("operator", owner, leaf, "operate", found=kind_of_value(leaf.match.get("operate")))


@of_condition_card
def size_values(rule: Rule) -> Iterator[Finding]:
    """A condition compares with a number of values that a reader can take in."""
    for owner, leaf in rule.conditions:
        values = leaf.match.get("value")
        if isinstance(values, list) and (count := len(values)) > limits.VALUES_PER_CONDITION:
            yield _find("size-values", owner, leaf, "value", count=count, limit=limits.VALUES_PER_CONDITION)


def size_patterns(rule: Rule) -> Iterator[Finding]:
    """A rule has a number of patterns that can be read wherever it is shown."""
    cards = rule.flow.of_kind("condition") if rule.flow is not None and rule.entries is None else None
    if cards is not None and sum([card.pattern_count for card in cards]) <= limits.PATTERNS:
        return
    if len(rule.patterns) > limits.PATTERNS:
        _, leaf, i, _ = rule.patterns[limits.PATTERNS]
        yield finding("size-patterns", f"{leaf.place}/value/{i}", count=len(rule.patterns), limit=limits.PATTERNS)


@of_condition_card
def value_missing(rule: Rule) -> Iterator[Finding]:
    """EQUALS and REGEX compare with something."""
    for operate in ("EQUALS", "REGEX"):
        for owner, leaf in rule.comparing(operate):
            if not leaf.match.get("value"):
                yield _find("value-missing", owner, leaf, "value")


@of_condition_card
def value_type(rule: Rule) -> Iterator[Finding]:
    """Values are texts."""
    for owner, leaf in () if rule.is_plain else rule.conditions:
        for i, value in enumerate(leaf.given):
            if not isinstance(value, str):
                yield _find("value-type", owner, leaf, f"value/{i}", found=kind_of_value(value))


@of_condition_card
def value_empty(rule: Rule) -> Iterator[Finding]:
    """An empty text equals nothing, since an empty attribute counts as absent."""
    for owner, leaf in rule.comparing("EQUALS"):
        for i, value in enumerate(leaf.given) if "" in leaf.values else ():
            if value == "":
                yield _find("value-empty", owner, leaf, f"value/{i}")


@of_condition_card
def value_length(rule: Rule) -> Iterator[Finding]:
    """A value is not longer than the service's other rules take."""
    for owner, leaf in rule.comparing("EQUALS"):
        if len("".join(leaf.values)) <= limits.VALUE_LENGTH:
            continue
        for i, value in _texts(leaf):
            if len(value) > limits.VALUE_LENGTH:
                shown = {"length": len(value), "limit": limits.VALUE_LENGTH}
                yield _find("value-length", owner, leaf, f"value/{i}", **shown)


@of_condition_card
def exist_value(rule: Rule) -> Iterator[Finding]:
    """EXIST takes no value."""
    for owner, leaf in rule.comparing("EXIST"):
        if leaf.match.get("value"):
            yield _find("exist-value", owner, leaf, "value")


_WARNING = mark("Use Info: that is what the console calls Warning.")


@of_condition_card
def severity(rule: Rule) -> Iterator[Finding]:
    """Severities are the four that alarms have."""
    for owner, leaf, i, value in _outside(rule, "event_severity", limits.SEVERITIES):
        mend = say(_WARNING) if value.lower() == "warning" else say("Use Critical, Major, Minor or Info.")
        yield _find("severity", owner, leaf, f"value/{i}", found=value, mend=mend)


@of_condition_card
def scene(rule: Rule) -> Iterator[Finding]:
    """Notification scenes are the two that there are."""
    for owner, leaf, i, value in _outside(rule, "notification_scene", limits.SCENES):
        yield _find("scene", owner, leaf, f"value/{i}", found=value)


@of_condition_card
def regex_length(rule: Rule) -> Iterator[Finding]:
    """A pattern fits."""
    for owner, leaf, i, pattern in rule.patterns:
        if len(pattern) > limits.REGEX_LENGTH:
            yield _find("regex-length", owner, leaf, f"value/{i}", length=len(pattern), limit=limits.REGEX_LENGTH)


@of_condition_card
def regex_syntax(rule: Rule) -> Iterator[Finding]:
    """A pattern can be read by RE2."""
    for owner, leaf, i, pattern in rule.patterns[: limits.PATTERNS]:
        problem = pattern_problem(pattern) if len(pattern) <= limits.REGEX_LENGTH else None
        if problem:
            shown = {"pattern": pattern, "problem": _refusal(problem.reason), "position": problem.position + 1}
            yield _find("regex-syntax", owner, leaf, f"value/{i}", **shown)


#: What RE2 has against a pattern; a colon and the part that it means may follow.
_REFUSALS = (
    mark("invalid escape sequence"),
    mark("invalid character class"),
    mark("invalid character class range"),
    mark("missing ]"),
    mark("missing )"),
    mark("unexpected )"),
    mark("trailing \\"),
    mark("no argument for repetition operator"),
    mark("invalid repetition size"),
    mark("bad repetition operator"),
    mark("invalid perl operator"),
    mark("invalid UTF-8"),
    mark("invalid named capture group"),
)


def _refusal(reason: str) -> str:
    if steps := TOO_LARGE.match(reason):
        return say("too large a pattern, of {steps} steps; at most {most} are taken", **steps.groupdict())
    kind, colon, part = reason.partition(": ")
    return f"{say(kind) if kind in _REFUSALS else kind}{colon}{part}"


@of_condition_card
def tag_name(rule: Rule) -> Iterator[Finding]:
    """Tag names hold the published characters."""
    odd = {key for key in rule.keys if key and is_tag(key) and not limits.TAG.fullmatch(key)}
    for owner, leaf in rule.conditions if odd else ():
        if leaf.key in odd:
            yield _find("tag-name", owner, leaf, "key", found=leaf.key, culprit=_outsider(leaf.key))


@of_condition_card
def tag_value(rule: Rule) -> Iterator[Finding]:
    """Tag values hold the published characters."""
    for owner, leaf in rule.comparing("EQUALS"):
        if not is_tag(leaf.key) or limits.TAG.fullmatch("_".join(leaf.values)):
            continue
        for i, value in _texts(leaf):
            if value and not limits.TAG.fullmatch(value):
                yield _find("tag-value", owner, leaf, f"value/{i}", found=value, culprit=_outsider(value))


Text = tuple[Owner, Leaf, int, str]  # something compared with: whose, where, its index among the values, itself


def _texts(leaf: Leaf) -> Iterator[tuple[int, str]]:
    return ((i, value) for i, value in enumerate(leaf.given) if isinstance(value, str))


def _outside(rule: Rule, key: str, known: Sequence[str]) -> Iterator[Text]:
    """What one attribute is compared with, though it never has that value."""
    for owner, leaf in rule.comparing("EQUALS"):
        for i, value in _texts(leaf) if leaf.key == key else ():
            if value and value not in known:
                yield owner, leaf, i, value


def _outsider(text: str) -> str:
    return codepoint(next(c for c in text if not limits.TAG.fullmatch(c)))


CONDITIONS = (
    tree_missing, tree_shape, group_empty, group_join, key_missing, key_near, key_length, operator, size_values,
    size_patterns, value_missing, value_type, value_empty, value_length, exist_value, severity, scene, regex_length,
    regex_syntax, tag_name, tag_value,
)  # fmt: skip
