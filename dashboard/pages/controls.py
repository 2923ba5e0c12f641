"""The controls of an agent: what is open to a person, and why not where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.controls import Control, ControlPanel
from dashboard.pages.tuning import tuning_controls
from governance.domain.permissions import Action, why_not
from governance.domain.types import Role
from governance.selectors.policies import policy_in_force
from governance.selectors.snapshots import release_needs
from governance.services.controls import freeze_unexplained

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from dashboard.cards.breaker import BreakerStatus
    from governance.models import Agent, Fleet

# Asks for a release ticket; not a move of the breaker, so not one of governance's controls.
ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """The person at the controls of a fleet, at one time."""

    fleet: Fleet
    role: Role
    user: User
    now: datetime


def control_panel(
    agent: Agent,
    seat: Seat,
    *,
    status: BreakerStatus,
    typed_reason: str = "",
    problem: str = "",
) -> ControlPanel:
    """Return what the person can do to the agent as it is now."""
    controls = (
        *_freezing(agent, seat.role),
        *_releasing(agent, seat, status),
        _pausing(agent, seat.role),
    )
    tuning = tuning_controls(
        agent,
        role=seat.role,
        user=seat.user,
        policy=policy_in_force(fleet=seat.fleet)[1].breaker,
        now=seat.now,
    )
    return ControlPanel(
        agent=agent.name,
        url=reverse("agent-control", kwargs={"fleet": seat.fleet.slug, "agent_id": agent.pk}),
        controls=controls,
        idempotency_key=uuid4().hex,
        sign="|".join(f"{each.value}:{each.why_off}" for each in (*controls, *tuning)),
        tuning=tuning,
        typed_reason=typed_reason,
        problem=problem,
    )


def _freezing(agent: Agent, role: Role) -> tuple[Control, ...]:
    off = why_not(role, Action.AGENT_FREEZE)
    if not agent.standing.is_frozen_by_person:
        return (
            Control(
                value="freeze",
                label="Keep frozen by hand" if agent.standing.is_frozen else "Freeze",
                icon="ice",
                tone="deny",
                effect=(
                    "Denies everything it asks and tells its running tasks to stop, until a person"
                    " releases it. At once; the reason may follow."
                ),
                why_off=off,
                needs_reason=False,
            ),
        )
    if not freeze_unexplained(agent):
        return ()
    return (
        Control(
            value="explain",
            label="Give the reason",
            icon="ask",
            effect="Says why it was frozen; nobody has said so yet.",
            why_off=off,
        ),
    )


def _releasing(agent: Agent, seat: Seat, status: BreakerStatus) -> tuple[Control, ...]:
    if not agent.standing.is_frozen:
        return ()
    policy = policy_in_force(fleet=seat.fleet)[1]
    needs = release_needs(agent=agent, policy=policy, now=seat.now)
    if needs.people > 1:
        return (_asking(seat.role, status, needs.people),)
    off = why_not(seat.role, needs.action)
    if agent.owner_id == seat.user.pk:
        off = "You own it; somebody else must release it."
    return (
        Control(
            value="release",
            label="Release",
            icon="half",
            tone="main",
            effect="Ends the freeze: into probation, never straight to running freely.",
            why_off=off,
        ),
    )


def _asking(role: Role, status: BreakerStatus, people: int) -> Control:
    """Return the way to a release that takes several people: a ticket, asked for if none waits."""
    off = why_not(role, Action.TICKET_CLAIM)
    if status.ticket_number:
        off = f"{people} people must release it, by ticket #{status.ticket_number}."
    return Control(
        value=ASK,
        label="Ask for a release",
        icon="queue",
        effect=f"Opens a release ticket: {people} people must agree.",
        why_off=off,
        needs_reason=False,
    )


def _pausing(agent: Agent, role: Role) -> Control:
    if agent.paused_at is not None:
        return Control(
            value="resume",
            label="Resume",
            icon="check",
            tone="main",
            effect="Ends the pause.",
            why_off=why_not(role, Action.AGENT_RESUME),
        )
    return Control(
        value="pause",
        label="Pause",
        icon="pause",
        effect="Denies what it asks, for operational reasons; trust and breaker stay as they are.",
        why_off=why_not(role, Action.AGENT_PAUSE),
    )
