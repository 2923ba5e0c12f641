"""The drift part of the agent page: has its work changed for good?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import Mark
from dashboard.cards.drift import DriftCard, DriftLine
from dashboard.display.durations import day_time
from dashboard.pages.names import actor_words, names_of
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.agent_tickets import ticket_waiting_of
from governance.domain.drift_state import DriftKind, DriftSignal
from governance.domain.drift_words import amount_words
from governance.domain.outcome_drift import evidence
from governance.selectors.drift import alarms_recent, incidents_open

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from governance.domain.agent_state import AgentState
    from governance.domain.policy import Policy
    from governance.models import Agent, DriftAlarm, Fleet

SHOWN = 5
SIGNS = {
    DriftSignal.FAILING: Mark("Fails more", "sink", "bad"),
    DriftSignal.DEARER: Mark("Costs more", "up", "amber"),
    DriftSignal.CHEAPER: Mark("Costs less", "down", "amber"),
    DriftSignal.SLOWER: Mark("Slower", "sand", "amber"),
    DriftSignal.FASTER: Mark("Faster", "swap", "amber"),
}


def drift_card(
    agent: Agent, state: AgentState, *, fleet: Fleet, policy: Policy, now: datetime
) -> DriftCard:
    """Return the agent's latest alarms and what is watched."""
    alarms = alarms_recent(agent=agent, most=SHOWN)
    names = names_of(alarm.acknowledged_by for alarm in alarms)
    waits = agent.standing.drifting
    ticket = ticket_waiting_of(agent=agent, kind=TicketKind.DRIFT, now=now) if waits else None
    incidents = incidents_open(fleet=fleet)
    return DriftCard(
        watched=_watched(state, fleet, policy),
        lines=tuple(_line(alarm, names) for alarm in alarms),
        ticket_number=ticket.number if ticket else 0,
        ticket_url=(
            reverse("ticket", kwargs={"fleet": fleet.slug, "number": ticket.number})
            if ticket
            else ""
        ),
        incident=incidents[0].sentence if incidents else "",
    )


def _watched(state: AgentState, fleet: Fleet, policy: Policy) -> str:
    drift, watch = policy.drift, state.drift.outcomes
    if watch.seen < drift.learning:
        return (
            f"Learns what is normal: {watch.seen} of {drift.learning} outcomes. Only then is"
            " anything compared."
        )
    threshold = fleet.refresh.drift_threshold if fleet.refresh else drift.threshold_most
    found = evidence(watch, threshold, drift)
    return (
        f"Each outcome is compared with what this agent normally does on such work, learned from"
        f" its latest {round(watch.weight):,} outcomes; what the whole fleet suffers is left out."
        f" Evidence of failing more: {found.score:.1f} of {found.needed:.1f} that raise an alarm"
        f" (log odds; {_accepted(drift.false_alarms_week)} accepted in the fleet)."
    )


def _accepted(alarms: float) -> str:
    return "1 false alarm a week is" if alarms == 1 else f"{alarms:g} false alarms a week are"


def _line(alarm: DriftAlarm, names: Mapping[str, str]) -> DriftLine:
    kind, evidence = DriftKind(alarm.kind), alarm.evidence
    return DriftLine(
        mark=SIGNS[DriftSignal(alarm.signal)],
        state=_state(alarm),
        sentence=alarm.sentence,
        normal=_amount(kind, evidence["normal"]),
        now=_amount(kind, evidence["now"]),
        tasks=evidence["tasks"],
        since=alarm.since_at,
        at=alarm.raised_at,
        note=_note(alarm, names),
    )


def _amount(kind: DriftKind, amount: float) -> str:
    if kind is DriftKind.OUTCOMES:
        return f"{100.0 * amount:.0f} % fail"
    return amount_words(kind, amount)


def _state(alarm: DriftAlarm) -> Mark:
    if alarm.held:
        return Mark("Held", "pause", "line")
    if alarm.acknowledged_at is not None:
        return Mark("Looked at", "check", "line")
    return Mark("Open", "ask", "amber")


def _note(alarm: DriftAlarm, names: Mapping[str, str]) -> str:
    if alarm.held:
        return "The fleet had an incident: nothing followed for this agent alone."
    if alarm.acknowledged_at is None:
        return "Nothing is learned from what is open, and no tier rises, until people have looked."
    by, at = actor_words(alarm.acknowledged_by, names), day_time(alarm.acknowledged_at)
    if alarm.rebaselined:
        return f"{by} took the present for normal at {at} UTC: it is learned anew."
    return f"{by} looked at it at {at} UTC: it is held to what was normal before."
