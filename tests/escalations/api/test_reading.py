from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Scope
from tests.escalations.answering import deny
from tests.escalations.api.caller import TicketCaller
from tests.escalations.asking import attempt_denied, task_asked
from tests.escalations.freezing import latch
from tests.factories import AgentFactory, FleetFactory, MembershipFactory, UserFactory
from tests.governance.api.http import Api, key_api, person_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_a_ticket_is_read_with_what_reviewers_are_shown(
    fleet: Fleet, crew: Crew, rita: TicketCaller
) -> None:
    ticket = task_asked(fleet, crew.lena)

    body = rita.read(ticket).json()

    assert (body["number"], body["kind"], body["state"]) == (1, "task", "PENDING")
    assert body["shown"]["task"]["arguments"] == '{"amount_usd":"180.00","order":4711}'
    assert body["action_digest"] == ticket.action_digest
    assert body["decide_by"] == "2026-03-02T12:30:00Z"
    assert body["policy_version"] == 1


def test_an_overdue_ticket_reads_as_expired_swept_or_not(
    fleet: Fleet, crew: Crew, rita: TicketCaller, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    body = rita.read(ticket).json()

    assert (body["state"], body["resolution"], body["resolved_by"]) == ("EXPIRED", "", "")


def test_tickets_are_listed_by_page_newest_first(
    fleet: Fleet, crew: Crew, rita: TicketCaller
) -> None:
    for _ in range(3):
        task_asked(fleet, crew.lena)

    first = rita.list("?limit=2").json()
    second = rita.list(f"?limit=2&cursor={first['next_cursor']}").json()

    assert [ticket["number"] for ticket in first["tickets"]] == [3, 2]
    assert [ticket["number"] for ticket in second["tickets"]] == [1]
    assert second["next_cursor"] is None


def test_tickets_are_filtered_by_state_and_kind(
    fleet: Fleet, crew: Crew, rita: TicketCaller
) -> None:
    deny(task_asked(fleet, crew.lena), crew.rita)
    task_asked(fleet, crew.lena)
    attempt_denied(fleet, crew.lena)

    pending = rita.list("?state=pending&kind=task").json()["tickets"]

    assert [ticket["number"] for ticket in pending] == [2]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?state=open", "state"),
        ("?kind=opinion", "kind"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=²", "limit"),
        ("?cursor=-1", "cursor"),
        ("?cursor=99999999999999999999", "cursor"),
    ],
)
def test_an_unusable_filter_names_itself(rita: TicketCaller, query: str, field: str) -> None:
    refused = rita.list(query)

    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert refused.json()["allowed"]


def test_a_key_with_scope_read_reads(fleet: Fleet, crew: Crew) -> None:
    reader = TicketCaller(key_api(fleet, [Scope.READ]))
    ticket = task_asked(fleet, crew.lena)

    assert reader.read(ticket).status_code == 200
    assert reader.list().json()["tickets"][0]["number"] == 1


def test_a_key_without_scope_read_does_not(fleet: Fleet, crew: Crew) -> None:
    blind = TicketCaller(key_api(fleet, [Scope.GATE, Scope.REPORT]))
    ticket = task_asked(fleet, crew.lena)

    refusals = [blind.read(ticket), blind.list()]

    assert [(r.status_code, r.json()["code"]) for r in refusals] == [(403, "scope_missing")] * 2


def test_another_fleets_key_finds_nothing(fleet: Fleet, crew: Crew) -> None:
    stranger = TicketCaller(key_api(FleetFactory()))
    ticket = task_asked(fleet, crew.lena)

    assert stranger.read(ticket).status_code == 404
    assert stranger.list().json() == {"tickets": [], "next_cursor": None}


def test_a_person_of_two_fleets_says_which(fleet: Fleet, crew: Crew) -> None:
    MembershipFactory(user=crew.rita, fleet=FleetFactory(slug="lab"))
    rita = TicketCaller(person_api(crew.rita))
    task_asked(fleet, crew.lena)

    unclear = rita.list()
    clear = rita.list("?fleet=shop")

    assert (unclear.status_code, unclear.json()["code"]) == (422, "fleet_ambiguous")
    assert len(clear.json()["tickets"]) == 1


def test_otto_the_outsider_reads_nothing(fleet: Fleet, crew: Crew) -> None:
    otto = TicketCaller(person_api(crew.otto))
    ticket = task_asked(fleet, crew.lena)

    assert otto.api.get(f"tickets/{ticket.pk}?fleet=shop").status_code == 404
    assert otto.list("?fleet=shop").status_code == 404


def test_without_signing_in_nothing_is_read(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    assert TicketCaller(Api()).read(ticket).status_code == 401


@pytest.mark.parametrize("ticket_id", [str(uuid.UUID(int=7)), "812", "nonsense"])
def test_an_unknown_ticket_is_a_problem_document(rita: TicketCaller, ticket_id: str) -> None:
    refused = rita.api.get(f"tickets/{ticket_id}")

    assert refused.status_code == 404
    assert refused["Content-Type"] == "application/problem+json"


def test_a_person_asks_once_more_for_a_release(
    fleet: Fleet, crew: Crew, rita: TicketCaller, key: TicketCaller
) -> None:
    agent = AgentFactory(fleet=fleet, owner=UserFactory(), external_id="refund-eu-14")
    body = {"kind": "release", "agent": "refund-eu-14"}
    runs = rita.api.post("tickets", body)
    latch(agent)

    asked = rita.api.post("tickets", body)
    refused = key.api.post("tickets", body)

    assert (runs.status_code, runs.json()["code"]) == (409, "not_frozen")
    assert (asked.status_code, asked.json()["kind"]) == (200, "release")
    assert (refused.status_code, refused.json()["code"]) == (403, "person_required")


def test_a_release_asked_for_anew_is_created(
    fleet: Fleet, crew: Crew, rita: TicketCaller, clock: Clock
) -> None:
    agent = AgentFactory(fleet=fleet, owner=UserFactory(), external_id="refund-eu-14")
    latch(agent)
    clock.forward(days=1)
    rita = TicketCaller(person_api(crew.rita))
    rita.api.post("tickets", {"kind": "release", "agent": "refund-eu-14"})

    listed = rita.list("?kind=release").json()["tickets"]

    assert [ticket["state"] for ticket in listed] == ["PENDING", "EXPIRED"]
