"""Every check, in the order in which their findings are told."""

from collections.abc import Sequence

from editor.flow import limits
from editor.flow.checks import conditions, head, meaning, merging, size, structure
from editor.flow.checks.known import Known
from editor.flow.checks.registry import Check, code_of, run
from editor.flow.finding import Finding, finding
from editor.flow.rule import Rule
from editor.flow.say import say

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
_KNOWN = Known(CHECKS)
_RANKS = {"error": 0, "warning": 1, "info": 2}

__all__ = ["CHECKS", "check", "code_of"]


def check(rule: Rule) -> list[Finding]:
    """Everything that is wrong, or odd, about ``rule``; errors first, then in the order of the checks. Of one code a
    hundred are listed and the rest counted, up to a thousand."""
    is_pure_flow = rule.flow is not None and rule.entries is None
    found = _KNOWN.findings(rule) if is_pure_flow else run(CHECKS, rule)
    if not found:
        return []
    told = [each for check in CHECKS if check in found for each in _first(found[check], code_of(check))]
    return sorted(told, key=lambda each: _RANKS[each.severity])


def _first(found: list[Finding], code: str) -> list[Finding]:
    rest = len(found) - limits.FINDINGS_PER_CODE
    if rest <= 0:
        return found
    is_whole = len(found) < limits.FINDINGS_COUNTED
    count = rest if is_whole else say("at least {count}", count=rest)
    return [*found[: limits.FINDINGS_PER_CODE], finding("more-findings", count=count, others=code, rest=rest)]
