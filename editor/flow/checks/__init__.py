"""Every check, in the order in which their findings are told."""

from collections.abc import Sequence

from editor.flow import limits
from editor.flow.checks import conditions, head, meaning, merging, size, structure
from editor.flow.checks.registry import Check, code_of
from editor.flow.finding import Finding, finding
from editor.flow.rule import Rule

CHECKS: Sequence[Check] = (
    *head.HEAD,
    *structure.STRUCTURE,
    *size.SIZE,
    *head.IDS,
    *conditions.CONDITIONS,
    *merging.MERGING,
    *merging.LEGACY,
    *meaning.MEANING,
)

__all__ = ["CHECKS", "check", "code_of"]


def check(rule: Rule) -> list[Finding]:
    """Everything that is wrong, or odd, about ``rule``; errors first, then in the order of the checks. Of one code a
    hundred are listed and the rest counted."""
    findings: list[Finding] = []
    for check in CHECKS:
        found = list(check(rule))
        if found:
            findings += _first(found, code_of(check))
    ranks = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda found: ranks[found.severity])


def _first(found: list[Finding], code: str) -> list[Finding]:
    rest = len(found) - limits.FINDINGS_PER_CODE
    if rest <= 0:
        return found
    return [*found[: limits.FINDINGS_PER_CODE], finding("more-findings", count=rest, others=code)]
