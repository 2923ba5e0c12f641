from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new
from governance.domain.retention import LIVE, Cut, RetentionState
from governance.models.choices import choices


class RetentionRun(models.Model):
    """One removal of what is past its time: fixed, exported, agreed to by two, carried out.

    The three times are those of `domain.retention.Cut`; ``events_upto`` is the last number of the
    log that goes. ``lines`` are what the preparation counted: for each kind ``rows``, ``oldest``
    and ``bytes``. ``stays`` has for each sentence how many lineages stay because of it.
    ``ringed`` are the agents of standing rings at that time: their interactions are in no archive
    and stay. ``exported`` is the manifest of the archive that was sent whole, ``removed`` counts
    rows by kind as they go. Until ``worked_until`` a worker has it.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=choices(RetentionState))
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    tasks_before = models.DateTimeField(null=True, blank=True)
    interactions_before = models.DateTimeField(null=True, blank=True)
    events_before = models.DateTimeField(null=True, blank=True)
    events_upto = models.BigIntegerField(default=0)
    lines = models.JSONField(default=list)
    stays = models.JSONField(default=dict)
    ringed = models.JSONField(default=list)
    exported = models.JSONField(default=dict)
    exported_by = models.CharField(max_length=150, blank=True, default="")
    exported_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    proposed_by = models.CharField(max_length=150, blank=True, default="")
    proposed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.CharField(max_length=150, blank=True, default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict)
    share = models.FloatField(default=0.0)
    worked_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="retention_number_once"),
            models.UniqueConstraint(
                fields=["fleet"],
                name="retention_one_at_a_time",
                condition=models.Q(state__in=[state.value for state in LIVE]),
            ),
        ]

    def __str__(self) -> str:
        return f"removal {self.number} {self.state}"

    @property
    def cut(self) -> Cut:
        """Return up to when it takes each kind."""
        return Cut(self.tasks_before, self.interactions_before, self.events_before)


class RetentionLineage(models.Model):
    """A lineage of tasks that a removal takes whole; its row goes with it.

    Fixed when it is prepared, so that nothing goes that was not exported.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="lineages")
    root_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "root_id"], name="retention_lineage_once"),
        ]

    def __str__(self) -> str:
        return str(self.root_id)


class RetentionAgent(models.Model):
    """An agent whose outcomes up to ``fact`` in its order a removal may take."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="agents")
    agent = models.ForeignKey("governance.Agent", on_delete=models.CASCADE, related_name="+")
    fact = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "agent"], name="retention_agent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} up to {self.fact}"


class HistoryCut(models.Model):
    """Where an agent's stored history begins since a removal: its state right after ``fact``.

    What came before may be gone; every re-fold starts here.
    """

    agent = models.OneToOneField(
        "governance.Agent", on_delete=models.CASCADE, primary_key=True, related_name="history_cut"
    )
    fact = models.BigIntegerField()
    state = models.JSONField()
    run = models.ForeignKey(RetentionRun, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agent_id} after {self.fact}"
