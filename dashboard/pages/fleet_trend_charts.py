"""A fleet over time: how trust is spread, how many agents stand in each tier, what finished."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dashboard.cards.chart import Cell, ChartCard, ChartTable, Column
from dashboard.display.durations import NBSP, day_time, wire_time
from dashboard.display.figures import plural, score, went
from dashboard.display.plots import count_axis, plot_layout
from dashboard.display.trend_bars import (
    NOT_WELL,
    RESULTS,
    SHARE_FROM,
    SO_SO,
    WELL,
    ResultBar,
    bar_trace,
    bucket_words,
    part_of,
    result_traces,
    slot_label,
    slot_text,
    time_axis,
)
from dashboard.display.trend_lines import (
    TRUST_AXIS,
    TrendPoint,
    band_traces,
    known_runs,
    line_trace,
)
from dashboard.display.zones import shown_now
from dashboard.pages.periods import whole_words
from governance.domain.rollup import BucketSize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.forms.period import Period
    from governance.models import FleetBucket
    from governance.selectors.trends import ResultSums

_HEIGHT_PX = 300
_SMALL_PX = 220
_COLOR = "var(--series-1)"
# Tier, column, how it is drawn: a bar of all agents, the worst at the bottom.
_TIERS = (("Low", "low", NOT_WELL), ("Medium", "medium", SO_SO), ("High", "high", WELL))
_LEGEND = {
    "orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal",
}  # fmt: skip


def spread_chart(
    buckets: Sequence[FleetBucket],
    size: BucketSize,
    period: Period,
    marks: Sequence[Mapping[str, Any]],
) -> ChartCard:
    """Return how the trust of the fleet's agents is spread, bucket by bucket.

    Args:
        buckets: of the period, oldest first.
        size: of the buckets.
        period: what the axis shows.
        marks: traces of what happened.
    """
    known = [each for each in buckets if each.trust_p50 is not None]
    return ChartCard(
        key="spread",
        title=f"Trust of all agents, {bucket_words(size)}",
        summary=_spread_words(known),
        figure=_spread_figure(known, size, period, marks) if known or marks else None,
        table=ChartTable(
            columns=(
                Column(label=slot_label(size), key="starts_at"),
                *(Column(label=label, is_number=True, key=key) for label, key in _SPREAD),
            ),
            rows=tuple(
                (
                    Cell(slot_text(each.starts_at, size), wire_time(each.starts_at)),
                    Cell(f"{each.scored:,}", str(each.scored)),
                    *(_score(value) for value in _quantiles(each)),
                )
                for each in reversed(known)
            ),
        ),
        zooms=True,
    )


# What people and what programs call them.
_SPREAD = (
    ("Scored agents", "scored"),
    (f"10{NBSP}%", "p10"),
    (f"25{NBSP}%", "p25"),
    ("Median", "p50"),
    (f"75{NBSP}%", "p75"),
    (f"90{NBSP}%", "p90"),
)


def tiers_chart(buckets: Sequence[FleetBucket], size: BucketSize, period: Period) -> ChartCard:
    """Return how many agents stood in each tier, bucket by bucket, their shares in the hover."""
    slots = [each.starts_at for each in buckets]
    data = [
        bar_trace(
            slots,
            [getattr(each, column) for each in buckets],
            size,
            name=name,
            hovers=[
                f"{name}: {part_of(getattr(each, column), each.agents)} agents"
                f"<br>{slot_text(each.starts_at, size)}"
                for each in buckets
            ],
            marker={**marker, "line": {"width": 0}},
        )
        for name, column, marker in _TIERS
    ]
    columns = ("Agents", "High", "Medium", "Low", "Frozen", "Probation")
    return ChartCard(
        key="tiers",
        title=f"Agents by tier, {bucket_words(size)}",
        summary=_tier_words(buckets),
        figure=_bars_figure(data, period, "Agents") if buckets else None,
        table=ChartTable(
            columns=(
                Column(label=slot_label(size), key="starts_at"),
                *(Column(label=label, is_number=True) for label in columns),
            ),
            rows=tuple(
                (
                    Cell(slot_text(each.starts_at, size), wire_time(each.starts_at)),
                    *(_count(getattr(each, name.lower())) for name in columns),
                )
                for each in reversed(buckets)
            ),
        ),
        zooms=True,
    )


def volume_chart(sums: Sequence[ResultSums], size: BucketSize, period: Period) -> ChartCard:
    """Return what finished in the fleet by result, bucket by bucket."""
    bars = [
        ResultBar(
            slot=each.starts_at,
            counts=(each.successes, each.partials, each.failures, each.neutrals),
        )
        for each in sums
    ]
    outcomes = sum(each.outcomes for each in sums)
    failed = sum(each.failures for each in sums)
    return ChartCard(
        key="results",
        title=f"Outcomes by result, {bucket_words(size)}",
        summary=(
            f"{plural(outcomes, 'outcome')}: {part_of(failed, outcomes)} failed."
            f" Counted in {whole_words(period, size)}."
            if outcomes
            else "Nothing finished in this period."
        ),
        figure=_bars_figure(result_traces(bars, size), period, "Outcomes") if outcomes else None,
        table=ChartTable(
            columns=(
                Column(label=slot_label(size), key="starts_at"),
                *(Column(label=label, is_number=True) for label in ("Outcomes", *RESULTS)),
            ),
            rows=tuple(
                (
                    Cell(slot_text(each.starts_at, size), wire_time(each.starts_at)),
                    *(_count(count) for count in (each.outcomes, *bar.counts)),
                )
                for each, bar in reversed(list(zip(sums, bars, strict=True)))
            ),
        ),
        zooms=True,
    )


def _spread_figure(
    known: Sequence[FleetBucket],
    size: BucketSize,
    period: Period,
    marks: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    middle = [_point(each, size) for each in known]
    data = [
        *_band(known, "trust_p10", "trust_p90", size, name="8 of 10 agents", opacity=0.14),
        *_band(known, "trust_p25", "trust_p75", size, name="Half of them", opacity=0.26),
        line_trace(
            known_runs(middle, size.length), name="Median", line={"color": _COLOR, "width": 2.5}
        ),
        *marks,
    ]
    layout = plot_layout(
        height_px=_HEIGHT_PX,
        xaxis=time_axis(period.since, period.until),
        yaxis=TRUST_AXIS,
        showlegend=True,
        legend=_LEGEND,
    )
    return {"data": [trace for trace in data if trace["x"]], "layout": layout}


def _band(
    known: Sequence[FleetBucket],
    low: str,
    high: str,
    size: BucketSize,
    *,
    name: str,
    opacity: float,
) -> list[dict[str, Any]]:
    points = [
        TrendPoint(
            slot=each.starts_at,
            at=each.taken_at,
            value=None,
            # Of fewer agents a band would be made of two or three of them.
            low=getattr(each, low) if each.scored >= SHARE_FROM else None,
            high=getattr(each, high) if each.scored >= SHARE_FROM else None,
        )
        for each in known
    ]
    return band_traces(points, size.length, name=name, color=_COLOR, opacity=opacity)


def _point(bucket: FleetBucket, size: BucketSize) -> TrendPoint:
    p10, p25, p50, p75, p90 = (score(value or 0.0) for value in _quantiles(bucket))
    n = f"n{NBSP}={NBSP}{bucket.scored:,} scored of {plural(bucket.agents, 'agent')}"
    spread = f"<br>Half: {p25} to {p75}<br>8 of 10: {p10} to {p90}"
    return TrendPoint(
        slot=bucket.starts_at,
        at=bucket.taken_at,
        value=bucket.trust_p50,
        hover=(
            f"Median {p50}{spread if bucket.scored >= SHARE_FROM else ''}<br>"
            f"{slot_text(bucket.starts_at, size)}, {n}"
        ),
    )


def _bars_figure(data: Sequence[dict[str, Any]], period: Period, counted: str) -> dict[str, Any]:
    layout = plot_layout(
        height_px=_SMALL_PX,
        barmode="stack",
        bargap=0,
        xaxis=time_axis(period.since, period.until),
        yaxis=count_axis(_highest(data), counted, nticks=4, fixedrange=True),
        showlegend=True,
        legend=_LEGEND,
    )
    return {"data": list(data), "layout": layout}


def _highest(data: Sequence[dict[str, Any]]) -> int:
    """Return the count of the tallest stack."""
    stacks: Counter[str] = Counter()
    for trace in data:
        stacks.update(dict(zip(trace["x"], trace["y"], strict=True)))
    return max(stacks.values(), default=0)


def _spread_words(known: Sequence[FleetBucket]) -> str:
    if not known:
        return "No agent had a score in this period, or it is not summed up yet."
    first, last = known[0], known[-1]
    bands = (
        " The dark area holds half of the agents, the light one 8 of 10."
        if any(each.scored >= SHARE_FROM for each in known)
        else f" No bands: fewer than {SHARE_FROM} agents have a score."
    )
    return (
        f"The median {went(score(first.trust_p50 or 0.0), score(last.trust_p50 or 0.0))},"
        f" of {plural(last.scored, 'scored agent')} {_as_of(last)}.{bands}"
    )


def _tier_words(buckets: Sequence[FleetBucket]) -> str:
    if not buckets:
        return "This period is not summed up yet."
    first, last = buckets[0], buckets[-1]

    def moved(name: str) -> str:
        before, after = getattr(first, name), getattr(last, name)
        return f"{name} {before:,}" if before == after else f"{name} {before:,} to {after:,}"

    return (
        f"{plural(last.agents, 'agent')} {_as_of(last)}: {moved('high')},"
        f" {moved('medium')}, {moved('low')}; {last.frozen:,} frozen."
    )


def _as_of(bucket: FleetBucket) -> str:
    return f"as of {day_time(bucket.taken_at)} {shown_now().name}"


def _quantiles(bucket: FleetBucket) -> tuple[float | None, ...]:
    return (
        bucket.trust_p10, bucket.trust_p25, bucket.trust_p50, bucket.trust_p75, bucket.trust_p90
    )  # fmt: skip


def _score(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(score(value), f"{value:.4f}")


def _count(count: int) -> Cell:
    return Cell(f"{count:,}", str(count))
