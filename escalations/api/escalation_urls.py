"""Route of the calls about the escalation policy, mounted below ``/api/v1/``."""

from django.urls import path

from escalations.api.escalation import EscalationView

app_name = "escalation"

urlpatterns = [path("fleet/escalation", EscalationView.as_view(), name="policy")]
