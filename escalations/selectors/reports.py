"""Who is mailed the report of which fleet, and whether one that is planned is still wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from escalations.domain.notifying import TOLD_ON, ChannelKind, Unsent
from escalations.domain.weekly import week_lines, week_message, week_read
from escalations.models import NoticeChannel, Report, ReportWish
from escalations.selectors.weekly import week_facts
from governance.domain.types import Role
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.notice_text import Message
    from escalations.models import Notice
    from governance.models import Fleet

_READERS = {Role.MANAGER, Role.ADMIN}


def reports_for(role: Role) -> bool:
    """Return whether somebody in this role can have reports by mail."""
    return role in _READERS


def report_wanted(*, user: User, fleet: Fleet) -> bool:
    """Return whether the person is mailed the report of the fleet."""
    return ReportWish.objects.filter(user=user, fleet=fleet).exists()


def reports_wanted(*, user: User) -> frozenset[UUID]:
    """Return the fleets whose report the person is mailed."""
    return frozenset(ReportWish.objects.filter(user=user).values_list("fleet_id", flat=True))


def mail_channel(*, user: User) -> NoticeChannel | None:
    """Return where the person's reports go: their oldest proven mail channel, None without one."""
    states = [state.value for state in TOLD_ON]
    channels = NoticeChannel.objects.filter(user=user, state__in=states)
    return channels.filter(kind=ChannelKind.MAIL.value).order_by("id").first()


def report_unsent(report: Report) -> Unsent | None:
    """Return why a planned report is not sent, None if it is; all is read as it is now."""
    if report.fleet.archived_at is not None:
        return Unsent.FLEET_ARCHIVED
    roles = {fleet.pk: role for fleet, role in fleets_of(user=report.user)}
    role = roles.get(report.fleet_id)
    if role is None or not reports_for(role):
        return Unsent.NO_MEMBER
    wanted = report_wanted(user=report.user, fleet=report.fleet)
    return None if wanted else Unsent.NOT_WANTED


def report_of(notice: Notice) -> Report:
    """Return the report that a message carries, with its person and fleet."""
    return Report.objects.select_related("user", "fleet").get(notice=notice)


def report_message(report: Report, *, now: datetime) -> Message:
    """Return the mail of a report, written from the numbers as they are when it is sent.

    Raises:
        ValueError: for a week that no rule of this product named.
    """
    week, fleet = week_read(report.week), report.fleet
    if week is None:
        msg = f"report {report.pk} names no week, got {report.week!r}"
        raise ValueError(msg)
    return week_message(
        week_lines(week_facts(fleet=fleet, week=week, now=now), week),
        fleet=fleet.name,
        slug=fleet.slug,
        week=week,
        console=settings.CONSOLE_URL,
    )
