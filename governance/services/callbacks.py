"""Where answers may be sent: only to hosts an admin has listed for the fleet."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

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
    parts = _parts(url)
    host = parts.hostname or ""
    if settings.DEBUG and parts.scheme == "http" and _is_this_machine(host):
        return
    if parts.scheme != "https":
        raise _refusal("callback_insecure", url, f"{FIELD} must be https, got {url}.", _FORM)
    listed = {str(name).lower() for name in fleet.callback_hosts}
    # A host without a port stands for the usual one only: another port is another service.
    wanted = host if parts.port in {None, 443} else f"{host}:{parts.port}"
    if wanted not in listed:
        raise _refusal(
            "callback_host_unlisted",
            url,
            f"{wanted} is not a callback host of fleet {fleet.slug}; an admin lists them.",
            ", ".join(sorted(listed)) or "none: no host is listed",
        )


def _parts(url: str) -> SplitResult:
    """Return the parts of a URL that has one reading only."""
    # Control characters and backslashes are read differently by different clients.
    if not url.isascii() or not url.isprintable() or {" ", "\\"} & set(url):
        raise _refusal("callback_url_malformed", url, f"{FIELD} is not a plain URL.", _FORM)
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError as error:
        raise _refusal("callback_url_malformed", url, f"{FIELD}: {error}.", _FORM) from error
    if not parts.hostname or not has_port or "@" in parts.netloc or parts.fragment:
        raise _refusal(
            "callback_url_malformed",
            url,
            f"{FIELD} must name a host, and no user, password or fragment.",
            _FORM,
        )
    return parts


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal(code: str, url: str, sentence: str, allowed: str) -> InvalidFieldError:
    return InvalidFieldError(sentence, code=code, field=FIELD, value=url, allowed=allowed)
