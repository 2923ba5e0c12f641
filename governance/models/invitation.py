from __future__ import annotations

from django.conf import settings
from django.db import models

from governance.domain.ids import id_new
from governance.domain.invitations import InvitationState
from governance.domain.types import Role
from governance.models.choices import choices


class Invitation(models.Model):
    """A link by which one person may join a fleet, once; only the SHA-256 of its token is kept.

    ``ended_by`` is the user name of who joined, or of who revoked it.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.CharField(max_length=254)
    role = models.CharField(max_length=8, choices=choices(Role))
    token_sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=7, choices=choices(InvitationState), default=InvitationState.OPEN.value
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["fleet", "created_at"], name="invitation_by_age")]

    def __str__(self) -> str:
        return f"invitation to {self.fleet_id} as {self.role}"
