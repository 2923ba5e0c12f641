"""The report of a week as a page: the words of the mail, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.report import ReportLine, ReportPage
from dashboard.cards.reports import ReportChoice, ReportsCard
from dashboard.display.durations import day_time
from escalations.domain.weekly import week_lines, week_of, week_read
from escalations.selectors.reports import mail_channel, report_wanted, reports_for, reports_wanted
from escalations.selectors.weekly import week_facts
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.domain.weekly import Week
    from governance.domain.types import Role
    from governance.models import Fleet


def report_page(fleet: Fleet, user: User, role: Role, asked: str, *, now: datetime) -> ReportPage:
    """Return the report of a week; at most the queries of two. The fleet was read before.

    Args:
        fleet: which.
        user: who reads it.
        role: theirs.
        asked: a week such as ``2026-W48``; empty for the last one that has ended, or for the one
            that goes on where nothing is recorded of that.
        now: the moment; no later week than its own is shown.
    """
    current = week_of(now)
    read = week_read(asked)
    is_shown = read is not None and read <= current
    week = read if read is not None and is_shown else current.moved(-1)
    facts = week_facts(fleet=fleet, week=week, now=now)
    if not is_shown and (facts.is_empty or fleet.created_at >= current.since):
        week = current
        facts = week_facts(fleet=fleet, week=week, now=now)
    lines = week_lines(facts, week)
    url = reverse("fleet-report", kwargs={"fleet": fleet.slug})
    return ReportPage(
        fleet_name=fleet.name,
        words=week.words,
        note=f"The week goes on; these are its numbers at {day_time(now)} UTC."
        if week == current
        else "",
        trouble=_trouble(asked, current) if asked and not is_shown else "",
        lines=tuple(ReportLine(line.sentence, line.path(fleet.slug)) for line in lines),
        earlier_url=f"{url}?week={week.moved(-1).name}",
        later_url="" if week == current else f"{url}?week={week.moved(1).name}",
        account_url=f"{reverse('account')}#reports",
        is_mailed=report_wanted(user=user, fleet=fleet) if reports_for(role) else None,
    )


def reports_card(user: User) -> ReportsCard:
    """Return of which fleets a person can have the report by mail, and has it."""
    wanted, channel = reports_wanted(user=user), mail_channel(user=user)
    return ReportsCard(
        url=reverse("reports"),
        choices=tuple(
            ReportChoice(
                slug=fleet.slug,
                name=fleet.name,
                url=reverse("fleet-report", kwargs={"fleet": fleet.slug}),
                is_wanted=fleet.pk in wanted,
            )
            for fleet, role in fleets_of(user=user)
            if reports_for(role)
        ),
        where=f"It goes to {channel.shown}." if channel else "",
        lacks=""
        if channel
        else "No mail channel of yours is proven: add one above, then the report goes there.",
    )


def _trouble(asked: str, current: Week) -> str:
    return (
        f"week cannot be “{asked}”. It takes a year and a week up to this one,"
        f" such as {current.name}."
    )
