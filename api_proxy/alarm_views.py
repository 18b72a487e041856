"""The API of handling alarms: each view reads its envelope, calls one verb and answers."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, TypeVar, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api_proxy import alarm_serializers as bodies
from api_proxy.alarm_deeds import Wish as Deed
from api_proxy.alarm_deeds import deed_json, do, not_done
from api_proxy.alarm_responses import Wanted, attributes_of, candidates, rules_over
from api_proxy.cloud import opened_coc, problem
from api_proxy.coc import MOST_HISTORIES, MOST_PAGE, MOST_RESOURCES, TASK_ID, Coc
from api_proxy.handling import IDS_AT_ONCE, Wish, brief, handle, in_our_words, rehearse
from api_proxy.handling_request import (
    MEMBERS,
    REMARKS_LENGTH,
    guard_alarm_id,
    read_handling,
    read_incident,
)
from api_proxy.machines import cmdb_instance, listed_machine, target_instance
from api_proxy.models import AlarmAction, AlarmDeed, Connection
from api_proxy.settling import follow, settle
from api_proxy.transport import UpstreamError, plain
from api_proxy.views import IDEMPOTENCY_KEY, idempotency_key, misplaced, named_connection
from editor.api.base import ApiView
from editor.api.envelope import take
from editor.api.listing import listed, number, words
from editor.api.problems import Problem
from editor.api.serializers import ProblemBody
from editor.flow.alarm import Alarm
from editor.flow.limits import MESSAGE_LENGTH
from editor.flow.say import said_again, say

Result = TypeVar("Result")

#: Of all that was run from here, so many are shown beside an alarm.
ACTIONS_SHOWN: Final = 20
MOST_SENSITIVE: Final = 1000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MARKER = re.compile(r"[0-9A-Za-z_.:/-]{1,128}")
CONNECTION = OpenApiParameter("connection", str, required=True, description="id or name")
SEARCH = OpenApiParameter("search", str)
MARKER = OpenApiParameter("marker", str, description="of the page before")
PUBLIC = OpenApiParameter("public", bool, description="the cloud's own instead of yours")
LIMIT = OpenApiParameter("limit", int)
READING = {502: ProblemBody, 503: ProblemBody, 504: ProblemBody}
#: What is passed on of an alarm.
ALARM_MEMBERS: Final = (
    "id",
    "name",
    "importance",
    "come_from",
    "come_from_en",
    "transfer_rule_name",
    "app",
    "status",
    "owner_name",
    "owner_alias",
    "converge_count",
    "associate_event_id",
    "creator_name",
    "create_time",
    "update_time",
    "remarks",
    "region",
    "task_type",
    "associated_task_type",
    "associated_task_id",
    "associated_task_name",
)


class HandleView(ApiView):
    asks: ClassVar = {"POST": "alarm.handle"}

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.HandleRequest,
        responses={
            200: bodies.HandleAnswer,
            400: ProblemBody,
            403: ProblemBody,
            409: ProblemBody,
            422: ProblemBody,
            **READING,
        },
    )
    def post(self, request: Request, alarm_id: str) -> Response:
        """Run a plan, a script or a job because of an alarm, once; what came of it is in ``state`` and ``detail``. With
        ``dry_run`` nothing is sent, and the answer tells what would be."""
        wish, is_rehearsal = _wish(request, alarm_id)
        if is_rehearsal:
            told = rehearse(wish)
            return Response({**told, "earlier": brief(told["earlier"]) if told["earlier"] else None})
        return Response(action_detail(handle(wish)))


class AlarmView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        parameters=[CONNECTION], responses={200: bodies.AlarmBody, 400: ProblemBody, 409: ProblemBody, **READING}
    )
    def get(self, request: Request, alarm_id: str) -> Response:
        """An alarm as COC knows it, what was run from here because of it, and who cleared it or made an incident."""
        connection = named_connection(words(request, "connection"))
        found = _asked(connection, lambda coc: coc.alarm(guard_alarm_id(alarm_id)))
        alarm = {name: _plain_value(found.get(name)) for name in ALARM_MEMBERS}
        here = {"coc_region": connection.coc_region, "alarm_id": alarm_id}
        actions = AlarmAction.objects.in_full().filter(**here)[:ACTIONS_SHOWN]
        deeds = AlarmDeed.objects.in_full().filter(**here)[:ACTIONS_SHOWN]
        return Response(
            {"alarm": alarm, "actions": list(map(action_json, actions)), "deeds": list(map(deed_json, deeds))}
        )


class HistoriesView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        parameters=[CONNECTION, LIMIT, OpenApiParameter("offset", int)],
        responses={200: bodies.AlarmHistories, 400: ProblemBody, 409: ProblemBody, **READING},
    )
    def get(self, request: Request, alarm_id: str) -> Response:
        """What was run because of an alarm, as COC tells it, newest first."""
        limit, offset = number(request, "limit", 100, MOST_HISTORIES), number(request, "offset", 0, 1_000_000)
        connection = named_connection(words(request, "connection"))
        found = _asked(connection, lambda coc: coc.histories(guard_alarm_id(alarm_id), offset, max(limit, 1)))
        results = [in_our_words(record) for record in found["alarm_handle_histories"]]
        count = found.get("count")
        return Response({"count": count if isinstance(count, int) else len(results), "results": results})


class ResponsesView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        parameters=[
            CONNECTION,
            OpenApiParameter("rule", str, description="of this rule alone, wherever it was submitted"),
            OpenApiParameter("card", str, description="of this card, wherever the alarm goes"),
            OpenApiParameter("response", str),
        ],
        responses={200: bodies.AlarmResponses, 400: ProblemBody, 409: ProblemBody, **READING},
    )
    def get(self, request: Request, alarm_id: str) -> Response:
        """What is prepared for an alarm, filled with what COC tells of it: by rules that were submitted over the
        connection, on the cards that would group it. Nothing is run."""
        wanted = Wanted(_rule_id(request), words(request, "card"), words(request, "response"))
        connection = named_connection(words(request, "connection"))
        found = _asked(connection, lambda coc: coc.alarm(guard_alarm_id(alarm_id)))
        attributes = attributes_of({name: found.get(name) for name in ALARM_MEMBERS})
        versions = rules_over(connection, wanted)
        results = candidates(versions, Alarm({"metadata": attributes}), wanted)
        shown = [each.as_json() for each in results]
        return Response({"attributes": attributes, "rules": len(versions), "results": shown})


class ClearView(ApiView):
    asks: ClassVar = {"POST": "alarm.handle"}

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.ClearRequest,
        responses={200: bodies.AlarmDone, 400: ProblemBody, 409: ProblemBody, 422: ProblemBody, **READING},
    )
    def post(self, request: Request, alarm_id: str) -> Response:
        """Mark an alarm as dealt with over there, once; it is on record. Where it was refused, or nobody knows, the
        problem has the ``state`` of the record ``alarm_deed``."""
        body = take(request.data, {"connection": str, "remarks": str}, frozenset({"connection"}))
        remarks = _short(body.get("remarks", "").strip(), "remarks", REMARKS_LENGTH)
        shown = {"remarks": remarks} if remarks else {}
        return _deed(request, body["connection"], AlarmDeed.Kind.CLEAR, guard_alarm_id(alarm_id), shown)


class IncidentView(ApiView):
    asks: ClassVar = {"POST": "alarm.handle"}

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=bodies.IncidentRequest,
        responses={200: bodies.AlarmDone, 400: ProblemBody, 409: ProblemBody, 422: ProblemBody, **READING},
    )
    def post(self, request: Request, alarm_id: str) -> Response:
        """Make an incident ticket of an alarm over there, once; it is on record. Another one takes a ``reason``. Where
        it was refused, or nobody knows, the problem has the ``state`` of the record ``alarm_deed``."""
        body = dict(_object(request.data))
        reason = _short(_text_of(body, "reason").strip(), "reason", MESSAGE_LENGTH) if "reason" in body else ""
        incident = read_incident(alarm_id, {name: body[name] for name in body if name not in ("connection", "reason")})
        connection = _text_of(body, "connection")
        return _deed(request, connection, AlarmDeed.Kind.INCIDENT, alarm_id, incident, reason)


class AlarmDeedsView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        operation_id="alarm_deeds_list",
        parameters=[
            OpenApiParameter("alarm", str),
            OpenApiParameter("kind", str),
            LIMIT,
            OpenApiParameter("offset", int),
        ],
        responses={200: bodies.AlarmDeedList, 400: ProblemBody},
    )
    def get(self, request: Request) -> Response:
        """Which alarms were cleared or made incidents of from here, newest first; ``?alarm=`` and ``?kind=`` choose."""
        rows = AlarmDeed.objects.in_full()
        if alarm := words(request, "alarm"):
            rows = rows.filter(alarm_id=alarm)
        if kind := words(request, "kind"):
            rows = rows.filter(kind=kind)
        return listed(request, rows, deed_json)


class ScriptsView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        operation_id="coc_scripts_list",
        parameters=[PUBLIC, SEARCH, MARKER, LIMIT],
        responses={200: bodies.ScriptList, 400: ProblemBody, 404: ProblemBody, 409: ProblemBody, **READING},
    )
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The scripts that can be run, newest first."""
        public = _flag(request, "public")
        search = _short(words(request, "search"), "search", 64 if public else 32)
        marker, limit = _marker(request, digits=True), _limit(request, MOST_PAGE)
        page = _asked(_connection(connection_id), lambda coc: coc.scripts(public, search, marker, limit))
        results = [_script(each) for each in page.items]
        return Response({"results": results, "total": page.total, "marker": page.marker})


class ScriptView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        parameters=[PUBLIC], responses={200: bodies.ScriptDetail, 404: ProblemBody, 409: ProblemBody, **READING}
    )
    def get(self, request: Request, connection_id: UUID, uuid: str) -> Response:
        """One script with what it asks for."""
        public = _flag(request, "public")
        found = _asked(_connection(connection_id), lambda coc: coc.script(_task_id(uuid), public))
        content = found.get("content")
        parameters = found.get("script_params")
        given = [each for each in parameters if isinstance(each, dict)] if isinstance(parameters, list) else []
        shown = {"content": content if isinstance(content, str) else "", "parameters": list(map(_parameter, given))}
        return Response({**_script(found), **shown})


class DocumentsView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        operation_id="coc_documents_list",
        parameters=[PUBLIC, SEARCH, MARKER, LIMIT],
        responses={200: bodies.JobList, 400: ProblemBody, 404: ProblemBody, 409: ProblemBody, **READING},
    )
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The jobs that can be run."""
        public, search = _flag(request, "public"), _short(words(request, "search"), "search", 64)
        offset, limit = int(_marker(request, digits=True) or 0), _limit(request, MOST_PAGE)
        page = _asked(_connection(connection_id), lambda coc: coc.documents(search, offset, limit, public))
        return Response({"results": [_job(each) for each in page.items], "total": page.total, "marker": page.marker})


class DocumentView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        parameters=[PUBLIC], responses={200: bodies.JobDetail, 404: ProblemBody, 409: ProblemBody, **READING}
    )
    def get(self, request: Request, connection_id: UUID, uuid: str) -> Response:
        """One job with its steps."""
        public = _flag(request, "public")
        found = _asked(_connection(connection_id), lambda coc: coc.document(_task_id(uuid), public))
        content = found.get("content")
        return Response({**_job(found), "content": content if isinstance(content, str) else ""})


class ResourcesView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        operation_id="coc_resources_list",
        parameters=[
            SEARCH,
            MARKER,
            LIMIT,
            OpenApiParameter("provider", str, description="ecs where left out"),
            OpenApiParameter("type", str, description="cloudservers where left out"),
            OpenApiParameter("region", str),
            OpenApiParameter("resource_id", str, many=True, description="these alone; repeated, at most 100 times"),
        ],
        responses={200: bodies.ResourceList, 400: ProblemBody, 404: ProblemBody, 409: ProblemBody, **READING},
    )
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The machines that a task can run on."""
        provider, kind = words(request, "provider") or "ecs", words(request, "type") or "cloudservers"
        limit, marker = _limit(request, MOST_RESOURCES), _marker(request)
        search, region = words(request, "search"), words(request, "region")
        ids = _resource_ids(request)
        page = _asked(
            _connection(connection_id),
            lambda coc: coc.resources(provider, kind, limit, marker, search, ids, region),
        )
        return Response({"results": [_resource(each) for each in page.items], "marker": page.marker})


class AlarmActionsView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(
        operation_id="alarm_actions_list",
        parameters=[
            OpenApiParameter("alarm", str),
            OpenApiParameter("state", str),
            LIMIT,
            OpenApiParameter("offset", int),
        ],
        responses={200: bodies.AlarmActionList, 400: ProblemBody},
    )
    def get(self, request: Request) -> Response:
        """What was run because of alarms, newest first; ``?alarm=`` and ``?state=`` choose."""
        rows = AlarmAction.objects.in_full()
        if alarm := words(request, "alarm"):
            rows = rows.filter(alarm_id=alarm)
        if state := words(request, "state"):
            rows = rows.filter(state=state)
        return listed(request, rows, action_json)


class AlarmActionView(ApiView):
    asks: ClassVar = {"GET": "alarm.view"}

    @extend_schema(responses={200: bodies.AlarmActionDetail, 404: ProblemBody})
    def get(self, request: Request, action_id: UUID) -> Response:
        """One action. How its work order stands is asked anew, every few seconds at most."""
        row = _action(action_id)
        hindrance = follow(row)
        return Response({**action_detail(row), "order_problem": hindrance})


class SettleView(ApiView):
    asks: ClassVar = {"POST": "alarm.handle"}

    @extend_schema(
        request=bodies.SettleRequest,
        responses={200: bodies.AlarmActionDetail, 400: ProblemBody, 404: ProblemBody, 409: ProblemBody},
    )
    def post(self, request: Request, action_id: UUID) -> Response:
        """Say whether a task ran, where nobody knew; nothing is sent."""
        body = take(request.data, {"outcome": str, "note": str, "work_order": str}, frozenset({"outcome"}))
        if body["outcome"] not in AlarmAction.Settlement.values:
            choices = ", ".join(AlarmAction.Settlement.values)
            raise misplaced("/outcome", say("Choose one of: {choices}.", choices=choices))
        outcome = AlarmAction.Settlement(body["outcome"])
        note = _short(body.get("note", ""), "note", MESSAGE_LENGTH)
        order = _order_found(body.get("work_order", ""), outcome)
        return Response(action_detail(settle(_action(action_id), cast(User, request.user), outcome, note, order)))


def action_json(action: AlarmAction) -> dict[str, Any]:
    """An action as the API and the pages show it."""
    return {
        "id": str(action.id),
        "state": action.state,
        "detail": action.sentence,
        "dry_run": False,
        "alarm_id": action.alarm_id,
        "task_type": action.task_type,
        "task_source": action.task_source,
        "task_id": action.task_id,
        "task_name": action.task_name,
        "summary": said_again(action.summary),
        "machines": action.machines,
        "batches": action.batches,
        "reason": action.reason,
        "work_order": action.work_order,
        "order_state": action.order_state,
        "order_is_over": action.order_is_over,
        "order_seen": action.order_seen.isoformat() if action.order_seen else None,
        "settled": _settled(action),
        "status": action.status,
        "error_code": action.error_code,
        "error_msg": action.error_msg,
        "error_type": action.error_type,
        "trace_id": action.trace_id,
        "connection": str(action.connection_id) if action.connection_id else None,
        "connection_name": action.connection_name,
        "coc_region": action.coc_region,
        "author": str(action.author),
        "created": action.created.isoformat(),
        "sent": action.sent.isoformat() if action.sent else None,
        "finished": action.finished.isoformat() if action.finished else None,
    }


def action_detail(action: AlarmAction) -> dict[str, Any]:
    """An action with what was sent, and what the records of its alarm said."""
    return {
        **action_json(action),
        "url": action.url,
        "request": json.loads(action.request),
        "machine_names": action.machine_names,
        "evidence": action.evidence,
        "order_problem": None,
    }


def _settled(action: AlarmAction) -> dict[str, Any] | None:
    if action.settled_at is None:
        return None
    at = action.settled_at.isoformat()
    return {"outcome": action.settlement, "by": str(action.settled_by), "at": at, "note": action.note}


def _wish(request: Request, alarm_id: str) -> tuple[Wish, bool]:
    """What the body asks for, and whether it is only a rehearsal."""
    members = {
        "connection": str,
        "reason": str,
        "dry_run": bool,
        "confirmed_machines": int,
        "machines_seen": str,
        "sensitive": list,
        **dict.fromkeys(MEMBERS, object),
    }
    body = take(request.data, members, frozenset({"connection"}))
    handling = read_handling(alarm_id, {name: body[name] for name in MEMBERS if name in body}, _sensitive(body))
    seen = body.get("machines_seen", "")
    if seen and not _DIGEST.fullmatch(seen):
        raise misplaced("/machines_seen", say("Send what a dry run gave as machines_seen."))
    wish = Wish(
        cast(User, request.user),
        named_connection(body["connection"]),
        handling,
        idempotency_key(request),
        _short(body.get("reason", "").strip(), "reason", MESSAGE_LENGTH),
        body.get("confirmed_machines"),
        seen,
    )
    return wish, body.get("dry_run", False)


def _sensitive(body: Mapping[str, Any]) -> list[str]:
    names = body.get("sensitive", [])
    if len(names) > MOST_SENSITIVE or not all(isinstance(name, str) for name in names):
        raise misplaced("/sensitive", say("This must be a list of names of parameters."))
    return list(names)


def _asked(connection: Connection, ask: Callable[[Coc], Result]) -> Result:
    """What COC says. Raises Problem where it cannot be asked, or gave no usable answer."""
    with opened_coc(connection) as coc:
        try:
            return ask(coc)
        except UpstreamError as error:
            raise problem(error) from None


def _deed(
    request: Request, connection: str, kind: str, alarm_id: str, body: Mapping[str, Any], reason: str = ""
) -> Response:
    place = named_connection(connection)
    done = do(Deed(cast(User, request.user), place, kind, alarm_id, body, idempotency_key(request), reason))
    if done.state != AlarmDeed.State.DONE:
        raise not_done(done)
    return Response({**deed_json(done), "alarm_ids": [alarm_id]})


def _script(found: Mapping[str, Any]) -> dict[str, Any]:
    properties = found.get("properties")
    more = properties if isinstance(properties, Mapping) else {}
    shown = {name: _plain_text(found.get(name)) for name in ("name", "type", "status", "description", "creator")}
    shown |= {name: _plain_text(more.get(name)) for name in ("risk_level", "version")}
    return {"uuid": _plain_text(found.get("script_uuid")), **shown}


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    sensitive = given.get("sensitive") is True
    value, order = given.get("param_value"), given.get("param_order")
    return {
        "name": _plain_text(given.get("param_name")),
        "value": value if isinstance(value, str) and not sensitive else "",
        "description": _plain_text(given.get("param_description")),
        "order": order if type(order) is int else None,
        "sensitive": sensitive,
    }


def _job(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "version", "risk_level", "description", "creator")
    return {"uuid": _plain_text(found.get("document_id")), **{name: _plain_text(found.get(name)) for name in names}}


def _resource_ids(request: Request) -> list[str]:
    ids = [one for one in request.query_params.getlist("resource_id") if one]
    if len(ids) > IDS_AT_ONCE:
        raise misplaced("/resource_id", say("At most {most} machines are looked up at once.", most=IDS_AT_ONCE))
    return ids


def _resource(record: Mapping[str, Any]) -> dict[str, Any]:
    machine = listed_machine(record)
    return {
        **machine._asdict(),
        "can_run": machine.agent_state.upper() == "ONLINE",
        "target_instance": target_instance(record),
        "cmdb_instance": cmdb_instance(record),
    }


def _plain_text(value: object) -> str:
    return plain(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _plain_value(value: object) -> object:
    return plain(value) if isinstance(value, str) else value if type(value) in (int, float, bool) else None


def _object(body: object) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise misplaced("", say("This must be an object."))
    return body


def _rule_id(request: Request) -> str:
    text = words(request, "rule")
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise misplaced("/rule", say("Send the id of a rule.")) from None


def _text_of(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise misplaced(f"/{name}", say("The member {name} is missing.", name=name))
    return value


def _short(text: str, name: str, most: int) -> str:
    if len(text) > most:
        raise misplaced(f"/{name}", say("{name} must be a text of at most {most} characters.", name=name, most=most))
    return text


def _order_found(text: str, outcome: AlarmAction.Settlement) -> str:
    if text and (outcome != AlarmAction.Settlement.RAN or not TASK_ID.fullmatch(text)):
        raise misplaced("/work_order", say("Send the id of a work order, with the outcome ran."))
    return text


def _task_id(text: str) -> str:
    if not TASK_ID.fullmatch(text):
        raise Problem(404, "Not found", say("An id is 1 to 64 letters, digits, hyphens and underscores."))
    return text


def _marker(request: Request, digits: bool = False) -> str:
    text = words(request, "marker")
    fits = text.isascii() and text.isdigit() and len(text) < 16 if digits else _MARKER.fullmatch(text)
    if text and not fits:
        raise Problem(400, "Request not understood", say("Send the marker that the page before gave."))
    return text


def _limit(request: Request, most: int) -> int:
    return max(number(request, "limit", min(most, 50), most), 1)


def _flag(request: Request, name: str) -> bool:
    text = words(request, name).lower()
    if text not in ("", "true", "false", "1", "0"):
        raise Problem(400, "Request not understood", say("{name} must be true or false.", name=name))
    return text in ("true", "1")


def _connection(connection_id: UUID) -> Connection:
    return get_object_or_404(Connection, pk=connection_id)


def _action(action_id: UUID) -> AlarmAction:
    return get_object_or_404(AlarmAction.objects.in_full().select_related("connection"), pk=action_id)
