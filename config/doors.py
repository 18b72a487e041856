"""Who may look behind the counter: this machine, and admins by session or token."""

from ipaddress import ip_address
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from editor.api.tokens import BearerToken
from editor.policy import role_of


class LoginRequired(LoginRequiredMiddleware):
    """Django's own looks up who asks before it sees that the page is open to all: a probe would need the database."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


#: What a proxy adds: then the address is that of the proxy, which may be this machine for the whole world.
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_look(request: HttpRequest) -> bool:
    """Whether the details of how the service runs are for whoever asks."""
    return is_local(request) or is_admin(request)


def is_local(request: HttpRequest) -> bool:
    """Whether the request came from this machine, by no proxy."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_admin(request: HttpRequest) -> bool:
    """Whether an admin asks; nobody is one while the database cannot say so."""
    try:
        found = BearerToken().authenticate(Request(request))
        return role_of(found[0] if found else getattr(request, "user", AnonymousUser())) == "admin"
    except (AuthenticationFailed, Error):
        return False
