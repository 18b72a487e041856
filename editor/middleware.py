"""What every answer goes through: refusals become pages, and pages with foreign scripts get a policy they run under."""

from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse

from editor.policy import Refused
from editor.views import forbidden


class RefusedPages:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return forbidden(request, exception) if isinstance(exception, Refused) else None


class ForeignScripts:
    """Django's admin pages and Swagger UI write markup from strings: they alone go without Trusted Types."""

    UNTYPED: ClassVar = {"require-trusted-types-for": None, "trusted-types": None}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match and (match.namespace == "admin" or match.url_name == "api-docs"):
            response._csp_replace = self.UNTYPED  # type: ignore[attr-defined]  # what django-csp reads
        return response
