"""Keys at a terminal."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from governance.models import ApiKey, Event
from governance.refusals import UnauthenticatedError
from governance.selectors.access import key_authenticate

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock


def said(*command: str) -> str:
    """Return what a command prints."""
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().strip()


def made(fleet: Fleet, *options: str) -> str:
    scope = ("--scope", "gate", "--environment", "staging")
    return said("create_key", fleet.slug, "ci", *scope, *options)


def test_a_key_is_made_with_its_limit(fleet: Fleet, clock: Clock) -> None:
    token = made(fleet, "--rate", "60", "--days", "90")

    key = ApiKey.objects.get()
    assert (key.rate_per_minute, key.created_by) == (60, "command line")
    assert key.expires_at == clock() + timedelta(days=90)
    assert key_authenticate(token, now=clock()).rate_per_minute == 60


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--rate", "0"), "The limit must be 1 to 1,000,000 calls a minute"),
        (("--days", "0"), "--days must be 1 to 3,650, got 0."),
        (("--agent", "ghost"), "has no agent ghost"),
    ],
)
def test_what_cannot_be_is_named(fleet: Fleet, options: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        made(fleet, *options)

    assert not ApiKey.objects.exists()


def test_a_name_is_taken_once(fleet: Fleet) -> None:
    made(fleet)

    with pytest.raises(CommandError, match="is called ci already"):
        made(fleet)


def test_a_key_is_rotated_by_its_name(fleet: Fleet, clock: Clock) -> None:
    old = made(fleet)
    new = said("rotate_key", fleet.slug, "ci", "--hours", "2")

    assert key_authenticate(old, now=clock()).name == "ci"
    assert key_authenticate(new, now=clock()).name == "ci"
    clock.forward(hours=2)
    with pytest.raises(UnauthenticatedError):
        key_authenticate(old, now=clock())
    assert Event.objects.get(name="key.rotated").actor == "command line"


@pytest.mark.parametrize("hours", ["-1", "721"])
def test_an_overlap_is_thirty_days_at_most(fleet: Fleet, hours: str) -> None:
    made(fleet)

    with pytest.raises(CommandError, match="0 to 720"):
        said("rotate_key", fleet.slug, "ci", f"--hours={hours}")


def test_a_key_is_revoked_by_its_prefix(fleet: Fleet, clock: Clock) -> None:
    token = made(fleet)
    prefix = ApiKey.objects.get().prefix

    told = said("revoke_key", fleet.slug, prefix)

    assert told == f"The key ci ({prefix}) is revoked since 2026-03-02T12:00:00+00:00."
    with pytest.raises(UnauthenticatedError):
        key_authenticate(token, now=clock())
    with pytest.raises(CommandError, match="was revoked at"):
        said("rotate_key", fleet.slug, prefix)


@pytest.mark.parametrize("command", ["rotate_key", "revoke_key"])
def test_an_unknown_key_says_how_one_is_named(fleet: Fleet, command: str) -> None:
    with pytest.raises(CommandError, match="give the prefix of a key"):
        said(command, fleet.slug, "ghost")


def test_an_unknown_fleet_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="There is no fleet ghost"):
        said("list_keys", "ghost")


def test_the_list_holds_no_secret(fleet: Fleet, clock: Clock) -> None:
    token = made(fleet, "--days", "1")
    said("revoke_key", fleet.slug, "ci")
    second = made(fleet)

    living, all_of_them = said("list_keys", fleet.slug), said("list_keys", fleet.slug, "--ended")

    prefix, secret = second.split("_")[1:]
    line = f"{prefix}\tci\tlive\tstaging\tgate\tall\tnone\t0\tnever\tnever"
    assert living.splitlines()[1:] == [line]
    assert "\trevoked\t" in all_of_them
    for each in (secret, token.split("_")[2]):
        assert each not in all_of_them
