"""What a fleet's messages may reach, documented."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, Call, Reply, Trouble
from governance.api.reference.fleet import PERSON_ONLY, TOO_LOW
from governance.api.reference.webhooks import MANAGER, VIEWER, WEBHOOKS
from governance.api.shown_webhooks import OutboundShown
from governance.services.schemas import OutboundBody

OUTBOUND_CALLS = (
    Call(
        name="outbound_read",
        section=WEBHOOKS,
        method="GET",
        path="/fleet/outbound",
        summary="Read what the fleet's messages may reach",
        detail=(
            "Networks beside the public internet, each with a warning of what it opens, and the "
            "hosts that an agent may name in callback_url."
        ),
        scopes=("read",),
        person=VIEWER,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="Both lists.", shape=OutboundShown),),
        troubles=(TOO_LOW,),
    ),
    Call(
        name="outbound_set",
        section=WEBHOOKS,
        method="PUT",
        path="/fleet/outbound",
        summary="Say what the fleet's messages may reach",
        detail=(
            "Both lists as they shall be; at most 20 networks and 50 hosts. Without a network "
            "nothing is sent to an address that is not of the public internet. The event "
            "fleet.outbound_changed says who changed what, and why."
        ),
        scopes=(),
        person=MANAGER,
        parameters=(FLEET,),
        body=OutboundBody,
        meanings={
            "networks": (
                "In CIDR form. This machine, link-local, multicast, tunnel and metadata addresses "
                "are never opened."
            ),
            "callback_hosts": "Host names, with :port unless that is 443; no scheme, no wildcard.",
            "reason": "Why, in a sentence; it stays in the record.",
        },
        replies=(Reply(status=200, meaning="Both lists, in force.", shape=OutboundShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=422, code="network_refused", when="One is no network, or never opened."),
            Trouble(status=422, code="callback_host_refused", when="One is no host name."),
        ),
    ),
)
