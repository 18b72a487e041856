"""How a request says who it is: a bearer token (scripts), or the session of the pages."""

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from editor.flow.say import say
from editor.models import ApiToken


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer gf_…``. The answer to a wrong one does not tell why it is wrong."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user = ApiToken.objects.owner(text.strip())
        if user is None:
            raise AuthenticationFailed(say("The token is not known. Make one with: manage.py token USER"))
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PageSession(SessionAuthentication):
    """The cookie of the pages; unsafe methods need the CSRF token too."""
