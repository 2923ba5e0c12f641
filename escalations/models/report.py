from __future__ import annotations

from django.conf import settings
from django.db import models

from governance.domain.ids import id_new


class ReportWish(models.Model):
    """One person wants the report of one fleet by mail; ``next_at`` is when the next is due.

    Whoever plans a report moves ``next_at`` in the same transaction, so that each is planned once.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_wishes"
    )
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "report wishes"
        constraints = [
            models.UniqueConstraint(fields=["user", "fleet"], name="report_wish_once"),
        ]
        indexes = [models.Index(fields=["next_at"], name="report_due")]

    def __str__(self) -> str:
        return f"reports of {self.fleet_id} to {self.user_id}"


class Report(models.Model):
    """The report of one week to one person: planned once, whatever became of its mail."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    week = models.CharField(max_length=8)
    notice = models.OneToOneField(
        "escalations.Notice", on_delete=models.CASCADE, related_name="report"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "fleet", "week"], name="report_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.week} of {self.fleet_id} to {self.user_id}"
