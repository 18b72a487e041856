"""Rules and alarms for the conversions: sound, and as odd as a sound rule can be."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from hypothesis import strategies as st

from editor.flow import Alarm

Document = dict[str, Any]
#: For laws that ask a database or a parser: how long that takes is the machine's affair.
TAGS = ("team", "Üñ 漢", 'o"d`d', "back\\slash", "it's")
KEYS = ("event_severity", "resource_provider", "notification_scene", *TAGS)
WORDS = ("a", "ab", "A", "b", "it's", 'say "a"', "a\\b", "漢", "%_", "a\nb", "-- a", "\\")
PATTERNS = (
    *("a", "^a", "b$", "^$", "", ".*", "a.b", "[^a]", "(?i)A", r"\bab\b", "漢", r"\pL", "a|b", "x*", r"^a\\b$", r"\\"),
    *(r"'", r"(?s)a.b", r"\d+", "[[:alpha:]]b", "(?:ab?){1,2}$", "%", '"'),
)
VALUES = {
    "event_severity": ("Critical", "Major", "Info"),
    "notification_scene": ("notify_triggered", "notify_resolved"),
}
WAITS: Document = {"group_wait": 15, "group_interval": 60, "group_repeat_waiting": 3600}
MERGING: Document = {"group_by": ["resource_provider"], **WAITS}


def id_maker() -> Iterator[str]:
    """The eight characters of ids, none twice."""
    return (f"{number:08d}" for number in count())


@st.composite
def matches(draw: st.DrawFn) -> Document:
    """One comparison."""
    key = draw(st.sampled_from(KEYS))
    operate = draw(st.sampled_from(["EQUALS", "EQUALS", "REGEX", "EXIST"]))
    words = st.sampled_from(VALUES.get(key, (*WORDS, "")) if operate == "EQUALS" else PATTERNS)
    values = [] if operate == "EXIST" else draw(st.lists(words, min_size=1, max_size=3))
    return {"key": key, "operate": operate, "value": values}


def trees(joins: tuple[str, ...] = ("and", "or")) -> st.SearchStrategy[Any]:
    """Nested lists of comparisons: ("and", [part, …])."""

    def groups(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.tuples(st.sampled_from(joins), st.lists(parts, min_size=1, max_size=3))

    return groups(st.one_of(matches(), st.recursive(matches(), groups, max_leaves=2)))


def tree_json(part: Any, ids: Iterator[str]) -> Document:
    name = f"GroupCondition-{next(ids)}"
    if isinstance(part, dict):
        return {"id": name, "type": "text", "match": part}
    join, children = part
    return {"id": name, "type": "bool", "value": join, "nodes": [tree_json(child, ids) for child in children]}


def condition_card(node_id: str, tree: Any, ids: Iterator[str]) -> Document:
    return {"id": node_id, "type": "Card", "businessType": "GroupCondition", "value": tree_json(tree, ids)}


def merge_card(node_id: str, ids: Iterator[str], **config: Any) -> Document:
    given = {**MERGING, "bind_notification_rule_ids": [f"tell {node_id}"], **config}
    value = {"id": f"CombineConf-{next(ids)}", "combineConfig": given}
    return {"id": node_id, "type": "Card", "businessType": "CombineConf", "value": value}


def edge_json(source: str, target: str, exit: str, ids: Iterator[str]) -> Document:
    return {"id": f"edge-{next(ids)}", "source": source, "target": target} | ({"value": exit} if exit else {})


def flow_json(trees_: list[Any], links: list[tuple[str, str, str]]) -> Document:
    """A rule with a flow of the cards that ``links`` (source, target, exit) name: start, end, cN with the N-th tree,
    and mN, a merge card."""
    ids = id_maker()
    names = dict.fromkeys(name for source, target, _ in links for name in (source, target))
    known = {name: f"flow-{next(ids)}" for name in names}
    nodes = []
    for name, node_id in known.items():
        if name in ("start", "end"):
            nodes.append({"id": node_id, "type": name.capitalize()})
        elif name[0] == "c":
            nodes.append(condition_card(node_id, trees_[int(name[1:])], ids))
        else:
            nodes.append(merge_card(node_id, ids))
    edges = [edge_json(known[source], known[target], exit, ids) for source, target, exit in links]
    return {"name": "payments", "desc": "", "match_v3": {"nodes": nodes, "edges": edges}}


@st.composite
def flows(draw: st.DrawFn) -> Document:
    """A sound rule with a flow: branches may join, and every way leads on."""
    found = draw(st.lists(trees(), min_size=1, max_size=4))
    merges = ["m0", "m1", "m2"]
    links, waiting = [("start", "c0", "")], ["c0"]
    for name in waiting:
        later = [f"c{n}" for n in range(int(name[1:]) + 1, len(found))]
        for exit in ("true", "false"):
            target = draw(st.sampled_from([*later, *later, *merges, "end"]))
            links.append((name, target, exit))
            if target[0] == "c" and target not in waiting:
                waiting.append(target)
    reached = dict.fromkeys(target for _, target, _ in links)
    ending = [name for name in reached if name[0] == "m"]
    if "end" not in reached or draw(st.booleans()):
        links += [(name, "end", "") for name in ending[-1:]]
    return flow_json(found, links)


@st.composite
def chains(draw: st.DrawFn) -> Document:
    """A flow that is a chain of conditions which must all hold."""
    found = draw(st.lists(trees(joins=("and",)), min_size=1, max_size=4))
    links = [("start", "c0", "")]
    for n in range(len(found)):
        links.append((f"c{n}", f"m{draw(st.integers(0, n))}", "true"))
        links.append((f"c{n}", f"c{n + 1}" if n + 1 < len(found) else "end", "false"))
    return flow_json(found, links)


@st.composite
def legacy_rules(draw: st.DrawFn) -> Document:
    """A rule of the legacy form without errors, whose group_by may be any."""
    entries = draw(st.lists(st.lists(matches(), min_size=1, max_size=3), min_size=1, max_size=4))
    third = ["resource_provider", "event_severity", "resource_type"]
    grouping = st.one_of(
        st.sampled_from([["resource_provider"], ["event_severity", "resource_provider"], [], ["resource_id"], [1]]),
        st.permutations([*third, "team"]),
        st.permutations([*third, *TAGS[:2]]),
    )
    return {
        "desc": "kept",
        "name": "payments",
        "detail": [
            {"match": found, "bind_notification_rule_ids": [f"team {number}"]} for number, found in enumerate(entries)
        ],
        **MERGING,
        "group_repeat_waiting": draw(st.sampled_from([0, 3600, "3600"])),
        "group_by": draw(grouping),
        "ai_group_by": draw(st.sampled_from([[], [], ["event_name"]])),
        "owner": {"team": "payments"},
    }


def alarms() -> st.SearchStrategy[Alarm]:
    """Alarms with the attributes that the rules above ask for, or without."""
    words = st.one_of(
        st.none(), st.just(""), st.sampled_from(WORDS), st.sampled_from(["abab", "b1", "xyz", "\n", " a"])
    )
    metadata = {key: st.one_of(words, st.sampled_from(VALUES.get(key, ("a",)))) for key in KEYS}
    del metadata["notification_scene"]
    return st.builds(
        lambda found, ended: Alarm({"metadata": found, "ends_at": ended}),
        st.fixed_dictionaries(metadata),
        st.sampled_from([0, 1_700_000_000_000]),
    )
