from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from governance.domain.collusion.states import RingState, ScanSlice, ScanState
from governance.domain.ids import id_new
from governance.models.choices import choices

if TYPE_CHECKING:
    from datetime import datetime

# The stage of a scan that no worker has taken up.
WAITING = "waiting"


class CollusionScan(models.Model):
    """One search of a fleet's interactions, as it goes and what it came to.

    ``share`` of the work is done, in [0, 1], ``stage`` says at what. ``gaps`` are sentences on
    evidence that the fields do not allow. ``risks`` rank agents (id, risk), the highest first;
    ``watch`` lists ties and groups in step without evidence of damage, ``covered`` those and the
    rings that a declared team explains. ``changed`` are sentences on what is new since the scan
    before.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    slice = models.CharField(max_length=6, choices=choices(ScanSlice))
    state = models.CharField(
        max_length=7, choices=choices(ScanState), default=ScanState.RUNNING.value
    )
    stage = models.CharField(max_length=20, default=WAITING)
    share = models.FloatField(default=0.0)
    interactions = models.PositiveIntegerField(default=0)
    agents = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    gaps = models.JSONField(default=list)
    risks = models.JSONField(default=list)
    watch = models.JSONField(default=list)
    covered = models.JSONField(default=list)
    changed = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet"],
                name="one_scan_at_a_time",
                condition=models.Q(state=ScanState.RUNNING.value),
            ),
        ]
        indexes = [
            models.Index(fields=["fleet", "-started_at"], name="scan_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"{self.slice} {self.state}"


class CollusionRing(models.Model):
    """Agents accused together, one row however often they are found again.

    ``findings`` hold the evidence with its sentences, ``figures`` what moved and what it costs
    others. ``circles`` are the ``agents`` (ids) whose word for each other weighs nothing, each time
    ``since`` when; none in shadow. ``penalties`` has one record for each confirmation: ids of the
    ``agents``, ``until`` when they stay at tier low with ``budget_share`` of their budgets, and for
    the fine what they received from each other ``since`` then as far as it was ``reported`` by
    then, the dollars in all (``usd``) and the ledger's ``transactions``. A dismissed ring is silent
    while a declared team covers it. One that was found to be part of an older ring is merged into
    that.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=9, choices=choices(RingState), default=RingState.SUSPECTED.value
    )
    kind = models.CharField(max_length=20)
    sentence = models.TextField()
    chance = models.FloatField()
    value_usd = models.DecimalField(max_digits=20, decimal_places=6)
    severity_usd = models.DecimalField(max_digits=20, decimal_places=6)
    findings = models.JSONField()
    circles = models.JSONField(default=list)
    penalties = models.JSONField(default=list)
    figures = models.JSONField()
    enforced = models.BooleanField(default=True)
    first_scan = models.ForeignKey(CollusionScan, on_delete=models.PROTECT, related_name="+")
    last_scan = models.ForeignKey(CollusionScan, on_delete=models.PROTECT, related_name="+")
    agents = models.ManyToManyField("governance.Agent", related_name="rings")
    opened_at = models.DateTimeField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )
    merged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "state", "-found_at"], name="ring_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class DeclaredTeam(models.Model):
    """Agents that people know to work closely together: not watched, not accused, until a time.

    ``name`` is of the workflow that brings them together; a team of a dismissed ``ring`` has none.
    It counts until ``until``, or until a person ended it earlier.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    ring = models.ForeignKey(
        CollusionRing, on_delete=models.SET_NULL, null=True, blank=True, related_name="teams"
    )
    name = models.CharField(max_length=120, blank=True, default="")
    agents = models.ManyToManyField("governance.Agent", related_name="+")
    reason = models.TextField()
    declared_by = models.CharField(max_length=150)
    declared_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")
    end_reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "until"], name="team_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"until {self.until:%Y-%m-%d}"

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it counts at ``now``."""
        return self.ended_at is None and self.until > now


class TieCheck(models.Model):
    """People want the next ``wanted`` jobs checked that one of these agents does for another.

    ``closed_at`` is when the last of them was put before people, or the ring was cleared.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    ring = models.ForeignKey(
        CollusionRing, on_delete=models.SET_NULL, null=True, blank=True, related_name="checks"
    )
    agents = models.ManyToManyField("governance.Agent", related_name="tie_checks")
    wanted = models.PositiveIntegerField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "-asked_at"], name="tie_check_by_fleet"),
        ]

    def __str__(self) -> str:
        return f"{self.wanted} jobs"
