"""The admin pages: accounts and roles; rules and versions to look at, never to edit behind the API's back."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group, User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from editor import policy
from editor.models import ApiToken, Rule, Version


def _may_enter(request: HttpRequest) -> bool:
    return policy.allowed(request.user, "admin.site")


@login_not_required
def _login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """One way to log in for all pages; who is logged in and lacks the role is told so."""
    if _may_enter(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise policy.Refused("admin.site")
    return redirect_to_login(request.GET.get("next", request.path))


admin.site.has_permission = _may_enter  # type: ignore[method-assign]
admin.site.login = _login  # type: ignore[method-assign,assignment]
admin.site.site_header = admin.site.site_title = "Groupflow"
admin.site.unregister(Group)
admin.site.unregister(User)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Rows that are written elsewhere."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_enter(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_enter(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Accounts and their role, which is a group. An account is switched off, not deleted: its work keeps its name.

    The members that would reach past the roles (superuser, single permissions) are not offered.
    """

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role"), {"fields": ("is_active", "groups")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "password1", "password2", "groups")}),)
    list_display = ("username", "first_name", "last_name", "is_active")
    list_filter = ("is_active", "groups")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_enter(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_enter(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_enter(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account that reaches past the roles is changed by its like only."""
        beyond = isinstance(obj, User) and obj.is_superuser
        return _may_enter(request) and (not beyond or bool(getattr(request.user, "is_superuser", False)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Rule)
class RuleAdmin(LookOnly):
    list_display = ("name", "head", "created_by", "changed_at", "archived_at")
    search_fields = ("name",)


@admin.register(Version)
class VersionAdmin(LookOnly):
    list_display = ("rule", "number", "author", "created_at", "digest")


@admin.register(ApiToken)
class ApiTokenAdmin(LookOnly):
    """Tokens are made by ``manage.py token``; here they can be taken away."""

    list_display = ("user", "tail", "created_at")
    exclude = ("hashed",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_enter(request)
