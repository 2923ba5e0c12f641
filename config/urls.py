from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz
from escalations.api.reference import TICKET_CALLS
from governance.api.reference.registry import calls_register

# The API's documentation is governance's; the ticket calls in it are not known to it.
calls_register(*TICKET_CALLS)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("escalations.api.urls")),
    path("api/v1/", include("governance.api.urls")),
    path("api/", include("governance.api.docs_urls")),
    path("", include("dashboard.urls")),
]
