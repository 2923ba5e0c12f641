from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from escalations.models.transactions import TransactionNumber
from governance.domain.ids import id_new


class Ticket(models.Model):
    """A question to people about one task, one agent, one attempt or one finding.

    ``version`` grows with every move of a person; a decision names the version it was made on.
    A claim holds until ``lease_until``, whether or not the sweeper has cleared it since.
    ``snapshot`` is what reviewers are shown: taken when the ticket opened, and for a release or a
    drift once more when its question grows, which takes a new version. ``subject`` is the id of
    the audited outcome, the cascade, the fleet's incident, or the call that decided the emergency
    an incident reviews. Only an incident of the whole fleet has no agent. A snooze holds until
    ``snoozed_until``, swept or not. ``extended_from`` is the first ``decide_by``, once a question
    has moved it. ``preapproval`` is the rule that approved a task without asking anybody;
    ``emergency`` says that two admins did, in place of the usual quorum.
    ``escalation`` is the policy as it was when the ticket opened, None where nobody is waited for;
    ``escalate_at`` is when to look for the next level, None on the last. ``escalated_to`` names
    who the levels after the first have called: ``person:7``, ``role:manager``.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    resolution = models.CharField(max_length=16, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    risk_level = models.CharField(max_length=8)
    task = models.ForeignKey(
        "governance.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject = models.UUIDField(null=True, blank=True)
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=300)
    action_digest = models.CharField(max_length=71, blank=True, default="")
    snapshot = models.JSONField()
    approvals_needed = models.PositiveSmallIntegerField()
    needs_manager = models.BooleanField(default=False)
    requested_by = models.CharField(max_length=200, blank=True, default="")
    practice = models.BooleanField(default=False)

    opened_at = models.DateTimeField()
    decide_by = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    claim_seen_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    needs_info = models.BooleanField(default=False)
    extended_from = models.DateTimeField(null=True, blank=True)
    usable_from = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=150, blank=True, default="")
    reason_code = models.CharField(max_length=40, blank=True, default="")
    reason_text = models.TextField(blank=True, default="")
    preapproval = models.ForeignKey(
        "escalations.PreApproval",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
    )
    emergency = models.BooleanField(default=False)
    escalation = models.JSONField(null=True, blank=True)
    escalation_level = models.PositiveSmallIntegerField(default=1)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalation_reason = models.TextField(blank=True, default="")
    escalated_to = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    escalate_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["task", "action_digest", "kind"],
                name="ticket_once_while_pending",
                condition=models.Q(state="PENDING", task__isnull=False, subject__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["subject", "kind"],
                name="ticket_once_per_subject",
                condition=models.Q(state="PENDING", subject__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(agent__isnull=False)
                | models.Q(
                    kind__in=["incident", "collusion"], task__isnull=True, subject__isnull=False
                ),
                name="ticket_has_agent",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="task") | models.Q(task__isnull=False),
                name="task_ticket_has_task",
            ),
            models.CheckConstraint(
                condition=models.Q(preapproval=None)
                | models.Q(kind="task", risk_level__in=["LOW", "MEDIUM"], practice=False),
                name="ticket_preapproved_low_or_medium",
            ),
            models.CheckConstraint(
                condition=models.Q(emergency=False)
                | models.Q(
                    kind="task",
                    practice=False,
                    preapproval=None,
                    resolution__in=["approved", "approved_edited", "denied"],
                ),
                name="ticket_emergency_was_approved",
            ),
            models.UniqueConstraint(
                fields=["agent", "kind"],
                name="release_ticket_once_while_pending",
                condition=models.Q(state="PENDING", kind="release"),
            ),
            models.UniqueConstraint(
                fields=["agent", "kind"],
                name="drift_ticket_once_while_pending",
                condition=models.Q(state="PENDING", kind="drift"),
            ),
            models.CheckConstraint(
                condition=models.Q(escalation__isnull=False)
                | models.Q(escalate_at__isnull=True, escalation_level=1),
                name="escalated_ticket_has_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(snoozed_until__isnull=True)
                | models.Q(state="PENDING", claimed_by__isnull=True, snoozed_by__isnull=False),
                name="snoozed_ticket_is_free",
            ),
        ]
        indexes = [
            models.Index(
                fields=["decide_by"],
                name="ticket_pending_deadline",
                condition=models.Q(state="PENDING"),
            ),
            models.Index(fields=["fleet", "state", "-opened_at"], name="ticket_by_fleet"),
            models.Index(
                fields=["escalate_at"],
                name="ticket_escalation_due",
                condition=models.Q(state="PENDING", escalate_at__isnull=False),
            ),
            models.Index(
                fields=["snoozed_until"],
                name="ticket_snoozed",
                condition=models.Q(snoozed_until__isnull=False),
            ),
            models.Index(fields=["task"], name="ticket_by_task"),
            models.Index(fields=["agent", "-opened_at"], name="ticket_by_agent"),
            models.Index(
                fields=["fleet", "-resolved_at", "-id"],
                name="ticket_ended",
                condition=models.Q(resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class Vote(models.Model):
    """One person's answer, bound to exactly what that person was shown.

    ``task`` is the held task that an answer to a cascade is about: each is answered once.
    ``began_at`` is the earliest that the person can have begun to look: the claim, or else the
    opening of the ticket; None for votes from before it was kept.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes"
    )
    role = models.CharField(max_length=8)
    choice = models.CharField(max_length=16)
    reason_code = models.CharField(max_length=40)
    reason_text = models.TextField(blank=True, default="")
    task = models.ForeignKey(
        "governance.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action_digest = models.CharField(max_length=71, blank=True, default="")
    ticket_version = models.PositiveIntegerField()
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+"
    )
    began_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    transaction = models.BigIntegerField(db_default=TransactionNumber())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "user"],
                name="vote_once_per_person",
                condition=models.Q(withdrawn_at__isnull=True, task__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["ticket", "task"],
                name="vote_once_per_held_task",
                condition=models.Q(withdrawn_at__isnull=True, task__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="vote_by_person"),
            models.Index(fields=["transaction", "id"], name="vote_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.choice} {self.ticket_id}"
