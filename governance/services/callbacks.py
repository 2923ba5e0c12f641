"""Where answers may be sent: only to hosts an admin has listed for the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from governance.domain.outbound import DestinationError, destination_of
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from governance.models import Fleet

FIELD = "callback_url"
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
    host = destination.host
    if not destination.is_secure(plain_here=settings.DEBUG):
        raise _refusal("callback_insecure", url, f"{FIELD} must be https, got {url}.", _FORM)
    if destination.scheme == "http":
        return
    listed = {str(name).lower() for name in fleet.callback_hosts}
    # A host without a port stands for the usual one only: another port is another service.
    wanted = host if destination.is_usual_port else f"{host}:{destination.port}"
    if wanted not in listed:
        raise _refusal(
            "callback_host_unlisted",
            url,
            f"{wanted} is not a callback host of fleet {fleet.slug}; an admin lists them.",
            ", ".join(sorted(listed)) or "none: no host is listed",
        )


def _refusal(code: str, url: str, sentence: str, allowed: str) -> InvalidFieldError:
    return InvalidFieldError(sentence, code=code, field=FIELD, value=url, allowed=allowed)
