"""Audits: finished tasks drawn for people to check, and what their verdict changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from governance.domain.audits import (
    RESULT_OF,
    AuditState,
    AuditVerdict,
    audit_drawn,
    audit_probability,
    audit_refused,
    audit_sentence,
)
from governance.domain.collusion.checks import job_phrase
from governance.domain.outcome_fact import failure_of
from governance.domain.types import Preset, Result
from governance.events import AuditDrawn, AuditSettled, AuditsSkipped
from governance.models import Audit, Decision
from governance.refusals import ConflictError, ForbiddenError, MissingError
from governance.selectors.audit_load import audit_load
from governance.selectors.compiled import CompiledQuery
from governance.selectors.drift import drift_is_open
from governance.selectors.fleets import fleet_lock, in_shadow
from governance.selectors.policies import policy_in_force
from governance.services.asked import asked_lock
from governance.services.corrections import outcome_correct_step
from governance.services.rows import row_update, rows_insert
from governance.services.tie_checks import job_asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.policy import Policy
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet, Outcome, TieCheck

ACTOR = "detector"
_LATEST = CompiledQuery(
    lambda task: (
        Decision.objects.only("preset").filter(task_id=task).order_by("-created_at", "-id")[:1]
    ),
    UUID,
)


class _Drawn(NamedTuple):
    """A draw: by which probability, why, and what people wanted to see by it, if they asked."""

    probability: float
    sentence: str
    asked: TieCheck | None = None
    is_last: bool = False


def audits_draw_step(
    *, agent: Agent, fleet: Fleet, outcomes: Sequence[Outcome], now: datetime
) -> tuple[FleetEvent, ...]:
    """Draw audits of stored outcomes of one locked agent (a step; the caller publishes).

    Call it once everything else is locked: a draw takes the fleet's lock, the last of the order,
    so that the limits on audits hold however many outcomes arrive at once.

    Args:
        agent: whose outcomes they are, with its standing.
        fleet: with its secret and the policy in force.
        outcomes: with their tasks; one without a task was not asked for here and is passed over.
        now: the transaction's time.
    """
    policy = policy_in_force(fleet=fleet)[1]
    told: list[FleetEvent] = []
    for outcome in outcomes:
        if outcome.task_id is None or failure_of(Result(outcome.result)) is None:
            continue
        found = _asked(agent, outcome) or _drawn(agent, fleet, outcome.task_id, policy)
        if found is not None:
            told.extend(_put(agent, fleet, outcome, found, policy=policy, now=now))
    return tuple(told)


def jobs_named_step(
    *, agent: Agent, outcomes: Sequence[Outcome], now: datetime
) -> tuple[FleetEvent, ...]:
    """Put what people want checked before them, of outcomes whose customer is only known now.

    An interaction often names a task that has ended. Chance had its draw then.

    Args:
        agent: locked, with its standing and fleet.
        outcomes: of its, stored, with their tasks, not drawn yet.
        now: the transaction's time.
    """
    fleet = agent.fleet
    policy = policy_in_force(fleet=fleet)[1]
    told: list[FleetEvent] = []
    for outcome in outcomes:
        if failure_of(Result(outcome.result)) is None:
            continue
        found = _asked(agent, outcome)
        if found is not None:
            told.extend(_put(agent, fleet, outcome, found, policy=policy, now=now))
    return tuple(told)


def audit_settle_step(
    *,
    outcome_id: UUID,
    agent: Agent,
    verdict: AuditVerdict,
    actor: str,
    reason: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Take a person's verdict on the work of a locked agent (a step; the caller publishes).

    Passed and failed are verified outcomes: what was reported counts as a success or a failure
    that a person vouches for, and the agent is folded anew. Unclear changes nothing.

    Raises:
        MissingError: audit_unknown, if the outcome was not drawn, or is another agent's.
        ConflictError: audit_settled, if somebody has judged it, or it was skipped.
        ForbiddenError: own_agent or own_task, if the person answers for the agent or the task.
    """
    audits = Audit.objects.select_related("outcome__task")
    audit = audits.filter(outcome_id=outcome_id, agent=agent).first()
    if audit is None:
        raise MissingError(f"Outcome {outcome_id} has no audit.", code="audit_unknown")
    if audit.state != AuditState.OPEN.value:
        raise ConflictError(
            f"The audit of {audit.outcome.task_external_id} does not wait for a verdict.",
            code="audit_settled",
        )
    _four_eyes(agent, audit, actor)
    audit.state, audit.verdict = AuditState.SETTLED.value, verdict.value
    audit.by, audit.reason, audit.settled_at = actor, reason, now
    audit.save(update_fields=["state", "verdict", "by", "reason", "settled_at"])
    outcome = audit.outcome
    assert outcome.task_id is not None, "only governed tasks are drawn"  # noqa: S101
    settled = AuditSettled(
        fleet_id=agent.fleet_id,
        actor=actor,
        task_id=outcome.task_id,
        agent_id=agent.pk,
        outcome_id=outcome.pk,
        verdict=verdict.value,
        reason=reason,
    )
    if verdict not in RESULT_OF:
        return (settled,)
    corrected = outcome_correct_step(
        agent=agent,
        outcome=outcome,
        after=RESULT_OF[verdict],
        by=actor,
        reason=reason,
        now=now,
    )
    return (settled, *corrected)


def _asked(agent: Agent, outcome: Outcome) -> _Drawn | None:
    """Return the draw of a job that people want checked, whatever chance says."""
    asked = job_asked(agent=agent, outcome=outcome)
    if asked is None:
        return None
    check, left = asked
    return _Drawn(1.0, job_phrase(left), check, is_last=not left)


def _drawn(agent: Agent, fleet: Fleet, task_id: UUID, policy: Policy) -> _Drawn | None:
    """Return the draw of a task by chance, None for one that is not drawn.

    Only what the highest probability of the policy draws is looked up: most outcomes cost a hash.
    """
    drifting, factor = drift_is_open(agent), policy.drift.audit_factor
    shares = {preset: policy.presets.limits(preset).audit_probability for preset in Preset}
    highest = audit_probability(max(shares.values()), drifting=drifting, factor=factor)
    if not audit_drawn(fleet.audit_secret, str(task_id), highest):
        return None
    answer = _LATEST.first(task_id)
    assert answer is not None, "a task is written with its decision"  # noqa: S101
    preset = Preset(answer.preset)
    share = shares[preset]
    probability = audit_probability(share, drifting=drifting, factor=factor)
    if not audit_drawn(fleet.audit_secret, str(task_id), probability):
        return None
    return _Drawn(probability, audit_sentence(preset, share, probability))


def _put(
    agent: Agent,
    fleet: Fleet,
    outcome: Outcome,
    drawn: _Drawn,
    *,
    policy: Policy,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Put a drawn audit before people, or say why it is skipped; the first of a day is told."""
    limits = policy.audits
    load = audit_load(fleet_id=agent.fleet_id, policy=limits, now=now)
    if audit_refused(load, limits) is None or not load.is_skipping:
        # What must hold however many arrive at once: the limits, and that a day is told once.
        asked_lock([agent.pk])
        fleet_lock(agent.fleet_id)
        load = audit_load(fleet_id=agent.fleet_id, policy=limits, now=now)
    refused = audit_refused(load, limits)
    audit = Audit(
        fleet_id=agent.fleet_id,
        agent=agent,
        outcome=outcome,
        asked=None if refused else drawn.asked,
        probability=drawn.probability,
        sentence=refused or drawn.sentence,
        drawn_at=now,
        state=(AuditState.SKIPPED if refused else AuditState.OPEN).value,
    )
    rows_insert(audit)
    if audit.asked is not None and drawn.is_last:
        audit.asked.closed_at = now
        row_update(audit.asked, "closed_at")
    if refused:
        skipped = AuditsSkipped(
            fleet_id=agent.fleet_id, actor=ACTOR, agent_id=agent.pk, sentence=refused
        )
        return () if load.is_skipping else (skipped,)
    assert outcome.task_id is not None, "only governed tasks are drawn"  # noqa: S101
    return (
        AuditDrawn(
            fleet_id=agent.fleet_id,
            actor=ACTOR,
            task_id=outcome.task_id,
            agent_id=agent.pk,
            outcome_id=outcome.pk,
            probability=drawn.probability,
            sentence=drawn.sentence,
            enforced=not in_shadow(agent, fleet),
        ),
    )


def _four_eyes(agent: Agent, audit: Audit, actor: str) -> None:
    """Refuse who answers for the work; whoever approved it is known to the ticket's rules."""
    if agent.owner.get_username() == actor:
        raise ForbiddenError(
            f"You own {agent.external_id}; somebody else must judge its work.", code="own_agent"
        )
    task = audit.outcome.task
    if task is not None and task.requested_by == actor:
        raise ForbiddenError(
            f"You asked for {task.external_id}; somebody else must judge it.", code="own_task"
        )
