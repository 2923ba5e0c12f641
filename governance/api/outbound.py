"""``/api/v1/fleet/outbound``: what a fleet's messages may reach."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from governance.api.answers import answer
from governance.api.callers import permission_require, person_required
from governance.api.endpoints import ApiView
from governance.domain.outbound import network_warning
from governance.domain.permissions import Action
from governance.domain.types import Scope
from governance.services.outbound import outbound_set
from governance.services.schemas import OutboundBody

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.api.shown_webhooks import OutboundShown
    from governance.models import Fleet


class OutboundView(ApiView):
    """Networks beyond the public internet, and the hosts of callbacks."""

    http_method_names = ["get", "head", "put"]

    def get(self, _request: Request) -> HttpResponse:
        """Return both lists as they are in force."""
        caller = self.caller
        permission_require(caller, Action.WEBHOOKS_VIEW, scope=Scope.READ)
        return answer(outbound_shown(caller.fleet))

    def put(self, _request: Request) -> HttpResponse:
        """Put both lists in force, as they were sent."""
        person, body = person_required(self.caller), self.body(OutboundBody)
        fleet = outbound_set(
            fleet=person.fleet,
            user=person.user,
            networks=body.networks,
            callback_hosts=body.callback_hosts,
            reason=body.reason,
        )
        return answer(outbound_shown(fleet))


def outbound_shown(fleet: Fleet) -> OutboundShown:
    """Return both lists, and a sentence for each network on what it opens."""
    networks = list(fleet.outbound_networks)
    return {
        "networks": networks,
        "callback_hosts": list(fleet.callback_hosts),
        # What an older release stored may have bits beyond its prefix.
        "warnings": [network_warning(ip_network(each, strict=False)) for each in networks],
    }
