"""What can be wrong with a rule: findings, and the one table of their codes.

Codes never change. The severity of a code, its sentence and its mend stand here and nowhere else; ``docs/findings.md``
explains each at length. Sentences are made in the language of the reader, see ``say``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from editor.flow.say import say

Severity = Literal["error", "warning", "info"]


class Code(NamedTuple):
    """A row of the table: how severe, what to say, what to do about it. Texts are ``str.format`` templates."""

    severity: Severity
    message: str
    hint: str


CODES: Mapping[str, Code] = {
    # Reading: the text could not become a document.
    "json-encoding": Code("error", "The text is not UTF-8: {problem}.", "Save the file as UTF-8."),
    "json-size": Code("error", "The text has {size} bytes; at most {limit} are read.", "Send a smaller document."),
    "json-syntax": Code("error", "Line {line}, column {column}: {problem}.", "Correct the JSON at that place."),
    "json-duplicate-member": Code(
        "error",
        "The member {name} stands twice in one object.",
        "Keep one of the two; which one counts is not defined.",
    ),
    "json-forbidden-member": Code("error", "The member name {name} is not allowed.", "Rename or remove the member."),
    "json-number": Code(
        "error",
        "{text} is not a number that survives JSON.",
        "Write an integer up to 9007199254740991, or a finite number.",
    ),
    "json-surrogate": Code(
        "error", "A text holds half of a character pair ({codepoint}).", "Write the whole character, or leave it out."
    ),
    "json-control-character": Code(
        "error", "A text holds the invisible character {codepoint}.", "Remove the character."
    ),
    "json-string-length": Code(
        "error", "A text has {length} characters; at most {limit} are read.", "Shorten the text."
    ),
    "json-depth": Code("error", "The document is nested deeper than {limit} levels.", "Flatten the nesting."),
    "json-values": Code("error", "The document holds more than {limit} values.", "Send a smaller document."),
    "document-type": Code(
        "error", "A rule is a JSON object; this is {found}.", "Write {{…}} with the members of a rule."
    ),
    "document-shape": Code("error", "{place} must be {wanted}; it is {found}.", "Write {wanted} there."),
    "document-nodes": Code("error", "The flow has {count} nodes; at most {limit} are read.", "Split the rule."),
    "document-edges": Code("error", "The flow has {count} edges; at most {limit} are read.", "Split the rule."),
    # Alarms: a document that should hold some.
    "alarm-shape": Code("error", "{place} is {found}, which is no alarm.", "{mend}"),
    "alarm-mixed": Code("error", "{place} {one}, but {other}.", "{mend}"),
    "alarm-type": Code("error", "{place} must be {wanted}; it is {found}.", "Write {wanted} there."),
    # The kind and the head of a rule.
    "rule-kind": Code(
        "error",
        "The rule has {found}.",
        "Give the rule a flow (match_v3), or the legacy members (detail …), and not both.",
    ),
    "name-missing": Code("error", "The rule has {found}.", "Give it a name of letters, digits and underscores."),
    "name-length": Code("error", "The name has {length} characters; at most {limit} are allowed.", "Shorten the name."),
    "name-format": Code(
        "error",
        "The name {name} may hold only letters A-Z a-z, digits and underscores, the last not at its ends{culprit}.",
        "Change the name.",
    ),
    "desc-type": Code("error", "The description must be a text.", "Write the description in quotes."),
    "desc-length": Code(
        "error", "The description has {length} characters; at most {limit} are allowed.", "Shorten the description."
    ),
    "member-unknown": Code(
        "info",
        "The member {name} is not part of a published rule.",
        "It is kept and sent as it is; make sure that it is meant.",
    ),
    # Structure of a flow.
    "start-count": Code("error", "The flow has {count} Start; it needs exactly one.", "{mend}"),
    "end-count": Code("error", "The flow has {count} End; it needs exactly one.", "{mend}"),
    "card-missing": Code("error", "The flow has no card.", "Add a condition or a merge card between Start and End."),
    "node-kind": Code(
        "error",
        "{title} is of a kind that a grouping rule does not have ({found}).",
        "Use Start, End, or a Card with businessType GroupCondition or CombineConf.",
    ),
    "edge-dangling": Code(
        "error", "The edge {edge} names a card that does not exist ({missing}).", "Remove the edge, or add the card."
    ),
    "edge-self": Code("error", "{title} leads to itself.", "Lead the branch to another card."),
    "edge-duplicate": Code(
        "error", "{source} leads to {target} twice by the same exit.", "Remove one of the two edges."
    ),
    "edge-value": Code("error", "The edge {edge} leaves {source} with the value {found}.", "{mend}"),
    "start-entry": Code("error", "An edge leads into Start.", "Remove the edge; Start is where every alarm begins."),
    "start-exit": Code("error", "Start has {count} exits; it needs exactly one.", "{mend}"),
    "start-to-end": Code("error", "Start leads straight to End: no alarm is grouped.", "Lead Start to a card."),
    "condition-exit-missing": Code(
        "error", "The {exit} branch of {title} is open.", "Lead the branch to a card or to End."
    ),
    "condition-exit-many": Code(
        "error", "The {exit} branch of {title} leads to {count} cards.", "Keep one of the edges."
    ),
    "combine-exit-many": Code("error", "{title} has {count} exits; it may have one.", "Keep one of the edges."),
    "combine-exit-target": Code(
        "error", "{title} leads to {target}; a merge card may lead only to End.", "Lead it to End, or remove the edge."
    ),
    "end-exit": Code("error", "An edge leaves End.", "Remove the edge; every way stops at End."),
    "flow-cycle": Code(
        "error", "{titles} lead in a circle: an alarm would never arrive.", "Remove one of the edges of the circle."
    ),
    "node-unreachable": Code("error", "No way leads from Start to {title}.", "Connect a branch to it, or delete it."),
    "end-unreachable": Code(
        "error", "No way leads from Start to End.", "Connect the last card, or an open branch, to End."
    ),
    # Size.
    "size-condition-cards": Code(
        "error",
        "The flow has {count} condition cards; at most {limit} are allowed.",
        "Join conditions, or split the rule.",
    ),
    "size-conditions": Code(
        "error", "{title} has {count} conditions; at most {limit} are allowed.", "Move some to another card."
    ),
    "size-entries": Code(
        "error", "detail has {count} entries; at most {limit} are allowed.", "Join entries, or split the rule."
    ),
    "size-matches": Code(
        "error", "Entry {number} has {count} matches; at most {limit} are allowed.", "Remove some of the matches."
    ),
    "size-values": Code(
        "error", "{title} compares {key} with {count} values; at most {limit} are read.", "Use a pattern, or split it."
    ),
    "size-patterns": Code(
        "error", "The rule has {count} patterns; at most {limit} are read.", "Join patterns with |, or split the rule."
    ),
    # Ids.
    "id-format": Code("error", "The id {id} is not {prefix} and eight of A-Z a-z 0-9 _ -.", "Give it such an id."),
    "id-duplicate": Code("error", "The id {id} stands {count} times in the rule.", "Give each its own id."),
    # Conditions.
    "tree-missing": Code("error", "{title} has no conditions.", "Add a condition to the card."),
    "tree-shape": Code("error", "{title}: {place} is {found}, not {wanted}.", "Write {wanted} there."),
    "group-empty": Code("error", "{title} has a group without conditions.", "Add a condition, or delete the group."),
    "group-join": Code("error", "{title} joins a group with {found}.", "Join conditions with and, or with or."),
    "key-missing": Code("error", "{title} has a condition that names no attribute.", "Choose what to compare."),
    "key-near": Code(
        "warning",
        "{title} compares the tag {found}, which looks like the attribute {attribute}.",
        "Write {attribute}, unless a tag of that name is meant.",
    ),
    "key-length": Code(
        "warning",
        "{title} compares an attribute whose name has {length} characters; the service's other rules take {limit}.",
        "Make sure of the name.",
    ),
    "operator": Code("error", "{title} compares {key} by {found}.", "Use EQUALS, REGEX or EXIST."),
    "value-missing": Code("error", "{title} compares {key} with nothing.", "Give at least one value."),
    "value-type": Code(
        "error", "{title} compares {key} with {found}, which is not a text.", "Write the value in quotes."
    ),
    "value-empty": Code(
        "warning", "{title} compares {key} with an empty text, which no alarm ever has.", "Remove the empty value."
    ),
    "value-length": Code(
        "warning",
        "{title} compares {key} with a value of {length} characters; the service's other rules take {limit}.",
        "Make sure of the value, or use a pattern.",
    ),
    "exist-value": Code("error", "{title} asks whether {key} exists, and gives a value.", "Remove the values."),
    "severity": Code("error", "{title} compares the severity with {found}.", "{mend}"),
    "scene": Code(
        "error", "{title} compares the notification scene with {found}.", "Use notify_triggered or notify_resolved."
    ),
    "regex-length": Code(
        "error", "{title} has a pattern of {length} characters; at most {limit} are allowed.", "Shorten the pattern."
    ),
    "regex-syntax": Code(
        "error",
        "{title}: the pattern {pattern} cannot be read at its character {position}: {problem}.",
        "Write it in RE2 syntax.",
    ),
    "tag-name": Code(
        "warning",
        "{title}: the tag name {found} holds {culprit}.",
        "Published tag names are Chinese characters, letters, digits and underscores; the service may refuse others.",
    ),
    "tag-value": Code(
        "warning",
        "{title}: the value {found} of the tag {key} holds {culprit}.",
        "Published tag values are Chinese characters, letters, digits and underscores; the service may refuse others.",
    ),
    # Merging.
    "merge-missing": Code("error", "{title} does not say how to merge.", "Choose what to group by, and the waits."),
    "merge-shape": Code("error", "{title}: {place} is {found}, not {wanted}.", "Write {wanted} there."),
    "group-by-both": Code(
        "error", "{title} has both group_by and ai_group_by.", "Keep the one you mean and remove the other."
    ),
    "group-by-missing": Code("error", "{title} has neither group_by nor ai_group_by.", "Choose what to group by."),
    "group-by-choice": Code("error", "{title} groups by {found}.", "Choose one of: {choices}."),
    "group-by-tag": Code(
        "error",
        "{title} groups by tags, but no condition of the rule uses a tag.",
        "Group by source, or use a tag in a condition.",
    ),
    "ai-group-by": Code("error", "{title} merges by {found}.", "Choose from event_name, alarm_info and tag."),
    "wait-missing": Code("error", "{title} has no {wait}.", "Give a whole number of seconds."),
    "wait-type": Code("error", "{title}: {wait} is {found}.", "Give a whole number of seconds, without quotes."),
    "wait-text": Code(
        "warning",
        "{title}: {wait} is {found}; the published page is of two minds whether that is a text.",
        "Give a whole number of seconds, without quotes, as its samples do.",
    ),
    "wait-range": Code(
        "error", "{title}: {wait} is {found} s; {low} to {high} s are allowed.", "Choose a time in that range."
    ),
    "notify-type": Code(
        "error", "{title}: {found} is not the name of a notification rule.", "Write its name in quotes."
    ),
    "notify-missing": Code(
        "warning",
        "{title} tells nobody: it names no notification rule.",
        "Name a notification rule, unless you mean it.",
    ),
    # Legacy rules.
    "legacy-group-by": Code(
        "warning",
        "The rule groups by {found}, which is not one of the published choices.",
        "The service takes more than its page says; make sure that this is one of them.",
    ),
    "entry-shape": Code("error", "{place} is {found}, not {wanted}.", "Write {wanted} there."),
    "entry-empty": Code("error", "Entry {number} has no match.", "Add a match, or delete the entry."),
    # Meaning.
    "branch-unrouted": Code(
        "warning",
        "Alarms on the {exit} branch of {title} reach End without a merge card: nobody is told.",
        "Lead the branch to a merge card, unless silence is meant.",
    ),
    "branches-same": Code(
        "warning",
        "Both branches of {title} lead to {target}: its conditions decide nothing.",
        "Lead one of them elsewhere, or delete the card.",
    ),
    "condition-duplicate": Code(
        "warning", "{title} has the same condition on {key} twice in one group.", "Delete one of the two."
    ),
    "condition-contradiction": Code(
        "warning",
        "{title} asks of {key} two things at once that no alarm has both of.",
        "If either will do, write one condition with several values, or join the two with or.",
    ),
    "value-duplicate": Code("warning", "{title} compares {key} with {found} twice.", "Remove one of the two."),
    "repeat-below-interval": Code(
        "warning",
        "{title} repeats after {repeat} s, less than its interval of {interval} s: it repeats at every interval.",
        "Choose a longer repeat time, or a shorter interval.",
    ),
    "repeat-zero": Code(
        "info",
        "{title} has the repeat time 0; whether that means never or at every interval is not published.",
        "Taken as never (assumption D3). Give a time if somebody must be told again.",
    ),
    # Not a fault of its own.
    "more-findings": Code(
        "info", "{count} more of {others} are not listed.", "Mend the listed ones first, then check again."
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or odd, and where: a JSON Pointer into the document, the cards and edges to light."""

    code: str
    message: str
    hint: str
    pointer: str = ""
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    def as_json(self) -> dict[str, object]:
        """The finding as the command line, the API and the canvas show it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "pointer": self.pointer,
            "nodes": list(self.nodes),
            "edges": list(self.edges),
        }


def finding(
    code: str, pointer: str = "", nodes: Sequence[str] = (), edges: Sequence[str] = (), **params: object
) -> Finding:
    """A finding with the sentences of the table filled in.

    Raises KeyError for a code that is not in the table, or a parameter that its sentences need and ``params`` lacks.
    """
    row = CODES[code]
    told = {name: shown(value) for name, value in params.items()}
    message, hint = say(row.message, **told), say(row.hint, **told)
    return Finding(code, message, hint, pointer, tuple(nodes), tuple(edges), params)


def is_valid(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way of submitting: no finding is an error."""
    return all(found.severity != "error" for found in findings)


def codepoint(character: str) -> str:
    """A character and its number, the number alone where it cannot be seen."""
    return f"{character} (U+{ord(character):04X})" if character.isprintable() else f"U+{ord(character):04X}"


def visible(text: str) -> str:
    """``text`` on one line, with the numbers of characters in place of those that cannot be seen."""
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)


def shown(value: object) -> object:
    """A value for a sentence: long or invisible text from a document is cut and made visible, so that it stays one."""
    if not isinstance(value, str):
        return value
    return visible(value if len(value) <= 200 else value[:199] + "…")
