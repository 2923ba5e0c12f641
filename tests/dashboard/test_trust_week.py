"""The agent's last seven days on a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.trust_week import TrustWeek
from dashboard.display.sparkline import Region
from escalations.models import Ticket
from governance.models import Agent
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import AGENT
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import deny
from tests.escalations.finding import answer
from tests.governance.services.colluding import members_set

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"


def week(client: Client, ticket: Ticket) -> TrustWeek:
    shown = card(client, ticket).agent.week
    assert isinstance(shown, TrustWeek)
    return shown


def test_scores_of_seven_days_are_drawn_and_counted(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shown = week(client_of(people.rita), shop.refund())

    # One task every 12 h; at noon seven days ago, and up to midnight today: 14 of them.
    assert (shown.days, shown.scores) == (7, 14)
    # Half a day apart is no gap.
    assert len(shown.paths) == 1
    assert shown.frozen == ()
    assert shown.summary.endswith(
        f"0{NBSP}trips, 0{NBSP}freezes, 0{NBSP}penalties, 0{NBSP}decisions."
    )


def test_the_drawing_says_in_words_what_it_shows(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = page(client_of(people.rita), shop.refund()).content.decode()

    assert 'aria-label="Trust of refund-bot, 7 days. From 0.9' in text
    assert f"n&nbsp;=&nbsp;14{NBSP}scored tasks" in text
    assert f'<a href="/f/shop/agents/{Agent.objects.get(external_id=AGENT).pk}/">All of' in text


def test_an_agent_with_too_few_outcomes_has_no_line_but_a_sentence(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.probe("new-bot")

    shown = week(client_of(people.rita), shop.attempt())

    assert (shown.paths, shown.scores) == ((), 0)
    assert shown.summary.startswith(f"Not enough data (1{NBSP}of{NBSP}10).")


def test_scores_from_before_there_were_enough_outcomes_are_a_gap(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for _ in range(12):
        shop.probe("new-bot")

    shown = week(client_of(people.rita), shop.attempt())

    # After the tenth, the eleventh and the twelfth.
    assert shown.scores == 3


def test_a_freeze_by_hand_is_a_trip_and_a_region_until_now(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    shop.freeze()
    # 1.68 h are one percent of seven days.
    clock.forward(hours=1.68)

    shown = week(client_of(people.rita), ticket)

    assert shown.frozen == (Region(99.0, 1.0),)
    assert [(event.kind, event.words) for event in shown.events] == [
        ("trip", "Frozen by Mona Lind: Looks odd.")
    ]
    assert shown.kinds == ("trip",)


def test_a_freeze_from_before_these_days_is_still_a_region(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    shop.freeze()
    clock.forward(days=8)

    shown = week(client_of(people.rita), ticket)

    assert shown.frozen == (Region(0.0, 100.0),)
    assert shown.summary.startswith("No task was scored in these days.")


def test_answers_of_people_are_marked(shop: Shop, people: People, client_of: ClientOf) -> None:
    deny(shop.refund(), people.mona)

    shown = week(client_of(people.rita), shop.refund())

    assert [(event.kind, event.words) for event in shown.events] == [
        ("decision", "Denied by people.")
    ]


def test_a_confirmed_ring_is_marked_as_a_penalty(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    members_set(ring, Agent.objects.get(name="Buyer"), Agent.objects.get(external_id=AGENT))
    answer(Ticket.objects.get(kind="collusion", subject=ring.pk), people.mona, "confirm")

    shown = week(client_of(people.rita), shop.refund())

    assert [event.kind for event in shown.events] == ["penalty"]
