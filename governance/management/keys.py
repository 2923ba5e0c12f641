"""What the commands about keys share: a living fleet, and one key of it by prefix or name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import CommandError

from governance.models import ApiKey, Fleet
from governance.selectors.clock import clock_now
from governance.selectors.keys import key_named

if TYPE_CHECKING:
    from argparse import ArgumentParser


def fleet_argument(parser: ArgumentParser) -> None:
    """Let a command name a fleet."""
    parser.add_argument("fleet", help="slug of the fleet")


def key_argument(parser: ArgumentParser) -> None:
    """Let a command name a key."""
    parser.add_argument("key", help="its prefix, or the name of a living key")


def fleet_living(slug: str) -> Fleet:
    """Return a fleet.

    Raises:
        CommandError: if there is none, or it is archived.
    """
    fleet = Fleet.objects.filter(slug=slug).first()
    if fleet is None:
        raise CommandError(f"There is no fleet {slug}.")
    if fleet.archived_at is not None:
        living = Fleet.objects.filter(archived_at=None).values_list("slug", flat=True)
        names = ", ".join(living.order_by("slug")) or "none"
        raise CommandError(f"Fleet {fleet.slug} is archived. Fleets that live: {names}.")
    return fleet


def key_of(fleet: Fleet, text: str) -> ApiKey:
    """Return a key of the fleet, by its prefix or as the living key of that name.

    Raises:
        CommandError: if there is none.
    """
    found = ApiKey.objects.filter(fleet=fleet, prefix=text).first() or key_named(
        fleet=fleet, name=text, now=clock_now()
    )
    if found is None:
        raise CommandError(
            f"Fleet {fleet.slug} has no key {text}: give the prefix of a key, which list_keys"
            " prints, or the name of a living one."
        )
    return found
