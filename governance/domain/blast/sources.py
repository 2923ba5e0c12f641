"""What each source says of each metric of one task."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from governance.domain.blast.scale import (
    ENVIRONMENT_LETTER,
    SCALE,
    BlastMetric,
    BlastValueError,
    blast_place,
)
from governance.domain.facts import MoneyFacts, Progress, TaskFacts, ToolEntry
from governance.domain.money import usd_shown
from governance.domain.phrases import count_words, share_words
from governance.domain.policy.blast import BlastPolicy
from governance.domain.value_object import ValueObject

_TOOL_METRICS = (BlastMetric.WRITE, BlastMetric.REVERSIBILITY, BlastMetric.REACH)
_NO_PROGRESS = Progress()


class BlastSource(StrEnum):
    """Where the value of a metric comes from."""

    KEY = "key"
    REGISTRY = "registry"
    ACCOUNTS = "accounts"
    LINEAGE = "lineage and plan"
    OBSERVED = "observed"
    HISTORY = "history"
    CHANNEL = "channel"
    DECLARED = "declared"
    UNKNOWN = "unknown"


_NOT_ITS_OWN = frozenset({BlastSource.KEY, BlastSource.REGISTRY})


class Claim(ValueObject, frozen=True):
    """What one source says of one metric; ``words`` replace the value's usual meaning."""

    metric: BlastMetric
    letter: str
    source: BlastSource
    words: str = ""


class MissingSource(ValueObject, frozen=True, kw_only=True):
    """A metric that counts as worst because nothing states it, and what would help."""

    metric: BlastMetric
    field: str
    sentence: str


def worst_claims(
    task: TaskFacts, money: MoneyFacts, policy: BlastPolicy
) -> tuple[dict[BlastMetric, Claim], tuple[MissingSource, ...]]:
    """Return the worst claim for each of the nine metrics, and the metrics that have no source.

    Raises:
        BlastValueError: if a declared, registered or past value is not on its metric's scale.
    """
    worst: dict[BlastMetric, Claim] = {}
    grounded: set[BlastMetric] = set()
    for claim in _claims(task, money, policy):
        known = worst.get(claim.metric)
        place = blast_place(claim.metric, claim.letter)
        if known is None or place > blast_place(claim.metric, known.letter):
            worst[claim.metric] = claim
        # Only the accounts can bound money: a declared "no money" is not a source of its own.
        if claim.metric is not BlastMetric.MONEY or claim.source is BlastSource.ACCOUNTS:
            grounded.add(claim.metric)
    missing = tuple(
        _missing(metric, task, money) for metric in BlastMetric if metric not in grounded
    )
    for gap in missing:
        letter = SCALE[gap.metric].worst
        worst[gap.metric] = Claim(gap.metric, letter, BlastSource.UNKNOWN, "not stated")
    return worst, missing


def observed_letters(task: TaskFacts, policy: BlastPolicy) -> dict[BlastMetric, str]:
    """Return what one task really did, as far as anybody said or saw it: its part of a history.

    Its own history and guesses are left out, or a history would feed on itself; so are what the
    key binds, what the registry says of each such task anyway, and money, summed elsewhere.
    """
    worst: dict[BlastMetric, str] = {}
    for claim in _claims(replace(task, history=None), MoneyFacts(), policy):
        if claim.source in _NOT_ITS_OWN:
            continue
        known = worst.get(claim.metric)
        place = blast_place(claim.metric, claim.letter)
        if known is None or place > blast_place(claim.metric, known):
            worst[claim.metric] = claim.letter
    return worst


def _claims(task: TaskFacts, money: MoneyFacts, policy: BlastPolicy) -> Iterator[Claim]:
    progress = task.progress or _NO_PROGRESS
    yield Claim(BlastMetric.ENVIRONMENT, ENVIRONMENT_LETTER[task.environment], BlastSource.KEY)
    if task.tool_entry is not None and task.tool_entry.confirmed is not None:
        yield from _letter_claims(task.tool_entry.confirmed, BlastSource.REGISTRY)
    yield from _count_claims(task, progress)
    yield from _money_claims(money, progress, policy)
    for entry in progress.tools:
        yield from _joined_tool_claims(entry)
    if task.history is not None and task.history.tasks >= policy.history_tasks_min:
        yield from _letter_claims(task.history.metrics, BlastSource.HISTORY)
    if task.channel_input is not None:
        yield Claim(BlastMetric.INPUT, task.channel_input, BlastSource.CHANNEL)
    yield from _letter_claims(task.declared_blast, BlastSource.DECLARED)


def _letter_claims(letters: Mapping[str, str], source: BlastSource) -> Iterator[Claim]:
    for key, letter in letters.items():
        try:
            metric = BlastMetric(key)
        except ValueError as error:
            field, allowed = "blast", "one of " + ", ".join(BlastMetric)
            raise BlastValueError(field, key, allowed) from error
        yield Claim(metric, letter, source)


def _joined_tool_claims(entry: ToolEntry) -> Iterator[Claim]:
    # A tool that joins a running task is not part of what the declaration spoke of.
    if entry.confirmed is not None:
        yield from _letter_claims(entry.confirmed, BlastSource.OBSERVED)
        return
    for metric in _TOOL_METRICS:
        words = f"{entry.name} is not registered"
        yield Claim(metric, SCALE[metric].worst, BlastSource.OBSERVED, words)


def _count_claims(task: TaskFacts, progress: Progress) -> Iterator[Claim]:
    plan = task.plan
    if plan.agents is not None or progress.agents_spawned:
        # Lineage and plan both count this agent, the spawned ones do not.
        others = max((plan.agents or 1) - 1, progress.agents_spawned)
        agents = max(task.lineage.agents, 1) + others
        letter = _bracket(agents, (1, 3, 10))
        words = _with_lineage(count_words(1 + others, "agent"), 1 + others, agents)
        yield Claim(BlastMetric.FAN_OUT, letter, BlastSource.LINEAGE, words)
    if plan.steps is not None or progress.steps:
        own = max(plan.steps or 1, progress.steps)
        steps = task.lineage.steps + own
        letter = _bracket(steps, (1, 5, 20))
        words = _with_lineage(count_words(own, "step"), own, steps)
        yield Claim(BlastMetric.STEPS, letter, BlastSource.LINEAGE, words)


def _with_lineage(own_words: str, own: int, both: int) -> str:
    """Return a count of this task with that of its whole lineage, where that is more."""
    return own_words if own == both else f"{own_words}, {both:,} with its lineage"


def _bracket(count: int, limits: tuple[int, ...]) -> str:
    return str(1 + sum(count > limit for limit in limits))


def _money_claims(money: MoneyFacts, progress: Progress, policy: BlastPolicy) -> Iterator[Claim]:
    if money.month_budget_usd is None or money.task_budget_usd is None:
        return
    stake = max(money.task_budget_usd, progress.spent_usd)
    # A task that spends nothing adds nothing to what its lineage and owner have spent.
    if stake == 0:
        yield Claim(BlastMetric.MONEY, "N", BlastSource.ACCOUNTS)
        return
    month = money.month_budget_usd
    theirs = month if money.owner_budget_usd is None else money.owner_budget_usd
    of_run = _share(money.lineage_spent_usd + stake, month)
    of_owner = _share(money.owner_spent_usd + stake, theirs)
    # A run is the narrower sum: where both say the same, it explains more.
    if of_run >= of_owner:
        share, budget, others, who = of_run, month, money.lineage_spent_usd, "the rest of its run"
    else:
        share, budget, others, who = of_owner, theirs, money.owner_spent_usd, "its owner's agents"
    if share <= policy.money_low_share:
        letter = "L"
    else:
        letter = "M" if share <= policy.money_medium_share else "H"
    words = f"{share_words(share)} of {usd_shown(budget)} a month"
    if others > 0:
        words += f" with what {who} asked for in {policy.money_window_h:g} h"
    yield Claim(
        BlastMetric.MONEY,
        letter,
        BlastSource.ACCOUNTS,
        words if math.isfinite(share) else "spending without any budget",
    )


def _share(amount: Decimal, budget: Decimal) -> float:
    return float(amount / budget) if budget > 0 else math.inf


def _missing(metric: BlastMetric, task: TaskFacts, money: MoneyFacts) -> MissingSource:
    field, help_words = SCALE[metric].field, f"state {SCALE[metric].field}"
    if metric is BlastMetric.MONEY and money.month_budget_usd is None:
        field, help_words = "agent.budget_usd", "give the agent a monthly budget"
    elif metric in _TOOL_METRICS and task.tool_entry is not None:
        help_words = f"an admin must confirm {task.tool}, or {help_words}"
    elif metric in _TOOL_METRICS:
        help_words = f"register {task.tool}, or {help_words}"
    name = SCALE[metric].name.capitalize()
    return MissingSource(
        metric=metric,
        field=field,
        sentence=f"{name} is not stated and counts as worst: {help_words}.",
    )
