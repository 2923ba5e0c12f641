"""Findings that wait for people, in every living fleet: what must have its question.

What is found in shadow waits for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from governance.domain.audits import AuditState
from governance.domain.types import Enforcement
from governance.models import Audit, Cascade, CollusionRing, DriftAlarm
from governance.selectors.collusion import STANDING

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet


# What is found about these agents acts: by their own say, or by their fleet's.
_ACTING = Q(agent__enforcement=Enforcement.ENFORCE.value) | Q(
    agent__enforcement="", agent__fleet__enforcement=Enforcement.ENFORCE.value
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """One finding: its id, whose it is, and what its event said.

    ``subject`` is the id of the agent, the audited outcome or the cascade.
    """

    subject: UUID
    fleet_id: UUID
    agent_id: UUID
    agent: str
    code: str
    sentence: str
    evidence: dict[str, Any]


def drifts_unsettled(*, but: Collection[UUID], most: int) -> list[Unsettled]:
    """Return the agents with an open drift alarm, each with its newest one.

    Args:
        but: ids of agents to leave out.
        most: how many at most.
    """
    alarms = (
        DriftAlarm.objects.select_related("agent")
        .filter(held=False, acknowledged_at=None, agent__fleet__archived_at=None)
        .filter(_ACTING)
    )
    newest = alarms.exclude(agent_id__in=but).order_by("agent_id", "-raised_at", "-id")
    return [
        Unsettled(
            subject=alarm.agent_id,
            fleet_id=alarm.agent.fleet_id,
            agent_id=alarm.agent_id,
            agent=alarm.agent.external_id,
            code=alarm.signal,
            sentence=alarm.sentence,
            evidence=alarm.evidence,
        )
        for alarm in newest.distinct("agent_id")[:most]
    ]


def audits_unsettled(*, but: Collection[UUID], most: int) -> list[Unsettled]:
    """Return the audits that nobody has judged, by outcome, but those of ``but``."""
    waiting = (
        Audit.objects.select_related("agent")
        .filter(state=AuditState.OPEN.value, fleet__archived_at=None)
        .filter(_ACTING)
    )
    return [
        Unsettled(
            subject=audit.outcome_id,
            fleet_id=audit.fleet_id,
            agent_id=audit.agent_id,
            agent=audit.agent.external_id,
            code="audit_drawn",
            sentence=audit.sentence,
            evidence={"probability": audit.probability},
        )
        for audit in waiting.exclude(outcome_id__in=but).order_by("drawn_at", "id")[:most]
    ]


def cascades_unsettled(*, but: Collection[UUID], most: int) -> list[Unsettled]:
    """Return the cascades that act and are not over, but those of ``but``."""
    waiting = Cascade.objects.select_related("agent").filter(
        resolved_at=None, enforced=True, fleet__archived_at=None
    )
    return [
        Unsettled(
            subject=cascade.pk,
            fleet_id=cascade.fleet_id,
            agent_id=cascade.agent_id,
            agent=cascade.agent.external_id,
            code="cascade",
            sentence=cascade.sentence,
            evidence={**cascade.evidence, "root": str(cascade.root_id)},
        )
        for cascade in waiting.exclude(pk__in=but).order_by("opened_at", "id")[:most]
    ]


def rings_unsettled() -> QuerySet[CollusionRing]:
    """Return the rings that act and may wait for a verdict, each with its fleet.

    A confirmed one may have grown: its ticket tells.
    """
    acting = CollusionRing.objects.filter(
        state__in=STANDING, enforced=True, fleet__archived_at=None
    )
    return acting.select_related("fleet").order_by("opened_at", "id")
