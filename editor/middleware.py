"""A page that the policy refuses answers 403, like the API does."""

from collections.abc import Callable

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
