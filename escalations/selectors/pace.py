"""One person's latest answers, for that person's own eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.pace import PacedDecision
from escalations.domain.voting import Choice
from escalations.models import Vote

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User


def decisions_since(*, user: User, since: datetime) -> list[PacedDecision]:
    """Return what the person answered after ``since``, in every fleet: attention is one.

    What was taken back counts, because it took attention too; one answer about several held tasks
    counts once.
    """
    votes = Vote.objects.filter(user=user, created_at__gt=since).order_by()
    found = votes.values_list("ticket_id", "created_at", "began_at", "choice").distinct()
    return [
        PacedDecision(at=at, began_at=began_at, is_approval=choice == Choice.APPROVE)
        for _, at, began_at, choice in found
    ]
