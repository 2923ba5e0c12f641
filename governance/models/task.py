from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new
from governance.domain.types import (
    BlastLevel,
    Enforcement,
    Environment,
    Preset,
    TaskState,
    TaskType,
    Tier,
    Verdict,
)
from governance.models.choices import choices
from governance.models.transactions import TransactionNumber


class Task(models.Model):
    """A unit of work an orchestrator asks permission for.

    ``arguments`` is the canonical JSON text (RFC 8785) that is shown, hashed and handed back;
    ``arguments_asked`` what the caller had sent, where people edited it.
    ``escalation`` is the reference of whoever asks people, opaque here; ``resolution`` is how they
    answered: what, why, by whom, in the words sent to the agent. ``answer_read_at`` is when the
    caller was first told a person's no, which nobody can take back from then on.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="tasks")
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="tasks")
    key = models.ForeignKey("governance.ApiKey", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=120)
    body_sha256 = models.CharField(max_length=64)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    root_id = models.UUIDField(db_index=True)
    depth = models.PositiveIntegerField(default=0)
    requested_by = models.CharField(max_length=200)
    environment = models.CharField(max_length=11, choices=choices(Environment))
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, default="")
    operation = models.CharField(max_length=120)
    tool = models.CharField(max_length=120)
    target = models.CharField(max_length=300, blank=True, default="")
    arguments = models.TextField(default="{}")
    arguments_asked = models.TextField(blank=True, default="")
    action_digest = models.CharField(max_length=71)
    plan = models.JSONField(default=dict)
    declared_blast = models.JSONField(default=dict)
    budget_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    time_limit_s = models.PositiveIntegerField(null=True, blank=True)
    caller_state = models.TextField(blank=True, default="")
    callback_url = models.CharField(max_length=500, blank=True, default="")

    state = models.CharField(max_length=9, choices=choices(TaskState))
    task_type = models.CharField(max_length=12, choices=choices(TaskType))
    level = models.CharField(max_length=8, choices=choices(BlastLevel))
    spend_cap_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    is_probe = models.BooleanField(default=False)
    needs_grant = models.BooleanField(default=False)
    escalation = models.JSONField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    start_by = models.DateTimeField(null=True, blank=True)
    resolution = models.JSONField(null=True, blank=True)
    answer_read_at = models.DateTimeField(null=True, blank=True)

    spent_usd = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    steps = models.PositiveIntegerField(default=0)
    tools_used = models.JSONField(default=list)
    agents_spawned = models.PositiveIntegerField(default=0)
    # What the caller's own words alone would have meant, where the registry says more; and the
    # highest level it reached while it ran, where that is above the first. Empty means neither.
    stated_level = models.CharField(
        max_length=8, choices=choices(BlastLevel), blank=True, default=""
    )
    observed_level = models.CharField(
        max_length=8, choices=choices(BlastLevel), blank=True, default=""
    )

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    tainted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "external_id"], name="task_once_in_fleet"),
        ]
        indexes = [
            # With what the gate sums over 24 h, so that a busy day is read from the index alone.
            models.Index(
                fields=["agent", "-created_at"],
                include=["state", "budget_usd", "spent_usd"],
                name="task_by_agent",
            ),
            models.Index(
                fields=["start_by"],
                name="task_waits_for_start",
                condition=models.Q(state=TaskState.READY.value, needs_grant=False),
            ),
            models.Index(
                fields=["agent", "state"],
                name="task_open_by_agent",
                condition=models.Q(
                    state__in=[s.value for s in (TaskState.READY, TaskState.RUNNING)]
                ),
            ),
            models.Index(
                fields=["agent", "finished_at"],
                name="task_spent_then_cancelled",
                condition=models.Q(state=TaskState.CANCELLED.value, spent_usd__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Decision(models.Model):
    """One answer of the gate with everything it rested on, so that it can be decided again."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="decisions")
    moment = models.CharField(max_length=9)
    verdict = models.CharField(max_length=8, choices=choices(Verdict))
    would_be = models.CharField(max_length=8, choices=choices(Verdict))
    enforcement = models.CharField(max_length=8, choices=choices(Enforcement))
    reasons = models.JSONField()
    tier = models.CharField(max_length=8, choices=choices(Tier))
    task_type = models.CharField(max_length=12, choices=choices(TaskType))
    preset = models.CharField(max_length=12, choices=choices(Preset))
    level = models.CharField(max_length=8, choices=choices(BlastLevel))
    vector = models.CharField(max_length=60)
    blast = models.JSONField()
    limits = models.JSONField()
    inputs = models.JSONField()
    policy = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        indexes = [
            models.Index(fields=["task", "created_at"], name="decision_by_task"),
            models.Index(fields=["fleet", "-created_at"], name="decision_by_fleet"),
            models.Index(fields=["fleet", "transaction", "id"], name="decision_by_transaction"),
            # What shadow let pass, which is little or nothing of all decisions.
            models.Index(
                fields=["fleet", "created_at"],
                name="decision_let_pass",
                condition=~models.Q(verdict=models.F("would_be")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment} {self.verdict}"


class Grant(models.Model):
    """A one-use permission to run exactly what was approved.

    ``authority`` is the id of the record that approved it; this app never looks behind it.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="grants")
    authority = models.UUIDField(db_index=True)
    action_digest = models.CharField(max_length=71)
    envelope_level = models.CharField(max_length=8, choices=choices(BlastLevel))
    spend_cap_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    state = models.CharField(max_length=8)
    usable_from = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                name="grant_one_live_per_task",
                condition=models.Q(state__in=["ISSUED", "CONSUMED"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="grant_issued_expiry",
                condition=models.Q(state="ISSUED"),
            ),
            models.Index(
                fields=["-expires_at"],
                name="grant_lapsed_last",
                condition=models.Q(state="LAPSED"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.state}"
