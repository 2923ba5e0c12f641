from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from escalations.services.preapprovals import (
    preapproval_accept,
    preapproval_decline,
    preapproval_make,
    preapproval_revoke,
)
from governance.models import Agent, Event, Standing
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from tests.clock import NOON
from tests.escalations.asking import task_asked
from tests.escalations.preapproving import REASON, draft, rule_made

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.usefixtures("shop")


def test_a_managers_rule_counts_at_once(fleet: Fleet, crew: Crew) -> None:
    rule = rule_made(fleet, crew.mona, hours=2)

    assert (rule.number, rule.state, rule.tier) == (1, "ACTIVE", "low")
    assert (rule.proposed_by, rule.accepted_by) == (crew.mona, crew.mona)
    assert rule.expires_at == NOON + timedelta(hours=2)
    told = Event.objects.get(name="preapproval.accepted")
    assert told.payload["sentence"] == (
        "shop-bot may run shop.note with note in production without asking: order 4711; at most"
        " $1.00 each, up to Medium, as often as it asks."
    )


def test_a_reviewers_is_a_proposal_that_waits_as_long_as_a_rule_may_hold(
    fleet: Fleet, crew: Crew
) -> None:
    rule = rule_made(fleet, crew.rita, hours=2)

    assert (rule.state, rule.accepted_by, rule.tier) == ("PROPOSED", None, "")
    assert rule.expires_at == NOON + timedelta(hours=8)
    assert Event.objects.get(name="preapproval.proposed").payload["reason"] == REASON


def test_rules_are_numbered_per_fleet(fleet: Fleet, crew: Crew) -> None:
    assert [rule_made(fleet, crew.mona).number for _ in range(3)] == [1, 2, 3]


def test_an_accepted_proposal_counts_from_then_on(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    rule_made(fleet, crew.rita, hours=2)
    clock.forward(hours=7)

    rule = preapproval_accept(fleet=fleet, number=1, user=crew.mona)

    assert (rule.state, rule.accepted_by, rule.tier) == ("ACTIVE", crew.mona, "low")
    assert rule.expires_at == NOON + timedelta(hours=9)


def test_a_declined_proposal_says_why(fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.rita)

    rule = preapproval_decline(fleet=fleet, number=1, user=crew.mona, reason="Ask each time.")

    assert (rule.state, rule.ended_by, rule.end_reason) == ("DECLINED", "mona", "Ask each time.")


def test_a_revoked_rule_says_why(fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.mona)

    rule = preapproval_revoke(fleet=fleet, number=1, user=crew.ravi, reason=" Not today. ")

    assert (rule.state, rule.ended_by, rule.end_reason) == ("REVOKED", "ravi", "Not today.")


@pytest.mark.parametrize("make", [preapproval_accept, preapproval_decline])
def test_only_managers_accept_or_decline(fleet: Fleet, crew: Crew, make: Any) -> None:
    rule_made(fleet, crew.rita)
    reason = {"reason": "No."} if make is preapproval_decline else {}

    with pytest.raises(
        ForbiddenError, match="Only a manager or an admin may make, accept or decline"
    ):
        make(fleet=fleet, number=1, user=crew.ravi, **reason)


def test_the_owner_neither_proposes_makes_nor_accepts(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ForbiddenError) as proposing:
        rule_made(fleet, crew.lena)
    rule_made(fleet, crew.rita)
    Agent.objects.update(owner=crew.mona)
    with pytest.raises(ForbiddenError) as accepting:
        preapproval_accept(fleet=fleet, number=1, user=crew.mona)
    with pytest.raises(ForbiddenError) as making:
        rule_made(fleet, crew.mona)

    codes = {refused.value.code for refused in (proposing, accepting, making)}
    assert codes == {"owns_agent"}


def test_outsiders_may_nothing(fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.mona)

    with pytest.raises(ForbiddenError):
        rule_made(fleet, crew.otto)
    with pytest.raises(ForbiddenError):
        preapproval_revoke(fleet=fleet, number=1, user=crew.otto, reason="No.")


def test_a_proposal_is_over_when_nobody_took_it_in_time(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    rule_made(fleet, crew.rita)
    clock.forward(hours=8)

    with pytest.raises(ConflictError, match="Rule #1 ended 2026-03-02 20:00 UTC") as refused:
        preapproval_accept(fleet=fleet, number=1, user=crew.mona)

    assert refused.value.code == "rule_over"


def test_whoever_comes_second_is_told_who_was_first(fleet: Fleet, crew: Crew) -> None:
    rule_made(fleet, crew.mona)
    preapproval_revoke(fleet=fleet, number=1, user=crew.rita, reason="Closed.")

    with pytest.raises(ConflictError) as refused:
        preapproval_revoke(fleet=fleet, number=1, user=crew.ravi, reason="Closed too.")

    assert refused.value.code == "rule_not_active"
    assert refused.value.extra["current"] == {
        "what": "revoked",
        "by": "rita",
        "at": "2026-03-02T12:00:00+00:00",
        "reason": "Closed.",
    }


def test_no_rule_for_an_agent_that_does_not_run_freely(fleet: Fleet, crew: Crew) -> None:
    Standing.objects.update(breaker_state="HALF_OPEN")

    with pytest.raises(ConflictError, match="shop-bot is not running freely") as refused:
        rule_made(fleet, crew.mona)

    assert refused.value.code == "agent_not_ready"


def test_no_rule_for_an_agent_under_a_penalty(fleet: Fleet, crew: Crew) -> None:
    Agent.objects.update(penal_until=NOON + timedelta(days=1), penal_budget_share=1.0)

    with pytest.raises(ConflictError, match="under a penalty"):
        rule_made(fleet, crew.mona)


def test_no_more_rules_than_people_can_keep_in_view(fleet: Fleet, crew: Crew) -> None:
    for _ in range(20):
        rule_made(fleet, crew.mona)

    with pytest.raises(ConflictError) as refused:
        rule_made(fleet, crew.mona)

    assert refused.value.code == "too_many_rules"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tool": ""}, "tool"),
        ({"tool": "x" * 121}, "tool"),
        ({"operation": "a\0b"}, "operation"),
        ({"environment": "prod"}, "environment"),
        ({"targets": []}, "targets"),
        ({"targets": [str(n) for n in range(21)]}, "targets"),
        ({"targets": ["x" * 301]}, "targets"),
        ({"arguments": {"order": "4711"}}, "arguments.order"),
        ({"arguments": {"order": {"like": "47*"}}}, "arguments.order"),
        ({"arguments": {"order": {"is": "x" * 17_000}}}, "arguments"),
        ({"spend_most_usd": "-1"}, "spend_most_usd"),
        ({"spend_most_usd": "much"}, "spend_most_usd"),
        ({"level_most": "HIGH"}, "level_most"),
        ({"level_most": "CRITICAL"}, "level_most"),
        ({"level_most": "low"}, "level_most"),
        ({"hours": 0}, "hours"),
        ({"hours": 8.01}, "hours"),
        ({"hours": float("nan")}, "hours"),
        ({"uses_most": 0}, "uses_most"),
        ({"uses_most": 1001}, "uses_most"),
        ({"ticket": 4}, "ticket"),
    ],
)
def test_a_bad_draft_is_refused_by_the_name_of_its_part(
    fleet: Fleet, crew: Crew, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        rule_made(fleet, crew.mona, **fields)

    assert refused.value.field == field
    assert refused.value.allowed


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\0b"])
def test_a_rule_needs_a_reason(fleet: Fleet, crew: Crew, reason: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        preapproval_make(fleet=fleet, user=crew.mona, draft=draft(), reason=reason)

    assert refused.value.field == "reason"


def test_unknown_agents_and_rules_are_named(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(MissingError, match="no agent ghost"):
        rule_made(fleet, crew.mona, agent="ghost")
    with pytest.raises(MissingError, match="no pre-approval rule #9"):
        preapproval_accept(fleet=fleet, number=9, user=crew.mona)


def test_a_rule_remembers_the_ticket_it_was_made_from(
    fleet: Fleet, crew: Crew, shop: Orchestrator
) -> None:
    ticket = task_asked(fleet, crew.lena, agent=shop.agent)

    rule = rule_made(fleet, crew.mona, ticket=ticket.number)

    assert rule.made_from == ticket
