"""The API of rules: each view reads its envelope, calls one verb and answers."""

import json
from collections.abc import Iterable
from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib.auth.models import User
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import JSONOpenAPIRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.metrics import CHECK_SECONDS
from editor.api import serializers as bodies
from editor.api.base import ApiView
from editor.api.envelope import take
from editor.api.listing import listed, words
from editor.api.problems import Problem, invalid
from editor.flow import Dialect, Walk, Walker, check, is_valid, read_document
from editor.flow import Rule as FlowRule
from editor.flow.alarm import Alarm
from editor.flow.alarm_shapes import alarms_in
from editor.flow.convert import Converted, Inexpressible, conversion, own_form
from editor.flow.fixes import with_fixes
from editor.flow.limits import MESSAGE_LENGTH
from editor.flow.reading import kind_of_value, pointer
from editor.flow.rule import Document, Json
from editor.flow.say import say
from editor.models import Rule, Version
from editor.responses import Misprepared, Responses, read_responses, resolve

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag that was read"
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="the ETag that was read")

#: Values and conditions that one answer of a simulation tells, in all.
MOST_TOLD = 100_000


#: The forms of an export, each with the content type and the ending of its file.
EXPORTS = {
    "match_v3": ("application/json", "json"),
    "detail": ("application/json", "json"),
    "mermaid": ("text/plain; charset=utf-8", "mmd"),
    "svg": ("image/svg+xml", "svg"),
    "terraform": ("text/plain; charset=utf-8", "tf"),
}
#: Notes that a header has room for.
MOST_NOTES = 20


class CheckView(ApiView):
    asks: ClassVar = {"POST": "rule.check"}

    @extend_schema(request=dict, responses={200: bodies.CheckAnswer, 400: bodies.ProblemBody})
    def post(self, request: Request) -> Response:
        """Check a rule document; nothing is stored. ``results`` is the answer of ``groupflow check``."""
        if request.stream is None:
            raise Problem(400, "Unreadable", say("The body is empty. Send a rule document."))
        rule = read_document(request.data)
        with CHECK_SECONDS.time():
            findings = check(rule)
        answer = {"valid": is_valid(findings), "findings": with_fixes(rule, findings)}
        return Response({**answer, "results": [{"file": "-", **answer}]})


class SimulateView(ApiView):
    asks: ClassVar = {"POST": "rule.check"}

    @extend_schema(request=bodies.SimulateRequest, responses={200: bodies.SimulateAnswer, 400: bodies.ProblemBody})
    def post(self, request: Request) -> Response:
        """Lead alarms through a rule; nothing is stored. A result is what ``groupflow simulate`` says of an alarm;
        ``alarms`` tells each as it was read, in the published form. With prepared ``responses`` a result has those of
        its card too, filled."""
        members = {"rule": dict, "alarms": object, "assume": dict, "responses": dict}
        body = take(request.data, members, {"rule", "alarms"})
        rule = read_document(body["rule"])
        if rule.flow is None and rule.entries is None:
            text = say("The rule has neither a flow (match_v3) nor entries (detail).")
            raise Problem(400, "Nothing to walk", text)
        alarms = alarms_in(body["alarms"], "/alarms")
        responses = prepared_in(body["responses"]) if "responses" in body else None
        _guard_work(rule, len(alarms), responses or {})
        walker = Walker(rule, _dialect(body.get("assume", {})))
        results = [_told(walker.walk(alarm), alarm, responses) for alarm in alarms]
        return Response({"results": results, "alarms": [alarm.raw for alarm in alarms]})


class RulesView(ApiView):
    asks: ClassVar = {"GET": "rule.view", "POST": "rule.edit"}

    @extend_schema(operation_id="rules_list", responses=bodies.RuleList, parameters=[OpenApiParameter("search", str)])
    def get(self, request: Request) -> Response:
        """The rules, by name."""
        rows = Version.objects.newest().filter(rule__name__icontains=words(request, "search"))
        return listed(request, rows, summary)

    @extend_schema(request=bodies.RuleRequest, responses={201: bodies.RuleBody, 409: bodies.ProblemBody})
    def post(self, request: Request) -> Response:
        """Store a new rule. A document with findings is stored too; only an unreadable one is refused."""
        body = rule_request(request.data)
        rule = Rule.objects.start(_user(request), **body)
        answer = whole(rule, rule.current, status=201)
        answer["Location"] = f"/api/rules/{rule.id}/"
        return answer


class RuleView(ApiView):
    asks: ClassVar = {"GET": "rule.view", "PUT": "rule.edit", "DELETE": "rule.archive"}

    @extend_schema(
        parameters=[IF_NONE_MATCH],
        responses={200: bodies.RuleBody, 304: None, 404: bodies.ProblemBody},
    )
    def get(self, request: Request, rule_id: UUID) -> Response:
        """A rule as it is now; 304 where the caller has this version already."""
        rule = _live(rule_id)
        current = rule.current
        if current.etag in parse_etags(request.headers.get("If-None-Match", "")):
            return Response(status=304, headers={"ETag": current.etag})
        return whole(rule, current)

    @extend_schema(
        parameters=[IF_MATCH],
        request=bodies.RuleRequest,
        responses={200: bodies.RuleBody, 412: bodies.ProblemBody, 428: bodies.ProblemBody},
    )
    def put(self, request: Request, rule_id: UUID) -> Response:
        """Save the next version of a rule."""
        rule = _live(rule_id)
        seen = seen_version(request, rule)
        body = rule_request(request.data)
        version = rule.save_version(_user(request), seen, **body)
        return whole(rule, version)

    @extend_schema(parameters=[IF_MATCH], responses={204: None, 412: bodies.ProblemBody, 428: bodies.ProblemBody})
    def delete(self, request: Request, rule_id: UUID) -> Response:
        """Archive a rule; its versions are kept, its name becomes free."""
        rule = _live(rule_id)
        rule.archive(seen_version(request, rule))
        return Response(status=204)


class VersionsView(ApiView):
    asks: ClassVar = {"GET": "rule.view"}

    @extend_schema(operation_id="versions_list", responses=bodies.VersionList)
    def get(self, request: Request, rule_id: UUID) -> Response:
        """Every version of a rule, newest first."""
        rows = Version.objects.with_news().filter(rule=_live(rule_id)).select_related("author")
        return listed(request, rows, _listed_version)


class VersionView(ApiView):
    asks: ClassVar = {"GET": "rule.view"}

    @extend_schema(responses={200: bodies.RuleBody, 404: bodies.ProblemBody})
    def get(self, request: Request, rule_id: UUID, number: int) -> Response:
        """One version of a rule, whole."""
        rule = _live(rule_id)
        return whole(rule, find_version(rule, number))


class ExportView(ApiView):
    asks: ClassVar = {"GET": "rule.export"}

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=list(EXPORTS)), OpenApiParameter("version", int)],
        responses={
            (200, "application/json"): dict,
            (200, "image/svg+xml"): str,
            (200, "text/plain"): str,
            **dict.fromkeys((400, 409, 422), bodies.ProblemBody),
        },
    )
    def get(self, request: Request, rule_id: UUID) -> HttpResponse:
        """The exact body that would be sent, or with ``as`` the rule in that form. The header Groupflow-Notes lists (in
        JSON) what the form says otherwise than the rule; what it cannot say at all is a 409."""
        rule = _live(rule_id)
        version = asked_version(rule, request.query_params.get("version", ""))
        content = read_document(version.content)
        form = _form(request.query_params.get("as", own_form(content)))
        content_type, ending = EXPORTS[form]
        converted = (
            Converted(version.document) if form == own_form(content) else _converted(content, form, version.positions)
        )
        file_name = f"{rule.name if rule.name.isascii() and rule.name.isidentifier() else 'rule'}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "ETag": version.etag}
        if converted.notes:
            headers["Groupflow-Notes"] = json.dumps([str(note)[:300] for note in converted.notes[:MOST_NOTES]])
        return HttpResponse(converted.text.encode(), content_type=content_type, headers=headers)


class ResolveView(ApiView):
    asks: ClassVar = {"POST": "rule.view"}

    @extend_schema(
        request=bodies.ResolveRequest,
        responses={200: bodies.ResolveAnswer, **dict.fromkeys((400, 404), bodies.ProblemBody)},
    )
    def post(self, request: Request, rule_id: UUID) -> Response:
        """The prepared responses that fit an alarm, filled with its values: those of the merge card that groups it, or
        of ``card``, of the newest version where none is named. Nothing is stored or run."""
        body = take(request.data, {"alarm": dict, "card": str, "version": int}, {"alarm"})
        version = asked_version(_live(rule_id), str(body.get("version", "")))
        [alarm] = alarms_in([body["alarm"]], "/alarm")
        walk = Walker(read_document(version.content)).walk(alarm)
        card = body.get("card", walk.leaf)
        answer = {"version": version.number, "leaf": walk.leaf, "complete": walk.complete, "card": card}
        return Response({**answer, "responses": filled(version.prepared.get(card or "", ()), alarm)})


class ConvertView(ApiView):
    asks: ClassVar = {"POST": "rule.export"}

    @extend_schema(
        request=bodies.ConvertRequest,
        responses={200: bodies.ConvertAnswer, **dict.fromkeys((400, 409, 422), bodies.ProblemBody)},
    )
    def post(self, request: Request) -> Response:
        """A rule document in another form; nothing is stored. ``layout`` counts for ``svg`` only. What the form says
        otherwise than the rule is in ``notes``; what it cannot say at all is a 409."""
        body = take(request.data, {"rule": dict, "to": str, "layout": dict}, {"rule", "to"})
        rule = read_document(body["rule"])
        layout = body.get("layout", {"nodes": {}})
        _guard_layout(layout)
        converted = _converted(rule, _form(body["to"]), layout)
        return Response({"text": converted.text, "notes": [str(note) for note in converted.notes]})


def _form(name: str) -> str:
    """``name`` where it is a form of an export. Raises Problem 400."""
    if name not in EXPORTS:
        text = say("A rule is exported as one of: {forms}.", forms=", ".join(EXPORTS))
        raise Problem(400, "No such form", text)
    return name


def _converted(content: FlowRule, form: str, layout: Json) -> Converted:
    """A rule in another form than its own. Raises Problem 409 with every reason why the form cannot say it, 422 where
    the rule has errors."""
    try:
        return conversion(content, form, **({"layout": layout} if form == "svg" else {}))
    except Inexpressible as error:
        if error.findings:
            raise invalid(error.findings) from None
        reasons = [{"pointer": reason.pointer, "detail": reason.text} for reason in error.reasons]
        raise Problem(409, "Cannot be said in this form", str(error), errors=reasons) from None


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    renderer_classes = [JSONOpenAPIRenderer]


@extend_schema(exclude=True)
class DocsView(SpectacularSwaggerSplitView):
    template_name = "editor/api_docs.html"


def rule_request(data: Json) -> dict[str, Any]:
    """The members of a save: ``document`` (readable), ``layout`` (positions, empty where not given), ``message``,
    ``responses`` (None where not given).

    Raises Problem or Unreadable with the place of what is wrong.
    """
    body = take(data, {"document": dict, "layout": dict, "message": str, "responses": dict}, {"document"})
    read_document(body["document"])
    body.setdefault("layout", {"nodes": {}})
    body.setdefault("message", "")
    _guard_layout(body["layout"])
    _guard_message(body["message"])
    body["responses"] = prepared_in(body["responses"]) if "responses" in body else None
    return body


def prepared_in(given: Json) -> Responses:
    """``responses`` of a body. Raises Problem 400 with the place of every fault."""
    try:
        return read_responses(given, "/responses")
    except Misprepared as error:
        errors = [{"pointer": place, "detail": detail} for place, detail in error.faults[:50]]
        raise Problem(400, "Request not understood", str(error), errors=errors) from None


def _guard_message(message: str) -> None:
    if len(message) > MESSAGE_LENGTH:
        found = say("a text of {count} characters", count=len(message))
        raise _refused("/message", say("a text of at most {most} characters", most=MESSAGE_LENGTH), found)


def _guard_layout(layout: dict[str, Json]) -> None:
    nodes = layout.get("nodes", {})
    if not isinstance(nodes, dict):
        raise _misplaced("/layout/nodes", say("an object of positions by card id"), nodes)
    for node_id, place in nodes.items():
        where = pointer("layout", "nodes", node_id)
        if not isinstance(place, dict):
            raise _misplaced(where, say('a position {{"x", "y"}}'), place)
        for axis in ("x", "y"):
            value = place.get(axis)
            if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 1e6:
                wanted = say("a number of pixels between -1000000 and 1000000")
                raise _misplaced(f"{where}/{axis}", wanted, value)


def _misplaced(place: str, wanted: str, found: Json) -> Problem:
    return _refused(place, wanted, kind_of_value(found))


def _refused(place: str, wanted: str, found: str) -> Problem:
    shown = {"place": place[:200], "wanted": wanted, "found": found}
    detail = say("{place} must be {wanted}; it is {found}.", **shown)
    return Problem(400, "Request not understood", detail, errors=[{"pointer": place, "detail": detail}])


def seen_version(request: Request, rule: Rule) -> int:
    """The version that the caller has seen, from If-Match. Raises Problem 428 where the header is missing; a tag that
    is none of ours can never be current, so it reads as 0."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        detail = say("Send the ETag that you read as If-Match; the rule is at {etag} now.", etag=rule.current.etag)
        raise Problem(428, "If-Match missing", detail, headers={"ETag": rule.current.etag})
    number = text.removeprefix('"v').removesuffix('"')
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def whole(rule: Rule, version: Version, status: int = 200) -> Response:
    """A rule at one version, with what the checks say about it."""
    return Response(rule_body(rule, version), status=status, headers={"ETag": version.etag})


def rule_body(rule: Rule, version: Version) -> dict[str, Any]:
    """A rule at one version as the API and the canvas page give it."""
    document = version.content
    parsed = read_document(document)
    return {
        "id": str(rule.id),
        "name": rule.name,
        **version_summary(version),
        "etag": version.etag,
        "document": document,
        "layout": version.positions,
        "responses": version.prepared,
        "findings": with_fixes(parsed, check(parsed)),
    }


def summary(version: Version) -> dict[str, Any]:
    """A rule in a list, at its newest version."""
    return {"id": str(version.rule_id), "name": version.rule.name, **version_summary(version)}


def version_summary(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "number": version.number,
        "digest": version.digest,
        "message": version.message,
        "author": str(version.author),
        "created": version.created_at.isoformat(),
    }


def _listed_version(version: Version) -> dict[str, Any]:
    has_new = version.has_new_responses  # type: ignore[attr-defined]  # given by with_news
    return {**version_summary(version), "has_new_responses": has_new}


def asked_version(rule: Rule, text: str) -> Version:
    """The version that a query names; the newest where it names none. Raises Http404 for anything else, since another
    version than the one asked for must never pass for it."""
    if not text:
        return rule.current
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return find_version(rule, int(text))


def find_version(rule: Rule, number: int) -> Version:
    """Version ``number`` of ``rule``. Raises Http404."""
    return get_object_or_404(rule.versions, number=min(number, 2**31 - 1))


def _live(rule_id: UUID) -> Rule:
    return get_object_or_404(Rule.objects.live(), pk=rule_id)


def _user(request: Request) -> User:
    return cast(User, request.user)


def _told(walk: Walk, alarm: Alarm, responses: Responses | None) -> dict[str, object]:
    if responses is None:
        return walk.as_json()
    return {**walk.as_json(), "responses": filled(responses.get(walk.leaf or "", ()), alarm)}


def filled(responses: Iterable[Document], alarm: Alarm) -> list[dict[str, object]]:
    """Responses as they are shown for an alarm."""
    return [resolve(response, alarm).as_json() for response in responses]


def _guard_work(rule: FlowRule, alarms: int, responses: Responses) -> None:
    """The answer tells every condition on an alarm's way with its values, and the responses of one card with their
    parameters, so it grows with all of them."""
    if rule.flow is not None:
        steps = len(rule.flow.nodes)
        leaves = [leaf for node in rule.flow.nodes for leaf in node.leaves]
    else:
        steps = len(rule.entries or ())
        leaves = [leaf for entry in rule.entries or () for leaf in entry.matches]
    told = max(1, steps, sum(1 + len(leaf.values) for leaf in leaves))
    told += max((_parameters(prepared) for prepared in responses.values()), default=0)
    if told * alarms > MOST_TOLD:
        most = MOST_TOLD // told
        text = say("Of this rule at most {most} alarms are simulated at once; send fewer.", most=most)
        raise Problem(413, "Too much at once", text)


def _parameters(responses: Iterable[Document]) -> int:
    """How many parameters, and responses, a card tells."""
    return sum(1 + len(cast(Document, response["parameters"])) for response in responses)


def _dialect(chosen: dict[str, Json]) -> Dialect:
    """The assumptions that a request sets. Raises Problem 400 with the place of one that there is not."""
    try:
        return Dialect({name: str(choice) for name, choice in chosen.items()})
    except ValueError as error:
        detail = say("/assume: {problem}.", problem=error)
        errors = [{"pointer": "/assume", "detail": str(error)}]
        raise Problem(400, "Request not understood", detail, errors=errors) from None
