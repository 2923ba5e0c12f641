from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from governance.domain.drift_state import NO_FACTS
from governance.domain.ids import id_new
from governance.domain.types import BlastLevel, Result, TaskType
from governance.models.choices import choices
from governance.models.transactions import TransactionNumber


class Outcome(models.Model):
    """How one task ended, with what it was judged by.

    ``fact`` is its place in the agent's own order; ``refresh`` and ``expected`` are what made live
    folding and a later full re-fold agree. ``trust_after`` and the components are the score in
    [0, 1] right after it, None where nothing is measured or before they were kept.
    ``vouched_inside`` is as it was folded: a `Reweighing` may say otherwise since.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="outcomes")
    task = models.OneToOneField(
        "governance.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="outcome"
    )
    task_external_id = models.CharField(max_length=120)
    body_sha256 = models.CharField(max_length=64)
    reporter = models.ForeignKey("governance.ApiKey", on_delete=models.PROTECT, related_name="+")
    fact = models.BigIntegerField()
    result = models.CharField(max_length=15, choices=choices(Result))
    source = models.CharField(max_length=200)
    self_report = models.BooleanField(default=False)
    task_type = models.CharField(max_length=12, choices=choices(TaskType))
    level = models.CharField(max_length=8, choices=choices(BlastLevel))
    error_code = models.CharField(max_length=120, blank=True, default="")
    cost_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    budget_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    value_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    duration_s = models.FloatField(null=True, blank=True)
    verified_quality = models.FloatField(null=True, blank=True)
    verified_by = models.CharField(max_length=200, blank=True, default="")
    late = models.BooleanField(default=False)
    is_probe = models.BooleanField(default=False)
    declared_honestly = models.BooleanField(null=True)
    vouched_inside = models.BooleanField(default=False)
    refresh_number = models.BigIntegerField(default=0)
    # 0 for those judged before it was kept: by the version in force when they were received.
    policy_number = models.BigIntegerField(default=0)
    expected = models.FloatField()
    normal = models.FloatField(null=True)
    weight = models.FloatField()
    trust_after = models.FloatField(null=True, blank=True)
    success_after = models.FloatField(null=True, blank=True)
    budget_after = models.FloatField(null=True, blank=True)
    consistency_after = models.FloatField(null=True, blank=True)
    finished_at = models.DateTimeField()
    received_at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "task_external_id"], name="outcome_once_per_task"
            ),
            models.UniqueConstraint(fields=["agent", "fact"], name="outcome_order"),
        ]
        indexes = [
            models.Index(fields=["fleet", "transaction"], name="outcome_by_transaction"),
            # With what the gate sums over the month, so that a busy month is read from it alone.
            models.Index(
                fields=["agent", "-finished_at"], include=["cost_usd"], name="outcome_by_agent"
            ),
            models.Index(
                fields=["fleet", "finished_at"], include=["source"], name="outcome_sources"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_external_id} {self.result}"


class Interaction(models.Model):
    """An exchange between two agents.

    Payoffs are what each side gained by it, in one unit; ``team`` is what the reporter calls the
    workflow that both belong to, empty for none.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=120)
    body_sha256 = models.CharField(max_length=64)
    reporter = models.ForeignKey("governance.ApiKey", on_delete=models.PROTECT, related_name="+")
    initiator = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="+")
    counterparty = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(
        "governance.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    value_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    cost_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    rating = models.FloatField(null=True, blank=True)
    verified_quality = models.FloatField(null=True, blank=True)
    verified_by = models.CharField(max_length=200, blank=True, default="")
    accepted = models.BooleanField(null=True, blank=True)
    payoff_initiator = models.FloatField(null=True, blank=True)
    payoff_counterparty = models.FloatField(null=True, blank=True)
    team = models.CharField(max_length=120, blank=True, default="")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "external_id"], name="interaction_once_in_fleet"
            ),
        ]
        indexes = [
            models.Index(fields=["fleet", "occurred_at"], name="interaction_by_time"),
            models.Index(fields=["fleet", "transaction"], name="interaction_by_transaction"),
        ]

    def __str__(self) -> str:
        return self.external_id


class Refresh(models.Model):
    """The numbered values agents are judged by until the next refresh.

    ``totals``: class -> failures, outcomes, events. ``groups``: owner or template -> failures,
    expected, agents, events. ``value_counts`` say how many tasks of a class were worth about how
    much, ``value_medians`` their median in dollars. ``work``: failures, expected, events of the
    whole fleet. ``drift_threshold`` follows from agents at work and tasks a day, as counted last;
    alarms of the kinds in ``incidents`` are held. ``watermark`` is the first transaction that had
    not ended when the outcomes were read.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    totals = models.JSONField()
    groups = models.JSONField(default=dict)
    value_counts = models.JSONField(default=dict)
    value_medians = models.JSONField(default=dict)
    sources_30d = models.PositiveIntegerField()
    work = models.JSONField(default=list)
    drift_threshold = models.FloatField(default=NO_FACTS.threshold)
    agents_active = models.PositiveIntegerField(default=0)
    tasks_a_day = models.FloatField(default=0.0)
    counted_at = models.DateTimeField(null=True)
    incidents = models.JSONField(default=list)
    watermark = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="refresh_number_once"),
        ]

    def __str__(self) -> str:
        return f"refresh {self.number}"


class RefreshShare(models.Model):
    """One agent's part of a refresh, stored when it changed.

    ``classes`` has the form of ``totals``; ``groups``: owner or template -> failures, expected,
    events; ``work`` likewise.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    refresh = models.ForeignKey(Refresh, on_delete=models.CASCADE, related_name="shares")
    agent = models.ForeignKey("governance.Agent", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    classes = models.JSONField()
    groups = models.JSONField(default=dict)
    work = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "number"], name="share_once_per_refresh"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} at {self.number}"
