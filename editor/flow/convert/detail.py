"""The legacy form ``detail`` and the form match_v3, each said in the other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from editor.flow import limits, published
from editor.flow.alarm import is_tag
from editor.flow.convert.chain import BINDINGS, to_flow
from editor.flow.convert.outcome import Difference, Differences, Inexpressible, Rewritten, members, refuse_errors
from editor.flow.reading import read_document
from editor.flow.rule import Document, Flow, Group, Json, Leaf, Merge, Node
from editor.flow.say import listed, mark, say
from editor.flow.wiring import FALSE, PLAIN, TRUE, Edge

__all__ = ["to_detail", "to_flow"]

_Pair = tuple[Node, Node]  # a condition card and the merge card on its true side
_SETTINGS: Final = ("group_by", "ai_group_by", *limits.WAITS)


def to_detail(document: Document) -> Rewritten:
    """A document with a flow in the legacy form ``detail``.

    That can be said of a chain of condition cards, joined by their false sides and ending in End, whose conditions must
    all hold and whose true sides lead to merge cards with equal settings. Raises Unreadable for what is no rule, and
    Inexpressible for a rule with errors and for any other flow, with every difference and its place.
    """
    rule = read_document(document)
    refuse_errors(rule)
    if rule.flow is None:
        raise Inexpressible([Difference(say("Only a rule with a flow (match_v3) becomes detail."))])
    found = Differences()
    legacy = _legacy(rule.flow, found)
    found.note_lost(rule, "detail")
    found.guard()
    result = deepcopy(_with(document, legacy))
    refuse_errors(read_document(result))
    return found.rewritten(result)


def _with(document: Document, legacy: dict[str, Json]) -> Document:
    kept = {name: value for name, value in document.items() if name not in (*published.LEGACY, "match_v3")}
    return {**kept, **legacy}


def _legacy(flow: Flow, found: Differences) -> dict[str, Any]:
    pairs = _chain(flow, found)
    cards = [flow.by_id[node_id] for node_id in flow.order]
    matches = {card.id: list(_matches(card.tree, flow.titles[card.id], found)) for card in cards}
    merges = {card.id: card.merge for card in cards if card.merge is not None}
    settings = _settings(flow, merges, found)
    _note_sharing(flow, pairs, found)
    entries = [{"match": matches[card.id], BINDINGS: list(merges[merge.id].notify)} for card, merge in pairs]
    if "tag" in settings.get("group_by", ()):
        settings["group_by"] = _named_tags(flow, merges, found)
    return {"detail": entries, **settings}


# The chain


def _chain(flow: Flow, found: Differences) -> list[_Pair]:
    """The condition cards along the false sides, each with the merge card it leads to."""
    pairs: list[_Pair] = []
    edge = flow.wiring.exits[flow.of_kind("start")[0].id, PLAIN][0]
    node = flow.by_id[edge.target]
    while node.kind == "condition":
        true, edge = flow.wiring.exits[node.id, TRUE][0], flow.wiring.exits[node.id, FALSE][0]
        if flow.by_id[true.target].kind == "combine":
            pairs.append((node, flow.by_id[true.target]))
        else:
            _prevent_way(flow, true, say("the alarms of an entry are grouped at once"), found)
        node = flow.by_id[edge.target]
    if node.kind == "combine":
        _prevent_way(flow, edge, say("an entry without conditions cannot be said"), found)
    return pairs


def _prevent_way(flow: Flow, edge: Edge, because: str, found: Differences) -> None:
    source = flow.titles[edge.source]
    if edge.exit != PLAIN:
        source = say("The {exit} branch of {title}", exit=say(edge.exit), title=source)
    shown = {"source": source, "target": flow.titles[edge.target], "because": because}
    found.prevent(say("{source} leads to {target}; in detail {because}.", **shown), edge.pointer)


def _note_sharing(flow: Flow, pairs: Sequence[_Pair], found: Differences) -> None:
    if len(pairs) > 1:
        found.note(say("Of several entries that hold, the first is taken to decide (D14)."), "/match_v3")
    for merge_id, count in Counter(merge.id for _, merge in pairs).items():
        if count > 1:
            text = mark("{title} is shared by {count} conditions; in detail each groups its own.")
            found.note(say(text, title=flow.titles[merge_id], count=count), flow.by_id[merge_id].pointer)


# Conditions


def _matches(part: Leaf | Group | None, title: str, found: Differences) -> Iterator[dict[str, Json]]:
    """``part`` as a list of comparisons that must all hold."""
    if part is None:
        return
    if isinstance(part, Leaf):
        yield dict(part.match)
        if members(part.raw).get("type") != "text":
            text = say("{title} has a numerical condition; detail does not tell it from a text.", title=title)
            found.note(text, part.pointer)
        return
    children = [list(_matches(child, title, found)) for child in part.children]
    if part.join == "and" or len(children) == 1:
        yield from (match for matches in children for match in matches)
    elif united := _united(children):
        yield united
    else:
        found.prevent(say("{title} has an or group; detail can only say and.", title=title), part.pointer)


def _united(alternatives: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Json] | None:
    """One comparison that holds where any of ``alternatives`` does: several values of one attribute."""
    first = alternatives[0][0] if alternatives[0] else {}
    alike = {"operate": "EQUALS", "key": first.get("key")}
    if any(len(one) != 1 or {**one[0], "value": None} != {**alike, "value": None} for one in alternatives):
        return None
    values = dict.fromkeys(value for one in alternatives for value in one[0]["value"])
    return {**first, "value": list(values)}


# Merging


def _settings(flow: Flow, merges: Mapping[str, Merge], found: Differences) -> dict[str, Any]:
    """How all merge cards group; each difference between them prevents."""
    if not merges:
        return {}
    first, common = next((node_id, _settings_of(merge)) for node_id, merge in merges.items())
    for node_id, merge in merges.items():
        own = _settings_of(merge)
        for name in _SETTINGS:
            if _plain(own[name]) != _plain(common[name]):
                text = say(
                    "{title} has the {name} {own}, {first} {common}; detail has one for all.",
                    title=flow.titles[node_id],
                    name=name,
                    own=_said(own[name]),
                    first=flow.titles[first],
                    common=_said(common[name]),
                )
                found.prevent(text, f"{merge.pointer}/{name}" if name in merge.raw else merge.pointer)
    return common


def _settings_of(merge: Merge) -> dict[str, Any]:
    lists = {"group_by": list(merge.group_by), "ai_group_by": list(merge.ai_group_by)}
    return {**lists, **{name: merge.waits[name] for name in limits.WAITS}}


def _plain(value: Any) -> Any:
    """The order of members means nothing."""
    return sorted(value) if isinstance(value, list) else value


def _said(value: Any) -> str:
    return (", ".join(value) or say("none")) if isinstance(value, list) else say("{count} s", count=value)


def _named_tags(flow: Flow, merges: Mapping[str, Merge], found: Differences) -> list[str]:
    """The third combination, which names the tags that conditions ask for."""
    tags = list(dict.fromkeys(leaf.key for _, leaf in flow.leaves if is_tag(leaf.key)))
    text = mark("The merge cards group by all tags of an alarm; detail groups by those it names: {names}.")
    found.note(say(text, names=listed(tags)), f"{next(iter(merges.values())).pointer}/group_by")
    source, *others = (name for name in limits.GROUP_BY_CHOICES[2] if name != "tag")
    return [source, *tags, *others]
