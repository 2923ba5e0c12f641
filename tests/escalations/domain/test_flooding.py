from __future__ import annotations

import pytest

from escalations.domain.flooding import Asking, flood_sentence, is_flood
from governance.domain.policy.flood import FloodPolicy


@pytest.mark.parametrize(
    ("waiting", "raised", "flood"),
    [(10, 20, False), (11, 11, True), (1, 21, True)],
)
def test_more_than_ten_that_wait_or_twenty_in_ten_minutes_are_a_flood(
    waiting: int, raised: int, flood: bool
) -> None:
    assert is_flood(Asking(waiting=waiting, raised=raised), FloodPolicy()) is flood


def test_what_is_said_of_a_flood_has_both_numbers_and_both_limits() -> None:
    said = flood_sentence(Asking(waiting=11, raised=14), FloodPolicy())

    assert said == (
        "It floods people with questions: 11 wait (at most 10), 14 in the last 10 min (at most 20)."
    )
