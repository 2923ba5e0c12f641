"""Where two changes of one field meet: somebody else's stands beside one's own, to choose from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.cards.policy_editor import FieldClash
from dashboard.display.policy_values import shown_text, typed_text, typed_value
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policy_draft import ago
from dashboard.pages.policy_rows import drafted_of
from governance.selectors.policy_drafts import field_given_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.forms.policy_change import FieldTyped
    from dashboard.pages.policy_scope import PolicyScope
    from governance.selectors.policy_drafts import EffectiveField


def change_time(change: Mapping[str, str]) -> datetime:
    """Return when a field of a draft was changed."""
    return datetime.fromisoformat(change["at"])


def overlaps(scope: PolicyScope, names: Mapping[str, str]) -> Mapping[str, FieldClash]:
    """Return the drafted fields of which another value came into force meanwhile, by path."""
    changes = scope.draft.changes if scope.draft else {}
    return {
        each.path: _overlap(scope, each, names)
        for each in scope.fields
        if each.path in changes and _is_overtaken(each, changes[each.path])
    }


def _overlap(scope: PolicyScope, each: EffectiveField, names: Mapping[str, str]) -> FieldClash:
    in_force, drafted = (shown_text(each.field, value) for value in (each.in_force, each.draft))
    if each.draft_follows:
        said = (
            f"What all fleets have changed since the draft took it over: it is {drafted} now,"
            f" {in_force} is in force here."
        )
        mine = f"as all fleets, {drafted}"
    else:
        said = f"{_who(scope, each, names)}: {in_force} is in force, the draft says {drafted}."
        mine = drafted
    return FieldClash(
        said=said,
        mine=mine,
        theirs=in_force,
        theirs_typed=typed_text(each.field, each.in_force),
    )


def clash_of(
    scope: PolicyScope, each: EffectiveField, sent: FieldTyped, names: Mapping[str, str]
) -> FieldClash:
    """Return what somebody else made of a field that a person typed into as well."""
    mine = "as all fleets" if sent.follows else _typed_words(each, sent.text)
    theirs = shown_text(each.field, drafted_of(each))
    return FieldClash(
        said=f"{_who(scope, each, names)}: {theirs}, you typed {mine}.",
        mine=mine,
        theirs=theirs,
        theirs_typed=typed_text(each.field, drafted_of(each)),
    )


def _is_overtaken(each: EffectiveField, change: Mapping[str, object]) -> bool:
    """Return whether another value came into force, or what all fleets have is another one now."""
    if change["follows"]:
        return bool(change["value"] != each.general)
    return each.in_force not in (change["base"], each.draft)


def _who(scope: PolicyScope, each: EffectiveField, names: Mapping[str, str]) -> str:
    """Return who changed a field last, and when: in the draft, else in force."""
    change = (scope.draft.changes if scope.draft else {}).get(each.path)
    is_drafted = change is not None and not _is_overtaken(each, change)
    by, at = (each.draft_by, each.draft_at) if is_drafted else (each.changed_by, each.changed_at)
    act = "changed this"
    given_up = None if change else field_given_up(fleet=scope.fleet, path=each.path)
    if given_up is not None:
        (by, at), act = given_up, "discarded the draft of this"
        names = names_of([by])
    if not by or at is None:
        return "Somebody changed this meanwhile"
    who = "You" if by == scope.username else actor_words(by, names)
    return f"{who} {act} {ago(at, scope.now)}"


def _typed_words(each: EffectiveField, text: str) -> str:
    value = typed_value(each.field, text)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return shown_text(each.field, value) if is_number or each.field.choices else text.strip()
