from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance.domain.ids import id_new
from governance.domain.outbound import LONGEST_URL
from governance.domain.webhooks import DeliveryState
from governance.models.choices import choices


class WebhookEndpoint(models.Model):
    """Where a fleet's events are sent, and how that goes.

    ``events`` empty: all of them. ``after_seq`` is the last event that was looked at for it. With a
    ``callback_host`` it stands for the callbacks of tasks to that host, each to a URL of its own.
    ``failures`` counts those in a row, the first at ``failing_since``; until ``rests_until``
    nothing is sent. One worker at a time sends to it: until ``worked_until`` nobody else does. A
    secret signs every message, so it is kept as it is; it is shown once.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=LONGEST_URL)
    callback_host = models.CharField(max_length=260, blank=True, default="")
    events = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    secret = models.CharField(max_length=80)
    former_secret = models.CharField(max_length=80, blank=True, default="")
    former_until = models.DateTimeField(null=True, blank=True)
    after_seq = models.BigIntegerField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    worked_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet", "callback_host"],
                name="callbacks_one_endpoint",
                condition=models.Q(ended_at=None) & ~models.Q(callback_host=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint; a callback to ``callback_url``, as its task named it.

    ``next_at`` is when it is tried next; while an attempt is under way, when that counts as lost.
    ``queued_at`` is when it was written, or asked to be sent once more.
    ``log`` holds the latest attempts, oldest first: time, status or null, a sentence, and ms.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey("governance.Event", on_delete=models.CASCADE, related_name="+")
    callback_url = models.CharField(max_length=LONGEST_URL, blank=True, default="")
    state = models.CharField(
        max_length=9, choices=choices(DeliveryState), default=DeliveryState.PENDING.value
    )
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    log = models.JSONField(default=list)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="delivery_due",
                condition=models.Q(state=DeliveryState.PENDING.value),
            ),
            models.Index(
                fields=["ended_at"],
                name="delivery_by_age",
                condition=models.Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"
