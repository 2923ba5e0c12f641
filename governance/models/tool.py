from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new
from governance.domain.types import ToolStatus
from governance.models.choices import choices


class Tool(models.Model):
    """What a tool can do, as letters of the blast vector; it counts once an admin confirmed it.

    A changed description goes back to pending. Until it is confirmed the stricter of both counts,
    metric by metric.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="tools")
    name = models.CharField(max_length=120)
    proposed = models.JSONField()
    proposed_sha256 = models.CharField(max_length=64)
    confirmed = models.JSONField(null=True, blank=True)
    confirmed_sha256 = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(
        max_length=9, choices=choices(ToolStatus), default=ToolStatus.PENDING.value
    )
    confirmed_by = models.CharField(max_length=150, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "name"], name="tool_once_in_fleet"),
        ]

    def __str__(self) -> str:
        return self.name
