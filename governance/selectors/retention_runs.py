"""The removals of a fleet: the one that goes on, and those that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.retention import LIVE, RetentionState
from governance.models import RetentionRun
from governance.refusals import RemovedError

if TYPE_CHECKING:
    from governance.models import Fleet


def retention_live(*, fleet: Fleet) -> RetentionRun | None:
    """Return the removal that is not over yet, None where there is none."""
    live = RetentionRun.objects.filter(fleet=fleet, state__in=[state.value for state in LIVE])
    return live.select_related("policy").first()


def retentions_over(*, fleet: Fleet, most: int | None = None) -> list[RetentionRun]:
    """Return the removals that are over, the newest first."""
    over = RetentionRun.objects.filter(fleet=fleet).exclude(
        state__in=[state.value for state in LIVE]
    )
    return list(over.select_related("policy").order_by("-number")[:most])


def retention_last(*, fleet: Fleet, kind: str) -> RetentionRun | None:
    """Return the latest removal that took rows of a kind, None where none did."""
    took = RetentionRun.objects.filter(
        fleet=fleet,
        removed__has_key=kind,
        state__in=[
            state.value
            for state in (RetentionState.DONE, RetentionState.CANCELLED, RetentionState.REMOVING)
        ],
    )
    return took.order_by("-number").first()


def removed_error(*, fleet: Fleet, kind: str, named: str) -> RemovedError:
    """Return the refusal for a row that was there and is not any longer.

    Args:
        fleet: whose.
        kind: of row, as removals count them.
        named: what a sentence calls it: `Ticket #12`.
    """
    run = retention_last(fleet=fleet, kind=kind)
    if run is None:
        return RemovedError(f"{named} was removed by retention.")
    at = run.ended_at or run.agreed_at or run.asked_at
    return RemovedError(
        f"{named} was removed by retention. The last removal of {kind}, number {run.number}, was on"
        f" {at:%Y-%m-%d %H:%M} UTC; {run.exported_by} had exported them before.",
        removal=run.number,
    )
