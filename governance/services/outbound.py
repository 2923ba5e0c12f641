"""What a fleet's messages may reach: admins say it, and each change is a fact of the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.outbound import DestinationError, callback_host_of, network_of
from governance.domain.permissions import Action
from governance.events import OutboundChanged
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.services.callbacks import callback_endpoint_ensure
from governance.services.events import events_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import User

    from governance.models import Fleet

MOST_NETWORKS, MOST_HOSTS = 20, 50
_NETWORK_FORM = "a network such as 10.20.0.0/16, without this machine, link-local or metadata"
_HOST_FORM = "a host name such as hooks.example.org, with :port unless that is 443"


@transaction.atomic
def outbound_set(
    *,
    fleet: Fleet,
    user: User,
    networks: Sequence[str],
    callback_hosts: Sequence[str],
    reason: str,
) -> Fleet:
    """Put a fleet's networks and callback hosts in force, and return it.

    What is on its way already is tried by them from its next attempt on. The same lists again
    change nothing. Each host has an endpoint of its own from now on, with a secret.

    Args:
        fleet: whose messages they are for.
        user: an admin of it.
        networks: those that may be sent to beside the public internet, in CIDR form.
        callback_hosts: hosts that an agent may name in ``callback_url``.
        reason: why, as it stays in the record.

    Raises:
        ForbiddenError: role_too_low.
        InvalidFieldError: network_refused or callback_host_refused, naming the entry; reason.
    """
    person_require(user=user, fleet=fleet, action=Action.WEBHOOKS_MANAGE)
    reason_require(reason, missing="To change what may be reached, say why.")
    opened = _each("networks", networks, lambda text: str(network_of(text)), _NETWORK_FORM)
    hosts = _each("callback_hosts", callback_hosts, callback_host_of, _HOST_FORM)
    _most("networks", opened, MOST_NETWORKS)
    _most("callback_hosts", hosts, MOST_HOSTS)
    for host in sorted(hosts):
        callback_endpoint_ensure(fleet, f"https://{host}/", actor=user.get_username())
    locked = fleet_lock(fleet.pk)
    if (locked.outbound_networks, locked.callback_hosts) == (opened, hosts):
        return locked
    locked.outbound_networks, locked.callback_hosts = opened, hosts
    locked.save(update_fields=["outbound_networks", "callback_hosts"])
    changed = OutboundChanged(
        fleet_id=fleet.pk,
        actor=user.get_username(),
        networks=opened,
        callback_hosts=hosts,
        reason=reason.strip(),
    )
    events_publish(changed, now=clock_now())
    return locked


_CODES = {"networks": "network_refused", "callback_hosts": "callback_host_refused"}


def _each(field: str, texts: Sequence[str], read: Callable[[str], str], allowed: str) -> list[str]:
    """Return every entry as it is kept, each once, in the order given."""
    found: list[str] = []
    for at, text in enumerate(texts):
        try:
            found.append(read(text))
        except DestinationError as error:
            raise InvalidFieldError(
                f"{field}: {text} is refused: {error}.",
                code=_CODES[field],
                field=f"{field}[{at}]",
                value=text,
                allowed=allowed,
            ) from error
    return list(dict.fromkeys(found))


def _most(field: str, found: Sequence[str], most: int) -> None:
    if len(found) > most:
        raise InvalidFieldError(
            f"{field} may hold at most {most}, got {len(found)}.",
            field=field,
            value=len(found),
            allowed=f"at most {most}",
        )
