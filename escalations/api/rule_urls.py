"""Routes of the calls about pre-approval rules, mounted below ``/api/v1/``."""

from django.urls import path

from escalations.api.rules import (
    RuleAcceptView,
    RuleDeclineView,
    RuleRevokeView,
    RulesView,
    RuleView,
)

app_name = "rules"

urlpatterns = [
    path("rules", RulesView.as_view(), name="list"),
    path("rules/<int:number>", RuleView.as_view(), name="read"),
    path("rules/<int:number>/accept", RuleAcceptView.as_view(), name="accept"),
    path("rules/<int:number>/decline", RuleDeclineView.as_view(), name="decline"),
    path("rules/<int:number>/revoke", RuleRevokeView.as_view(), name="revoke"),
]
