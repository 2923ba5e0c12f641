"""How a person is reached outside the browser, and what would happen now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.channels import HoursForm, ReachedCard
from dashboard.display.durations import span_text
from dashboard.pages.channels import channels_card
from escalations.domain.escalation import called_on
from escalations.domain.notice_timing import due_after, quiet_until
from escalations.domain.notifying import ChannelKind, ChannelState
from escalations.selectors.escalation import escalation_in_force
from escalations.selectors.notices import channels_of_person, hours_of, quiet_of
from escalations.selectors.routing import people_of
from escalations.services.notice_hours import zones
from governance.domain.phrases import list_words
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from dashboard.pages.channels import ChannelTyped
    from escalations.domain.escalation import EscalationPolicy
    from escalations.models import NoticeChannel, NoticeHours
    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTyped:
    """Quiet hours that were refused, as they were typed."""

    zone: str
    begins: str
    until: str
    problem: str
    wrong: str


def reached_card(
    user: User, *, typed: ChannelTyped | None = None, hours_typed: HoursTyped | None = None
) -> ReachedCard:
    """Return how the person is reached, with what was refused where something was."""
    now = clock_now()
    channels, hours = channels_of_person(user=user), hours_of(user=user)
    return ReachedCard(
        now=tuple(_now_in(fleet, user, channels, hours, now) for fleet, _ in fleets_of(user=user)),
        channels=channels_card(channels, fleet=None, typed=typed, now=now),
        hours=_hours_form(hours, hours_typed),
    )


def _hours_form(hours: NoticeHours, typed: HoursTyped | None) -> HoursForm:
    begins = f"{hours.quiet_from:%H:%M}" if hours.quiet_from else ""
    until = f"{hours.quiet_until:%H:%M}" if hours.quiet_until else ""
    return HoursForm(
        url=reverse("notice-hours"),
        zone=typed.zone if typed else hours.zone,
        zones=zones(),
        begins=typed.begins if typed else begins,
        until=typed.until if typed else until,
        problem=typed.problem if typed else "",
        wrong=typed.wrong if typed else "",
    )


def _now_in(
    fleet: Fleet,
    user: User,
    channels: Sequence[NoticeChannel],
    hours: NoticeHours,
    now: datetime,
) -> str:
    """Return what the person would hear of a ticket of the fleet whose level is called now."""
    policy, people = escalation_in_force(fleet_id=fleet.pk).policy, people_of(fleet=fleet)
    levels = [
        at
        for at, level in enumerate(policy.levels, start=1)
        if str(user.pk) in called_on(level, people)
    ]
    if not levels:
        return f"{fleet.name}: no level calls you; you may answer what you see in the queue."
    which = (
        f"level {levels[0]}" if len(levels) == 1 else f"levels {list_words(levels_text(levels))}"
    )
    steps = list_words(["on screen at once", *_steps(channels, policy)])
    said = f"{fleet.name}, called with {which}: now you would be told {steps}."
    return said + _quiet_words(hours, levels, last=len(policy.levels), channels=channels, now=now)


def levels_text(levels: Sequence[int]) -> list[str]:
    """Return numbers of levels as words to enumerate."""
    return [str(level) for level in levels]


def _steps(channels: Sequence[NoticeChannel], policy: EscalationPolicy) -> list[str]:
    """Return each kind of channel that works with its delay, the quickest first."""
    kinds = {ChannelKind(each.kind) for each in channels if each.state == ChannelState.WORKING}
    after = {
        kind: due_after(
            kind, kinds, chat_after_s=policy.chat_after_s, mail_after_s=policy.mail_after_s
        ).total_seconds()
        for kind in kinds
    }
    return [
        f"by {kind.value} " + (f"after {span_text(seconds)}" if seconds else "at once")
        for kind, seconds in sorted(after.items(), key=lambda each: (each[1], each[0].value))
    ]


def _quiet_words(
    hours: NoticeHours,
    levels: Sequence[int],
    *,
    last: int,
    channels: Sequence[NoticeChannel],
    now: datetime,
) -> str:
    quiet = quiet_of(hours)
    end = quiet_until(quiet, now=now)
    if quiet is None or end is None or not channels:
        return ""
    at = f"{end.astimezone(quiet.zone):%H:%M} in {hours.zone}"
    if list(levels) == [last]:
        return f" It is your quiet time until {at}, which the last level does not keep."
    return f" It is your quiet time: chat and mail wait until {at}, except those of the last level."
