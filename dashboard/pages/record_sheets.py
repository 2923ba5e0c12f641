"""What agents did, as files: the outcomes of one, and what the members of a ring did together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.sheets import Sheet
from governance.selectors.audits import audits_all
from governance.selectors.collusion import ring_jobs_all
from governance.selectors.records import outcomes_all

if TYPE_CHECKING:
    from governance.models import Agent, Audit, CollusionRing, Fleet, Interaction, Outcome

# In memory at a time, however many there are in all.
BATCH = 500


def outcome_sheet(fleet: Fleet, agent: Agent) -> Sheet[Outcome]:
    """Return every outcome of an agent, the newest first, each with the trust right after it."""
    return Sheet(
        name="outcomes",
        fleet=fleet.slug,
        columns={
            "task": lambda outcome: outcome.task_external_id,
            "title": lambda outcome: outcome.task.title if outcome.task else None,
            "finished_at": lambda outcome: outcome.finished_at,
            "received_at": lambda outcome: outcome.received_at,
            "result": lambda outcome: outcome.result,
            "task_type": lambda outcome: outcome.task_type,
            "level": lambda outcome: outcome.level,
            "error_code": lambda outcome: outcome.error_code or None,
            "cost_usd": lambda outcome: outcome.cost_usd,
            "budget_usd": lambda outcome: outcome.budget_usd,
            "value_usd": lambda outcome: outcome.value_usd,
            "duration_s": lambda outcome: outcome.duration_s,
            "source": lambda outcome: outcome.source,
            "is_self_report": lambda outcome: outcome.self_report,
            "is_late": lambda outcome: outcome.late,
            "is_probe": lambda outcome: outcome.is_probe,
            "verified_quality": lambda outcome: outcome.verified_quality,
            "verified_by": lambda outcome: outcome.verified_by or None,
            "trust_after": lambda outcome: _score(outcome.trust_after),
            "policy_version": lambda outcome: outcome.policy_number,
        },
        rows=outcomes_all(agent=agent).iterator(chunk_size=BATCH),
    )


def audit_sheet(fleet: Fleet, agent: Agent) -> Sheet[Audit]:
    """Return what became of every audit of an agent, the latest drawn first.

    Of one that waits nothing says why it was drawn: that names the preset, and with it how far
    the agent is trusted, which whoever judges the work must not know.
    """
    return Sheet(
        name="audits",
        fleet=fleet.slug,
        columns={
            "audit": lambda audit: audit.pk,
            "task": lambda audit: audit.outcome.task_external_id,
            "drawn_at": lambda audit: audit.drawn_at,
            "state": lambda audit: audit.state,
            "verdict": lambda audit: audit.verdict or None,
            "settled_by": lambda audit: audit.by or None,
            "settled_at": lambda audit: audit.settled_at,
            "reason": lambda audit: audit.reason or None,
        },
        rows=audits_all(agent=agent).iterator(chunk_size=BATCH),
    )


def job_sheet(fleet: Fleet, ring: CollusionRing) -> Sheet[Interaction]:
    """Return every interaction among the members of a ring since its window, the newest first."""
    return Sheet(
        name="ring-jobs",
        fleet=fleet.slug,
        columns={
            "interaction": lambda job: job.external_id,
            "occurred_at": lambda job: job.occurred_at,
            "initiator": lambda job: job.initiator.external_id,
            "counterparty": lambda job: job.counterparty.external_id,
            "value_usd": lambda job: job.value_usd,
            "cost_usd": lambda job: job.cost_usd,
            "rating": lambda job: job.rating,
            "accepted": lambda job: job.accepted,
            "verified_quality": lambda job: job.verified_quality,
            "verified_by": lambda job: job.verified_by or None,
            "team": lambda job: job.team or None,
        },
        rows=ring_jobs_all(ring=ring).iterator(chunk_size=BATCH),
    )


def _score(trust: float | None) -> float | None:
    """Return a score with as many places as anybody can use; None where there is none."""
    return None if trust is None else round(trust, 6)
