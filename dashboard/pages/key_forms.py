"""The forms that make, change, rotate and revoke a key, as an admin sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.keys import Choice, KeyChange, KeyForm, KeyMove
from dashboard.display.figures import plural
from dashboard.display.key_texts import LIVES, OVERLAPS, SCOPES, USUAL_LIFE, USUAL_OVERLAP
from governance.domain.keys import KeyState
from governance.domain.types import Environment
from governance.selectors.keys import agents_known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dashboard.forms.key import ChangeTyped, KeyTyped
    from dashboard.pages.controls import Seat
    from governance.models import ApiKey

# Names that a browser is given to choose from; others are typed.
KNOWN_MOST = 1_000


def key_form(
    seat: Seat, *, typed: KeyTyped | None = None, problem: str = "", wrong: str = ""
) -> KeyForm:
    """Return the form that makes a key.

    Args:
        seat: an admin.
        typed: a form that was not recorded.
        problem: why it was not.
        wrong: the field at fault.
    """
    known, count = agents_known(fleet=seat.fleet, most=KNOWN_MOST)
    environment = typed.environment if typed else Environment.PRODUCTION.value
    chosen: Collection[str] = typed.scopes if typed else ("gate", "report")
    return KeyForm(
        url=reverse("fleet-key-add", kwargs={"fleet": seat.fleet.slug}),
        idempotency_key=str(uuid4()),
        name=typed.name if typed else "",
        environments=choices({each.value: each.value for each in Environment}, environment),
        scopes=scope_choices(chosen),
        lives=choices(LIVES, typed.life if typed else USUAL_LIFE),
        agents="\n".join(typed.agents) if typed else "",
        rate=typed.rate if typed else "",
        known=tuple(known),
        more=max(0, count - len(known)),
        problem=problem,
        wrong=wrong,
    )


def change_form(
    seat: Seat,
    key: ApiKey,
    *,
    typed: ChangeTyped | None = None,
    problem: str = "",
    wrong: str = "",
) -> KeyChange:
    """Return the form that gives a key another name or limit; arguments as `key_form`."""
    rate = "" if key.rate_per_minute is None else str(key.rate_per_minute)
    return KeyChange(
        url=reverse("fleet-key-change", kwargs=_place(seat, key)),
        idempotency_key=str(uuid4()),
        name=typed.name if typed else key.name,
        rate=typed.rate if typed else rate,
        problem=problem,
        wrong=wrong,
    )


def rotate_move(seat: Seat, key: ApiKey, state: KeyState, *, problem: str = "") -> KeyMove:
    """Return the form that makes the successor of a key."""
    return KeyMove(
        url=reverse("fleet-key-rotate", kwargs=_place(seat, key)),
        idempotency_key=str(uuid4()),
        says=(
            "The successor has the same name, scopes, environment, agents and limit, and as long a"
            " life. It is shown once."
        ),
        why_not=(
            "It has a successor already: rotate that one." if state is KeyState.ROTATED else ""
        ),
        overlaps=choices(OVERLAPS, USUAL_OVERLAP),
        problem=problem,
    )


def revoke_move(seat: Seat, key: ApiKey, *, problem: str = "") -> KeyMove:
    """Return the form that ends a key at once."""
    bound = f", {plural(len(key.agents), 'agent')} among them" if key.agents else ""
    return KeyMove(
        url=reverse("fleet-key-revoke", kwargs=_place(seat, key)),
        idempotency_key=str(uuid4()),
        says=(
            f"Whoever signs in with it is refused from the next call on{bound}. This is not undone."
        ),
        problem=problem,
    )


def scope_choices(chosen: Collection[str]) -> tuple[Choice, ...]:
    """Return every scope with what it may do."""
    return tuple(
        Choice(value=scope, label=scope, is_chosen=scope in chosen, says=says)
        for scope, (_, says) in SCOPES.items()
    )


def choices(labels: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    """Return what can be chosen, by value; ``chosen`` is the value that is."""
    return tuple(
        Choice(value=value, label=label, is_chosen=value == chosen)
        for value, label in labels.items()
    )


def _place(seat: Seat, key: ApiKey) -> dict[str, object]:
    return {"fleet": seat.fleet.slug, "key_id": key.pk}
