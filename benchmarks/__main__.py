"""``make bench``: what reading, checking and walking cost, each beside something known, as ratios of one run.

Rounds take turns, so that a busy machine slows all of them alike; the median of the rounds counts.
"""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from editor.flow import Alarm, check, parse, read, walk

ROUNDS, REPEATS = 7, 40
SAMPLE = (Path(__file__).parent.parent / "editor" / "samples" / "aomtest.json").read_text()
METADATA = {"event_severity": "Minor", "resource_provider": "1"}


def naive_walk(document: Any, metadata: Mapping[str, str]) -> str | None:
    """The walk over bare JSON, without a trace: what a script of a few lines would do."""
    nodes = {node["id"]: node for node in document["match_v3"]["nodes"]}
    edges = {(edge["source"], edge.get("value")): edge["target"] for edge in document["match_v3"]["edges"]}
    node = next(node for node in nodes.values() if node["type"] == "Start")
    while node.get("businessType") != "CombineConf" and node["type"] != "End":
        result = str(naive_holds(node["value"], metadata)).lower() if node["type"] == "Card" else None
        node = nodes[edges[node["id"], result]]
    return str(node["id"]) if node["type"] == "Card" else None


def naive_holds(part: Any, metadata: Mapping[str, str]) -> bool:
    if part["type"] == "bool":
        return (any if part["value"] == "or" else all)(naive_holds(child, metadata) for child in part["nodes"])
    return metadata.get(part["match"]["key"]) in part["match"]["value"]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(REPEATS):
        work()
    return (time.perf_counter() - start) / REPEATS


def main() -> None:
    rule, document = read(SAMPLE), json.loads(SAMPLE)
    flow = rule.flow
    assert flow is not None
    contenders: dict[str, Callable[[], object]] = {
        "json.loads (not strict)": lambda: json.loads(SAMPLE),
        "parse (strict, with places)": lambda: parse(SAMPLE),
        "read (parse, and values)": lambda: read(SAMPLE),
        "read and check": lambda: check(read(SAMPLE)),
        "walk of bare JSON, no trace": lambda: naive_walk(document, METADATA),
        "walk with trace": lambda: walk(flow, Alarm({"metadata": METADATA})),
    }
    rounds = [{name: seconds(work) for name, work in contenders.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in contenders}
    unit = medians["json.loads (not strict)"]
    print(f"The published sample ({len(SAMPLE)} characters); 1.0 is json.loads of it, {unit * 1e6:.0f} us in this run.")
    for name, median in medians.items():
        print(f"{name:32}{median / unit:8.1f}")


if __name__ == "__main__":
    main()
