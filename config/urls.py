from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("escalations.api.urls")),
    path("api/v1/", include("governance.api.urls")),
    path("api/", include("governance.api.docs_urls")),
    path("", include("dashboard.urls")),
]
