"""What was audited of one agent, and what that corrected."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from governance.domain.audits import AuditState, AuditVerdict
from governance.models import Audit, Correction

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from governance.models import Agent, Fleet


class AuditCounts(NamedTuple):
    """Audits of an agent drawn in some time, by what became of them."""

    passed: int
    failed: int
    unclear: int
    waiting: int
    skipped: int

    @property
    def drawn(self) -> int:
        """Return how many were drawn, skipped ones included."""
        return sum(self)


class AuditStanding(StrEnum):
    """What became of an audit, in the order of `AuditCounts`."""

    PASSED = "passed"
    FAILED = "failed"
    UNCLEAR = "unclear"
    WAITING = "waiting"
    SKIPPED = "skipped"


# An audit that nobody judged in its time is unclear, by the sweeper.
_STANDINGS: Mapping[AuditStanding, tuple[AuditState, str]] = {
    AuditStanding.PASSED: (AuditState.SETTLED, AuditVerdict.PASSED.value),
    AuditStanding.FAILED: (AuditState.SETTLED, AuditVerdict.FAILED.value),
    AuditStanding.UNCLEAR: (AuditState.SETTLED, AuditVerdict.UNCLEAR.value),
    AuditStanding.WAITING: (AuditState.OPEN, ""),
    AuditStanding.SKIPPED: (AuditState.SKIPPED, ""),
}


def audits_all(*, agent: Agent) -> QuerySet[Audit]:
    """Return every audit of the agent that was drawn, with its outcome, the latest first."""
    return agent.audits.select_related("outcome").order_by("-drawn_at", "-id")


def audits_counted(*, agent: Agent, since: datetime) -> AuditCounts:
    """Return what became of the audits drawn since a moment; one query."""
    return _counted(Audit.objects.filter(agent=agent, drawn_at__gte=since))


def fleet_audits_counted(*, fleet: Fleet, since: datetime, until: datetime) -> AuditCounts:
    """Return what became of the fleet's audits drawn in (since, until]; one query."""
    return _counted(Audit.objects.filter(fleet=fleet, drawn_at__gt=since, drawn_at__lte=until))


def fleet_audits(
    *,
    fleet: Fleet,
    since: datetime,
    until: datetime,
    standing: AuditStanding | None = None,
    most: int | None = None,
) -> QuerySet[Audit]:
    """Return the fleet's audits drawn in (since, until], the latest first, with their tasks.

    ``standing`` narrows them to what became of them.
    """
    drawn = Audit.objects.filter(fleet=fleet, drawn_at__gt=since, drawn_at__lte=until)
    if standing is not None:
        state, verdict = _STANDINGS[standing]
        drawn = drawn.filter(state=state.value, verdict=verdict)
    listed = drawn.select_related("agent", "outcome__task").order_by("-drawn_at", "-pk")
    return listed[:most]


def audit_standing(audit: Audit) -> AuditStanding:
    """Return what became of an audit; no query."""
    place = (AuditState(audit.state), audit.verdict)
    return next(name for name, each in _STANDINGS.items() if each == place)


def audit_skipped_last(*, agent: Agent, since: datetime) -> Audit | None:
    """Return the latest audit since a moment that was drawn and put before nobody."""
    skipped = Audit.objects.filter(agent=agent, drawn_at__gte=since, state=AuditState.SKIPPED.value)
    return skipped.order_by("-drawn_at", "-id").first()


def corrections_recent(*, agent: Agent, most: int) -> list[Correction]:
    """Return the latest corrections of the agent's outcomes, newest first."""
    return list(Correction.objects.filter(agent=agent).order_by("-fact")[:most])


def _counted(audits: QuerySet[Audit]) -> AuditCounts:
    rows = audits.order_by().values_list("state", "verdict").annotate(n=Count("id"))
    counts = {(state, verdict): n for state, verdict, n in rows}
    return AuditCounts(**{name.value: counts.get(place, 0) for name, place in _STANDINGS.items()})
