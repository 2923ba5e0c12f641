from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from escalations.models import PreApproval, Ticket
from escalations.selectors.agent_tickets import answers_since
from escalations.selectors.ended import decided_last_at
from escalations.services.preapprovals import preapproval_revoke
from escalations.services.reopening import ticket_reopen
from governance.domain.types import Enforcement, Environment, Role
from governance.events import TierChanged
from governance.models import Agent, Event, Grant, Membership, Task
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from governance.services.events import events_publish
from governance.services.mandates import mandate_lower_step
from tests.clock import NOON
from tests.escalations.answering import approve, deny
from tests.escalations.preapproving import NOTE, REASON, rule_made

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def shop(shop: Orchestrator) -> Orchestrator:
    """With a tool whose use is Medium: the new agent needs one approval for it."""
    shop.tool_new("note", NOTE)
    return shop


@pytest.fixture
def rule(shop: Orchestrator, fleet: Fleet, crew: Crew) -> PreApproval:
    return rule_made(fleet, crew.mona)


def asked(shop: Orchestrator, **fields: Any) -> Ticket:
    """Return the ticket of a task that the orchestrator asks for now."""
    return Ticket.objects.get(task=shop.ask("note", **fields).task)


def withdrawn(shop: Orchestrator, ticket: Ticket) -> str:
    """Return the state of a ticket whose task then makes room for the next."""
    task_cancel(key=shop.key, task_id=str(ticket.task_id), reason="Never mind.")
    return ticket.state


def test_without_a_rule_people_are_asked(shop: Orchestrator) -> None:
    assert asked(shop).state == "PENDING"


def test_what_a_rule_names_has_a_closed_ticket_that_names_it(
    shop: Orchestrator, rule: PreApproval
) -> None:
    ticket = asked(shop)

    assert (ticket.state, ticket.resolution) == ("RESOLVED", "approved")
    assert (ticket.preapproval, ticket.resolved_by) == (rule, "rule #1 (mona)")
    assert (ticket.reason_code, ticket.reason_text) == ("pre_approved", REASON)
    assert ticket.resolved_at == ticket.opened_at == NOON
    assert not ticket.votes.exists()


def test_what_a_rule_approved_is_no_answer_of_people(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet
) -> None:
    ticket = asked(shop)

    assert ticket.agent is not None
    assert decided_last_at(fleet_ids=[fleet.pk]) is None
    assert answers_since(agent=ticket.agent, since=NOON) == []


def test_what_people_approve_after_a_rule_outlives_the_rule(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet, crew: Crew
) -> None:
    denied = deny(asked(shop), crew.rita).ticket
    again = ticket_reopen(ticket_id=denied.pk, user=crew.rita, expected_version=denied.version)
    approve(again, crew.rita)

    preapproval_revoke(fleet=fleet, number=rule.number, user=crew.mona, reason="Enough.")

    again.refresh_from_db()
    assert (again.resolution, again.resolved_by, again.preapproval) == ("approved", "rita", None)


def test_the_caller_is_told_at_once_and_may_start_at_once(
    shop: Orchestrator, rule: PreApproval
) -> None:
    task = shop.ask("note").task

    assert task.state == "READY"
    assert task.resolution == {
        "answer": "approved",
        "by": "rule #1 (mona)",
        "at": "2026-03-02T12:00:00+00:00",
        "reason_code": "pre_approved",
        "reason_text": REASON,
    }
    assert task.escalation is not None
    assert task.escalation["number"] == 1
    assert shop.start(task).task.state == "RUNNING"
    assert Grant.objects.get(task=task).expires_at == NOON + timedelta(minutes=60)


def test_each_match_is_counted_and_told(shop: Orchestrator, rule: PreApproval) -> None:
    tickets = [asked(shop), asked(shop)]

    rule.refresh_from_db()
    told = Event.objects.filter(name="preapproval.matched").order_by("seq")
    assert rule.uses == 2
    assert [event.payload["uses"] for event in told] == [1, 2]
    assert [event.ids["ticket"] for event in told] == [str(ticket.pk) for ticket in tickets]
    names = Event.objects.filter(ids__ticket=str(tickets[0].pk)).order_by("seq")
    assert list(names.values_list("name", flat=True)) == [
        "ticket.opened",
        "preapproval.matched",
        "ticket.resolved",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"arguments": {"order": 4712}},
        {"arguments": {"order": 4711, "force": True}},
        {"arguments": {}},
        {"target": "order/4711"},
        {"operation": "shop.note_all"},
        {"budget_usd": "3"},
        {"budget_usd": None},
    ],
)
def test_what_is_outside_a_bound_goes_to_people(
    shop: Orchestrator, rule: PreApproval, fields: dict[str, Any]
) -> None:
    ticket = asked(shop, **fields)

    rule.refresh_from_db()
    assert (ticket.state, ticket.preapproval, rule.uses) == ("PENDING", None, 0)


def test_another_agent_and_another_environment_go_to_people(
    shop: Orchestrator, rule: PreApproval
) -> None:
    shop.agent_new("shop-bot-2", mandate={"tools": ["*"], "environments": ["production"]})
    other = asked(shop, agent="shop-bot-2")
    shop.key = shop.key_new(environment=Environment.STAGING)
    elsewhere = asked(shop)

    assert (other.state, elsewhere.state) == ("PENDING", "PENDING")


def test_high_never_matches(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet, crew: Crew
) -> None:
    rule_made(fleet, crew.mona, tool="refund", operation="shop.refund")

    ticket = Ticket.objects.get(task=shop.ask("refund").task)

    assert (ticket.risk_level, ticket.state) == ("HIGH", "PENDING")


def test_practice_is_never_pre_approved(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet
) -> None:
    fleet.enforcement = Enforcement.SHADOW.value
    fleet.save(update_fields=["enforcement"])

    ticket = asked(shop)

    assert (ticket.practice, ticket.state, ticket.preapproval) == (True, "PENDING", None)


def test_an_expired_rule_counts_no_longer(
    shop: Orchestrator, rule: PreApproval, clock: Clock
) -> None:
    clock.forward(hours=8)

    assert asked(shop).state == "PENDING"


def test_a_used_up_rule_counts_no_longer(shop: Orchestrator, fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.mona, uses_most=2)

    assert [asked(shop).state for _ in range(3)] == ["RESOLVED", "RESOLVED", "PENDING"]


def test_a_proposal_lets_nothing_through(shop: Orchestrator, fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.rita)

    assert asked(shop).state == "PENDING"


def test_the_most_restrictive_of_several_rules_is_named(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    rule_made(fleet, crew.mona, arguments={"order": {"min": 1, "max": 9000}})
    exact = rule_made(fleet, crew.adam)
    rule_made(fleet, crew.mona, arguments={"order": {"any_of": [4711, 4712]}})

    assert asked(shop).preapproval == exact


@pytest.mark.parametrize("person", ["mona", "rita"])
def test_whoever_asked_for_the_task_does_not_approve_it_by_a_rule(
    shop: Orchestrator, fleet: Fleet, crew: Crew, person: str
) -> None:
    proposal = rule_made(fleet, crew.rita)
    PreApproval.objects.filter(pk=proposal.pk).update(
        state="ACTIVE", accepted_by=crew.mona, accepted_at=NOON, tier="low"
    )

    assert asked(shop, requested_by=f"person:{person}").state == "PENDING"
    assert asked(shop, requested_by="person:ravi").state == "RESOLVED"


def test_a_rule_of_somebody_who_is_no_manager_any_longer_lets_nothing_through(
    shop: Orchestrator, rule: PreApproval, crew: Crew
) -> None:
    Membership.objects.filter(user=crew.mona).update(role=Role.REVIEWER.value)
    demoted = asked(shop)
    Membership.objects.filter(user=crew.mona).delete()
    gone = asked(shop)

    assert (demoted.state, gone.state) == ("PENDING", "PENDING")


def test_a_rule_of_the_agents_new_owner_lets_nothing_through(
    shop: Orchestrator, rule: PreApproval, crew: Crew
) -> None:
    Agent.objects.update(owner=crew.mona)

    assert asked(shop).state == "PENDING"


def test_a_penalty_sends_everything_to_people(shop: Orchestrator, rule: PreApproval) -> None:
    Agent.objects.update(penal_until=NOON + timedelta(days=1), penal_budget_share=1.0)

    assert asked(shop).state == "PENDING"


def test_a_flood_sends_what_comes_next_to_people(
    shop: Orchestrator, rule: PreApproval, clock: Clock
) -> None:
    states = [withdrawn(shop, asked(shop)) for _ in range(21)]
    clock.forward(minutes=10)

    assert states == ["RESOLVED"] * 20 + ["PENDING"]
    assert asked(shop).state == "RESOLVED"


def test_a_reviewer_may_still_deny_what_a_rule_approved_and_has_not_started(
    shop: Orchestrator, rule: PreApproval, crew: Crew
) -> None:
    ticket = asked(shop)

    denied = deny(ticket, crew.ravi).ticket

    assert (denied.resolution, denied.resolved_by) == ("denied", "ravi")
    assert Grant.objects.get(task=ticket.task).state == "REVOKED"


def test_revoking_takes_back_what_has_not_started(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet, crew: Crew
) -> None:
    running = shop.ask("note").task
    shop.start(running)
    waiting = shop.ask("note").task

    preapproval_revoke(fleet=fleet, number=1, user=crew.rita, reason="The order was closed.")

    running.refresh_from_db()
    waiting.refresh_from_db()
    ticket = Ticket.objects.get(task=waiting)
    assert (running.state, waiting.state) == ("RUNNING", "DENIED")
    assert (ticket.resolution, ticket.resolved_by) == ("denied", "rita")
    assert ticket.reason_text == "Rule #1 ended before this started. The order was closed."
    assert waiting.resolution is not None
    assert waiting.resolution["reason_text"] == ticket.reason_text
    assert Grant.objects.get(task=waiting).state == "REVOKED"
    with pytest.raises(ConflictError, match="it was denied"):
        shop.start(waiting)
    assert asked(shop).state == "PENDING"


def test_a_freeze_suspends_the_rules_and_takes_back_what_has_not_started(
    shop: Orchestrator, rule: PreApproval, fleet: Fleet
) -> None:
    task = shop.ask("note").task

    agent_freeze(fleet=fleet, agent_external_id="shop-bot", actor="rita")

    rule.refresh_from_db()
    task.refresh_from_db()
    assert (rule.state, rule.ended_by) == ("SUSPENDED", "rita")
    assert rule.end_reason.startswith("The agent's breaker moved: ")
    assert (task.state, Grant.objects.get(task=task).state) == ("DENIED", "REVOKED")
    ended = Event.objects.get(name="preapproval.ended")
    assert ended.payload["state"] == "SUSPENDED"


def test_a_lowered_mandate_suspends_the_rules(
    shop: Orchestrator, rule: PreApproval, crew: Crew
) -> None:
    with transaction.atomic():
        agent = Agent.objects.select_related("standing", "fleet").get(external_id="shop-bot")
        told = mandate_lower_step(agent=agent, actor="adam", reason="Too far.", now=clock_now())
        events_publish(*told, now=clock_now())

    rule.refresh_from_db()
    assert (rule.state, rule.end_reason) == (
        "SUSPENDED",
        "The agent's mandate was lowered: Too far.",
    )


@pytest.mark.parametrize(("after", "state"), [("low", "SUSPENDED"), ("medium", "ACTIVE")])
def test_a_tier_below_the_one_it_had_suspends_the_rules(
    shop: Orchestrator, rule: PreApproval, after: str, state: str
) -> None:
    PreApproval.objects.update(tier="medium")

    _tier_changed(shop.agent, after)

    rule.refresh_from_db()
    assert rule.state == state


def test_a_fall_takes_back_what_has_not_started(shop: Orchestrator, rule: PreApproval) -> None:
    task = shop.ask("note").task
    PreApproval.objects.update(tier="high")

    _tier_changed(shop.agent, "medium")

    rule.refresh_from_db()
    task = Task.objects.get(pk=task.pk)
    assert rule.end_reason == (
        "Tier medium; it was high when the rule was made. Nine of ten would fail."
    )
    assert (task.state, Grant.objects.get(task=task).state) == ("DENIED", "REVOKED")


@transaction.atomic
def _tier_changed(agent: Agent, after: str) -> None:
    Agent.objects.select_for_update().get(pk=agent.pk)
    events_publish(
        TierChanged(
            fleet_id=agent.fleet_id,
            actor="detector",
            agent_id=agent.pk,
            before="high",
            after=after,
            sentence="Nine of ten would fail.",
        ),
        now=clock_now(),
    )
