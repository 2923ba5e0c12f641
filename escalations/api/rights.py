"""``GET /api/v1/tickets/{id}/rights``: what a person may do to a ticket, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.api.views import TicketApiView
from escalations.selectors.tickets import ticket_by_id
from escalations.services.rights import ticket_rights
from governance.api.answers import answer
from governance.api.callers import person_required
from governance.domain.types import Role
from governance.selectors.clock import clock_now
from governance.selectors.memberships import member_named, role_steps

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.api.shown_rights import RightShown, RoleStepShown
    from escalations.services.rights import Right
    from governance.selectors.memberships import RoleStep

PERSON = "person"


class RightsView(TicketApiView):
    """What the caller, or a member whom a manager names, may do to one ticket now."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, ticket_id: UUID) -> HttpResponse:
        """Return each move with whether it is open, and how the person came to their role."""
        caller = person_required(self.caller)
        ticket = ticket_by_id(fleet=caller.fleet, ticket_id=ticket_id)
        member = member_named(
            fleet=caller.fleet,
            user=caller.user,
            role=caller.role,
            username=request.GET.get(PERSON, ""),
        )
        username, role = member.user.get_username(), Role(member.role)
        found = ticket_rights(ticket=ticket, user=member.user, role=role, now=clock_now())
        steps = role_steps(fleet=caller.fleet, username=username)
        return answer(
            {
                "person": username,
                "role": role.value,
                "rights": [_right(each) for each in found],
                "role_steps": [_step(each) for each in steps],
            }
        )


def _right(right: Right) -> RightShown:
    return {
        "move": right.move,
        "may": right.may,
        "sentence": right.sentence,
        "code": right.code or None,
    }


def _step(step: RoleStep) -> RoleStepShown:
    return {
        "seq": step.seq,
        "at": step.at,
        "event": step.name,
        "role": step.role or None,
        "by": step.by,
        "reason": step.reason or None,
    }
