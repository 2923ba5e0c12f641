"""The pages of keys: the list of a fleet, and one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.keys import KeyPage, KeysPage
from dashboard.display.key_texts import UNCOUNTED
from dashboard.pages.files import file_links
from dashboard.pages.key_forms import (
    change_form,
    key_form,
    revoke_move,
    rotate_move,
    scope_choices,
)
from dashboard.pages.key_lines import ending_words, key_line
from dashboard.pages.names import names_of
from governance.domain.keys import KeyState
from governance.domain.permissions import Action, why_not
from governance.selectors.key_calls import key_usage, keys_usage
from governance.selectors.keys import (
    agent_names,
    key_get,
    key_succeeding,
    keys_ending,
    keys_of,
    states_of,
)

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard.cards.keys import KeyChange, KeyForm, KeySecret
    from dashboard.pages.controls import Seat
    from governance.models import ApiKey

ENDED_SHOWN = 20
SIGN_IN = {KeyState.LIVE, KeyState.ROTATED}
# The move that was refused, and why.
TypedMove = tuple[str, str]
NO_MOVE: TypedMove = ("", "")
REPEATED = (
    "This form was sent before: it made one key, and its secret was shown then, once. If nobody"
    " has it, revoke the key and make another."
)


def keys_page(seat: Seat, *, form: KeyForm | None = None) -> KeysPage:
    """Return the keys of a fleet.

    Args:
        seat: who looks; whoever may not manage keys is told so.
        form: one that was not recorded.
    """
    fleet = seat.fleet
    unseen = why_not(seat.role, Action.KEYS_MANAGE)
    if unseen:
        return KeysPage(fleet_name=fleet.name, unseen=unseen)
    keys = keys_of(fleet)
    states = states_of(keys, now=seat.now)
    living = [key for key in keys if states[key.pk] in SIGN_IN]
    ended = [key for key in reversed(keys) if states[key.pk] not in SIGN_IN]
    shown = [*living, *ended[:ENDED_SHOWN]]
    usage = keys_usage([key.pk for key in shown], now=seat.now)
    names = names_of([key.created_by for key in shown])
    lines = {
        key.pk: key_line(
            key,
            states[key.pk],
            None if usage is None else usage[key.pk],
            names,
            fleet.slug,
            seat.now,
        )
        for key in shown
    }
    return KeysPage(
        fleet_name=fleet.name,
        lines=tuple(lines[key.pk] for key in living),
        ended=tuple(lines[key.pk] for key in ended[:ENDED_SHOWN]),
        more_ended=max(0, len(ended) - ENDED_SHOWN),
        form=form or key_form(seat),
        files=file_links("fleet-keys", "keys, ended ones too", fleet=fleet.slug),
        ending=ending_words(keys_ending(fleet=fleet, now=seat.now)),
        uncounted=UNCOUNTED if usage is None else "",
    )


def key_page(
    seat: Seat,
    key_id: UUID,
    *,
    change: KeyChange | None = None,
    typed: TypedMove = NO_MOVE,
    secret: KeySecret | None = None,
    is_repeated: bool = False,
) -> KeyPage:
    """Return one key.

    Args:
        seat: an admin.
        key_id: the key, ended or not.
        change: a change that was not recorded.
        typed: a move that was not.
        secret: what is shown this once.
        is_repeated: whether a form was sent again that made this key.

    Raises:
        MissingError: key_unknown.
    """
    fleet = seat.fleet
    key = key_get(fleet=fleet, key_id=key_id)
    state = states_of([key], now=seat.now)[key.pk]
    usage = key_usage(key, seat.now)
    lives = state in SIGN_IN
    bound = agent_names(fleet=fleet, agents=key.agents)
    return KeyPage(
        list_url=reverse("fleet-keys", kwargs={"fleet": fleet.slug}),
        line=key_line(key, state, usage, names_of([key.created_by]), fleet.slug, seat.now),
        agents=tuple(sorted(bound.values())),
        scopes=scope_choices(key.scopes),
        former=_link(seat, key.replaces),
        successor=_link(seat, key_succeeding(key)),
        change=(change or change_form(seat, key)) if lives else None,
        rotate=rotate_move(seat, key, state, problem=_of("rotate", typed)) if lives else None,
        revoke=revoke_move(seat, key, problem=_of("revoke", typed)) if lives else None,
        secret=secret,
        repeated=REPEATED if is_repeated else "",
        uncounted=UNCOUNTED if usage is None else "",
    )


def _of(move: str, typed: TypedMove) -> str:
    moved, problem = typed
    return problem if moved == move else ""


def _link(seat: Seat, key: ApiKey | None) -> tuple[str, str] | None:
    if key is None:
        return None
    url = reverse("fleet-key", kwargs={"fleet": seat.fleet.slug, "key_id": key.pk})
    return f"{key.name} ({key.prefix})", url
