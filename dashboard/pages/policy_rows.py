"""One field of the policy as the editor shows it: value, range, evidence, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.cards.policy_editor import FieldClash, FieldRow
from dashboard.display.durations import day_time
from dashboard.display.policy_titles import title_of
from dashboard.display.policy_values import (
    choices_of,
    plain_number,
    refused_template,
    shown_text,
    span_words,
    typed_text,
    unit_words,
)
from dashboard.display.wording import Mark
from dashboard.pages.names import actor_words
from governance.domain.policy.fields import Guard, Provenance
from governance.domain.policy.scopes import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.domain.policy.plain import PolicyField
    from governance.selectors.policy_drafts import EffectiveField

_PROVENANCE = {
    Provenance.MEASURED: Mark("Measured", "check", "good"),
    Provenance.INHERITED: Mark("Inherited", "undo"),
    Provenance.STANDARD: Mark("Standard", "book"),
    Provenance.CHOICE: Mark("Choice", "", "line"),
}
_SOURCES = {
    Origin.DEFAULT: "The default of the product.",
    Origin.GENERAL: "From all fleets.",
    Origin.FLEET: "Set in this fleet.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retyped:
    """One field of a form that was not recorded: its text, and why it was refused."""

    text: str
    follows: bool
    problem: str = ""
    clash: FieldClash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFrame:
    """What every row of a page shares.

    ``is_general`` is true for the policy of all fleets, ``followers`` says by path which fleets
    have a value of their own, ``overlaps`` what came into force under the
    draft. ``versions_url`` is where versions are read.
    """

    names: Mapping[str, str]
    versions_url: str
    is_general: bool
    is_locked: bool
    retyped: Mapping[str, Retyped] = field(default_factory=dict)
    followers: Mapping[str, str] = field(default_factory=dict)
    overlaps: Mapping[str, FieldClash] = field(default_factory=dict)


def field_row(each: EffectiveField, frame: RowFrame, *, column: str = "") -> FieldRow:
    """Return the row of one field, with what was typed where a form was refused."""
    known = each.field
    seen = typed_text(known, drafted_of(each))
    again = frame.retyped.get(known.path)
    overtaken = each.draft_follows and known.path in frame.overlaps
    return FieldRow(
        path=known.path,
        title=title_of(known.path),
        meaning=known.meaning,
        typed=seen if again is None else again.text,
        seen=seen,
        refused=refused_template(known),
        default=_default(known),
        allowed="" if choices_of(known) else span_words(known),
        provenance=_PROVENANCE[known.provenance],
        reference=known.reference.rstrip("."),
        source=_source(each, frame),
        last=_last(each, frame.names),
        last_url=_last_url(each, frame.versions_url),
        unit=unit_words(known),
        low=_bound(known, known.low),
        high=_bound(known, known.high),
        step="1" if _is_whole(known) else "any",
        choices=choices_of(known),
        general=typed_text(known, each.general),
        general_said=f"As all fleets: {shown_text(known, each.general)}",
        can_follow=not frame.is_general and (not follows_of(each) or overtaken),
        follows=overtaken if again is None else again.follows,
        moved=moved_words(each),
        guard=guard_words(known),
        followers=frame.followers.get(known.path, ""),
        problem="" if again is None else again.problem,
        clash=frame.overlaps.get(known.path) if again is None else again.clash,
        column=column,
        is_locked=frame.is_locked,
    )


def moved_words(each: EffectiveField) -> str:
    """Return what the draft changes of a field; empty where nothing."""
    if not is_drafted(each):
        return ""
    before, after = (shown_text(each.field, value) for value in (each.in_force, each.draft))
    how = ", as all fleets" if each.draft_follows else ""
    return f"Draft {after}{how}; in force {before}."


def guard_words(known: PolicyField) -> str:
    """Return which change of a field needs a second admin; empty where none does."""
    words = bool(known.choices)
    return {
        Guard.NONE: "",
        Guard.RAISING: "Raising it needs a second admin.",
        Guard.LOWERING: "A milder choice needs a second admin."
        if words
        else "Lowering it needs a second admin.",
        Guard.ANY: "Each change needs a second admin.",
    }[known.guard]


def is_drafted(each: EffectiveField) -> bool:
    """Return whether the draft changes a field."""
    return each.draft is not None


def drafted_of(each: EffectiveField) -> Any:
    """Return what stands in a field's control: the draft's value, else the one in force."""
    return each.in_force if each.draft is None else each.draft


def follows_of(each: EffectiveField) -> bool:
    """Return whether a field has what all fleets have, as it stands in the draft."""
    return each.draft_follows if is_drafted(each) else each.own is None


def _source(each: EffectiveField, frame: RowFrame) -> str:
    if frame.is_general and each.origin is not Origin.DEFAULT:
        return "Set for all fleets."
    return _SOURCES[each.origin]


def _last(each: EffectiveField, names: Mapping[str, str]) -> str:
    if each.changed_in is None or each.changed_at is None:
        return ""
    by = actor_words(each.changed_by, names)
    return f"Last change: policy {each.changed_in}, {by}, {day_time(each.changed_at)} UTC"


def _last_url(each: EffectiveField, versions_url: str) -> str:
    if not each.changed_in or not versions_url:
        return ""
    return f"{versions_url}?below={each.changed_in + 1}#policy-{each.changed_in}"


def _default(known: PolicyField) -> str:
    """Return the default beside a control that has its unit."""
    if isinstance(known.default, bool) or not isinstance(known.default, int | float):
        return shown_text(known, known.default)
    return plain_number(known, known.default)


def _is_whole(known: PolicyField) -> bool:
    return isinstance(known.default, int) and not isinstance(known.default, bool)


def _bound(known: PolicyField, bound: float | None) -> str:
    return "" if bound is None else typed_text(known, bound)
