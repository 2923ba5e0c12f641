"""Cards of service levels, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.cards.overview import KeyFigure
from dashboard.cards.service import AgeCell, AgeRow, PersonLine, ServicePage
from dashboard.forms.period import Period
from dashboard.pages.service_chart import service_chart
from escalations.selectors.service_level import ServiceLevel
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_files import files
from tests.dashboard.sample_period import BAR, UTC

URL = "/f/payments-prod/service/"
AGES = ("under 5 min", "5 min to 15 min", "15 min to 60 min", "over 60 min")
WEEK = Period(since=NOW - timedelta(days=7), until=NOW, name="7d")
_LEVELS = {
    NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    - timedelta(days=day): ServiceLevel(
        ended=20 + day, answered=17, expired=day // 3, escalated=day, median_s=48.0 + day, p90_s=370.0
    )
    for day in range(7)
}  # fmt: skip


def _row(level: str, *counts: int) -> AgeRow:
    cells = (
        AgeCell(age=age, count=count, url=f"/queue/?level={level}" if count else "")
        for age, count in zip(AGES, counts, strict=True)
    )
    return AgeRow(level=level, cells=tuple(cells))


SERVICE = ServicePage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, url=URL, parts_url="/parts/",
    summary="161 tickets ended in the last 7 days: 74 % answered, 3.7 % expired unanswered.",
    bar=BAR,
    figures=(
        KeyFigure(label="Answered", icon="check", value="119", note="of 161 that ended", url=URL),
        KeyFigure(
            label="Expired", icon="sand", value="6", note="of 161 that ended", url=URL, is_bad=True,
            before="the period before: 12 of 149",
        ),
        KeyFigure(label="Escalated", icon="up", value="21", note="of 161 that ended, past level 1"),
        KeyFigure(label="Median", icon="clock", value="0:48", note="opening to answer, n 119"),
        KeyFigure(label="9 of 10 within", icon="clock", value="6:10", note="opening to answer, n 119"),
    ),
    ages=AGES,
    waiting=(
        _row("CRITICAL", 0, 1, 0, 0), _row("HIGH", 4, 2, 1, 0), _row("MEDIUM", 3, 0, 0, 1), _row("LOW", 0, 0, 0, 0),
    ),
    chart=replace(service_chart(_LEVELS, WEEK), files=files("tickets by time")),
    people=(
        PersonLine(name="Mona Lind", answers="81", approvals="72 %", taken_back="1", last="22 Nov 11:58", url=URL),
        PersonLine(name="Rita Okafor", answers="38", approvals="64 %", taken_back="0", last="22 Nov 12:01", url=URL),
    ),
    whose="in the order of their names; counts, no ranking",
    people_files=files("answers by person"),
)  # fmt: skip
NOTHING_ENDED = replace(
    SERVICE,
    summary="No ticket ended in the last 7 days.",
    bar=replace(BAR, troubles=(), later="", zone=UTC),
    chart=service_chart({}, WEEK),
    people=(),
)
