"""The agent page, and the pieces of it that an open page takes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.agent_page import agent_page, agent_panel
from dashboard.pages.controls import Seat
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.selectors.roster import agent_listed

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest
    from governance.domain.types import Role
    from governance.models import Agent, Fleet


@require_safe
@page
def agent(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Show one agent: who it is, whether it may run, what it may do and why, what it did."""
    return agent_answer(request, fleet, agent_id)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Draw the page's parts alone, as a fresh snapshot for an open page."""
    found, seat = _seated(request, fleet, agent_id)
    return render(request, "agent/body.html", {"agent": agent_page(found, seat)})


@require_safe
@fragment
def controls(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Draw the agent's controls alone, for a panel above a list."""
    found, seat = _seated(request, fleet, agent_id)
    status, panel = agent_panel(found, seat)
    context = {"name": found.name, "status": status, "panel": panel}
    return render(request, "agent/panel.html", context)


def agent_answer(
    request: PersonRequest,
    fleet: str,
    agent_id: UUID,
    *,
    typed_reason: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the agent page; with what a person had typed where a control was not recorded.

    Raises:
        MissingError: if the person may not see the agent.
    """
    found, seat = _seated(request, fleet, agent_id)
    card = agent_page(found, seat, typed_reason=typed_reason, problem=problem)
    shell = shell_for(request.user, here="agent", fleet=fleet)
    return render(request, "agent/page.html", {"shell": shell, "agent": card}, status=status)


def agent_found(request: PersonRequest, slug: str, agent_id: UUID) -> tuple[Fleet, Role, Agent]:
    """Return one agent of a fleet of the person, the fleet read first.

    Raises:
        MissingError: for an agent or a fleet that is not there for this person.
    """
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    return fleet, role, agent_listed(fleet=fleet, agent_id=agent_id)


def _seated(request: PersonRequest, slug: str, agent_id: UUID) -> tuple[Agent, Seat]:
    fleet, role, found = agent_found(request, slug, agent_id)
    return found, Seat(fleet=fleet, role=role, user=request.user, now=clock_now())
