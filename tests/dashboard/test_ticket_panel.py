from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import Role
from governance.models import Fleet
from governance.selectors.sequences import sequences_now
from governance.services.fleets import membership_remove, membership_set
from tests.dashboard.people import person
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_keys_stand_only_where_their_moves_exist(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    waiting, incident, denied = shop.refund(), shop.attempt(), shop.refund()
    deny(denied, people.mona)
    client = client_of(people.rita)

    pages = [page(client, each).content.decode() for each in (waiting, incident, denied)]

    assert ["<kbd>Z</kbd>" in each for each in pages] == [True, False, True]
    assert ['class="keys" data-while-pending hidden' in each for each in pages] == [
        False,
        False,
        True,
    ]
    assert "Why a person was asked" in pages[2]


def test_reasons_are_offered_for_what_can_be_chosen_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.freeze()

    panel = card(client_of(people.rita), ticket).panel

    assert {reason.for_choice for reason in panel.reason_codes} == {"deny", "respond"}


def test_signatures_name_who_signed_and_who_still_can(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge()
    approve(ticket, people.mona, reauthenticated_at=clock.now)

    panel = card(client_of(people.rita), ticket).panel

    assert [(sign.name, sign.word) for sign in panel.signatures] == [("Mona Lind", "approved")]
    assert panel.eligible == ("you, reviewer", "Adam Weiss, admin")
    assert panel.barred == ("not Lena Fischer: owns the agent",)


def test_who_lacks_the_same_thing_stands_on_one_line(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    petra = person("petra", "Petra", "Vogel")
    membership_set(fleet=people.fleet, user=petra, role=Role.REVIEWER, actor="adam")
    paul = person("paul", "Paul", "Zimmer")
    membership_set(fleet=people.fleet, user=paul, role=Role.REVIEWER, actor="adam")
    ticket = shop.ask("shop.refund", agent="new-bot")
    approve(ticket, people.rita)

    panel = card(client_of(people.adam), ticket).panel

    missing = [line for line in panel.barred if "must come from a manager" in line]
    assert len(missing) == 2
    assert "not Lena Fischer: owns the agent, the last approval must come from a manager" in missing
    assert any("Petra Vogel" in line and "Paul Zimmer" in line for line in missing)


def test_too_few_people_are_said_to_be_too_few(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    membership_remove(fleet=people.fleet, user=people.mona, actor="adam")
    ticket = shop.ask("shop.refund", agent="new-bot", requested_by="rita")

    panel = card(client_of(people.rita), ticket).panel

    assert panel.rule == "One of them must be a manager."
    assert panel.barred[-1].startswith("2 approvals missing, one by a manager, 1 eligible")


def test_what_one_more_approval_does_is_said_beforehand(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    panel = card(client_of(people.rita), shop.refund()).panel

    assert panel.on_approval == (
        "The last approval issues one grant: this digest, once, "
        "within 30\N{NO-BREAK SPACE}min, at most $180.00."
    )


def test_an_incident_can_only_be_acknowledged(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    panel = card(client_of(people.rita), shop.attempt()).panel

    assert [choice.label for choice in panel.choices] == ["Acknowledge"]


def test_a_withdrawn_ticket_says_so_and_offers_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.withdraw(ticket)

    text = page(client_of(people.rita), ticket).content.decode()

    assert "Withdrawn" in text
    assert "the customer called off" in text
    assert "Nobody decided." in text
    assert 'value="approve"' not in text


def test_an_expired_ticket_is_never_said_to_be_denied(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(minutes=30)

    response = page(client_of(people.rita), ticket)

    panel = response.context["ticket"].panel
    assert (panel.mark.label, panel.ruling.by) == ("Expired", "")
    assert panel.choices == ()
    assert "Denied" not in response.content.decode()


def test_a_deadline_of_another_day_is_said_with_its_day(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=11, minutes=45)

    text = page(client_of(people.rita), shop.refund()).content.decode()

    assert "of 30\u00a0min. At 3\u00a0Mar 00:15 it expires and is denied." in text
    assert "opened 23:45:00" in text


def test_what_ended_on_another_day_is_said_with_its_day(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(days=1)

    text = page(client_of(people.rita), ticket).content.decode()

    assert "2\u00a0Mar 12:30</time>. Nobody decided." in text


def test_the_panel_alone_is_drawn_with_the_number_it_was_taken_at(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).get(f"/f/shop/tickets/{ticket.number}/panel/")

    text = response.content.decode()
    assert f'data-seq="{sequences_now()["shop"]}"' in text
    assert "<html" not in text


def test_a_practice_ticket_can_be_read_and_not_answered(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")

    panel = card(client_of(people.rita), shop.refund()).panel

    assert {choice.why_off for choice in panel.choices} == {
        "It is practice: nothing was held back, nobody waits for an answer."
    }


def test_a_kept_freeze_and_a_release_are_told_apart(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()
    kept = shop.release()
    deny(kept, people.mona, reason_code="cause_unknown")
    released = shop.release()
    approve(released, people.mona, reason_code="false_alarm")
    client = client_of(people.rita)

    rulings = [card(client, ticket).panel.ruling for ticket in (kept, released)]

    assert [(ruling.by, ruling.note) for ruling in rulings] == [
        ("Mona Lind", "refund-bot stays frozen."),
        ("Mona Lind", "refund-bot is on probation."),
    ]


def test_an_acknowledged_incident_stays_denied(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = shop.attempt()
    approve(incident, people.mona, reason_code="rightly_blocked")

    ruling = card(client_of(people.rita), incident).panel.ruling

    assert (ruling.by, ruling.note) == ("Mona Lind", "The task stays denied.")
