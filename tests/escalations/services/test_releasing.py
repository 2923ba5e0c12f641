from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.selectors.tickets import tickets_waiting
from escalations.services.asking import release_ask
from escalations.services.expiry import tickets_expire_due
from governance.models import Event, Standing
from governance.refusals import ConflictError, ForbiddenError, MissingError
from governance.services.breakers import agent_freeze, agent_release
from tests.escalations.answering import approve, deny
from tests.escalations.freezing import latch, release_ticket, starve
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from governance.models import Agent, Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

MENDED = {"reason_code": "cause_mended", "reason_text": "The cap is set right now."}
UNKNOWN = {"reason_code": "cause_unknown", "reason_text": "Nobody knows why yet."}


def freeze(agent: Agent) -> None:
    agent_freeze(
        fleet=agent.fleet,
        agent_external_id=agent.external_id,
        actor="mona",
        reason="It mails customers.",
    )


def enforce(agent: Agent, enforcement: str) -> None:
    agent.enforcement = enforcement
    agent.save(update_fields=["enforcement"])


@pytest.fixture
def agent(fleet: Fleet, crew: Crew) -> Agent:
    made: Agent = AgentFactory(fleet=fleet, owner=crew.lena, external_id="refund-eu-14")
    return made


def test_a_latch_asks_two_people(agent: Agent, crew: Crew) -> None:
    latch(agent)

    ticket = release_ticket(agent)
    assert (ticket.approvals_needed, ticket.needs_manager) == (2, False)
    assert ticket.snapshot["transitions"][0]["reason"] == "Spent 120.00 USD of 100.00 USD."
    assert ticket.snapshot["agent"]["hold"] == "LATCHED"


def test_a_starved_probation_asks_one_person(agent: Agent, crew: Crew, clock: Clock) -> None:
    starve(agent, crew.mona, clock)

    ticket = release_ticket(agent)
    assert ticket.approvals_needed == 1


def test_two_people_release_into_probation_never_into_the_open(agent: Agent, crew: Crew) -> None:
    latch(agent)

    after_rita = approve(release_ticket(agent), crew.rita, **MENDED).ticket
    frozen = Standing.objects.get(agent=agent).hold
    released = approve(after_rita, crew.ravi, **MENDED).ticket

    standing = Standing.objects.get(agent=agent)
    assert frozen == "LATCHED"
    assert released.resolution == "released"
    assert (standing.hold, standing.breaker_state) == ("none", "HALF_OPEN")


def test_a_release_tells_the_ticket_and_the_breaker(agent: Agent, crew: Crew, clock: Clock) -> None:
    starve(agent, crew.mona, clock)
    before = Event.objects.count()

    approve(release_ticket(agent), crew.rita, **MENDED)

    names = list(Event.objects.order_by("seq").values_list("name", flat=True))[before:]
    assert names == ["ticket.vote_recorded", "ticket.resolved", "breaker.released_early"]


def test_one_person_may_keep_an_agent_frozen(agent: Agent, crew: Crew) -> None:
    latch(agent)

    kept = deny(release_ticket(agent), crew.rita, **UNKNOWN).ticket

    assert kept.resolution == "kept_frozen"
    assert Standing.objects.get(agent=agent).hold == "LATCHED"


def test_the_owner_never_releases_its_agent(agent: Agent, crew: Crew) -> None:
    latch(agent)

    with pytest.raises(ForbiddenError) as refused:
        approve(release_ticket(agent), crew.lena, **MENDED)

    assert refused.value.code == "owns_agent"


def test_a_released_agent_cannot_be_kept_frozen_afterwards(agent: Agent, crew: Crew) -> None:
    latch(agent)
    after_rita = approve(release_ticket(agent), crew.rita, **MENDED).ticket
    released = approve(after_rita, crew.ravi, **MENDED).ticket

    with pytest.raises(ConflictError) as refused:
        deny(released, crew.mona, **UNKNOWN)

    assert refused.value.code == "already_decided"


def test_a_second_latch_keeps_the_ticket_and_asks_as_many_as_the_stricter(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    starve(agent, crew.mona, clock)
    asked = release_ticket(agent)

    latch(agent)

    ticket = release_ticket(agent)
    assert ticket.pk == asked.pk
    assert (ticket.approvals_needed, ticket.version) == (2, 2)
    assert ticket.snapshot["transitions"][0]["reason"] == "Spent 120.00 USD of 100.00 USD."


def test_who_agreed_before_a_person_froze_the_agent_is_asked_again(
    agent: Agent, crew: Crew
) -> None:
    latch(agent)
    approve(release_ticket(agent), crew.rita, **MENDED)
    freeze(agent)

    after_ravi = approve(release_ticket(agent), crew.ravi, **MENDED).ticket
    frozen = Standing.objects.get(agent=agent).hold
    released = approve(after_ravi, crew.rita, **MENDED).ticket

    assert frozen == "LATCHED"
    assert released.resolution == "released"


def test_a_release_ticket_says_that_a_person_froze_the_agent_meanwhile(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    starve(agent, crew.mona, clock)
    read_before = release_ticket(agent)

    freeze(agent)

    ticket = release_ticket(agent)
    assert ticket.snapshot["transitions"][0]["reason"] == "Frozen by mona: It mails customers."
    told = Event.objects.get(name="ticket.tightened").payload
    assert (told["sentence"], told["votes_withdrawn"]) == ("Frozen by mona: It mails customers.", 0)
    with pytest.raises(ConflictError) as refused:
        approve(read_before, crew.rita, **MENDED)
    assert refused.value.code == "stale_version"


def test_a_freeze_by_hand_raises_what_the_release_takes(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    starve(agent, crew.mona, clock)
    # Three levels up while it was asked about: from there on a manager releases.
    row = Standing.objects.get(agent=agent)
    row.state["breaker"]["level"] = 3
    row.save(update_fields=["state"])

    freeze(agent)

    assert release_ticket(agent).needs_manager


def test_latching_again_changes_no_ticket(agent: Agent, crew: Crew) -> None:
    latch(agent)
    latch(agent)

    assert release_ticket(agent).version == 1


def test_an_agent_released_otherwise_needs_no_answer(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    starve(agent, crew.mona, clock)
    ticket = release_ticket(agent)

    agent_release(
        fleet=agent.fleet,
        agent_external_id=agent.external_id,
        user=crew.mona,
        reason="Seen to.",
    )

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reason_text) == ("CANCELLED", "Mona released the agent.")


def test_a_freeze_by_hand_asks_nobody(agent: Agent, crew: Crew) -> None:
    agent_freeze(fleet=agent.fleet, agent_external_id=agent.external_id, actor="rita")

    assert not Ticket.objects.exists()


def test_a_latch_in_shadow_leaves_a_practice_ticket_that_nobody_is_asked(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    enforce(agent, "shadow")

    latch(agent)

    ticket = release_ticket(agent)
    assert ticket.practice
    assert not tickets_waiting(now=clock()).exists()
    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.rita, **MENDED)
    assert refused.value.code == "practice_ticket"


def test_a_breaker_that_only_watches_leaves_a_practice_ticket_too(agent: Agent, crew: Crew) -> None:
    row = Standing.objects.get(agent=agent)
    row.state["breaker"]["mode"] = "SHADOW"
    row.save(update_fields=["state"])

    latch(agent)

    assert release_ticket(agent).practice


def test_a_practice_ticket_gives_way_to_a_real_one(agent: Agent, crew: Crew, clock: Clock) -> None:
    enforce(agent, "shadow")
    starve(agent, crew.mona, clock)
    practice = release_ticket(agent)
    enforce(agent, "enforce")

    latch(agent)

    practice.refresh_from_db()
    assert practice.state == "CANCELLED"
    assert release_ticket(agent).practice is False


def test_practice_does_not_keep_people_from_asking_in_earnest(agent: Agent, crew: Crew) -> None:
    enforce(agent, "shadow")
    latch(agent)
    enforce(agent, "enforce")

    asked = release_ask(fleet=agent.fleet, agent_external_id=agent.external_id, user=crew.rita)

    assert (asked.created, asked.ticket.practice) == (True, False)


def test_an_unanswered_release_stays_frozen_and_can_be_asked_again(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    latch(agent)
    clock.forward(days=1)
    tickets_expire_due()

    asked = release_ask(fleet=agent.fleet, agent_external_id=agent.external_id, user=crew.rita)

    assert Standing.objects.get(agent=agent).hold == "LATCHED"
    assert asked.created
    assert (asked.ticket.number, asked.ticket.approvals_needed) == (2, 2)


def test_an_agent_that_latches_while_its_ticket_is_overdue_is_asked_about_anew(
    agent: Agent, crew: Crew, clock: Clock
) -> None:
    starve(agent, crew.mona, clock)
    overdue = release_ticket(agent)
    clock.forward(days=1)

    latch(agent)

    overdue.refresh_from_db()
    assert overdue.state == "EXPIRED"
    assert (release_ticket(agent).number, release_ticket(agent).approvals_needed) == (2, 2)


def test_asking_again_while_asked_finds_the_ticket(agent: Agent, crew: Crew) -> None:
    latch(agent)

    asked = release_ask(fleet=agent.fleet, agent_external_id=agent.external_id, user=crew.rita)

    assert (asked.created, asked.ticket) == (False, release_ticket(agent))


def test_an_agent_that_runs_needs_no_release(agent: Agent, crew: Crew) -> None:
    with pytest.raises(ConflictError) as refused:
        release_ask(fleet=agent.fleet, agent_external_id=agent.external_id, user=crew.rita)

    assert refused.value.code == "not_frozen"


def test_only_members_ask_and_only_about_their_agents(agent: Agent, crew: Crew) -> None:
    with pytest.raises(ForbiddenError):
        release_ask(fleet=agent.fleet, agent_external_id=agent.external_id, user=crew.otto)
    with pytest.raises(MissingError):
        release_ask(fleet=agent.fleet, agent_external_id="nobody", user=crew.rita)
