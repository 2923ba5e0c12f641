from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new
from governance.domain.types import BreakerState, Tier
from governance.models.choices import choices


class StateSnapshot(models.Model):
    """The engine's state of one agent right after ``fact`` in its order, to re-fold from.

    ``confirmed_at`` is when a re-fold last arrived at it from what came before.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="snapshots"
    )
    fact = models.BigIntegerField()
    state = models.JSONField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "fact"], name="snapshot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} after {self.fact}"


class TrustDay(models.Model):
    """An agent's standing at one moment of one day, UTC: what charts of months are drawn from.

    ``trust`` in [0, 1] with its 10 to 90 % band, None where too little was known.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="trust_days"
    )
    day = models.DateField()
    trust = models.FloatField(null=True, blank=True)
    trust_low = models.FloatField(null=True, blank=True)
    trust_high = models.FloatField(null=True, blank=True)
    tier = models.CharField(max_length=8, choices=choices(Tier))
    outcomes = models.PositiveBigIntegerField()
    breaker_state = models.CharField(max_length=9, choices=choices(BreakerState))
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "day"], name="trust_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} on {self.day}"


class FormerKin(models.Model):
    """The owner and template an agent had up to ``fact``: its outcomes were judged beside them."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="former_kin"
    )
    fact = models.BigIntegerField()
    owner = models.CharField(max_length=40)
    template = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "fact"], name="former_kin_by_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} until {self.fact}"
