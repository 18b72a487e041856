"""The answer of ``groupflow simulate``: where an alarm went, as a line of JSON or a block of text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from editor.flow import ASSUMPTIONS, Alarm, Dialect, Rule, Step, Walk
from editor.flow.condition import Verdict
from editor.flow.words import is_tag, leaf_words
from editor.terminal import Ink, visible


def as_json(walk: Walk) -> str:
    """One line."""
    return json.dumps(walk.as_json(), ensure_ascii=False) + "\n"


class WalkText:
    """Walks through one rule as blocks of text, one an alarm."""

    def __init__(self, rule: Rule, dialect: Dialect, ink: Ink) -> None:
        self.titles = titles_of(rule)
        self.dialect = dialect
        self.ink = ink

    def block(self, number: int, alarm: Alarm, walk: Walk) -> str:
        """What became of ``alarm``, the ``number``-th: where it is grouped, who is told, and why."""
        ink = self.ink
        lines = [
            ink.paint(f"alarm {number}{_called(alarm)}", "strong"),
            f"  goes to  {self.destination(walk)}",
            f"  told     {_told(walk)}",
            f"  group    {_group_key(walk)}",
            *(line for step in walk.steps for line in self.step_lines(step)),
            *(self.assumption_line(name) for name in walk.assumptions),
        ]
        return "\n".join(lines) + "\n"

    def destination(self, walk: Walk) -> str:
        if not walk.complete:
            last = f" after {self.title(walk.steps[-1].node)}" if walk.steps else ""
            return self.ink.paint(f"nobody can say: the way breaks off{last}", "error")
        if walk.leaf is None:
            return self.ink.paint("no group: nothing takes it", "warning")
        return self.title(walk.leaf)

    def title(self, node_id: str) -> str:
        return visible(f"{self.titles.get(node_id, 'Card')} ({node_id})")

    def step_lines(self, step: Step) -> Iterator[str]:
        if not step.verdicts and step.result is None:
            return
        yield f"  {self.ink.mark(step.result)} {self.title(step.node)}"
        for each in step.verdicts:
            yield f"      {self.ink.mark(each.result)} {_sentence(each)} {self.ink.paint(_actual(each), 'faint')}"

    def assumption_line(self, name: str) -> str:
        row = ASSUMPTIONS[name]
        choice = self.dialect[name]
        return f"  rests on {name}: {row.question} Taken as {choice}: {row.choices[choice]}."


def titles_of(rule: Rule) -> Mapping[str, str]:
    """What people call the cards of a flow, or the entries of a legacy rule, by their ids in a walk."""
    if rule.flow is not None:
        return rule.flow.titles
    return {entry.pointer: f"Entry {number}" for number, entry in enumerate(rule.entries or (), 1)}


@dataclass
class Tally:
    """What became of the alarms so far."""

    grouped: int = 0
    unrouted: int = 0
    lost: int = 0

    @property
    def total(self) -> int:
        return self.grouped + self.unrouted + self.lost

    def add(self, walk: Walk) -> None:
        if not walk.complete:
            self.lost += 1
        elif walk.leaf is None:
            self.unrouted += 1
        else:
            self.grouped += 1

    def as_text(self) -> str:
        """The closing line."""
        alarms = f"{self.total} alarm{'' if self.total == 1 else 's'}"
        lost = f", {self.lost} with no end to the way" if self.lost else ""
        return f"{alarms}: {self.grouped} grouped, {self.unrouted} unrouted{lost}\n"


def _called(alarm: Alarm) -> str:
    names = [alarm.attributes.get(key) for key in ("event_name", "alertname", "event_severity")]
    return visible(": " + ", ".join(name for name in names if name)) if any(names) else ""


def _told(walk: Walk) -> str:
    if walk.notify is None:
        return "this cannot be said"
    return visible(", ".join(walk.notify)) or "nobody"


def _group_key(walk: Walk) -> str:
    if walk.group_key is None:
        return "none"
    said = ", ".join(f"{name} {value or '(absent)'}" for name, value in walk.group_key if name != "card")
    return visible(said or "all alarms that come here") + (" (an estimate)" if walk.estimate else "")


def _sentence(verdict: Verdict) -> str:
    words = leaf_words(verdict.leaf)
    subject = f"tag {words.subject}" if is_tag(verdict.leaf) else words.subject
    return visible(" ".join(part for part in (subject, words.verb, " or ".join(words.values)) if part))


def _actual(verdict: Verdict) -> str:
    return "(absent)" if verdict.actual is None else visible(f"(here {verdict.actual})")
