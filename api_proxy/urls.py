"""The addresses of connections, submissions and alarms, pages and API."""

from django.urls import path

from api_proxy import alarm_pages, alarm_views, live_pages, live_views, pages, views

_COC = "api/connections/<uuid:connection_id>/coc"

urlpatterns = [
    path("connections/", pages.connections, name="connections"),
    path("connections/new/", pages.connection, name="connection-new"),
    path("connections/<uuid:connection_id>/", pages.connection, name="connection"),
    path("connections/<uuid:connection_id>/test/", pages.connection_test, name="connection-test"),
    path("connections/<uuid:connection_id>/look/", live_pages.live_look, name="live-look"),
    path("connections/<uuid:connection_id>/import/", live_pages.live_import, name="live-import"),
    path("connections/<uuid:connection_id>/rules/", live_pages.live_rules, name="live-rules"),
    path("connections/<uuid:connection_id>/rules/<str:name>/", live_pages.live_rule_page, name="live-rule"),
    path("submissions/", pages.submissions, name="submissions"),
    path("alarms/", alarm_pages.alarms, name="alarms"),
    path("alarms/deeds/", alarm_pages.deeds, name="alarm-deeds"),
    path("alarms/runs/", alarm_pages.runs, name="alarm-runs"),
    path("alarms/runs/<uuid:action_id>/", alarm_pages.run, name="alarm-run"),
    path("api/connections/", views.ConnectionsView.as_view(), name="api-connections"),
    path("api/connections/<uuid:connection_id>/", views.ConnectionView.as_view(), name="api-connection"),
    path("api/connections/<uuid:connection_id>/test/", views.ConnectionTestView.as_view(), name="api-connection-test"),
    path(
        "api/connections/<uuid:connection_id>/notification-rules/",
        views.NotificationRulesView.as_view(),
        name="api-notification-rules",
    ),
    path(
        "api/connections/<uuid:connection_id>/group-rules/",
        views.GroupRulesView.as_view(),
        name="api-upstream-group-rules",
    ),
    path(
        "api/connections/<uuid:connection_id>/group-rules/<str:name>/",
        live_views.GroupRuleView.as_view(),
        name="api-upstream-group-rule",
    ),
    path("api/connections/<uuid:connection_id>/drift/", live_views.ConnectionDriftView.as_view(), name="api-drift"),
    path("api/connections/<uuid:connection_id>/import/", live_views.ImportView.as_view(), name="api-import"),
    path("api/connections/<uuid:connection_id>/removals/", live_views.RemovalsView.as_view(), name="api-removals"),
    path("api/rules/<uuid:rule_id>/drift/", live_views.RuleDriftView.as_view(), name="api-rule-drift"),
    path("api/rules/<uuid:rule_id>/submit/", views.SubmitView.as_view(), name="api-submit"),
    path("api/submissions/", views.SubmissionsView.as_view(), name="api-submissions"),
    path("api/submissions/<uuid:submission_id>/", views.SubmissionView.as_view(), name="api-submission"),
    path("api/submissions/<uuid:submission_id>/look-again/", views.LookAgainView.as_view(), name="api-look-again"),
    path("api/alarms/<str:alarm_id>/", alarm_views.AlarmView.as_view(), name="api-alarm"),
    path("api/alarms/<str:alarm_id>/handle/", alarm_views.HandleView.as_view(), name="api-alarm-handle"),
    path("api/alarms/<str:alarm_id>/histories/", alarm_views.HistoriesView.as_view(), name="api-alarm-histories"),
    path("api/alarms/<str:alarm_id>/responses/", alarm_views.ResponsesView.as_view(), name="api-alarm-responses"),
    path("api/alarms/<str:alarm_id>/clear/", alarm_views.ClearView.as_view(), name="api-alarm-clear"),
    path("api/alarms/<str:alarm_id>/incident/", alarm_views.IncidentView.as_view(), name="api-alarm-incident"),
    path("api/alarm-deeds/", alarm_views.AlarmDeedsView.as_view(), name="api-alarm-deeds"),
    path("api/alarm-actions/", alarm_views.AlarmActionsView.as_view(), name="api-alarm-actions"),
    path("api/alarm-actions/<uuid:action_id>/", alarm_views.AlarmActionView.as_view(), name="api-alarm-action"),
    path("api/alarm-actions/<uuid:action_id>/settle/", alarm_views.SettleView.as_view(), name="api-alarm-settle"),
    path(f"{_COC}/scripts/", alarm_views.ScriptsView.as_view(), name="api-coc-scripts"),
    path(f"{_COC}/scripts/<str:uuid>/", alarm_views.ScriptView.as_view(), name="api-coc-script"),
    path(f"{_COC}/documents/", alarm_views.DocumentsView.as_view(), name="api-coc-documents"),
    path(f"{_COC}/documents/<str:uuid>/", alarm_views.DocumentView.as_view(), name="api-coc-document"),
    path(f"{_COC}/resources/", alarm_views.ResourcesView.as_view(), name="api-coc-resources"),
]
