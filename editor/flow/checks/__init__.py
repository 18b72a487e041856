"""Every check, in the order in which their findings are told."""

from collections.abc import Iterator, Sequence
from itertools import islice

from editor.flow import limits
from editor.flow.checks import fields, meaning, size, structure
from editor.flow.checks.registry import Check, code_of
from editor.flow.finding import Finding, finding
from editor.flow.rule import Rule

CHECKS: Sequence[Check] = (
    *fields.HEAD,
    structure.start_count,
    structure.end_count,
    structure.card_missing,
    structure.node_kind,
    structure.edge_dangling,
    structure.edge_self,
    structure.edge_duplicate,
    structure.edge_value,
    structure.start_entry,
    structure.start_exit,
    structure.start_to_end,
    structure.condition_exit_missing,
    structure.condition_exit_many,
    structure.combine_exit_many,
    structure.combine_exit_target,
    structure.end_exit,
    structure.flow_cycle,
    structure.node_unreachable,
    structure.end_unreachable,
    size.size_condition_cards,
    size.size_conditions,
    size.size_entries,
    size.size_matches,
    *fields.IDS,
    *fields.CONDITIONS,
    *fields.MERGING,
    *fields.LEGACY,
    meaning.branch_unrouted,
)

__all__ = ["CHECKS", "check", "code_of"]


def check(rule: Rule) -> list[Finding]:
    """Everything that is wrong, or odd, about ``rule``; errors first, then in the order of the checks. Of one code a
    hundred are listed and the rest counted."""
    findings = [found for check in CHECKS for found in _first(check, rule)]
    ranks = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda found: ranks[found.severity])


def _first(check: Check, rule: Rule) -> Iterator[Finding]:
    found = check(rule)
    yield from islice(found, limits.FINDINGS_PER_CODE)
    count = sum(1 for _ in found)
    if count:
        yield finding("more-findings", count=count, others=code_of(check))
