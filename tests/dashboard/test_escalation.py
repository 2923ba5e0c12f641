from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.services.escalating import tickets_escalate_due
from governance.domain.types import Role
from governance.services.fleets import membership_set
from tests.dashboard.incident import words
from tests.dashboard.people import person
from tests.dashboard.ticket_page import card

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

PAGE = "/f/shop/escalation/"
JSON = {"Accept": "application/json"}


def form(**fields: Any) -> dict[str, Any]:
    """Return the form as an admin fills it in: rita, then mona, then the admins."""
    return {
        "people_1": "rita",
        "people_2": " mona ,",
        "share_2": "40",
        "roles_3": ["admin"],
        "share_3": "80",
        "reason": "Rita watches refunds.",
        "replaces": "0",
        "idempotency_key": "k-1",
        **fields,
    }


def test_a_ticket_says_who_is_called_and_when_the_next_level_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    page = words(client_of(people.rita), f"/f/shop/tickets/{ticket.number}/")

    assert (
        "Called now, with level 1 of 3: you. Level 2 is called at 12:15:00 UTC at the"
        " latest. Every reviewer, manager and admin of Shop may answer." in page
    )
    # Lena owns the agent: she is on the level and was not called.
    assert page.count("may answer.") == 1


def test_an_escalated_ticket_says_since_when_why_and_who(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    rita = client_of(people.rita)
    before = card(rita, ticket).panel
    clock.forward(minutes=15)
    tickets_escalate_due()

    page, after = words(rita, f"/f/shop/tickets/{ticket.number}/"), card(rita, ticket).panel

    assert (
        "With level 2 of 3 since 12:15:00 UTC. 50 % of the time to decide is over. Called: Mona"
        " Lind. Level 3 is called at 12:24:00 at the latest. Every reviewer, manager and admin of"
        " Shop may answer." in page
    )
    # An open page draws it again although the ticket's version is the same.
    assert (before.version, before.sign != after.sign) == (after.version, True)
    assert after.said.endswith("claimed by nobody, with level 2 of 3.")


def test_only_who_was_called_later_finds_it_among_what_was_escalated_to_them(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    clock.forward(minutes=14)
    shop.refund()
    clock.forward(minutes=1)
    tickets_escalate_due()

    def numbers(name: str) -> list[int]:
        queue = client_of(getattr(people, name)).get("/queue/?view=escalated").context["queue"]
        return [row.number for row in queue.rows]

    assert (numbers("rita"), numbers("mona"), numbers("adam")) == ([], [1], [])


def test_a_row_of_the_queue_says_that_it_was_escalated(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    clock.forward(minutes=15)
    tickets_escalate_due()

    response = client_of(people.mona).get("/queue/?view=escalated")

    assert "With level 2 of 3 since" in response.content.decode()
    assert response.context["queue"].rows[0].said == ("#1: claimed by nobody, with level 2 of 3.")
    assert response.context["queue"].filters.said == ("escalated to you",)


def test_the_page_shows_the_policy_in_force_and_whom_it_calls_today(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = words(client_of(people.rita), PAGE)

    assert "The product's own: nobody has changed it in this fleet." in page.replace("&#x27;", "'")
    assert "Level 1 At once Every reviewer Today: Lena Fischer, Rita Okafor" in page
    assert "Level 2 After 50 % of the time to decide Every manager" in page
    assert "Only an admin may change the policy; you are a reviewer." in page


def test_an_admin_puts_a_policy_in_force(shop: Shop, people: People, client_of: ClientOf) -> None:
    adam = client_of(people.adam)

    response = adam.post(f"{PAGE}publish/", form())

    page = words(adam, PAGE)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert "Number 1, published by Adam Weiss" in page
    assert "Level 2 After 40 % of the time to decide Mona Lind Today: Mona Lind" in page
    assert "Level 3 After 80 % of the time to decide Every admin" in page
    assert "Rita watches refunds." in page


def test_a_script_is_told_what_it_did(shop: Shop, people: People, client_of: ClientOf) -> None:
    response = client_of(people.adam).post(f"{PAGE}publish/", form(), headers=JSON)

    assert response.json()["then"] == "It counts for tickets that open from now on."


def test_a_refusal_names_the_level_and_loses_nothing_that_was_typed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    typed = form(people_2="rita, nobody", share_2="later")

    no_share = client_of(people.adam).post(f"{PAGE}publish/", typed)
    nobody = client_of(people.adam).post(f"{PAGE}publish/", {**typed, "share_2": "40"})

    shown = no_share.context["escalation"].form
    assert (no_share.status_code, nobody.status_code) == (422, 422)
    assert "say after how much of the time to decide it is called" in shown.problem
    assert [row.is_wrong for row in shown.rows] == [False, True, False]
    assert (shown.rows[1].people, shown.rows[1].share) == ("rita, nobody", "later")
    assert shown.typed_reason == "Rita watches refunds."
    shown = nobody.context["escalation"].form
    assert "the fleet has no member nobody" in shown.problem
    assert [row.is_wrong for row in shown.rows] == [False, True, False]


def test_a_form_read_before_another_policy_is_refused_with_its_words_kept(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    adam.post(f"{PAGE}publish/", form())

    late = adam.post(f"{PAGE}publish/", form(share_2="30", idempotency_key="k-2"))

    shown = late.context["escalation"].form
    assert (late.status_code, shown.rows[1].share, shown.replaces) == (409, "30", 1)
    assert "you saw number 0, number 1 is in force, published by adam." in shown.problem


def test_a_form_that_does_not_say_what_it_replaces_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    refused = client_of(people.adam).post(f"{PAGE}publish/", form(replaces="1x"), headers=JSON)

    assert (refused.status_code, refused.json()["field"]) == (422, "replaces")


def test_only_an_admin_changes_it_and_no_link_does(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    by_mona = client_of(people.mona).post(f"{PAGE}publish/", form())
    by_otto = client_of(people.otto).post(f"{PAGE}publish/", form())
    by_stranger = client_of(None).post(f"{PAGE}publish/", form(), headers=JSON)
    by_link = client_of(people.adam).get(f"{PAGE}publish/")

    answers = (by_mona, by_otto, by_stranger, by_link)
    assert [each.status_code for each in answers] == [403, 404, 401, 302]


def test_many_called_are_named_in_part(shop: Shop, people: People, client_of: ClientOf) -> None:
    for name in ("ben", "cem", "dan", "eva", "fay"):
        user = person(name, name.capitalize(), "Berg")
        membership_set(fleet=people.fleet, user=user, role=Role.REVIEWER, actor="adam")
    ticket = shop.refund()

    note = card(client_of(people.rita), ticket).panel.escalation

    assert (len(note.called), note.called[-1]) == (6, "1 other")


def test_a_reviewer_calls_the_next_level_from_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    rita = client_of(people.rita)
    offered = card(rita, ticket).panel.holding
    sent = {
        "form": "escalate",
        "version": "1",
        "idempotency_key": "k-1",
        "level": str(offered.next_level),
        "text": "Too large\r\nfor me.",
    }

    for _ in range(2):
        rita.post(offered.escalate.url, sent)

    page = words(rita, f"/f/shop/tickets/{ticket.number}/")
    assert (offered.next_level, offered.next_called) == (2, ("Mona Lind",))
    assert "With level 2 of 3 since 12:00:00 UTC. Rita Okafor called level 2: Too large" in page
    assert "This calls level 3 at once: Adam" in page


def test_on_the_last_level_the_page_says_that_nobody_is_left(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(minutes=24)
    tickets_escalate_due()

    offered = card(client_of(people.rita), ticket).panel.holding

    assert offered.escalate.why_off == "It is with its last level: nobody else is left to call."
    assert (offered.next_level, offered.next_called) == (0, ())


@pytest.mark.parametrize("level", ["", "two", "-1", "22"])
def test_a_level_that_is_none_is_said_and_the_reason_is_kept(
    shop: Shop, people: People, client_of: ClientOf, level: str
) -> None:
    ticket = shop.refund()
    sent = {"form": "escalate", "idempotency_key": "k-1", "level": level, "text": "Too large."}

    refused = client_of(people.rita).post(f"/f/shop/tickets/{ticket.number}/escalate/", sent)

    form = refused.context["ticket"].panel.holding.escalate
    assert (refused.status_code, form.typed) == (422, "Too large.")
    assert form.problem == "Not recorded. Say which level you call."
