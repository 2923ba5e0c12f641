"""The agent page: who the agent is, whether it may run, what it may do and why, what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import Fact
from dashboard.cards.agent_page import AgentPage
from dashboard.display.durations import day_time
from dashboard.pages.agent_account import account_card
from dashboard.pages.agent_audits import audit_card
from dashboard.pages.agent_drift import drift_card
from dashboard.pages.agent_limits import limits_card
from dashboard.pages.agent_links import agent_url
from dashboard.pages.agent_moves import move_lines
from dashboard.pages.agent_records import (
    decision_rows,
    outcome_rows,
    ticket_lines,
)
from dashboard.pages.agent_rows import surroundings
from dashboard.pages.agent_score import ScoreHistory
from dashboard.pages.agent_trust import trust_card
from dashboard.pages.breaker import breaker_status
from dashboard.pages.cascades import cascade_links
from dashboard.pages.controls import control_panel
from dashboard.pages.event_links import events_url
from dashboard.pages.penalties import penalty_notes
from governance.domain.agent_state import state_from_plain
from governance.domain.collusion.penalties import tier_in_force
from governance.domain.standing import standing
from governance.selectors.beginnings import agent_begun
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from dashboard.cards.breaker import BreakerStatus
    from dashboard.cards.controls import ControlPanel
    from dashboard.cards.marks import PenaltyNote
    from dashboard.pages.controls import Seat
    from governance.domain.standing import Standing
    from governance.models import Agent


def agent_page(agent: Agent, seat: Seat, *, typed_reason: str = "", problem: str = "") -> AgentPage:
    """Return everything about one agent; a fixed number of queries.

    Args:
        agent: with standing and owner, read after the fleet.
        seat: who looks; its fleet was read before anything else.
        typed_reason: what came back from a control that was not recorded.
        problem: why it was not.
    """
    fleet, now = seat.fleet, seat.now
    around = surroundings([agent], fleet, now=now)
    state = state_from_plain(agent.standing.state)
    earned = standing(state, around.policy.trust, now_s=now.timestamp())
    status = breaker_status(agent, state, around)
    scores = ScoreHistory(agent, needed=earned.outcomes_needed)
    moves, moves_note = move_lines(agent, scores)
    penalty = penalty_notes([agent], fleet.slug, now=now).get(agent.pk)
    return AgentPage(
        agent_id=str(agent.pk),
        fleet_slug=fleet.slug,
        name=agent.name,
        external_id=agent.external_id,
        seq=fleet.event_seq,
        summary=_summary(status, earned, penalty),
        fleet_url=reverse("fleet-agents", kwargs={"fleet": fleet.slug}),
        parts_url=agent_url("agent-parts", agent.pk, fleet=fleet.slug),
        trends_url=agent_url("agent-trends", agent.pk, fleet=fleet.slug),
        status=status,
        panel=control_panel(agent, seat, status=status, typed_reason=typed_reason, problem=problem),
        identity=_identity(agent),
        mandate=_mandate(agent),
        trust=trust_card(
            state,
            earned,
            fleet=fleet,
            policy=around.policy,
            tier=tier_in_force(earned.tier, agent.penalty(now)),
            penalty=penalty,
            begun=agent_begun(agent=agent),
            now=now,
        ),
        score=scores.card(),
        limits=limits_card(agent, earned.tier, fleet=fleet, now=now, since_s=state.tier_since_s),
        outcomes=outcome_rows(agent),
        decisions=decision_rows(agent),
        tickets=ticket_lines(agent, fleet, now=now),
        moves=moves,
        incidents=cascade_links(agent.pk, fleet=fleet.slug),
        moves_note=moves_note,
        events_url=events_url(fleet.slug, agent=agent.external_id),
        audits=audit_card(agent, now=now),
        account=account_card(agent, now=now),
        drift=drift_card(agent, state, fleet=fleet, policy=around.policy, now=now),
    )


def agent_panel(agent: Agent, seat: Seat) -> tuple[BreakerStatus, ControlPanel]:
    """Return the breaker's words and the controls alone, for a list's panel."""
    around = surroundings([agent], seat.fleet, now=seat.now)
    status = breaker_status(agent, state_from_plain(agent.standing.state), around)
    return status, control_panel(agent, seat, status=status)


def _summary(status: BreakerStatus, earned: Standing, penalty: PenaltyNote | None) -> str:
    tier = f"tier {earned.tier.value}" if penalty is None else penalty.words
    trust = (
        f"Trust {earned.trust:.2f}, {tier}, from {earned.outcomes} outcomes."
        if earned.enough
        else f"Not enough data for a score ({earned.outcomes} of {earned.outcomes_needed}"
        f" outcomes); {tier}."
    )
    if status.is_calm:
        # Free of the breaker, but hardly free.
        return f"Breaker closed. {trust}" if penalty else f"Runs freely. {trust}"
    words = ", ".join(mark.label for mark in (status.mark, *status.others))
    return f"{words}. {trust}"


def _identity(agent: Agent) -> tuple[Fact, ...]:
    seen = agent.last_seen_at
    facts = [
        Fact(label="Id", value=agent.external_id, note="as its orchestrator calls it"),
        Fact(label="Owner", value=person_name(agent.owner), note="never decides about it"),
        Fact(label="Registered", value=f"{day_time(agent.created_at)} UTC"),
        Fact(label="Last seen", value="never" if seen is None else f"{day_time(seen)} UTC"),
    ]
    if agent.template:
        facts.append(Fact(label="Template", value=agent.template))
    if agent.model:
        facts.append(Fact(label="Model", value=agent.model))
    return tuple(facts)


def _mandate(agent: Agent) -> tuple[Fact, ...]:
    tools, places = agent.mandate_tools, agent.mandate_environments
    return (
        Fact(label="Tools", value=", ".join(tools) if tools else "none"),
        Fact(label="Environments", value=", ".join(places) if places else "none"),
        Fact(
            label="Without a person",
            value=f"up to {agent.level_alone.capitalize()}",
            note=(
                f"described as {agent.mandate_level.capitalize()}, lowered by people"
                if agent.level_alone != agent.mandate_level
                else "above it at least one person agrees"
            ),
        ),
    )
