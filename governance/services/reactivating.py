"""People who were deactivated, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from governance.events import PersonReactivated
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_name
from governance.services.person_events import person_publish
from governance.services.sessions import seats_end

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def user_reactivate(*, user: User, actor: str, reason: str | None = None) -> User:
    """Let a person sign in again who was deactivated; return them as they are now.

    They have the roles they had, in every fleet they were not removed from, and the password,
    second factor and tokens they had. Their browsers of before are not signed in.

    Raises:
        ConflictError: not_deactivated, where the person can sign in already.
    """
    now = clock_now()
    people = get_user_model().objects
    # Of two who take somebody back, the second waits here and finds it done.
    person = people.select_for_update(no_key=True).get(pk=user.pk)
    if person.is_active:
        raise ConflictError(
            f"{person_name(person)} is not deactivated and can sign in already.",
            code="not_deactivated",
            field="username",
            value=person.get_username(),
        )
    # An old session would work again, whoever sits before that browser today.
    seats_end(user=person)
    person.is_active = True
    person.save(update_fields=["is_active"])
    username = person.get_username()
    person_publish(
        person,
        lambda fleet_id: PersonReactivated(
            fleet_id=fleet_id, actor=actor, username=username, reason=reason
        ),
        now=now,
    )
    return person
