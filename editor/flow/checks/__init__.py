"""Every check, in the order in which their findings are told."""

from collections.abc import Sequence
from itertools import islice
from weakref import WeakSet

from editor.flow import limits
from editor.flow.checks import conditions, head, meaning, merging, size, structure
from editor.flow.checks.registry import Check, code_of, is_of_one_card
from editor.flow.finding import Finding, finding
from editor.flow.rule import Node, Rule
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
_OF_MORE: Sequence[Check] = [check for check in CHECKS if not is_of_one_card(check)]
#: Cards that no check of one card has anything against. Reading shares cards between rules that say the same there, so
#: that of an edited rule the changed card alone is looked at again.
_SOUND: WeakSet[Node] = WeakSet()

__all__ = ["CHECKS", "check", "code_of"]


def check(rule: Rule) -> list[Finding]:
    """Everything that is wrong, or odd, about ``rule``; errors first, then in the order of the checks. Of one code a
    hundred are listed and the rest counted, up to a thousand."""
    findings: list[Finding] = []
    cards = _doubtful(rule)
    doubtful = rule.narrowed(cards)
    told: set[str] = set()
    is_whole = True
    for check in _checks(rule, cards):
        found = list(islice(check(doubtful if is_of_one_card(check) else rule), limits.FINDINGS_COUNTED))
        if not found:
            continue
        findings += _first(found, code_of(check))
        if is_of_one_card(check):
            is_whole &= len(found) < limits.FINDINGS_COUNTED
            told.update(node_id for each in found for node_id in each.nodes)
    if is_whole:
        _SOUND.update([card for card in cards if card.id not in told])
    ranks = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda found: ranks[found.severity])


def _doubtful(rule: Rule) -> list[Node]:
    """The cards of ``rule`` that are not known to be sound."""
    nodes = rule.flow.nodes if rule.flow is not None else ()
    return [node for node in nodes if node.kind in ("condition", "combine") and node not in _SOUND]


def _checks(rule: Rule, cards: list[Node]) -> Sequence[Check]:
    """The checks that may have something to say when ``cards`` are the doubtful ones."""
    return CHECKS if cards or rule.entries is not None else _OF_MORE


def _first(found: list[Finding], code: str) -> list[Finding]:
    rest = len(found) - limits.FINDINGS_PER_CODE
    if rest <= 0:
        return found
    is_whole = len(found) < limits.FINDINGS_COUNTED
    count = rest if is_whole else say("at least {count}", count=rest)
    return [*found[: limits.FINDINGS_PER_CODE], finding("more-findings", count=count, others=code, rest=rest)]
