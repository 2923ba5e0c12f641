"""The page of what a fleet keeps, for how long, and of the removal that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.retention import KeptLine, PastRun, RetentionPage, RunMove
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.pages.evidence_fields import field_anchor
from dashboard.pages.files import file_links
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.retention_run import MARKS, kind_words, run_card
from governance.domain.permissions import Action, why_not
from governance.domain.policy import policy_fields
from governance.domain.policy.retention import FOR_EVER
from governance.domain.retention import RetentionState
from governance.selectors.policies import policy_in_force
from governance.selectors.retention_runs import retention_live, retentions_over

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.controls import Seat
    from governance.domain.policy import Policy
    from governance.models import RetentionRun

PAST_SHOWN = 20
_BY_PEOPLE = ("tasks_days", "interactions_days", "events_days")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTyped:
    """A form of the page that was refused: why, and the reason as it was typed."""

    problem: str = ""
    reason: str = ""


def retention_page(seat: Seat, typed: RetentionTyped | None = None) -> RetentionPage:
    """Return the page as one person sees it; a fixed number of queries."""
    typed = typed or RetentionTyped()
    fleet, slug = seat.fleet, {"fleet": seat.fleet.slug}
    version, policy = policy_in_force(fleet=fleet)
    live = retention_live(fleet=fleet)
    past = retentions_over(fleet=fleet, most=PAST_SHOWN)
    names = names_of(_people(live, past))
    return RetentionPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-retention-parts", kwargs=slug),
        summary=_summary(policy, version.number),
        kept=tuple(_kept(fleet.slug, policy)),
        run=run_card(live, seat, names) if live else None,
        begin=None if live else _begin(seat, policy, version.number),
        idempotency_key=str(uuid4()),
        problem=typed.problem,
        typed_reason=typed.reason,
        past=tuple(_past(run, names) for run in past),
        files=file_links("fleet-retention", "removals", fleet=fleet.slug),
    )


def _people(live: RetentionRun | None, past: list[RetentionRun]) -> list[str]:
    runs = [*([live] if live else []), *past]
    return [
        name
        for run in runs
        for name in (run.asked_by, run.exported_by, run.proposed_by, run.agreed_by, run.ended_by)
        if name
    ]


def _summary(policy: Policy, number: int) -> str:
    kept = [getattr(policy.retention, name) for name in _BY_PEOPLE]
    if not any(kept):
        return f"Policy {number} keeps the whole record for ever. Nothing of it is past its time."
    return (
        f"Policy {number} says how long the record is kept. Nothing of it goes by itself: an admin"
        " exports and proposes, a second one agrees."
    )


def _kept(slug: str, policy: Policy) -> list[KeptLine]:
    editor = reverse("fleet-policy", kwargs={"fleet": slug})
    return [
        KeptLine(
            path=each.path,
            about=each.meaning.replace("; 0 is for ever", ""),
            kept="for ever" if each.value == FOR_EVER else plural(each.value, "day"),
            goes=(
                "removed by people, after an export"
                if each.path.removeprefix("retention.") in _BY_PEOPLE
                else "goes by itself"
            ),
            url=f"{editor}?section=retention#{field_anchor(each.path)}",
        )
        for each in policy_fields(policy)
        if each.path.startswith("retention.")
    ]


def _begin(seat: Seat, policy: Policy, number: int) -> RunMove:
    is_nothing = not any(getattr(policy.retention, name) for name in _BY_PEOPLE)
    return RunMove(
        control="begin",
        label="Count what would go",
        icon="lines",
        url=reverse("fleet-retention-move", kwargs={"fleet": seat.fleet.slug, "move": "begin"}),
        why_not=(
            why_not(seat.role, Action.POLICY_CHANGE)
            or (f"Policy {number} keeps the whole record for ever." if is_nothing else "")
        ),
        is_main=True,
    )


def _past(run: RetentionRun, names: Mapping[str, str]) -> PastRun:
    return PastRun(
        number=run.number,
        mark=MARKS[RetentionState(run.state)],
        at=run.ended_at or run.asked_at,
        removed=", ".join(f"{rows:,} {kind_words(kind)}" for kind, rows in run.removed.items()),
        said=_past_words(run, names),
        sha256=run.exported.get("sha256", ""),
    )


def _past_words(run: RetentionRun, names: Mapping[str, str]) -> str:
    if run.state == RetentionState.FAILED:
        return f"Nothing was removed: {run.error}"
    said = []
    if run.exported_by and run.exported_at:
        exported = day_time(run.exported_at)
        said.append(f"Exported by {actor_words(run.exported_by, names)}, {exported} UTC.")
    if run.agreed_by:
        said.append(
            f"Proposed by {actor_words(run.proposed_by, names)}, agreed to by"
            f" {actor_words(run.agreed_by, names)}: “{run.reason}”"
        )
    if run.ended_by:
        why = f": {run.error}" if run.error else "."
        said.append(f"Ended by {actor_words(run.ended_by, names)}{why}")
    return " ".join(said)
