from __future__ import annotations

from governance.domain.limits import at_least, at_most


def test_a_number_below_the_least_is_the_least() -> None:
    assert (at_least(1.0, 2.0), at_least(2.0, 2.0), at_least(3.0, 2.0)) == (2.0, 2.0, 3.0)


def test_a_number_above_the_most_is_the_most() -> None:
    assert (at_most(3.0, 2.0), at_most(2.0, 2.0), at_most(1.0, 2.0)) == (2.0, 2.0, 1.0)
