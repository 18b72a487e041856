"""The answer of ``groupflow test``: which cases passed, and what the others missed, as text, JSON or JUnit."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from editor.flow import Json
from editor.reporting.walks import titles_of
from editor.suites import Miss, Outcome, Suite
from editor.terminal import PLAIN, Ink, visible


class Tested(NamedTuple):
    """A suite and the outcomes of its cases."""

    suite: Suite
    outcomes: Sequence[Outcome]

    @property
    def failed(self) -> int:
        return sum(bool(outcome.misses) for outcome in self.outcomes)


def as_text(results: Sequence[Tested], ink: Ink) -> str:
    """A line a case, below a failed one what was expected and the way of the alarm; a closing line for all."""
    lines = [line for result in results for line in _suite_lines(result, ink)]
    failed, total = _failed(results), sum(len(result.outcomes) for result in results)
    verdict = f"{total} {'case' if total == 1 else 'cases'}, {failed or 'none'} failed"
    return "\n".join([*lines, ink.paint(verdict, "error" if failed else "good")]) + "\n"


def _failed(results: Sequence[Tested]) -> int:
    return sum(result.failed for result in results)


def _suite_lines(result: Tested, ink: Ink) -> Iterator[str]:
    yield ink.paint(visible(f"{result.suite.file} ({result.suite.rule_file})"), "strong")
    for outcome in result.outcomes:
        yield f"  {ink.mark(not outcome.misses)} {visible(outcome.case.name)}"
        yield from (f"      {line}" for line in miss_lines(result.suite, outcome, ink))


def miss_lines(suite: Suite, outcome: Outcome, ink: Ink = PLAIN) -> list[str]:
    """What a failed case missed, and the way that its alarm took; nothing of one that passed."""
    if not outcome.misses:
        return []
    titles = titles_of(suite.rule)
    way = f" {ink.arrow} ".join(
        f"{titles.get(step.node, 'Card')}{'' if step.result is None else f' {json.dumps(step.result)}'}"
        for step in outcome.walk.steps
    )
    return [visible(line) for line in [*(_sentence(miss) for miss in outcome.misses), f"the way: {way or 'none'}"]]


def _sentence(miss: Miss) -> str:
    if miss.what == "complete":
        return "the way of the alarm breaks off, so nothing can be said of it"
    return f"{miss.what}: expected {_shown(miss.expected)}, came to {_shown(miss.actual)}"


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_json(results: Sequence[Tested]) -> str:
    """The results as one JSON object."""
    failed, total = _failed(results), sum(len(result.outcomes) for result in results)
    body = {
        "passed": total - failed,
        "failed": failed,
        "results": [
            {
                "suite": result.suite.file,
                "rule": result.suite.rule_file,
                "cases": [_case(outcome) for outcome in result.outcomes],
            }
            for result in results
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _case(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.case.name,
        "passed": not outcome.misses,
        "misses": [miss._asdict() for miss in outcome.misses],
        **outcome.walk.as_json(),
    }


def as_junit(results: Sequence[Tested]) -> str:
    """The results as JUnit XML, in the form that build servers read."""
    from xml.etree import ElementTree as xml

    root = xml.Element("testsuites", _totals(sum(len(r.outcomes) for r in results), _failed(results)))
    for suite, outcomes in results:
        failed = sum(bool(outcome.misses) for outcome in outcomes)
        name = _in_xml(suite.file)
        group = xml.SubElement(root, "testsuite", {"name": name, **_totals(len(outcomes), failed)})
        for outcome in outcomes:
            case = xml.SubElement(group, "testcase", {"classname": name, "name": _in_xml(outcome.case.name)})
            if lines := [_in_xml(line) for line in miss_lines(suite, outcome)]:
                failure = xml.SubElement(case, "failure", {"message": lines[0], "type": outcome.misses[0].what})
                failure.text = "\n".join(lines)
    xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml.tostring(root, encoding="unicode")}\n'


def _totals(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0"}


def _in_xml(text: str) -> str:
    """Text that XML can hold: file names may have halves of characters in them."""
    return visible(text).encode("utf-8", "backslashreplace").decode()
