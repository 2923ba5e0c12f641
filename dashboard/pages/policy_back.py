"""What bringing an earlier version of a policy back would change, and who may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.policies import RollBackPage
from dashboard.display.policy_titles import title_of
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policies import setting_line
from dashboard.pages.policy_editor import policy_url, versions_url
from governance.domain.phrases import list_words
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.drafts import guarded_changes
from governance.refusals import MissingError
from governance.selectors.general_versions import general_value, general_versions
from governance.selectors.policies import policy_of
from governance.selectors.policy_drafts import policy_standing
from governance.selectors.policy_effects import versions_of

if TYPE_CHECKING:
    from dashboard.pages.policy_draft import RailTyped
    from dashboard.pages.policy_scope import PolicyScope
    from governance.domain.policy import Policy
    from governance.models import Fleet, GeneralPolicy, PolicyVersion

_DRAFT = "A draft with other changes is open; publish it or discard it first."


def roll_back_page(
    scope: PolicyScope, number: int, *, typed: RailTyped | None = None
) -> RollBackPage:
    """Return the difference between what is in force and a version, with the form for it.

    Raises:
        MissingError: if the scope has no version of that number.
    """
    version, after = _version(scope.fleet, number)
    before = policy_standing(fleet=scope.fleet).policy
    changes = policy_changes(before, after)
    guarded = [f"“{title_of(each.path)}”" for each in guarded_changes(before, after)]
    return RollBackPage(
        scope_name=scope.fleet.name if scope.fleet else "all fleets",
        number=number,
        base=scope.number,
        next_number=scope.number + 1,
        at=version.created_at,
        by=actor_words(version.published_by, names_of([version.published_by])),
        reason=version.reason,
        settings=tuple(setting_line(scope.fleet, each) for each in changes),
        url=back_url(scope.fleet, number),
        editor_url=policy_url(scope.fleet),
        versions_url=versions_url(scope.fleet),
        why_off=_why_off(scope, has_changes=bool(changes), number=number),
        needs_second=f"A second admin must agree, because of {list_words(guarded)}."
        if guarded
        else "",
        typed_reason=typed.reason if typed else "",
        problem=typed.problem if typed else "",
        wrong=typed.wrong if typed else "",
    )


def back_url(fleet: Fleet | None, number: int) -> str:
    """Return the address of the form that brings a version of a scope back."""
    if fleet is None:
        return reverse("policy-back", kwargs={"number": number})
    return reverse("fleet-policy-back", kwargs={"fleet": fleet.slug, "number": number})


def _version(fleet: Fleet | None, number: int) -> tuple[PolicyVersion | GeneralPolicy, Policy]:
    if fleet is not None:
        for version in versions_of(fleet=fleet, below=number + 1, most=1)[:1]:
            if version.number == number:
                return version, policy_of(version)
    else:
        for general in general_versions(below=number + 1, most=1)[:1]:
            if general.number == number:
                return general, general_value(general)
    raise MissingError(f"There is no policy {number} here.", field="number", value=number)


def _why_off(scope: PolicyScope, *, has_changes: bool, number: int) -> str:
    if scope.why_off:
        return scope.why_off
    if not has_changes:
        return f"Policy {number} says the same as what is in force."
    return _DRAFT if scope.draft is not None and scope.draft.changes else ""
