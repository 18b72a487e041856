"""``make bench``: what checking, simulating, the API and the canvas cost, beside what a user would take instead.

Every table is one run in which the contenders take turns; ratios within a table mean something, absolute figures
belong to the machine.
"""

import copy
import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks import alarms, canvas, over_http, peers, proxy
from benchmarks.rounds import measure, table
from config.collector import settle
from editor.flow import Alarm, Walker, check, parse, read, read_document
from editor.flow.reading import forget_known

ROOT = Path(__file__).parent.parent
RULES = {
    "the published sample": ROOT / "editor" / "samples" / "aomtest.json",
    "the largest rule (10 x 10)": ROOT / "tests" / "documents" / "good" / "largest.json",
}
ALARMS = alarms.make(4000)
#: Of checking.
ROUNDS, REPEATS = 7, 150


def checking(title: str, document: Any) -> str:
    """From bytes to all findings with their places: of a rule that changes in one card from call to call, as it does
    under an editor's hands, and of one that the process has never read."""
    raw = json.dumps(document).encode()
    edited = iter(_edits(document))
    ours = "parse, read and check, after an edit"
    contenders: dict[str, Callable[[], object]] = {
        "json.loads (not strict, no checks)": lambda: json.loads(raw),
        "parse (strict)": lambda: parse(raw),
        "parse and read": lambda: read(raw),
        ours: lambda: check(read(next(edited))),
        "the same, of a rule never seen": lambda: _at_first_sight(raw),
        "json.loads, jsonschema and networkx": peers.schema_and_graph(raw),
    }
    figures = measure(contenders, ROUNDS, REPEATS)
    return table(f"Checking {title}, {len(raw)} bytes", figures, ours)


def _at_first_sight(raw: bytes) -> object:
    forget_known()
    return check(read(raw))


def _edits(document: Any) -> list[bytes]:
    """The rule with one wait of one merge card changed, another wait or card in each; as many as are measured, so that
    none comes twice."""
    cards = [i for i, node in enumerate(document["match_v3"]["nodes"]) if node.get("businessType") == "CombineConf"]
    return [_edited(document, cards[n % len(cards)], 5 + n) for n in range(ROUNDS * REPEATS)]


def _edited(document: Any, card: int, seconds: int) -> bytes:
    changed = copy.deepcopy(document)
    changed["match_v3"]["nodes"][card]["value"]["combineConfig"]["group_interval"] = seconds
    return json.dumps(changed).encode()


def simulating(title: str, document: Any) -> str:
    """One alarm through a rule; the engine is asked for the merge card alone, and must name the same."""
    walker, decision = Walker(read_document(document)), peers.decision(document)
    _agree(walker, decision)
    ours = "walk, with its full trace"
    mine, theirs = cycle(ALARMS), cycle(ALARMS)
    contenders: dict[str, Callable[[], object]] = {
        ours: lambda: walker.walk(Alarm({"metadata": next(mine)})),
        "zen-engine, without a trace": lambda: decision.evaluate(next(theirs)),
    }
    figures = measure(contenders, rounds=7, repeats=1500)
    return table(f"Simulating {title}, one of {len(ALARMS)} alarms", figures, ours)


def _agree(walker: Walker, decision: Any) -> None:
    for metadata in ALARMS[:500]:
        leaf = walker.walk(Alarm({"metadata": metadata})).leaf
        if decision.evaluate(metadata)["result"].get("leaf") != leaf:
            raise SystemExit(f"the engines disagree on {metadata}")


def main() -> None:
    documents = {title: json.loads(file.read_bytes()) for title, file in RULES.items()}
    settle()
    for title, document in documents.items():
        print(checking(title, document), flush=True)
    for title, document in documents.items():
        print(simulating(title, document), flush=True)
    raw = json.dumps(documents["the largest rule (10 x 10)"]).encode()
    print(over_http.report(raw), flush=True)
    print(canvas.report(), flush=True)
    print(proxy.report(), flush=True)


if __name__ == "__main__":
    main()
