"""Every address of the project, one include per app."""

from django.contrib import admin
from django.urls import include, path, re_path

from config import health, metrics
from editor.views import not_found

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("", include("editor.urls")),
    path("", include("api_proxy.urls")),
    re_path("^api/", not_found),
]
handler400 = "editor.views.bad_request"
handler403 = "editor.views.forbidden"
handler404 = "editor.views.not_found"
handler500 = "editor.views.server_error"
