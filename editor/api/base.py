"""What every API view shares: the policy is asked before the handler runs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from editor import policy


class ApiView(APIView):
    """One act, or one resource. ``asks`` names, by method, what the policy is asked."""

    asks: ClassVar[Mapping[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise NotAuthenticated()
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS":
            return
        if method not in self.asks:
            raise MethodNotAllowed(method)
        policy.require(request.user, self.asks[method])

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(answer, Response):
            answer.add_post_render_callback(_let_go)
        return answer


def _let_go(response: Any) -> None:
    """Take apart the circles of view, request and response, which hold the whole body: left to the garbage collector,
    they make every so many requests slow."""
    request: Any = response.renderer_context.get("request")
    response.renderer_context.clear()
    if request is not None:
        request.parser_context = {}
