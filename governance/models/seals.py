from __future__ import annotations

from django.db import models

from governance.domain.ids import id_new
from governance.domain.log.states import CheckState
from governance.models.choices import choices


class Seal(models.Model):
    """A signed batch of rows of one kind: their ids and digests, one after the other.

    ``number`` has no gaps within a fleet; ``previous`` is the signature of the seal before. What
    is signed is said by `domain.log.seals.Seal`.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    form = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField()
    upto_order = models.BigIntegerField()
    upto_id = models.UUIDField()
    ids = models.BinaryField()
    digests = models.BinaryField()
    head = models.CharField(max_length=64, blank=True, default="")
    remark = models.TextField(blank=True, default="")
    previous = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="seal_number_once"),
        ]
        indexes = [models.Index(fields=["fleet", "kind", "number"], name="seal_by_kind")]

    def __str__(self) -> str:
        return f"seal {self.number} of {self.rows} {self.kind}"


class SealCheckpoint(models.Model):
    """What a lawful removal took of one kind: the ids of the rows, who agreed to it, and when."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    rows = models.PositiveIntegerField()
    first_id = models.UUIDField()
    last_id = models.UUIDField()
    ids = models.BinaryField()
    why = models.CharField(max_length=120)
    by = models.CharField(max_length=310)
    previous = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)
    removed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="checkpoint_number_once"),
        ]
        indexes = [
            models.Index(fields=["fleet", "kind", "first_id"], name="checkpoint_by_id"),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.number}: {self.rows} {self.kind}"


class SealKeyLoss(models.Model):
    """The record that keys are lost and given up, signed with the key of from then on.

    ``lost``: what each of them signed. What is signed is said by `domain.log.losses.KeyLoss`.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    lost = models.JSONField()
    seals = models.BigIntegerField()
    seal = models.CharField(max_length=64, blank=True, default="")
    checkpoints = models.BigIntegerField()
    checkpoint = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveIntegerField()
    seal_digests = models.BinaryField()
    checkpoint_digests = models.BinaryField()
    reason = models.TextField()
    by = models.CharField(max_length=200)
    given_up_at = models.DateTimeField()
    remark = models.TextField(blank=True, default="")
    previous = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="seal_key_loss_number_once"),
        ]

    def __str__(self) -> str:
        return f"record {self.number} of a lost key"


class SealHead(models.Model):
    """How far a fleet's log is sealed, signed: its newest seal and checkpoint, its marks.

    ``losses`` and ``loss`` are number and signature of the newest record of a lost key. ``marks``:
    kind -> order and id of the last row that was looked at, and when all there were had been, None
    while more wait.
    """

    fleet = models.OneToOneField(
        "governance.Fleet", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    number = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True, default="")
    checkpoints = models.BigIntegerField(default=0)
    checkpoint = models.CharField(max_length=64, blank=True, default="")
    marks = models.JSONField(default=dict)
    losses = models.BigIntegerField(default=0)
    loss = models.CharField(max_length=64, blank=True, default="")
    key = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sealed up to {self.number}"


class LogCheck(models.Model):
    """One check of a fleet's log against its seals: asked for, run by a worker, what it found.

    ``counts``: rows read by kind. ``findings`` are the first ones, ``found`` counts all of them,
    ``rows`` in how many rows they are, None where it was not counted; ``kinds`` are those of all,
    empty where they were not noted. ``upto`` is the number of the
    newest seal that was checked, ``seal`` its signature.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=choices(CheckState))
    share = models.FloatField(default=0.0)
    counts = models.JSONField(default=dict)
    seals = models.PositiveIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True, default="")
    findings = models.JSONField(default=list)
    found = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    error = models.TextField(blank=True, default="")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="log_check_number_once"),
            models.UniqueConstraint(
                fields=["fleet"],
                name="log_check_one_at_a_time",
                condition=models.Q(state__in=[CheckState.WAITING.value, CheckState.RUNNING.value]),
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.number} {self.state}"
