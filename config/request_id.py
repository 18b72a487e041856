"""The id of a request: one word that stands in every line of the log, in the answer and in every problem."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse

HEADER: Final = "X-Request-Id"
_GIVEN: Final = re.compile("[A-Za-z0-9-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request that this thread works on; empty where it works on none."""
    return _current.get()


class RequestId:
    """Takes the id that a request brings, where it is 8 to 64 of A-Z, a-z, 0-9 and "-"; makes one otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]  # for what Django logs once the request is over
        before = _current.set(name)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(before)
        response[HEADER] = name
        return response
