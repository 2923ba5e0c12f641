"""How the trust of a ticket's agent went over the last week, with what happened to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard.cards import ticket_mark
from dashboard.cards.trust_week import TrustWeek, WeekEvent
from dashboard.display.durations import NBSP, day_time
from dashboard.display.figures import plural, score
from dashboard.display.sparkline import (
    Scored,
    Span,
    hourly,
    regions,
    spark_marks,
    spark_paths,
)
from dashboard.pages.freezes import freezes
from dashboard.pages.names import names_of, said_by
from escalations.selectors.agent_tickets import answers_since
from governance.domain.transitions import BreakerMove
from governance.selectors.trust_week import penalties_since, scores_since, transitions_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from dashboard.cards.marks import TrustBand
    from governance.models import Agent, BreakerTransition

PERIOD = timedelta(days=7)
_TRIPS = {BreakerMove.TRIPPED, BreakerMove.LATCHED, BreakerMove.OVERFLOW, BreakerMove.FORCED_OPEN}


def trust_week(agent: Agent, trust: TrustBand, *, now: datetime) -> TrustWeek:
    """Return the scores of the last seven days, with trips, freezes, penalties and answers.

    Args:
        agent: with its standing.
        trust: the agent's as the page shows it; says how many outcomes make a score.
        now: the page's time.
    """
    span = Span(now - PERIOD, now)
    kept = _kept(agent, trust, span.start)
    known = [each for each in kept if each.score is not None]
    moves = transitions_since(agent=agent, since=span.start)
    frozen = [
        (each.since, each.until or span.end) for each in freezes(agent, moves, start=span.start)
    ]
    events = _events(agent, moves, span.start)
    return TrustWeek(
        days=PERIOD.days,
        start=span.start,
        end=span.end,
        scores=len(known),
        summary=_summary(known, trust, len(frozen), events),
        paths=spark_paths(hourly(kept), span),
        frozen=regions(frozen, span),
        marks=spark_marks(((event.kind, event.at) for event in events), span),
        events=events,
    )


def _kept(agent: Agent, trust: TrustBand, since: datetime) -> list[Scored]:
    """Return the scores, None for those after which there were too few outcomes to show one."""
    rows = scores_since(agent=agent, since=since)
    first_shown = len(rows) - 1 - (agent.standing.outcomes - trust.needed)
    return [
        Scored(at, value if place >= first_shown else None)
        for place, (at, value) in enumerate(rows)
    ]


def _events(
    agent: Agent, moves: Sequence[BreakerTransition], since: datetime
) -> tuple[WeekEvent, ...]:
    """Return trips, penalties and answers, newest first."""
    trips = [move for move in moves if move.enforced and move.move in _TRIPS]
    names = names_of(move.actor for move in trips)
    found = [
        WeekEvent(at=move.created_at, kind="trip", words=said_by(move.reason, move.actor, names))
        for move in trips
    ]
    found += [
        WeekEvent(at=at, kind="penalty", words="Collusion was confirmed.")
        for at in penalties_since(agent=agent, since=since)
    ]
    found += [
        WeekEvent(at=at, kind="decision", words=f"{ticket_mark('', answer).label} by people.")
        for at, answer in answers_since(agent=agent, since=since)
    ]
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))


def _summary(
    known: Sequence[Scored], trust: TrustBand, freezes: int, events: Sequence[WeekEvent]
) -> str:
    """Return what the drawing shows, for whoever does not see it."""
    counted = {"trip": 0, "penalty": 0, "decision": 0}
    for event in events:
        counted[event.kind] += 1
    happened = ", ".join(
        [
            plural(counted["trip"], "trip"),
            plural(freezes, "freeze"),
            plural(counted["penalty"], "penalty", "penalties"),
            plural(counted["decision"], "decision"),
        ]
    )
    return f"{_went(known, trust)} {happened[0].upper()}{happened[1:]}."


def _went(known: Sequence[Scored], trust: TrustBand) -> str:
    if not trust.is_known:
        return f"Not enough data ({trust.outcomes}{NBSP}of{NBSP}{trust.needed})."
    if not known:
        return "No task was scored in these days."
    lowest = min(known, key=lambda each: (each.score, each.at))
    first, last = score(known[0].score or 0.0), score(known[-1].score or 0.0)
    return (
        f"From {first} to {last}, lowest {score(lowest.score or 0.0)} on {day_time(lowest.at)} UTC."
    )
