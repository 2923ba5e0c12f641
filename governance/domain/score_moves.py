"""Why a score moved: which outcomes, from whom, and what each part of the score did, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from governance.domain.phrases import count_words, list_words, share_words
from governance.domain.score import Points
from governance.domain.types import Result

# Less than this rounds to nothing on screen.
LEAST = 0.005
_MINUS = "\N{MINUS SIGN}"
_ARROW = "\N{RIGHTWARDS ARROW}"
_SOURCES_NAMED = 3
_RESULTS = {
    Result.SUCCESS: "A success",
    Result.PARTIAL: "A partial success",
    Result.FAILURE: "A failure",
}


class Scored(NamedTuple):
    """One outcome that is not neutral, what it was judged by, and the score right after it.

    ``weight`` and ``expected`` are as they were stored with it: what it counted for, and the
    failure rate of the rest of the fleet on its class of work.
    """

    result: Result
    source: str
    weight: float
    expected: float
    self_report: bool
    verified: bool
    vouched_inside: bool
    after: Points


def signed(change: float) -> str:
    """Return a change of a score with its sign and two places: ``+0.03``."""
    sign = _MINUS if change < 0 else "+"
    return f"{sign}{abs(change):.2f}"


def parts_words(before: Points, after: Points) -> str:
    """Return what each part of the score did: ``success 0.91 → 0.88, budget stayed 0.95``."""
    names = (
        ("success", before.success, after.success),
        ("budget", before.budget, after.budget),
        ("consistency", before.consistency, after.consistency),
    )
    return ", ".join(_part(name, then, now) for name, then, now in names if now is not None)


def outcome_words(scored: Scored, before: Points) -> str:
    """Return why one outcome moved the score as it did, in two sentences."""
    weight = _weight(scored)
    others = share_words(scored.expected)
    return (
        f"{_RESULTS[scored.result]} from {scored.source}{weight}, where the rest of the fleet"
        f" fails {others} of such tasks. {_sentence(parts_words(before, scored.after))}"
    )


def stretch_words(outcomes: Sequence[Scored], before: Points) -> str:
    """Return what a stretch of outcomes, oldest first and at least one, did together.

    ``before`` is the score ahead of the first.
    """
    bad = [each for each in outcomes if each.result is not Result.SUCCESS]
    of = f"Of the {count_words(len(outcomes), 'outcome')} before it"
    if not bad:
        told = f"{of} none failed"
    else:
        told = f"{of} {len(bad)} failed in whole or in part: {_sources(bad)}"
    return f"{told}. {_sentence(parts_words(before, outcomes[-1].after))}"


def gains(outcomes: Sequence[Scored], before: Points) -> tuple[float, float]:
    """Return what outcomes that failed in whole or part took, <= 0 as a rule, and the rest gave."""
    took = gave = 0.0
    score = before.score
    for each in outcomes:
        change = each.after.score - score
        if each.result is Result.SUCCESS:
            gave += change
        else:
            took += change
        score = each.after.score
    return took, gave


def summary_words(outcomes: Sequence[Scored], before: Points) -> str:
    """Return how the score moved over a stretch, oldest first and at least one, and through whom.

    ``before`` is the score ahead of the first.
    """
    last = outcomes[-1].after
    was, becomes = f"{before.score:.2f}", f"{last.score:.2f}"
    # What rounds to the same did not move for who reads it.
    verb = _verb(0.0 if was == becomes else last.score - before.score)
    took, gave = gains(outcomes, before)
    bad = [each for each in outcomes if each.result is not Result.SUCCESS]
    good = len(outcomes) - len(bad)
    parts = []
    if bad:
        parts.append(
            f"{count_words(len(bad), 'failed or partial outcome')} made {signed(took)}"
            f" ({_sources(bad)})"
        )
    if good:
        made = f"{good:,} that succeeded" if bad else f"{good:,}, all of which succeeded,"
        parts.append(f"{made} made {signed(gave)}")
    return (
        f"Over its last {count_words(len(outcomes), 'outcome')} the score {verb}"
        f" {was} {_ARROW} {becomes}: {list_words(parts)}. Forgetting with time is in the change of"
        " the outcome after it."
    )


def _part(name: str, before: float | None, after: float) -> str:
    if before is None:
        return f"{name} measured for the first time, {after:.2f}"
    if f"{before:.2f}" == f"{after:.2f}":
        return f"{name} stayed {after:.2f}"
    return f"{name} {before:.2f} {_ARROW} {after:.2f}"


def _weight(scored: Scored) -> str:
    if scored.weight >= 1.0:
        return ""
    if scored.vouched_inside:
        return " that counted nothing, because only its own ring vouched for it"
    because = []
    if scored.self_report and not scored.verified:
        because.append("the agent reported it itself")
    if not because or scored.weight < 0.25:
        because.append("its task was worth less than is usual")
    return f" that counted {scored.weight:.2f}, because {list_words(because)}"


def _sources(outcomes: Sequence[Scored]) -> str:
    counted = Counter(each.source for each in outcomes)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{count} from {source}" for source, count in ranked[:_SOURCES_NAMED]]
    rest = sum(count for _, count in ranked[_SOURCES_NAMED:])
    return list_words([*named, f"{rest} from others"] if rest else named)


def _verb(change: float) -> str:
    if abs(change) < LEAST:
        return "stayed about where it was,"
    return "fell," if change < 0 else "rose,"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
