"""The API of what lives over a connection: how it stands, importing it, removing it."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api_proxy import live_serializers as bodies
from api_proxy.aom import NO_SUCH_RULE_ON_DELETE
from api_proxy.drift import look
from api_proxy.importing import CHOICES, import_rules
from api_proxy.models import Connection, Removal
from api_proxy.removing import removal_json, remove
from api_proxy.standing import counted_states, look_json, standings, standings_of
from editor.api.base import ApiView
from editor.api.envelope import take
from editor.api.listing import listed
from editor.api.problems import Problem
from editor.api.serializers import ProblemBody
from editor.flow.limits import NAME, NAME_LENGTH, RULES_PER_PROJECT
from editor.flow.say import say
from editor.models import Rule

#: What a caller was shown of a rule over there, so that no other one is removed.
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the fingerprint of the rule that you saw there, in quotes"
)


class ConnectionDriftView(ApiView):
    asks: ClassVar = {"GET": "connection.view", "POST": "connection.view"}

    @extend_schema(responses={200: bodies.ConnectionDrift, 404: ProblemBody})
    def get(self, request: Request, connection_id: UUID) -> Response:
        """How every rule stood over a connection at the last look; nothing is asked of the cloud."""
        return Response(_drift_json(_connection(connection_id)))

    @extend_schema(
        request=None,
        responses={200: bodies.ConnectionDrift, **dict.fromkeys((404, 409, 502, 503, 504), ProblemBody)},
    )
    def post(self, request: Request, connection_id: UUID) -> Response:
        """Look now at what lives there, and answer how it stands; nothing is changed there."""
        look(_connection(connection_id))
        return Response(_drift_json(_connection(connection_id)))


class RuleDriftView(ApiView):
    asks: ClassVar = {"GET": "rule.view"}

    @extend_schema(responses={200: bodies.RuleDrift, 404: ProblemBody})
    def get(self, request: Request, rule_id: UUID) -> Response:
        """How a rule stood over each connection at the last look."""
        found = standings_of(get_object_or_404(Rule.objects.live(), pk=rule_id))
        drift = any(one.is_drift for one in found)
        return Response({"drift": drift, "count": len(found), "results": [one.as_json() for one in found]})


class ImportView(ApiView):
    asks: ClassVar = {"POST": "rule.edit"}

    @extend_schema(
        request=bodies.ImportRequest,
        responses={200: bodies.ImportAnswer, **dict.fromkeys((400, 404, 409, 502, 503, 504), ProblemBody)},
    )
    def post(self, request: Request, connection_id: UUID) -> Response:
        """Bring rules that live over a connection here. Each name has an outcome of its own; nothing is overwritten:
        where the name is taken by a rule that says otherwise, it is left, or with ``taken`` "version" gets a next
        version."""
        body = take(request.data, {"names": list, "taken": str}, {"names"})
        names, taken = _names(body["names"]), _choice(body.get("taken", CHOICES[0]))
        done = import_rules(cast(User, request.user), _connection(connection_id), names, taken)
        return Response({"count": len(done), "results": [one.as_json() for one in done]})


class GroupRuleView(ApiView):
    asks: ClassVar = {"DELETE": "connection.manage"}

    @extend_schema(
        parameters=[IF_MATCH], responses={204: None, **dict.fromkeys((404, 409, 502, 503, 504), ProblemBody)}
    )
    def delete(self, request: Request, connection_id: UUID, name: str) -> Response:
        """Remove a grouping rule over there. 204 where it is gone; what was removed is kept in the record."""
        connection = _connection(connection_id)
        if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
            raise Problem(404, "Not found", say("A grouping rule has a name of letters, digits and underscores."))
        seen = request.headers.get("If-Match", "").strip().strip('"')
        row = remove(cast(User, request.user), connection, name, seen)
        if row.state != Removal.State.SUCCEEDED:
            raise _not_removed(row)
        return Response(status=204)


class RemovalsView(ApiView):
    asks: ClassVar = {"GET": "submission.view"}

    @extend_schema(
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
        responses={200: bodies.RemovalList, 404: ProblemBody},
    )
    def get(self, request: Request, connection_id: UUID) -> Response:
        """The record of removals over a connection, newest first, each with the rule that was removed."""
        rows = Removal.objects.filter(connection=_connection(connection_id)).select_related("author")
        return listed(request, rows, removal_json)


def _drift_json(connection: Connection) -> dict[str, Any]:
    found = standings(connection)
    return {
        **look_json(connection),
        "drift": any(one.is_drift for one in found),
        "detail": counted_states(found),
        "results": [one.as_json() for one in found],
    }


def _not_removed(row: Removal) -> Problem:
    """What the caller is told of a removal that did not come to its end, or to another."""
    told = removal_json(row)
    members = {
        "removal": told["id"],
        "state": row.state,
        "upstream": row.refusal.as_members(),
    }
    if row.error_code == NO_SUCH_RULE_ON_DELETE:
        return Problem(404, "Not found", told["detail"], **members)
    if row.state == Removal.State.UNKNOWN:
        return Problem(504, "Cloud did not answer", told["detail"], **members)
    return Problem(502, "Cloud refused", told["detail"], **members)


def _names(given: list[object]) -> list[str]:
    names = [name for name in given if isinstance(name, str)]
    if not given or len(given) > RULES_PER_PROJECT or len(names) < len(given):
        detail = say("names must be a list of 1 to {most} names of rules.", most=RULES_PER_PROJECT)
        raise Problem(400, "Request not understood", detail, errors=[{"pointer": "/names", "detail": detail}])
    return names


def _choice(taken: str) -> str:
    if taken not in CHOICES:
        detail = say("taken must be one of: {choices}.", choices=", ".join(CHOICES))
        raise Problem(400, "Request not understood", detail, errors=[{"pointer": "/taken", "detail": detail}])
    return taken


def _connection(connection_id: UUID) -> Connection:
    return get_object_or_404(Connection.objects.select_related("look"), pk=connection_id)
