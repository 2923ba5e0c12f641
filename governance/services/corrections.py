"""Corrections: an outcome counts as something else from now on, and its agent is folded anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from governance.domain.corrections import correction_sentence
from governance.domain.history import Corrected, UnknownActError
from governance.domain.moves import IllegalMoveError
from governance.domain.standing import standing
from governance.domain.transitions import TierCause, TierChanged
from governance.domain.types import Result
from governance.events import OutcomeCorrected
from governance.models import Correction
from governance.refusals import ConflictError
from governance.selectors.policies import policy_in_force
from governance.services.refolding import state_corrected
from governance.services.standing import settled_store, state_of

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.agent_state import AgentState
    from governance.domain.history import Change
    from governance.events import FleetEvent
    from governance.models import Agent, Outcome

logger = logging.getLogger(__name__)


def outcome_correct_step(
    *, agent: Agent, outcome: Outcome, after: Result, by: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Let an outcome of a locked agent count as ``after``, verified (a step; the caller publishes).

    The outcome stays as it was reported; its agent's stored order is folded anew with one fact
    more. No hold of a person ends by it, and no freeze of the past is added or taken back.

    Raises:
        ConflictError: history_unfoldable, if the agent's history does not lead where it stands.
    """
    counted = outcome_counted(outcome)
    verified = bool(outcome.verified_by) or outcome.verified_quality is not None
    corrected = Correction.objects.filter(outcome=outcome).exists()
    if counted is after and (verified or corrected):
        return ()
    fleet = agent.fleet
    version, policy = policy_in_force(fleet=fleet)
    before = state_of(agent.standing)
    agent.standing.facts += 1
    correction = Corrected(agent.standing.facts, outcome.fact, after)
    state = state_anew(agent, correction)
    was = standing(before, policy.trust, now_s=now.timestamp())
    becomes = standing(state, policy.trust, now_s=now.timestamp())
    sentence = correction_sentence(
        task=outcome.task_external_id,
        before=counted,
        after=after,
        by=by,
        was=was,
        becomes=becomes,
    )
    Correction.objects.create(
        agent=agent,
        outcome=outcome,
        fact=correction.number,
        before=counted.value,
        after=after.value,
        by=by,
        reason=reason,
        sentence=sentence,
        trust_before=was.trust if was.enough else None,
        trust_after=becomes.trust if becomes.enough else None,
        tier_before=before.tier.value,
        tier_after=state.tier.value,
        policy=version,
        created_at=now,
    )
    moved = settled_store(
        agent=agent,
        fleet=fleet,
        state=state,
        transitions=tier_changed(before, state, sentence, now),
        actor=by,
        now=now,
    )
    told = OutcomeCorrected(
        fleet_id=agent.fleet_id,
        actor=by,
        agent_id=agent.pk,
        outcome_id=outcome.pk,
        before=counted.value,
        after=after.value,
        sentence=sentence,
    )
    return (told, *moved)


def outcome_counted(outcome: Outcome) -> Result:
    """Return what an outcome counts as: what was reported, or the last correction of it."""
    last = Correction.objects.filter(outcome=outcome).order_by("-fact").first()
    return Result(outcome.result if last is None else last.after)


def state_anew(agent: Agent, correction: Change) -> AgentState:
    """Return the state of a locked agent with one change more of what its outcomes count as.

    Raises:
        ConflictError: history_unfoldable, if its history does not lead where it stands.
    """
    try:
        return state_corrected(agent, correction=correction)
    except (IllegalMoveError, UnknownActError) as error:
        logger.exception("agent %s cannot be folded anew", agent.pk)
        raise ConflictError(
            f"The history of {agent.external_id} cannot be folded anew: {error}.",
            code="history_unfoldable",
        ) from error


def tier_changed(
    before: AgentState, after: AgentState, sentence: str, now: datetime
) -> tuple[TierChanged, ...]:
    """Return the record of a tier that a correction changed, if it did."""
    if after.tier is before.tier:
        return ()
    return (
        TierChanged(
            before=before.tier,
            after=after.tier,
            cause=TierCause.CORRECTION,
            sentence=sentence,
            at_s=now.timestamp(),
        ),
    )
