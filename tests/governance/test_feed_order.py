"""What processes push in any order, readers hear in the order of the fleet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from governance.feed import Notice
from governance.feed_order import FeedOrder

HOLD_S = 0.25


def notice(seq: int, fleet: str = "shop") -> Notice:
    return Notice(fleet=fleet, seq=seq, name="ticket.opened", ids={})


def numbers(notices: list[Notice]) -> list[int]:
    return [each["seq"] for each in notices]


def begun(at: int) -> FeedOrder:
    """Return an order that has let go number ``at`` of the shop."""
    order = FeedOrder(HOLD_S)
    order.take(notice(at), 0.0)
    order.overdue(HOLD_S)
    return order


def test_the_next_number_goes_at_once() -> None:
    assert numbers(begun(7).take(notice(8), 1.0)) == [8]


def test_an_early_number_waits_for_the_one_before_it() -> None:
    order = begun(7)

    assert order.take(notice(9), 1.0) == []
    assert numbers(order.take(notice(8), 1.1)) == [8, 9]
    assert order.next_due_s() is None


def test_where_nothing_is_known_yet_the_first_number_waits_a_while() -> None:
    order = FeedOrder(HOLD_S)

    assert order.take(notice(5), 1.0) == []
    assert order.take(notice(4), 1.1) == []
    assert order.next_due_s() == 1.25
    assert numbers(order.overdue(1.25)) == [4, 5]


def test_a_lost_number_holds_nothing_up_for_longer_than_a_push_may_take() -> None:
    order = begun(7)
    order.take(notice(9), 1.0)
    order.take(notice(10), 1.2)

    assert order.overdue(1.2) == []
    assert numbers(order.overdue(1.25)) == [9, 10]
    assert numbers(order.take(notice(11), 1.3)) == [11]


def test_a_number_that_was_given_up_or_told_before_passes_at_once() -> None:
    order = begun(7)
    order.take(notice(9), 1.0)
    order.overdue(1.25)

    assert numbers(order.take(notice(8), 2.0)) == [8]
    assert numbers(order.take(notice(9), 2.0)) == [9]


def test_fleets_do_not_wait_for_each_other() -> None:
    order = begun(7)
    order.take(notice(3, "bank"), 1.0)
    order.take(notice(9), 1.0)

    assert [each["fleet"] for each in order.take(notice(8), 1.1)] == ["shop", "shop"]
    assert numbers(order.overdue(1.25)) == [3]


@given(st.permutations(range(8, 20)))
def test_whatever_the_order_of_arrival_all_are_told_in_theirs(arrival: list[int]) -> None:
    order = begun(7)

    told = [seq for each in arrival for seq in numbers(order.take(notice(each), 1.0))]

    assert told == list(range(8, 20))
