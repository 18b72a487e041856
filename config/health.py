"""Whether the process lives, and whether it is of use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from api_proxy import keeper
from api_proxy.apps import check_credential_keys
from config.doors import may_look

State = Literal["ok", "degraded", "down"]
_ORDER: Final[tuple[State, ...]] = ("ok", "degraded", "down")


@dataclass(frozen=True)
class Part:
    """How one part of the service is, and what to do about it where it is not well."""

    state: State
    detail: str = ""


@login_not_required
@require_GET
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that an outage elsewhere restarts nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served, with "degraded" where not all of them; 503 with "down" where none can."""
    parts = look()
    state = worst(parts)
    body: dict[str, object] = {"status": "ready" if state == "ok" else state}
    if may_look(request):
        body["parts"] = {name: {"state": part.state, "detail": part.detail} for name, part in parts.items()}
    return JsonResponse(body, status=503 if state == "down" else 200)


def look() -> Mapping[str, Part]:
    """Every part of the service, by name."""
    database = _database()
    schema = _migrations() if database.state == "ok" else Part("down", "The database has to answer first.")
    return {"database": database, "migrations": schema, "credential keys": _keys(), "reconciler": _reconciler()}


def worst(parts: Mapping[str, Part]) -> State:
    return max((part.state for part in parts.values()), key=_ORDER.index)


def _database() -> Part:
    def ask() -> Part:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return Part("ok")

    return _asked(ask, "The database does not answer: see whether it runs and DATABASE_URL leads there.")


def _migrations() -> Part:
    def ask() -> Part:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return Part("down", f"{len(missing)} migrations are missing: run manage.py migrate.") if missing else Part("ok")

    return _asked(ask, "The table of migrations cannot be read.")


def _asked(ask: Callable[[], Part], otherwise: str) -> Part:
    try:
        return ask()
    except Error:
        return Part("down", otherwise)


def _keys() -> Part:
    """Without keys everything goes on but sending."""
    faults: list[CheckMessage] = check_credential_keys(None)
    return Part("degraded", f"{faults[0].msg} Nothing can be submitted.") if faults else Part("ok")


def _reconciler() -> Part:
    if keeper.is_alive():
        return Part("ok")
    return Part("degraded", "Nobody settles unclear submissions here: restart, or run manage.py reconcile --watch.")
