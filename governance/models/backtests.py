from __future__ import annotations

from django.db import models

from governance.domain.backtest.jobs import ALIVE, JobStage, JobState
from governance.domain.backtest.trials import TrialState
from governance.domain.ids import id_new
from governance.models.choices import choices


class PolicyTrial(models.Model):
    """A draft policy that is tried on what happens from ``started_at`` to ``until``.

    ``body`` is what the draft said at the beginning, ``changes`` how many settings that differs
    from ``base`` by. ``next_at`` is when it is compared again; None once it has ended.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=8, choices=choices(TrialState), default=TrialState.RUNNING.value
    )
    base = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    body = models.JSONField()
    changes = models.PositiveIntegerField()
    reason = models.TextField()
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    until = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet"],
                name="one_trial_at_a_time",
                condition=models.Q(state=TrialState.RUNNING.value),
            ),
        ]
        indexes = [
            models.Index(fields=["fleet", "-started_at"], name="trial_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"on v{self.base.number}, {self.state}"


class Backtest(models.Model):
    """A part of a fleet's record, decided again under a draft policy beside the one in force.

    ``base`` is the policy in force when it was asked for, ``body`` what the draft said then;
    ``values`` are its settings that differ, by path. The window goes from ``since`` to ``until``;
    ``wanted_since`` was asked for. ``share`` of the work is done, in [0, 1], ``stage`` says at
    what. ``decisions`` and ``outcomes`` of the window were counted beforehand. ``tries`` counts
    the different drafts tried on windows that overlap this one, this one included. ``report`` is
    `BacktestReport` as plain values. One of a ``trial`` reads what happened since that began.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    trial = models.ForeignKey(
        PolicyTrial, on_delete=models.CASCADE, null=True, blank=True, related_name="runs"
    )
    state = models.CharField(
        max_length=9, choices=choices(JobState), default=JobState.WAITING.value
    )
    base = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    body = models.JSONField()
    values = models.JSONField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    wanted_since = models.DateTimeField()
    stage = models.CharField(max_length=30, default=JobStage.WAITING.value)
    share = models.FloatField(default=0.0)
    decisions = models.PositiveIntegerField(default=0)
    outcomes = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=1)
    report = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet"],
                name="one_backtest_at_a_time",
                condition=models.Q(state__in=[each.value for each in ALIVE], trial=None),
            ),
            models.UniqueConstraint(
                fields=["trial"],
                name="one_run_of_a_trial_at_a_time",
                condition=models.Q(state__in=[each.value for each in ALIVE]),
            ),
        ]
        indexes = [
            models.Index(fields=["fleet", "-asked_at"], name="backtest_by_fleet"),
            models.Index(
                fields=["heard_at"],
                name="backtest_alive",
                condition=models.Q(state__in=[each.value for each in ALIVE]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}, {self.state}"
