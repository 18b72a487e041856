"""A request to run a task because of an alarm: read from outside, guarded, and written as the very bytes that COC gets.

Members keep the form they came in, numbers as numbers and null as null, in the order of the vendor's samples. Where COC
wants a JSON text within the JSON, the value itself may be given: it is written out here, which is also the only way to
send long ones, since a text from outside has at most 4,096 characters.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api_proxy.coc import ALARM_ID
from api_proxy.machines import Machine, are_machines, named_machine
from api_proxy.refusal import passable_json
from api_proxy.transport import plain
from config.redaction import MASK, is_secret_name
from editor.api.problems import Problem
from editor.flow.reading import pointer
from editor.flow.say import Said, counted, mark, say

TASK_TYPES: Final = ("PLAN", "SCRIPT", "RUNBOOK")
SOURCES: Final = ("CUSTOMIZATION", "COMMUNAL")
MODES: Final = ("SAME", "DIFF", "MIXED")
SELECTIONS: Final = ("ALL", "MANUAL", "NONE")
STRATEGIES: Final = ("AUTO_BATCH", "MANUAL_BATCH", "NONE")
ALARM_ID_LENGTH: Final = 26
MOST_PARAMETERS: Final = 1000
MOST_INSTANCES: Final = 1000
MOST_SUB_INSTANCES: Final = 10_000
#: Of one run, chosen: they are all read again before anything is sent.
MOST_MACHINES: Final = 1000
MOST_SCRIPT_PARAMETERS: Final = 20
SCRIPT_PARAMETER: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
SCRIPT_VALUE_LENGTH: Final = 4096
TIMEOUT: Final = (5, 1800)
SUCCESS_RATE: Final = (1, 100)
USER_LENGTH: Final = 32
ORDER_MOST: Final = 2**31 - 1

#: What an incident is made of, but for its alarm: the shortest and the longest text each may be.
INCIDENT_TEXTS: Final[Mapping[str, tuple[int, int]]] = {
    "title": (1, 255),
    "description": (1, 600),
    "current_cloud_service_id": (1, 255),
    "mtm_type": (1, 255),
    "mtm_region": (0, 255),
    "enterprise_project_id": (1, 100),
    "assignee": (0, 255),
    "assignee_role": (0, 255),
    "assignee_scene": (0, 255),
    "source_id": (0, 255),
}
INCIDENT_FLAGS: Final = ("is_service_interrupt", "is_change_event")
INCIDENT_LEVELS: Final = ("level_10", "level_20", "level_30", "level_40", "level_50")
INCIDENT_REQUIRED: Final = (
    "title",
    "description",
    "level_id",
    "current_cloud_service_id",
    "mtm_type",
    "is_service_interrupt",
)
REMARKS_LENGTH: Final = 100

#: The members of a request, of an instance and of a sub-task, in the order of the vendor's samples.
MEMBERS: Final = (
    "task_type",
    "associated_task_type",
    "associated_task_id",
    "associated_task_enterprise_project_id",
    "associated_task_name",
    "input_param",
    "target_instances",
    "runbook_instance_mode",
    "sub_task_info",
    "region_id",
)
REQUIRED: Final = ("task_type", "associated_task_type", "associated_task_id", "associated_task_name", "input_param")
INSTANCE_MEMBERS: Final = (
    "target_selection",
    "target_instances",
    "order_no",
    "batch_strategy",
    "sub_target_instances",
)
SUB_TASK_MEMBERS: Final = (
    "sub_task_type",
    "sub_associated_task_id",
    "sub_associated_task_name",
    "sub_associated_task_type",
)

_RUNS: Mapping[str, str] = {
    "SCRIPT": mark("Runs the script {name} {where}."),
    "RUNBOOK": mark("Runs the job {name} {where}."),
    "PLAN": mark("Runs the contingency plan {name} {where}."),
}
_RUNS_AS: Mapping[str, str] = {
    "SCRIPT": mark("Runs the script {name} as {user} {where}."),
    "RUNBOOK": mark("Runs the job {name} as {user} {where}."),
    "PLAN": mark("Runs the contingency plan {name} as {user} {where}."),
}
#: How parameters within a parameter are named, and how their values are.
_NAMING: Final = ("paramName", "param_name", "name", "key")
_VALUES: Final = frozenset({"paramValue", "param_value", "value", "default"})
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_Judge = Callable[[object], Said | None]


@dataclass(frozen=True)
class Handling:
    """What is to be run because of an alarm. ``takes_all`` where COC chooses the machines, so that nobody knows how
    many there are; ``sensitive`` names parameters whose values are not kept."""

    alarm_id: str
    body: Mapping[str, Any]
    machines: tuple[Machine, ...]
    batches: int
    takes_all: bool
    sensitive: frozenset[str] = frozenset()

    @property
    def content(self) -> bytes:
        """The body that is sent."""
        return _text(self.body).encode()

    @property
    def kept(self) -> str:
        """The body as it is kept and shown: the values of secret parameters are masked."""
        return _text({**self.body, "input_param": self._masked(self.body["input_param"])})

    @property
    def count(self) -> int | None:
        """How many machines it runs on; None where COC chooses them."""
        return None if self.takes_all else len(self.machines)

    @property
    def summary(self) -> Said:
        """What will happen, in a sentence or two."""
        parts = [self._runs(), *self._bounds()]
        told = parts[0]
        for part in parts[1:]:
            told = say("{first} {second}", first=told, second=part)
        return told

    def _runs(self) -> Said:
        user = self.body["input_param"].get("execute_user")
        texts = _RUNS if user is None else _RUNS_AS
        shown = {"name": plain(self.body["associated_task_name"]).strip() or plain(self.body["associated_task_id"])}
        return say(texts[self.body["task_type"]], **shown, user=plain(str(user)), where=self._where())

    def _where(self) -> Said:
        if self.takes_all:
            return say("on all machines that COC selects")
        if not self.machines:
            return say("on no machine of its own")
        where = counted(len(self.machines), mark("on {count} machine"), mark("on {count} machines"))
        return say("{where} in {batches} batches", where=where, batches=self.batches) if self.batches > 1 else where

    def _bounds(self) -> Iterator[Said]:
        parameters = self.body["input_param"]
        if "success_rate" in parameters:
            yield say("It stops where fewer than {rate} % succeed.", rate=plain(str(parameters["success_rate"])))
        if "timeout" in parameters:
            yield say("Each may take {seconds} seconds.", seconds=plain(str(parameters["timeout"])))

    def _masked(self, value: object) -> object:
        """``value`` without secrets, those within texts of JSON included."""
        if isinstance(value, str):
            return self._masked_text(value)
        if isinstance(value, list):
            return [self._masked(each) for each in value]
        return self._masked_members(value) if isinstance(value, Mapping) else value

    def _masked_text(self, text: str) -> str:
        if not text.lstrip().startswith(("{", "[")):
            return text
        try:
            value = passable_json(text.encode())
            masked = self._masked(value)
        except ValueError:
            return text
        except RecursionError:
            return MASK
        return text if masked == value else _text(masked)

    def _masked_members(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The members of an object; where one of them names a parameter, it may be that whose value is secret."""
        named = next((given[name] for name in _NAMING if isinstance(given.get(name), str)), "")
        hidden = _VALUES if self._is_secret(named) else frozenset[str]()
        return {
            name: MASK if name in hidden or self._is_secret(name) else self._masked(value)
            for name, value in given.items()
        }

    def _is_secret(self, name: str) -> bool:
        return name in self.sensitive or is_secret_name(name)


def read_handling(alarm_id: str, given: Mapping[str, Any], sensitive: Iterable[str] = ()) -> Handling:
    """``given``, of which ``MEMBERS`` are known, as a request. Raises Problem 400 with the place of every fault."""
    reader = _Reader()
    reader.alarm(alarm_id)
    body = reader.body(given)
    if reader.faults:
        raise _refused(reader.faults)
    machines = tuple({machine.resource_id: machine for machine in reader.machines}.values())
    return Handling(alarm_id, body, machines, reader.batches, reader.takes_all, frozenset(sensitive))


def read_incident(alarm_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` as the request that makes an incident of an alarm. Raises Problem 400 with the place of every fault."""
    reader = _Reader()
    reader.alarm(alarm_id)
    incident = reader.incident(given)
    if reader.faults:
        raise _refused(reader.faults)
    return {"alarm_ids": alarm_id, **incident}


def guard_alarm_id(alarm_id: str) -> str:
    """``alarm_id``. Raises Problem 400 where it cannot be one."""
    reader = _Reader()
    reader.alarm(alarm_id)
    if reader.faults:
        raise _refused(reader.faults)
    return alarm_id


class _Reader:
    """Walks through a request; notes what is wrong, which machines it names, and in how many batches."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, Said]] = []
        self.machines: list[Machine] = []
        self.batches = 0
        self.takes_all = False
        self._sub_instances = 0

    def alarm(self, alarm_id: str) -> None:
        if not ALARM_ID.fullmatch(alarm_id):
            text = mark("An alarm id begins with ALM and has at most {most} letters and digits; copy it from COC.")
            self._fault(["alarm_id"], say(text, most=ALARM_ID_LENGTH))

    def body(self, given: Mapping[str, Any]) -> dict[str, Any]:
        judges: Mapping[str, _Judge] = {
            "task_type": _one_of(TASK_TYPES),
            "associated_task_type": _one_of(SOURCES),
            "associated_task_id": _of_length(3, 100),
            "associated_task_enterprise_project_id": _or_null(_of_length(0, 1000)),
            "associated_task_name": _of_length(0, 255),
            "runbook_instance_mode": _or_null(_one_of(MODES)),
            "region_id": _or_null(_of_length(0, 64)),
        }
        body = self._record([], given, MEMBERS, REQUIRED, judges)
        if "input_param" in given:
            body["input_param"] = self._parameters(given["input_param"])
        if given.get("target_instances") is not None:
            body["target_instances"] = self._targets(given["target_instances"])
        if given.get("sub_task_info") is not None:
            body["sub_task_info"] = self._sub_task(given["sub_task_info"])
        return body

    def incident(self, given: Mapping[str, Any]) -> dict[str, Any]:
        judges: dict[str, _Judge] = {name: _of_length(*bounds) for name, bounds in INCIDENT_TEXTS.items()}
        judges |= dict.fromkeys(INCIDENT_FLAGS, _flag)
        judges["level_id"] = _one_of(INCIDENT_LEVELS)
        return self._record([], given, tuple(judges), INCIDENT_REQUIRED, judges)

    def _record(
        self,
        place: list[str],
        given: object,
        members: Sequence[str],
        required: Sequence[str],
        judges: Mapping[str, _Judge],
    ) -> dict[str, Any]:
        """The known members of an object, in their order."""
        if not isinstance(given, Mapping):
            self._fault(place, say("This must be an object."))
            return {}
        for name in required:
            if name not in given:
                self._fault([*place, name], say("The member {name} is missing.", name=name))
        for name in given:
            if name not in members:
                known = {"name": name[:100], "names": ", ".join(members)}
                self._fault([*place, name], say("The member {name} is not known here; known are {names}.", **known))
        for name, judge in judges.items():
            if name in given and (fault := judge(given[name])):
                self._fault([*place, name], fault)
        return {name: given[name] for name in members if name in given}

    def _parameters(self, given: object) -> dict[str, Any]:
        place = ["input_param"]
        if not isinstance(given, Mapping):
            self._fault(place, say("This must be an object."))
            return {}
        if len(given) > MOST_PARAMETERS:
            self._fault(place, say("At most {most} parameters fit.", most=MOST_PARAMETERS))
        if any(not name.strip() for name in given):
            self._fault(place, say("A parameter has no name."))
        parameters = {name: self._parameter([*place, name], value) for name, value in given.items()}
        for name, judge in _PARAMETERS.items():
            if name in parameters and (fault := judge(parameters[name])):
                self._fault([*place, name], fault)
        return parameters

    def _parameter(self, place: list[str], value: object) -> object:
        if isinstance(value, Mapping | list):
            return _text(value)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self._fault(place, say("A parameter must be a text or a number, or a value that is sent as JSON text."))
        return value

    def _targets(self, given: object) -> list[Any]:
        place = ["target_instances"]
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_INSTANCES:
            self._fault(place, say("This must be a list of 1 to {most} steps.", most=MOST_INSTANCES))
            return []
        return [self._instance([*place, str(number)], each) for number, each in enumerate(given)]

    def _instance(self, place: list[str], given: object) -> dict[str, Any]:
        judges: Mapping[str, _Judge] = {
            "target_selection": _one_of(SELECTIONS),
            "order_no": _order,
            "batch_strategy": _or_null(_one_of(STRATEGIES)),
        }
        instance = self._record(place, given, INSTANCE_MEMBERS, ("target_selection", "order_no"), judges)
        selection = instance.get("target_selection")
        self.takes_all |= selection == "ALL"
        if "target_instances" in instance:
            instance["target_instances"] = self._chosen([*place, "target_instances"], instance["target_instances"])
        self._guard_choice(place, selection, instance.get("target_instances"))
        if instance.get("sub_target_instances") is not None:
            inner = self._inner([*place, "sub_target_instances"], instance["sub_target_instances"])
            instance["sub_target_instances"] = inner
        return instance

    def _inner(self, place: list[str], given: object) -> list[Any]:
        if not isinstance(given, list):
            self._fault(place, say("This must be a list of steps."))
            return []
        self._sub_instances += len(given)
        if self._sub_instances > MOST_SUB_INSTANCES:
            self._fault(place, say("At most {most} steps within steps fit.", most=MOST_SUB_INSTANCES))
            return []
        return [self._instance([*place, str(number)], each) for number, each in enumerate(given)]

    def _guard_choice(self, place: list[str], selection: object, text: object) -> None:
        if selection == "MANUAL" and text is None:
            self._fault([*place, "target_instances"], say("With MANUAL, name at least one machine."))
        if selection == "NONE" and text is not None:
            self._fault([*place, "target_instances"], say("With NONE no machine may be named: send null."))

    def _chosen(self, place: list[str], given: object) -> object:
        """The JSON text that names the machines of a step."""
        if given is None:
            return None
        text = given if isinstance(given, str) else _text(given)
        try:
            chosen = passable_json(text.encode())
        except ValueError:
            chosen = None
        if not isinstance(chosen, dict) or not isinstance(chosen.get("batches"), list):
            self._fault(place, say("This must be an object, or its JSON text, with a list of batches."))
            return text
        self.batches = max(self.batches, len(chosen["batches"]))
        before = len(self.machines)
        for number, batch in enumerate(chosen["batches"]):
            self._batch([*place, "batches", str(number)], batch)
        if len(self.machines) == before:
            self._fault(place, say("Name at least one machine."))
        if twice := _twice(self.machines[before:]):
            text = mark("{name} stands here twice: it would run there twice. Name each machine of a step once.")
            self._fault(place, say(text, name=twice.name[:100]))
        if len({machine.resource_id for machine in self.machines}) > MOST_MACHINES:
            self._fault(place, say("One run takes at most {most} machines.", most=MOST_MACHINES))
        return text

    def _batch(self, place: list[str], batch: object) -> None:
        targets = batch.get("targetInstances") if isinstance(batch, dict) else None
        described = batch.get("cmdbInstances", []) if isinstance(batch, dict) else None
        if not are_machines(targets) or not are_machines(described):
            text = mark("A batch has targetInstances, and may have cmdbInstances: lists of objects with a resourceId.")
            self._fault(place, say(text))
            return
        self.machines += map(named_machine, targets)
        ids = {each["resourceId"] for each in targets}
        if strange := [each["resourceId"] for each in described if each["resourceId"] not in ids]:
            text = mark("cmdbInstances describes {id}, which is not among the targetInstances of its batch.")
            self._fault(place, say(text, id=strange[0][:100]))

    def _sub_task(self, given: object) -> dict[str, Any]:
        judges: Mapping[str, _Judge] = {
            "sub_task_type": _one_of(TASK_TYPES),
            "sub_associated_task_id": _of_length(0, 100),
            "sub_associated_task_name": _of_length(0, 255),
            "sub_associated_task_type": _one_of(SOURCES),
        }
        return self._record(["sub_task_info"], given, SUB_TASK_MEMBERS, (), judges)

    def _fault(self, place: Sequence[str], text: Said) -> None:
        self.faults.append((pointer(*place), text))


def _twice(machines: Sequence[Machine]) -> Machine | None:
    seen: set[str] = set()
    for machine in machines:
        if machine.resource_id in seen:
            return machine
        seen.add(machine.resource_id)
    return None


def _one_of(choices: Sequence[str]) -> _Judge:
    return lambda value: None if value in choices else say("Choose one of: {choices}.", choices=", ".join(choices))


def _of_length(least: int, most: int) -> _Judge:
    def judge(value: object) -> Said | None:
        if isinstance(value, str) and least <= len(value) <= most:
            return None
        return say("This must be a text of {least} to {most} characters.", least=least, most=most)

    return judge


def _or_null(judge: _Judge) -> _Judge:
    return lambda value: None if value is None else judge(value)


def _flag(value: object) -> Said | None:
    return None if isinstance(value, bool) else say("This must be true or false.")


def _order(value: object) -> Said | None:
    if type(value) is int and 0 <= value <= ORDER_MOST:
        return None
    return say("This must be a whole number from {least} to {most}.", least=0, most=ORDER_MOST)


def _between(least: int, most: int, whole: bool) -> _Judge:
    """A number or the text of one."""

    def judge(value: object) -> Said | None:
        number = _number(value, whole)
        if number is not None and least <= number <= most and (not whole or number == int(number)):
            return None
        return say("This must be a number from {least} to {most}.", least=least, most=most)

    return judge


def _user(value: object) -> Said | None:
    fault = _of_length(1, USER_LENGTH)(value)
    return fault or (None if str(value).strip() else say("Name the user that it runs as."))


def _number(value: object, whole: bool) -> float | None:
    """The number that ``value`` is, or is the plain text of: what Python would read besides, COC may not."""
    if isinstance(value, str) and not (_WHOLE if whole else _DECIMAL).fullmatch(value):
        return None
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except OverflowError:
        return None


def _script_parameters(value: object) -> Said | None:
    held = _list_in(value)
    if held is None:
        return say("This must be a list, or its JSON text.")
    if len(held) > MOST_SCRIPT_PARAMETERS:
        return say("A script has at most {most} parameters.", most=MOST_SCRIPT_PARAMETERS)
    if fault := next((fault for each in held if (fault := _script_parameter(each))), None):
        return fault
    names = [each["paramName"] for each in held]
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    return None if twice is None else say("The parameter {name} is given twice.", name=twice)


def _script_parameter(given: object) -> Said | None:
    name = given.get("paramName") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(name, str) or not SCRIPT_PARAMETER.fullmatch(name):
        return say("Each parameter has a paramName of 1 to 64 letters, digits and underscores.")
    value = given.get("paramValue")
    if isinstance(value, str) and len(value) <= SCRIPT_VALUE_LENGTH:
        return None
    text = mark("The paramValue of {name} must be a text of at most {most} characters.")
    return say(text, name=name, most=SCRIPT_VALUE_LENGTH)


def _a_list(value: object) -> Said | None:
    return None if _list_in(value) is not None else say("This must be a list, or its JSON text.")


def _list_in(value: object) -> list[Any] | None:
    try:
        held = passable_json(value.encode()) if isinstance(value, str) else None
    except ValueError:
        return None
    return held if isinstance(held, list) else None


_PARAMETERS: Final[Mapping[str, _Judge]] = {
    "timeout": _between(*TIMEOUT, whole=True),
    "success_rate": _between(*SUCCESS_RATE, whole=False),
    "execute_user": _user,
    "script_params": _script_parameters,
    "execute_atomic_tasks": _a_list,
    "vars": _a_list,
}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _refused(faults: Sequence[tuple[str, Said]]) -> Problem:
    detail = " ".join(f"{place or '/'}: {text}" for place, text in faults[:5])
    errors = [{"pointer": place, "detail": text} for place, text in faults[:50]]
    return Problem(400, "Request not understood", detail, errors=errors)
