"""The page of what a fleet's messages may reach."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.outbound import OutboundForm, OutboundPage
from governance.domain.outbound import network_warning
from governance.domain.permissions import Action, why_not
from governance.selectors.webhooks import webhooks_of

if TYPE_CHECKING:
    from dashboard.pages.controls import Seat


def outbound_page(seat: Seat, *, form: OutboundForm | None = None) -> OutboundPage:
    """Return what may be reached, and the form that changes it.

    Args:
        seat: who looks; whoever may not see where messages go is told so.
        form: one that was not recorded.
    """
    fleet = seat.fleet
    list_url = reverse("fleet-webhooks", kwargs={"fleet": fleet.slug})
    unseen = why_not(seat.role, Action.WEBHOOKS_VIEW)
    if unseen:
        return OutboundPage(fleet_name=fleet.name, list_url=list_url, unseen=unseen)
    return OutboundPage(
        fleet_name=fleet.name,
        list_url=list_url,
        networks=tuple(
            (each, network_warning(ip_network(each, strict=False)))
            for each in fleet.outbound_networks
        ),
        hosts=_hosts(seat),
        form=form
        or outbound_form(
            seat,
            networks="\n".join(fleet.outbound_networks),
            hosts="\n".join(fleet.callback_hosts),
        ),
    )


def _hosts(seat: Seat) -> tuple[tuple[str, str], ...]:
    fleet = seat.fleet
    pages = {
        each.callback_host: reverse("webhook", kwargs={"fleet": fleet.slug, "webhook_id": each.pk})
        for each in webhooks_of(fleet=fleet)
    }
    return tuple((host, pages.get(host, "")) for host in fleet.callback_hosts)


def outbound_form(
    seat: Seat,
    *,
    networks: str,
    hosts: str,
    reason: str = "",
    problem: str = "",
    wrong: str = "",
) -> OutboundForm:
    """Return the form with these texts in it.

    Args:
        seat: who looks.
        networks: one a line.
        hosts: one a line.
        reason: that was typed.
        problem: why it was not recorded.
        wrong: the field at fault, without the entry's index.
    """
    return OutboundForm(
        url=reverse("fleet-outbound-set", kwargs={"fleet": seat.fleet.slug}),
        why_not=why_not(seat.role, Action.WEBHOOKS_MANAGE),
        idempotency_key=str(uuid4()),
        networks=networks,
        hosts=hosts,
        reason=reason,
        problem=problem,
        wrong=wrong.partition("[")[0],
    )
