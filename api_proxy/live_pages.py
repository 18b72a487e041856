"""The pages of what lives over a connection: the list, one rule beside what was put there, importing, removing."""

import difflib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from api_proxy.drift import look
from api_proxy.importing import CHOICES, Imported, import_rules
from api_proxy.living import live_rule
from api_proxy.models import Connection, Removal
from api_proxy.removing import removal_json, remove
from api_proxy.standing import (
    FRESH,
    NEVER,
    Standing,
    State,
    counted_states,
    current_look,
    look_json,
    look_of,
    standings,
)
from editor import policy
from editor.api.problems import Problem
from editor.flow import Unreadable, limits, read_document
from editor.flow.convert.chain import flow_of, titles_of
from editor.flow.convert.svg import svg
from editor.flow.say import say
from editor.models import Version

#: A pair of texts with more lines is not compared line by line.
MOST_LINES: Final = 3_000
#: Lines around one that differs.
AROUND: Final = 3
#: So many outcomes of an import are told one by one.
MOST_TOLD: Final = 10


@require_GET
def live_rules(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """What lived over a connection at the last look; a page that shows an old one looks again by its script."""
    policy.require(request.user, "connection.view")
    connection = _connection(connection_id)
    found = standings(connection)
    shown = [one for one in found if one.row is not None]
    context = {
        "connection": connection,
        "look": look_json(connection),
        "seen_at": _seen_at(connection),
        "is_old": _is_old(connection),
        "rules": shown,
        "summary": counted_states(found),
        "elsewhere": sum(1 for one in found if one.state == NEVER),
        "foreign": [one.name for one in shown if one.state == State.FOREIGN],
        "can_import": policy.allowed(request.user, "rule.edit"),
    }
    return render(request, "proxy/live_rules.html", context)


@require_POST
def live_look(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Look now, for a page without a script."""
    policy.require(request.user, "connection.view")
    connection = _connection(connection_id)
    try:
        look(connection)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, counted_states(standings(_connection(connection_id))) or say("No rules live there."))
    return redirect("live-rules", connection_id=connection_id)


@require_POST
def live_import(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Import the rules that the form names, and tell what became of each."""
    policy.require(request.user, "rule.edit")
    names = request.POST.getlist("names")[: limits.RULES_PER_PROJECT]
    taken = request.POST.get("taken", CHOICES[0])
    try:
        _tell(request, import_rules(_user(request), _connection(connection_id), names, taken))
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("live-rules", connection_id=connection_id)


@require_http_methods(["GET", "HEAD", "POST"])
def live_rule_page(request: HttpRequest, connection_id: UUID, name: str) -> HttpResponse:
    """One rule as it lived over there at the last look, and in what it differs; a POST removes it there."""
    policy.require(request.user, "connection.view")
    connection = _connection(connection_id)
    fault = ""
    if request.method == "POST":
        policy.require(request.user, "connection.manage")
        if request.POST.get("typed", "").strip() == name:
            return _removed(request, connection, name)
        fault = say("This is not the name of the rule. Nothing was removed.")
    one = next((one for one in standings(connection) if one.row is not None and one.name == name), None)
    if one is None:
        raise Http404
    context = {
        "connection": connection,
        "one": one,
        "seen_at": one.seen_at,
        "fault": fault,
        "lives": bool(one.row and one.row.document),
        "is_known": one.rule is not None and one.rule.archived_at is None,
        "picture": _picture(one),
        "differences": list(_differences(one)),
        "next": one.rule.head + 1 if one.rule else 1,
        "can_import": policy.allowed(request.user, "rule.edit"),
        "can_manage": policy.allowed(request.user, "connection.manage"),
    }
    return render(request, "proxy/live_rule.html", context, status=400 if fault else 200)


def _removed(request: HttpRequest, connection: Connection, name: str) -> HttpResponse:
    try:
        row = remove(_user(request), connection, name, request.POST.get("seen", ""))
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        add = messages.success if row.state == Removal.State.SUCCEEDED else messages.error
        add(request, f"{name}: {removal_json(row)['detail']}")
    return redirect("live-rules", connection_id=connection.id)


def _tell(request: HttpRequest, done: list[Imported]) -> None:
    for one in done[:MOST_TOLD]:
        add = messages.success if one.version is not None else messages.warning
        add(request, one.detail)
    if len(done) > MOST_TOLD:
        come = sum(1 for one in done if one.version is not None)
        messages.info(request, say("{count} of {all} rules live here now as they do there.", count=come, all=len(done)))


def _picture(one: Standing) -> SafeString:
    """The rule over there, drawn by us with every text escaped; empty where there is nothing to draw."""
    content = live_rule(one.name, one.row.document).content if one.row and one.row.document else None
    try:
        rule = read_document(content) if content is not None else None
    except Unreadable:
        rule = None
    if rule is None or not (rule.flow or rule.entries):
        return SafeString()
    drawn = svg(replace(rule, flow=flow_of(rule)), titles=titles_of(rule))
    return mark_safe(drawn or "")


def _differences(one: Standing) -> Iterator[dict[str, Any]]:
    """By member, the lines in which what lives there differs from the version that it is compared with."""
    if one.row is None or one.rule is None or not one.row.members:
        return
    number = one.row.settled or one.rule.head
    version = Version.objects.get(rule=one.rule, number=number)
    here, there = version.content, json.loads(one.row.document)
    for member in one.row.members:
        lines = _lines(here.get(member), there.get(member))
        yield {"member": member, "version": number, "lines": lines}


def _lines(here: Any, there: Any) -> list[dict[str, str]]:
    """What differs, line by line; none where there would be too much of it."""
    before, after = ([] if value is None else _pretty(value) for value in (here, there))
    if len(before) + len(after) > MOST_LINES:
        return []
    # The names of the two texts come first, then where the first difference stands.
    found = list(difflib.unified_diff(before, after, n=AROUND, lineterm=""))[3:]
    sides = {"-": "here", "+": "there", "@": "gap", " ": "same"}
    return [{"side": sides[line[0]], "text": line[1:] if line[0] != "@" else "…"} for line in found]


def _pretty(value: Any) -> list[str]:
    return json.dumps(value, ensure_ascii=False, indent=2).splitlines()


def _is_old(connection: Connection) -> bool:
    """Whether a page should look again by itself: not where that has just been tried."""
    tried = look_of(connection)
    seconds = (timezone.now() - tried.tried_at).total_seconds() if tried else FRESH
    return seconds >= FRESH or (current_look(connection) is None and not (tried and tried.failure))


def _seen_at(connection: Connection) -> datetime | None:
    seen = current_look(connection)
    return seen.seen_at if seen else None


def _connection(connection_id: UUID) -> Connection:
    return get_object_or_404(Connection.objects.select_related("look"), pk=connection_id)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
