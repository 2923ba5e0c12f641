"""How many guesses at a password or a code are taken, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Stands for an address that is not known, as on a Unix socket: `::`, which nobody calls from.
NO_ADDRESS = "::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many wrong ones are taken in a row, from one address and from all, before a pause."""

    address_most: int
    name_most: int
    pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """How often one address was wrong about one user name in a row, and when it last was."""

    address: str
    count: int
    last_at: datetime


def held_until(
    wrong: Iterable[Wrong], *, address: str, is_known: bool, limits: Limits, now: datetime
) -> datetime | None:
    """Return until when no guess at a user name is taken from an address; None while one is.

    One address that was wrong too often is held back alone, so that nobody locks out others; of
    IPv6 it is the network of /64, of which whoever has one address has all. Only
    many addresses together hold a user name back for everybody, but for addresses from which that
    person is signed in.

    Args:
        wrong: what was guessed at this user name, one for each address.
        address: who guesses now.
        is_known: whether the person is signed in from that address.
        limits: of the installation.
        now: the time.
    """
    recent = [each for each in wrong if each.last_at + limits.pause > now]
    here = place_of(address)
    own = [each for each in recent if place_of(each.address) == here]
    if sum(each.count for each in own) >= limits.address_most:
        return max(each.last_at for each in own) + limits.pause
    if not is_known and sum(each.count for each in recent) >= limits.name_most:
        return max(each.last_at for each in recent) + limits.pause
    return None


def place_of(address: str) -> str:
    """Return what one guesser has at most: an address, of IPv6 the network of /64 around it."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if isinstance(found, IPv4Address) else str(ip_network((int(found), 64), False))


def address_of(remote: str, forwarded: str, *, behind_proxy: bool) -> str:
    """Return who called, in one spelling; `NO_ADDRESS` where that is not known.

    Args:
        remote: who opened the connection.
        forwarded: the header ``X-Forwarded-For``; anybody may write into it, and a proxy adds at
            its end whom it saw.
        behind_proxy: whether a proxy of the installation opens the connections.
    """
    last = forwarded.rpartition(",")[2].strip()
    # Without the zone, which names an interface of this machine, and which no column takes.
    called = (last if behind_proxy and last else remote).partition("%")[0]
    try:
        found = ip_address(called)
    except ValueError:
        return NO_ADDRESS
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
