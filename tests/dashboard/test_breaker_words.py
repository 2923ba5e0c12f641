"""The breaker of an agent as its page says it, in every state it can be in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.breaker_state import Probation, Run
from governance.domain.types import BreakerMode, BreakerState, Hold, HoldOrigin, Result
from governance.models import Agent, Fleet, Standing
from governance.services.probation import breakers_sweep
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from dashboard.cards.breaker import BreakerStatus
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"
OPEN = {"state": BreakerState.OPEN}


def status(people: People, client_of: ClientOf, *, agent_id: str = "refund-bot") -> BreakerStatus:
    agent = Agent.objects.get(external_id=agent_id)
    shown: BreakerStatus = (
        client_of(people.rita).get(f"/f/shop/agents/{agent.pk}/").context["agent"].status
    )
    return shown


def test_an_agent_without_suspicion_works_as_usual(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shown = status(people, client_of)

    assert (shown.mark.label, shown.note, shown.is_calm) == ("Breaker closed", "", True)
    assert shown.sentence == "No more failures than usual."


def test_with_few_tasks_nothing_is_claimed(shop: Shop, people: People, client_of: ClientOf) -> None:
    shop.probe("new-bot")

    shown = status(people, client_of, agent_id="new-bot")

    assert shown.sentence == "Too few tasks to suspect anything (1 of 10)."


def test_suspicion_is_told_before_it_freezes(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    run = Run(suspicion=5.1, tasks=3, failures=2, partials=0, expected=0.15, quiet=0)
    shop.break_off(run=run)

    shown = status(people, client_of)

    # 0.15 of 3 usually fail, which is 1 in 20; it is frozen at 8.
    phrase = "2 of the last 3 tasks failed; normal for this agent: 1 in 20."
    assert shown.note == phrase
    assert shown.sentence == f"{phrase} Suspicion 5.1; it is frozen at 8."


def test_little_suspicion_stays_out_of_the_list(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.break_off(run=Run(1.0, 3, 1, 0, 0.15, 0))

    shown = status(people, client_of)

    assert shown.note == ""
    assert "Suspicion 1.0" in shown.sentence


def test_a_supervised_agent_says_why_it_is_not_frozen_with_the_numbers(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    AgentFactory(
        fleet=people.fleet, owner=people.lena, last_seen_at=clock.now,
        standing__breaker_state="OPEN",
    )  # fmt: skip
    shop.trip()

    shown = status(people, client_of)

    assert shown.mark.label == "Supervised"
    # new-bot was never seen: two agents count.
    assert "Supervised, not frozen: 1 of 2 agents are frozen." in shown.sentence
    assert (
        f"Detectors have frozen 1 of the 2{NBSP}agents seen within 24{NBSP}h;"
        f" the cap is 30{NBSP}%." in shown.sentence
    )
    assert "That ends after 10 outcomes in a row without suspicion." in shown.next_step


def test_failed_and_partial_probes_are_counted_and_cost_more_clean_ones(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.break_off(
        state=BreakerState.HALF_OPEN,
        probation=Probation(ratio=2.0, clean=2, failed=1, partial=2, lease_until_s=2e9),
    )

    shown = status(people, client_of)

    # (3.892 + 2) / ln 2 = 8.5 halvings.
    assert shown.mark.label == "Probation, 2 of 11"
    assert shown.note == "a probe is running"
    assert shown.sentence.startswith(f"2 of 11 clean probes, 1{NBSP}failed, 2{NBSP}partial.")
    assert shown.probation is not None
    assert shown.probation.marks[:7] == (
        "clean", "clean", "partial", "partial", "failed", "running", "open",
    )  # fmt: skip


def test_the_last_probe_is_one(shop: Shop, people: People, client_of: ClientOf) -> None:
    shop.break_off(state=BreakerState.HALF_OPEN, probation=Probation(ratio=-3.5, clean=5))

    shown = status(people, client_of)

    assert shown.next_step.startswith(f"1{NBSP}more clean probe in a row closes the breaker")


def test_probation_without_a_verdict_waits_for_a_person(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    clock.forward(minutes=17)
    breakers_sweep()
    clock.forward(hours=24)
    breakers_sweep()

    shown = status(people, client_of)

    assert (shown.mark.label, shown.note) == ("Frozen", "until a person releases it")
    assert shown.countdown is None
    assert shown.sentence.startswith("No verdict after 24 h of probation and 0 probes.")
    assert shown.ticket_note == f"0 of 1{NBSP}approval"


def test_failing_probation_freezes_for_longer_and_says_so(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.trip()
    clock.forward(minutes=17)
    breakers_sweep()
    for _ in range(2):
        shop.probe(result=Result.FAILURE)

    shown = status(people, client_of)

    assert shown.sentence == "2 of 2 probes failed. Breaker level 2."
    assert shown.countdown is not None
    assert shown.countdown.span_s > 1500


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (OPEN, "Would be frozen"),
        ({"state": BreakerState.HALF_OPEN}, "Would be on probation"),
        ({"hold": Hold.SUPERVISED}, "Would be supervised"),
        ({**OPEN, "hold": Hold.LATCHED, "hold_origin": HoldOrigin.DETECTOR}, "Would be latched"),
    ],
)
def test_in_shadow_what_the_detector_finds_is_only_recorded(
    shop: Shop, people: People, client_of: ClientOf, fields: dict[str, Any], label: str
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")
    shop.break_off(**fields)

    shown = status(people, client_of)

    assert (shown.mark.label, shown.note) == (label, "only recorded")
    assert shown.other_sentences == (
        "In shadow: decisions are recorded, and only people's stops act.",
    )


def test_in_shadow_a_freeze_by_hand_acts_all_the_same(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")
    shop.freeze()

    shown = status(people, client_of)

    assert shown.mark.label == "Frozen by Mona Lind"


def test_a_breaker_that_only_watches_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.break_off(state=BreakerState.OPEN, mode=BreakerMode.SHADOW)

    shown = status(people, client_of)

    assert shown.mark.label == "Would be frozen"
    assert [mark.label for mark in shown.others] == ["Breaker shadow"]
    assert shown.other_sentences == ("The breaker does not act on what its detector finds.",)


def test_a_pause_with_an_end_says_until_when(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    Agent.objects.update(
        paused_at=clock.now, paused_by="key:guard", pause_reason="Index.",
        pause_until=clock.now + timedelta(hours=1),
    )  # fmt: skip

    shown = status(people, client_of)

    assert shown.other_sentences == (
        f"API key guard paused it at 2{NBSP}Mar 12:00 UTC, until 2{NBSP}Mar 13:00 UTC: Index.",
    )


def test_a_state_that_nothing_on_record_explains_says_that(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Standing.objects.update(frozen_until=None)
    shop.break_off(state=BreakerState.OPEN, hold=Hold.FORCED_OPEN, hold_origin=HoldOrigin.PERSON)

    shown = status(people, client_of)

    assert (shown.mark.label, shown.since) == ("Frozen by a person", "")
    assert shown.sentence == "No move of its breaker is on record."


def test_with_nobody_seen_the_guard_has_nobody_to_count(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Agent.objects.update(last_seen_at=None)
    shop.break_off(hold=Hold.SUPERVISED)

    shown = status(people, client_of)

    assert f"No agent was seen within 24{NBSP}h" in shown.sentence
