"""How a check is declared: a function from a rule to its findings, named like the code it finds."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Literal, TypeAlias

from editor.flow import limits
from editor.flow.finding import Finding
from editor.flow.rule import Flow, Rule

Check = Callable[[Rule], Iterator[Finding]]
FlowCheck = Callable[[Flow], Iterator[Finding]]


def code_of(check: Check) -> str:
    """The code that ``check`` finds: its own name, with hyphens."""
    return getattr(check, "__name__", "").rstrip("_").replace("_", "-")


#: What a check looks at, and nothing else: "condition" or "combine" cards one by one, the "wiring" of a flow, or the
#: "entries" of a legacy rule.
Scope: TypeAlias = Literal["condition", "combine", "wiring", "entries"]
_SCOPES: dict[Check, Scope] = {}


def of_condition_card(check: Check) -> Check:
    """A check whose every finding is about one condition card, names it, and rests on nothing but what is in it, where
    it stands in the document and what it is called."""
    _SCOPES[check] = "condition"
    return check


def of_merge_card(check: Check) -> Check:
    """The same of merge cards."""
    _SCOPES[check] = "combine"
    return check


def of_wiring(check: Check) -> Check:
    """A check that rests on nothing but how the cards of a flow are joined."""
    _SCOPES[check] = "wiring"
    return check


def of_entries(check: Check) -> Check:
    """A check that has nothing to say of a rule that is not of the legacy form."""
    _SCOPES[check] = "entries"
    return check


def scope_of(check: Check) -> Scope | None:
    """What ``check`` was declared to look at; None for the whole rule."""
    return _SCOPES.get(check)


def of_flow(check: FlowCheck) -> Check:
    """A check that has something to say about flows only; a rule without one has none of its faults."""

    def checked(rule: Rule) -> Iterator[Finding]:
        return check(rule.flow) if rule.flow is not None else iter(())

    checked.__name__ = getattr(check, "__name__", "")
    checked.__doc__ = check.__doc__
    return checked


#: What several checks found, by check; none that found nothing.
Found: TypeAlias = dict[Check, list[Finding]]


def run(checks: Sequence[Check], rule: Rule) -> Found:
    """What ``checks`` have to say of ``rule``: of each as many findings as are counted."""
    found: Found = {}
    for check in checks:
        if said := list(islice(check(rule), limits.FINDINGS_COUNTED)):
            found[check] = said
    return found
