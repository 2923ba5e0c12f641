from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.escalation import (
    ESCALATION_DEFAULT,
    EscalationLevel,
    EscalationPolicy,
    called_on,
)
from escalations.domain.reaching import CalledByHand, Reached, reached
from escalations.domain.routing import Person, Routing, TicketRoute, route
from escalations.domain.voting import Choice, Vote
from governance.domain.types import Role
from tests.clock import NOON

PEOPLE = (
    Person(id="1", names=("rita",), role=Role.REVIEWER),
    Person(id="2", names=("ravi",), role=Role.REVIEWER),
    Person(id="3", names=("mona",), role=Role.MANAGER),
    Person(id="4", names=("adam",), role=Role.ADMIN),
)
TICKET = TicketRoute(
    agent_name="refund-eu-14",
    owner_id="",
    requested_by="",
    votes=(),
    approvals_needed=1,
    needs_manager=False,
)
DECIDE_BY = NOON + timedelta(minutes=30)
RITA_FIRST = EscalationPolicy(
    levels=(
        EscalationLevel(people=("1",)),
        EscalationLevel(people=("3",)),
        EscalationLevel(roles=(Role.ADMIN,)),
    ),
    shares=(0.5, 0.8),
)


def _reached(
    policy: EscalationPolicy = ESCALATION_DEFAULT,
    routing: Routing | None = None,
    *,
    minutes: float = 0,
    level: int = 1,
    by_hand: CalledByHand | None = None,
) -> Reached:
    return reached(
        policy,
        routing or route(PEOPLE, TICKET),
        level=level,
        opened_at=NOON,
        decide_by=DECIDE_BY,
        now=NOON + timedelta(minutes=minutes),
        by_hand=by_hand,
    )


@pytest.mark.parametrize(
    ("minutes", "level", "next_min", "reason"),
    [
        (0, 1, 15, ""),
        (14.99, 1, 15, ""),
        (15, 2, 24, "50 % of the time to decide is over."),
        (24, 3, None, "80 % of the time to decide is over."),
        (29, 3, None, "80 % of the time to decide is over."),
    ],
)
def test_levels_are_called_as_the_time_goes(
    minutes: float, level: int, next_min: int | None, reason: str
) -> None:
    found = _reached(minutes=minutes)

    next_at = None if next_min is None else NOON + timedelta(minutes=next_min)
    assert found == Reached(level=level, next_at=next_at, reason=reason)


def test_a_level_reached_stays_and_says_nothing_new() -> None:
    assert _reached(minutes=16, level=2) == Reached(
        level=2, next_at=NOON + timedelta(minutes=24), reason=""
    )


def test_a_level_on_which_nobody_may_decide_gives_way_at_once_and_says_why() -> None:
    owned = route(PEOPLE, replace(TICKET, owner_id="1"))

    found = _reached(RITA_FIRST, owned)

    assert (found.level, found.next_at) == (2, NOON + timedelta(minutes=24))
    assert found.reason == (
        "No eligible reviewer on level 1, 1 excluded because of owning the agent."
    )


def test_who_has_left_the_fleet_is_called_no_longer() -> None:
    without_rita = route(PEOPLE[1:], TICKET)

    found = _reached(RITA_FIRST, without_rita)

    assert (found.level, found.reason) == (
        2,
        "No eligible reviewer on level 1, 1 excluded because of not being a member.",
    )


def test_a_role_that_nobody_holds_gives_way_at_once() -> None:
    without_reviewers = route(PEOPLE[2:], TICKET)

    found = _reached(routing=without_reviewers)

    assert (found.level, found.reason) == (2, "Nobody is on level 1.")


def test_who_has_approved_already_cannot_be_waited_for() -> None:
    approved = (Vote(person="1", choice=Choice.APPROVE, role=Role.REVIEWER),)
    half_way = route(PEOPLE, replace(TICKET, votes=approved, approvals_needed=2))

    found = _reached(RITA_FIRST, half_way)

    assert (found.level, found.reason) == (
        2,
        "No eligible reviewer on level 1, 1 excluded because of having approved already.",
    )


def test_time_and_a_level_without_anybody_are_told_together() -> None:
    asked = route(PEOPLE, replace(TICKET, requested_by="mona"))

    found = _reached(RITA_FIRST, asked, minutes=15)

    assert (found.level, found.next_at) == (3, None)
    assert found.reason == (
        "50 % of the time to decide is over; no eligible reviewer on level 2, 1 excluded because"
        " of having asked for the task."
    )


BY_RITA = CalledByHand(level=2, by="Rita Okafor", why="Too large for me!")


def test_a_person_calls_a_level_before_its_time() -> None:
    assert _reached(by_hand=BY_RITA) == Reached(
        level=2,
        next_at=NOON + timedelta(minutes=24),
        reason="Rita Okafor called level 2: Too large for me!",
        is_by_hand=True,
    )


def test_a_level_called_by_hand_on_which_nobody_may_decide_gives_way_too() -> None:
    asked = route(PEOPLE, replace(TICKET, requested_by="mona"))

    found = _reached(RITA_FIRST, asked, by_hand=BY_RITA)

    assert (found.level, found.is_by_hand) == (3, True)
    assert found.reason == (
        "Rita Okafor called level 2: Too large for me! No eligible reviewer on level 2, 1 excluded"
        " because of having asked for the task."
    )


@pytest.mark.parametrize(("minutes", "level"), [(15, 1), (24, 1), (0, 2), (0, 3)])
def test_a_level_that_is_called_anyway_is_called_by_nobodys_hand(minutes: int, level: int) -> None:
    found = _reached(minutes=minutes, level=level, by_hand=BY_RITA)

    assert found == _reached(minutes=minutes, level=level)
    assert not found.is_by_hand


def test_the_last_level_stays_whoever_is_on_it() -> None:
    nobody = route((), TICKET)

    found = _reached(routing=nobody)

    assert (found.level, found.next_at) == (3, None)
    assert found.reason == "Nobody is on level 1; nobody is on level 2; nobody is on level 3."
    assert _reached(routing=nobody, level=3).reason == ""


_OWNERS = st.sampled_from(["", "1", "3", "4"])
_POLICIES = st.sampled_from([ESCALATION_DEFAULT, RITA_FIRST])
_MINUTES = st.floats(0, 30, allow_nan=False)


@given(_POLICIES, _OWNERS, _MINUTES, _MINUTES, st.integers(1, 3))
def test_a_level_never_falls_and_asking_twice_moves_nothing(
    policy: EscalationPolicy, owner: str, one: float, other: float, level: int
) -> None:
    routing = route(PEOPLE, replace(TICKET, owner_id=owner))
    early, late = sorted((one, other))

    first = _reached(policy, routing, minutes=early, level=level)
    again = _reached(policy, routing, minutes=early, level=first.level)
    later = _reached(policy, routing, minutes=late, level=first.level)

    assert level <= first.level <= later.level
    assert again == replace(first, reason="")
    assert bool(first.reason) == (first.level > level)


@given(_POLICIES, _OWNERS, _MINUTES, st.integers(1, 3))
def test_below_the_last_level_somebody_may_decide_and_the_next_step_is_ahead(
    policy: EscalationPolicy, owner: str, minutes: float, level: int
) -> None:
    routing = route(PEOPLE, replace(TICKET, owner_id=owner))

    found = _reached(policy, routing, minutes=minutes, level=level)

    people = {person.id: person for person in PEOPLE}
    called = called_on(policy.levels[found.level - 1], people)
    eligible = {person.id for person in routing.eligible}
    is_last = found.level == len(policy.levels)
    assert is_last or called & eligible
    assert (found.next_at is None) == is_last
    assert is_last or found.next_at > NOON + timedelta(minutes=minutes)  # type: ignore[operator]


@given(_POLICIES, _OWNERS, _MINUTES)
def test_looking_late_leads_where_looking_in_time_led(
    policy: EscalationPolicy, owner: str, minutes: float
) -> None:
    routing = route(PEOPLE, replace(TICKET, owner_id=owner))
    level = 1
    for each in (0, *(m for m in (15, 24) if m <= minutes), minutes):
        level = _reached(policy, routing, minutes=each, level=level).level

    assert _reached(policy, routing, minutes=minutes).level == level
