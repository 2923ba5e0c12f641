"""People and the identity provider they may sign in through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from governance.events import ProviderLinked, ProviderUnlinked
from governance.refusals import ConflictError, MissingError
from governance.selectors.clock import clock_now
from governance.services.person_events import person_publish

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User


def person_by_address(addresses: Iterable[str]) -> User | None:
    """Return the one person who has one of these addresses; None where nobody or several have.

    Nobody is found by an address that they typed themselves, until a mailed link has proved it:
    else whoever types a colleague's would get that colleague signed in as themselves.
    """
    wanted = {address.lower() for address in addresses if address}
    people = get_user_model().objects.filter(is_active=True).exclude(email="")
    found = {person.pk: person for each in wanted for person in people.filter(email__iexact=each)}
    if len(found) != 1:
        return None
    (person,) = found.values()
    return None if _is_unproven(person) else person


def address_typed(user: User) -> None:
    """Note that a person gave their address themselves, and that nothing has proved it yet."""
    EmailAddress.objects.filter(user=user).delete()
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=False)


def address_proven(user: User) -> None:
    """Note that what was mailed to a person's address came to them."""
    EmailAddress.objects.filter(user=user).delete()


def _is_unproven(user: User) -> bool:
    rows = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=False)
    return bool(rows.exists())


@transaction.atomic
def provider_linked(sender: Any, sociallogin: Any, **_: Any) -> None:  # noqa: ARG001 - a signal's
    """Tell the fleets of a person that they sign in through the provider, too."""
    user: User = sociallogin.user
    username = user.get_username()
    person_publish(
        user,
        lambda fleet_id: ProviderLinked(
            fleet_id=fleet_id,
            actor=username,
            username=username,
            provider=settings.OIDC_NAME,
        ),
        now=clock_now(),
    )


@transaction.atomic
def provider_unlink(*, user: User) -> None:
    """Let a person sign in through the provider no longer.

    Raises:
        MissingError: if they do not.
        ConflictError: if they have no password to sign in with instead.
    """
    accounts = SocialAccount.objects.select_for_update().filter(user=user)
    if not accounts:
        raise MissingError("You do not sign in through a provider.", field="provider")
    if not user.has_usable_password():
        raise ConflictError(
            f"You have no password: without {settings.OIDC_NAME} you could not sign in.",
            code="last_way_in",
        )
    accounts.delete()
    username = user.get_username()
    person_publish(
        user,
        lambda fleet_id: ProviderUnlinked(
            fleet_id=fleet_id,
            actor=username,
            username=username,
            provider=settings.OIDC_NAME,
        ),
        now=clock_now(),
    )


def is_linked(user: User) -> bool:
    """Return whether a person signs in through the provider that is set up."""
    found = SocialAccount.objects.filter(user=user, provider=settings.OIDC_PROVIDER_ID)
    return bool(found.exists())
