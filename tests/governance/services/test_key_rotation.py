"""Keys that succeed each other: both sign in for a while, and never two bear one name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Environment, Scope
from governance.models import ApiKey, Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
    RefusalError,
    UnauthenticatedError,
)
from governance.selectors.access import key_authenticate
from governance.selectors.keys import keys_ending, keys_of, states_of
from governance.services.keys import key_change, key_create, key_revoke, key_rotate
from tests.racing import at_once

if TYPE_CHECKING:
    from typing import Any

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

DAY = timedelta(days=1)


def made(fleet: Fleet, **fields: Any) -> tuple[ApiKey, str]:
    """Return a new staging key that asks."""
    named: dict[str, Any] = {
        "name": "ci",
        "environment": Environment.STAGING,
        "scopes": [Scope.GATE],
        "created_by": "adam",
    }
    return key_create(fleet=fleet, **{**named, **fields})


def test_the_successor_is_like_the_key_it_succeeds(shop: Orchestrator, clock: Clock) -> None:
    fields: dict[str, Any] = {"agents": [shop.agent.pk], "rate_per_minute": 600}
    former, _ = made(shop.fleet, expires_at=clock() + 90 * DAY, **fields)
    clock.forward(days=80)

    successor, token = key_rotate(
        fleet=shop.fleet, user=shop.crew.adam, key_id=former.pk, overlap=7 * DAY
    )

    principal = key_authenticate(token, now=clock())
    assert (principal.name, principal.environment) == ("ci", Environment.STAGING)
    assert principal.scopes == {Scope.GATE}
    assert principal.agent_ids == {shop.agent.pk}
    assert (successor.rate_per_minute, successor.replaces) == (600, former)
    assert successor.expires_at == clock() + 90 * DAY


def test_both_keys_sign_in_until_the_last_moment_of_the_overlap(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    former, old = made(fleet)
    _, new = key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=DAY)
    end = clock() + DAY

    assert key_authenticate(old, now=end - timedelta(microseconds=1)).name == "ci"
    assert key_authenticate(new, now=end).name == "ci"
    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(old, now=end)
    assert refused.value.code == "key_expired"


def test_both_count_towards_the_keys_of_a_fleet_and_a_former_that_ended_does_not(
    fleet: Fleet, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("governance.services.key_checks.MOST_LIVING", 2)
    former, _ = made(fleet)
    made(fleet, name="other")

    with pytest.raises(ConflictError, match="at most 2 living keys") as refused:
        key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=DAY)
    with pytest.raises(ConflictError, match="at most 2 living keys"):
        made(fleet, name="third")
    successor, _ = key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=0 * DAY)

    assert refused.value.code == "keys_full"
    assert successor.replaces == former


def test_all_keys_of_a_rotation_name_the_first_of_them(fleet: Fleet, crew: Crew) -> None:
    first, _ = made(fleet)
    second, _ = key_rotate(fleet=fleet, user=crew.adam, key_id=first.pk, overlap=DAY)
    third, _ = key_rotate(fleet=fleet, user=crew.adam, key_id=second.pk, overlap=DAY)

    assert (first.lineage, second.lineage, third.lineage) == (None, first.pk, first.pk)


def test_without_an_overlap_the_former_key_ends_at_once(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    former, old = made(fleet)
    key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=timedelta(0))

    with pytest.raises(UnauthenticatedError, match="expired"):
        key_authenticate(old, now=clock())


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), 30 * DAY + timedelta(seconds=1)])
def test_an_overlap_is_thirty_days_at_most(fleet: Fleet, crew: Crew, overlap: timedelta) -> None:
    former, _ = made(fleet)

    with pytest.raises(InvalidFieldError) as refused:
        key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=overlap)

    assert (refused.value.field, refused.value.allowed) == ("overlap", "0 to 30 days")


def test_a_key_has_one_successor(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    former, _ = made(fleet)
    successor, _ = key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=DAY)

    with pytest.raises(ConflictError, match=f"rotate its successor {successor.prefix}") as refused:
        key_rotate(fleet=fleet, user=crew.adam, key_id=former.pk, overlap=DAY)

    assert refused.value.code == "key_rotated"


def test_what_has_ended_is_neither_rotated_nor_changed(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    revoked, _ = made(fleet)
    key_revoke(fleet=fleet, key_id=revoked.pk, actor=crew.adam)
    expired, _ = made(fleet, expires_at=clock() + DAY)
    clock.forward(days=1)

    codes = []
    for key in (revoked, expired):
        with pytest.raises(ConflictError) as rotated:
            key_rotate(fleet=fleet, user=crew.adam, key_id=key.pk, overlap=DAY)
        with pytest.raises(ConflictError) as changed:
            key_change(
                fleet=fleet, user=crew.adam, key_id=key.pk, name="other", rate_per_minute=None
            )
        codes += [rotated.value.code, changed.value.code]
    assert codes == ["key_revoked", "key_revoked", "key_expired", "key_expired"]


def test_a_living_key_keeps_its_name_to_itself(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    key, _ = made(fleet)

    with pytest.raises(ConflictError, match="is called ci already") as refused:
        made(fleet)
    key_revoke(fleet=fleet, key_id=key.pk, actor=crew.adam)
    again, _ = made(fleet, expires_at=clock() + DAY)
    clock.forward(days=1)
    third, _ = made(fleet)

    assert refused.value.code == "key_name_taken"
    assert {again.name, third.name} == {"ci"}


def test_a_name_is_not_taken_by_a_key_that_was_succeeded_alone(fleet: Fleet, crew: Crew) -> None:
    key, _ = made(fleet)
    successor, _ = key_rotate(fleet=fleet, user=crew.adam, key_id=key.pk, overlap=DAY)
    key_change(fleet=fleet, user=crew.adam, key_id=successor.pk, name="ci 2", rate_per_minute=None)

    assert made(fleet)[0].name == "ci"


@pytest.mark.parametrize("name", ["", " ci", "a\nb", "n" * 121])
def test_a_name_is_one_line(fleet: Fleet, name: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        made(fleet, name=name)

    assert refused.value.field == "name"


@pytest.mark.parametrize("rate", [0, 1_000_001])
def test_a_limit_has_bounds(fleet: Fleet, rate: int) -> None:
    with pytest.raises(InvalidFieldError, match="1 to 1,000,000 calls a minute"):
        made(fleet, rate_per_minute=rate)


def test_a_key_speaks_for_agents_of_its_fleet_alone(fleet: Fleet) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        made(fleet, agents=[fleet.pk])

    assert (refused.value.field, refused.value.value) == ("agents", str(fleet.pk))


def test_a_change_says_what_was_and_what_is(fleet: Fleet, crew: Crew) -> None:
    key, _ = made(fleet)
    key_change(fleet=fleet, user=crew.adam, key_id=key.pk, name="build", rate_per_minute=60)
    key_change(fleet=fleet, user=crew.adam, key_id=key.pk, name="build", rate_per_minute=60)

    told = Event.objects.get(name="key.changed")
    assert told.payload == {
        "name": "build",
        "sentence": "It was called ci. The limit was none and is 60 calls a minute.",
    }


def test_only_an_admin_touches_keys(fleet: Fleet, crew: Crew) -> None:
    key, _ = made(fleet)
    moves: list[Any] = [
        lambda user: made(fleet, name="mine", created_by=user),
        lambda user: key_rotate(fleet=fleet, user=user, key_id=key.pk, overlap=DAY),
        lambda user: key_change(
            fleet=fleet, user=user, key_id=key.pk, name="x", rate_per_minute=None
        ),
        lambda user: key_revoke(fleet=fleet, key_id=key.pk, actor=user),
    ]

    for move in moves:
        for user in (crew.rita, crew.mona, crew.otto):
            with pytest.raises(ForbiddenError):
                move(user)
    assert Event.objects.filter(name__startswith="key.").count() == 1


def test_events_hold_no_secret(fleet: Fleet, crew: Crew) -> None:
    key, first = made(fleet)
    successor, second = key_rotate(fleet=fleet, user=crew.adam, key_id=key.pk, overlap=DAY)
    key_revoke(fleet=fleet, key_id=key.pk, actor=crew.adam)

    told = str(list(Event.objects.values()))
    for token, stored in ((first, key), (second, successor)):
        assert token.rpartition("_")[2] not in told
        assert stored.secret_sha256 not in told
    names = list(Event.objects.order_by("seq").values_list("name", flat=True))
    assert names == ["key.created", "key.created", "key.rotated", "key.revoked"]


def test_another_fleets_key_is_not_there(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(MissingError):
        key_rotate(fleet=fleet, user=crew.adam, key_id=fleet.pk, overlap=DAY)


def test_the_first_key_to_end_is_told_first(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for name, days in (("later", 14), ("never told", 15), ("sooner", 1)):
        made(fleet, name=name, expires_at=clock() + days * DAY)
    rotated, _ = made(fleet, name="rotated")
    key_rotate(fleet=fleet, user=crew.adam, key_id=rotated.pk, overlap=DAY)

    ending = keys_ending(fleet=fleet, now=clock())

    assert [key.name for key in ending] == ["sooner", "later"]


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_rotated_twice_at_once_has_one_successor(fleet: Fleet, crew: Crew) -> None:
    key, _ = made(fleet)

    def rotate() -> object:
        return key_rotate(fleet=fleet, user=crew.adam, key_id=key.pk, overlap=DAY)

    answers = at_once(rotate, rotate, rotate)

    refused = [each.code for each in answers if isinstance(each, RefusalError)]
    assert refused == ["key_rotated", "key_rotated"]
    assert ApiKey.objects.filter(replaces=key).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_rotated_and_revoked_at_once_is_revoked(fleet: Fleet, crew: Crew) -> None:
    key, token = made(fleet)

    answers = at_once(
        lambda: key_rotate(fleet=fleet, user=crew.adam, key_id=key.pk, overlap=DAY),
        lambda: key_revoke(fleet=fleet, key_id=key.pk, actor=crew.adam),
    )

    key.refresh_from_db()
    assert key.revoked_at is not None
    is_rotated = not isinstance(answers[0], RefusalError)
    assert ApiKey.objects.filter(replaces=key).exists() is is_rotated
    with pytest.raises(UnauthenticatedError, match="revoked"):
        key_authenticate(token, now=key.revoked_at)


@pytest.mark.django_db(transaction=True)
def test_of_two_keys_made_at_once_one_takes_the_name(fleet: Fleet) -> None:
    answers = at_once(lambda: made(fleet), lambda: made(fleet))

    refused = [each.code for each in answers if isinstance(each, RefusalError)]
    assert refused == ["key_name_taken"]
    living = keys_of(fleet)
    assert [key.name for key in living] == ["ci"]
    assert len(states_of(living, now=living[0].created_at)) == 1
