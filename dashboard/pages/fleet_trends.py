"""How the trust of a whole fleet went, and which agent moved most."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.trends import FleetTrends
from dashboard.display.durations import day_time
from dashboard.display.mark_traces import mark_traces
from dashboard.display.zones import shown_now
from dashboard.pages.agent_trend_chart import MARKS_AT
from dashboard.pages.files import file_links
from dashboard.pages.fleet_trend_charts import spread_chart, tiers_chart, volume_chart
from dashboard.pages.periods import period_words, whole_words
from dashboard.pages.trend_frame import address, marks_of, period_pairs, summed_size, trends_bar
from dashboard.pages.trend_marks import MarkKind, marks_between
from dashboard.pages.trust_moved import agents_moved
from governance.domain.rollup import size_kept
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import (
    agents_between,
    fleet_buckets,
    fleet_kept_since,
    rolled_up_until,
)
from governance.selectors.trends import results_by_bucket

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period
    from dashboard.forms.trends import TrendForm
    from governance.models import Fleet

# A fleet's trips and decisions are many; what concerns all of it is few.
USUAL_MARKS = frozenset({MarkKind.POLICY, MarkKind.INCIDENT})


def fleet_trends_page(
    fleet: Fleet,
    form: TrendForm,
    period: Period,
    *,
    kinds: Collection[MarkKind],
    ranges: Mapping[str, timedelta],
    now: datetime,
) -> FleetTrends:
    """Return the page of one period; a fixed number of queries.

    Args:
        fleet: read before anything else.
        form: what else the address asks for.
        period: what the page is about.
        kinds: which marks are drawn.
        ranges: the periods that end now, by their names.
        now: the page's time.
    """
    place = {"fleet": fleet.slug}
    url = reverse("fleet-trends", kwargs=place)
    since, until = period.since, period.until
    size = size_kept(since, until, now=now)
    coarse = summed_size(size)
    buckets = fleet_buckets(fleet=fleet, size=size, since=since, until=until)
    marks = marks_between(fleet=fleet, agent=None, since=since, until=until, kinds=kinds)
    pairs = period_pairs(period)
    moved = agents_moved(
        fleet,
        agents_between(fleet=fleet, size=coarse, since=since, until=until),
        policy_in_force(fleet=fleet)[1].trust,
        since=since,
        until=None if period.is_live else until,
        now=now,
        fields=pairs,
    )
    as_of = rolled_up_until(fleet=fleet)
    first = fleet_kept_since(fleet=fleet, size=size)
    began = first if first is not None and since < first < until else None
    seen = [began, *(mark.at for mark in marks)] if began else []
    # Where nothing was kept before, an axis of the whole period would squeeze all there is.
    drawn = replace(period, since=max(since, min(seen) - size.length)) if seen else period
    return FleetTrends(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        url=url,
        parts_url=address(reverse("fleet-trends-parts", kwargs=place), *pairs, *form.fields),
        is_live=period.is_live,
        bar=trends_bar(period, url, ranges, form),
        summary=(
            f"{_first_letter(period_words(period))}. "
            + (
                "Nothing was summed up yet."
                if as_of is None
                else f"Summed up as of {day_time(as_of)} {shown_now().name}."
            )
            + (f" Kept since {day_time(began)} {shown_now().name}." if began else "")
        ),
        worry=moved.worry,
        worry_url=moved.worry_url,
        moved=moved.lines,
        moved_files=file_links(
            "fleet-trends-moved",
            "agents whose trust moved",
            address=lambda path: address(path, *pairs),
            **place,
        ),
        moved_note=(
            "From the first score of the period, kept each night, or the first of all where a"
            " time is said, to"
            f" {'that of now' if period.is_live else 'the last one'}."
            f" Outcomes: {whole_words(period, coarse)}."
        ),
        charts=(
            spread_chart(buckets, size, drawn, mark_traces(marks, MARKS_AT)),
            tiers_chart(buckets, size, drawn),
            volume_chart(
                results_by_bucket(fleet=fleet, size=coarse, since=since, until=until),
                coarse,
                period,
            ),
        ),
        marks=marks_of(marks, kinds, period, form, url, fleet=fleet),
    )


def _first_letter(words: str) -> str:
    return words[0].upper() + words[1:]
