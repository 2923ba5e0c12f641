from __future__ import annotations

from django.db import models

from governance.domain.drift_state import DriftKind, DriftSignal
from governance.domain.fleet_alarm import FREEZES
from governance.domain.ids import id_new
from governance.models.choices import choices


class DriftAlarm(models.Model):
    """A lasting change in one agent's work, open until people have looked at it.

    ``evidence`` holds the numbers of ``domain.transitions.DriftAlarmed``. One that is ``held``
    was raised while the fleet had an incident of its kind: it is never open. The acknowledgement
    is an input of a re-fold, at ``acknowledged_fact`` in the agent's order of facts.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="drift_alarms"
    )
    outcome = models.ForeignKey("governance.Outcome", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=choices(DriftKind))
    signal = models.CharField(max_length=7, choices=choices(DriftSignal))
    sentence = models.TextField()
    evidence = models.JSONField()
    held = models.BooleanField(default=False)
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    since_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    created_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    acknowledged_fact = models.BigIntegerField(null=True, blank=True)
    rebaselined = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["agent", "-raised_at"], name="drift_by_agent"),
            models.Index(fields=["kind", "-raised_at"], name="drift_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.signal}"


class FleetIncident(models.Model):
    """Many agents changed on one day, or were frozen within minutes: one cause is looked for.

    ``shared`` lists what they have in common, the most telling first: dimension, value, how many
    of the alarming agents and of the fleet have it. While it is open, alarms of drift of its kind
    are held, and further freezes raise no second one.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, related_name="incidents"
    )
    kind = models.CharField(max_length=13, choices=[*choices(DriftKind), (FREEZES, FREEZES)])
    sentence = models.TextField()
    shared = models.JSONField()
    agents = models.JSONField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "kind"],
                condition=models.Q(ended_at__isnull=True),
                name="incident_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.fleet_id}"
