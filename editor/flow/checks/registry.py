"""How a check is declared: a function from a rule to its findings, named like the code it finds."""

from collections.abc import Callable, Iterator

from editor.flow.finding import Finding
from editor.flow.rule import Flow, Rule

Check = Callable[[Rule], Iterator[Finding]]
FlowCheck = Callable[[Flow], Iterator[Finding]]


def code_of(check: Check) -> str:
    """The code that ``check`` finds: its own name, with hyphens."""
    return getattr(check, "__name__", "").rstrip("_").replace("_", "-")


_OF_ONE_CARD: set[Check] = set()


def of_one_card(check: Check) -> Check:
    """A check whose every finding is about one condition or merge card, names it, and rests on nothing but what is in
    it and where it stands."""
    _OF_ONE_CARD.add(check)
    return check


def is_of_one_card(check: Check) -> bool:
    return check in _OF_ONE_CARD


def of_flow(check: FlowCheck) -> Check:
    """A check that has something to say about flows only; a rule without one has none of its faults."""

    def checked(rule: Rule) -> Iterator[Finding]:
        return check(rule.flow) if rule.flow is not None else iter(())

    checked.__name__ = getattr(check, "__name__", "")
    checked.__doc__ = check.__doc__
    return checked
