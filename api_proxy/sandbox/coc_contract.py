"""What COC accepts in a request body, written from the published pages and samples alone.

The pages contradict themselves; taken is what either side allows: numbers beside texts in `input_param`, null for what
may be left out, and `target_instances` within an instance as a JSON text.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from .contract import JsonObject, ListOf, Problem, Problems, Record, Spec, Text, Whole
from .reading import parse_json


@dataclass(frozen=True)
class OrNull:
    """Null, or what `spec` says."""

    spec: Spec

    def problems(self, value: object, at: str) -> Problems:
        if value is not None:
            yield from self.spec.problems(value, at)


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, bool):
            yield Problem(at, "must be true or false")


@dataclass(frozen=True)
class Parameters:
    """An object of at most `most` members, each a string or a number."""

    most: int

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(at, "must be an object")
            return
        if len(value) > self.most:
            yield Problem(at, f"must have at most {self.most} members")
        for name, one in value.items():
            if isinstance(one, bool) or not isinstance(one, str | int | float) or _is_odd(one):
                yield Problem(f"{at}/{name}", "must be a string or a number")


@dataclass(frozen=True)
class JsonText:
    """A string that holds a JSON object."""

    def problems(self, value: object, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(at, "must be a string")
            return
        try:
            held = parse_json(value.encode())
        except (ValueError, UnicodeEncodeError):
            held = None
        if not isinstance(held, dict):
            yield Problem(at, "must hold a JSON object")


@dataclass(frozen=True)
class SubInstances:
    """Instances within an instance."""

    most: int

    def problems(self, value: object, at: str) -> Problems:
        yield from ListOf(INSTANCE, most=self.most).problems(value, at)


def _is_odd(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _list_of_parameters(body: JsonObject, at: str) -> Problems:
    """`script_params`, where given, is the JSON text of a list."""
    text = body["input_param"].get("script_params")
    if text is None:
        return
    try:
        held = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        held = None
    if not isinstance(held, list):
        yield Problem(f"{at}/input_param/script_params", "must hold a JSON array")


_KIND = Text(choices=("PLAN", "SCRIPT", "RUNBOOK"))
_SOURCE = Text(choices=("CUSTOMIZATION", "COMMUNAL"))
_ALARM_IDS = Text(r"[0-9A-Za-z]+(,[0-9A-Za-z]+)*", longest=2700)
_WORDS = Text(longest=255)
_NAME = Text(shortest=1, longest=255)
_TIME = Whole(0, 9_000_000_000_000_000)

INSTANCE = Record(
    {
        "target_selection": Text(choices=("ALL", "MANUAL", "NONE")),
        "target_instances": OrNull(JsonText()),
        "order_no": Whole(0, 2**31 - 1),
        "batch_strategy": OrNull(Text(choices=("AUTO_BATCH", "MANUAL_BATCH", "NONE"))),
        "sub_target_instances": OrNull(SubInstances(10_000)),
    },
    required=("target_selection", "order_no"),
    closed=True,
)
TABLE: Mapping[str, Spec] = {
    "AutoProcessRequest": Record(
        {
            "task_type": _KIND,
            "associated_task_id": Text(shortest=3, longest=100),
            "associated_task_type": _SOURCE,
            "associated_task_name": _WORDS,
            "associated_task_enterprise_project_id": OrNull(Text(longest=1000)),
            "runbook_instance_mode": OrNull(Text(choices=("SAME", "DIFF", "MIXED"))),
            "input_param": Parameters(1000),
            "target_instances": OrNull(ListOf(INSTANCE, fewest=1, most=1000)),
            "region_id": OrNull(Text(longest=64)),
            "sub_task_info": OrNull(
                Record(
                    {
                        "sub_task_type": _KIND,
                        "sub_associated_task_id": Text(longest=100),
                        "sub_associated_task_name": _WORDS,
                        "sub_associated_task_type": _SOURCE,
                    },
                    closed=True,
                )
            ),
        },
        required=("task_type", "associated_task_id", "associated_task_type", "associated_task_name", "input_param"),
        closed=True,
        rules=(_list_of_parameters,),
    ),
    "ClearAlarmRequest": Record(
        {
            "alarm_ids": _ALARM_IDS,
            "remarks": Text(longest=100),
            "is_service_interrupt": Flag(),
            "start_time": _TIME,
            "fault_recovery_time": _TIME,
        },
        required=("alarm_ids",),
        closed=True,
    ),
    "AlarmToIncidentRequest": Record(
        {
            "alarm_ids": _ALARM_IDS,
            "enterprise_project_id": Text(shortest=1, longest=100),
            "assignee": _WORDS,
            "assignee_role": _WORDS,
            "assignee_scene": _WORDS,
            "attachment": Text(longest=1024),
            "current_cloud_service_id": _NAME,
            "description": Text(shortest=1, longest=600),
            "is_change_event": Flag(),
            "is_service_interrupt": Flag(),
            "level_id": Text(choices=tuple(f"level_{number}0" for number in range(1, 6))),
            "mtm_region": _WORDS,
            "mtm_type": _NAME,
            "source_id": _WORDS,
            "title": _NAME,
        },
        required=(
            "alarm_ids",
            "current_cloud_service_id",
            "description",
            "is_service_interrupt",
            "level_id",
            "mtm_type",
            "title",
        ),
        closed=True,
    ),
}


def coc_problems(name: str, body: object) -> list[Problem]:
    """What keeps `body` from being the thing that `name` stands for in the table; empty when it is fine."""
    try:
        return list(TABLE[name].problems(body, ""))
    except RecursionError:
        return [Problem("", "is nested too deeply")]
