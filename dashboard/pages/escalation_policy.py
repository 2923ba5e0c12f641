"""The page of a fleet's escalation policy, as one person sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.escalation_policy import (
    EscalationForm,
    EscalationPage,
    LevelLine,
    LevelRow,
    RoleBox,
)
from dashboard.display.durations import day_time
from dashboard.pages.names import actor_words, names_of
from escalations.domain.escalation import LEVELS_MOST, called_on
from escalations.selectors.escalation import escalation_in_force
from escalations.selectors.routing import people_of
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import list_words, share_words
from governance.domain.types import Role
from governance.selectors.people import members_of, person_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.pages.controls import Seat
    from escalations.domain.escalation import EscalationLevel, EscalationPolicy
    from escalations.selectors.escalation import EscalationInForce

    # User names as typed, roles, and a percentage as typed.
    Row = tuple[str, Sequence[str], str]

_EMPTY: tuple[str, tuple[str, ...], str] = ("", (), "")
_AT = re.compile(r"(levels|shares)\[(\d)\]")


def escalation_page(
    seat: Seat,
    *,
    typed: Sequence[Row] | None = None,
    reason: str = "",
    problem: str = "",
    wrong: str = "",
) -> EscalationPage:
    """Return the policy in force and the form that puts another in its place.

    Args:
        seat: who looks.
        typed: the levels of a form that was not recorded, with its reason.
        reason: that was typed.
        problem: why it was not recorded.
        wrong: the field at fault.
    """
    fleet = seat.fleet
    found = escalation_in_force(fleet_id=fleet.pk)
    members = [each.user for each in members_of(fleet=fleet)]
    people = people_of(fleet=fleet)
    names = {str(each.pk): person_name(each) for each in members}
    usernames = {str(each.pk): each.get_username() for each in members}
    rows = list(_in_force(found.policy, usernames) if typed is None else typed)
    opened = max(1, len(rows))
    rows += [_EMPTY] * (LEVELS_MOST - len(rows))
    drawn = [_row(at, row, wrong) for at, row in enumerate(rows)]
    return EscalationPage(
        fleet_name=fleet.name,
        queue_url=reverse("fleet-queue", kwargs={"fleet": fleet.slug}),
        number=found.number,
        said=_said(found),
        reason=found.reason,
        lines=tuple(
            LevelLine(
                number=at + 1,
                when=_when(found.policy, at),
                names=_named(level, names),
                calls=tuple(sorted(names[each] for each in called_on(level, people))),
            )
            for at, level in enumerate(found.policy.levels)
        ),
        form=EscalationForm(
            url=reverse("fleet-escalation-publish", kwargs={"fleet": fleet.slug}),
            why_not=why_not(seat.role, Action.POLICY_CHANGE),
            idempotency_key=str(uuid4()),
            replaces=found.number,
            rows=tuple(drawn[:opened]),
            more_rows=tuple(drawn[opened:]),
            members=tuple((each.get_username(), person_name(each)) for each in members),
            typed_reason=reason,
            problem=problem,
            wrong=wrong,
        ),
    )


def _in_force(policy: EscalationPolicy, usernames: Mapping[str, str]) -> list[Row]:
    """Return the rows of a policy; whoever has left the fleet is not proposed again."""
    return [
        (
            ", ".join(usernames[each] for each in level.people if each in usernames),
            [role.value for role in level.roles],
            f"{policy.shares[at - 1] * 100:g}" if at else "",
        )
        for at, level in enumerate(policy.levels)
    ]


def _row(at: int, row: Row, wrong: str) -> LevelRow:
    people, roles, share = row
    return LevelRow(
        number=at + 1,
        people=people,
        roles=tuple(
            RoleBox(
                value=role.value,
                label=f"{role.value.capitalize()}s",
                is_ticked=role.value in roles,
            )
            for role in Role
        ),
        share=share,
        is_wrong=at == _wrong_at(wrong),
    )


def _wrong_at(field: str) -> int | None:
    """Return which level a field is of; the first share is that of the second level."""
    found = _AT.match(field)
    return None if found is None else int(found[2]) + (found[1] == "shares")


def _when(policy: EscalationPolicy, at: int) -> str:
    if at == 0:
        return "At once"
    return f"After {share_words(policy.shares[at - 1])} of the time to decide"


def _named(level: EscalationLevel, names: Mapping[str, str]) -> str:
    people = [names.get(each, "somebody who has left") for each in level.people]
    said = list_words([*people, *(f"every {role.value}" for role in level.roles)])
    return said if people else f"{said[:1].upper()}{said[1:]}"


def _said(found: EscalationInForce) -> str:
    if found.published_at is None:
        return "The product's own: nobody has changed it in this fleet."
    by = actor_words(found.published_by, names_of([found.published_by]))
    return f"Number {found.number}, published by {by} {day_time(found.published_at)} UTC."
