"""The breaker of an agent in words: what it does now, why, until when, and what comes then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import Mark
from dashboard.cards.breaker import BreakerStatus, ProbationCard
from dashboard.display.durations import NBSP, day_time
from dashboard.display.figures import plural, share
from dashboard.pages.marks import countdown
from dashboard.pages.names import actor_words, said_by
from dashboard.pages.votes import votes_of
from escalations.domain.voting import Choice
from governance.domain.freezing import TripEffect, trip_effect
from governance.domain.outlook import clean_probes_left
from governance.domain.suspicion import run_phrase
from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerMode, BreakerState, Enforcement, Hold, HoldOrigin
from governance.selectors.bypasses import bypass_of
from governance.services.standing import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from escalations.models import Ticket
    from governance.domain.agent_state import AgentState
    from governance.domain.policy import Policy
    from governance.models import Agent, BreakerTransition, Fleet
    from governance.selectors.frozen import FrozenNow

# The moves that explain why a breaker stands where it stands.
TELLING = (
    BreakerMove.TRIPPED.value,
    BreakerMove.OVERFLOW.value,
    BreakerMove.LATCHED.value,
    BreakerMove.PROBATION_STARTED.value,
    BreakerMove.PROBATION_FAILED.value,
    BreakerMove.STARVED.value,
    BreakerMove.FORCED_OPEN.value,
    BreakerMove.RELEASED.value,
    BreakerMove.RELEASED_EARLY.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a breaker's words need beside the agent, read once for all agents of a page.

    ``moves`` holds each agent's last telling move, ``tickets`` the release ticket that waits,
    by agent id; ``names`` is how people are named.
    """

    fleet: Fleet
    policy: Policy
    frozen: FrozenNow
    moves: Mapping[UUID, BreakerTransition]
    tickets: Mapping[UUID, Ticket]
    names: Mapping[str, str]
    now: datetime


def breaker_status(agent: Agent, state: AgentState, around: Surroundings) -> BreakerStatus:
    """Return the words for one agent's breaker, pause and shadow included."""
    status = _held(agent, state, around)
    if status.name != "closed" and not _acts(agent, state, around):
        status = _only_recorded(status)
    status = _asked(agent, status, around)
    others, sentences = _others(agent, around)
    move = around.moves.get(agent.pk)
    since = "" if move is None or status.name == "closed" else f"{day_time(move.created_at)} UTC"
    return replace(status, others=others, other_sentences=sentences, since=since)


def guard_sentence(frozen: FrozenNow, policy: Policy) -> str:
    """Return how much of the fleet detectors have frozen, against the cap, with the numbers."""
    cap = share(policy.breaker.frozen_share_cap, 1)
    if not frozen.eligible:
        return f"No agent was seen within 24{NBSP}h; the cap on frozen agents is {cap}."
    of = f"{plural(frozen.eligible, 'agent')} seen within 24{NBSP}h"
    # Under ten agents a percentage would pretend to be knowledge.
    part = f" ({share(frozen.frozen, frozen.eligible)})" if frozen.eligible >= 10 else ""
    return f"Detectors have frozen {frozen.frozen} of the {of}{part}; the cap is {cap}."


def is_at_cap(frozen: FrozenNow, policy: Policy) -> bool:
    """Return whether one more trip would supervise instead of freeze; one agent always freezes."""
    effect = trip_effect(frozen.frozen, frozen.eligible, policy.breaker)
    return effect is TripEffect.SUPERVISED


def _held(agent: Agent, state: AgentState, around: Surroundings) -> BreakerStatus:
    breaker = state.breaker
    if breaker.hold is Hold.LATCHED:
        return BreakerStatus(
            name="latched",
            mark=Mark("Latched", "lock", "ice"),
            note="until two people release it",
            sentence=_why(agent, around),
            next_step="It stays frozen until two people release it; then it is on probation.",
        )
    if breaker.hold is Hold.FORCED_OPEN:
        return _forced(agent, around)
    if breaker.hold is Hold.SUPERVISED:
        return BreakerStatus(
            name="supervised",
            mark=Mark("Supervised", "eye", "amber"),
            note="from Medium up a person must agree",
            sentence=f"{_why(agent, around)} {guard_sentence(around.frozen, around.policy)}",
            next_step=(
                "It keeps running, because freezing it would freeze too much of the fleet; from"
                " level Medium up a person must agree. That ends after"
                f" {around.policy.breaker.supervised_clean} outcomes in a row without suspicion."
            ),
        )
    if breaker.state is BreakerState.OPEN:
        return _open(agent, state, around)
    if breaker.state is BreakerState.HALF_OPEN:
        return _on_probation(agent, state, around)
    return _closed(state, around)


def _forced(agent: Agent, around: Surroundings) -> BreakerStatus:
    move = around.moves.get(agent.pk)
    by = "a person" if move is None else actor_words(move.actor, around.names)
    return BreakerStatus(
        name="frozen",
        mark=Mark(f"Frozen by {by}", "ice", "ice"),
        note="until a person releases it",
        sentence=_why(agent, around),
        next_step="Everything it asks is denied until a person releases it, into probation.",
    )


def _open(agent: Agent, state: AgentState, around: Surroundings) -> BreakerStatus:
    breaker = state.breaker
    opened, until = moment(breaker.opened_s), moment(breaker.frozen_until_s)
    waits = agent.standing.awaits_release
    clock = None
    if opened is not None and until is not None and until > opened and not waits:
        clock = countdown(opened, until, now=around.now)
    level = f"Breaker level {breaker.level}."
    if waits:
        note = "until a person releases it"
        next_step = "A person must release it; then it is on probation."
    else:
        note = "then probation"
        next_step = "Then probation: one task of level Low at a time."
    return BreakerStatus(
        name="frozen",
        mark=Mark("Frozen", "ice", "ice"),
        note=note,
        sentence=f"{_why(agent, around)} {level}",
        next_step=next_step,
        countdown=clock,
    )


def _on_probation(agent: Agent, state: AgentState, around: Surroundings) -> BreakerStatus:
    probation = state.breaker.probation
    lease_s = probation.lease_until_s
    card = ProbationCard(
        clean=probation.clean,
        failed=probation.failed,
        partial=probation.partial,
        left=clean_probes_left(probation, around.policy.breaker),
        is_running=lease_s is not None and lease_s > around.now.timestamp(),
    )
    done = f"{card.clean} of {card.needed}"
    spoilt = [plural(card.failed, "failed", "failed")] if card.failed else []
    spoilt += [plural(card.partial, "partial", "partial")] if card.partial else []
    counted = f"{done} clean probes{', ' + ', '.join(spoilt) if spoilt else ''}"
    return BreakerStatus(
        name="probation",
        mark=Mark(f"Probation, {done}", "half", "amber"),
        note="a probe is running" if card.is_running else "waits for a probe",
        sentence=f"{counted}. {_why(agent, around)}",
        next_step=(
            f"{plural(card.left, 'more clean probe')} in a row"
            f" {'closes' if card.left == 1 else 'close'} the breaker; too many failures freeze the"
            f" agent again, for longer. Without a verdict within"
            f" {around.policy.breaker.probation_limit_h:g} h a person is asked."
        ),
        probation=card,
    )


def _closed(state: AgentState, around: Surroundings) -> BreakerStatus:
    run = state.breaker.run
    threshold = around.policy.breaker.threshold(state.tier)
    calm = BreakerStatus(
        name="closed",
        mark=Mark("Breaker closed", "dot"),
        sentence=_calm_words(state.trust.outcomes, around.policy.trust.outcomes_shown),
    )
    if not run.failures and not run.partials:
        return calm
    phrase = run_phrase(run, run.expected / run.tasks)
    return replace(
        calm,
        note=phrase if run.suspicion >= threshold / 2 else "",
        sentence=f"{phrase} Suspicion {run.suspicion:.1f}; it is frozen at {threshold:g}.",
    )


def _calm_words(outcomes: int, needed: int) -> str:
    if outcomes < needed:
        return f"Too few tasks to suspect anything ({outcomes} of {needed})."
    return "No more failures than usual."


def _asked(agent: Agent, status: BreakerStatus, around: Surroundings) -> BreakerStatus:
    """Return the status with the release ticket that waits, and how far it is."""
    ticket = around.tickets.get(agent.pk)
    if ticket is None:
        return status
    place = {"fleet": around.fleet.slug, "number": ticket.number}
    approved = sum(1 for vote in votes_of(ticket) if vote.choice == Choice.APPROVE)
    manager = ", one by a manager" if ticket.needs_manager else ""
    needed = plural(ticket.approvals_needed, "approval")
    return replace(
        status,
        ticket_url=reverse("ticket", kwargs=place),
        ticket_number=ticket.number,
        ticket_note=f"{approved} of {needed}{manager}",
    )


def _others(agent: Agent, around: Surroundings) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    marks: list[Mark] = []
    sentences: list[str] = []
    until = agent.pause_until
    if agent.paused_at is not None and agent.is_paused(around.now):
        by = actor_words(agent.paused_by, around.names)
        marks.append(Mark("Paused", "pause", "line"))
        ends = "until a person resumes it" if until is None else f"until {day_time(until)} UTC"
        sentences.append(
            f"{by} paused it at {day_time(agent.paused_at)} UTC, {ends}: {agent.pause_reason}"
        )
    if agent.standing.drifting:
        marks.append(Mark("Drifting", "sink", "bad"))
        sentences.append("Its work has changed for good, and nobody has looked at it yet.")
    if (agent.enforcement or around.fleet.enforcement) == Enforcement.SHADOW:
        marks.append(Mark("Shadow", "eye", "line"))
        sentences.append("In shadow: decisions are recorded, and only people's stops act.")
    elif agent.standing.breaker_mode == BreakerMode.BYPASS:
        known = bypass_of(agent_id=agent.pk, now=around.now)
        ends = f" until {day_time(known.ends_at)} UTC" if known is not None else ""
        marks.append(Mark(f"Passed over{ends}", "swap", "amber"))
        sentences.append("Two admins pass its breaker over; what the detector finds is recorded.")
    elif agent.standing.breaker_mode == BreakerMode.SHADOW:
        marks.append(Mark("Breaker shadow", "eye", "line"))
        sentences.append("The breaker does not act on what its detector finds.")
    return tuple(marks), tuple(sentences)


def _why(agent: Agent, around: Surroundings) -> str:
    """Return the sentence stored with the move that led here, or that there is none."""
    move = around.moves.get(agent.pk)
    if move is None:
        return "No move of its breaker is on record."
    return said_by(move.reason, move.actor, around.names)


def _only_recorded(status: BreakerStatus) -> BreakerStatus:
    """Return the status of an agent that its detector only watches: it runs on."""
    would = {
        "latched": "Would be latched",
        "frozen": "Would be frozen",
        "supervised": "Would be supervised",
        "probation": "Would be on probation",
    }[status.name]
    return replace(
        status,
        mark=Mark(would, "eye", "line"),
        note="only recorded",
        next_step="It runs on: what the detector finds is only recorded.",
    )


def _acts(agent: Agent, state: AgentState, around: Surroundings) -> bool:
    """Return whether the breaker holds the agent back; what a person did always does."""
    if state.breaker.hold_origin is HoldOrigin.PERSON:
        return True
    is_shadow = (agent.enforcement or around.fleet.enforcement) == Enforcement.SHADOW
    return state.breaker.acts and not is_shadow
