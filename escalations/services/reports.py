"""Reports by mail: who asks for them, and each Monday one row for each of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.notifying import Purpose
from escalations.domain.weekly import report_due, week_of
from escalations.models import Notice, Report, ReportWish
from escalations.selectors.reports import mail_channel, reports_for
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


@transaction.atomic
def reports_ask(*, user: User, slugs: Collection[str]) -> frozenset[str]:
    """Set of which fleets the person is mailed the report, and return their slugs.

    The first comes on the next Monday; one that is planned already is dropped if it is no longer
    wanted when it would be sent.

    Raises:
        InvalidFieldError: for a fleet in which the person is no manager and no admin.
    """
    seats = {fleet.slug: fleet for fleet, role in fleets_of(user=user) if reports_for(role)}
    for slug in slugs:
        if slug not in seats:
            raise InvalidFieldError(
                f"You are neither manager nor admin of fleet {slug}.",
                field="fleet",
                value=slug,
                allowed=", ".join(sorted(seats)) or "none of your fleets",
            )
    wanted, now = [seats[slug] for slug in slugs], clock_now()
    ReportWish.objects.filter(user=user).exclude(fleet__in=wanted).delete()
    ReportWish.objects.bulk_create(
        [
            ReportWish(user=user, fleet=fleet, next_at=report_due(now), created_at=now)
            for fleet in wanted
        ],
        ignore_conflicts=True,
    )
    return frozenset(slugs)


def reports_plan() -> int:
    """Plan the reports that are due, each in a transaction of its own; return how many."""
    planned = 0
    while (one := _plan_next()) is not None:
        planned += one
    return planned


@transaction.atomic
def _plan_next() -> int | None:
    """Plan the next report that is due: 1 if it goes out, 0 if it cannot, None if none is due.

    Of weeks in which nothing ran only the last is told.
    """
    now = clock_now()
    due = ReportWish.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    wish = due.filter(next_at__lte=now).select_related("user").order_by("next_at", "id").first()
    if wish is None:
        return None
    wish.next_at = report_due(now)
    wish.save(update_fields=["next_at"])
    return _planned(wish, now)


def _planned(wish: ReportWish, now: datetime) -> int:
    channel = mail_channel(user=wish.user)
    if channel is None:
        logger.info("report %s has no proven mail channel", wish.pk)
        return 0
    week = week_of(now).moved(-1).name
    if Report.objects.filter(user=wish.user, fleet=wish.fleet_id, week=week).exists():
        # Asked for anew after it was planned.
        return 0
    notice = Notice.objects.create(
        channel=channel,
        purpose=Purpose.REPORT.value,
        planned_at=now,
        due_at=now,
        next_at=now,
    )
    Report.objects.create(user=wish.user, fleet_id=wish.fleet_id, week=week, notice=notice)
    return 1
