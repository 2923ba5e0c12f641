"""What an agent may use now, and why: its tier, the matrix, the policy version."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dashboard.cards.agent_page import LimitLine, LimitsCard
from dashboard.display.durations import day_time
from dashboard.display.figures import money, share
from governance.domain.approval import approval_words
from governance.domain.collusion.penalties import budget_left, tier_in_force
from governance.domain.phrases import share_words
from governance.domain.types import BlastLevel, TaskType, Tier
from governance.selectors.load import NO_LOAD, agent_loads
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from governance.domain.collusion.penalties import Penalty
    from governance.domain.policy import Policy
    from governance.models import Agent, Fleet


def limits_card(
    agent: Agent, earned: Tier, *, fleet: Fleet, now: datetime, since_s: float | None
) -> LimitsCard:
    """Return the limits of tier ``earned``, held since ``since_s`` (epoch seconds), or of tier low
    while a penalty stands."""
    penalty = agent.penalty(now)
    tier = tier_in_force(earned, penalty)
    version, policy = policy_in_force(fleet=fleet)
    load = agent_loads(agent_ids=[agent.pk], now=now).get(agent.pk, NO_LOAD)
    since = (
        f" since {day_time(datetime.fromtimestamp(since_s, UTC))} UTC"
        if since_s is not None
        else ", as every new agent"
    )
    held = (
        f"It is in tier {earned.value}{since}."
        if penalty is None
        else f"It is held at tier low until {day_time(penalty.until)} UTC, because collusion was"
        f" confirmed; it has earned tier {earned.value}{since}."
    )
    return LimitsCard(
        because=(
            f"{held} The matrix of policy version {version.number}"
            " turns tier and type of task into a preset; the preset sets the limits."
        ),
        mandate_note=(
            f"Its mandate comes on top: above {agent.level_alone.capitalize()} at least one"
            " person agrees, and a tool or an environment outside it is one step stricter."
        ),
        lines=tuple(_line(task_type, tier, policy) for task_type in TaskType),
        open_tasks=load.parallel,
        spent_usd=load.month_spent_usd,
        budget_usd=budget_left(agent.budget_usd, penalty),
        budget_note=_cut_words(agent, penalty),
    )


def _line(task_type: TaskType, tier: Tier, policy: Policy) -> LimitLine:
    preset = policy.matrix.cell(task_type, tier)
    limits = policy.presets.limits(preset)
    return LimitLine(
        task_type=task_type.value,
        presets=tuple(policy.matrix.cell(task_type, each).value for each in Tier),
        at=tier.rank,
        budget=_budget_words(limits.budget_factor),
        parallel=limits.parallel_max,
        audited=share(limits.audit_probability, 1),
        tax=share(limits.tax_share, 1),
        approvals=tuple(
            (level.value.capitalize(), approval_words(policy.approvals.required(preset, level)))
            for level in BlastLevel
        ),
    )


def _cut_words(agent: Agent, penalty: Penalty | None) -> str:
    if penalty is None or agent.budget_usd is None:
        return ""
    return (
        f"{share_words(penalty.budget_share)} of {money(agent.budget_usd)} while the penalty stands"
    )


def _budget_words(factor: float) -> str:
    """Return the preset's share of a budget; people never approve more than was asked for."""
    words = f"{factor:g} × the task's budget"
    return f"{words}, 1 × where people approve" if factor > 1 else words
