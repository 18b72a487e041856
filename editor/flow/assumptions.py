"""What nothing published says about how the service works: the one table of what we assume instead.

Each assumption can be switched, since the live service may prove it wrong. An answer names the assumptions it rests on.
"""

from collections.abc import Mapping
from typing import NamedTuple

from editor.flow.say import listed, say


class Assumption(NamedTuple):
    """An open question and the answers that can be assumed, by a word each; the first is what we assume."""

    question: str
    choices: Mapping[str, str]

    @property
    def default(self) -> str:
        return next(iter(self.choices))


ASSUMPTIONS: Mapping[str, Assumption] = {
    "D1": Assumption(
        "When does the interval of a group begin?",
        {"metronome": "with the group, whatever happens in it", "change": "anew with each change"},
    ),
    "D2": Assumption(
        "What does repeating need?",
        {"time": "only that the time has passed", "report": "that the alarm was reported again"},
    ),
    "D3": Assumption(
        "What does a repeat time of 0 mean?",
        {"never": "a group is never told again", "interval": "it is told again at every interval"},
    ),
    "D4": Assumption(
        "When does a repeat of exactly k intervals come?",
        {"range": "after k or k + 1 of them", "exact": "after k", "next": "after k + 1"},
    ),
    "D5": Assumption(
        "What becomes of an alarm that is cleared inside the first wait?",
        {"dropped": "nobody is told of it", "sent": "it is told when the wait is over"},
    ),
    "D6": Assumption(
        "What becomes of a group that has emptied?",
        {"afresh": "the next alarm begins a new one, with its first wait", "lingers": "it lives on for an interval"},
    ),
    "D7": Assumption(
        "What does a pattern have to match?",
        {"search": "any part of the value", "whole": "the whole value"},
    ),
    "D8": Assumption(
        "What do two conditions on one attribute mean, side by side under and?",
        {"contradiction": "both must hold", "union": "one of them must hold"},
    ),
    "D9": Assumption(
        "What do several values of one condition mean?",
        {"any": "any of them will do", "all": "every one must match"},
    ),
    "D10": Assumption(
        "Is the severity Warning of the console the Info of the API?",
        {"apart": "no: only Info is Info", "same": "yes: the two words are one severity"},
    ),
    "D11": Assumption(
        "An alarm is cleared, or changes its severity, and then takes another branch: does its old group learn of it?",
        {"orphaned": "no: the old group is left without news", "told": "yes"},
    ),
    "D12": Assumption(
        "Do two merge cards that group by the same members share groups?",
        {"apart": "no: the card is part of the group key", "shared": "yes"},
    ),
    "D13": Assumption(
        "Who is told of an alarm that reaches no merge card?",
        {"nobody": "nobody", "unknown": "this cannot be said"},
    ),
    "D14": Assumption(
        "Which entry of a legacy rule takes an alarm that meets several?",
        {"first": "the first of them", "all": "all of them"},
    ),
}


class Dialect:
    """One choice for every assumption: ours, but for those in ``chosen``.

    Raises ValueError for an assumption, or a choice, that there is not; its text says what there is.
    """

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        self._chosen = {name: row.default for name, row in ASSUMPTIONS.items()} | dict(chosen or {})
        for name, choice in self._chosen.items():
            if name not in ASSUMPTIONS:
                known = listed(ASSUMPTIONS)
                raise ValueError(say("there is no assumption {name}; there are {known}", name=name, known=known))
            if choice not in ASSUMPTIONS[name].choices:
                known = f" {say('or')} ".join(ASSUMPTIONS[name].choices)
                raise ValueError(say("{name} is {known}, not {found}", name=name, known=known, found=choice))

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]

    def other(self, name: str) -> "Dialect":
        """This dialect with another choice for one assumption."""
        choice = next(choice for choice in ASSUMPTIONS[name].choices if choice != self[name])
        return Dialect(self._chosen | {name: choice})


DEFAULT = Dialect()
