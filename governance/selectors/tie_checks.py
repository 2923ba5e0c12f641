"""Checks that people asked for on ties: which stand, and how far they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from governance.domain.audits import AuditState
from governance.models import TieCheck

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Agent, CollusionRing, Fleet


class AskedCheck(NamedTuple):
    """Checks that people asked for: how many of the ``wanted`` jobs they have judged, and whether
    nothing more comes.
    """

    wanted: int
    done: int
    is_done: bool


def checks_open(*, agent: Agent) -> list[tuple[TieCheck, Mapping[UUID, str]]]:
    """Return the checks that still take jobs of an agent, each with the others by external id."""
    open_ones = TieCheck.objects.filter(agents=agent.pk, closed_at=None).order_by("id")
    return [
        (check, dict(check.agents.exclude(pk=agent.pk).values_list("pk", "external_id")))
        for check in open_ones
    ]


def check_left(*, check: TieCheck) -> int:
    """Return how many jobs are still to be put before people; a skipped audit is not tied to it."""
    return max(0, check.wanted - check.audits.count())


def check_so_far(*, check: TieCheck) -> AskedCheck:
    """Return how far checks have come."""
    states = [audit.state for audit in check.audits.all()]
    done = states.count(AuditState.SETTLED.value)
    return AskedCheck(check.wanted, done, check.closed_at is not None and done == len(states))


def checks_latest(*, fleet: Fleet) -> dict[frozenset[UUID], AskedCheck]:
    """Return how far the latest checks asked for from the watch list are, by their agents."""
    return _latest(TieCheck.objects.filter(fleet=fleet, ring=None))


def ring_check(*, ring: CollusionRing) -> AskedCheck | None:
    """Return how far the checks asked for of a ring are, those of rings it took over too; None
    if none were. Of the same agents the latest count."""
    found = _latest(TieCheck.objects.filter(ring=ring)).values()
    if not found:
        return None
    return AskedCheck(
        wanted=sum(check.wanted for check in found),
        done=sum(check.done for check in found),
        is_done=all(check.is_done for check in found),
    )


def _latest(checks: QuerySet[TieCheck]) -> dict[frozenset[UUID], AskedCheck]:
    """Return how far the latest of these checks are, by their agents."""
    latest = {
        frozenset(agent.pk for agent in check.agents.all()): check
        for check in checks.order_by("asked_at", "id").prefetch_related("agents", "audits")
    }
    return {agents: check_so_far(check=check) for agents, check in latest.items()}
