from __future__ import annotations

from django.conf import settings
from django.db import models

from governance.domain.first_run import Step
from governance.models.choices import choices


class FirstRun(models.Model):
    """How far the first run of this installation is; there is one row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    step = models.CharField(max_length=8, choices=choices(Step), default=Step.FLEET.value)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="first_run_once"),
        ]

    def __str__(self) -> str:
        return f"first run at {self.step}"
