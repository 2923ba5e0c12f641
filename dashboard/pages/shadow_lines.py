"""The lists of the shadow report: agents, counts by level and by reason, single tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.shadow import FrozenLine, HeldCount, LetPassLine
from dashboard.display.figures import money, share
from dashboard.display.wording import Mark, result_mark
from dashboard.pages.agent_links import agent_url
from escalations.selectors.practice import practice_numbers
from governance.domain.held_back import OUTCOMES_LEAST
from governance.domain.reasons import REASON_MEANING, ReasonCode
from governance.domain.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from governance.models import Decision, Fleet
    from governance.selectors.let_pass import FreezeNoted, LetPass, ReasonLetPass

VERDICT_MARKS = {
    Verdict.ALLOW: Mark("Runs", "check"),
    Verdict.ESCALATE: Mark("People asked", "people", "line"),
    Verdict.DENY: Mark("Denied", "x", "amber"),
}
_HELD_WORDS = {Verdict.ESCALATE: "People asked", Verdict.DENY: "Denied", Verdict.ALLOW: "Runs"}


def frozen_lines(fleet: Fleet, found: Iterable[FreezeNoted]) -> tuple[FrozenLine, ...]:
    """Return the agents that would have been frozen, as they were found."""
    return tuple(
        FrozenLine(
            agent=each.external_id,
            url=agent_url("agent", each.agent_id, fleet=fleet.slug),
            times=f"{each.times:,}",
            by_rule=f"{each.by_rule:,}" if each.by_rule else "",
            first_at=each.first_at,
            last_at=each.last_at,
            sentence=each.sentence,
        )
        for each in found
    )


def cell_counts(cells: Iterable[LetPass]) -> tuple[HeldCount, ...]:
    """Return the tasks by what would have followed and by level."""
    return tuple(
        HeldCount(
            label=_HELD_WORDS[each.would_be],
            level=each.level.value,
            tasks=f"{each.tasks:,}",
            ended=f"{each.outcomes:,}",
            failed=failed_text(each.failures, each.outcomes),
            cost=money(each.cost_usd),
        )
        for each in cells
    )


def reason_counts(reasons: Iterable[ReasonLetPass]) -> tuple[HeldCount, ...]:
    """Return the tasks by why they would have been held; one may have several reasons."""
    return tuple(
        HeldCount(
            label=_meaning(each.code),
            tasks=f"{each.tasks:,}",
            ended=f"{each.outcomes:,}",
            failed=failed_text(each.failures, each.outcomes),
        )
        for each in reasons
    )


def failed_text(failures: int, outcomes: int) -> str:
    """Return the share that failed, or that too few have ended to say."""
    if outcomes < OUTCOMES_LEAST:
        return f"not enough data ({outcomes} of {OUTCOMES_LEAST})"
    return share(failures, outcomes)


def task_lines(fleet: Fleet, decisions: Sequence[Decision]) -> tuple[LetPassLine, ...]:
    """Return the tasks that were let pass, each with its practice ticket; one query."""
    numbers = practice_numbers(task_ids=[each.task_id for each in decisions])

    def line(decision: Decision) -> LetPassLine:
        task, number = decision.task, numbers.get(decision.task_id)
        outcome = getattr(task, "outcome", None)
        return LetPassLine(
            title=task.title,
            ticket_url=(
                reverse("ticket", kwargs={"fleet": fleet.slug, "number": number}) if number else ""
            ),
            agent=decision.agent.external_id,
            agent_url=agent_url("agent", decision.agent_id, fleet=fleet.slug),
            at=decision.created_at,
            level=decision.level,
            would_be=VERDICT_MARKS[Verdict(decision.would_be)],
            reason=first_reason(decision),
            result=result_mark(outcome.result) if outcome else None,
        )

    return tuple(line(each) for each in decisions)


def first_reason(decision: Decision) -> str:
    """Return the first sentence of the gate that held something against the task."""
    held = [each for each in decision.reasons if each.get("verdict", "allow") != "allow"]
    return str(held[0]["sentence"]) if held else ""


def _meaning(code: str) -> str:
    return REASON_MEANING[ReasonCode(code)] if code in list(ReasonCode) else code
