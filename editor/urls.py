"""The addresses of pages of rules and accounts."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from editor import views

urlpatterns = [
    path("", views.rules, name="rules"),
    path("rules/new/", views.canvas, name="rule-new"),
    path("rules/<uuid:rule_id>/", views.canvas, name="rule"),
    path("rules/<uuid:rule_id>/preview/", views.preview, name="rule-preview"),
    path("rules/<uuid:rule_id>/history/", views.history, name="rule-history"),
    path("rules/<uuid:rule_id>/diff/", views.compare, name="rule-diff"),
    path("samples/published/", views.open_sample, name="open-sample"),
    path("accounts/login/", views.Login.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
    path("api/", include("editor.api.urls")),
]
