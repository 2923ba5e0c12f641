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
    """Return how far the checks asked for of a ring are, with those of rings it took over; None if
    none were.

    Whoever asks again asks for the ring as it has grown: that takes the place of what was asked of
    some of these agents before.
    """
    newest_first = reversed(_latest(TieCheck.objects.filter(ring=ring)).items())
    counted: dict[frozenset[UUID], AskedCheck] = {}
    for agents, check in newest_first:
        if not any(agents <= later for later in counted):
            counted[agents] = check
    if not counted:
        return None
    return AskedCheck(
        wanted=sum(check.wanted for check in counted.values()),
        done=sum(check.done for check in counted.values()),
        is_done=all(check.is_done for check in counted.values()),
    )


def _latest(checks: QuerySet[TieCheck]) -> dict[frozenset[UUID], AskedCheck]:
    """Return how far the latest of these checks are by their agents, the latest last."""
    latest: dict[frozenset[UUID], TieCheck] = {}
    for check in checks.order_by("asked_at", "id").prefetch_related("agents", "audits"):
        agents = frozenset(agent.pk for agent in check.agents.all())
        latest.pop(agents, None)
        latest[agents] = check
    return {agents: check_so_far(check=check) for agents, check in latest.items()}
