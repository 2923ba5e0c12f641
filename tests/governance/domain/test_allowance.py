from __future__ import annotations

from decimal import Decimal

import pytest

from governance.domain.allowance import budget_finding, parallel_findings, spend_cap
from governance.domain.facts import MoneyFacts
from governance.domain.policy.presets import PresetLimits
from governance.domain.types import Approval, Preset
from tests.governance.domain.asking import NOW_S

DEC_31_S = 1_798_718_400.0  # 2026-12-31 12:00:00 UTC


def _money(asked: str | None, month: str | None, spent: str = "0") -> MoneyFacts:
    return MoneyFacts(
        task_budget_usd=None if asked is None else Decimal(asked),
        month_budget_usd=None if month is None else Decimal(month),
        month_spent_usd=Decimal(spent),
    )


@pytest.mark.parametrize(
    ("factor", "asked", "month", "spent", "cap"),
    [
        (1.5, "20", "1000", "0", "30"),
        (0.5, "20", "1000", "0", "10"),
        (1.5, "20", "1000", "975", "25"),
        (1.0, "20", None, "0", "20"),
        (1.0, None, "1000", "400", "600"),
        (1.0, None, "1000", "1200", "0"),
        (0.5, "0.000003", "1", "0", "0.000002"),
    ],
)
def test_the_cap_is_the_presets_share_within_the_month(
    factor: float, asked: str | None, month: str | None, spent: str, cap: str
) -> None:
    limits = PresetLimits(budget_factor=factor)

    assert spend_cap(_money(asked, month, spent), limits) == Decimal(cap)


def test_without_any_budget_there_is_no_cap() -> None:
    assert spend_cap(_money(None, None), PresetLimits()) is None


@pytest.mark.parametrize(
    ("factor", "asked", "month", "spent", "sentence"),
    [
        (
            1.5,
            "20",
            "1000",
            "0",
            "May spend up to $30.00: 1.5 × the $20.00 it asked for, by preset balanced.",
        ),
        (1.5, "20", "1000", "980", "May spend up to $20.00, the budget it asked for."),
        (1.5, "20", "1000", "979", "May spend up to $21.00, what the month has left."),
        (
            0.5,
            "20",
            "1000",
            "989",
            "May spend up to $10.00: half of the $20.00 it asked for, by preset balanced.",
        ),
        (1.5, "0", "10", "0", "May spend up to $0.00, the budget it asked for."),
        (1.0, None, "1000", "400", "May spend up to $600.00, what the month has left."),
        (1.0, None, None, "0", "No budget is declared, so nothing caps the spending."),
        (1.0, "0", "10", "10", "May spend up to $0.00, the budget it asked for."),
    ],
)
def test_a_budget_that_fits_is_said_with_its_numbers(
    factor: float, asked: str | None, month: str | None, spent: str, sentence: str
) -> None:
    limits = PresetLimits(budget_factor=factor)

    finding = budget_finding(
        _money(asked, month, spent), limits, preset=Preset.BALANCED, now_s=NOW_S
    )

    assert (finding.code, finding.asks, finding.sentence) == ("budget_ok", Approval.RUN, sentence)


@pytest.mark.parametrize(
    ("factor", "asked", "spent", "sentence"),
    [
        (1.5, "20", "980.000001", "$20.00 is asked for, $19.99 of the monthly budget is left."),
        (0.5, "20", "991", "$10.00 is asked for, $9.00 of the monthly budget is left."),
        (
            1.0,
            None,
            "1000",
            "An unstated amount is asked for, $0.00 of the monthly budget is left.",
        ),
    ],
)
def test_over_the_months_budget_is_denied(
    factor: float, asked: str | None, spent: str, sentence: str
) -> None:
    limits = PresetLimits(budget_factor=factor)

    finding = budget_finding(
        _money(asked, "1000", spent), limits, preset=Preset.BALANCED, now_s=NOW_S
    )

    assert (finding.code, finding.asks) == ("over_budget", Approval.DENY)
    assert finding.sentence == sentence


@pytest.mark.parametrize(
    ("now_s", "retry_after_s"),
    [
        # 22 November noon to 1 December: 8.5 days; 31 December noon to 1 January: half a day.
        (NOW_S, 8.5 * 86_400),
        (DEC_31_S, 43_200.0),
    ],
)
def test_a_new_month_brings_a_new_budget(now_s: float, retry_after_s: float) -> None:
    finding = budget_finding(
        _money("1", "1", "1"), PresetLimits(), preset=Preset.BALANCED, now_s=now_s
    )

    assert finding.retry_after_s == retry_after_s


def test_the_last_free_place_is_taken() -> None:
    assert parallel_findings(9, PresetLimits(), retry_after_s=10.0) == ()


def test_over_the_parallel_limit_is_denied_for_a_while() -> None:
    [finding] = parallel_findings(10, PresetLimits(), retry_after_s=10.0)

    assert (finding.code, finding.sentence) == ("over_parallel", "10 tasks open, 10 allowed.")
    assert (finding.asks, finding.retry_after_s) == (Approval.DENY, 10.0)
