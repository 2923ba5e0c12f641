from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Environment, Scope
from governance.models import ApiKey, Event, Fleet
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
    UnauthenticatedError,
)
from governance.selectors.access import key_authenticate, person_authenticate, scope_require
from governance.selectors.keys import tokens_living
from governance.services.keys import key_create, key_revoke
from governance.services.tokens import token_create, token_revoke

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def staging_key(
    fleet: Fleet,
    *,
    scopes: Collection[Scope] = (Scope.GATE,),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return a new key and its token."""
    return key_create(
        fleet=fleet,
        name="ci",
        environment=Environment.STAGING,
        scopes=scopes,
        created_by="adam",
        expires_at=expires_at,
    )


def test_a_key_is_stored_as_a_hash_and_signs_in(fleet: Fleet, clock: Clock) -> None:
    key, token = staging_key(fleet)

    principal = key_authenticate(token, now=clock())

    assert token.rpartition("_")[2] not in str(ApiKey.objects.values().get())
    assert (principal.key_id, principal.environment) == (key.pk, Environment.STAGING)
    assert principal.scopes == {Scope.GATE}


@pytest.mark.parametrize("token", ["", "cs_", "cs_abc", "csp_a_b", "bearer_a_b", "cs__b"])
def test_a_malformed_key_says_how_one_looks(fleet: Fleet, clock: Clock, token: str) -> None:
    with pytest.raises(UnauthenticatedError, match="has the form cs_<prefix>_<secret>"):
        key_authenticate(token, now=clock())


def test_a_wrong_secret_is_an_unknown_key(shop: Orchestrator, clock: Clock) -> None:
    prefix = ApiKey.objects.get().prefix

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(f"cs_{prefix}_guess", now=clock())

    assert refused.value.code == "key_unknown"


def test_a_key_expires(fleet: Fleet, clock: Clock) -> None:
    _, token = staging_key(fleet, expires_at=clock() + timedelta(days=1))
    clock.forward(days=1)

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(token, now=clock())

    assert refused.value.code == "key_expired"


def test_a_revoked_key_signs_in_no_more(fleet: Fleet, clock: Clock) -> None:
    key, token = staging_key(fleet)
    key_revoke(fleet=fleet, key_id=key.pk, actor="adam")
    key_revoke(fleet=fleet, key_id=key.pk, actor="adam")

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(token, now=clock())

    assert refused.value.code == "key_revoked"
    assert Event.objects.filter(name="key.revoked").count() == 1


def test_an_unknown_key_cannot_be_revoked(fleet: Fleet) -> None:
    with pytest.raises(MissingError):
        key_revoke(fleet=fleet, key_id=fleet.pk, actor="adam")


def test_a_key_needs_a_scope(fleet: Fleet) -> None:
    with pytest.raises(InvalidFieldError, match="at least one scope"):
        staging_key(fleet, scopes=())


def test_a_key_cannot_be_born_expired(fleet: Fleet, clock: Clock) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        staging_key(fleet, expires_at=clock())

    assert refused.value.field == "expires_at"


def test_a_missing_scope_is_named(shop: Orchestrator) -> None:
    reader = shop.key_new(scopes=[Scope.READ])

    with pytest.raises(ForbiddenError, match="needs a key with scope gate; this key has read"):
        scope_require(reader, Scope.GATE)


def test_the_last_use_of_a_key_is_kept_to_the_minute(shop: Orchestrator, clock: Clock) -> None:
    key, token = staging_key(shop.fleet)
    key_authenticate(token, now=clock())
    first = clock.now
    key_authenticate(token, now=clock.forward(seconds=59))

    key.refresh_from_db()
    assert key.last_used_at == first


def test_a_personal_token_signs_its_person_in(crew: Crew, clock: Clock) -> None:
    _, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))

    assert person_authenticate(token, now=clock()) == crew.rita


def test_the_token_of_a_person_who_left_is_unknown(crew: Crew, clock: Clock) -> None:
    _, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))
    crew.rita.is_active = False
    crew.rita.save()

    with pytest.raises(UnauthenticatedError) as refused:
        person_authenticate(token, now=clock())

    assert refused.value.code == "token_unknown"


def test_a_revoked_token_signs_in_no_more(crew: Crew, clock: Clock) -> None:
    stored, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))
    revoked_at = token_revoke(user=crew.rita, token_id=stored.pk).revoked_at
    clock.forward(minutes=1)
    again = token_revoke(user=crew.rita, token_id=stored.pk)

    with pytest.raises(UnauthenticatedError) as refused:
        person_authenticate(token, now=clock())

    assert refused.value.code == "token_revoked"
    assert again.revoked_at == revoked_at


def test_nobody_revokes_the_token_of_another(crew: Crew, clock: Clock) -> None:
    stored, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))

    with pytest.raises(MissingError):
        token_revoke(user=crew.otto, token_id=stored.pk)

    assert person_authenticate(token, now=clock()) == crew.rita


def test_every_fleet_of_a_person_hears_of_a_token_once(crew: Crew, clock: Clock) -> None:
    stored, text = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))
    token_revoke(user=crew.rita, token_id=stored.pk)
    token_revoke(user=crew.rita, token_id=stored.pk)

    told = list(Event.objects.order_by("seq").values_list("name", "actor", "payload"))
    assert told == [
        ("token.created", "rita", {"name": "cli"}),
        ("token.revoked", "rita", {"name": "cli"}),
    ]
    assert text.rpartition("_")[2] not in str(list(Event.objects.values()))


def test_a_token_lasts_a_year_at_most(crew: Crew, clock: Clock) -> None:
    year = timedelta(days=365)
    token_create(user=crew.rita, name="cli", expires_at=clock() + year)

    with pytest.raises(InvalidFieldError, match="at most 365 days"):
        token_create(user=crew.rita, name="b", expires_at=clock() + year + timedelta(seconds=1))


def test_a_person_has_twenty_living_tokens(crew: Crew, clock: Clock) -> None:
    for number in range(20):
        token_create(user=crew.rita, name=f"{number}", expires_at=clock() + timedelta(days=1))

    with pytest.raises(ConflictError) as refused:
        token_create(user=crew.rita, name="21", expires_at=clock() + timedelta(days=1))
    clock.forward(days=1)

    assert refused.value.code == "tokens_full"
    assert tokens_living(users=[crew.rita, crew.mona], now=clock()) == {
        crew.rita.pk: 0,
        crew.mona.pk: 0,
    }
