"""A rule as the Terraform resource huaweicloud_aom_alarm_group_rule, which knows the legacy form only.

Names of blocks and attributes: the provider's docs/resources/aom_alarm_group_rule.md.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from editor.flow.checks.head import member_unknown
from editor.flow.convert.chain import BINDINGS, waits_of
from editor.flow.convert.detail import to_detail
from editor.flow.convert.outcome import Converted, Differences, Inexpressible, refuse_errors
from editor.flow.reading import kind_of_value, read_document
from editor.flow.rule import Entry, Leaf, Rule
from editor.flow.say import say

_PROJECT: Final = "/enterprise_project_id"
_NAMED: Final[Mapping[str, str]] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def terraform(rule: Rule) -> Converted:
    """The resource in HCL; differences stand above it as comments. A flow is turned into ``detail`` first.

    Raises Inexpressible for a rule with errors, for a flow that is no ``detail``, and for what the resource lacks:
    merging by ``ai_group_by``, and a ``group_by`` that is empty or no text.
    """
    refuse_errors(rule)
    found = Differences()
    legacy = _legacy(rule, found)
    _guard_grouping(legacy, found)
    found.guard()
    _note_losses(legacy, found)
    lines = [*(f"# {note}" for note in found.notes), *_resource(legacy)]
    return Converted("\n".join(lines) + "\n", tuple(found.notes))


def _legacy(rule: Rule, found: Differences) -> Rule:
    if rule.flow is None:
        return rule
    for node, merge in rule.flow.merges:
        if merge.ai_group_by:
            _prevent_smart(rule.flow.titles[node.id], f"{merge.pointer}/ai_group_by", found)
    try:
        document, notes = to_detail(rule.document)
    except Inexpressible as error:
        raise Inexpressible([*found.reasons, *error.reasons]) from None
    found.guard()
    found.notes += notes
    return read_document(document)


def _prevent_smart(owner: str, place: str, found: Differences) -> None:
    found.prevent(say("{owner} merges by ai_group_by, for which the resource has no argument.", owner=owner), place)


def _guard_grouping(rule: Rule, found: Differences) -> None:
    if rule.merge.ai_group_by:
        _prevent_smart(say("The rule"), "/ai_group_by", found)
    names = rule.document.get("group_by")
    if not names:
        found.prevent(say("The rule has no group_by, which the resource requires."), "/group_by")
    for i, name in enumerate(names if isinstance(names, list) else []):
        if not isinstance(name, str):
            text = say("The rule groups by {found}, which is no text.", found=kind_of_value(name))
            found.prevent(text, f"/group_by/{i}")


def _note_losses(rule: Rule, found: Differences) -> None:
    """What the resource has no room for."""
    if len(rule.entries or ()) > 1:
        found.note(say("Terraform does not keep the order of detail blocks; it matters where two can both hold."))
    for lost in member_unknown(rule):
        if lost.pointer != _PROJECT or not isinstance(rule.document["enterprise_project_id"], str):
            text = say("The resource has no argument for the member {name}.", name=lost.params["name"])
            found.note(text, lost.pointer)


# HCL


def _resource(rule: Rule) -> Iterator[str]:
    label = rule.name if re.match("[A-Za-z_]", rule.name) else f"rule_{rule.name}"
    yield f'resource "huaweicloud_aom_alarm_group_rule" "{label}" {{'
    yield from _indented(_attributes(_head(rule)))
    for entry in rule.entries or ():
        yield ""
        yield from _indented(_detail(entry))
    yield "}"


def _head(rule: Rule) -> dict[str, Any]:
    project = rule.document.get("enterprise_project_id")
    return {
        "name": rule.name,
        "description": rule.document.get("desc"),
        "enterprise_project_id": project if isinstance(project, str) else None,
        "group_by": rule.merge.group_by,
        **waits_of(rule),
    }


def _detail(entry: Entry) -> Iterator[str]:
    yield "detail {"
    yield from _indented(_attributes({BINDINGS: entry.notify}))
    for leaf in entry.matches:
        yield ""
        yield from _indented(_match(leaf))
    yield "}"


def _match(leaf: Leaf) -> Iterator[str]:
    yield "match {"
    values = leaf.values if leaf.operate != "EXIST" else None
    yield from _indented(_attributes({"key": leaf.key, "operate": leaf.operate, "value": values}))
    yield "}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" if line else line for line in lines)


def _attributes(given: Mapping[str, Any]) -> Iterator[str]:
    """Attributes with their equals signs in one column; None is left out."""
    present = {name: value for name, value in given.items() if value is not None}
    width = max(map(len, present))
    for name, value in present.items():
        yield f"{name:{width}} = {_value(value)}"


def _value(value: str | int | Sequence[str]) -> str:
    if isinstance(value, int):
        return str(value)
    return _quoted(value) if isinstance(value, str) else f"[{', '.join(map(_quoted, value))}]"


def _quoted(text: str) -> str:
    """A text as HCL writes it: a sign that would begin a template is doubled."""
    doubled = re.sub(r"([$%])(?=\{)", r"\1\1", _escaped(text))
    return f'"{doubled}"'


def _escaped(text: str) -> str:
    return "".join(_NAMED.get(c) or (c if c.isprintable() else _numbered(c)) for c in text)


def _numbered(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
