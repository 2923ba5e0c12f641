"""Where this application may send: an address of the public internet, named by a plain URL.

Sources: OWASP's cheat sheet on server-side request forgery; the special-purpose registries of IANA
(RFC 6890) as `ipaddress` holds them, with what it counts as global and nobody should be sent to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 500
_PORTS = {"http": 80, "https": 443}
# Most telling first: an address is in several of these at once.
_HERE = (("an unspecified address", "is_unspecified"), ("this machine", "is_loopback"))
_NEAR = (
    ("a link-local address, where clouds keep their metadata", "is_link_local"),
    ("a multicast address", "is_multicast"),
    ("a private address", "is_private"),
    ("a reserved address", "is_reserved"),
)
# What each cloud answers its machines from outside of the ranges above.
_METADATA = {ip_address("168.63.129.16"), ip_address("192.0.0.192")}
# Each carries an IPv4 address that would be reached past all checks of it.
_TUNNELS = (
    (ip_network("64:ff9b::/96"), "NAT64"),
    (ip_network("64:ff9b:1::/48"), "NAT64"),
    (ip_network("2002::/16"), "6to4"),
    (ip_network("2001::/32"), "Teredo"),
    (ip_network("192.88.99.0/24"), "6to4 relay"),
    (ip_network("::/96"), "IPv4-compatible"),
)
# What `ipaddress` counts as global and nobody on the internet has.
_NOBODY = (ip_network("fec0::/10"), ip_network("3fff::/20"))
_LONGEST_HOST, _LONGEST_LABEL = 253, 63


class Destination(NamedTuple):
    """A URL that may be sent to as far as its text goes; ``host`` in lower case."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def is_usual_port(self) -> bool:
        """Return whether the port is the scheme's own."""
        return self.port == _PORTS[self.scheme]

    def is_secure(self, *, plain_here: bool) -> bool:
        """Return whether it is https or, with ``plain_here``, http to this machine."""
        return self.scheme == "https" or (plain_here and is_this_machine(self.host))


class DestinationError(ValueError):
    """Text that is no plain URL; the message says what is wrong with it."""


def destination_of(url: str) -> Destination:
    """Return the parts of a URL that has one reading only.

    Raises:
        DestinationError: unless it is http or https, names a host, is printable ASCII, and has no
            user, password, fragment, space or backslash.
    """
    # Control characters and backslashes are read differently by different clients.
    if not url.isascii() or not url.isprintable() or {" ", "\\"} & set(url):
        raise DestinationError("it is not a plain URL")
    if len(url) > LONGEST_URL:
        raise DestinationError(f"it is longer than {LONGEST_URL} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DestinationError(str(error)) from error
    if parts.scheme not in _PORTS:
        raise DestinationError("it is neither https nor http")
    if not parts.hostname or port == 0 or "@" in parts.netloc or parts.fragment:
        raise DestinationError("it must name a host, and no user, password or fragment")
    if not _is_name(parts.hostname):
        raise DestinationError(f"{parts.hostname[:80]} is no name of a host")
    return Destination(url, parts.scheme, parts.hostname, port or _PORTS[parts.scheme])


def _is_name(host: str) -> bool:
    """Return whether a name could be resolved: 253 characters, in labels of 1 to 63."""
    labels = host.removesuffix(".").split(".")
    return len(host) <= _LONGEST_HOST and all(0 < len(each) <= _LONGEST_LABEL for each in labels)


def is_this_machine(host: str) -> bool:
    """Return whether a URL's host is written as this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def address_refusal(address: Address, allowed: Sequence[Network] = ()) -> str | None:
    """Return why nothing is sent to an address, or None for one that may be sent to.

    Args:
        address: what a host's name stands for.
        allowed: networks that would be refused otherwise and that an admin wants reached.
    """
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is not None:
        address = mapped
    if any(address in network for network in allowed):
        return None
    if address in _METADATA:
        return f"{address} is where a cloud keeps its metadata"
    words = _kind(address, _HERE) or _tunnel(address) or _kind(address, _NEAR)
    if words is None and (not address.is_global or any(address in net for net in _NOBODY)):
        words = "no address of the public internet"
    return None if words is None else f"{address} is {words}"


def _kind(address: Address, kinds: Sequence[tuple[str, str]]) -> str | None:
    return next((words for words, is_kind in kinds if getattr(address, is_kind)), None)


def _tunnel(address: Address) -> str | None:
    names = (name for network, name in _TUNNELS if address in network)
    return next((f"a {name} address, which leads elsewhere" for name in names), None)


# Never opened, whoever asks: what answers there trusts whoever is on this machine.
_NEVER_OPENED = (
    (ip_network("127.0.0.0/8"), "this machine"),
    (ip_network("::1/128"), "this machine"),
    (ip_network("0.0.0.0/8"), "unspecified addresses"),
    (ip_network("::/128"), "unspecified addresses"),
    (ip_network("169.254.0.0/16"), "link-local addresses, where clouds keep their metadata"),
    (ip_network("fe80::/10"), "link-local addresses"),
    (ip_network("224.0.0.0/4"), "multicast addresses"),
    (ip_network("ff00::/8"), "multicast addresses"),
    *((ip_network(each), "an address where a cloud keeps its metadata") for each in _METADATA),
    *(
        (ip_network(each), "addresses where a cloud keeps its metadata")
        for each in (
            "100.100.100.200/32",  # Alibaba
            "fd00:ec2::/32",  # Amazon
            "fd20:ce::254/128",  # Google
            "fd00:c1::a9fe:a9fe/128",  # Oracle
            "fd00:42::42/128",  # Scaleway
        )
    ),
    *((network, f"{name} addresses, which lead elsewhere") for network, name in _TUNNELS),
    (ip_network("::ffff:0:0/96"), "IPv4 addresses in another form; write them as IPv4"),
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?(?::[0-9]{1,5})?")


def network_of(text: str) -> Network:
    """Return a network that an admin may open beyond the public internet.

    Raises:
        DestinationError: unless it is a network in CIDR form, without bits beyond its prefix, and
            holds neither this machine nor link-local, multicast, tunnel or metadata addresses.
    """
    try:
        # The interface of an IPv6 address is no part of a network.
        network = ip_network("" if "%" in text else text)
    except ValueError as error:
        raise DestinationError("it is no network in CIDR form, such as 10.20.0.0/16") from error
    for never, words in _NEVER_OPENED:
        if network.version == never.version and network.overlaps(never):
            raise DestinationError(f"it holds {words}")
    return network


def network_warning(network: Network) -> str:
    """Return what opening a network means, in a sentence for whoever opens it."""
    count = f"{network.num_addresses:,} addresses" if network.num_addresses > 1 else "1 address"
    if address_refusal(network.network_address) is None:
        return f"{network}: {count} of the public internet, which may be sent to anyway."
    return (
        f"{network}: {count} of your own network. Whoever names a webhook there can have this "
        "server reach what answers, past the firewall in front of it."
    )


def callback_host_of(text: str) -> str:
    """Return a host, with its port unless that is 443, as callbacks are compared with it.

    Raises:
        DestinationError: unless it is ``host`` or ``host:port``, without scheme, path or wildcard.
    """
    lowered = text.lower()
    if not _HOST.fullmatch(lowered):
        raise DestinationError("it is no host name, such as hooks.example.org or localhost:8443")
    destination = destination_of(f"https://{lowered}/")
    port = "" if destination.is_usual_port else f":{destination.port}"
    return f"{destination.host}{port}"
