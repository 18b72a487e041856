"""What every API view shares: the policy is asked before the handler runs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.request import Request
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
