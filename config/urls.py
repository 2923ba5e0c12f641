from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz
from config.metrics import metrics
from escalations.api.reference import TICKET_CALLS
from escalations.api.reference_channels import CHANNEL_CALLS
from escalations.api.reference_escalation import ESCALATION_CALLS
from escalations.api.reference_rules import RULE_CALLS
from governance.api.reference.registry import calls_register

# The API's documentation is governance's; what escalations answers is not known to it.
calls_register(*TICKET_CALLS, *RULE_CALLS, *ESCALATION_CALLS, *CHANNEL_CALLS)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    # First: addresses are tried in order, and agents ask these before each task.
    path("api/v1/", include("governance.api.urls")),
    path("api/v1/", include("escalations.api.urls")),
    path("api/v1/", include("escalations.api.rule_urls")),
    path("api/v1/", include("escalations.api.escalation_urls")),
    path("api/v1/", include("escalations.api.channel_urls")),
    path("api/", include("governance.api.docs_urls")),
    path("", include("dashboard.urls")),
]

handler404 = "dashboard.views.errors.not_found"
