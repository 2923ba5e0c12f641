"""Many small tasks of one kind: what their sums make of the next (docs/evidence.md, Blast radius)."""

from __future__ import annotations

from decimal import Decimal

from governance.domain.blast import BlastResult, blast_score
from governance.domain.facts import Lineage, MoneyFacts, Plan
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel
from tests.governance.domain.asking import task_of

POLICY = BlastPolicy()
MONTH = Decimal(10_000)


def nth(number: int, *, each_usd: str) -> BlastResult:
    """Return the ``number``-th task of its kind in a run of two agents, one step each."""
    before, each = number - 1, Decimal(each_usd)
    # By hand: E:P 12, W:A 4, R:E 3, D:I 3, U:I 2, F:2 3, N:1 0 and M:L 3 are 30 points.
    task = task_of(
        "W:A/R:E/D:I/X:N/U:I", plan=Plan(steps=1, agents=2), lineage=Lineage(agents=1, steps=before)
    )
    money = MoneyFacts(
        task_budget_usd=each, month_budget_usd=MONTH, lineage_spent_usd=before * each
    )
    return blast_score(task, money, POLICY)


def test_alone_such_a_task_is_medium() -> None:
    found = nth(1, each_usd="9")

    assert (found.points, found.level) == (30, BlastLevel.MEDIUM)


def test_the_twelfth_of_its_kind_is_high() -> None:
    # By hand: eleven steps are N:3, 5 points, and 11 x $9 are 0.99 %: still M:L. The twelfth makes
    # it $108, 1.08 %: M:M, 5 points more.
    before, twelfth = nth(11, each_usd="9"), nth(12, each_usd="9")

    assert (before.points, before.level) == (35, BlastLevel.MEDIUM)
    assert (twelfth.points, twelfth.level) == (40, BlastLevel.HIGH)


def test_the_twenty_second_reaches_the_floor_of_money() -> None:
    # By hand: 21 x $46 are 9.66 % of the month, 22 x $46 are 10.12 %: more than a tenth.
    before, after = nth(21, each_usd="46"), nth(22, each_usd="46")

    assert "At least High: much money is at stake." not in before.floors
    assert "At least High: much money is at stake." in after.floors
