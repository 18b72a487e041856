"""The pages of alarms: the one on which an alarm is handled, and the record of what was run. Each asks the policy and
hands plain values to a template or to the script of the page."""

import json
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from api_proxy.alarm_deeds import deed_json
from api_proxy.alarm_views import action_detail, action_json
from api_proxy.forms import SettleForm
from api_proxy.models import AlarmAction, AlarmDeed, Connection
from api_proxy.settling import settle
from editor import policy
from editor.api.problems import Problem
from editor.catalogue import front_catalogue

PAGE: Final = 50
#: What one choice of the page stands for.
UNDER_WAY: Final = (AlarmAction.State.PREPARED, AlarmAction.State.SENDING)
#: How far a filter is read: no alarm id is longer.
ALARM_READ: Final = 64


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The page on which an alarm is handled; ``?alarm=`` and ``?connection=`` fill it in."""
    policy.require(request.user, "alarm.view")
    user = request.user
    bootstrap = {
        "connections": [_choice(each) for each in Connection.objects.exclude(coc_region="").order_by("name")],
        "can": {
            "handle": policy.allowed(user, "alarm.handle"),
            "handle_many": policy.allowed(user, "alarm.handle_many"),
            "manage": policy.allowed(user, "connection.manage"),
        },
        "most_machines": settings.HANDLE_MOST_MACHINES,
        "language": get_language() or "en",
        "catalog": front_catalogue("canvas"),
    }
    return render(request, "proxy/alarms.html", {"bootstrap": bootstrap})


def _choice(connection: Connection) -> dict[str, str]:
    return {
        "id": str(connection.id),
        "name": connection.name,
        "coc_region": connection.coc_region,
        "project_id": connection.project_id,
        "enterprise_project_id": connection.enterprise_project_id,
    }


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The record of what was run because of alarms, newest first, in pages; ``?alarm=`` and ``?state=`` choose."""
    policy.require(request.user, "alarm.view")
    alarm, state = _alarm(request), request.GET.get("state", "")
    state = state if state in AlarmAction.State.values else ""
    rows = AlarmAction.objects.in_full()
    rows = rows.filter(alarm_id=alarm) if alarm else rows
    rows = rows.filter(state__in=UNDER_WAY if state in UNDER_WAY else [state]) if state else rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"actions": list(map(action_json, page)), "page": page, "alarm": alarm, "state": state}
    return render(request, "proxy/alarm_runs.html", context)


@require_GET
def deeds(request: HttpRequest) -> HttpResponse:
    """Who cleared which alarms or made incidents of them, newest first, paged; ``?alarm=`` and ``?kind=`` choose."""
    policy.require(request.user, "alarm.view")
    alarm, kind = _alarm(request), request.GET.get("kind", "")
    kind = kind if kind in AlarmDeed.Kind.values else ""
    rows = AlarmDeed.objects.in_full()
    rows = rows.filter(alarm_id=alarm) if alarm else rows
    rows = rows.filter(kind=kind) if kind else rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"deeds": list(map(deed_json, page)), "page": page, "alarm": alarm, "kind": kind}
    return render(request, "proxy/alarm_deeds.html", context)


def _alarm(request: HttpRequest) -> str:
    return request.GET.get("alarm", "").strip()[:ALARM_READ].replace("\x00", "")


@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """One run in full, as it is on record; nothing is asked. A POST settles it, where nobody knew whether it ran."""
    policy.require(request.user, "alarm.handle" if request.method == "POST" else "alarm.view")
    action = get_object_or_404(AlarmAction.objects.in_full().select_related("connection"), pk=action_id)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _settled(request, action, form)
    shown: dict[str, Any] = action_detail(action)
    request_text = json.dumps(shown["request"], indent=2, ensure_ascii=False)
    evidence = shown["evidence"] or {}
    context = {
        "action": shown,
        "request_text": request_text,
        "evidence": evidence,
        "is_under_way": action.is_under_way,
        "form": form if _can_settle(request, action) else None,
    }
    return render(request, "proxy/alarm_run.html", context)


def _can_settle(request: HttpRequest, action: AlarmAction) -> bool:
    return action.state == AlarmAction.State.NEEDS_HUMAN and policy.allowed(request.user, "alarm.handle")


def _settled(request: HttpRequest, action: AlarmAction, form: SettleForm) -> HttpResponse:
    given = form.cleaned_data
    outcome = AlarmAction.Settlement(given["outcome"])
    try:
        done = settle(action, cast(User, request.user), outcome, given["note"], given["work_order"])
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done.sentence)
    return redirect("alarm-run", action.id)
