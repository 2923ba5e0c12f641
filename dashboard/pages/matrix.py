"""The matrix of a fleet in a period: where governance holds work up, and where that is worth it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.matrix import MatrixPage, MatrixRow, TierColumn
from dashboard.cards.overview import KeyFigure
from dashboard.display.durations import NBSP, day_time, duration_text, span_text, wire_time
from dashboard.display.figures import plural, share, whole_money
from dashboard.pages.files import file_links
from dashboard.pages.matrix_cells import matrix_cell, matrix_table
from dashboard.pages.matrix_sums import Tally, added_up, tally_of
from dashboard.pages.matrix_words import cell_name, cost_words, ratio_text, saved_words
from dashboard.pages.periods import opening_words, period_fields, whole_buckets, whole_words
from escalations.selectors.service_level import service_level
from governance.domain.held_back import OUTCOMES_LEAST
from governance.domain.rollup import BucketSize
from governance.domain.types import TaskType, Tier
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import cells_between, rolled_up_until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from dashboard.cards.matrix import MatrixCell
    from dashboard.forms.period import Period
    from dashboard.pages.matrix_words import Tallies
    from escalations.selectors.service_level import ServiceLevel
    from governance.domain.policy.matrix import MatrixPolicy
    from governance.models import Fleet

# Figures older than this are said to lag.
LATE_S = 900


def matrix_page(
    fleet: Fleet, period: Period, *, ranges: Mapping[str, timedelta], now: datetime
) -> MatrixPage:
    """Return the page of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    url = reverse("fleet-matrix", kwargs=place)
    cells = cells_between(fleet=fleet, since=period.since, until=period.until)
    tallies = dict.fromkeys(((kind, tier) for kind in TaskType for tier in Tier), Tally())
    tallies |= {(cell.task_type, cell.tier): tally_of(cell) for cell in cells}
    total = added_up(tallies.values())
    level = service_level(fleet=fleet, since=period.since, until=period.until)
    version, policy = policy_in_force(fleet=fleet)
    return MatrixPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        url=url,
        parts_url=f"{reverse('fleet-matrix-parts', kwargs=place)}?{period.query}",
        summary=_summary(total, period),
        **period_fields(period, url, ranges),
        figures=_figures(total, level, _log(fleet, period)),
        cost=cost_words(total, level),
        saved=saved_words(total, tallies),
        policy=version.number,
        columns=_columns(fleet),
        rows=_rows(tallies, policy.matrix, _log(fleet, period)),
        table=matrix_table(_lines(tallies)),
        note=_note(period),
        late=_late(fleet, period, now),
        files=file_links(
            "fleet-matrix",
            "the matrix",
            address=lambda path: f"{path}?{period.query}",
            **place,
        ),
    )


def _summary(total: Tally, period: Period) -> str:
    when = opening_words(period)
    if total.is_empty:
        return f"{when} nothing was asked, answered or done."
    if not total.asked:
        return f"{when} no task was asked for; {plural(total.outcomes, 'outcome')} came in."
    were = "was" if total.asked == 1 else "were"
    held = share(total.held_up, total.asked, minimum=OUTCOMES_LEAST)
    return (
        f"{when} {plural(total.asked, 'task')} {were} asked for; {total.held_up:,} ({held}) did not"
        f" run at once: people were asked about {total.escalated:,}, the gate denied"
        f" {total.denied:,}."
    )


def _figures(total: Tally, level: ServiceLevel, log: str) -> tuple[KeyFigure, ...]:
    ratio = total.per_failure
    known = level.median_s is not None
    return (
        KeyFigure(
            label="Asked",
            icon="dot",
            value=f"{total.asked:,}",
            note=f"{total.allowed:,} ran at once",
        ),
        KeyFigure(
            label="Held up",
            icon="pause",
            value=f"{total.held_up:,}",
            note=f"{total.escalated:,} asked people, {total.denied:,} denied",
        ),
        KeyFigure(
            label="People answered",
            icon="check",
            value=f"{total.answered:,}",
            note=(
                f"median {duration_text(level.median_s or 0.0)}, every kind of ticket"
                if known
                else f"{total.expired:,} expired unanswered"
            ),
            url=log,
        ),
        KeyFigure(
            label="Kept from running",
            icon="lock",
            value=f"{total.held_back:,}",
            note=f"{total.denied:,} denied, {total.refused:,} refused, {total.expired:,} expired",
        ),
        KeyFigure(
            label="Failures stopped",
            icon="shield",
            value=f"≈{NBSP}{total.stopped:,.1f}" if total.weighed_outcomes else "–",
            note=_weighed(total),
        ),
        KeyFigure(
            label="Held up per failure",
            icon="swap",
            value=f"≈{NBSP}{ratio_text(ratio)}" if ratio is not None else "–",
            note=(
                f"{total.weighed_up:,} held up in cells with a failure rate, for"
                f" ≈{NBSP}{total.stopped:,.1f} failures stopped"
                if ratio is not None
                else "tasks for each failure stopped"
            ),
        ),
        KeyFigure(
            label="Spent by the tasks",
            icon="dot",
            value=whole_money(total.cost_usd),
            note=f"on {plural(total.outcomes, 'outcome')}; governance itself is not in it",
        ),
    )


def _weighed(total: Tally) -> str:
    if total.weighed_outcomes:
        return f"estimate from {plural(total.weighed_outcomes, 'outcome')}"
    return "not enough data in any cell" if total.held_back else "nothing kept from running"


def _columns(fleet: Fleet) -> tuple[TierColumn, ...]:
    agents = reverse("fleet-agents", kwargs={"fleet": fleet.slug})
    tiers = (
        TierColumn(label=tier.value, tier=tier.value, url=f"{agents}?tier={tier.value}")
        for tier in Tier
    )
    return (*tiers, TierColumn(label="All tiers"))


def _rows(tallies: Tallies, matrix: MatrixPolicy, log: str) -> tuple[MatrixRow, ...]:
    total = added_up(tallies.values())
    rows = [
        MatrixRow(
            label=kind.value.capitalize(),
            cells=(
                *(
                    matrix_cell(
                        tallies[kind, tier],
                        total=total,
                        column=f"{tier.value} trust",
                        preset=matrix.cell(kind, tier).value,
                        url=_answers(tallies[kind, tier], log, type=kind.value, tier=tier.value),
                    )
                    for tier in Tier
                ),
                _sum(added_up(tallies[kind, tier] for tier in Tier), total, "all tiers"),
            ),
        )
        for kind in TaskType
    ]
    sums = [added_up(tallies[kind, tier] for kind in TaskType) for tier in Tier]
    last = MatrixRow(
        label="All types",
        cells=(
            *(
                _sum(each, total, f"{tier.value} trust")
                for tier, each in zip(Tier, sums, strict=True)
            ),
            _sum(total, total, "all tiers"),
        ),
    )
    return (*rows, last)


def _sum(tally: Tally, total: Tally, column: str) -> MatrixCell:
    return matrix_cell(tally, total=total, column=column, is_sum=True)


def _answers(tally: Tally, log: str, **cell: str) -> str:
    return f"{log}&{urlencode(cell)}" if tally.answered or tally.expired else ""


def _lines(tallies: Tallies) -> list[tuple[str, Tally]]:
    return [
        *((cell_name(*at), tally) for at, tally in tallies.items()),
        ("all cells", added_up(tallies.values())),
    ]


def _log(fleet: Fleet, period: Period) -> str:
    """Return where the log of what ended in the whole hours of the period is."""
    since, until = whole_buckets(period, BucketSize.HOUR)
    log = reverse("fleet-decided", kwargs={"fleet": fleet.slug})
    span = {"from": wire_time(since), "to": wire_time(until), "kind": "task"}
    return f"{log}?{urlencode(span)}"


def _note(period: Period) -> str:
    return (
        f"Counted in {whole_words(period, BucketSize.HOUR)}. What the gate answered counts"
        " when a task was asked for; answers of people and outcomes count when they came, in the"
        " cell the task was first asked for in. Only tasks that the gate was asked about are in it:"
        " outcomes loaded from elsewhere count for trust alone, so the trust page counts more."
    )


def _late(fleet: Fleet, period: Period, now: datetime) -> str:
    """Return how far behind the figures are, nothing while that is less than they are counted."""
    known = rolled_up_until(fleet=fleet)
    if known is None:
        return "Nothing has been added up for this fleet yet; figures appear within minutes."
    lag = (min(period.until, now) - known).total_seconds()
    if lag <= LATE_S:
        return ""
    return f"These figures are {span_text(lag)} behind: they were last added up {day_time(known)}."
