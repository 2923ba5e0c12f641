"""Pages of a fleet's incidents: faults that many agents share, which are asked about once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from dashboard.cards import Fact
from dashboard.cards.fleet_incident import AgentLink, IncidentLine, IncidentList, IncidentPage
from dashboard.display.durations import NBSP, day_time, span_text
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.findings import shared_facts
from escalations.domain.lifecycle import TicketState
from escalations.selectors.incident_tickets import ticket_of_incident
from escalations.selectors.tickets import status_of
from governance.domain.drift_state import DriftKind
from governance.domain.fleet_alarm import FREEZES
from governance.domain.phrases import share_words
from governance.selectors.fleet_incidents import (
    IncidentSeen,
    fleet_incident_get,
    fleet_incidents,
    incident_agents,
)
from governance.selectors.people import person_named
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from escalations.models import Ticket
    from governance.models import Fleet, FleetIncident

LISTED = 50
AGENTS_LISTED = 100
_OPEN = Mark("Open", "warn", "amber")
_OVER = Mark("Over", "check", "good")
_TITLES: dict[str, str] = {
    DriftKind.OUTCOMES: "Many agents fail together",
    DriftKind.COST: "What work costs changed together",
    DriftKind.DURATION: "How long work takes changed together",
    FREEZES: "Much of the fleet was frozen together",
}
_STATES = {
    TicketState.PENDING: "waits for a person",
    TicketState.EXPIRED: "expired: nobody answered in time",
    TicketState.CANCELLED: "withdrawn: the incident is over",
}


def incident_list(fleet: Fleet, *, now: datetime) -> IncidentList:
    """Return the fleet's incidents, open ones first; the fleet was read before them."""
    policy = policy_in_force(fleet=fleet)[1]
    drift, breaker = policy.drift, policy.breaker
    return IncidentList(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-incidents-parts", kwargs={"fleet": fleet.slug}),
        lines=tuple(
            IncidentLine(
                url=incident_url(fleet.slug, seen.incident.pk),
                title=_TITLES[seen.incident.kind],
                at=seen.incident.raised_at,
                lasts=(
                    f"{'open for' if seen.incident.ended_at is None else 'lasted'}"
                    f" {_lasts(seen.incident, now)}"
                ),
                mark=_mark(seen.incident),
                sentence=seen.incident.sentence,
                agents=len(seen.incident.agents),
                held=None if seen.incident.kind == FREEZES else seen.held,
            )
            for seen in fleet_incidents(fleet=fleet, most=LISTED)
        ),
        rule=(
            f"At least {drift.incident_agents} agents change within"
            f" {drift.incident_window_h:g}{NBSP}h, more than chance allows; or the whole fleet"
            f" surely fails {drift.incident_factor:g} times as often as normal; or detectors freeze"
            f" {share_words(breaker.alarm_share)} of it within {breaker.alarm_window_min:g}{NBSP}"
            "min. People are asked once, not once for each agent."
        ),
    )


def incident_page(fleet: Fleet, incident_id: UUID, *, now: datetime) -> IncidentPage:
    """Return one incident of the fleet, which was read before it.

    Raises:
        MissingError: if the fleet has no such incident.
    """
    seen = fleet_incident_get(fleet=fleet, incident_id=incident_id)
    incident, place = seen.incident, {"fleet": fleet.slug}
    agents = incident_agents(incident=incident, most=AGENTS_LISTED)
    ticket = ticket_of_incident(incident_id=incident.pk)
    return IncidentPage(
        incident_id=str(incident.pk),
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-incident-parts", kwargs={**place, "incident_id": incident.pk}),
        list_url=reverse("fleet-incidents", kwargs=place),
        title=_TITLES[incident.kind],
        mark=_mark(incident),
        at=incident.raised_at,
        sentence=incident.sentence,
        outcome=_outcome(incident),
        counts=tuple(_counts(seen, now)),
        shared=tuple(shared_facts(incident.shared)),
        agents=tuple(
            AgentLink(name=each.external_id, url=agent_url("agent", each.pk, fleet=fleet.slug))
            for each in agents
        ),
        more=len(incident.agents) - len(agents),
        ticket_url=reverse("ticket", kwargs={**place, "number": ticket.number}) if ticket else "",
        ticket=_ticket_words(ticket, now) if ticket else "",
    )


def incident_url(fleet: str, incident_id: UUID) -> str:
    """Return where one incident of a fleet is."""
    return reverse("fleet-incident", kwargs={"fleet": fleet, "incident_id": incident_id})


def _mark(incident: FleetIncident) -> Mark:
    return _OPEN if incident.ended_at is None else _OVER


def _lasts(incident: FleetIncident, now: datetime) -> str:
    return span_text(((incident.ended_at or now) - incident.raised_at).total_seconds())


def _counts(seen: IncidentSeen, now: datetime) -> Iterator[Fact]:
    incident = seen.incident
    yield Fact(label="Agents concerned", value=str(len(incident.agents)))
    # A freeze is never held back: it acts for each agent.
    if incident.kind != FREEZES:
        note = "of single agents: nobody was asked about each"
        yield Fact(label="Alarms held", value=str(seen.held), note=note)
    yield Fact(
        label="Lasts" if incident.ended_at is None else "Lasted",
        value=_lasts(incident, now),
        note=f"since {day_time(incident.raised_at)} UTC",
    )


def _outcome(incident: FleetIncident) -> str:
    if incident.ended_at is None:
        return ""
    then = (
        "should many be frozen again, people are asked anew."
        if incident.kind == FREEZES
        else "alarms count for each agent again."
    )
    return f"Over since {day_time(incident.ended_at)} UTC: {then}"


def _ticket_words(ticket: Ticket, now: datetime) -> str:
    state = status_of(ticket, now=now).state
    words = _STATES.get(state) or f"acknowledged by {person_named(ticket.resolved_by)}"
    return f"#{ticket.number} {words}"
