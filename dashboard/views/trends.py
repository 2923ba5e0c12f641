"""How trust went: of a fleet, and of an agent alone or beside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.display.mark_kinds import MarkKind
from dashboard.forms.period import RANGES, period_read
from dashboard.forms.trends import trends_read
from dashboard.pages.agent_trends import agent_trends_page
from dashboard.pages.fleet_trends import USUAL_MARKS, fleet_trends_page
from dashboard.pages.moved_sheet import moved_sheet
from dashboard.pages.shell import shell_for
from dashboard.pages.trend_beside import other_found
from dashboard.views.access import fragment, page
from dashboard.views.agents import agent_found
from dashboard.views.sheets import period_asked
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from dashboard.cards.trends import AgentTrends, FleetTrends
    from dashboard.display.sheets import Sheet
    from dashboard.pages.moved_sheet import Line
    from dashboard.views.access import PersonRequest


@require_safe
@page
@in_own_zone
def trends(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show how the trust of a fleet went in the period that the address names."""
    card = _of_fleet(request, fleet)
    shell = shell_for(request.user, here="trends", fleet=fleet, live=card.is_live)
    return render(request, "trends/fleet.html", {"shell": shell, "trends": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "trends/fleet_body.html", {"trends": _of_fleet(request, fleet)})


@require_safe
@page
@in_own_zone
def agent_trends(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Show how the trust of one agent went, beside that of another where one is named."""
    card = _of_agent(request, fleet, agent_id)
    shell = shell_for(request.user, here="trends", fleet=fleet, live=card.is_live)
    return render(request, "trends/agent.html", {"shell": shell, "trends": card})


@require_safe
@fragment
@in_own_zone
def agent_parts(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Draw the parts of one agent's page alone."""
    card = _of_agent(request, fleet, agent_id)
    return render(request, "trends/agent_body.html", {"trends": card})


def moved(request: PersonRequest, fleet: str) -> Sheet[Line]:
    """Return the agents whose trust moved in the period that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    now = clock_now()
    return moved_sheet(found, period_asked(request, now=now), now=now)


def _of_fleet(request: PersonRequest, slug: str) -> FleetTrends:
    # The fleet, and with it the sequence number, before all else: no event falls in between.
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    form = trends_read(request.GET)
    return fleet_trends_page(
        fleet,
        form,
        period_read(request.GET, now=now),
        kinds=USUAL_MARKS if form.marks is None else form.marks,
        ranges=RANGES,
        now=now,
    )


def _of_agent(request: PersonRequest, slug: str, agent_id: UUID) -> AgentTrends:
    fleet, _, agent = agent_found(request, slug, agent_id)
    now = clock_now()
    form = trends_read(request.GET)
    other, problem = other_found(fleet, agent, form.other)
    return agent_trends_page(
        agent,
        fleet,
        form,
        period_read(request.GET, now=now),
        other=other,
        problem=problem,
        kinds=tuple(MarkKind) if form.marks is None else form.marks,
        ranges=RANGES,
        now=now,
    )
