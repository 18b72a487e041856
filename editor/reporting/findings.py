"""The answer of ``groupflow check``: findings, as text or JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from editor.flow import Finding, Rule, Unreadable, check, is_valid, limits, read
from editor.flow.finding import Severity, finding
from editor.flow.fixes import with_fixes
from editor.terminal import Ink, visible


class Checked(NamedTuple):
    """A file and everything that was found in it; ``rule`` is None where it cannot be read."""

    file: str
    content: bytes
    findings: Sequence[Finding]
    rule: Rule | None = None

    @property
    def is_valid(self) -> bool:
        return is_valid(self.findings)


def checked(file: str, content: bytes) -> Checked:
    """What is wrong with the rule in ``content``, also where it cannot be read at all. Of content that is too long, one
    byte more than is read will do."""
    if len(content) > limits.BODY_BYTES:
        return Checked(
            file, b"", [finding("json-size", size=f"more than {limits.BODY_BYTES}", limit=limits.BODY_BYTES)]
        )
    try:
        rule = read(content)
        return Checked(file, content, check(rule), rule)
    except Unreadable as error:
        return Checked(file, content, error.findings)


def as_text(results: Sequence[Checked], ink: Ink) -> str:
    """One line a finding, its mend below, a closing line a file and one for all of them."""
    lines = [line for result in results for line in _file_lines(result, ink)]
    if len(results) > 1:
        bad = sum(not result.is_valid for result in results)
        verdict = f"{_count(len(results), 'file')}, {bad or 'none'} with errors"
        total = _counts(found for result in results for found in result.findings)
        lines.append(ink.paint(f"{verdict}: {total}", "error" if bad else "good"))
    return "\n".join(lines) + "\n"


def _file_lines(result: Checked, ink: Ink) -> list[str]:
    name = visible(result.file)
    lines = []
    for found in result.findings:
        place = f"{name}{'#' + visible(found.pointer) if found.pointer else ''}"
        lines.append(f"{place}: {ink.paint(found.severity, found.severity)} {found.code}")
        lines.append(f"    {found.message} {ink.paint(found.hint, 'faint')}")
    return [*lines, f"{name}: {_counts(result.findings)}"]


def _counts(findings: Iterable[Finding]) -> str:
    """ "no errors, 1 warning"; notes are named where there are any."""
    counts: Counter[Severity] = Counter(found.severity for found in findings)
    notes = [_count(counts["info"], "note")] if counts["info"] else []
    return ", ".join([_count(counts["error"], "error"), _count(counts["warning"], "warning"), *notes])


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def as_json(results: Sequence[Checked]) -> str:
    """The results as one JSON object."""
    body = [{"file": each.file, "valid": each.is_valid, "findings": _told(each)} for each in results]
    return json.dumps({"results": body}, ensure_ascii=False, indent=2) + "\n"


def _told(result: Checked) -> list[dict[str, object]]:
    if result.rule is None:
        return [found.as_json() for found in result.findings]
    return with_fixes(result.rule, result.findings)
