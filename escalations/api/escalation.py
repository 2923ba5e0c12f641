"""``/api/v1/fleet/escalation``: keys and people read who is called, admins change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.api.bodies_escalation import EscalationBody
from escalations.api.views import TicketApiView
from escalations.domain.escalation import called_on
from escalations.selectors.escalation import escalation_in_force
from escalations.selectors.routing import people_of
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from governance.api.answers import answer
from governance.api.callers import person_required
from governance.selectors.people import members_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.selectors.escalation import EscalationInForce
    from governance.models import Fleet


class EscalationView(TicketApiView):
    """The fleet's escalation policy."""

    http_method_names = ["get", "head", "put"]

    def get(self, _request: Request) -> HttpResponse:
        """Return the policy that tickets open with now."""
        fleet = self.fleet_read
        return answer(policy_shown(escalation_in_force(fleet_id=fleet.pk), fleet))

    def put(self, _request: Request) -> HttpResponse:
        """Put another policy in force, and return it."""
        person, body = person_required(self.caller), self.body(EscalationBody)

        def call() -> HttpResponse:
            levels = [LevelDraft(people=each.people, roles=each.roles) for each in body.levels]
            published = escalation_publish(
                fleet=person.fleet,
                user=person.user,
                levels=levels,
                shares=body.shares,
                reason=body.reason,
                replaces=body.replaces,
                chat_after_s=body.chat_after_s,
                mail_after_s=body.mail_after_s,
            )
            return answer(policy_shown(published, person.fleet))

        return self.once(call)


def policy_shown(found: EscalationInForce, fleet: Fleet) -> dict[str, Any]:
    """Return a policy as the API answers with it; whoever has left the fleet is named no longer."""
    people = people_of(fleet=fleet)
    names = {str(each.user.pk): each.user.get_username() for each in members_of(fleet=fleet)}
    return {
        "number": found.number,
        "levels": [
            {
                "people": [names[each] for each in level.people if each in names],
                "roles": [role.value for role in level.roles],
                "calls": sorted(names[each] for each in called_on(level, people)),
            }
            for level in found.policy.levels
        ],
        "shares": list(found.policy.shares),
        "chat_after_s": found.policy.chat_after_s,
        "mail_after_s": found.policy.mail_after_s,
        "reason": found.reason,
        "published_by": found.published_by,
        "published_at": found.published_at,
    }
