"""The walk against Alertmanager: every way through a rule becomes routes, and amtool says which of them an alarm takes.

A way is a conjunction of conditions and negated conditions. Written as alternatives of such conjunctions, each of plain
comparisons, it is a list of routes; there is one receiver for each leaf.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from editor.flow import Alarm, Walker, read_document
from tests.flow.making import ODD, OWN_KEYS, TAG_KEYS, Document, alarms, all_matches, flow_documents
from tests.flow.naive import attributes

#: Names that a label may have, and values that must survive being quoted twice.
KEYS = [*OWN_KEYS, *TAG_KEYS]
TEXTS = [
    "pay",
    "PAY",
    "a.b",
    "axb",
    "A|B",
    'say "x"',
    "back\\slash",
    "two\nlines",
    "{x}",
    "支付",
    "$1^",
    "(a+)",
    "a,b",
    " pad ",
    "=",
]
UNROUTED = "unrouted"
ROUTES_PER_RULE = 300

Conjunction = frozenset[str]


def amtool() -> str:
    return shutil.which("amtool") or pytest.fail("There is no amtool: install the package prometheus-alertmanager.")


# A rule as routes.


def matcher(match: Document, holds: bool) -> str:
    """A comparison, or its opposite, as Alertmanager matches labels; a label that is missing is an empty one."""
    if match["operate"] == "EXIST":
        return f'{match["key"]}{"!=" if holds else "="}""'
    alternatives = "|".join(re.escape(value) for value in match["value"])
    return f"{match['key']}{'=~' if holds else '!~'}{quoted(alternatives)}"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def alternatives(part: Document, holds: bool) -> set[Conjunction]:
    """Conjunctions of which one is met if and only if ``part`` holds, or does not hold."""
    if "match" in part:
        return {frozenset([matcher(part["match"], holds)])}
    found = [alternatives(child, holds) for child in part["nodes"]]
    if (part["value"] == "or") == holds:
        return set().union(*found)
    together: set[Conjunction] = {frozenset()}
    for each in found:
        together = both(together, each)
    return together


def both(some: set[Conjunction], others: set[Conjunction]) -> set[Conjunction]:
    assume(len(some) * len(others) <= ROUTES_PER_RULE)
    return {one | other for one in some for other in others}


def ways(flow: Any, node_id: str, before: set[Conjunction]) -> Iterator[tuple[str, Conjunction]]:
    """Every way on from a card: the leaf it ends in, and what must be met."""
    node = next(node for node in flow["nodes"] if node["id"] == node_id)
    exits = [edge for edge in flow["edges"] if edge["source"] == node_id]
    if node.get("businessType") == "CombineConf" or node["type"] == "End":
        yield from ((UNROUTED if node["type"] == "End" else node_id, conjunction) for conjunction in before)
        return
    for edge in exits:
        met = both(before, alternatives(node["value"], edge["value"] == "true")) if "value" in edge else before
        yield from ways(flow, edge["target"], met)


def routes(rule: Document) -> list[tuple[str, Conjunction]]:
    flow = rule["match_v3"]
    start = next(node["id"] for node in flow["nodes"] if node["type"] == "Start")
    found = list(ways(flow, start, {frozenset()}))
    assume(len(found) <= ROUTES_PER_RULE)
    return found


def config(rules: list[Document]) -> Document:
    """One tree of routes for many rules. All that match are told, so that no two leaves may claim one alarm."""
    below: list[Document] = []
    for number, rule in enumerate(rules):
        leaves = [
            {"receiver": f"{number}/{leaf}", "matchers": sorted(conjunction), "continue": True}
            for leaf, conjunction in routes(rule)
        ]
        below.append({"receiver": f"{number}/none", "continue": True, "routes": leaves})
    names = {each["receiver"] for route in below for each in (route, *route["routes"])}
    return {
        "route": {"receiver": "root", "routes": below},
        "receivers": [{"name": name} for name in ["root", *sorted(names)]],
    }


# The two answers.


def answers_of_amtool(file: Path, alarm: Document, count: int) -> list[set[str]]:
    """For each rule the leaves that claim the alarm."""
    found = attributes(alarm)
    labels = [f"{key}={quoted(found.get(key, ''))}" for key in {**alarm["metadata"], **found}]
    call = [amtool(), "config", "routes", "test", f"--config.file={file}", *labels]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    claims: list[set[str]] = [set() for _ in range(count)]
    for receiver in done.stdout.split("\n")[-2].split(","):
        number, _, leaf = receiver.partition("/")
        claims[int(number)].add(leaf)
    return claims


def answer_of_the_walk(walker: Walker, alarm: Document) -> set[str]:
    went = walker.walk(Alarm(alarm))
    assert went.complete
    return {went.leaf or UNROUTED}


def aimed(rules: list[Document]) -> st.SearchStrategy[tuple[list[Document], list[Document]]]:
    """The rules and an alarm aimed at each."""
    return st.tuples(st.just(rules), st.tuples(*[alarms(rule, KEYS, [*TEXTS, *ODD]) for rule in rules]).map(list))


pool = all_matches(KEYS, ["EQUALS", "EXIST"], TEXTS)
many = st.lists(flow_documents(pool, conditions_per_card=5), min_size=12, max_size=12)


def test_amtool_leads_every_alarm_to_the_same_leaf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "alertmanager.yml"
    rules_seen, pairs, grouped = 0, 0, 0
    amtool()

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), database=None)
    @given(many.flatmap(aimed))
    def agree(case: tuple[list[Document], list[Document]]) -> None:
        nonlocal rules_seen, pairs, grouped
        rules, reported = case
        file.write_text(json.dumps(config(rules), ensure_ascii=False))
        with ThreadPoolExecutor(2) as threads:
            theirs = list(threads.map(lambda alarm: answers_of_amtool(file, alarm, len(rules)), reported))
        walkers = [Walker(read_document(rule)) for rule in rules]
        ours = [[answer_of_the_walk(walker, alarm) for walker in walkers] for alarm in reported]
        assert ours == theirs
        rules_seen, pairs = rules_seen + len(rules), pairs + len(rules) * len(reported)
        grouped += sum(answer != {UNROUTED} for answers in ours for answer in answers)

    agree()
    with capsys.disabled():
        print(f"\namtool: compared {pairs} pairs over {rules_seen} rules, {grouped} of them grouped", file=sys.stderr)
    assert pairs >= 2000
    assert pairs / 4 < grouped < pairs
