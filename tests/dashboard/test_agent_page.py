from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec import structs

from governance.models import Agent, Beginning, Fleet, Outcome
from governance.services.agents import agent_put
from governance.services.breakers import agent_freeze
from governance.services.probation import breakers_sweep
from tests.dashboard.shop import described

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from dashboard.cards.agent_page import AgentPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"


def url(external_id: str = "refund-bot") -> str:
    return f"/f/shop/agents/{Agent.objects.get(external_id=external_id).pk}/"


def shown(client_of: ClientOf, user: User, external_id: str = "refund-bot") -> AgentPage:
    card: AgentPage = client_of(user).get(url(external_id)).context["agent"]
    return card


def test_the_page_says_who_the_agent_is_and_what_it_is_meant_to_do(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = shown(client_of, people.rita)

    assert [(fact.label, fact.value) for fact in agent.identity][:3] == [
        ("Id", "refund-bot"),
        ("Owner", "Lena Fischer"),
        ("Registered", f"2{NBSP}Mar 12:00 UTC"),
    ]
    assert [fact.value for fact in agent.mandate] == ["shop.*", "production", "up to Medium"]


def test_limits_name_tier_matrix_cell_and_policy_version(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    limits = shown(client_of, people.rita).limits

    assert limits.because.startswith(f"It is in tier high since 11{NBSP}Feb 12:00 UTC.")
    assert "The matrix of policy version 1 turns" in limits.because
    assert [(line.task_type, line.preset, line.parallel) for line in limits.lines] == [
        ("stateless", "aggressive", 20),
        ("pipeline", "balanced", 10),
        ("coordination", "balanced", 10),
    ]
    assert [line.budget for line in limits.lines[:2]] == [
        "1.5 × the task's budget, 1 × where people approve",
        "1 × the task's budget",
    ]
    assert limits.lines[2].presets == ("balanced", "conservative", "conservative")
    assert limits.lines[0].approvals == (
        ("Low", "runs"),
        ("Medium", "runs"),
        ("High", "1 approval"),
        ("Critical", "2 approvals"),
    )


def test_trust_is_taken_apart_with_band_weight_and_n(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    success, budget, consistency = shown(client_of, people.rita).trust.components

    assert (success.name, success.weight, success.outcomes) == ("success", 60, 60)
    assert (budget.name, budget.weight, budget.outcomes) == ("budget", 25, 60)
    # The first ten of a class only teach what is usual.
    assert (consistency.name, consistency.weight, consistency.outcomes) == ("consistency", 15, 50)
    assert success.score is not None
    assert success.low < success.score < success.high


def test_a_new_agent_shows_no_score_and_says_what_the_next_tier_asks(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.rita).get(url("new-bot"))
    agent = response.context["agent"]

    assert agent.summary.startswith("Runs freely. Not enough data for a score (0 of 10 outcomes)")
    assert agent.trust.next_tier == "medium"
    assert [(need.about, need.is_met) for need in agent.trust.needs][:2] == [
        ("Evidence", False),
        ("Time in its tier", False),
    ]
    assert [part.weight for part in agent.trust.components] == [0, 0, 0]
    assert "not measured" in response.content.decode()


def test_a_trip_is_explained_by_its_counts_and_costs_the_tier(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    agent = shown(client_of, people.rita)

    assert agent.status.sentence.startswith("4 of the last 4 tasks failed; normal for this agent:")
    assert agent.status.next_step == "Then probation: one task of level Low at a time."
    assert [(move.mark.label, move.change) for move in agent.moves][:2] == [
        ("Tier fell", "high \N{RIGHTWARDS ARROW} low"),
        ("Tripped", "closed \N{RIGHTWARDS ARROW} frozen"),
    ]
    assert (agent.moves[1].by, agent.moves[1].note) == ("the detector", "policy v1")


def test_probation_shows_its_probes_and_how_many_are_still_needed(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    clock.forward(minutes=17)
    breakers_sweep()
    shop.probe()

    status = shown(client_of, people.rita).status

    assert status.mark.label == "Probation, 1 of 6"
    assert status.probation is not None
    assert status.probation.marks == ("clean", "open", "open", "open", "open", "open")
    assert status.next_step.startswith(f"5{NBSP}more clean probes in a row close the breaker")


def test_a_latch_leads_to_its_release_ticket(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.latch()

    response = client_of(people.rita).get(url())
    status = response.context["agent"].status

    assert status.mark.label == "Latched"
    assert (status.ticket_number, status.ticket_url) == (
        ticket.number,
        f"/f/shop/tickets/{ticket.number}/",
    )
    assert status.ticket_note == f"0 of 2{NBSP}approvals, one by a manager"
    assert f'href="/f/shop/tickets/{ticket.number}/"' in response.content.decode()


def test_a_freeze_by_hand_names_the_person_in_full(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()

    agent = shown(client_of, people.rita)

    assert agent.status.mark.label == "Frozen by Mona Lind"
    assert agent.status.sentence == "Frozen by Mona Lind: Looks odd."
    assert agent.moves[0].sentence == "Frozen by Mona Lind: Looks odd."


def test_the_key_that_froze_an_agent_is_called_a_key(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent_freeze(
        fleet=people.fleet, agent_external_id="refund-bot", actor="key:guard", reason="Loop."
    )

    agent = shown(client_of, people.rita)

    assert agent.status.mark.label == "Frozen by API key guard"


def test_outcomes_decisions_and_tickets_are_there_newest_first(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund(title="Refund order 4711")
    clock.forward(minutes=1)
    shop.purge(title="Purge the attic")

    agent = shown(client_of, people.rita)

    assert [decision.title for decision in agent.decisions] == [
        "Purge the attic",
        "Refund order 4711",
    ]
    assert agent.decisions[1].mark.label == "Asked people"
    assert agent.decisions[1].reasons[0].startswith("High task, high trust, preset aggressive")
    assert [line.number for line in agent.tickets] == [ticket.number + 1, ticket.number]
    assert (len(agent.outcomes), agent.outcomes[0].task_id) == (20, "old-59")


@pytest.mark.parametrize("visible", ["queue", "ticket"])
def test_agents_names_lead_to_their_page(
    shop: Shop, people: People, client_of: ClientOf, visible: str
) -> None:
    ticket = shop.refund()
    pages = {"queue": "/queue/", "ticket": f"/f/shop/tickets/{ticket.number}/"}

    page = client_of(people.rita).get(pages[visible]).content.decode()

    assert f'href="{url()}"' in page


def test_a_busy_agent_costs_no_more_queries_than_a_quiet_one(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client, address = client_of(people.rita), url()
    shop.refund()
    shop.trip()
    client.get(address)
    with CaptureQueriesContext(connection) as quiet:
        client.get(address)
    for _ in range(4):
        clock.forward(minutes=1)
        shop.attempt()
        shop.trip("new-bot")

    with CaptureQueriesContext(connection) as busy:
        client.get(address)

    assert len(busy) == len(quiet)
    assert len(busy) <= 35


def test_the_parts_alone_carry_the_number_they_were_taken_at(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    seq = Fleet.objects.get(slug="shop").event_seq

    page = client_of(people.rita).get(f"{url()}parts/").content.decode()

    assert f'data-seq="{seq}"' in page
    assert "<html" not in page


@pytest.mark.parametrize("piece", ["", "parts/", "row/", "controls/"])
def test_an_agent_of_another_fleet_is_not_there(
    shop: Shop, people: People, client_of: ClientOf, piece: str
) -> None:
    shop.join_elsewhere(people.rita)
    elsewhere = url().replace("/f/shop/", "/f/elsewhere/")

    answers: list[Any] = [
        client_of(people.otto).get(url() + piece),
        client_of(people.rita).get(elsewhere + piece),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_changed_mandate_is_among_the_moves(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    body = described("refund-bot")
    agent_put(
        key=shop.key,
        external_id="refund-bot",
        body=structs.replace(body, template="refunds", model="model-9"),
    )

    agent = shown(client_of, people.rita)

    assert agent.moves[0].mark.label == "Changed"
    assert agent.moves[0].sentence == "Changed: model, template."
    assert [(fact.label, fact.value) for fact in agent.identity][4:] == [
        ("Template", "refunds"),
        ("Model", "model-9"),
    ]


def test_outcomes_say_what_is_special_about_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Outcome.objects.filter(task_external_id="old-59").update(
        late=True, is_probe=True, self_report=True, error_code="http_500"
    )

    agent = shown(client_of, people.rita)

    assert agent.outcomes[0].notes == (
        "late: its breaker did not move",
        "probe",
        "reported by itself",
        "error http_500",
    )


def test_the_score_says_which_outcomes_moved_it_and_from_whom(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    score = shown(client_of, people.rita).score

    assert "8 failed or partial outcomes made \N{MINUS SIGN}" in score.summary
    assert score.lines[0].change.startswith("\N{MINUS SIGN}")
    assert score.lines[0].sentence.startswith("A failure from ")
    assert "where the rest of the fleet fails 10 % of such tasks. Success 0." in (
        score.lines[0].sentence
    )


def test_a_change_of_tier_says_what_the_outcomes_before_it_did(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()

    fell = next(
        move for move in shown(client_of, people.rita).moves if move.mark.label == "Tier fell"
    )

    assert "outcomes before it" in fell.sentence
    assert "failed in whole or in part:" in fell.sentence
    assert "Success 0." in fell.sentence


def test_an_agent_without_a_score_has_no_moves_of_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = shown(client_of, people.rita, "new-bot")

    assert (agent.score.summary, agent.score.lines) == ("", ())
    assert agent.trust.start == "Its trust starts at 0.90, as for any agent of the fleet."


def test_a_start_that_its_kin_moved_is_told_beside_that_at_registration(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    sentence = "Its trust starts at 0.95, because 3 other agents fail less."
    Beginning.objects.filter(agent__external_id="new-bot").update(sentence=sentence)

    start = shown(client_of, people.rita, "new-bot").trust.start

    assert start == (
        "Its trust starts at 0.90, as for any agent of the fleet. That follows its kin; when it"
        f" was registered, it was: “{sentence}”"
    )
