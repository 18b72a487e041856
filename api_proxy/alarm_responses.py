"""What is prepared for an alarm as COC shows it: the responses of the cards that would group it, filled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api_proxy.models import Connection, Submission
from api_proxy.transport import plain
from editor.flow import Walk, Walker, read_document
from editor.flow.alarm import Alarm
from editor.flow.convert.chain import titles_of
from editor.flow.rule import Document
from editor.models import Version
from editor.responses import Filled, resolve

#: So many rules of a connection are asked, by name; over there a project takes no more.
MOST_RULES: Final = 100
#: COC's words for what AOM calls a severity; chosen, since nothing published joins the two.
SEVERITIES: Final[Mapping[str, str]] = {"urgent": "Critical", "major": "Major", "minor": "Minor", "warn": "Info"}


@dataclass(frozen=True)
class Candidate:
    """A response that may fit. ``fits``: the rule would group the alarm at this card; ``unknown`` are attributes which
    the rule asked for on the way and COC does not tell, so that the alarm may really go elsewhere."""

    version: Version
    card: str
    card_title: str
    fits: bool
    unknown: tuple[str, ...]
    filled: Filled

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": str(self.version.rule_id),
            "rule_name": self.version.rule.name,
            "version": self.version.number,
            "card": self.card,
            "card_title": self.card_title,
            "fits": self.fits,
            "unknown": list(self.unknown),
            "response": self.filled.as_json(),
        }


@dataclass(frozen=True)
class Wanted:
    """Which responses are asked for by name; what is empty may be any."""

    rule: str = ""
    card: str = ""
    response: str = ""

    def takes(self, card: str, leaf: str | None) -> bool:
        """A card that is named counts wherever the alarm goes; else only the one that groups it."""
        return card == (self.card or leaf)


def attributes_of(found: Mapping[str, Any]) -> dict[str, str]:
    """The attributes of an alarm as COC shows it: its own members by their names, and what a rule of AOM reads."""
    texts = {name: plain(str(value)) for name, value in found.items() if isinstance(value, str | int) and value != ""}
    texts["alarm_id"] = texts.pop("id", "")
    texts["event_name"] = texts.get("name", "")
    texts["event_severity"] = SEVERITIES.get(texts.get("importance", ""), "")
    return {name: text for name, text in texts.items() if text}


def rules_over(connection: Connection, wanted: Wanted) -> list[Version]:
    """The newest versions with prepared responses, of rules that were submitted over ``connection``; of the one rule
    that is ``wanted``, wherever it lives."""
    rows = Version.objects.newest().exclude(responses="{}")
    if wanted.rule:
        return list(rows.filter(rule_id=wanted.rule))
    there = Submission.objects.filter(connection=connection, dry_run=False, state=Submission.State.SUCCEEDED)
    return list(rows.filter(rule_id__in=there.values("rule_id"))[:MOST_RULES])


def candidates(versions: Iterable[Version], alarm: Alarm, wanted: Wanted) -> list[Candidate]:
    """The responses of ``versions`` that ``wanted`` takes, those first of which most is known."""
    found = [each for version in versions for each in _of(version, alarm, wanted)]
    return sorted(found, key=lambda each: (not each.fits, len(each.unknown), len(each.filled.missing)))


def _of(version: Version, alarm: Alarm, wanted: Wanted) -> Iterator[Candidate]:
    rule = read_document(version.content)
    walk = Walker(rule).walk(alarm)
    titles = titles_of(rule)
    unknown = _unknown(walk)
    for card, responses in version.prepared.items():
        for response in responses if wanted.takes(card, walk.leaf) else ():
            if _is(response, wanted):
                fits = card == walk.leaf
                yield Candidate(version, card, titles.get(card, card), fits, unknown, resolve(response, alarm))


def _is(response: Document, wanted: Wanted) -> bool:
    return not wanted.response or response["id"] == wanted.response


def _unknown(walk: Walk) -> tuple[str, ...]:
    asked = (verdict for step in walk.steps for verdict in step.verdicts if verdict.actual is None)
    return tuple(dict.fromkeys(verdict.leaf.key for verdict in asked))
