"""What pages say while nobody sweeps: beat or worker are gone, deadlines are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.services.expiry import tickets_expire_due
from tests.dashboard.incident import words

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_a_page_says_how_late_the_sweeper_is_until_it_has_caught_up(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    rita = client_of(people.rita)
    clock.forward(minutes=30, seconds=30)
    in_time = words(rita, "/queue/")
    clock.forward(seconds=30)
    late = words(rita, "/queue/")
    tickets_expire_due()

    assert "The sweeper is" not in in_time
    assert "The sweeper is 1 min late: what is overdue is shown late." in late
    assert "The sweeper is" not in words(rita, "/queue/")
