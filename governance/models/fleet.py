from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance.domain.ids import id_new
from governance.domain.types import Enforcement, Role
from governance.models.choices import choices


def audit_secret_new() -> str:
    """Return what a fleet's audits are drawn with: 256 bits that nobody is told."""
    return secrets.token_hex(32)


class Fleet(models.Model):
    """A population of agents under one policy.

    ``event_seq`` is the last number given to an event; it is taken under this row's lock.
    ``audit_secret`` never leaves the database but for the draw itself. ``outbound_networks`` are
    those beyond the public internet that messages may be sent to.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    enforcement = models.CharField(
        max_length=8, choices=choices(Enforcement), default=Enforcement.ENFORCE.value
    )
    policy = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    refresh = models.ForeignKey(
        "governance.Refresh", on_delete=models.PROTECT, null=True, related_name="+"
    )
    event_seq = models.BigIntegerField(default=0)
    ticket_seq = models.BigIntegerField(default=0)
    audit_secret = models.CharField(max_length=64, default=audit_secret_new, editable=False)
    callback_hosts = models.JSONField(default=list, blank=True)
    outbound_networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    halted_at = models.DateTimeField(null=True, blank=True)
    halted_by = models.CharField(max_length=150, blank=True, default="")
    halt_reason = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """One person's one role in one fleet."""

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=choices(Role))
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "fleet"], name="membership_one_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.fleet_id}"
