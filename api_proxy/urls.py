"""The addresses of connections and submissions, pages and API."""

from django.urls import path

from api_proxy import pages, views

urlpatterns = [
    path("connections/", pages.connections, name="connections"),
    path("connections/new/", pages.connection, name="connection-new"),
    path("connections/<uuid:connection_id>/", pages.connection, name="connection"),
    path("connections/<uuid:connection_id>/test/", pages.connection_test, name="connection-test"),
    path("submissions/", pages.submissions, name="submissions"),
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
        views.GroupRuleView.as_view(),
        name="api-upstream-group-rule",
    ),
    path("api/rules/<uuid:rule_id>/submit/", views.SubmitView.as_view(), name="api-submit"),
    path("api/submissions/", views.SubmissionsView.as_view(), name="api-submissions"),
    path("api/submissions/<uuid:submission_id>/", views.SubmissionView.as_view(), name="api-submission"),
    path("api/submissions/<uuid:submission_id>/look-again/", views.LookAgainView.as_view(), name="api-look-again"),
]
