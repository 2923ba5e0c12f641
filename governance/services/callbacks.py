"""Where answers are sent: to the URL a task named, and only on hosts an admin has listed.

For each host there is one endpoint, with a secret of its own: whoever receives at one host cannot
sign what another believes, and a host that fails rests alone. Messages go out as those of webhooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from governance.domain.outbound import DestinationError, destination_of
from governance.events import (
    GrantLapsed,
    GrantRevoked,
    TaskCancelled,
    TaskResolved,
    TaskStopRequested,
    TaskSuperseded,
)
from governance.models import Task, WebhookEndpoint
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.services.webhooks import secret_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from governance.domain.outbound import Destination
    from governance.models import Event, Fleet

FIELD = "callback_url"
# What the caller of a task waits for: whatever changes whether it may run.
CALLBACK_EVENTS = tuple(
    kind.wire_name
    for kind in (
        TaskResolved,
        TaskCancelled,
        TaskSuperseded,
        TaskStopRequested,
        GrantLapsed,
        GrantRevoked,
    )
)
_FORM = "https://<listed host>/..., without user name, password or fragment"


def callback_check(url: str | None, fleet: Fleet) -> None:
    """Refuse a callback URL that the fleet's admin did not allow; None asks for no callback.

    Outside debug only https is taken, to a host of ``fleet.callback_hosts`` (``host`` or
    ``host:port``, compared without case). In debug http to this machine is taken as well.

    Raises:
        InvalidFieldError: callback_url_malformed, callback_insecure or callback_host_unlisted.
    """
    if url is None:
        return
    try:
        destination = destination_of(url)
    except DestinationError as error:
        raise _refusal("callback_url_malformed", url, f"{FIELD}: {error}.", _FORM) from error
    if not destination.is_secure(plain_here=settings.DEBUG):
        raise _refusal("callback_insecure", url, f"{FIELD} must be https, got {url}.", _FORM)
    if destination.scheme == "http":
        return
    listed = {str(name).lower() for name in fleet.callback_hosts}
    wanted = _host(destination)
    if wanted not in listed:
        raise _refusal(
            "callback_host_unlisted",
            url,
            f"{wanted} is not a callback host of fleet {fleet.slug}; an admin lists them.",
            ", ".join(sorted(listed)) or "none: no host is listed",
        )


def callback_endpoint_ensure(fleet: Fleet, url: str, *, actor: str) -> None:
    """Make the endpoint for callbacks to the host of ``url``, unless the fleet has it.

    Its secret is shown to nobody before an admin asks for another. Call it before the fleet is
    locked: it may wait for whoever makes the same endpoint.
    """
    destination = destination_of(url)
    host = _host(destination)
    WebhookEndpoint.objects.get_or_create(
        fleet=fleet,
        callback_host=host,
        ended_at=None,
        defaults={
            "name": f"Callbacks to {host}"[:120],
            "url": f"{destination.scheme}://{host}/",
            "events": list(CALLBACK_EVENTS),
            "secret": secret_new(),
            "after_seq": fleet.event_seq,
            "created_by": actor,
            "created_at": clock_now(),
        },
    )


def callback_urls(*, events: Sequence[Event], endpoint: WebhookEndpoint) -> dict[UUID, str]:
    """Return where to send those of the events, by id, whose task named a URL on its host."""
    about = {event.pk: event.ids.get("task") for event in events if event.name in CALLBACK_EVENTS}
    named = Task.objects.filter(pk__in=set(about.values()), fleet=endpoint.fleet_id)
    urls = {
        str(pk): url for pk, url in named.exclude(callback_url="").values_list("pk", "callback_url")
    }
    return {
        event: urls[task]
        for event, task in about.items()
        if task in urls and _host_of(urls[task]) == endpoint.callback_host
    }


def callback_refusal(url: str, fleet: Fleet) -> str:
    """Return why nothing may be sent to a callback URL any more; empty where it may."""
    try:
        callback_check(url, fleet)
    except InvalidFieldError as error:
        return str(error)
    return ""


def _host_of(url: str) -> str:
    """Return the host of a stored URL; empty for one that an older release took and this not."""
    try:
        return _host(destination_of(url))
    except DestinationError:
        return ""


def _host(destination: Destination) -> str:
    """Return a host as it is listed; without a port it stands for the usual one only."""
    return (
        destination.host if destination.is_usual_port else f"{destination.host}:{destination.port}"
    )


def _refusal(code: str, url: str, sentence: str, allowed: str) -> InvalidFieldError:
    return InvalidFieldError(sentence, code=code, field=FIELD, value=url, allowed=allowed)
