"""What comes of a conversion: a text or a document with notes, or the reasons why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from editor.flow.checks import check
from editor.flow.checks.head import member_unknown
from editor.flow.finding import Finding, visible
from editor.flow.rule import Document, Json, Rule
from editor.flow.say import say


class Difference(NamedTuple):
    """How a rule and another form of it differ: a sentence, and the place in the rule's document (JSON Pointer)."""

    text: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.pointer})" if self.pointer else self.text


class Converted(NamedTuple):
    """A rule as text. ``notes`` name what the text says otherwise than the rule, or not at all."""

    text: str
    notes: tuple[Difference, ...] = ()


class Rewritten(NamedTuple):
    """A rule as a document of the other form. ``notes`` name what it says otherwise than the rule, or not at all."""

    document: Document
    notes: tuple[Difference, ...] = ()


class Inexpressible(Exception):
    """A rule cannot be said in a form. ``reasons`` are all that stands in the way; ``findings`` the errors of a rule
    that is refused because of them."""

    def __init__(self, reasons: Sequence[Difference], findings: Sequence[Finding] = ()) -> None:
        super().__init__("\n".join(map(str, reasons)))
        self.reasons = tuple(reasons)
        self.findings = tuple(findings)


class Differences:
    """Collects what a conversion stumbles over, so that all of it is told at once."""

    def __init__(self) -> None:
        self.reasons: list[Difference] = []
        self.notes: list[Difference] = []

    def prevent(self, text: str, pointer: str = "") -> None:
        """Something that the other form cannot say."""
        self.reasons.append(Difference(visible(text), pointer))

    def note(self, text: str, pointer: str = "") -> None:
        """Something that the other form says otherwise, without changing who is told of an alarm."""
        if (difference := Difference(visible(text), pointer)) not in self.notes:
            self.notes.append(difference)

    def note_lost(self, rule: Rule, form: str) -> None:
        """Unknown members of cards, edges and entries: the other form has no such part. Those of the rule itself and of
        comparisons are kept."""
        for lost in member_unknown(rule):
            if lost.pointer.startswith(("/match_v3/", "/detail/")) and "/match/" not in lost.pointer:
                text = say("{form} has no room for the member {name}.", form=form, name=lost.params["name"])
                self.note(text, lost.pointer)

    def guard(self) -> None:
        """Raises Inexpressible where something was found that prevents."""
        if self.reasons:
            raise Inexpressible(self.reasons)

    def rewritten(self, document: Document) -> Rewritten:
        """``document`` with what was noted."""
        return Rewritten(document, tuple(self.notes))


def refuse_errors(rule: Rule) -> None:
    """Raises Inexpressible with the findings of a rule that has errors."""
    refuse(found for found in check(rule) if found.severity == "error")


def refuse(findings: Iterable[Finding]) -> None:
    """Raises Inexpressible with ``findings``, if there are any."""
    if found := list(findings):
        raise Inexpressible([Difference(f"{each.message} {each.hint}", each.pointer) for each in found], found)


def members(value: Json) -> Mapping[str, Json]:
    """The members of an object; of anything else none."""
    return value if isinstance(value, Mapping) else {}
