"""The facts of a backtest in sentences: what would have been answered otherwise, and to whom."""

from __future__ import annotations

from governance.domain.backtest.figures import Endings, Figures, Freezes, Load
from governance.domain.phrases import count_words, duration_words, list_words, share_words

# Fewer failures stopped than this carry no ratio.
RATIO_LEAST = 10
_DAY_S = 86_400.0


def period_words(days: float) -> str:
    """Return the length of a window: ``30 days``, ``1 day``, ``3.5 days``, ``40 min``."""
    if days < 1.0:
        return duration_words(days * _DAY_S)
    rounded = f"{days:,.1f}".removesuffix(".0")
    return f"{rounded} day" if rounded == "1" else f"{rounded} days"


def changed_words(figures: Figures) -> str:
    """Return how many decisions would have been answered otherwise."""
    period = period_words(figures.days)
    asked = count_words(figures.decisions, "decision")
    if not figures.changed:
        told = f"No decision would have been answered otherwise (n = {asked} in {period})."
    else:
        stricter = sum(group.stricter for group in figures.levels)
        milder = sum(group.milder for group in figures.levels)
        share = share_words(figures.changed / figures.decisions)
        told = (
            f"{figures.changed:,} of {asked} in {period} would have been answered otherwise "
            f"({share}): {stricter:,} more strictly, {milder:,} more mildly."
        )
    if figures.limits_changed:
        others = count_words(figures.limits_changed, "decision")
        told += f" {others} would have had the same answer with another preset or level."
    return told


def endings_words(endings: Endings) -> str:
    """Return how tasks ended, what there was none of left out: ``8 succeeded and 1 failed``."""
    told = (
        (endings.succeeded, "succeeded"),
        (endings.partial, "succeeded in part"),
        (endings.failed, "failed"),
        (endings.neutral, "ended without counting for or against"),
        (endings.open, "had no result yet"),
        (endings.waiting, "still waited for people"),
        (endings.never_ran, "had not run"),
    )
    return list_words([f"{count:,} {words}" for count, words in told if count] or ["none"])


def stopped_words(figures: Figures) -> str:
    """Return what work the draft would have stopped, and how it had ended."""
    ran, period = figures.stopped.ran, period_words(figures.days)
    if not ran:
        return f"No task that ran would have been stopped (in {period})."
    ended = endings_words(_that_ran(figures.stopped))
    return f"{count_words(ran, 'task')} that ran would have been stopped in {period}: {ended}."


def held_words(figures: Figures) -> str | None:
    """Return how many good tasks are held for each failure stopped; None where nothing is."""
    good, failed = figures.stopped.succeeded, figures.stopped.failed
    if not figures.stopped.judged:
        return None
    counted = f"n = {figures.stopped.judged:,} in {period_words(figures.days)}"
    if failed < RATIO_LEAST:
        held, stopped = count_words(good, "good task"), count_words(failed, "failure")
        return (
            f"{held} held, {stopped} stopped: too few failures for a ratio "
            f"({failed} of {RATIO_LEAST}; {counted})."
        )
    return (
        f"{good / failed:.1f} good tasks held for each failure stopped "
        f"({good:,} to {failed:,}, {counted})."
    )


def asked_words(figures: Figures) -> tuple[str, ...]:
    """Return what people would be asked about besides, and what no longer."""
    period, told = period_words(figures.days), []
    newly, unasked = figures.newly_asked, figures.unasked
    if newly.ran:
        tasks = count_words(newly.ran, "task")
        ended = endings_words(_that_ran(newly))
        told.append(
            f"People would be asked about {tasks} that ran without them in {period}: {ended}."
        )
    if unasked.ran:
        tasks = count_words(unasked.ran, "task")
        ended = endings_words(_that_ran(unasked))
        told.append(f"{tasks} that people agreed to would run without them (in {period}): {ended}.")
    return tuple(told)


def load_words(figures: Figures) -> tuple[str, ...]:
    """Return how many approvals people would give a day, on the busiest day, and who."""
    base, draft, period = figures.base_load, figures.draft_load, period_words(figures.days)
    in_all = f"{draft.approvals:,} instead of {base.approvals:,} in {period}"
    if figures.days < 1.0:
        # A rate of a few hours would be a guess at the rest of the day.
        return (f"Approvals: {in_all}.",)
    told = [
        f"Approvals: {draft.approvals / figures.days:,.1f} a day instead of "
        f"{base.approvals / figures.days:,.1f} ({draft.approvals:,} instead of "
        f"{base.approvals:,} in {period}).",
    ]
    if draft.busiest_day is not None:
        instead = "none" if base.busiest_day is None else f"{base.busiest:,} on {base.busiest_day}"
        told.append(
            f"Busiest day: {count_words(draft.busiest, 'approval')} on {draft.busiest_day} (UTC) "
            f"instead of {instead}."
        )
    if draft.tasks:
        told.append(f"Who would be asked: {_who(draft)}; in force now: {_who(base)}.")
    return tuple(told)


def freezes_words(figures: Figures) -> str:
    """Return how many freezes there would have been, and of which agents the first differs."""
    freezes, period = figures.freezes, period_words(figures.days)
    told = f"{count_words(freezes.draft, 'freeze')} instead of {freezes.base:,} in {period}."
    differ = _agents(freezes)
    return f"{told} By the first freeze of each agent: {list_words(differ)}." if differ else told


def tier_changes_words(figures: Figures) -> str:
    """Return how often tiers would have changed."""
    changes = count_words(figures.draft_tier_changes, "change")
    period = period_words(figures.days)
    return f"{changes} of tier instead of {figures.base_tier_changes:,} in {period}."


def tiers_words(agents: int, moved: int) -> str:
    """Return how many of the agents end in another tier."""
    ends = "ends" if moved == 1 else "end"
    return f"{moved:,} of {count_words(agents, 'agent')} {ends} the window in another tier."


def _that_ran(endings: Endings) -> Endings:
    return Endings(
        succeeded=endings.succeeded,
        partial=endings.partial,
        failed=endings.failed,
        neutral=endings.neutral,
        open=endings.open,
    )


def _who(load: Load) -> str:
    told = (
        (load.one, "by one person"),
        (load.two, "by two people"),
        (load.with_manager, "by two people of whom one is a manager"),
    )
    found = [f"{count_words(count, 'task')} {words}" for count, words in told if count]
    return list_words(found or ["nobody"])


def _agents(freezes: Freezes) -> list[str]:
    told = (
        (freezes.newly, "frozen only by the draft"),
        (freezes.no_longer, "no longer frozen"),
        (freezes.earlier, "frozen earlier"),
        (freezes.later, "frozen later"),
        (freezes.same, "frozen at the same time under both"),
    )
    return [f"{count_words(count, 'agent')} {words}" for count, words in told if count]
