from __future__ import annotations

from django.conf import settings
from django.db import models

from escalations.domain.notifying import ChannelState, NoticeState, Purpose
from escalations.models.ticket import Ticket
from governance.domain.ids import id_new


class NoticeChannel(models.Model):
    """Where one person, or a fleet as a whole, is told that a ticket waits.

    ``address`` is a mail address or the URL of a chat, which holds secrets: it is kept as it is
    until the channel ends, and what people are shown is ``shown``. ``failures`` counts those in a
    row. One worker at a time sends to it: until ``worked_until`` nobody else does. ``tests`` counts
    the test messages, each with a code of its own; the latest counts until ``proof_until``, for a
    few tries.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notice_channels",
    )
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=4)
    address = models.CharField(max_length=500)
    shown = models.CharField(max_length=254)
    state = models.CharField(max_length=8, default=ChannelState.UNPROVEN.value)
    tests = models.PositiveIntegerField(default=0)
    proof_until = models.DateTimeField(null=True, blank=True)
    proof_tries = models.PositiveSmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    worked_until = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, fleet__isnull=False)
                | models.Q(user__isnull=False, fleet__isnull=True),
                name="channel_of_person_or_fleet",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ChannelState.ENDED.value, ended_at__isnull=False)
                | (~models.Q(state=ChannelState.ENDED.value) & models.Q(ended_at__isnull=True)),
                name="channel_ended_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fleet"],
                name="channel_of_fleet",
                condition=models.Q(fleet__isnull=False, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.shown


class NoticeHours(models.Model):
    """A person's time zone and quiet hours; without both times there are none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    zone = models.CharField(max_length=64)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "notice hours"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_from_and_until",
            ),
        ]

    def __str__(self) -> str:
        return f"hours of {self.user_id}"


class Notice(models.Model):
    """One message to one channel: a call for a ticket, several calls in one, a report, or a test.

    ``due_at`` is when it was planned for, ``held_until`` the end of the quiet hours that moved it,
    ``next_at`` when it is tried next; while an attempt is under way, when that counts as lost.
    ``flooded``: its agent asks so much that nobody is called for this ticket alone. ``folded_into``
    is the message that told of it with others, ``instead_of`` the one whose channel failed.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    channel = models.ForeignKey(NoticeChannel, on_delete=models.CASCADE, related_name="notices")
    purpose = models.CharField(max_length=6)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    flooded = models.BooleanField(default=False)
    state = models.CharField(max_length=7, default=NoticeState.WAITING.value)
    unsent = models.CharField(max_length=16, blank=True, default="")
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    folded_into = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="folded"
    )
    instead_of = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "level", "channel"],
                name="notice_once_per_call",
                condition=models.Q(purpose=Purpose.CALL.value),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    purpose=Purpose.CALL.value, ticket__isnull=False, level__isnull=False
                )
                | (
                    ~models.Q(purpose=Purpose.CALL.value)
                    & models.Q(ticket__isnull=True, level__isnull=True)
                ),
                name="notice_call_has_ticket",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=NoticeState.WAITING.value, next_at__isnull=False, ended_at__isnull=True
                )
                | (
                    ~models.Q(state=NoticeState.WAITING.value)
                    & models.Q(next_at__isnull=True, ended_at__isnull=False)
                ),
                name="notice_waits_or_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="notice_due",
                condition=models.Q(state=NoticeState.WAITING.value),
            ),
            models.Index(fields=["channel", "-sent_at"], name="notice_sent_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.channel_id}"
