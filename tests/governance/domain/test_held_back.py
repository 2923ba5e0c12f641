import pytest

from governance.domain.held_back import failures_stopped


def test_what_was_held_back_would_have_failed_as_often_as_what_ran() -> None:
    assert failures_stopped(40, outcomes=200, failures=10) == 2.0


def test_nothing_is_said_from_fewer_than_ten_outcomes() -> None:
    assert failures_stopped(40, outcomes=9, failures=9) is None
    assert failures_stopped(40, outcomes=10, failures=1) == 4.0


@pytest.mark.parametrize("counts", [(-1, 10, 0), (1, 10, 11), (1, -1, -1)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    held_back, outcomes, failures = counts

    with pytest.raises(ValueError, match="counts must be >= 0"):
        failures_stopped(held_back, outcomes=outcomes, failures=failures)
