"""Who may do what: one table, asked by pages, API, admin and commands alike."""

from collections.abc import Mapping
from typing import Final, Literal

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.db.models import prefetch_related_objects

from editor.flow.say import mark, say

Role = Literal["designer", "reviewer", "admin"]
ROLES: Final[tuple[Role, ...]] = ("designer", "reviewer", "admin")

_WORDS: Final[Mapping[Role, str]] = {
    "designer": mark("designer"),
    "reviewer": mark("reviewer"),
    "admin": mark("admin"),
}
_EVERYONE: Final[frozenset[Role]] = frozenset(ROLES)
_DRAWING: Final[frozenset[Role]] = frozenset({"designer", "admin"})
#: Who may run things on machines because of an alarm.
_OPERATING: Final[frozenset[Role]] = frozenset({"designer", "admin"})
_ADMIN: Final[frozenset[Role]] = frozenset({"admin"})
ACTIONS: Final[Mapping[str, frozenset[Role]]] = {
    "rule.view": _EVERYONE,
    "rule.check": _EVERYONE,
    "rule.export": _EVERYONE,
    "rule.edit": _DRAWING,
    "rule.archive": _DRAWING,
    "rule.submit": _DRAWING,
    "submission.view": _EVERYONE,
    "connection.view": _EVERYONE,
    "connection.test": _DRAWING,
    "connection.manage": _ADMIN,
    "alarm.view": _EVERYONE,
    "alarm.handle": _OPERATING,
    "alarm.handle_many": _ADMIN,
    "admin.site": _ADMIN,
}


class Refused(Exception):
    """The user may not do this; the text says which roles may."""

    def __init__(self, action: str) -> None:
        self.action = action
        roles = f" {say('or')} ".join(say(_WORDS[role]) for role in ROLES if role in ACTIONS[action])
        text = mark("Your role does not allow this ({action}); it takes the role {roles}.")
        super().__init__(say(text, action=action, roles=roles))


def role_of(user: AbstractBaseUser | AnonymousUser) -> Role | None:
    """The role of an account: the strongest of its groups, "admin" for a superuser, None for strangers and for
    accounts that are switched off. The database is asked once for each ``user``, which lives for one request."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return "admin"
    prefetch_related_objects([user], "groups")
    groups = {group.name for group in user.groups.all()}
    return next((role for role in reversed(ROLES) if role in groups), None)


def allowed(user: AbstractBaseUser | AnonymousUser, action: str) -> bool:
    """Whether ``user`` may do ``action``. Raises KeyError for an action that the table does not know."""
    return role_of(user) in ACTIONS[action]


def require(user: AbstractBaseUser | AnonymousUser, action: str) -> None:
    """Raise Refused unless ``user`` may do ``action``."""
    if not allowed(user, action):
        raise Refused(action)


def give_role(user: User, role: Role) -> None:
    """Make ``role`` the one role of an account; only an admin reaches the admin pages."""
    user.groups.set([Group.objects.get_or_create(name=role)[0]])
    user.is_staff = role == "admin"
    user.save(update_fields=["is_staff"])
