from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new


class PolicyVersion(models.Model):
    """Everything tunable, immutable; decisions, tickets and trips name their version."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="policies")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    reason = models.TextField()
    published_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="policy_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
