"""Breaker modes: shadow by one admin, a bypass by two and never for long, back by any admin."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.modes import (
    BYPASS_OVER,
    breaker_mode_change,
    bypass_sentence,
    mode_sentence,
)
from governance.domain.permissions import Action
from governance.domain.phrases import duration_words
from governance.domain.types import BreakerMode, BreakerState
from governance.events import BypassAsked, BypassWithdrawn
from governance.models import Agent, Bypass
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, done_first
from governance.selectors.agents import agent_lock, agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.selectors.policies import policy_in_force
from governance.services.breakers import breaker_apply
from governance.services.events import events_publish
from governance.services.reasons import reason_require
from governance.services.standing import state_of
from governance.services.stops import agent_stop
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from governance.events import FleetEvent
    from governance.models import Fleet

ACTOR = "sweeper"
# How long a second admin has to agree.
ASKED_FOR = timedelta(hours=1)


@transaction.atomic
def agent_mode_set(
    *, fleet: Fleet, agent_external_id: str, mode: BreakerMode, user: User, reason: str
) -> Agent:
    """Let the breaker act (ENFORCE) or only record (SHADOW); either ends a bypass.

    Raises:
        ForbiddenError: unless the person may change modes.
        InvalidFieldError: without a reason, or for BYPASS, which takes two admins.
        ConflictError: mode_already.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.BREAKER_MODE)
    reason_require(reason, missing="To change the mode of a breaker needs a reason.")
    if mode is BreakerMode.BYPASS:
        raise InvalidFieldError(
            "A bypass takes two admins: one asks for it, another agrees.",
            field="mode",
            value=mode.value,
            allowed="ENFORCE, SHADOW",
        )
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    actor = user.get_username()
    withdrawn = _bypass_drop(agent, actor=actor, reason=reason.strip())
    if state_of(agent.standing).breaker.mode is mode and not withdrawn:
        raise ConflictError(
            f"The breaker of {agent.external_id} is in mode {mode.value} already.",
            code="mode_already",
            field="mode",
            value=mode.value,
        )
    sentence = mode_sentence(mode, actor=actor, reason=reason)
    events = _mode_change(agent, fleet, mode, sentence, actor=actor, now=now)
    events_publish(*withdrawn, *events, now=now)
    return agent


@transaction.atomic
def bypass_ask(
    *, fleet: Fleet, agent_external_id: str, user: User, reason: str, length_min: int | None = None
) -> Bypass:
    """Ask that the breaker be passed over for a while; nothing is until another admin agrees.

    Args:
        fleet: the agent's.
        agent_external_id: the agent.
        user: the first admin.
        reason: why the work cannot wait for the breaker.
        length_min: minutes; the policy's usual length where it is not given.

    Raises:
        ForbiddenError: unless the person is an admin other than the agent's owner.
        InvalidFieldError: without a reason, or longer than the policy allows.
        ConflictError: bypass_already, with who asked.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.BREAKER_MODE)
    reason_require(reason, missing="To pass a breaker over needs a reason.")
    policy = policy_in_force(fleet=fleet)[1].breaker
    minutes = round(policy.bypass_usual_h * 60) if length_min is None else length_min
    longest = round(policy.bypass_longest_h * 60)
    if not 1 <= minutes <= longest:
        raise InvalidFieldError(
            f"A breaker is passed over for at most {longest} minutes.",
            field="minutes",
            value=str(minutes),
            allowed=f"1 to {longest}",
        )
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    _refuse_owner(agent, user)
    known = Bypass.objects.filter(agent=agent).first()
    if known is not None and (known.agreed_by or known.ends_at > now):
        state = "is passed over already" if known.agreed_by else "is asked about already"
        raise ConflictError(
            f"The breaker of {agent.external_id} {state}.",
            code="bypass_already",
            current=done_first("asked for it", known.asked_by, known.asked_at, known.reason),
        )
    asked, _ = Bypass.objects.update_or_create(
        agent=agent,
        defaults={
            "asked_by": user.get_username(),
            "asked_at": now,
            "reason": reason.strip(),
            "length_min": minutes,
            "agreed_by": "",
            "ends_at": now + ASKED_FOR,
        },
    )
    told = BypassAsked(
        fleet_id=fleet.pk,
        actor=user.get_username(),
        agent_id=agent.pk,
        length=duration_words(minutes * 60),
        reason=reason.strip(),
    )
    events_publish(told, now=now)
    return asked


@transaction.atomic
def bypass_agree(*, fleet: Fleet, agent_external_id: str, user: User) -> Bypass:
    """Agree to a bypass that another admin asked for: from now on, for the length asked for.

    It passes over what detectors derived, never a mandate, an approval or what people hold.

    Raises:
        ForbiddenError: unless the person is a second admin, other than the agent's owner.
        ConflictError: bypass_not_asked, also where nobody agreed in time.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.BREAKER_MODE)
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    _refuse_owner(agent, user)
    asked = Bypass.objects.filter(agent=agent, agreed_by="", ends_at__gt=now).first()
    actor = user.get_username()
    if asked is None:
        sentence = f"Nobody asks to pass over the breaker of {agent.external_id}."
        raise ConflictError(sentence, code="bypass_not_asked")
    if asked.asked_by == actor:
        sentence = "You asked for it; another admin must agree."
        raise ForbiddenError(sentence, code="second_person_needed")
    asked.agreed_by, asked.ends_at = actor, now + timedelta(minutes=asked.length_min)
    asked.save(update_fields=["agreed_by", "ends_at"])
    sentence = bypass_sentence(
        asked_by=asked.asked_by, agreed_by=actor, length_min=asked.length_min, reason=asked.reason
    )
    events = _mode_change(agent, fleet, BreakerMode.BYPASS, sentence, actor=actor, now=now)
    events_publish(*events, now=now)
    return asked


def bypasses_sweep() -> int:
    """End every bypass whose time is over; return how many were ended."""
    due = Bypass.objects.filter(ends_at__lte=clock_now(), agent__fleet__archived_at=None)
    agents = list(due.order_by("ends_at").values_list("agent_id", flat=True)[:200])
    trouble = "the bypass of agent %s is over and cannot be ended"
    return sum(moved_or_logged(partial(bypass_end, agent_id=pk), trouble, pk) for pk in agents)


@transaction.atomic
def bypass_end(*, agent_id: UUID) -> bool:
    """End one bypass if its time is over, looked at again under the agent's lock."""
    agent, now = agent_lock(agent_id), clock_now()
    row = Bypass.objects.filter(agent=agent, ends_at__lte=now).first()
    if row is None:
        return False
    events = _bypass_drop(agent, actor=ACTOR, reason="No second admin agreed in time.")
    if row.agreed_by:
        events = _mode_change(
            agent, agent.fleet, BreakerMode.ENFORCE, BYPASS_OVER, actor=ACTOR, now=now
        )
    events_publish(*events, now=now)
    return True


def _bypass_drop(agent: Agent, *, actor: str, reason: str) -> tuple[FleetEvent, ...]:
    """Forget the bypass of a locked agent; say so where it was only asked for."""
    row = Bypass.objects.filter(agent=agent).first()
    if row is None:
        return ()
    row.delete()
    if row.agreed_by:
        return ()
    return (
        BypassWithdrawn(fleet_id=agent.fleet_id, actor=actor, agent_id=agent.pk, reason=reason),
    )


def _mode_change(
    agent: Agent, fleet: Fleet, mode: BreakerMode, sentence: str, *, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    before = state_of(agent.standing).breaker
    change = breaker_mode_change(before, mode, sentence, now_s=now.timestamp())
    events = breaker_apply(agent=agent, fleet=fleet, moved=change, actor=actor, now=now)
    begins = change.breaker.acts and not before.acts
    if begins and change.breaker.state is BreakerState.OPEN:
        # A freeze that was only recorded acts from now on, so its tasks stop now.
        events += agent_stop(agent=agent, actor=actor, now=now)
    return events


def _refuse_owner(agent: Agent, user: User) -> None:
    if agent.owner_id == user.pk:
        raise ForbiddenError(
            f"You own {agent.external_id}; two other admins must agree.", code="own_agent"
        )
