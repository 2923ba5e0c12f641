"""What happened in a fleet or to an agent, as marks and regions on charts of trends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.display.durations import day_time
from dashboard.display.event_words import event_sentence
from dashboard.display.figures import plural
from dashboard.display.mark_kinds import MARK_LABELS, MarkKind, marks_text
from dashboard.display.zones import shown_now
from dashboard.pages.event_links import events_url
from dashboard.pages.freezes import freezes
from dashboard.pages.names import actor_words, names_of, said_by
from escalations.events import EscalationPublished, TicketExpired, TicketResolved
from governance.events import (
    AgentPaused,
    AgentResumed,
    BreakerForcedOpen,
    BreakerLatched,
    BreakerOverflow,
    BreakerReleased,
    BreakerReleasedEarly,
    BreakerTripped,
    BreakerWouldTrip,
    CascadeDetected,
    CollusionFound,
    CollusionSettled,
    DriftFound,
    DriftHeld,
    FleetHalted,
    FleetIncidentRaised,
    FleetResumed,
    PolicyPublished,
    PolicyTrialEnded,
    PolicyTrialStarted,
    ProbationFailed,
    ProbationStarved,
)
from governance.selectors.agents import agent_names
from governance.selectors.event_log import EventScope, events_between
from governance.selectors.trust_week import transitions_since

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from dashboard.pages.freezes import Freeze
    from governance.events import FleetEvent
    from governance.models import Agent, Event, Fleet

__all__ = [
    "MARK_LABELS",
    "FreezeSpan",
    "MarkKind",
    "Marks",
    "TrendMark",
    "freezes_between",
    "marks_between",
    "marks_text",
    "names_of_kind",
    "names_of_several",
]

# More points than this a trace of a chart does not hold.
MARKS_MOST = 1_500
_FREEZE_MOVES_MOST = 1_000
# What a rule approved in advance, nobody decided.
_BY_RULES = "rule #"


def _names(*kinds: type[FleetEvent]) -> frozenset[str]:
    return frozenset(kind.wire_name for kind in kinds)


# What is told of one agent, of several in one event, and of the whole fleet.
_OF_AGENTS: Mapping[MarkKind, frozenset[str]] = {
    MarkKind.TRIP: _names(
        AgentPaused,
        AgentResumed,
        BreakerForcedOpen,
        BreakerLatched,
        BreakerOverflow,
        BreakerReleased,
        BreakerReleasedEarly,
        BreakerTripped,
        BreakerWouldTrip,
        ProbationFailed,
        ProbationStarved,
    ),
    MarkKind.DRIFT: _names(DriftFound, DriftHeld),
    MarkKind.DECISION: _names(TicketExpired, TicketResolved),
    MarkKind.INCIDENT: _names(CascadeDetected),
}
_OF_SEVERAL: Mapping[MarkKind, frozenset[str]] = {
    MarkKind.INCIDENT: _names(CollusionFound, CollusionSettled, FleetIncidentRaised),
}
_OF_FLEETS: Mapping[MarkKind, frozenset[str]] = {
    MarkKind.POLICY: _names(
        EscalationPublished, PolicyPublished, PolicyTrialEnded, PolicyTrialStarted
    ),
    MarkKind.INCIDENT: _names(FleetHalted, FleetResumed),
}
_KINDS: Mapping[str, MarkKind] = {
    name: kind
    for table in (_OF_AGENTS, _OF_SEVERAL, _OF_FLEETS)
    for kind, names in table.items()
    for name in names
}


@dataclass(frozen=True, slots=True)
class TrendMark:
    """Something that happened, with its sentence; ``url`` is the page of the event."""

    kind: MarkKind
    at: datetime
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class FreezeSpan:
    """A freeze; ``until`` is None while it goes on, ``since`` may lie before what is drawn."""

    since: datetime
    until: datetime | None
    sentence: str


class Marks(list[TrendMark]):
    """Marks, oldest first; ``is_cut`` says that there are earlier ones, which were not read."""

    is_cut: bool = False

    @property
    def note(self) -> str:
        """Return what is left out, as a sentence; empty where nothing is."""
        if not self.is_cut:
            return ""
        since = day_time(self[0].at)
        zone = shown_now().name
        return f"Only the latest {plural(len(self), 'mark')} are drawn, since {since} {zone}."


def names_of_kind(kind: MarkKind) -> frozenset[str]:
    """Return the names of the events that are marks of a kind."""
    return frozenset(name for name, its in _KINDS.items() if its is kind)


def names_of_several() -> frozenset[str]:
    """Return the names of the events that list the agents they are about."""
    return frozenset(name for names in _OF_SEVERAL.values() for name in names)


def marks_between(
    *,
    fleet: Fleet,
    agent: Agent | None,
    since: datetime,
    until: datetime,
    kinds: Collection[MarkKind],
) -> Marks:
    """Return the latest marks of a period, oldest first, at most ``MARKS_MOST``.

    At most three queries, however long the period is.

    Args:
        fleet: whose events.
        agent: whose marks; None for those of all its agents. Policy changes are everybody's.
        since: exclusive.
        until: inclusive.
        kinds: which are wanted.
    """
    found = events_between(
        fleet=fleet,
        scopes=list(_scopes(agent, kinds)),
        since=since,
        until=until,
        most=MARKS_MOST + 1,
    )
    shown = found[:MARKS_MOST][::-1]
    names = names_of(event.payload.get("by") or event.actor for event in shown)
    agents = {} if agent else agent_names(event.ids["agent"] for event in _about_agents(shown))
    log = events_url(fleet.slug)
    marks = Marks(_mark(event, log, names, agents) for event in shown)
    marks.is_cut = len(found) > MARKS_MOST
    return marks


def freezes_between(*, agent: Agent, since: datetime, until: datetime) -> list[FreezeSpan]:
    """Return the agent's freezes that touch a period, oldest first; two queries.

    Of more than 1,000 moves of its breaker the earliest are not read: freezes begin with the rest.
    """
    moves = transitions_since(agent=agent, since=since, most=_FREEZE_MOVES_MOST)
    start = moves[0].created_at if len(moves) == _FREEZE_MOVES_MOST else since
    found = [each for each in freezes(agent, moves, start=start) if each.since < until]
    names = names_of(each.by.actor for each in found if each.by)
    return [FreezeSpan(each.since, each.until, _freeze_words(each, names)) for each in found]


def _scopes(agent: Agent | None, kinds: Collection[MarkKind]) -> Iterator[EventScope]:
    agent_id = agent.pk if agent else None
    for kind in MarkKind:
        if kind not in kinds:
            continue
        not_by = _BY_RULES if kind is MarkKind.DECISION else ""
        yield EventScope(_OF_AGENTS.get(kind, frozenset()), agent_id=agent_id, not_by=not_by)
        yield EventScope(_OF_SEVERAL.get(kind, frozenset()), among=agent_id)
        yield EventScope(_OF_FLEETS.get(kind, frozenset()))


def _about_agents(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if "agent" in event.ids]


def _mark(event: Event, log: str, names: Mapping[str, str], agents: Mapping[str, str]) -> TrendMark:
    said = event_sentence(
        event.name, event.payload, event.actor, lambda actor: actor_words(actor, names)
    )
    whose = agents.get(event.ids.get("agent", ""), "")
    return TrendMark(
        kind=_KINDS[event.name],
        at=event.created_at,
        sentence=f"{whose}: {said}" if whose else said,
        # Looking the route up for each of them costs more than all else.
        url=f"{log}{event.seq}/",
    )


def _freeze_words(freeze: Freeze, names: Mapping[str, str]) -> str:
    since, zone = day_time(freeze.since), shown_now().name
    if freeze.until is None:
        span = f"Frozen since {'' if freeze.by else 'before '}{since} {zone}"
    else:
        began = since if freeze.by else f"before {since}"
        span = f"Frozen from {began} to {day_time(freeze.until)} {zone}"
    if freeze.by is None:
        return f"{span}."
    return f"{span}: {said_by(freeze.by.reason, freeze.by.actor, names)}"
