from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance.domain.ids import id_new
from governance.domain.key_rates import RATE_LEAST, RATE_MOST
from governance.domain.types import Environment
from governance.models.choices import choices


class ApiKey(models.Model):
    """What an orchestrator signs in with; only the SHA-256 of its secret is kept.

    ``agents`` empty: any agent of the fleet; else the key may act and report for these alone.
    ``rate_per_minute`` None: no limit of its own. ``replaces`` is the key that this one was made
    to succeed; until that one's ``expires_at`` both sign in. ``lineage`` is the first of the keys
    that succeeded each other, whose limit they share; None: the key itself.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    environment = models.CharField(max_length=11, choices=choices(Environment))
    scopes = ArrayField(models.CharField(max_length=8))
    agents = ArrayField(models.UUIDField(), default=list, blank=True)
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="+"
    )
    lineage = models.UUIDField(null=True, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate_per_minute=None)
                | models.Q(rate_per_minute__gte=RATE_LEAST, rate_per_minute__lte=RATE_MOST),
                name="key_rate_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class PersonalToken(models.Model):
    """What a person signs in with from a script; bound to one user, with that user's roles."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_tokens"
    )
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class StoredAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key; without one it is in flight."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    principal = models.CharField(max_length=60)
    route = models.CharField(max_length=200)
    idempotency_key = models.CharField(max_length=200)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "route", "idempotency_key"], name="answer_once_per_key"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.idempotency_key}"
