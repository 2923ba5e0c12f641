from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance.domain.audits import AuditState, AuditVerdict
from governance.domain.ids import id_new
from governance.domain.types import Result
from governance.models.choices import choices
from governance.models.transactions import TransactionNumber


class Audit(models.Model):
    """One finished task that was drawn for a person to check.

    ``sentence`` says why it was drawn, or why it is skipped though it was. ``asked`` is what people
    wanted to see by it, None where chance drew it.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("governance.Agent", on_delete=models.PROTECT, related_name="audits")
    outcome = models.OneToOneField(
        "governance.Outcome", on_delete=models.PROTECT, related_name="audit"
    )
    asked = models.ForeignKey(
        "governance.TieCheck",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="audits",
    )
    probability = models.FloatField()
    sentence = models.TextField()
    drawn_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=choices(AuditState))
    verdict = models.CharField(max_length=7, choices=choices(AuditVerdict), blank=True, default="")
    by = models.CharField(max_length=150, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["fleet", "-drawn_at"], name="audit_by_day"),
            models.Index(
                fields=["fleet"],
                name="audit_open",
                condition=models.Q(state=AuditState.OPEN.value),
            ),
            models.Index(fields=["agent", "-drawn_at"], name="audit_by_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.state}"


class Correction(models.Model):
    """What one outcome counts as from ``fact`` on in its agent's order; the outcome itself stays.

    ``before`` and ``after`` are results; after a correction the outcome counts as verified by
    ``by``. Trust and tier are the agent's right before and after, trust in [0, 1] or None where
    too little is known.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.PROTECT, related_name="corrections"
    )
    outcome = models.ForeignKey(
        "governance.Outcome", on_delete=models.PROTECT, related_name="corrections"
    )
    fact = models.BigIntegerField()
    before = models.CharField(max_length=15, choices=choices(Result))
    after = models.CharField(max_length=15, choices=choices(Result))
    by = models.CharField(max_length=150)
    reason = models.TextField(blank=True, default="")
    sentence = models.TextField()
    trust_before = models.FloatField(null=True, blank=True)
    trust_after = models.FloatField(null=True, blank=True)
    tier_before = models.CharField(max_length=8)
    tier_after = models.CharField(max_length=8)
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "fact"], name="correction_order"),
        ]
        indexes = [models.Index(fields=["transaction", "id"], name="correction_by_transaction")]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.before} -> {self.after}"


class Reweighing(models.Model):
    """Outcomes of an agent that weigh nothing from ``fact`` on in its order, or weigh again.

    ``outcomes`` are their facts; the outcomes themselves stay. They weigh nothing where
    ``vouched_inside``: nobody but other members of a ring vouches for them.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.PROTECT, related_name="reweighings"
    )
    fact = models.BigIntegerField()
    outcomes = ArrayField(models.BigIntegerField())
    vouched_inside = models.BooleanField()
    by = models.CharField(max_length=150)
    sentence = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "fact"], name="reweighing_order"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {len(self.outcomes)} outcomes"
