from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.domain.types import BreakerMode, Role
from governance.models import Agent, BreakerTransition, Bypass, Event, Standing
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.services.modes import agent_mode_set, bypass_agree, bypass_ask, bypasses_sweep
from tests.factories import MembershipFactory, UserFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Task
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def ada(shop: Orchestrator) -> User:
    """A second admin."""
    person: User = UserFactory(username="ada")
    MembershipFactory(user=person, fleet=shop.fleet, role=Role.ADMIN.value)
    return person


def put(shop: Orchestrator, mode: BreakerMode, user: User | None = None) -> Agent:
    return agent_mode_set(
        fleet=shop.fleet,
        agent_external_id="shop-bot",
        mode=mode,
        user=user or shop.crew.adam,
        reason="On purpose.",
    )


def ask(shop: Orchestrator, user: User | None = None, minutes: int | None = None) -> Bypass:
    return bypass_ask(
        fleet=shop.fleet,
        agent_external_id="shop-bot",
        user=user or shop.crew.adam,
        reason="The sale ends tonight.",
        length_min=minutes,
    )


def agree(shop: Orchestrator, user: User) -> Bypass:
    return bypass_agree(fleet=shop.fleet, agent_external_id="shop-bot", user=user)


def standing() -> Standing:
    return Standing.objects.get(agent__external_id="shop-bot")


def failing(shop: Orchestrator, times: int = 6) -> None:
    for _ in range(times):
        shop.work("failure")


def test_shadow_records_a_trip_and_denies_nothing(shop: Orchestrator) -> None:
    put(shop, BreakerMode.SHADOW)

    failing(shop)

    assert standing().breaker_state == "OPEN"
    assert BreakerTransition.objects.get(move="tripped").enforced is False
    assert shop.ask().decision.verdict == "allow"


def test_enforcing_again_makes_a_recorded_freeze_act_and_stops_its_tasks(
    shop: Orchestrator,
) -> None:
    put(shop, BreakerMode.SHADOW)
    failing(shop)
    task: Task = shop.ask().task
    shop.start(task)

    put(shop, BreakerMode.ENFORCE)

    assert shop.ask().decision.verdict == "deny"
    task.refresh_from_db()
    assert task.stop_requested_at is not None


def test_a_latch_that_was_only_recorded_gets_its_ticket_once_the_breaker_enforces(
    shop: Orchestrator,
) -> None:
    put(shop, BreakerMode.SHADOW)
    task = shop.ask().task
    shop.start(task)
    shop.report(task, "failure", error_code="policy_violation")
    assert Ticket.objects.filter(kind="release", practice=False).count() == 0

    put(shop, BreakerMode.ENFORCE)

    assert Ticket.objects.get(kind="release", practice=False).approvals_needed == 2


def test_only_admins_change_modes_and_say_why(shop: Orchestrator) -> None:
    with pytest.raises(ForbiddenError):
        put(shop, BreakerMode.SHADOW, shop.crew.mona)
    with pytest.raises(InvalidFieldError, match="two admins"):
        put(shop, BreakerMode.BYPASS)
    with pytest.raises(ConflictError, match="ENFORCE already"):
        put(shop, BreakerMode.ENFORCE)


def test_a_bypass_begins_when_a_second_admin_agrees(shop: Orchestrator, ada: User) -> None:
    failing(shop)
    assert shop.ask().decision.verdict == "deny"
    ask(shop)
    assert shop.ask().decision.verdict == "deny"

    agree(shop, ada)

    assert shop.ask().decision.verdict == "allow"
    assert BreakerTransition.objects.get(move="mode_changed").reason == (
        "The breaker is passed over for 1 h, by adam and ada: The sale ends tonight."
    )


def test_one_admin_alone_passes_nothing_over(shop: Orchestrator, ada: User) -> None:
    ask(shop)

    with pytest.raises(ForbiddenError, match="another admin must agree"):
        agree(shop, shop.crew.adam)

    assert standing().breaker_mode == "ENFORCE"
    with pytest.raises(ForbiddenError):
        agree(shop, shop.crew.mona)


def test_an_owner_who_is_admin_is_none_of_the_two(shop: Orchestrator, ada: User) -> None:
    Agent.objects.filter(external_id="shop-bot").update(owner=ada)

    with pytest.raises(ForbiddenError, match="You own"):
        ask(shop, ada)
    ask(shop)
    with pytest.raises(ForbiddenError, match="You own"):
        agree(shop, ada)


def test_a_bypass_ends_at_its_time_even_where_nobody_sweeps(
    shop: Orchestrator, ada: User, clock: Clock
) -> None:
    failing(shop)
    ask(shop, minutes=2)
    agree(shop, ada)
    clock.forward(minutes=2)

    assert shop.ask().decision.verdict == "deny"


def test_the_sweeper_ends_a_bypass_and_says_so(shop: Orchestrator, ada: User, clock: Clock) -> None:
    ask(shop)
    agree(shop, ada)
    clock.forward(minutes=59)
    assert bypasses_sweep() == 0
    clock.forward(minutes=1)

    assert (bypasses_sweep(), bypasses_sweep()) == (1, 0)
    assert standing().breaker_mode == "ENFORCE"
    last = BreakerTransition.objects.filter(move="mode_changed").latest("fact")
    assert last.arguments["mode"] == "ENFORCE"
    assert last.actor == "sweeper"


def test_a_question_nobody_agrees_to_lapses(shop: Orchestrator, ada: User, clock: Clock) -> None:
    ask(shop)
    clock.forward(hours=1)

    with pytest.raises(ConflictError, match="Nobody asks"):
        agree(shop, ada)
    assert bypasses_sweep() == 1
    assert Event.objects.filter(name="breaker.bypass_withdrawn").count() == 1


def test_a_bypass_lasts_at_most_eight_hours(shop: Orchestrator) -> None:
    with pytest.raises(InvalidFieldError, match="at most 480 minutes"):
        ask(shop, minutes=481)

    assert ask(shop, minutes=480).length_min == 480


def test_a_second_question_is_told_who_asked_first(shop: Orchestrator, ada: User) -> None:
    ask(shop)

    with pytest.raises(ConflictError) as refused:
        ask(shop, ada)

    assert refused.value.extra["current"]["by"] == "adam"
    agree(shop, ada)
    with pytest.raises(ConflictError, match="passed over already"):
        ask(shop)


def test_any_admin_ends_a_bypass_early(shop: Orchestrator, ada: User) -> None:
    ask(shop)
    agree(shop, ada)

    put(shop, BreakerMode.ENFORCE)

    assert standing().breaker_mode == "ENFORCE"
    assert not Bypass.objects.exists()


def test_a_question_is_withdrawn_by_enforcing(shop: Orchestrator) -> None:
    ask(shop)

    put(shop, BreakerMode.ENFORCE)

    assert not Bypass.objects.exists()
    assert Event.objects.filter(name="breaker.bypass_withdrawn").count() == 1


def test_a_bypass_never_lifts_a_latch_or_a_freeze_by_hand(shop: Orchestrator, ada: User) -> None:
    task = shop.ask().task
    shop.start(task)
    shop.report(task, "failure", error_code="policy_violation")
    ask(shop)
    agree(shop, ada)

    assert shop.ask().decision.verdict == "deny"


def test_everything_is_still_recorded_while_passed_over(shop: Orchestrator, ada: User) -> None:
    ask(shop)
    agree(shop, ada)

    failing(shop)

    trip = BreakerTransition.objects.get(move="tripped")
    assert trip.enforced is False
    assert shop.ask().decision.would_be == "deny"
