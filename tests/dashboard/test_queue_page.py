from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.types import Role
from governance.models import Fleet
from governance.selectors.sequences import sequences_now
from governance.services.fleets import membership_set
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def titles(response: Any) -> list[str]:
    return [row.title for row in response.context["queue"].rows]


def test_the_most_urgent_ticket_comes_first(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(title="High")
    shop.purge(title="Critical")

    response = client_of(people.rita).get("/queue/")

    assert titles(response) == ["Critical", "High"]


def test_a_row_says_what_is_asked_by_whom_and_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(title="Refund order 4711")

    page = client_of(people.rita).get("/queue/").content.decode()

    assert "Refund order 4711" in page
    assert "refund-bot" in page
    assert "refund.issue" in page
    assert "High because it is hard to undo in production" in page


def test_tickets_of_others_are_counted_and_not_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(title="Somebody else's", requested_by="person:rita")

    queue = client_of(people.rita).get("/queue/").context["queue"]

    assert queue.rows == ()
    assert queue.others == 1


def test_the_owner_of_an_agent_finds_no_ticket_of_it_to_decide(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    queue = client_of(people.lena).get("/queue/").context["queue"]

    assert (queue.rows, queue.others) == ((), 1)


def test_a_ticket_one_has_approved_stays_in_sight_until_it_is_settled(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge()
    approve(ticket, people.rita, reauthenticated_at=clock.now)

    (row,) = client_of(people.rita).get("/queue/").context["queue"].rows

    assert row.approved_by == ("Rita Okafor",)
    assert row.why_no_claim == "You have approved this already."


def test_a_decided_ticket_is_shown_greyed_for_a_minute(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    deny(shop.refund(title="Refund order 1"), people.mona)
    client = client_of(people.rita)

    (soon,) = client.get("/queue/").context["queue"].decided
    clock.forward(seconds=61)
    later = client.get("/queue/").context["queue"]

    assert (soon.title, soon.ruling.by) == ("Refund order 1", "Mona Lind")
    assert soon.ruling.reason == "The order is paid back."
    assert later.decided == ()
    assert later.last_decision_at == clock.now.replace(second=0, minute=0)


def test_an_overdue_ticket_is_not_offered_before_the_sweeper_has_come(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    clock.forward(minutes=30)

    queue = client_of(people.rita).get("/queue/").context["queue"]

    assert queue.rows == ()


def test_tickets_that_expire_within_15_min_are_counted(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    clock.forward(minutes=15)

    queue = client_of(people.rita).get("/queue/").context["queue"]

    assert queue.expiring_soon == 1


def test_identical_requests_say_how_many_they_are(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for external_id in ("first", "second"):
        shop.refund(external_id=external_id, arguments={"order": 7}, target="order/7")

    (row,) = client_of(people.rita).get("/queue/").context["queue"].rows

    assert (row.number, row.group_size) == (1, 2)


def test_a_practice_ticket_waits_for_nobody(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")
    shop.refund()

    queue = client_of(people.rita).get("/queue/").context["queue"]

    assert (queue.rows, queue.others) == ((), 0)


def test_the_list_alone_carries_the_numbers_it_was_taken_at(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    response = client_of(people.rita).get("/queue/rows/")

    page = response.content.decode()
    assert f'data-seqs="{{&quot;shop&quot;:{sequences_now()["shop"]}}}"' in page
    assert "<html" not in page
    assert 'data-list-url="/queue/rows/"' in page


def test_a_fleets_queue_shows_that_fleet_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()
    elsewhere = people.otto.memberships.get().fleet
    membership_set(fleet=elsewhere, user=people.rita, role=Role.REVIEWER, actor="otto")

    joined = client_of(people.rita).get("/queue/").context["queue"]
    alone = client_of(people.rita).get("/f/elsewhere/queue/").context["queue"]

    assert [row.fleet_name for row in joined.rows] == ["Shop"]
    assert set(joined.seqs) == {"shop", "elsewhere"}
    assert (alone.rows, set(alone.seqs)) == ((), {"elsewhere"})


def test_the_bar_names_the_fleet_its_mode_and_its_policy(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shell = client_of(people.mona).get("/f/shop/queue/").context["shell"]

    assert (shell.fleet.name, shell.mode, shell.policy_version) == ("Shop", "ENFORCE", 1)
    assert (shell.person.name, shell.person.initials, shell.person.role) == (
        "Mona Lind",
        "ML",
        "Manager",
    )
    assert shell.socket_path == "/ws/f/shop/"


def test_a_longer_queue_costs_no_more_queries(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    shop.refund()
    with CaptureQueriesContext(connection) as short:
        client.get("/queue/")
    for _ in range(4):
        shop.refund()

    with CaptureQueriesContext(connection) as long:
        client.get("/queue/")

    assert len(long) == len(short)


def test_a_release_row_says_why_the_agent_is_frozen(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()
    shop.release()

    (row,) = client_of(people.rita).get("/queue/").context["queue"].rows

    assert (row.kind, row.level, row.agent) == ("release", "", "refund-bot")
    assert "Looks odd." in row.why


def test_an_incident_row_says_what_was_denied_and_how_bad_it_was(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.attempt()

    (row,) = client_of(people.rita).get("/queue/").context["queue"].rows

    assert row.why.startswith("Critical task, low trust, preset conservative: denied. Critical")
