from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket, Vote
from escalations.services.expiry import tickets_expire_due
from escalations.services.undoing import ticket_undo
from governance.models import Agent, Event, Standing
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from tests.escalations.finding import answer, drift

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def ticket(shop: Orchestrator) -> Ticket:
    return drift(shop)


def is_drifting(ticket: Ticket) -> bool:
    return Standing.objects.get(agent=ticket.agent).drifting


def agent_of(ticket: Ticket) -> Agent:
    return Agent.objects.get(pk=str(ticket.agent_id))


def test_a_drift_alarm_opens_one_ticket_with_its_sentence(ticket: Ticket) -> None:
    finding = ticket.snapshot["findings"][0]
    told = Event.objects.get(name="drift.found")

    assert (ticket.title, ticket.approvals_needed) == ("shop-bot drifts", 1)
    assert (finding["code"], finding["reason"]) == ("slower", told.payload["sentence"])
    assert finding["evidence"] == told.payload["evidence"]
    assert is_drifting(ticket)


def test_another_alarm_of_the_agent_grows_its_ticket(shop: Orchestrator, ticket: Ticket) -> None:
    again = drift(shop, signal="cost_usd")

    assert again.pk == ticket.pk
    assert again.version == ticket.version + 1
    assert [finding["code"] for finding in again.snapshot["findings"]] == ["dearer", "slower"]
    assert Event.objects.filter(name="ticket.grew").count() == 1


def test_nobody_decides_on_less_than_is_known(
    shop: Orchestrator, ticket: Ticket, crew: Crew
) -> None:
    drift(shop, signal="cost_usd")

    with pytest.raises(ConflictError, match="changed since you read it"):
        answer(ticket, crew.rita, "rebaseline")


def test_a_rebaseline_takes_the_present_for_normal(ticket: Ticket, crew: Crew) -> None:
    decided = answer(ticket, crew.rita, "rebaseline").ticket

    acknowledged = Event.objects.get(name="drift.acknowledged")
    assert (decided.state, decided.resolution) == ("RESOLVED", "rebaselined")
    assert acknowledged.payload["rebaselined"] is True
    assert not is_drifting(ticket)


def test_a_pause_acknowledges_and_stops_the_agent(ticket: Ticket, crew: Crew) -> None:
    decided = answer(ticket, crew.rita, "pause").ticket

    agent = agent_of(ticket)
    assert decided.resolution == "agent_paused"
    assert (agent.paused_by, agent.pause_reason) == ("rita", "Looked at its last tasks.")
    assert Event.objects.get(name="drift.acknowledged").payload["rebaselined"] is False


def test_a_manager_lowers_the_mandate_by_one_level(ticket: Ticket, crew: Crew) -> None:
    decided = answer(ticket, crew.mona, "lower_mandate").ticket

    assert decided.resolution == "mandate_lowered"
    assert agent_of(ticket).level_alone == "LOW"


def test_a_reviewer_does_not_lower_a_mandate(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ForbiddenError, match="This needs a manager; you are a reviewer"):
        answer(ticket, crew.rita, "lower_mandate")

    assert not Vote.objects.exists()


def test_a_mandate_that_is_lowest_already_is_not_lowered(
    shop: Orchestrator, ticket: Ticket, crew: Crew
) -> None:
    Agent.objects.filter(pk=str(ticket.agent_id)).update(mandate_level="LOW")

    with pytest.raises(ConflictError, match="reaches LOW alone already") as refused:
        answer(ticket, crew.mona, "lower_mandate")

    assert refused.value.code == "mandate_lowest"
    assert is_drifting(ticket)


@pytest.mark.parametrize("choice", ["rebaseline", "pause", "lower_mandate"])
def test_the_owner_of_the_agent_answers_nothing(ticket: Ticket, crew: Crew, choice: str) -> None:
    with pytest.raises(ForbiddenError, match="You own shop-bot"):
        answer(ticket, crew.lena, choice)


@pytest.mark.parametrize("choice", ["approve", "deny"])
def test_a_drift_is_not_approved_or_denied(ticket: Ticket, crew: Crew, choice: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        answer(ticket, crew.rita, choice, reason_code="other")

    assert refused.value.allowed == "rebaseline or pause or lower_mandate"


def test_the_second_to_answer_is_told_who_was_first(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.rita, "rebaseline")

    with pytest.raises(ConflictError, match="Rita decided ticket #1 first: rebaselined"):
        answer(ticket, crew.ravi, "pause")


def test_the_same_answer_again_changes_nothing(ticket: Ticket, crew: Crew) -> None:
    answer(ticket, crew.rita, "pause")

    assert answer(ticket, crew.rita, "pause").repeated
    assert Vote.objects.count() == 1


def test_what_has_acted_is_not_undone(ticket: Ticket, crew: Crew) -> None:
    decided = answer(ticket, crew.rita, "rebaseline").ticket

    with pytest.raises(ConflictError) as refused:
        ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=decided.version)

    assert refused.value.code == "already_decided"


def test_an_unanswered_drift_ticket_expires_and_the_alarm_stays(
    ticket: Ticket, clock: Clock
) -> None:
    clock.forward(minutes=1440)

    assert tickets_expire_due() == 1
    assert is_drifting(ticket)
