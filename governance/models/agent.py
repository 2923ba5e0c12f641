from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from governance.domain.collusion.penalties import Penalty
from governance.domain.ids import id_new
from governance.domain.types import (
    ENDED_BY_PEOPLE,
    BlastLevel,
    BreakerMode,
    BreakerState,
    Enforcement,
    Hold,
    HoldOrigin,
    TaskType,
    Tier,
)
from governance.models.choices import choices

if TYPE_CHECKING:
    from datetime import datetime


class Agent(models.Model):
    """An identity: who it is, who owns it, what it is meant to do.

    This row is the lock under which everything about the agent is decided or folded.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="agents")
    external_id = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_agents"
    )
    template = models.CharField(max_length=120, blank=True, default="")
    model = models.CharField(max_length=120, blank=True, default="")
    mandate_tools = models.JSONField(default=list, blank=True)
    mandate_environments = models.JSONField(default=list, blank=True)
    mandate_level = models.CharField(
        max_length=8, choices=choices(BlastLevel), default=BlastLevel.LOW.value
    )
    # Set by people, on what the agent did; a description sent again does not lift it.
    mandate_ceiling = models.CharField(
        max_length=8, choices=choices(BlastLevel), blank=True, default=""
    )
    budget_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    enforcement = models.CharField(
        max_length=8, choices=choices(Enforcement), blank=True, default=""
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=150, blank=True, default="")
    pause_reason = models.TextField(blank=True, default="")
    pause_until = models.DateTimeField(null=True, blank=True)
    # What follows from collusion: whether a ring of the agent stands, and what its confirmed ones
    # impose in all, by their records (tier low until then, this share of the budget).
    in_ring = models.BooleanField(default=False)
    penal_until = models.DateTimeField(null=True, blank=True)
    penal_budget_share = models.FloatField(null=True, blank=True)
    # Whether people may want jobs checked that it does for others (`TieCheck`): most have none, and
    # their outcomes need not look.
    tie_checked = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "external_id"], name="agent_once_in_fleet"),
        ]

    def __str__(self) -> str:
        return self.external_id

    def is_paused(self, now: datetime) -> bool:
        """Return whether a pause stands at ``now``, swept or not."""
        return self.paused_at is not None and (self.pause_until is None or self.pause_until > now)

    def penalty(self, now: datetime) -> Penalty | None:
        """Return what confirmed collusion imposes at ``now``."""
        until, share = self.penal_until, self.penal_budget_share
        if until is None or share is None or until <= now:
            return None
        return Penalty(until, share)

    @property
    def level_alone(self) -> BlastLevel:
        """Return the highest level the agent reaches without a person: mandate and ceiling."""
        described = BlastLevel(self.mandate_level)
        if not self.mandate_ceiling:
            return described
        return min(described, BlastLevel(self.mandate_ceiling), key=lambda level: level.rank)


class Standing(models.Model):
    """What an agent has earned and whether it may run: one row, one version, one update.

    ``state`` is the engine's state, exact; the columns beside it are its projection for queries
    and are written with it, never alone (``services.standing.settled_store``).
    """

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    state = models.JSONField()
    facts = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    tier = models.CharField(max_length=8, choices=choices(Tier), default=Tier.LOW.value)
    trust = models.FloatField(null=True, blank=True)
    trust_low = models.FloatField(null=True, blank=True)
    trust_high = models.FloatField(null=True, blank=True)
    outcomes = models.PositiveBigIntegerField(default=0)
    breaker_state = models.CharField(
        max_length=9, choices=choices(BreakerState), default=BreakerState.CLOSED.value
    )
    breaker_mode = models.CharField(
        max_length=7, choices=choices(BreakerMode), default=BreakerMode.ENFORCE.value
    )
    hold = models.CharField(max_length=11, choices=choices(Hold), default=Hold.NONE.value)
    hold_origin = models.CharField(
        max_length=8, choices=choices(HoldOrigin), default=HoldOrigin.NONE.value
    )
    breaker_level = models.PositiveIntegerField(default=0)
    frozen_until = models.DateTimeField(null=True, blank=True)
    half_open_since = models.DateTimeField(null=True, blank=True)
    awaits_release = models.BooleanField(default=False)
    drifting = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["breaker_state", "frozen_until"],
                name="standing_not_closed",
                condition=~models.Q(breaker_state=BreakerState.CLOSED.value),
            ),
            models.Index(
                fields=["hold"],
                name="standing_held",
                condition=~models.Q(hold=Hold.NONE.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} v{self.version}"

    @property
    def is_frozen(self) -> bool:
        """Return whether there is a freeze that people can end, by the detector or by hand."""
        return self.breaker_state == BreakerState.OPEN or self.hold in ENDED_BY_PEOPLE

    @property
    def is_frozen_by_person(self) -> bool:
        """Return whether a person froze the agent, be it latched besides."""
        return self.hold in ENDED_BY_PEOPLE and self.hold_origin == HoldOrigin.PERSON


class BreakerTransition(models.Model):
    """One move of one breaker, in the agent's own order of facts.

    Moves by people and by the sweeper are inputs of a re-fold; moves by the detector are its
    outputs and are compared.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="transitions")
    fact = models.BigIntegerField()
    move = models.CharField(max_length=32)
    actor = models.CharField(max_length=150)
    enforced = models.BooleanField(default=True)
    reason = models.TextField()
    arguments = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    before = models.JSONField()
    after = models.JSONField()
    policy = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "-fact"], name="transition_by_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.move}"


class Bypass(models.Model):
    """One agent's breaker passed over for a while: asked by one admin, agreed to by another.

    Until ``agreed_by`` is set it is only asked for, and nothing is passed over.
    """

    agent = models.OneToOneField(
        Agent, on_delete=models.CASCADE, primary_key=True, related_name="bypass"
    )
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    reason = models.TextField()
    length_min = models.PositiveIntegerField()
    agreed_by = models.CharField(max_length=150, blank=True, default="")
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="bypass_by_end")]

    def __str__(self) -> str:
        return f"{self.agent_id} until {self.ends_at:%H:%M}"


class UsualWork(models.Model):
    """What one agent's tasks of one operation and tool really did, day by day.

    ``days`` maps a day (UTC, ISO) to counts: tasks, and for each metric and for the task type how
    often each value was seen. ``tasks``, ``metrics`` and ``task_type`` are their summary, which is
    all the gate reads.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="usual_work")
    operation = models.CharField(max_length=120)
    tool = models.CharField(max_length=120)
    days = models.JSONField(default=dict)
    tasks = models.PositiveIntegerField(default=0)
    metrics = models.JSONField(default=dict)
    task_type = models.CharField(max_length=12, choices=choices(TaskType), blank=True, default="")
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "operation", "tool"], name="usual_work_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} with {self.tool}, {self.tasks} tasks"
