"""What the checks said before of a card, or of how the cards of a flow are joined: told again where it is as it was.

Reading shares cards, and wirings, between rules that say the same there. So of an edited rule the changed card alone is
looked at again.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from editor.flow import limits
from editor.flow.checks.registry import Check, Found, run, scope_of
from editor.flow.finding import Finding
from editor.flow.rule import Node, Rule
from editor.flow.say import language
from editor.flow.wiring import Wiring

#: More findings than these are not remembered of one card, or wiring.
MOST: Final = 200

Findings = Sequence[tuple[Check, Finding]]


class Told(NamedTuple):
    """What was said of a card to readers of ``language``, who called it the ``number``-th of its kind."""

    language: object
    number: int
    findings: Findings


class Known:
    """Runs ``checks``, over rules that are a flow and nothing else, where it is not known what they would say."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._of_rule = [check for check in checks if scope_of(check) is None]
        self._of_wiring = [check for check in checks if scope_of(check) == "wiring"]
        self._of_condition = [check for check in checks if scope_of(check) == "condition"]
        self._of_merge = [check for check in checks if scope_of(check) == "combine"]
        self._cards: WeakKeyDictionary[Node, Told] = WeakKeyDictionary()
        self._wirings: WeakKeyDictionary[Wiring, tuple[object, Found]] = WeakKeyDictionary()

    def findings(self, rule: Rule) -> Found:
        """What every check has to say of ``rule``."""
        return {**run(self._of_rule, rule), **self._wiring(rule), **self._all_cards(rule)}

    def _wiring(self, rule: Rule) -> Found:
        assert rule.flow is not None
        known = self._wirings.get(rule.flow.wiring)
        if known is not None and (not known[1] or known[0] == language()):
            return known[1]
        found = run(self._of_wiring, rule)
        if sum(map(len, found.values())) <= MOST:
            self._wirings[rule.flow.wiring] = language(), found
        return found

    def _all_cards(self, rule: Rule) -> Found:
        assert rule.flow is not None
        cards = [node for node in rule.flow.nodes if node.kind in ("condition", "combine")]
        told = [self._told(rule, card) for card in cards]
        new = [card for card, known in zip(cards, told, strict=True) if known is None]
        fresh = self._look(rule, new) if new else {}
        if fresh is None:
            return self._run(rule, cards)
        found: Found = {}
        for card, known in zip(cards, told, strict=True):
            for check, each in fresh[card.id] if known is None else known:
                found.setdefault(check, []).append(each)
        return found

    def _told(self, rule: Rule, card: Node) -> Findings | None:
        """What is known to be said of ``card``; None where nobody knows."""
        known = self._cards.get(card)
        if known is None or not known.findings:
            return () if known else None
        assert rule.flow is not None
        is_as_told = known.language == language() and known.number == rule.flow.wiring.numbers[card.id]
        return known.findings if is_as_told else None

    def _look(self, rule: Rule, cards: Sequence[Node]) -> dict[str, list[tuple[Check, Finding]]] | None:
        """What is said of ``cards``, by their ids, and kept in mind; None where that cannot be told apart, or is too
        much to keep."""
        by_card: defaultdict[str, list[tuple[Check, Finding]]] = defaultdict(list)
        said = self._run(rule, cards)
        if any(len(findings) >= limits.FINDINGS_COUNTED for findings in said.values()):
            return None  # what is behind them was not looked at
        for check, findings in said.items():
            for found in findings:
                by_card[found.nodes[0]].append((check, found))
        assert rule.flow is not None
        if len(rule.flow.by_id) < len(rule.flow.nodes) or any(len(found) > MOST for found in by_card.values()):
            return None
        for card in cards:
            number = rule.flow.wiring.numbers[card.id] if by_card[card.id] else 0
            self._cards[card] = Told(language(), number, by_card[card.id])
        return by_card

    def _run(self, rule: Rule, cards: Sequence[Node]) -> Found:
        conditions = [card for card in cards if card.kind == "condition"]
        merges = [card for card in cards if card.kind == "combine"]
        of_conditions = run(self._of_condition, rule.narrowed(conditions)) if conditions else {}
        return {**of_conditions, **(run(self._of_merge, rule.narrowed(merges)) if merges else {})}
