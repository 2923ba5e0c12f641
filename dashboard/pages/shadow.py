"""The shadow report: what enforcement would have done, and whether it would have been right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.overview import KeyFigure
from dashboard.cards.shadow import ShadowPage
from dashboard.display.durations import NBSP
from dashboard.display.figures import plural, share, whole_money
from dashboard.pages.files import file_links
from dashboard.pages.periods import opening_words, period_fields
from dashboard.pages.shadow_lines import (
    cell_counts,
    failed_text,
    frozen_lines,
    reason_counts,
    task_lines,
)
from governance.domain.held_back import OUTCOMES_LEAST
from governance.domain.money import ZERO
from governance.domain.types import Enforcement, Verdict
from governance.selectors.let_pass import (
    decisions_let_pass,
    freezes_noted,
    reasons_let_pass,
    tasks_let_pass,
)
from governance.selectors.rollups import cells_between
from governance.selectors.roster import AgentCondition, roster_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period
    from governance.models import Fleet
    from governance.selectors.let_pass import FreezesNoted, LetPass

LISTED_MOST = 50


def shadow_page(
    fleet: Fleet, period: Period, *, ranges: Mapping[str, timedelta], now: datetime
) -> ShadowPage:
    """Return the report of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    since, until = period.since, period.until
    cells = tasks_let_pass(fleet=fleet, since=since, until=until)
    frozen = freezes_noted(fleet=fleet, since=since, until=until, most=LISTED_MOST)
    decisions = list(decisions_let_pass(fleet=fleet, since=since, until=until, most=LISTED_MOST))
    counts = roster_counts(fleet=fleet, now=now)
    return ShadowPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        now=now,
        parts_url=f"{reverse('fleet-shadow-parts', kwargs=place)}?{period.query}",
        summary=_summary(cells, frozen, period),
        now_words=shadow_words(fleet, counts),
        **period_fields(period, reverse("fleet-shadow", kwargs=place), ranges),
        figures=_figures(cells, frozen),
        right=_right(cells, fleet, period),
        frozen=frozen_lines(fleet, frozen.listed),
        frozen_all=frozen.agents,
        cells=cell_counts(cells),
        reasons=reason_counts(reasons_let_pass(fleet=fleet, since=since, until=until)),
        tasks=task_lines(fleet, decisions),
        tasks_all=_tasks(cells),
        detectors_url=f"{reverse('fleet-detectors', kwargs=place)}?{period.query}",
        files=file_links(
            "fleet-shadow",
            "what would have been held",
            address=lambda path: f"{path}?{period.query}",
            **place,
        ),
    )


def shadow_words(fleet: Fleet, counts: Mapping[str, int]) -> str:
    """Return what is in shadow now, of a fleet whose agents were counted by condition."""
    if fleet.enforcement == Enforcement.SHADOW:
        return "The fleet is in shadow: what is found is noted and holds nothing back."
    shadowed = counts[AgentCondition.SHADOW.value]
    if not shadowed:
        return ""
    are = "is" if shadowed == 1 else "are"
    return (
        f"{plural(shadowed, 'agent')} of {counts['all']:,} {are} in shadow: what is found about"
        " them is noted and holds nothing back."
    )


def _tasks(cells: Sequence[LetPass], verdict: Verdict | None = None) -> int:
    return sum(each.tasks for each in cells if verdict in {None, each.would_be})


def _summary(cells: Sequence[LetPass], frozen: FreezesNoted, period: Period) -> str:
    when = opening_words(period)
    tasks = _tasks(cells)
    if not tasks and not frozen.agents:
        return (
            f"{when} shadow let nothing pass: no agent would have been frozen, no task held back."
        )
    rules = frozen.agents - frozen.by_breaker
    besides = (
        f" Plain rules in shadow alone would have frozen {plural(rules, 'more agent')}."
        if rules
        else ""
    )
    return (
        f"{when} enforcement would have frozen {plural(frozen.by_breaker, 'agent')} and held back"
        f" {plural(tasks, 'task')}: {_tasks(cells, Verdict.ESCALATE):,} put before people,"
        f" {_tasks(cells, Verdict.DENY):,} denied.{besides}"
    )


def _figures(cells: Sequence[LetPass], frozen: FreezesNoted) -> tuple[KeyFigure, ...]:
    tasks = _tasks(cells)
    outcomes = sum(each.outcomes for each in cells)
    failures = sum(each.failures for each in cells)
    known = outcomes >= OUTCOMES_LEAST
    return (
        KeyFigure(
            label="Agents frozen",
            icon="ice",
            value=f"{frozen.by_breaker:,}",
            note="would have been, by their breakers",
        ),
        KeyFigure(
            label="By plain rules",
            icon="eye",
            value=f"{frozen.agents - frozen.by_breaker:,}",
            note="more agents, by rules in shadow alone",
        ),
        KeyFigure(
            label="People asked",
            icon="people",
            value=f"{_tasks(cells, Verdict.ESCALATE):,}",
            note=f"of {plural(tasks, 'task')} held back",
        ),
        KeyFigure(
            label="Denied",
            icon="x",
            value=f"{_tasks(cells, Verdict.DENY):,}",
            note=f"of {plural(tasks, 'task')} held back",
        ),
        KeyFigure(
            label="Of them failed",
            icon="warn",
            value=share(failures, outcomes) if known else "–",
            note=(f"n{NBSP}{outcomes:,} that ended" if known else failed_text(failures, outcomes)),
        ),
        KeyFigure(
            label="They cost",
            icon="dot",
            value=whole_money(sum((each.cost_usd for each in cells), ZERO)),
            note=f"{outcomes:,} that ended",
        ),
    )


def _right(cells: Sequence[LetPass], fleet: Fleet, period: Period) -> tuple[str, ...]:
    """Return whether the gate was right about what it would have held, in sentences."""
    tasks = _tasks(cells)
    if not tasks:
        return ("Nothing would have been held back, so there is nothing to compare.",)
    every = cells_between(fleet=fleet, since=period.since, until=period.until)
    outcomes, failures = _ended(cells)
    all_outcomes = sum(each.outcomes for each in every)
    all_failures = sum(each.failures for each in every)
    held = f"Of {plural(tasks, 'task')} that would have been held {outcomes:,} have ended"
    if outcomes < OUTCOMES_LEAST or all_outcomes < OUTCOMES_LEAST:
        few = min(outcomes, all_outcomes)
        return (f"{held}: not enough data ({few} of {OUTCOMES_LEAST}) to compare.",)
    sentences = (
        f"{held}, {share(failures, outcomes)} of them in failure (n{NBSP}{outcomes:,}). Of all work"
        f" of the fleet in the same hours {share(all_failures, all_outcomes)} failed"
        f" (n{NBSP}{all_outcomes:,}).",
    )
    if not failures or not all_failures:
        return sentences
    ratio = failures * all_outcomes / (outcomes * all_failures)
    return (
        *sentences,
        f"What would have been held failed {ratio:.1f} times as often as all work.",
    )


def _ended(cells: Sequence[LetPass]) -> tuple[int, int]:
    return sum(each.outcomes for each in cells), sum(each.failures for each in cells)
