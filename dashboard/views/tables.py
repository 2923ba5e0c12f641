"""The tables of a fleet as files: who may have each, and how its address narrows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.zones import shown_now
from dashboard.forms.ties import ties_misread, ties_read
from dashboard.pages import finding_sheets as findings
from dashboard.pages import record_sheets as records
from dashboard.pages import registry_sheets as registry
from dashboard.pages import ticket_sheets as tickets
from dashboard.pages.agent_sheet import look_sheet
from dashboard.pages.files import chart_sheet
from dashboard.pages.fleet_graph import fleet_graph
from dashboard.pages.service_chart import service_chart
from dashboard.views.agents import agent_found
from dashboard.views.seats import seats_named
from dashboard.views.sheets import misread_refused, period_asked
from escalations.selectors.service_level import service_levels
from governance.domain.permissions import Action
from governance.selectors.cascades import cascade_get
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_of, ring_shown
from governance.selectors.people import fleet_for_person, role_require
from governance.selectors.webhooks import webhook_get

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import Fleet


def of_fleet(read: Callable[[Fleet], Sheet[Any]]) -> Callable[..., Sheet[Any]]:
    """Return a view of a table that every member may have whole."""

    def view(request: PersonRequest, fleet: str) -> Sheet[Any]:
        return read(_fleet(request, fleet))

    return view


tools = of_fleet(registry.tool_sheet)
rules = of_fleet(registry.rule_sheet)
cascades = of_fleet(findings.cascade_sheet)
incidents = of_fleet(findings.incident_sheet)
rings = of_fleet(findings.ring_sheet)
teams = of_fleet(findings.team_sheet)
watched = of_fleet(findings.watch_sheet)
ranking = of_fleet(findings.rank_sheet)
alarms = of_fleet(lambda fleet: findings.alarm_sheet(fleet, now=clock_now()))
waiting = of_fleet(lambda fleet: tickets.waiting_sheet(fleet, now=clock_now()))


def looks(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return the agents that need a look, in the order of the overview."""
    return look_sheet(_fleet(request, fleet), now=clock_now())


def held(request: PersonRequest, fleet: str, cascade_id: UUID) -> Sheet[Any]:
    """Return what one cascade reached."""
    found = _fleet(request, fleet)
    return findings.held_sheet(found, cascade_get(fleet=found, cascade_id=cascade_id))


def outcomes(request: PersonRequest, fleet: str, agent_id: UUID) -> Sheet[Any]:
    """Return what became of every task of one agent."""
    found, _, agent = agent_found(request, fleet, agent_id)
    return records.outcome_sheet(found, agent)


def audits(request: PersonRequest, fleet: str, agent_id: UUID) -> Sheet[Any]:
    """Return what became of every audit of one agent."""
    found, _, agent = agent_found(request, fleet, agent_id)
    return records.audit_sheet(found, agent)


def jobs(request: PersonRequest, fleet: str, ring_id: UUID) -> Sheet[Any]:
    """Return what the members of one ring did together."""
    found = _fleet(request, fleet)
    ring = ring_of(fleet=found, ring_id=ring_id)
    return records.job_sheet(found, ring_shown(ring.pk)[0])


def unstarted(request: PersonRequest, fleet: str = "") -> Sheet[Any]:
    """Return what was approved and has not started, of one or of all of a person's fleets."""
    fleet_ids = [each.pk for each, _ in seats_named(request, fleet)]
    return tickets.unstarted_sheet(fleet_ids, fleet=fleet, now=clock_now())


def levels(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return what became of tickets, by the hours or days of the period."""
    found, period = _fleet(request, fleet), period_asked(request, now=clock_now())
    counted = service_levels(
        fleet=found,
        since=period.since,
        until=period.until,
        width=period.width,
        zone=shown_now().zone,
    )
    return chart_sheet("levels", fleet, service_chart(counted, period).table)


def answers(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return who answered how much in the period; reviewers have their own alone."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    return tickets.answer_sheet(found, request.user, role, period_asked(request, now=clock_now()))


def ties(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return the pairs of agents that the graph draws."""
    found = _fleet(request, fleet)
    misread_refused(ties_misread(request.GET))
    graph = fleet_graph(found, ties_read(request.GET), now=clock_now())
    return chart_sheet("ties", fleet, graph.chart.table)


def webhooks(request: PersonRequest, fleet: str) -> Sheet[Any]:
    """Return where the fleet's events are sent, for whoever may see it."""
    return registry.webhook_sheet(_seen(request, fleet))


def deliveries(request: PersonRequest, fleet: str, webhook_id: UUID) -> Sheet[Any]:
    """Return what became of every message of one webhook, for whoever may see it."""
    found = _seen(request, fleet)
    endpoint = webhook_get(fleet=found, webhook_id=webhook_id, or_ended=True)
    return registry.delivery_sheet(found, endpoint)


def _fleet(request: PersonRequest, slug: str) -> Fleet:
    return fleet_for_person(user=request.user, slug=slug)[0]


def _seen(request: PersonRequest, slug: str) -> Fleet:
    """Return the fleet for a person who may see where its events are sent."""
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    role_require(role, Action.WEBHOOKS_VIEW)
    return fleet
