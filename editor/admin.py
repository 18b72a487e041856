"""The admin pages: accounts and roles; rules and versions to look at, never to edit behind the API's back."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest

from editor import policy
from editor.models import ApiToken, Rule, Version


def _may_enter(request: HttpRequest) -> bool:
    return policy.allowed(request.user, "admin.site")


admin.site.has_permission = _may_enter  # type: ignore[method-assign]
admin.site.login_form = AdminAuthenticationForm
admin.site.site_header = admin.site.site_title = "Groupflow"


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
