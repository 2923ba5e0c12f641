"""What bringing an earlier version of a policy back would change, and who may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.policies import RollBackPage
from dashboard.display.policy_titles import title_of
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policies import setting_line
from dashboard.pages.policy_editor import policy_url
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import list_words
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.drafts import guarded_changes
from governance.refusals import MissingError
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.policy_drafts import draft_open
from governance.selectors.policy_effects import versions_of

if TYPE_CHECKING:
    from dashboard.pages.controls import Seat
    from dashboard.pages.policy_draft import RailTyped

_DRAFT = "A draft with other changes is open; publish it or discard it first."


def roll_back_page(seat: Seat, number: int, *, typed: RailTyped | None = None) -> RollBackPage:
    """Return the difference between what is in force and a version, with the form for it.

    Raises:
        MissingError: if the fleet has no version of that number.
        UnavailableError: if it has none at all.
    """
    fleet = seat.fleet
    found = versions_of(fleet=fleet, below=number + 1, most=1)[:1]
    if not found or found[0].number != number:
        raise MissingError(f"There is no policy {number} here.", field="number", value=number)
    version = found[0]
    current, before = policy_in_force(fleet=fleet)
    after = policy_of(version)
    changes = policy_changes(before, after)
    guarded = [f"“{title_of(each.path)}”" for each in guarded_changes(before, after)]
    slug = {"fleet": fleet.slug}
    return RollBackPage(
        scope_name=fleet.name,
        number=number,
        base=current.number,
        next_number=current.number + 1,
        at=version.created_at,
        by=actor_words(version.published_by, names_of([version.published_by])),
        reason=version.reason,
        settings=tuple(setting_line(fleet, each) for each in changes),
        url=reverse("fleet-policy-back", kwargs=slug | {"number": number}),
        editor_url=policy_url(fleet),
        versions_url=reverse("fleet-policies", kwargs=slug),
        why_off=_why_off(seat, has_changes=bool(changes), number=number),
        needs_second=f"A second admin must agree, because of {list_words(guarded)}."
        if guarded
        else "",
        typed_reason=typed.reason if typed else "",
        problem=typed.problem if typed else "",
        wrong=typed.wrong if typed else "",
    )


def _why_off(seat: Seat, *, has_changes: bool, number: int) -> str:
    off = why_not(seat.role, Action.POLICY_CHANGE)
    if off:
        return off
    if not has_changes:
        return f"Policy {number} says the same as what is in force."
    draft = draft_open(fleet=seat.fleet)
    return _DRAFT if draft is not None and draft.changes else ""
