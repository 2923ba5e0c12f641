"""Service levels of a fleet: what waits and for how long, how soon people answer, who did what."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.overview import KeyFigure
from dashboard.cards.service import AgeCell, AgeRow, PersonLine, ServicePage
from dashboard.display.durations import NBSP, day_time, duration_text, span_text, wire_time
from dashboard.display.figures import plural, share
from dashboard.display.zones import shown_now
from dashboard.pages.before import count_before, time_before
from dashboard.pages.files import file_links
from dashboard.pages.names import names_of
from dashboard.pages.periods import period_fields, period_words
from dashboard.pages.service_chart import service_chart
from escalations.selectors.service_level import (
    AGES_S,
    loads_of_people,
    service_level,
    service_levels,
    waiting_ages,
)
from governance.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from django.contrib.auth.models import User

    from dashboard.forms.period import Period
    from escalations.selectors.service_level import PersonLoad, ServiceLevel
    from governance.models import Fleet

# Below this a share of tickets would pretend to be knowledge.
SHARE_FROM = 10
# Who sees what others did; reviewers see their own.
_OVERSEE = {Role.MANAGER, Role.ADMIN}


def service_page(
    fleet: Fleet,
    user: User,
    role: Role,
    period: Period,
    *,
    ranges: Mapping[str, timedelta],
    now: datetime,
) -> ServicePage:
    """Return the page of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    url = reverse("fleet-service", kwargs=place)
    since, until = period.since, period.until
    level = service_level(fleet=fleet, since=since, until=until)
    earlier = period.earlier
    before = service_level(fleet=fleet, since=earlier.since, until=earlier.until)
    levels = service_levels(
        fleet=fleet, since=since, until=until, width=period.width, zone=shown_now().zone
    )

    def narrowed(path: str) -> str:
        return f"{path}?{period.query}"

    loads = loads_seen(fleet, user, role, period)
    return ServicePage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        url=url,
        parts_url=f"{reverse('fleet-service-parts', kwargs=place)}?{period.query}",
        summary=_summary(level, period),
        **period_fields(period, url, ranges),
        figures=_figures(fleet, level, before, period),
        people_files=file_links("fleet-answers", "answers by person", address=narrowed, **place),
        ages=_ages(),
        waiting=_waiting(fleet, now),
        chart=replace(
            service_chart(levels, period),
            files=file_links("fleet-levels", "tickets by time", address=narrowed, **place),
        ),
        people=_people(fleet, loads, period),
        whose=(
            "in the order of their names; counts, no ranking"
            if role in _OVERSEE
            else "your own; managers see everybody's"
        ),
    )


def _summary(level: ServiceLevel, period: Period) -> str:
    when = period_words(period)
    if not level.ended:
        return f"No ticket ended in {when}." if period.name else f"No ticket ended {when}."
    took = (
        f" Half were answered within {duration_text(level.median_s)}, 9 of 10 within"
        f" {duration_text(level.p90_s)}."
        if level.median_s is not None and level.p90_s is not None
        else ""
    )
    answered = share(level.answered, level.ended, minimum=SHARE_FROM)
    expired = share(level.expired, level.ended, minimum=SHARE_FROM)
    return (
        f"{plural(level.ended, 'ticket')} ended {'in ' if period.name else ''}{when}: {answered}"
        f" answered, {expired} expired unanswered.{took}"
    )


def _figures(
    fleet: Fleet, level: ServiceLevel, before: ServiceLevel, period: Period
) -> tuple[KeyFigure, ...]:
    of_ended = f"of {level.ended:,} that ended"

    def time(label: str, seconds: float | None, before_s: float | None) -> KeyFigure:
        note = f"opening to answer, n{NBSP}{level.answered:,}"
        return KeyFigure(
            label=label,
            icon="clock",
            value="–" if seconds is None else duration_text(seconds),
            note="nothing answered" if seconds is None else note,
            before=time_before(before_s, before.answered),
        )

    return (
        KeyFigure(
            label="Answered",
            icon="check",
            value=f"{level.answered:,}",
            note=of_ended,
            before=count_before(before.answered, before.ended),
            url=_log(fleet, period),
        ),
        KeyFigure(
            label="Expired",
            icon="sand",
            value=f"{level.expired:,}",
            note=of_ended,
            before=count_before(before.expired, before.ended),
            url=_log(fleet, period, outcome="expired"),
            is_bad=bool(level.expired),
        ),
        KeyFigure(
            label="Escalated",
            icon="up",
            value=f"{level.escalated:,}",
            note=f"{of_ended}, past level 1",
            before=count_before(before.escalated, before.ended),
        ),
        time("Median", level.median_s, before.median_s),
        time(f"9 of 10{NBSP}within", level.p90_s, before.p90_s),
    )


def loads_seen(fleet: Fleet, user: User, role: Role, period: Period) -> list[PersonLoad]:
    """Return what each person answered in a period, as far as this one may see it."""
    loads = loads_of_people(fleet=fleet, since=period.since, until=period.until)
    if role in _OVERSEE:
        return loads
    return [load for load in loads if load.username == user.get_username()]


def _log(fleet: Fleet, period: Period, **narrowed: str) -> str:
    """Return where the log of decisions of the period is."""
    span = {"from": wire_time(period.since), "to": wire_time(period.until)}
    log = reverse("fleet-decided", kwargs={"fleet": fleet.slug})
    return f"{log}?{urlencode({**span, **narrowed})}"


def _ages() -> tuple[str, ...]:
    steps = [span_text(age_s) for age_s in AGES_S]
    return (
        f"under {steps[0]}",
        *(f"{a} to {b}" for a, b in pairwise(steps)),
        f"over {steps[-1]}",
    )


def _waiting(fleet: Fleet, now: datetime) -> tuple[AgeRow, ...]:
    queue = reverse("fleet-queue", kwargs={"fleet": fleet.slug})
    return tuple(
        AgeRow(
            level=row.level.value,
            cells=tuple(
                AgeCell(
                    age=age, count=count, url=f"{queue}?level={row.level.value}" if count else ""
                )
                for age, count in zip(_ages(), row.counts, strict=True)
            ),
        )
        for row in waiting_ages(fleet=fleet, now=now)
    )


def _people(fleet: Fleet, loads: list[PersonLoad], period: Period) -> tuple[PersonLine, ...]:
    names = names_of(load.username for load in loads)
    lines = [
        PersonLine(
            name=names.get(load.username, load.username),
            answers=f"{load.answers:,}",
            approvals=share(load.approvals, load.answers, minimum=SHARE_FROM),
            taken_back=f"{load.taken_back:,}",
            last=day_time(load.last_at),
            url=_log(fleet, period, person=load.username),
        )
        for load in loads
    ]
    return tuple(sorted(lines, key=lambda line: line.name.casefold()))
