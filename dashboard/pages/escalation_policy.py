"""The page of a fleet's escalation policy, as one person sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
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
from dashboard.display.durations import day_time, span_text
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.reaching import reach_of
from escalations.domain.escalation import AFTER_MOST_S, LEVELS_MOST, called_on
from escalations.selectors.escalation import escalation_in_force
from escalations.selectors.routing import people_of
from governance.domain.permissions import Action, permitted, why_not
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTyped:
    """A policy in a form, as it is in force or as it was typed, and why it was refused."""

    levels: Sequence[Row]
    chat_after_s: str
    mail_after_s: str
    reason: str = ""
    problem: str = ""
    wrong: str = ""


def escalation_page(
    seat: Seat,
    *,
    typed: PolicyTyped | None = None,
    untested: tuple[int, str] = (0, ""),
) -> EscalationPage:
    """Return the policy in force and the form that puts another in its place.

    Args:
        seat: who looks.
        typed: a form that was not recorded.
        untested: a level whose test was refused, and why.
    """
    fleet = seat.fleet
    found = escalation_in_force(fleet_id=fleet.pk)
    members = [each.user for each in members_of(fleet=fleet)]
    people = people_of(fleet=fleet)
    names = {str(each.pk): person_name(each) for each in members}
    usernames = {str(each.pk): each.get_username() for each in members}
    sent = typed or PolicyTyped(
        levels=_in_force(found.policy, usernames),
        chat_after_s=str(found.policy.chat_after_s),
        mail_after_s=str(found.policy.mail_after_s),
    )
    rows = list(sent.levels)
    opened = max(1, len(rows))
    rows += [_EMPTY] * (LEVELS_MOST - len(rows))
    drawn = [_row(at, row, sent.wrong) for at, row in enumerate(rows)]
    called = [called_on(level, people) for level in found.policy.levels]
    tells = permitted(seat.role, Action.WEBHOOKS_MANAGE)
    reach = reach_of(frozenset().union(*called), names) if tells else {}
    return EscalationPage(
        fleet_name=fleet.name,
        queue_url=reverse("fleet-queue", kwargs={"fleet": fleet.slug}),
        number=found.number,
        said=_said(found),
        reason=found.reason,
        steps=_steps(found.policy),
        unreached=tuple(sorted(each.name for each in reach.values() if not each.is_reached)),
        lines=tuple(
            LevelLine(
                number=at + 1,
                when=_when(found.policy, at),
                names=_named(level, names),
                calls=tuple(sorted(names[each] for each in called[at])),
                reach=tuple(
                    sorted(
                        (reach[each] for each in called[at] if each in reach),
                        key=lambda each: each.name,
                    )
                ),
                test_url=_test_url(fleet.slug, at + 1) if tells else "",
                untested=untested[1] if untested[0] == at + 1 else "",
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
            chat_after_s=sent.chat_after_s,
            mail_after_s=sent.mail_after_s,
            after_most_s=AFTER_MOST_S,
            typed_reason=sent.reason,
            problem=sent.problem,
            wrong=sent.wrong,
        ),
    )


def _steps(policy: EscalationPolicy) -> str:
    """Return when those called are told outside the browser."""
    chat, mail = (
        f"{span_text(seconds)} later" if seconds else "at once"
        for seconds in (policy.chat_after_s, policy.mail_after_s)
    )
    return (
        f"Those called see it on screen at once, by chat {chat} and by mail {mail}, within half of"
        " the time of their level; whoever has mail alone is told at the moment of the chat."
    )


def _test_url(fleet: str, level: int) -> str:
    return reverse("fleet-escalation-test", kwargs={"fleet": fleet, "level": level})


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
