"""The draft of a policy beside its fields: what it changes, and what this person may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.cards.policy_editor import DraftCard, DraftLine, DraftMove
from dashboard.display.durations import span_text
from dashboard.display.policy_titles import title_of
from dashboard.display.policy_values import shown_text
from dashboard.pages.names import actor_words
from dashboard.pages.policy_rows import is_drafted
from governance.domain.phrases import list_words
from governance.domain.policy.drafts import DraftState
from governance.selectors.policies import is_changer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from dashboard.pages.policy_scope import PolicyScope
    from governance.models import PolicyDraft
    from governance.selectors.policy_drafts import EffectiveField

_THEN = (
    "In force for every decision from that moment on. Open tickets keep the policy they were"
    " opened with, and their times to decide; agents that are frozen stay so until their time."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RailTyped:
    """A form beside the fields that was not recorded: what was typed, why, and which form."""

    problem: str
    reason: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailFrame:
    """What the draft's card needs beside the scope.

    ``url_of`` gives the address of a form by name, ``field_url`` that of a field by path.
    """

    names: Mapping[str, str]
    url_of: Callable[[str], str]
    field_url: Callable[[str], str]
    section: str = ""
    typed: RailTyped | None = None


def draft_card(scope: PolicyScope, frame: RailFrame) -> DraftCard:
    """Return the draft as this person sees it; without a draft, that there is none."""
    draft, typed = scope.draft, frame.typed
    base = f"Policy {scope.number}" if scope.number else "The defaults"
    following = f"policy {scope.number + 1}"
    if draft is None:
        return DraftCard(
            base=base,
            following=following,
            version=0,
            lines=(),
            then=_THEN,
            problem=typed.problem if typed else "",
        )
    lines = tuple(_line(each, scope, frame) for each in scope.fields if is_drafted(each))
    is_proposed = draft.state == DraftState.PROPOSED
    guarded = [title_of(path) for path in scope.guarded]
    return DraftCard(
        base=base,
        following=following,
        version=draft.version,
        lines=lines,
        then=_THEN,
        declined=_declined(draft, scope, frame),
        declined_reason=draft.decline_reason,
        proposal=_proposal(draft, scope, frame) if is_proposed else "",
        proposal_reason=draft.reason if is_proposed else "",
        needs_second=_second(guarded),
        publish=_publish(scope, frame, is_guarded=bool(guarded)),
        discard=DraftMove(
            url=frame.url_of("discard"), label="Discard the draft", why_off=scope.why_off
        ),
        agree=_agree(draft, scope, frame) if is_proposed else None,
        decline=_decline(draft, scope, frame) if is_proposed else None,
        typed_reason=typed.reason if typed else "",
        problem=typed.problem if typed else scope.broken,
        wrong=typed.wrong if typed else "",
        section=frame.section,
    )


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was: `2 min ago`, `just now` within a minute."""
    seconds = (now - at).total_seconds()
    return "just now" if seconds < 60 else f"{span_text(seconds)} ago"


def by_words(username: str, frame_user: str, names: Mapping[str, str]) -> str:
    """Return who did something, `you` for the person who looks."""
    return "you" if username == frame_user else actor_words(username, names)


def _line(each: EffectiveField, scope: PolicyScope, frame: RailFrame) -> DraftLine:
    by = by_words(each.draft_by, scope.username, frame.names)
    follows = ", as all fleets" if each.draft_follows else ""
    return DraftLine(
        path=each.path,
        title=title_of(each.path),
        url=frame.field_url(each.path),
        before=shown_text(each.field, each.in_force),
        after=f"{shown_text(each.field, each.draft)}{follows}",
        by=f"by {by}, {ago(each.draft_at, scope.now)}" if each.draft_at else f"by {by}",
        needs_second=each.path in scope.guarded,
    )


def _proposal(draft: PolicyDraft, scope: PolicyScope, frame: RailFrame) -> str:
    by = by_words(draft.proposed_by, scope.username, frame.names)
    when = ago(draft.proposed_at, scope.now) if draft.proposed_at else ""
    back = f", to roll back to policy {draft.restores}" if draft.restores is not None else ""
    return f"Proposed by {by} {when}{back}. It is in force once another admin agrees."


def _second(guarded: Sequence[str]) -> str:
    if not guarded:
        return ""
    named = list_words([f"“{title}”" for title in guarded])
    return f"A second admin must agree, because of {named}."


def _publish(scope: PolicyScope, frame: RailFrame, *, is_guarded: bool) -> DraftMove:
    what = "Propose" if is_guarded else "Publish"
    return DraftMove(
        url=frame.url_of("publish"),
        label=f"{what} policy {scope.number + 1}",
        why_off=scope.why_off,
    )


def _agree(draft: PolicyDraft, scope: PolicyScope, frame: RailFrame) -> DraftMove:
    return DraftMove(
        url=frame.url_of("agree"),
        label=f"Agree and publish policy {scope.number + 1}",
        why_off=scope.why_off or _why_not_agree(draft, scope, frame),
    )


def _why_not_agree(draft: PolicyDraft, scope: PolicyScope, frame: RailFrame) -> str:
    if draft.proposed_by == scope.username:
        return "You proposed it; another admin must agree."
    if not is_changer(fleet=scope.fleet, username=draft.proposed_by):
        by = by_words(draft.proposed_by, scope.username, frame.names)
        return f"{by} may not change this policy any longer; decline it and propose it anew."
    own = [
        f"“{title_of(path)}”"
        for path in scope.guarded
        if draft.changes.get(path, {}).get("by") == scope.username
    ]
    if not own:
        return ""
    named = list_words(own)
    return (
        f"You changed {named}; an admin who did not must agree. If there is none, set {named} back"
        f" to what is in force and let the rest be published; then propose {named} alone."
    )


def _decline(draft: PolicyDraft, scope: PolicyScope, frame: RailFrame) -> DraftMove:
    own = draft.proposed_by == scope.username
    return DraftMove(
        url=frame.url_of("decline"),
        label="Take the proposal back…" if own else "Decline the proposal…",
        why_off=scope.why_off,
    )


def _declined(draft: PolicyDraft, scope: PolicyScope, frame: RailFrame) -> str:
    if not draft.declined_by:
        return ""
    by = by_words(draft.declined_by, scope.username, frame.names)
    return f"Sent back by {by}:"
