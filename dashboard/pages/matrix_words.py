"""What governance cost in a period and what it saved, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.durations import NBSP, duration_text
from dashboard.display.figures import plural, times
from governance.domain.held_back import OUTCOMES_LEAST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.matrix_sums import Tally
    from escalations.selectors.service_level import ServiceLevel
    from governance.domain.types import TaskType, Tier

    Tallies = Mapping[tuple[TaskType, Tier], Tally]


# Below this an estimate is told to one place.
WHOLE_FROM = 9.95


def cell_name(kind: TaskType, tier: Tier) -> str:
    """Return what a cell of the matrix is called: `pipeline at high trust`."""
    return f"{kind.value} at {tier.value} trust"


def ratio_text(ratio: float) -> str:
    """Return an estimated number of tasks as exactly as it is known: `7.1`, `20`."""
    return f"{ratio:,.0f}" if ratio >= WHOLE_FROM else f"{ratio:.1f}"


def cost_words(total: Tally, level: ServiceLevel) -> tuple[str, ...]:
    """Return what governance cost: work that did not run at once, and people's answers."""
    if not total.held_up and not total.answered and not total.expired:
        return ("Governance held up no task and asked nobody.",)
    took = (
        f" Half of the tickets that people answered, of every kind, waited at most"
        f" {duration_text(level.median_s)} (n{NBSP}{level.answered:,})."
        if level.median_s is not None
        else ""
    )
    overruled = (
        f" People overruled the gate or the arguments {times(total.overruled)}."
        if total.overruled
        else ""
    )
    return (
        f"{plural(total.held_up, 'task')} did not run at once.",
        f"{_answers(total)}; {total.expired:,} expired unanswered.{took}{overruled}",
    )


def _answers(total: Tally) -> str:
    if not total.answered:
        return "Nobody answered"
    return (
        f"People answered {times(total.answered)}: {total.approved:,} approved,"
        f" {total.refused:,} refused"
    )


def saved_words(total: Tally, tallies: Tallies) -> tuple[str, ...]:
    """Return what it saved: how many failures were stopped, as the estimate it is."""
    if not total.held_back:
        return ("Nothing was kept from running, so no failure was stopped.",)
    kept = f"{plural(total.held_back, 'task')} {'was' if total.held_back == 1 else 'were'} kept"
    weighed = total.held_back - total.unweighed
    if not weighed:
        return (
            f"{kept} from running. None of their cells has {OUTCOMES_LEAST} outcomes yet, so nobody"
            " can say how many of them would have failed.",
        )
    left_out = (
        f" {plural(total.unweighed, 'task')} of cells with fewer than {OUTCOMES_LEAST} outcomes"
        f" {'is' if total.unweighed == 1 else 'are'} left out."
        if total.unweighed
        else ""
    )
    return (
        f"{kept} from running. Estimate: about {total.stopped:,.1f} of {weighed:,} would have"
        f" failed, at the failure rates of what ran in the same cells"
        f" (n{NBSP}{total.weighed_outcomes:,}).{left_out}",
        *_extremes(tallies),
        "The gate holds the riskier tasks of a cell back, so the estimate is rather low.",
    )


def _extremes(tallies: Tallies) -> tuple[str, ...]:
    """Return the cells where most and least work is held up for a failure, where two differ."""
    found = sorted(
        (ratio, cell_name(*at)) for at, tally in tallies.items() if (ratio := tally.per_failure)
    )
    if len(found) < 2:
        return ()
    (least, worth), (most, costly) = found[0], found[-1]
    return (
        f"Most work for each failure stopped: {costly}, about {ratio_text(most)} tasks. Least:"
        f" {worth}, about {ratio_text(least)}.",
    )
