"""Is the rule within the published ten by ten."""

from collections.abc import Iterator

from editor.flow import limits
from editor.flow.checks.registry import of_condition_card, of_entries, of_flow, of_wiring
from editor.flow.finding import Finding, finding
from editor.flow.rule import Flow, Rule


@of_wiring
@of_flow
def size_condition_cards(flow: Flow) -> Iterator[Finding]:
    """At most ten condition cards."""
    cards = flow.of_kind("condition")
    if len(cards) > limits.CONDITION_CARDS:
        over = [card.id for card in cards[limits.CONDITION_CARDS :]]
        place = cards[limits.CONDITION_CARDS].pointer
        yield finding("size-condition-cards", place, over, count=len(cards), limit=limits.CONDITION_CARDS)


@of_condition_card
@of_flow
def size_conditions(flow: Flow) -> Iterator[Finding]:
    """At most ten conditions in a card, whatever their nesting."""
    for node in flow.of_kind("condition"):
        count = len(node.leaves)
        if count > limits.CONDITIONS_PER_CARD:
            title = flow.titles[node.id]
            place = f"{node.pointer}/value"
            yield finding(
                "size-conditions", place, [node.id], title=title, count=count, limit=limits.CONDITIONS_PER_CARD
            )


@of_entries
def size_entries(rule: Rule) -> Iterator[Finding]:
    """At most ten entries in a legacy rule."""
    entries = rule.entries or ()
    if len(entries) > limits.DETAIL_ENTRIES:
        yield finding("size-entries", "/detail", count=len(entries), limit=limits.DETAIL_ENTRIES)


@of_entries
def size_matches(rule: Rule) -> Iterator[Finding]:
    """At most ten matches in an entry of a legacy rule."""
    for number, entry in enumerate(rule.entries or (), 1):
        count = len(entry.matches)
        if count > limits.MATCHES_PER_ENTRY:
            yield finding("size-matches", entry.pointer, number=number, count=count, limit=limits.MATCHES_PER_ENTRY)


SIZE = (size_condition_cards, size_conditions, size_entries, size_matches)
