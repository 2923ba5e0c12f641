"""How the trust of one agent went, alone or beside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.fleet import FilterOption
from dashboard.cards.overview import KeyFigure
from dashboard.cards.trends import AgentTrends
from dashboard.display.durations import NBSP
from dashboard.display.figures import moved, plural, score, went
from dashboard.display.mark_traces import freeze_shapes, mark_traces
from dashboard.display.trend_bars import part_of, slot_text
from dashboard.pages.agent_links import agent_url
from dashboard.pages.agent_trend_chart import MARKS_AT, TrendFrame, trend_chart
from dashboard.pages.periods import whole_words, within_words
from dashboard.pages.trend_beside import beside
from dashboard.pages.trend_frame import address, marks_of, period_pairs, trends_bar
from dashboard.pages.trend_line import TrendLine
from dashboard.pages.trend_marks import freezes_between, marks_between
from governance.domain.agent_state import state_from_plain
from governance.domain.rollup import size_kept
from governance.domain.standing import standing
from governance.domain.types import Tier
from governance.selectors.agents import agents_to_choose
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import agent_buckets, rolled_up_until

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period
    from dashboard.forms.trends import TrendForm
    from dashboard.pages.trend_marks import MarkKind
    from governance.domain.policy.trust import TrustPolicy
    from governance.domain.rollup import BucketSize
    from governance.domain.standing import Standing
    from governance.models import Agent, Fleet

CHOICES_MOST, FREEZES_MOST = 500, 30
_COMPONENTS = ("success", "budget", "consistency")


def agent_trends_page(
    agent: Agent,
    fleet: Fleet,
    form: TrendForm,
    period: Period,
    *,
    other: Agent | None,
    problem: str,
    kinds: Collection[MarkKind],
    ranges: Mapping[str, timedelta],
    now: datetime,
) -> AgentTrends:
    """Return the page of one period; a fixed number of queries.

    Args:
        agent: with its standing, read after its fleet.
        fleet: read before anything else.
        form: what else the address asks for.
        period: what the page is about.
        other: whom the agent is compared with, with its standing; None for nobody.
        problem: why nobody is, where somebody was asked for; else empty.
        kinds: which marks are drawn.
        ranges: the periods that end now, by their names.
        now: the page's time.
    """
    url = agent_url("agent-trends", agent.pk, fleet=fleet.slug)
    policy = policy_in_force(fleet=fleet)[1].trust
    size = size_kept(period.since, period.until, now=now)
    shown = [agent] if other is None else [agent, other]
    lines = [_line(each, policy, size, period, now=now) for each in shown]
    earned = [
        standing(state_from_plain(each.standing.state), policy, now_s=now.timestamp())
        for each in shown
    ]
    marks = marks_between(
        fleet=fleet, agent=agent, since=period.since, until=period.until, kinds=kinds
    )
    freezes = freezes_between(agent=agent, since=period.since, until=period.until)
    frame = TrendFrame(
        since=period.since,
        until=period.until,
        now=now,
        size=size,
        levels=((policy.level_high, "high"), (policy.level_medium, "medium")),
        marks=mark_traces(marks, MARKS_AT),
        freezes=freeze_shapes(freezes, now),
    )
    is_new = rolled_up_until(fleet=fleet) is None
    summary = _summary(lines[0], earned[0], period, size)
    if is_new and not lines[0].buckets:
        summary = "Nothing was summed up yet."
    if lines[0].buckets:
        summary += f" Counted in {whole_words(period, size)}."
    if freezes:
        summary += f" Shaded: {plural(len(freezes), 'freeze')}."
    if other is not None:
        summary += f" Marks and freezes are those of {agent.name}."
    pairs = period_pairs(period)
    return AgentTrends(
        agent_id=str(agent.pk),
        name=agent.name,
        external_id=agent.external_id,
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        url=url,
        parts_url=address(
            agent_url("agent-trends-parts", agent.pk, fleet=fleet.slug), *pairs, *form.fields
        ),
        agent_url=agent_url("agent", agent.pk, fleet=fleet.slug),
        fleet_trends_url=address(reverse("fleet-trends", kwargs={"fleet": fleet.slug}), *pairs),
        is_live=period.is_live,
        bar=trends_bar(period, url, ranges, form, problem),
        fields=(*pairs, *(each for each in form.fields if each[0] == "marks")),
        components=tuple(
            FilterOption(value=part, label=part.capitalize(), is_chosen=part in form.components)
            for part in _COMPONENTS
        ),
        other=form.other,
        choices=tuple(
            each
            for each in agents_to_choose(fleet=fleet, most=CHOICES_MOST)
            if each[0] != agent.external_id
        ),
        summary=_now_words(agent, earned[0], policy),
        figures=_figures(lines[0], earned[0], period),
        chart=trend_chart(lines, form.components, frame, summary=summary),
        marks=marks_of(marks, kinds, period, form, url, fleet=fleet, agent=agent),
        freezes=tuple(freeze.sentence for freeze in freezes[::-1][:FREEZES_MOST]),
        beside=None
        if other is None
        else beside(
            lines,
            earned,
            other_url=address(agent_url("agent-trends", other.pk, fleet=fleet.slug), *pairs),
            without_url=address(url, *pairs, *(each for each in form.fields if each[0] != "with")),
        ),
    )


def _line(
    agent: Agent, policy: TrustPolicy, size: BucketSize, period: Period, *, now: datetime
) -> TrendLine:
    """Return the agent's buckets; its first scores, of too few outcomes, are not shown.

    How many outcomes there were before each is counted back from how many there are now.
    """
    later = agent_buckets(agent=agent, size=size, since=period.since, until=now)
    buckets = [bucket for bucket in later if bucket.starts_at < period.until]
    judged = agent.standing.outcomes - sum(
        each.outcomes - each.neutrals for each in later[len(buckets) :]
    )
    shown_from = len(buckets)
    while shown_from and judged >= policy.outcomes_shown:
        shown_from -= 1
        judged -= buckets[shown_from].outcomes - buckets[shown_from].neutrals
    return TrendLine(name=agent.name, buckets=buckets, shown_from=shown_from)


def _now_words(agent: Agent, earned: Standing, policy: TrustPolicy) -> str:
    if not earned.enough:
        return (
            f"Not enough data for a score ({earned.outcomes} of {earned.outcomes_needed}"
            f" outcomes); tier {earned.tier.value}."
        )
    frozen = " Frozen now." if agent.standing.is_frozen else ""
    level = policy.level_medium if earned.tier is Tier.LOW else policy.level_high
    # The curve lies above the line of a better tier.
    is_held = earned.tier is not Tier.HIGH and earned.trust >= level
    more = " The next tier asks for more than this score: the agent's page says what."
    return (
        f"Trust {score(earned.trust)} now, 10 to 90{NBSP}%: {score(earned.low)} to"
        f" {score(earned.high)}, tier {earned.tier.value}, from"
        f" {plural(earned.outcomes, 'outcome')}.{frozen}{more if is_held else ''}"
    )


def _summary(line: TrendLine, earned: Standing, period: Period, size: BucketSize) -> str:
    at = within_words(period)
    if not line.buckets:
        return f"Nothing finished {at}."
    if not line.scores:
        return f"Not enough data for a score ({earned.outcomes} of {earned.outcomes_needed})."
    (_, first), (_, last) = line.scores[0], line.scores[-1]
    lowest, least = min(line.scores, key=lambda each: (each[1], each[0].starts_at))
    failed = sum(bucket.failures for bucket in line.buckets)
    outcomes = sum(bucket.outcomes for bucket in line.buckets)
    return (
        f"Trust {went(score(first), score(last))} {at}, lowest {score(least)} on"
        f" {slot_text(lowest.starts_at, size)}; {part_of(failed, outcomes)} outcomes failed."
    )


def _figures(line: TrendLine, earned: Standing, period: Period) -> tuple[KeyFigure, ...]:
    counted = {
        name: sum(getattr(bucket, name) for bucket in line.buckets)
        for name in ("outcomes", "failures", "over_budget")
    }
    scores = [trust for _, trust in line.scores]
    change = scores[-1] - scores[0] if scores else 0.0
    of_all = f"of {plural(counted['outcomes'], 'outcome')}"
    return (
        KeyFigure(
            label="Trust now",
            icon="dot",
            value=score(earned.trust) if earned.enough else "–",
            note=(
                f"10 to 90{NBSP}%: {score(earned.low)} to {score(earned.high)}"
                if earned.enough
                else f"not enough data ({earned.outcomes} of {earned.outcomes_needed})"
            ),
        ),
        KeyFigure(
            label="Moved",
            icon="sink" if change < 0 else "up",
            value=moved(scores[0], scores[-1]) if scores else "–",
            note=(
                f"from {score(scores[0])} to {score(scores[-1])}"
                if scores
                else "no score in the period"
            ),
        ),
        KeyFigure(
            label="Outcomes",
            icon="check",
            value=f"{counted['outcomes']:,}",
            note=within_words(period),
        ),
        KeyFigure(
            label="Failed",
            icon="x",
            value=f"{counted['failures']:,}",
            note=of_all,
            is_bad=bool(counted["failures"]),
        ),
        KeyFigure(label="Over budget", icon="up", value=f"{counted['over_budget']:,}", note=of_all),
    )
