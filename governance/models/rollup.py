from __future__ import annotations

from decimal import Decimal

from django.db import models

from governance.domain.ids import id_new
from governance.domain.money import ZERO
from governance.domain.rollup import BucketSize
from governance.domain.types import TaskType, Tier
from governance.models.choices import choices


def _dollars() -> models.DecimalField[Decimal, Decimal]:
    """Return a column for a sum of amounts, which has room for more digits than one amount."""
    return models.DecimalField(max_digits=30, decimal_places=6, default=ZERO)


def _score() -> models.FloatField[float | None, float | None]:
    return models.FloatField(null=True, blank=True)


class AgentBucket(models.Model):
    """What one agent's outcomes that finished in a bucket of time came to, as they were reported.

    ``outcomes`` is the sum of the four counts after it. ``trust`` and its components, in [0, 1],
    are those after the outcome ``last_fact``, the last of the bucket in the agent's own order;
    ``trust_low`` and ``trust_high`` its 10 to 90 % band, None where the outcome was rolled up
    after the agent had gone on.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    size = models.CharField(max_length=4, choices=choices(BucketSize))
    starts_at = models.DateTimeField()
    outcomes = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    partials = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    neutrals = models.PositiveIntegerField(default=0)
    over_budget = models.PositiveIntegerField(default=0)
    cost_usd = _dollars()
    value_usd = _dollars()
    last_fact = models.BigIntegerField(default=0)
    trust = _score()
    trust_low = _score()
    trust_high = _score()
    success_score = _score()
    budget_score = _score()
    consistency_score = _score()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "size", "starts_at"], name="agent_bucket_once"
            ),
        ]
        indexes = [
            models.Index(fields=["fleet", "size", "starts_at"], name="agent_bucket_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.size} {self.starts_at}"


class FleetBucket(models.Model):
    """How a fleet stood when a bucket of time was last looked at, at ``taken_at``.

    Quantiles of trust are those of the ``scored`` agents, None where there is none; the three
    tiers add up to ``agents``.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    size = models.CharField(max_length=4, choices=choices(BucketSize))
    starts_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    agents = models.PositiveIntegerField()
    scored = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    medium = models.PositiveIntegerField()
    low = models.PositiveIntegerField()
    frozen = models.PositiveIntegerField()
    probation = models.PositiveIntegerField()
    trust_p10 = _score()
    trust_p25 = _score()
    trust_p50 = _score()
    trust_p75 = _score()
    trust_p90 = _score()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "size", "starts_at"], name="fleet_bucket_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fleet_id} {self.size} {self.starts_at}"


class CellHour(models.Model):
    """What one cell of the matrix, task type and tier, saw in an hour.

    ``allowed``, ``escalated`` and ``denied`` are the gate's first answers to what was ``asked`` in
    the hour. The rest is counted when it happened: ``approved``, ``refused`` and ``expired`` of
    what people were asked, ``overruled`` where they let run other arguments than asked or what the
    gate held back; ``outcomes`` of tasks, ``failures`` among them, and what they cost. A task
    keeps the cell in which it was first asked for.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    starts_at = models.DateTimeField()
    task_type = models.CharField(max_length=12, choices=choices(TaskType))
    tier = models.CharField(max_length=8, choices=choices(Tier))
    asked = models.PositiveIntegerField(default=0)
    allowed = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)
    denied = models.PositiveIntegerField(default=0)
    approved = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    overruled = models.PositiveIntegerField(default=0)
    outcomes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    cost_usd = _dollars()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "starts_at", "task_type", "tier"], name="cell_hour_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fleet_id} {self.task_type} {self.tier} {self.starts_at}"


class RollupMark(models.Model):
    """How far a fleet is rolled up.

    Outcomes up to row ``outcome_id`` of ``outcome_transaction`` are, events up to ``event_seq``,
    and what was asked before ``asked_until`` is counted for good.
    """

    fleet = models.OneToOneField(
        "governance.Fleet", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    outcome_transaction = models.BigIntegerField(default=0)
    outcome_id = models.UUIDField(null=True, blank=True)
    event_seq = models.BigIntegerField(default=0)
    asked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.fleet_id} up to {self.outcome_transaction}"
