"""What a person leaves behind at the end of a shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Subquery

from escalations.domain.notes import NoteKind
from escalations.domain.voting import Choice
from escalations.models import Note, Vote
from escalations.selectors.tickets import is_waiting, tickets_shown

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What waits because of one person, each ticket once, under the first of these it fits.

    ``held`` are claimed by them now, ``snoozed`` put off by them, ``approved`` wait for somebody
    else's approval after theirs, ``asked`` for the answer to their question; the first to end
    first.
    """

    held: tuple[Ticket, ...]
    snoozed: tuple[Ticket, ...]
    approved: tuple[Ticket, ...]
    asked: tuple[Ticket, ...]


def shift_of(*, user: User, fleet_ids: Collection[UUID], now: datetime) -> Shift:
    """Return what the person would leave behind, going now."""
    waiting = (
        tickets_shown()
        .filter(is_waiting(now=now), fleet_id__in=fleet_ids)
        .order_by("decide_by", "id")
    )
    voted = Vote.objects.filter(
        ticket=OuterRef("pk"), user=user, choice=Choice.APPROVE.value, withdrawn_at=None
    )
    questions = Note.objects.filter(ticket=OuterRef("pk"), kind=NoteKind.QUESTION.value)
    asker = questions.order_by("-created_at", "-id").values("user")[:1]
    held = waiting.filter(claimed_by=user, lease_until__gt=now)
    snoozed = waiting.filter(snoozed_by=user, snoozed_until__gt=now)
    approved = waiting.filter(Exists(voted))
    asked = waiting.filter(needs_info=True).annotate(asker=Subquery(asker)).filter(asker=user.pk)
    seen: set[UUID] = set()
    found: list[tuple[Ticket, ...]] = []
    for part in (held, snoozed, approved, asked):
        found.append(tuple(each for each in part if each.pk not in seen))
        seen |= {each.pk for each in found[-1]}
    return Shift(held=found[0], snoozed=found[1], approved=found[2], asked=found[3])
