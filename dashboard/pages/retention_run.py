"""The removal that goes on: what it would take, what stays and why, what a person can do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards.retention import GoingLine, RunCard, RunMove
from dashboard.display.durations import NBSP, day_time
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.names import actor_words
from governance.domain.permissions import Action, why_not
from governance.domain.retention import WORKED, RetentionState
from governance.selectors.seal_losses import key_missing
from governance.selectors.seals import seal_keys
from governance.services.retention_preparing import RING_STAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dashboard.pages.controls import Seat
    from governance.models import RetentionRun

MARKS: Mapping[RetentionState, Mark] = {
    RetentionState.PREPARING: Mark("Counting", "sand", "line"),
    RetentionState.READY: Mark("Counted, nothing exported", "lines", "line"),
    RetentionState.EXPORTED: Mark("Exported", "save", "good"),
    RetentionState.PROPOSED: Mark("Waits for a second admin", "ask", "amber"),
    RetentionState.REMOVING: Mark("Removing", "minus", "amber"),
    RetentionState.DONE: Mark("Removed", "check"),
    RetentionState.CANCELLED: Mark("Cancelled", "x", "line"),
    RetentionState.FAILED: Mark("Failed", "warn", "bad"),
}
_SAID: Mapping[RetentionState, str] = {
    RetentionState.PREPARING: "A worker counts what would go. Nothing is removed.",
    RetentionState.READY: "This would go. Export it first: the archive holds every row of it.",
    RetentionState.EXPORTED: "Exactly this was exported whole. It may be proposed for removal.",
    RetentionState.PROPOSED: "A second admin agrees, or does not.",
    RetentionState.REMOVING: "A worker removes it in small steps, and can be stopped at any.",
}
_NOTHING = "Nothing of it would go: there is nothing to export or to propose. Cancel it."
_MB = 1_000_000


def run_card(run: RetentionRun, seat: Seat, names: Mapping[str, str]) -> RunCard:
    """Return the removal as the person sees it."""
    state = RetentionState(run.state)
    is_empty = not run.lines and state in {RetentionState.READY, RetentionState.EXPORTED}
    return RunCard(
        number=run.number,
        mark=MARKS[state],
        said=_waits(seat, state) or (_NOTHING if is_empty else _SAID[state]),
        is_working=state in WORKED,
        share=run.share,
        lines=tuple(_line(line, run.removed) for line in run.lines),
        stays=tuple(_stay(rows, why) for why, rows in sorted(run.stays.items()) if rows),
        exported=_exported(run, names),
        proposed=_proposed(run, names),
        moves=tuple(_moves(run, state, seat)),
    )


def _waits(seat: Seat, state: RetentionState) -> str:
    """Return why a removal cannot go on, empty where it can."""
    if state is not RetentionState.REMOVING:
        return ""
    missing = key_missing(fleet_id=seat.fleet.pk, keys=seal_keys())
    return missing and (
        f"It waits: what goes is written down and signed, and the log is sealed with key {missing},"
        " which this installation does not hold. Where it is lost for good, whoever runs the"
        f" installation gives it up: python manage.py give_up_seal_key {seat.fleet.slug}"
    )


def _stay(rows: int, why: str) -> str:
    what = plural(rows, "agent" if why == RING_STAYS else "lineage")
    return f"{what} {'stays' if rows == 1 else 'stay'}: {why}"


def kind_words(kind: str) -> str:
    """Return a kind of row as people call it."""
    return kind.replace("_", NBSP)


def _line(line: Mapping[str, Any], removed: Mapping[str, int]) -> GoingLine:
    size = line["bytes"]
    return GoingLine(
        kind=kind_words(line["kind"]).capitalize(),
        rows=f"{line['rows']:,}",
        removed=f"{removed.get(line['kind'], 0):,}",
        oldest=_day(line["oldest"]),
        until=_day(line["until"]),
        size=f"about {max(0.1, size / _MB):,.1f}{NBSP}MB" if size else "",
    )


def _day(text: str | None) -> str:
    if not text:
        return ""
    at = datetime.fromisoformat(text)
    return f"{at.day}{NBSP}{at:%b %Y}"


def _exported(run: RetentionRun, names: Mapping[str, str]) -> str:
    if run.exported_at is None:
        return ""
    rows = sum(member["rows"] for member in run.exported["kinds"].values())
    return (
        f"{plural(rows, 'row')} exported by {actor_words(run.exported_by, names)},"
        f" {day_time(run.exported_at)} UTC. SHA-256 {run.exported['sha256']}"
    )


def _proposed(run: RetentionRun, names: Mapping[str, str]) -> str:
    if run.proposed_at is None:
        return ""
    agreed = f" Agreed to by {actor_words(run.agreed_by, names)}." if run.agreed_by else ""
    by = actor_words(run.proposed_by, names)
    return f"Proposed by {by}, {day_time(run.proposed_at)} UTC: “{run.reason}”{agreed}"


def _moves(run: RetentionRun, state: RetentionState, seat: Seat) -> Iterator[RunMove]:
    forbidden = why_not(seat.role, Action.POLICY_CHANGE)

    def move(control: str, label: str, icon: str, **more: Any) -> RunMove:
        url = reverse("fleet-retention-move", kwargs={"fleet": seat.fleet.slug, "move": control})
        told = {"why_not": forbidden, **{key: value for key, value in more.items() if value}}
        return RunMove(control=control, label=label, icon=icon, url=url, number=run.number, **told)

    has_rows = bool(run.lines)
    nothing = "" if has_rows else "Nothing would go."
    if state in {RetentionState.READY, RetentionState.EXPORTED, RetentionState.PROPOSED}:
        again = "Export again" if run.exported_at else "Export what would go"
        yield move(
            "export",
            again,
            "save",
            is_file=True,
            is_main=state is RetentionState.READY,
            why_not=forbidden or nothing,
        )
    if state is RetentionState.EXPORTED:
        yield move(
            "propose", "Propose the removal", "ask", asks_reason="Why should it go?", is_main=True,
            why_not=forbidden or nothing,
        )  # fmt: skip
    if state is RetentionState.PROPOSED:
        own = run.proposed_by == seat.user.get_username()
        second = "Whoever proposed it does not agree to it: it takes a second admin." if own else ""
        yield move("agree", "Agree: remove it", "minus", why_not=forbidden or second, is_main=True)
        yield move("decline", "Do not agree", "x", asks_reason="Why not?")
    yield move("cancel", "Cancel the removal", "x", asks_reason="Why does it end?")
