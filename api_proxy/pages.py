"""The pages of connections and submissions. Each asks the policy and hands plain values to a template."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from api_proxy.credentials import ALL_SECRETS
from api_proxy.forms import ConnectionForm
from api_proxy.models import Connection, Submission
from api_proxy.trial import Trial, try_out
from api_proxy.vault import CredentialUnreadable
from api_proxy.views import connection_json, submission_json
from editor import policy
from editor.api.problems import Problem
from editor.flow.say import say

PAGE = 50


@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    """Every connection, by name."""
    policy.require(request.user, "connection.view")
    context = {
        "connections": [_listed(connection) for connection in Connection.objects.select_related("sign_in")],
        "can_manage": policy.allowed(request.user, "connection.manage"),
        "can_test": policy.allowed(request.user, "connection.test"),
    }
    return render(request, "proxy/connections.html", context)


def _listed(connection: Connection) -> dict[str, Any]:
    shown = connection_json(connection)
    return {
        **shown,
        "kind_label": connection.get_kind_display(),
        "has_ended": connection.ends is not None and connection.ends <= timezone.now(),
        "ends_at": f"{connection.ends:%Y-%m-%d %H:%M}" if connection.ends else "",
        "clock_off_by": f"{abs(shown['clock_skew'] or 0):.0f}",
    }


@sensitive_post_parameters(*ALL_SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: HttpRequest, connection_id: UUID | None = None) -> HttpResponse:
    """The form of a connection, of a new one without ``connection_id``."""
    policy.require(request.user, "connection.manage")
    stored = get_object_or_404(Connection, pk=connection_id) if connection_id else None
    form = ConnectionForm(request.POST if request.method == "POST" else None, instance=stored)
    if form.is_bound and form.is_valid() and _saved(form):
        messages.success(request, say("{name} is stored.", name=form.instance.name))
        return redirect("connections")
    # Read again: a form that was refused has written what was typed into its instance.
    shown = Connection.objects.filter(pk=connection_id).first() if connection_id else None
    context = {"form": form, "connection": connection_json(shown) if shown else None}
    return render(request, "proxy/connection_form.html", context, status=400 if form.errors else 200)


def _saved(form: ConnectionForm) -> bool:
    try:
        form.save()
    except CredentialUnreadable:
        form.add_error(None, say("CREDENTIAL_KEYS holds no usable key, so no secret can be stored."))
    except Connection.DoesNotExist:
        raise Http404 from None
    except IntegrityError:
        form.add_error("name", say("Another connection has this name."))
    return not form.errors


@require_POST
def connection_test(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Sign in over a connection, and say on the list how it went."""
    policy.require(request.user, "connection.test")
    tested = get_object_or_404(Connection, pk=connection_id)
    try:
        trial = try_out(tested)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        add = messages.success if trial.ok else messages.error
        add(request, say("{name}: {detail}", name=tested.name, detail=trial.detail))
        for step in _worth_telling(trial):
            messages.info(request, step)
    return redirect("connections")


def _worth_telling(trial: Trial) -> list[str]:
    """What the steps say beyond the sentence that sums them up."""
    told = [step.detail for step in trial.steps if step.ok is not True or step.name == "clock"]
    return [text for text in dict.fromkeys(map(str, told)) if text not in str(trial.detail)]


@require_GET
def submissions(request: HttpRequest) -> HttpResponse:
    """The record of submissions, newest first, in pages."""
    policy.require(request.user, "submission.view")
    page = Paginator(Submission.objects.in_full(), PAGE).get_page(request.GET.get("page"))
    return render(request, "proxy/submissions.html", {"submissions": list(map(submission_json, page)), "page": page})
