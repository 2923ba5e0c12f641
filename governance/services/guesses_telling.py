"""Telling the fleets of a person that a wrong password or code was given for them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import transaction

from governance.events import SignInFailed
from governance.models import UntoldGuess
from governance.selectors.clock import clock_now
from governance.services.person_events import person_publish

# In one sweep.
MOST = 200
# No person's, as no machine's: whoever guesses is not known.
_STRANGER = "stranger"


def guesses_tell() -> int:
    """Tell of what nobody was told yet, and return how many guesses that were, 200 at most.

    Not told where they are counted: events of its fleets would make the answer to a guess at a
    name that somebody has a few milliseconds slower than the others.
    """
    told = 0
    while told < MOST and _next_told():
        told += 1
    return told


@transaction.atomic
def _next_told() -> bool:
    # One in each transaction: people share fleets, and those are locked in the order of one person.
    guess = UntoldGuess.objects.select_for_update(skip_locked=True).order_by("pk").first()
    if guess is None:
        return False
    guess.delete()
    user = get_user_model().objects.filter(username=guess.username).first()
    if user is not None:
        person_publish(
            user,
            lambda fleet_id: SignInFailed(
                fleet_id=fleet_id,
                actor=_STRANGER,
                username=guess.username,
                is_held=guess.is_held,
            ),
            now=clock_now(),
        )
    return True
