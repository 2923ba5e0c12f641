from __future__ import annotations

from django.db import models

from governance.domain.containment import CascadeOrigin, Fate, SettledBy
from governance.domain.ids import id_new
from governance.models.choices import choices


class Lineage(models.Model):
    """What is counted below the failed parents of one live root (``domain.cascade``).

    There is no row before something failed. ``agents`` are ids, ``chance`` is the probability of
    as many failures by chance. In the lock order it comes after tasks and before tickets.
    """

    root = models.OneToOneField(
        "governance.Task", on_delete=models.CASCADE, primary_key=True, related_name="lineage"
    )
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    children = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    expected = models.FloatField(default=0.0)
    parents = models.PositiveIntegerField(default=0)
    agents = models.JSONField(default=list)
    chance = models.FloatField(default=1.0)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "-updated_at"], name="lineage_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.failures} of {self.children} below {self.root_id}"


class Cascade(models.Model):
    """One incident: why it was raised, and whether everything it holds is settled.

    ``agent`` is whose failures spread. ``beyond`` counts unstarted tasks that a cap left out.
    Rows are made under the fleet's lock, so that two alarms about one root meet.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="cascades")
    origin = models.CharField(max_length=7, choices=choices(CascadeOrigin))
    root = models.ForeignKey("governance.Task", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="+")
    sentence = models.TextField()
    evidence = models.JSONField(default=dict)
    enforced = models.BooleanField(default=True)
    beyond = models.PositiveIntegerField(default=0)
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=150, blank=True, default="")
    resolution = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "-opened_at"], name="cascade_by_fleet"),
            models.Index(
                fields=["root"],
                name="cascade_open_by_root",
                condition=models.Q(resolved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.root_id}"


class CascadeTask(models.Model):
    """One task that a cascade reached, what was done to it, and what a person said of it.

    ``level`` counts from what was tainted, 0 for that itself. Only a held task is settled; the
    lock of its task is its own.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    cascade = models.ForeignKey(Cascade, on_delete=models.CASCADE, related_name="tasks")
    task = models.ForeignKey("governance.Task", on_delete=models.CASCADE, related_name="cascades")
    level = models.PositiveSmallIntegerField()
    fate = models.CharField(max_length=7, choices=choices(Fate))
    settled = models.CharField(max_length=9, choices=choices(SettledBy), blank=True, default="")
    settled_by = models.CharField(max_length=150, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cascade", "task"], name="task_once_in_cascade"),
            models.UniqueConstraint(
                fields=["task"],
                name="task_held_by_one_cascade",
                condition=models.Q(fate=Fate.HELD.value, settled=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.fate}"
