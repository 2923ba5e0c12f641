"""The keys of a fleet, and the tokens of its people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from governance.domain.keys import SOON, KeyState, key_state
from governance.models import Agent, ApiKey, PersonalToken
from governance.refusals import InvalidFieldError, MissingError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.models import Fleet


def key_get(*, fleet: Fleet, key_id: UUID, lock: bool = False) -> ApiKey:
    """Return a key of the fleet, under its row's lock if asked.

    Raises:
        MissingError: key_unknown, for another fleet's too.
    """
    # NO KEY: tasks and outcomes refer to the key and may hold the fleet, which comes last here.
    keys = ApiKey.objects.select_for_update(no_key=True) if lock else ApiKey.objects.all()
    key = keys.filter(fleet=fleet, pk=key_id).first()
    if key is None:
        raise MissingError(
            f"There is no key {key_id}.", code="key_unknown", field="key", value=str(key_id)
        )
    return key


def keys_of(fleet: Fleet) -> list[ApiKey]:
    """Return every key the fleet ever had, oldest first, its state among them to be asked."""
    return list(ApiKey.objects.filter(fleet=fleet).order_by("created_at", "pk"))


def key_named(*, fleet: Fleet, name: str, now: datetime) -> ApiKey | None:
    """Return the key that bears the name: it signs in and has no successor."""
    named = ApiKey.objects.filter(fleet=fleet, name=name, revoked_at=None)
    states = states_of(list(named), now=now)
    return next((key for key in named if states[key.pk] is KeyState.LIVE), None)


def states_of(keys: Collection[ApiKey], *, now: datetime) -> dict[UUID, KeyState]:
    """Return the state of each key, by id."""
    succeeded = set(
        ApiKey.objects.filter(replaces__in=[key.pk for key in keys]).values_list(
            "replaces_id", flat=True
        )
    )
    return {
        key.pk: key_state(
            revoked_at=key.revoked_at,
            expires_at=key.expires_at,
            is_succeeded=key.pk in succeeded,
            now=now,
        )
        for key in keys
    }


def keys_ending(*, fleet: Fleet, now: datetime) -> list[ApiKey]:
    """Return the keys that end within 14 days and have no successor, the first to end first."""
    ending = ApiKey.objects.filter(
        fleet=fleet, revoked_at=None, expires_at__gt=now, expires_at__lte=now + SOON
    ).order_by("expires_at")
    states = states_of(list(ending), now=now)
    return [key for key in ending if states[key.pk] is KeyState.LIVE]


def agent_names(*, fleet: Fleet, agents: Collection[UUID]) -> dict[UUID, str]:
    """Return the external ids of agents of the fleet, by id; whoever is not of it is left out."""
    found = Agent.objects.filter(fleet=fleet, pk__in=agents)
    return dict(found.values_list("pk", "external_id"))


def agents_known(*, fleet: Fleet, most: int) -> tuple[list[str], int]:
    """Return the external ids of the first ``most`` agents in order, and how many there are."""
    agents = Agent.objects.filter(fleet=fleet).order_by("external_id")
    return list(agents.values_list("external_id", flat=True)[:most]), agents.count()


def agents_named(*, fleet: Fleet, names: Sequence[str]) -> list[UUID]:
    """Return the agents of these external ids, in their order.

    Raises:
        InvalidFieldError: naming ``agents``, for one that the fleet does not have.
    """
    found = dict(
        Agent.objects.filter(fleet=fleet, external_id__in=names).values_list("external_id", "pk")
    )
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None:
        raise InvalidFieldError(
            f"The fleet has no agent {unknown[:120]}.",
            field="agents",
            value=unknown[:120],
            allowed="external ids of agents of the fleet",
        )
    return [found[name] for name in names]


def key_succeeding(key: ApiKey) -> ApiKey | None:
    """Return the successor of a key; None if it was never rotated."""
    return ApiKey.objects.filter(replaces=key).first()


def tokens_of(*, user: User) -> list[PersonalToken]:
    """Return every token the person ever had, newest first."""
    return list(PersonalToken.objects.filter(user=user).order_by("-created_at", "-pk"))


def tokens_living(*, users: Collection[User], now: datetime) -> dict[int, int]:
    """Return how many tokens of each person sign in, by the person's key; 0 for nobody unknown."""
    living = PersonalToken.objects.filter(user__in=users, revoked_at=None, expires_at__gt=now)
    counted = Counter(living.values_list("user_id", flat=True))
    return {user.pk: counted[user.pk] for user in users}
