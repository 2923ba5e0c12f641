from governance.domain.backtest.answers import Ending
from governance.domain.types import BlastLevel, Verdict
from tests.governance.domain.backtest.answering import (
    DENIED,
    ONE,
    RUNS,
    TWO,
    answer,
    compared,
    report_of,
    tally_of,
)

CRITICAL = answer(Verdict.ESCALATE, 2, level=BlastLevel.CRITICAL)
CRITICAL_RUNS = answer(Verdict.ALLOW, level=BlastLevel.CRITICAL)


def numbers(*decisions: object) -> list[int]:
    report = report_of(tally_of(*decisions))  # type: ignore[arg-type]
    return [case.decision_id.int for case in report.cases]


def test_critical_tasks_and_failures_stopped_come_first() -> None:
    assert numbers(
        compared(RUNS, DENIED, Ending.SUCCEEDED, number=1),
        compared(RUNS, ONE, Ending.FAILED, number=2),
        compared(CRITICAL, CRITICAL_RUNS, Ending.SUCCEEDED, number=3),
        compared(RUNS, DENIED, Ending.FAILED, number=4),
        compared(ONE, TWO, Ending.SUCCEEDED, number=5),
    ) == [4, 3, 2, 1, 5]


def test_of_equal_cases_the_earlier_comes_first() -> None:
    assert numbers(
        compared(RUNS, DENIED, Ending.FAILED, number=1, day=3),
        compared(RUNS, DENIED, Ending.FAILED, number=2, day=1),
    ) == [2, 1]


def test_what_never_ran_counts_little_when_it_is_stopped() -> None:
    assert numbers(
        compared(ONE, DENIED, Ending.REFUSED, number=1),
        compared(RUNS, ONE, Ending.SUCCEEDED, number=2),
    ) == [2, 1]


def test_ten_cases_are_kept() -> None:
    many = [
        compared(RUNS, DENIED, Ending.FAILED if n % 2 else Ending.SUCCEEDED, number=n, day=n / 10)
        for n in range(1, 41)
    ]

    assert numbers(*many) == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]


def test_a_case_tells_both_answers_and_the_sentences_that_decided() -> None:
    report = report_of(
        tally_of(
            compared(
                answer(Verdict.ALLOW, reason="Runs freely."),
                answer(Verdict.DENY, reason="Tier low."),
                Ending.FAILED,
                number=9,
                agent="scout",
                owner="anna",
            )
        )
    )

    case = report.cases[0]

    assert (case.base.value, case.draft.value) == ("runs", "denied")
    assert (case.base_reason, case.draft_reason) == ("Runs freely.", "Tier low.")
    assert (case.agent, case.owner, case.task_id.int, case.ending) == (
        "scout",
        "anna",
        1009,
        Ending.FAILED,
    )
