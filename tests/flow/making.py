"""Rules and alarms that tests make: builders for rules written by hand, hypothesis strategies for random ones.

Everything here is a bare JSON document, new on each call. Rules are sound, and those by hand without any finding, until
a test changes them.
"""

from collections.abc import Iterator, Sequence
from itertools import count, product
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

Document = dict[str, Any]
Exit = tuple[str, str | None]  # a card by its name, and its branch
T = TypeVar("T")

SEVERITIES = ["Critical", "Major", "Minor", "Info"]
SCENES = ["notify_triggered", "notify_resolved"]
OPERATORS = ["EQUALS", "REGEX", "EXIST"]
OWN_KEYS = ["event_severity", "resource_provider", "event_name", "resource_id", "notification_scene"]
TAG_KEYS = ["team", "zone"]
KEYS = [*OWN_KEYS, *TAG_KEYS, "租户", "1"]
TEXTS = ["pay", "PAY", "payroll", "a.b", "axb", "A|B", "7", "1.5", "true", "支付", "two words", "Critical"]
# Each means the same to every dialect of regular expressions, in values of one line.
PATTERNS = ["pay", "^pay$", "a.b", r"a\.b", "host*", "[0-9]+", "^$", "", "(?i)PAY", "roll$|^7", "支.", "(a|x)+b"]


def match(key: str, operate: str, *values: Any) -> Document:
    """A comparison, as the entries of a legacy rule hold it."""
    return {"key": key, "operate": operate, "value": list(values)}


def leaf(key: str, operate: str, *values: Any) -> Document:
    """A condition of a tree."""
    return {"type": "text", "match": match(key, operate, *values)}


def group(join: str, *nodes: Document) -> Document:
    """A group of a tree."""
    return {"type": "bool", "value": join, "nodes": list(nodes)}


def team(*names: str) -> Document:
    """The plainest tree there is."""
    return group("and", leaf("team", "EQUALS", *(names or ("pay",))))


def merge(**changes: Any) -> Document:
    """How a merge card groups; a change to None leaves the member out."""
    config = {
        "group_by": ["resource_provider"],
        "group_wait": 15,
        "group_interval": 60,
        "group_repeat_waiting": 3600,
        "bind_notification_rule_ids": ["sre"],
        **changes,
    }
    return {name: value for name, value in config.items() if value is not None}


def node_id(name: str) -> str:
    return f"flow-{name:0>8}"


def condition_card(name: str, tree: Document) -> Document:
    return {"id": node_id(name), "type": "Card", "businessType": "GroupCondition", "value": tree}


def merge_card(name: str, config: Document) -> Document:
    return {"id": node_id(name), "type": "Card", "businessType": "CombineConf", "value": {"combineConfig": config}}


def edge(source: str, target: str, value: str | None = None) -> Document:
    """A way between two cards, called by their names."""
    ends = {"source": node_id(source), "target": node_id(target)}
    return ends if value is None else {**ends, "value": value}


def edge_from(exit: Exit, target: str) -> Document:
    """A way out of an exit."""
    return edge(exit[0], target, exit[1])


def flow_rule(cards: Sequence[Document], edges: Sequence[Document], **head: Any) -> Document:
    """A rule of these cards and edges beside Start and End; what has no id yet gets one."""
    nodes = [{"id": node_id("start"), "type": "Start"}, *cards, {"id": node_id("end"), "type": "End"}]
    numbers = count(1)
    flow = {
        "nodes": [_with_ids(node, numbers) for node in nodes],
        "edges": [{"id": f"edge-{next(numbers):08d}", **edge} for edge in edges],
    }
    return {"name": "made", "desc": "", **head, "match_v3": flow}


def _with_ids(node: Document, numbers: Iterator[int]) -> Document:
    if node.get("businessType") == "CombineConf":
        return {**node, "value": {"id": f"CombineConf-{next(numbers):08d}", **node["value"]}}
    return {**node, "value": _tree_with_ids(node["value"], numbers)} if "value" in node else node


def _tree_with_ids(part: Document, numbers: Iterator[int]) -> Document:
    named = {"id": f"GroupCondition-{next(numbers):08d}", **part}
    return {**named, "nodes": [_tree_with_ids(child, numbers) for child in part["nodes"]]} if "nodes" in part else named


def chain(*trees: Document, config: Document | None = None, **head: Any) -> Document:
    """A rule that tries one tree after the other: true leads to a merge card of its own, false to the next tree, the
    last false to a merge card that leads to End."""
    cards: list[Document] = []
    edges: list[Document] = []
    before: Exit = ("start", None)
    for number, tree in enumerate(trees, 1):
        name, merged = f"c{number}", f"m{number}"
        cards += [condition_card(name, tree), merge_card(merged, dict(config or merge()))]
        edges += [edge_from(before, name), edge(name, merged, "true")]
        before = (name, "false")
    cards.append(merge_card("m0", dict(config or merge())))
    return flow_rule(cards, [*edges, edge_from(before, "m0"), edge("m0", "end")], **head)


def legacy_rule(*entries: list[Document], **changes: Any) -> Document:
    """A rule of the older form, each of its entries a list of comparisons."""
    detail = [{"match": matches, "bind_notification_rule_ids": ["sre"]} for matches in entries]
    settings = merge(bind_notification_rule_ids=None)
    return {"name": "made", "desc": "", "detail": detail, **settings, **changes}


def comparisons(document: Document) -> Iterator[Document]:
    """Every comparison of a rule."""
    for node in (document.get("match_v3") or {"nodes": []})["nodes"]:
        yield from _below(node.get("value", {}))
    for entry in document.get("detail") or []:
        yield from entry["match"]


def _below(part: Document) -> Iterator[Document]:
    if "match" in part:
        yield part["match"]
    for child in part.get("nodes", []):
        yield from _below(child)


# Random rules. Hypothesis chooses, and shrinks, the conditions; how they are wired follows from one seed.

seeds = st.integers(0, 2**32 - 1)
Documents = st.SearchStrategy[Document]


def all_matches(
    keys: Sequence[str] = KEYS, operators: Sequence[str] = OPERATORS, texts: Sequence[str] = TEXTS
) -> list[Document]:
    """Sound comparisons of each attribute in each manner, with one to three values."""
    found = []
    for key, operate in product(keys, operators):
        own = {"event_severity": SEVERITIES, "notification_scene": SCENES}.get(key, texts)
        pool = PATTERNS if operate == "REGEX" else own
        if operate == "EXIST":
            found += [match(key, operate), {"key": key, "operate": operate}]
        else:
            found += [match(key, operate, *pool[i : i + size]) for size in (1, 2, 3) for i in range(len(pool))]
    return found


def flow_documents(pool: Sequence[Document] | None = None, conditions_per_card: int = 8) -> Documents:
    """Sound flows of up to four condition and four merge cards, their conditions from ``pool``: branches join, share
    targets and lead to End."""
    conditions = st.lists(st.sampled_from(pool or all_matches()), min_size=1, max_size=conditions_per_card)
    return st.builds(_random_flow, st.lists(conditions, max_size=4), seeds)


def _random_flow(conditions: list[list[Document]], seed: int) -> Document:
    random = Random(seed)
    wiring = _Wiring(random)
    for number, matches in enumerate(conditions):
        wiring.add(condition_card(f"c{number}", random_tree(matches, random)), f"c{number}", ("true", "false"))
    uses_tag = any(each["key"] not in OWN_KEYS for matches in conditions for each in matches)
    for number in range(random.randrange(0 if conditions else 1, 5)):
        if wiring.open:
            wiring.add(merge_card(f"m{number}", random_merge(random, uses_tag)), f"m{number}", ())
    rule = flow_rule(wiring.cards, wiring.closed())
    return {**rule, "match_v3": {part: _shuffled(items, random) for part, items in rule["match_v3"].items()}}


class _Wiring:
    """Cards joined one after the other: each takes one or two of the exits that are still open, so that every card is
    reached and none leads back."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cards: list[Document] = []
        self.edges: list[Document] = []
        self.open: list[Exit] = [("start", None)]
        self.merges: list[str] = []

    def add(self, card: Document, name: str, exits: Sequence[str]) -> None:
        taken = self.random.sample(self.open, self.random.randint(1, min(2, len(self.open))))
        self.edges += [edge_from(exit, name) for exit in taken]
        self.open = [exit for exit in self.open if exit not in taken] + [(name, exit) for exit in exits]
        self.cards.append(card)
        if not exits:
            self.merges.append(name)

    def closed(self) -> list[Document]:
        """All edges: what is still open leads to End or a merge card, some merge cards lead to End, something does."""
        targets = [self.random.choice(["end", *self.merges]) for _ in self.open]
        onward = [name for name in self.merges if self.random.randrange(2)]
        if "end" not in targets and not onward:
            onward = self.merges[:1]
        last = [edge_from(exit, target) for exit, target in zip(self.open, targets, strict=True)]
        return [*self.edges, *last, *(edge(name, "end") for name in onward)]


def random_tree(matches: list[Document], random: Random, depth: int = 0) -> Document:
    """A sound tree of these comparisons, at most five groups deep; now and then a lone condition."""
    if len(matches) == 1 and (random.randrange(3) or depth > 3):
        lone = {"type": random.choice(["text", "numerical"]), "match": dict(matches[0])}
        return lone if depth or not random.randrange(3) else group("and", lone)
    count = len(matches) - 1 if depth > 3 else random.randrange(min(3, len(matches)))
    cuts = sorted(random.sample(range(1, len(matches)), count))
    chunks = [matches[low:high] for low, high in zip([0, *cuts], [*cuts, len(matches)], strict=True)]
    return group(random.choice(["and", "or"]), *(random_tree(chunk, random, depth + 1) for chunk in chunks))


def _seeded_tree(matches: list[Document], seed: int) -> Document:
    return random_tree(matches, Random(seed))


def trees() -> Documents:
    """Sound condition trees of up to eight conditions."""
    return st.builds(_seeded_tree, st.lists(st.sampled_from(all_matches()), min_size=1, max_size=8), seeds)


def random_merge(random: Random, uses_tag: bool) -> Document:
    """Sound settings of a merge card."""
    told = random.choice([["sre"], ["pay", "sre"], []])
    if not random.randrange(3):
        smart = random.sample(["event_name", "alarm_info", "tag"], random.randint(1, 3))
        return merge(group_by=None, ai_group_by=smart, bind_notification_rule_ids=told)
    choices = [["resource_provider"], ["event_severity", "resource_provider"]]
    tagged = [["resource_provider", "tag", "event_severity", "resource_type"]] if uses_tag else []
    return merge(group_by=random.choice([*choices, *tagged]), bind_notification_rule_ids=told)


def legacy_documents() -> Documents:
    """Sound legacy rules of up to four entries."""
    entries = st.lists(st.lists(st.sampled_from(all_matches()), min_size=1, max_size=3), min_size=1, max_size=4)
    return st.builds(_random_legacy, entries, seeds)


def _random_legacy(entries: list[list[Document]], seed: int) -> Document:
    random = Random(seed)
    by = random.choice(
        [
            {"group_by": ["resource_provider"]},
            {"group_by": ["resource_provider", "event_severity"]},
            {"group_by": ["resource_provider", "event_severity", "resource_type", "team"]},
            {"group_by": [], "ai_group_by": ["event_name", "alarm_info", "tag"]},
        ]
    )
    rule = legacy_rule(*([dict(each) for each in matches] for matches in entries), **by)
    for entry in rule["detail"]:
        entry["bind_notification_rule_ids"] = random.choice([["sre"], ["pay", "sre"], []])
    return rule


UNKNOWN: list[Any] = [None, 1.5, [], {"id": "flow-"}, "备注"]


def with_unknown_members(documents: Documents) -> Documents:
    """Documents with members that nobody knows in any of their objects, and members in any order."""
    return st.builds(_with_unknown_members, documents, seeds)


def _with_unknown_members(document: Document, seed: int) -> Document:
    decorated: Document = _decorated(document, Random(seed))
    return decorated


def _decorated(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return [_decorated(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    kept = [(name, _decorated(member, random)) for name, member in value.items()]
    names = [name for name in ("x", "备", "") if not random.randrange(9)]
    unknown = [(name, random.choice(UNKNOWN)) for name in names]
    return dict(_shuffled([*kept, *unknown], random))


def _shuffled(items: list[T], random: Random) -> list[T]:
    return random.sample(items, len(items))


# Random alarms.

#: What metadata holds now and then instead of a text.
ODD: list[Any] = [None, "", 7, 1.5, 0, True, False]


def alarms(document: Document, keys: Sequence[str] = KEYS, others: Sequence[Any] = (*TEXTS, *ODD)) -> Documents:
    """Alarms aimed at ``document``: each attribute has a value that the rule asks for, or another, or is missing."""
    aims: dict[str, list[Any]] = {key: [] for key in [*keys, "resource_type"]}
    for each in comparisons(document):
        aims[each["key"]] += each.get("value", [])
    values = {key: st.sampled_from([*own * 4, *others]) for key, own in aims.items()}
    return st.builds(
        _alarm,
        st.fixed_dictionaries({}, optional=values),
        st.sampled_from([{}, {"ends_at": 1_700_000_060_000}, {"ends_at": 0}, {"ends_at": None}]),
        st.sampled_from([{}, {"annotations": {}}, {"annotations": {"message": "磁盘 full", "cause": "x"}}]),
    )


def _alarm(metadata: Document, *others: Document) -> Document:
    alarm: Document = {"metadata": metadata, "starts_at": 1_700_000_000_000}
    for each in others:
        alarm |= each
    return alarm
