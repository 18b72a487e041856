"""Prepared responses: for a merge card, what whoever handles one of its alarms would run, as a form to be filled.

They live beside a rule's document and are never part of what is submitted. A text may hold placeholders, ``${name}``,
which stand for attributes of the alarm; ``$${`` is a plain ``${``. What is filled in is never read again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from config.redaction import is_secret_name
from editor.flow.alarm import Alarm
from editor.flow.limits import KEY_LENGTH
from editor.flow.reading import kind_of_value, pointer
from editor.flow.rule import Document, Json
from editor.flow.say import Said, mark, say

Responses = Mapping[str, Sequence[Document]]

#: Limits of ours; the browser reads the same figures from ``static/src/model/responses.json``.
PER_CARD: Final = 10
PER_RULE: Final = 50
PARAMETERS: Final = 100
RESOURCES: Final = 100
TITLE_LENGTH: Final = 100
NAME_LENGTH: Final = 100
REGION_LENGTH: Final = 64
#: Limits of COC's.
TASK_ID_LENGTH: Final = (3, 100)
TASK_NAME_LENGTH: Final = 255
USER_LENGTH: Final = 32
FILLED_LENGTH: Final = 4096
TIMEOUT: Final = (5, 1800)
SUCCESS_RATE: Final = (1, 100)
TASK_TYPES: Final = ("PLAN", "SCRIPT", "RUNBOOK")
SOURCES: Final = ("CUSTOMIZATION", "COMMUNAL")
#: By what a machine is found.
TARGET_ATTRIBUTES: Final = ("resource_id", "resource_name", "ip")

_ID: Final = re.compile(r"[A-Za-z0-9_-]{8}")
_MARK: Final = re.compile(rf"\$\$\{{|\$\{{([^{{}}]{{1,{KEY_LENGTH}}})\}}|\$\{{")
_BROKEN = mark(
    "${{ at character {place} begins a placeholder that is none: write ${{attribute}}, or $${{ for the signs."
)
_SECRET = mark(
    "Everybody who may read the rule would read the value of {name}: leave it empty. It is asked for when the alarm is"
    " handled."
)


class Fault(NamedTuple):
    """What is wrong and where."""

    pointer: str
    detail: Said


class Misprepared(Exception):
    """Responses that cannot be kept; ``faults`` say why and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(fault.detail for fault in faults[:5]))
        self.faults = list(faults)


class Missing(NamedTuple):
    """An attribute that a response asks for and the alarm does not have, or has too long a value of."""

    pointer: str
    attribute: str
    detail: Said

    def as_json(self) -> dict[str, str]:
        return {"pointer": self.pointer, "attribute": self.attribute, "detail": self.detail}


class Filled(NamedTuple):
    """A response with the alarm's values in it; ``form`` is None where ``missing`` says what the alarm lacks."""

    response: Document
    form: Document | None
    missing: tuple[Missing, ...]

    def as_json(self) -> dict[str, object]:
        """``{"id", "title", "form", "missing"}``."""
        missing = [one.as_json() for one in self.missing]
        return {"id": self.response["id"], "title": self.response["title"], "form": self.form, "missing": missing}


def escaped(text: str) -> str:
    """``text`` written so that ``fill`` gives it back as it is.

    >>> escaped("cost: ${5}")
    'cost: $${5}'
    """
    return text.replace("${", "$${")


def placeholders(text: str) -> list[str]:
    """The attributes that ``text`` asks for, each once, in order. Raises ValueError where a ``${`` begins none."""
    found: dict[str, None] = {}
    for hit in _MARK.finditer(text):
        if hit[0] == "${":
            raise ValueError(say(_BROKEN, place=hit.start() + 1))
        if hit[1] is not None:
            found[hit[1]] = None
    return list(found)


def fill(text: str, attributes: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled. Raises KeyError for an attribute that there is not.

    >>> fill("${host}, $${host}", {"host": "a"})
    'a, ${host}'
    """
    return _MARK.sub(lambda hit: attributes[hit[1]] if hit[1] is not None else "${", text)


def resolve(response: Document, alarm: Alarm) -> Filled:
    """A response, read before, with the values of ``alarm``; what the alarm cannot fill is ``missing``."""
    texts = {("parameters", name): text for name, text in _mapping(response["parameters"]).items()}
    targets = _mapping(response["targets"])
    if targets["by"] == "attribute":
        texts["targets", "placeholder"] = targets["placeholder"]
    missing = [one for place, text in texts.items() for one in _missing(place, str(text), alarm.attributes)]
    missing = missing or [one for place, text in texts.items() for one in _overlong(place, str(text), alarm.attributes)]
    if missing:
        return Filled(response, None, tuple(missing))
    filled = {place: fill(str(text), alarm.attributes) for place, text in texts.items()}
    parameters = {place[1]: text for place, text in filled.items() if place[0] == "parameters"}
    value = {"value": filled["targets", "placeholder"]} if targets["by"] == "attribute" else {}
    return Filled(response, {**response, "parameters": parameters, "targets": {**targets, **value}}, ())


_KINDS: Final[Mapping[str, str]] = {"PLAN": mark("plan"), "SCRIPT": mark("script"), "RUNBOOK": mark("job")}


def response_words(response: Document) -> Said:
    """A response in a line: its title, and what it runs."""
    task = _mapping(response["task"])
    shown = {"title": response["title"], "kind": say(_KINDS[str(task["type"])]), "name": task["name"] or task["id"]}
    return say("{title}: {kind} {name}", **shown)


def _missing(place: tuple[str, str], text: str, attributes: Mapping[str, str]) -> list[Missing]:
    return [
        Missing(pointer(*place), name, _lacks(place, name)) for name in placeholders(text) if name not in attributes
    ]


def _overlong(place: tuple[str, str], text: str, attributes: Mapping[str, str]) -> list[Missing]:
    """Nothing where the text stays short enough; a long attribute that is asked for often is never written out."""
    asked = [hit[1] for hit in _MARK.finditer(text) if hit[1] is not None]
    length = len(_MARK.sub(lambda hit: "" if hit[1] is not None else "${", text))
    length += sum(len(attributes[name]) for name in asked)
    if not asked or length <= FILLED_LENGTH:
        return []
    detail = mark("Filled, {place} would have {length} characters; {most} are allowed.")
    shown = {"place": place[1], "length": length, "most": FILLED_LENGTH}
    return [Missing(pointer(*place), max(asked, key=lambda name: len(attributes[name])), say(detail, **shown))]


def _lacks(place: tuple[str, str], attribute: str) -> Said:
    if place[0] == "targets":
        return say("The machine cannot be named: the alarm has no attribute {attribute}.", attribute=attribute)
    text = mark("The parameter {name} cannot be filled: the alarm has no attribute {attribute}.")
    return say(text, name=place[1], attribute=attribute)


def _mapping(value: Json) -> Document:
    assert isinstance(value, Mapping)
    return value


def read_responses(given: Json, place: str = "") -> dict[str, list[Document]]:
    """``{card id: [response]}`` as it may be kept, cards without any left out. Raises Misprepared with every fault;
    ``place`` is where ``given`` itself stands, a JSON Pointer."""
    reader = _Reader()
    found = reader.cards(given, place)
    if reader.faults:
        raise Misprepared(reader.faults)
    return found


class _Reader:
    """Reads responses and notes what is wrong; what it answers is of use only where nothing was."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, place: str, detail: Said) -> None:
        self.faults.append(Fault(place, detail))

    def expected(self, place: str, wanted: str, value: Json) -> None:
        found = kind_of_value(value)
        self.wrong(
            place, say("{place} must be {wanted}; it is {found}.", place=place or "/", wanted=wanted, found=found)
        )

    def cards(self, given: Json, place: str) -> dict[str, list[Document]]:
        if not isinstance(given, Mapping):
            self.expected(place, say("an object of lists by card id"), given)
            return {}
        found = {card: self.card(value, place + pointer(card)) for card, value in given.items()}
        if sum(map(len, found.values())) > PER_RULE:
            self.wrong(place, say("A rule has at most {most} prepared responses.", most=PER_RULE))
        return {card: responses for card, responses in found.items() if responses}

    def card(self, given: Json, place: str) -> list[Document]:
        if not isinstance(given, list):
            self.expected(place, say("a list of responses"), given)
            return []
        if len(given) > PER_CARD:
            self.wrong(place, say("A card has at most {most} prepared responses.", most=PER_CARD))
            return []
        found = [response for n, value in enumerate(given) if (response := self.response(value, f"{place}/{n}"))]
        ids = [str(response.get("id")) for response in found]
        if len(set(ids)) < len(ids):
            self.wrong(place, say("Two responses of one card have the same id."))
        return found

    def response(self, given: Json, place: str) -> Document | None:
        members: dict[str, Callable[[Json, str], None]] = {
            "id": self.id,
            "title": lambda value, at: self.text(value, at, (1, TITLE_LENGTH)),
            "task": self.task,
            "parameters": self.parameters,
            "run_as": lambda value, at: self.text(value, at, (1, USER_LENGTH)),
            "timeout": lambda value, at: self.whole(value, at, TIMEOUT),
            "success_rate": lambda value, at: self.whole(value, at, SUCCESS_RATE),
            "targets": self.targets,
            "region": lambda value, at: self.text(value, at, (1, REGION_LENGTH)),
        }
        return self.object(given, place, members, ("id", "title", "task", "parameters", "targets"))

    def object(
        self, given: Json, place: str, members: Mapping[str, Callable[[Json, str], None]], required: Sequence[str]
    ) -> Document | None:
        """The object, each of its members judged; a member that is missing or not known is a fault."""
        if not isinstance(given, Mapping):
            self.expected(place, say("an object"), given)
            return None
        for name in required:
            if name not in given:
                self.wrong(place + pointer(name), say("The member {name} is missing.", name=name))
        for name, value in given.items():
            at = place + pointer(name)
            if name in members:
                members[name](value, at)
            else:
                shown = {"name": name[:100], "names": ", ".join(members)}
                self.wrong(at, say("The member {name} is not known here; known are {names}.", **shown))
        return given

    def id(self, value: Json, place: str) -> None:
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self.expected(place, say("8 letters, digits, hyphens and underscores"), value)

    def text(self, value: Json, place: str, lengths: tuple[int, int]) -> None:
        least, most = lengths
        if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > most:
            wanted = say("a text of {least} to {most} characters", least=least, most=most)
            self.expected(place, wanted, value)

    def whole(self, value: Json, place: str, bounds: tuple[int, int]) -> None:
        if type(value) is not int or not bounds[0] <= value <= bounds[1]:
            wanted = say("a whole number from {least} to {most}", least=bounds[0], most=bounds[1])
            self.expected(place, wanted, value)

    def one_of(self, value: Json, place: str, choices: Sequence[str]) -> None:
        if value not in choices:
            self.expected(place, say("one of: {choices}", choices=", ".join(choices)), value)

    def task(self, given: Json, place: str) -> None:
        members: dict[str, Callable[[Json, str], None]] = {
            "type": lambda value, at: self.one_of(value, at, TASK_TYPES),
            "source": lambda value, at: self.one_of(value, at, SOURCES),
            "id": lambda value, at: self.text(value, at, TASK_ID_LENGTH),
            "name": lambda value, at: self.text(value, at, (0, TASK_NAME_LENGTH)),
        }
        self.object(given, place, members, tuple(members))

    def parameters(self, given: Json, place: str) -> None:
        if not isinstance(given, Mapping):
            self.expected(place, say("an object of texts by parameter"), given)
        elif len(given) > PARAMETERS:
            self.wrong(place, say("A response has at most {most} parameters.", most=PARAMETERS))
        else:
            for name, value in given.items():
                self.parameter(name, value, place + pointer(name))

    def parameter(self, name: str, value: Json, place: str) -> None:
        if not 0 < len(name.strip()) <= len(name) <= NAME_LENGTH:
            self.wrong(place, say("A parameter has a name of 1 to {most} characters.", most=NAME_LENGTH))
        self.template(value, place)
        if value and is_secret_name(name):
            self.wrong(place, say(_SECRET, name=name))

    def template(self, value: Json, place: str) -> list[str]:
        """The placeholders in a text."""
        if not isinstance(value, str):
            self.expected(place, say("a text"), value)
            return []
        try:
            return placeholders(value)
        except ValueError as error:
            self.wrong(place, say("{place}: {problem}", place=place, problem=error.args[0]))
            return []

    def targets(self, given: Json, place: str) -> None:
        by = given.get("by") if isinstance(given, Mapping) else None
        members: dict[str, Callable[[Json, str], None]] = {
            "by": lambda value, at: self.one_of(value, at, ("attribute", "list", "none"))
        }
        if by == "attribute":
            members["attribute"] = lambda value, at: self.one_of(value, at, TARGET_ATTRIBUTES)
            members["placeholder"] = self.needed
        if by == "list":
            members["resource_ids"] = self.resources
        self.object(given, place, members, tuple(members))

    def needed(self, value: Json, place: str) -> None:
        before = len(self.faults)
        if not self.template(value, place) and len(self.faults) == before:
            self.wrong(place, say("{place} names no attribute of the alarm: write ${{attribute}}.", place=place))

    def resources(self, value: Json, place: str) -> None:
        is_list = isinstance(value, list) and 0 < len(value) <= RESOURCES
        if not is_list or not all(isinstance(one, str) and 0 < len(one) <= NAME_LENGTH for one in value):  # type: ignore[union-attr]
            wanted = say("a list of 1 to {most} ids of resources", most=RESOURCES)
            self.expected(place, wanted, value)
