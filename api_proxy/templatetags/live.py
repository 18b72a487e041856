"""What the pages of rules show of the clouds: these pages are the editor's, which knows none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django import template
from django.urls import reverse

from api_proxy.standing import NEVER, UNSEEN, Standing, State, drifts_of, standings_by_rule, standings_of
from editor.models import Rule

register = template.Library()

#: What matters most comes first: of several connections a list shows one.
ORDER: Final = (State.CHANGED, State.TAKEN, State.MISSING, State.FOREIGN, UNSEEN, State.EQUAL, NEVER)


@dataclass(frozen=True)
class Mark:
    """How a rule stands over all connections: by the one that matters most, and in a sentence for each."""

    most: Standing
    others: int
    title: str


@register.simple_tag
def live_marks() -> Mapping[UUID, Mark]:
    """How the rules stand that live somewhere, by their ids."""
    return {rule: mark for rule, found in standings_by_rule().items() if (mark := _mark(found))}


@register.filter
def of(marks: Mapping[UUID, Mark], rule_id: UUID) -> Mark | None:
    """The mark of one rule; None where nobody looked for it."""
    return marks.get(rule_id)


@register.simple_tag
def live_standings(rule: Rule) -> list[Standing]:
    """How a rule stands over each connection."""
    return standings_of(rule)


@register.simple_tag
def live_drift(rule: Rule) -> list[dict[str, str]]:
    """Where a rule has drifted, for the bar of the canvas: the label, a sentence, and where the two are compared."""
    return [
        {
            "label": one.label,
            "detail": f"{one.connection.name}: {one.detail}",
            "path": reverse("live-rule", args=[one.connection.id, one.name]),
        }
        for one in drifts_of(rule)
    ]


def _mark(found: list[Standing]) -> Mark | None:
    ranked = sorted(found, key=lambda one: ORDER.index(one.state))
    if not ranked:
        return None
    lines = [f"{one.connection.name}: {one.detail}" for one in ranked]
    return Mark(ranked[0], len(ranked) - 1, "\n".join(lines))
