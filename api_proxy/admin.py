"""Connections, submissions and handled alarms to look at. Connections are changed on their own page; the record is
never changed."""

from django.contrib import admin

from api_proxy.models import AlarmAction, AlarmDeed, Connection, Submission
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


@admin.register(AlarmAction)
class AlarmActionAdmin(LookOnly):
    list_display = ("alarm_id", "task_name", "machines", "connection_name", "state", "author", "created", "settled_by")
    list_filter = ("state", "task_type")
    list_select_related = ("author", "settled_by")


@admin.register(AlarmDeed)
class AlarmDeedAdmin(LookOnly):
    list_display = ("alarm_id", "kind", "connection_name", "state", "author", "created")
    list_filter = ("kind", "state")
    list_select_related = ("author",)
