"""Connections and submissions to look at. Connections are changed on their own page; the record is never changed."""

from django.contrib import admin

from api_proxy.models import Connection, Submission
from editor.admin import LookOnly


@admin.register(Connection)
class ConnectionAdmin(LookOnly):
    list_display = ("name", "region", "project_id", "kind", "has_credentials", "ends", "changed")
    search_fields = ("name",)
    exclude = ("sealed", "revision")


@admin.register(Submission)
class SubmissionAdmin(LookOnly):
    list_display = ("version", "connection_name", "state", "operation", "dry_run", "author", "created", "finished")
    list_filter = ("state", "dry_run")
    list_select_related = ("version__rule", "author")
