"""One line in the log for every request that was answered."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from config.metrics import count_request

log = logging.getLogger(__name__)


class AccessLog:
    """Writes what was asked by the name of its route: paths and queries hold what people typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        count_request(request.method, route(request), response.status_code)
        told = {"method": request.method, "route": route(request), "status": response.status_code}
        log.info("request", extra={**told, "ms": round(seconds * 1000), "user_id": user_id(request)})
        return response


def route(request: HttpRequest) -> str:
    """The name of the address, empty where there is none."""
    match = request.resolver_match
    return match.view_name or match.route if match else ""


def user_id(request: HttpRequest) -> int | None:
    """Who asked, as far as somebody looked that up already: a line in the log is worth no query."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and user.__dict__.get("_wrapped") is empty:
        return None
    return getattr(user, "pk", None)
