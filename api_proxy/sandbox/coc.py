"""COC's part of the cloud: alarms, what is run because of them, and what can be run."""

import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from . import coc_seeds as seeds
from .answers import USER_NAME, Answer, Refusal, in_json
from .coc_contract import coc_problems
from .reading import Request, parse_json

ALARM_ID = re.compile(r"ALM[0-9A-Za-z]{1,23}")
STATES = ("READY", "PROCESSING", "FINISHED")
SHOWN_PROBLEMS = 5
_LISTED_SCRIPT = frozenset({"content", "script_params", "description"})


@dataclass(frozen=True)
class CocError:
    """A row of COC's error table. `guessed` marks a code that no published page shows for the occasion."""

    status: int
    code: str
    message: str
    guessed: bool = False


COC_ERRORS: Mapping[str, CocError] = {
    "forbidden": CocError(403, "COC.00011013", "The user has no permission", guessed=True),
    "bad request": CocError(400, "COC.00010002", "Invalid parameter values"),
    "missing alarm": CocError(400, "COC.00067003", "The ticket does not exist", guessed=True),
    "missing script": CocError(400, "COC.00040603", "The script does not exist"),
    "missing script on execute": CocError(400, "COC.00040709", "The script is not found"),
    "missing document": CocError(400, "COC.00042101", "The document does not exist"),
    "missing order": CocError(400, "COC.00040701", "Internal server error", guessed=True),
}


def coc_refusal(occasion: str, detail: str = "") -> Refusal:
    """COC's error for an occasion of COC_ERRORS, with the detail after its text."""
    error = COC_ERRORS[occasion]
    message = f"{error.message}: {detail}" if detail else error.message
    return Refusal(in_json(error.status, {"error_code": error.code, "error_msg": message[:512]}))


@dataclass
class Order:
    """A work order: what was asked for, and how often somebody has looked at it, by which it goes on."""

    id: str
    alarm_id: str
    request: Mapping[str, Any]
    begun_ms: int
    looks: int = 0

    def look(self) -> str:
        """The state now; the next look finds it further on."""
        state = STATES[min(self.looks, len(STATES) - 1)]
        self.looks += 1
        return state


class Coc:
    """The operations of COC. Callers have been let in; every refusal carries COC's error body. All in memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.start_anew()

    def start_anew(
        self, alarms: Sequence[Mapping[str, Any]] = (), resources: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """As at the start: the known alarms and `alarms` beside them, no work orders, the known machines or, where
        given, `resources` instead."""
        known = [{"id": alarm_id} for alarm_id in seeds.ALARM_IDS]
        with self._lock:
            self._alarms = {given["id"]: seeds.alarm(dict(given)) for given in [*known, *alarms]}
            self._orders: dict[str, Order] = {}
            self._resolved: dict[str, dict[str, Any]] = {}
            self._scripts = {False: seeds.own_scripts(), True: seeds.public_scripts()}
            self._documents = seeds.documents()
            self._resources = (
                seeds.resources() if resources is None else [seeds.resource(dict(each)) for each in resources]
            )

    def handle(self, request: Request, alarm_id: str) -> Answer:
        body = _body(request, "AutoProcessRequest")
        self._alarm(alarm_id)
        self._guard_task(body)
        now_ms = self._now_ms()
        with self._lock:
            order = Order(self._order_id(body["task_type"]), alarm_id, body, now_ms)
            self._orders[order.id] = order
        return in_json(200, {"errorCode": "200", "errorMsg": "Success", "data": order.id})

    def show_alarm(self, request: Request, alarm_id: str) -> Answer:
        return in_json(200, {"data": self._alarm(alarm_id)})

    def list_histories(self, request: Request, alarm_id: str) -> Answer:
        offset, limit = _number(request, "offset", 0, 2**31 - 1), _number(request, "limit", 1, 1000)
        self._alarm(alarm_id)
        with self._lock:
            orders = [order for order in reversed(self._orders.values()) if order.alarm_id == alarm_id]
            shown = [self._history(order) for order in orders[offset : offset + limit]]
        resolved = self._resolved.get(alarm_id)
        return in_json(200, {"count": len(orders), "alarm_handle_histories": shown, "resolved_record": resolved})

    def clear(self, request: Request) -> Answer:
        body = _body(request, "ClearAlarmRequest")
        alarms = [self._alarm(alarm_id) for alarm_id in body["alarm_ids"].split(",")]
        with self._lock:
            for alarm in alarms:
                alarm["status"] = "resolved"
                self._resolved[alarm["id"]] = {
                    "create_name": USER_NAME,
                    "remarks": body.get("remarks"),
                    "resolved_time": self._now_ms(),
                }
        return in_json(200, {"data": [alarm["id"] for alarm in alarms]})

    def to_incident(self, request: Request) -> Answer:
        body = _body(request, "AlarmToIncidentRequest")
        alarms = [self._alarm(alarm_id) for alarm_id in body["alarm_ids"].split(",")]
        incident = f"IM{self._stamp()}{secrets.token_hex(3)}"
        with self._lock:
            for alarm in alarms:
                alarm["associate_event_id"] = incident
        return in_json(200, {"data": [alarm["id"] for alarm in alarms]})

    def list_scripts(self, request: Request, public: bool = False) -> Answer:
        limit, marker = _number(request, "limit", 1, 100), _query(request, "marker")
        wanted = _query(request, "name_like")
        found = [each for each in self._scripts[public] if _fits(each["name"], wanted, public)]
        # Newest first: a marker is the number of the last one shown.
        newest = sorted(found, key=lambda script: -int(script["id"]))
        behind = [script for script in newest if not marker or script["id"] < int(marker)]
        shown = [{name: script[name] for name in script.keys() - _LISTED_SCRIPT} for script in behind[:limit]]
        return in_json(200, {"data": {"data": shown, "total": len(found)}})

    def list_public_scripts(self, request: Request) -> Answer:
        return self.list_scripts(request, public=True)

    def show_script(self, request: Request, script_uuid: str, public: bool = False) -> Answer:
        script = _named(self._scripts[public], "script_uuid", script_uuid)
        if script is None:
            raise coc_refusal("missing script")
        return in_json(200, {"data": script})

    def show_public_script(self, request: Request, script_uuid: str) -> Answer:
        return self.show_script(request, script_uuid, public=True)

    def list_documents(self, request: Request) -> Answer:
        limit = _number(request, "limit", 1, 1000, default=10)
        offset = _number(request, "offset", 0, 2**31 - 1, default=0)
        own = _query(request, "document_type") != "PUBLIC"
        found = [each for each in self._documents if own and _fits(each["name"], _query(request, "name_like"), False)]
        shown = [{name: each[name] for name in each if name not in ("content", "versions")} for each in found]
        return in_json(200, {"data": shown[offset : offset + limit], "total": len(found)})

    def show_document(self, request: Request, document_id: str) -> Answer:
        document = _named(self._documents, "document_id", document_id)
        if document is None:
            raise coc_refusal("missing document")
        return in_json(200, {"data": document})

    def list_resources(self, request: Request) -> Answer:
        limit, marker = _number(request, "limit", 1, 500), _query(request, "marker")
        provider, kind = _query(request, "provider"), _query(request, "type")
        if not provider or not kind:
            raise coc_refusal("bad request", "provider and type are required")
        ids, wanted = parse_qs(request.query).get("resource_id_list", []), _query(request, "name")
        found = [
            each
            for each in self._resources
            if (each["provider"], each["type"]) == (provider, kind)
            and (not ids or each["resource_id"] in ids)
            and _fits(each["name"], wanted, False)
            and _query(request, "region_id") in ("", each["region_id"])
        ]
        places = [number for number, each in enumerate(found) if each["id"] == marker]
        begin = places[0] + 1 if places else 0
        return in_json(200, {"data": found[begin : begin + limit]})

    def show_script_order(self, request: Request, order_id: str) -> Answer:
        order = self._order(order_id)
        with self._lock:
            status = order.look()
        parameters = order.request["input_param"]
        properties = {
            "current_execute_batch_index": 1,
            "execute_param": {name: parameters.get(name) for name in ("execute_user", "success_rate", "timeout")},
            "script_name": order.request["associated_task_name"],
            "script_source": "CUSTOM_SCRIPT",
            "script_uuid": order.request["associated_task_id"],
        }
        return in_json(
            200, {"data": {**self._times(order, status), "execute_uuid": order.id, "properties": properties}}
        )

    def show_execution(self, request: Request, order_id: str) -> Answer:
        order = self._order(order_id)
        with self._lock:
            status = order.look()
        name = order.request["associated_task_name"]
        return in_json(200, {"data": {**self._times(order, status), "execution_id": order.id, "document_name": name}})

    def _times(self, order: Order, status: str) -> dict[str, Any]:
        over = status == STATES[-1]
        return {
            "creator": USER_NAME,
            "gmt_created": order.begun_ms,
            "gmt_finished": self._now_ms() if over else None,
            "execute_costs": max(self._now_ms() - order.begun_ms, 0) if over else None,
            "status": status,
        }

    def _history(self, order: Order) -> dict[str, Any]:
        status = order.look()
        times = self._times(order, status)
        return {
            "work_order_id": order.id,
            "create_name": USER_NAME,
            "create_alias": USER_NAME,
            "task_type": order.request["task_type"],
            "start_time": order.begun_ms,
            "end_time": times["gmt_finished"],
            "duration": times["execute_costs"],
            "status": status,
            "associated_task_id": order.request["associated_task_id"],
            "associated_task_name": order.request["associated_task_name"],
            "sub_task_info": order.request.get("sub_task_info"),
        }

    def _guard_task(self, body: Mapping[str, Any]) -> None:
        """The script or job is there. Plans have no list, so any id may be one."""
        task, public = body["associated_task_id"], body["associated_task_type"] == "COMMUNAL"
        if body["task_type"] == "SCRIPT" and _named(self._scripts[public], "script_uuid", task) is None:
            raise coc_refusal("missing script on execute")
        if body["task_type"] == "RUNBOOK" and _named(self._documents, "document_id", task) is None:
            raise coc_refusal("missing document")

    def _alarm(self, alarm_id: str) -> dict[str, Any]:
        if not ALARM_ID.fullmatch(alarm_id):
            raise coc_refusal("bad request", "alarm_id")
        alarm = self._alarms.get(alarm_id)
        if alarm is None:
            raise coc_refusal("missing alarm")
        return alarm

    def _order(self, order_id: str) -> Order:
        order = self._orders.get(order_id)
        if order is None:
            raise coc_refusal("missing order")
        return order

    def _order_id(self, task_type: str) -> str:
        return f"{'SCT' if task_type == 'SCRIPT' else 'RBT'}{self._stamp()}{secrets.token_hex(4)}"

    def _stamp(self) -> str:
        return f"{datetime.fromtimestamp(self._clock(), UTC):%Y%m%d%H%M%S}"

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _named(items: Sequence[dict[str, Any]], member: str, wanted: str) -> dict[str, Any] | None:
    return next((item for item in items if item[member] == wanted), None)


def _fits(name: str, wanted: str, from_the_start: bool) -> bool:
    return name.startswith(wanted) if from_the_start else wanted in name


def _query(request: Request, name: str) -> str:
    return parse_qs(request.query).get(name, [""])[0]


def _number(request: Request, name: str, least: int, most: int, default: int | None = None) -> int:
    text = _query(request, name)
    if not text and default is not None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 11 and least <= int(text) <= most:
        return int(text)
    raise coc_refusal("bad request", f"{name} must be a whole number from {least} to {most}")


def _body(request: Request, kind: str) -> Any:
    if not request.is_json:
        raise coc_refusal("bad request", "Content-Type must be application/json")
    try:
        body = parse_json(request.body)
    except ValueError as error:
        raise coc_refusal("bad request", str(error)) from None
    if found := coc_problems(kind, body):
        raise coc_refusal("bad request", "; ".join(map(str, found[:SHOWN_PROBLEMS])))
    return body
