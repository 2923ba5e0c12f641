"""The halt of a fleet, for the bar and above every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.controls import HaltCard
from dashboard.pages.names import actor_words, names_of
from governance.domain.permissions import Action, why_not

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.domain.types import Role
    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedHalt:
    """What a person had entered in a halt's form, and why it was not recorded."""

    fleet: str
    reason: str
    problem: str


def halts_for(
    seats: Sequence[tuple[Fleet, Role]], *, fleet: str = "", typed: TypedHalt | None = None
) -> tuple[HaltCard, ...]:
    """Return a card for each of a person's fleets, or for the one with the slug ``fleet``.

    ``typed`` is what came back from a form that was not recorded.
    """
    return tuple(
        halt_card(each, role, typed=typed if typed and typed.fleet == each.slug else None)
        for each, role in seats
        if not fleet or each.slug == fleet
    )


def halt_card(fleet: Fleet, role: Role, *, typed: TypedHalt | None = None) -> HaltCard:
    """Return whether the fleet is halted, by whom and why, and what the person can do about it."""
    place = {"fleet": fleet.slug}
    by = fleet.halted_by
    return HaltCard(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        halt_url=reverse("fleet-halt", kwargs=place),
        resume_url=reverse("fleet-resume", kwargs=place),
        explain_url=reverse("fleet-halt-explain", kwargs=place),
        idempotency_key=uuid4().hex,
        why_no_resume=why_not(role, Action.FLEET_RESUME),
        by=actor_words(by, names_of([by])) if fleet.halted_at else "",
        at=fleet.halted_at,
        reason=fleet.halt_reason,
        problem=typed.problem if typed else "",
        typed_reason=typed.reason if typed else "",
    )
