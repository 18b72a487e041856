"""The addresses of the API of rules, below /api/."""

from django.urls import path

from editor.api import views

urlpatterns = [
    path("check/", views.CheckView.as_view(), name="api-check"),
    path("simulate/", views.SimulateView.as_view(), name="api-simulate"),
    path("convert/", views.ConvertView.as_view(), name="api-convert"),
    path("rules/", views.RulesView.as_view(), name="api-rules"),
    path("rules/<uuid:rule_id>/", views.RuleView.as_view(), name="api-rule"),
    path("rules/<uuid:rule_id>/versions/", views.VersionsView.as_view(), name="api-versions"),
    path("rules/<uuid:rule_id>/versions/<int:number>/", views.VersionView.as_view(), name="api-version"),
    path("rules/<uuid:rule_id>/export/", views.ExportView.as_view(), name="api-export"),
    path("rules/<uuid:rule_id>/responses/resolve/", views.ResolveView.as_view(), name="api-resolve"),
    path("schema/", views.SchemaView.as_view(), name="api-schema"),
    path("docs/", views.DocsView.as_view(url_name="api-schema"), name="api-docs"),
]
