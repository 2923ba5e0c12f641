from __future__ import annotations

import pytest

from config.simulation.resume import last_existing


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 1_000])
def test_the_last_of_any_number_is_found(count: int) -> None:
    assert last_existing(lambda number: number < count) == count - 1


def test_a_thousand_take_twenty_questions() -> None:
    asked: list[int] = []

    def exists(number: int) -> bool:
        asked.append(number)
        return number < 1_000

    last_existing(exists)

    # 0 and 1, then 2 to 1,024 in ten doublings, then nine halvings of 512 to 1,024.
    assert len(asked) == 21
