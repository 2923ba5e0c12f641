from __future__ import annotations

from django.conf import settings
from django.db import models

from governance.domain.ids import id_new


class PreApproval(models.Model):
    """A rule by which requests of one agent are approved without asking, for a few hours.

    What it lets through never changes: whoever wants another makes another. ``arguments`` is the
    canonical JSON of its bounds (`domain.bounds`), ``tier`` the agent's when the rule began to
    count. ``expires_at`` ends the proposal until somebody accepts it, then the rule. Whoever
    writes the row holds its agent.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=9)
    tool = models.CharField(max_length=120)
    operation = models.CharField(max_length=120)
    environment = models.CharField(max_length=11)
    targets = models.JSONField()
    arguments = models.TextField()
    spend_most_usd = models.DecimalField(max_digits=20, decimal_places=6)
    level_most = models.CharField(max_length=8)
    hours = models.FloatField()
    uses_most = models.PositiveIntegerField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=8, blank=True, default="")
    reason = models.TextField()
    made_from = models.ForeignKey(
        "escalations.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="preapproval_number_once"),
            models.CheckConstraint(
                condition=models.Q(level_most__in=["LOW", "MEDIUM"]),
                name="preapproval_low_or_medium",
            ),
            models.CheckConstraint(
                condition=models.Q(uses_most=None) | models.Q(uses__lte=models.F("uses_most")),
                name="preapproval_uses_at_most",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ACTIVE")
                | models.Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="preapproval_active_was_accepted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent"],
                name="preapproval_active",
                condition=models.Q(state="ACTIVE"),
            ),
            models.Index(fields=["fleet", "-number"], name="preapproval_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"rule #{self.number}"
