"""The pages of rules. Each asks the policy, reads a stored version and hands plain values to a template."""

import sys
from dataclasses import replace
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from editor import policy, samples
from editor.api.problems import Problem, outage
from editor.api.views import asked_version, rule_body, version_summary
from editor.catalogue import front_catalogue
from editor.flow import ASSUMPTIONS, Finding, check, read, read_document
from editor.flow.arrange import arrange
from editor.flow.convert.chain import flow_of, titles_of
from editor.flow.convert.svg import svg, thumbnail
from editor.flow.outline import rows
from editor.flow.rule import Document, Json
from editor.flow.say import mark, say
from editor.flow.wiring import FALSE, TRUE
from editor.flow.words import row_text
from editor.models import NameTaken, Rule, Version
from editor.responses import response_words

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, object]:
    """What every page needs: the role of the reader, the colours chosen, the section of the navigation, and what its
    script says."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme", "")
    section = request.path.strip("/").split("/")[0] or "rules"
    return {
        "role": policy.role_of(user) if user is not None else None,
        "theme": theme if theme in THEMES else "",
        "nav": section,
        "catalogue": front_catalogue("pages"),
    }


class Login(LoginView):
    """The login page; who is logged in already is led on, and never back to it."""

    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        there = super().get_success_url()
        return resolve_url("rules") if there.split("?")[0] == self.request.path else there


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule that is not archived, by name."""
    policy.require(request.user, "rule.view")
    query = request.GET.get("search", "")[:200].replace("\x00", "")
    versions = Version.objects.newest().filter(rule__name__icontains=query)
    context = {
        "rules": [_row(version) for version in versions],
        "can_edit": policy.allowed(request.user, "rule.edit"),
        "query": query,
    }
    return render(request, "editor/rules.html", context)


def _row(version: Version) -> dict[str, object]:
    errors, warnings, picture = glance(version)
    return {
        "id": version.rule_id,
        "name": version.rule.name,
        "version": version.number,
        "author": str(version.author),
        "changed": version.created_at,
        "errors": errors,
        "warnings": warnings,
        "thumbnail": _safe(picture),
    }


def glance(version: Version) -> tuple[int, int, str]:
    """How many errors and warnings a version has, and its small picture; kept by digest, since a version stays."""

    def look() -> tuple[int, int, str]:
        rule = read_document(version.content)
        severities = [found.severity for found in check(rule)]
        return severities.count("error"), severities.count("warning"), thumbnail(rule) or ""

    return cache.get_or_set(f"glance-{version.digest}", look, timeout=3600) or look()


@require_GET
def canvas(request: HttpRequest, rule_id: UUID | None = None) -> HttpResponse:
    """The editor on a stored rule, or on a new one."""
    policy.require(request.user, "rule.view")
    rule = _live(rule_id) if rule_id else None
    if rule is None:
        policy.require(request.user, "rule.edit")
    user = request.user
    bootstrap = {
        "rule": rule_body(rule, rule.current) if rule else None,
        "user": {"username": user.get_username(), "role": policy.role_of(user)},
        "can": {
            "edit": policy.allowed(user, "rule.edit"),
            "submit": policy.allowed(user, "rule.submit"),
        },
        "language": get_language() or "en",
        "assumptions": {
            name: {"question": say(row.question), "choices": {word: say(text) for word, text in row.choices.items()}}
            for name, row in ASSUMPTIONS.items()
        },
        "catalog": front_catalogue("canvas"),
    }
    return render(request, "editor/canvas.html", {"bootstrap": bootstrap, "rule": rule})


@require_GET
def preview(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """A stored version as picture and words; needs no script."""
    policy.require(request.user, "rule.view")
    rule = _live(rule_id)
    version = asked_version(rule, request.GET.get("version", ""))
    content = read_document(version.content)
    findings = check(content)
    flow = flow_of(content) if content.flow or content.entries else None
    titles = titles_of(content) if flow else {}
    context = {
        "rule": rule,
        "version": {
            "number": version.number,
            "author": str(version.author),
            "created": version.created_at,
            "digest": version.digest,
            "message": version.message,
            "newest": version.number == rule.head,
        },
        "picture": _safe(svg(replace(content, flow=flow), version.positions, titles=titles, badges=badges(findings))),
        "rows": [
            {
                "title": titles[row.id],
                "text": row_text(flow, row),
                "depth": row.depth,
                "branch": row.branch,
                "word": say(row.branch) if row.branch in (TRUE, FALSE) else "",
                "again": row.again,
                "open": row.open,
                "anchor": "" if row.open or row.again else row.id,
            }
            for row in rows(flow)
        ]
        if flow
        else [],
        "prepared": [
            {"title": titles.get(card, card), "responses": [response_words(one) for one in responses]}
            for card, responses in version.prepared.items()
        ],
        "findings": [found.as_json() for found in findings],
        "assumptions": [{"id": name, **taken(name)} for name in READ_BY],
    }
    return render(request, "editor/preview.html", context)


def badges(findings: list[Finding]) -> dict[str, tuple[int, int]]:
    """How many errors and warnings each card has, by id."""
    counts: dict[str, tuple[int, int]] = {}
    for found in findings:
        for node in found.nodes:
            errors, warnings = counts.get(node, (0, 0))
            counts[node] = (errors + (found.severity == "error"), warnings + (found.severity == "warning"))
    return counts


#: The assumptions by which a reader follows a picture.
READ_BY = ("D7", "D9", "D13")


def taken(name: str) -> dict[str, str]:
    """The question of an assumption, and the answer that is taken for granted."""
    row = ASSUMPTIONS[name]
    return {"question": say(row.question), "answer": say(row.choices[row.default])}


@require_GET
def history(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Every version of a rule, newest first."""
    policy.require(request.user, "rule.view")
    rule = _live(rule_id)
    versions = [
        {
            "number": version.number,
            "author": str(version.author),
            "created": version.created_at,
            "message": version.message,
            "digest": version.digest,
            "has_new_responses": version.has_new_responses,  # type: ignore[attr-defined]  # given by with_news
        }
        for version in Version.objects.with_news().filter(rule=rule).select_related("author")
    ]
    return render(request, "editor/history.html", {"rule": rule, "versions": versions})


@require_GET
def compare(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """What differs between two versions: ``from`` and ``to`` in the query, else the newest and the one before it."""
    policy.require(request.user, "rule.view")
    rule = _live(rule_id)
    after = asked_version(rule, request.GET.get("to", ""))
    before = asked_version(rule, request.GET.get("from", "") or str(max(1, after.number - 1)))
    bootstrap = {
        "rule": {"id": str(rule.id), "name": rule.name},
        "before": rule_body(rule, before),
        "after": rule_body(rule, after),
        "versions": [version_summary(version) for version in rule.versions.select_related("author")],
        "language": get_language() or "en",
        "catalog": front_catalogue("canvas"),
    }
    context = {"bootstrap": bootstrap, "rule": rule, "before": before.number, "after": after.number}
    return render(request, "editor/compare.html", context)


@require_POST
def open_sample(request: HttpRequest) -> HttpResponse:
    """The published sample: opened where it is stored already, else stored and opened."""
    policy.require(request.user, "rule.edit")
    assert isinstance(request.user, User)
    return redirect("rule", rule_id=stored_sample(request.user).id)


def stored_sample(author: User) -> Rule:
    """The published sample as a rule, made where no live rule has its name."""
    content = read(samples.PUBLISHED)
    there = Rule.objects.live().filter(name=content.name)
    try:
        return there.first() or Rule.objects.start(author, content.document, positions(content.document), "Sample")
    except NameTaken:
        return there.get()  # somebody was faster


def positions(document: Document) -> Json:
    """The layout of a document that has none yet: the placement rule of the canvas."""
    flow = read_document(document).flow
    places = arrange(flow) if flow else {}
    return {"nodes": {node: {"x": x, "y": y} for node, (x, y) in places.items()}}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400, mark("Bad request"), say("The request could not be understood."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: an old page, or another site."""
    text = say("The page was open too long, or cookies are off. Reload it, then try again.")
    return _error(request, 403, "Not allowed", text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403, "Not allowed", str(exception or "") or say("Your role does not allow this."))


@csrf_exempt
@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404, "Not found", say("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer while an exception is handled that nobody expected; an outage of the database is none of those."""
    problem = outage(sys.exc_info()[1])
    if problem is not None:
        return _outage(request, problem)
    return _error(
        request,
        500,
        mark("Our fault"),
        say("Something went wrong here. Look whether your last step was stored before you repeat it."),
    )


def _outage(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Without the frame of the pages, which asks the database who reads."""
    if request.path.startswith("/api/"):
        return problem.response()
    return HttpResponse(render_to_string("outage.html", problem.body), status=problem.status, headers=problem.headers)


def _error(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return Problem(status, title, detail).response()
    return render(request, f"{status}.html", {"title": say(title), "detail": detail}, status=status)


def _live(rule_id: UUID) -> Rule:
    return get_object_or_404(Rule.objects.live(), pk=rule_id)


def _safe(picture: str | None) -> SafeString:
    """A picture of our own drawing, in which every text is escaped."""
    return mark_safe(picture or "")
