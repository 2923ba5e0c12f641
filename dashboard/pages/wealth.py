"""Wealth curves: members of a ring beside other agents, and accused, watched and other agents."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.cards.chart import ChartCard, ChartTable, Column
from dashboard.display.figures import money, went
from dashboard.pages.curves import OWN_LINES, Curve, DayMark, curves_figure, curves_table
from governance.domain.money import ZERO
from governance.domain.phrases import list_words
from governance.domain.wealth import days_between
from governance.selectors.wealth import wealth_by_suspicion, wealth_each, wealth_outside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from dashboard.cards.agent_page import MoveLine
    from governance.models import Agent, CollusionRing, CollusionScan, Fleet

_KEY, _TITLE = "wealth", "Wealth"
_NOTHING = ChartTable(columns=(Column(label="End of day"),), rows=())


def ring_wealth(
    ring: CollusionRing, agents: Sequence[Agent], moves: Sequence[MoveLine], *, now: datetime
) -> ChartCard:
    """Return what members had day by day, beside the mean of the fleet's other agents.

    Args:
        ring: found by a scan, since whose window the days count.
        agents: its members.
        moves: what happened to it, marked on the curves.
        now: the present.
    """
    since, until = _day(ring.last_scan.since), _day(now)
    curves = _of_members(agents, since, until)
    if not curves:
        return _empty("Nothing was booked for its members yet.")
    mean = wealth_outside(ring=ring, since=since, until=until)
    told = [
        f"{curve.name} {went(money(curve.daily[0]), money(curve.daily[-1]))}" for curve in curves
    ]
    if mean.agents:
        name = f"Mean of {mean.agents:,} other agent{'s' if mean.agents > 1 else ''}"
        curves.append(Curve(name=name, daily=mean.daily, others=True))
        told.append(
            f"the {name[0].lower()}{name[1:]} {went(money(mean.daily[0]), money(mean.daily[-1]))}"
        )
    marks = [DayMark(move.at, move.mark.label) for move in moves if _day(move.at) >= since]
    return _card(f"From {since:%-d %b} to now {list_words(told)}.", since, curves, marks, now=now)


def fleet_wealth(fleet: Fleet, full: CollusionScan | None, *, now: datetime) -> ChartCard:
    """Return the mean wealth of agents that are accused, of those watched, and of the others.

    Args:
        fleet: whose agents.
        full: the last scan of the whole window, since which the days count; None before any.
        now: the present.
    """
    if full is None:
        return _empty("The whole window was not scanned yet.")
    since, until = _day(full.since), _day(now)
    watched = {UUID(agent) for each in full.watch for agent in each["agents"]}
    by = wealth_by_suspicion(fleet=fleet, watched=watched, since=since, until=until)
    named = (("Accused", by.accused), ("Watched", by.watched), ("Others", by.others))
    curves = [
        Curve(name=f"{name}, n = {mean.agents}", daily=mean.daily, others=mean is by.others)
        for name, mean in named
        if mean.agents
    ]
    if not curves:
        return _empty("Nothing was booked for any agent yet.")
    told = [f"{curve.name}: {money(curve.daily[-1])}" for curve in curves]
    summary = (
        f"Mean balance now; each agent counts with the group it is in today. {'; '.join(told)}."
    )
    return _card(summary, since, curves, (), now=now)


def _of_members(agents: Sequence[Agent], since: date, until: date) -> list[Curve]:
    """Return a curve for each member with an account, or where they are many, one of the rest."""
    by_agent = wealth_each(agents=[agent.pk for agent in agents], since=since, until=until)
    booked = [agent for agent in agents if agent.pk in by_agent]
    alone = booked if len(booked) <= OWN_LINES else booked[: OWN_LINES - 1]
    curves = [Curve(name=agent.name, daily=by_agent[agent.pk]) for agent in alone]
    if rest := booked[len(alone) :]:
        days = zip(*(by_agent[agent.pk] for agent in rest), strict=True)
        mean = [sum(balances, ZERO) / len(rest) for balances in days]
        curves.append(Curve(name=f"Mean of {len(rest)} more members", daily=mean))
    return curves


def _card(
    summary: str, since: date, curves: Sequence[Curve], marks: Sequence[DayMark], *, now: datetime
) -> ChartCard:
    days = days_between(since, _day(now))
    return ChartCard(
        key=_KEY,
        title=_TITLE,
        summary=summary,
        figure=curves_figure(days, curves, marks, now=now),
        table=curves_table(days, curves),
    )


def _empty(summary: str) -> ChartCard:
    return ChartCard(key=_KEY, title=_TITLE, summary=summary, figure=None, table=_NOTHING)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
