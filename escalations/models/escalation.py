from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new


class EscalationPolicyVersion(models.Model):
    """Who is called for a fleet's tickets, level by level; a version never changes.

    The highest number is in force. Tickets carry a copy, so a new version moves none that waits.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    reason = models.TextField()
    published_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="escalation_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
