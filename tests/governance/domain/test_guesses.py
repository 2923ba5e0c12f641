from __future__ import annotations

from datetime import timedelta

import pytest

from governance.domain.guesses import NO_ADDRESS, Limits, Wrong, address_of, held_until
from tests.clock import NOON

LIMITS = Limits(address_most=5, name_most=12, pause=timedelta(minutes=15))
HERE, THERE, ELSEWHERE = "10.0.0.1", "10.0.0.2", "10.0.0.3"


def wrong(count: int, address: str = HERE, *, minutes_ago: float = 0) -> Wrong:
    return Wrong(address=address, count=count, last_at=NOON - timedelta(minutes=minutes_ago))


def test_four_wrong_ones_hold_nobody_back() -> None:
    assert held_until([wrong(4)], address=HERE, is_known=False, limits=LIMITS, now=NOON) is None


def test_the_fifth_holds_its_address_back_for_a_quarter_of_an_hour() -> None:
    until = held_until(
        [wrong(5, minutes_ago=2)], address=HERE, is_known=True, limits=LIMITS, now=NOON
    )

    assert until == NOON + timedelta(minutes=13)


def test_it_ends_with_the_pause() -> None:
    found = [wrong(5, minutes_ago=15)]

    assert held_until(found, address=HERE, is_known=False, limits=LIMITS, now=NOON) is None


def test_one_address_does_not_lock_out_another() -> None:
    assert held_until([wrong(11)], address=THERE, is_known=False, limits=LIMITS, now=NOON) is None


def test_many_addresses_together_hold_a_name_back_for_all_it_is_not_known_from() -> None:
    found = [wrong(4, minutes_ago=9), wrong(4, THERE, minutes_ago=3), wrong(4, "10.0.0.9")]

    strange = held_until(found, address=ELSEWHERE, is_known=False, limits=LIMITS, now=NOON)
    known = held_until(found, address=ELSEWHERE, is_known=True, limits=LIMITS, now=NOON)

    assert strange == NOON + timedelta(minutes=15)
    assert known is None


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind_proxy", "found"),
    [
        ("10.0.0.1", "", False, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6", False, "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, 192.0.2.7", True, "192.0.2.7"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("10.0.0.1", "not one", True, NO_ADDRESS),
        ("", "", False, NO_ADDRESS),
        ("::ffff:192.0.2.7", "", False, "192.0.2.7"),
        ("2001:DB8::1", "", False, "2001:db8::1"),
        ("fe80::1%eth0", "", False, "fe80::1"),
    ],
)
def test_who_called_is_whom_the_connection_or_the_own_proxy_names(
    remote: str, forwarded: str, behind_proxy: bool, found: str
) -> None:
    assert address_of(remote, forwarded, behind_proxy=behind_proxy) == found


def test_whoever_has_one_address_of_a_network_of_ipv6_has_all_of_it() -> None:
    found = [wrong(3, "2001:db8::1"), wrong(2, "2001:db8::ffff:1")]

    own = held_until(found, address="2001:db8::2", is_known=False, limits=LIMITS, now=NOON)
    other = held_until(found, address="2001:db8:0:1::2", is_known=False, limits=LIMITS, now=NOON)

    assert own == NOON + timedelta(minutes=15)
    assert other is None
