"""Checks of what some agents do for each other: asked for by people, taken by the next jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.domain.collusion.checks import checks_phrase, checks_wanted
from governance.domain.collusion.vouching import is_work_for
from governance.domain.permissions import Action
from governance.events import ChecksAsked
from governance.models import Agent, TieCheck
from governance.refusals import MissingError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import agents_lock, ring_called_on, scan_full
from governance.selectors.fleets import fleet_lock
from governance.selectors.people import person_require
from governance.selectors.policies import policy_in_force
from governance.selectors.tie_checks import check_left, check_so_far, checks_open
from governance.selectors.vouching import word_of
from governance.services.asked import asked_lock
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.models import CollusionRing, Fleet, Outcome


@transaction.atomic
def tie_check_ask(*, fleet: Fleet, user: User, agents: frozenset[UUID]) -> TieCheck:
    """Have the next jobs on a watched tie checked; once, until all of them are done.

    Raises:
        ForbiddenError: unless the person may judge rings.
        MissingError: tie_not_watched, if the last scan of the window does not list these agents.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.COLLUSION_SETTLE)
    if agents not in _ties_watched(fleet):
        raise MissingError(
            "The last scan of the whole window does not watch these agents as a tie.",
            code="tie_not_watched",
            field="agents",
            value=", ".join(sorted(map(str, agents))),
        )
    members = agents_lock(Agent.objects.filter(fleet=fleet, pk__in=agents))
    standing = _standing(members)
    if standing is not None:
        return standing
    jobs = policy_in_force(fleet=fleet)[1].collusion.verify_jobs
    actor = user.get_username()
    wanted = checks_wanted(len(members), jobs)
    check = _stored(TieCheck(fleet=fleet, wanted=wanted, asked_by=actor, asked_at=now), members)
    told = ChecksAsked(
        fleet_id=fleet.pk,
        actor=actor,
        check_id=check.pk,
        wanted=check.wanted,
        agents=tuple(str(agent.pk) for agent in members),
        sentence=checks_phrase([agent.name for agent in members], check.wanted),
    )
    events_publish(told, now=now)
    return check


def ring_checks_step(
    *, ring: CollusionRing, agents: Sequence[Agent], jobs: int, actor: str, now: datetime
) -> str:
    """Have the next jobs inside a ring checked and return that in a sentence (a step).

    In step, it is work of others for them that says something: those they call on count in. The
    caller holds the members, ``agents``, and whom they call on. Checks of the ring that stand give
    way, for it may have grown.
    """
    ring_checks_end(ring=ring, now=now)
    called_on = list(ring_called_on(ring=ring).exclude(pk__in=[agent.pk for agent in agents]))
    wanted = checks_wanted(len(agents), jobs)
    check = TieCheck(fleet_id=ring.fleet_id, ring=ring, wanted=wanted, asked_by=actor, asked_at=now)
    _stored(check, [*agents, *called_on])
    return checks_phrase([agent.name for agent in agents], wanted, len(called_on))


def ring_checks_end(*, ring: CollusionRing, now: datetime) -> None:
    """Let no more jobs be checked for a ring; what waits for people stays."""
    TieCheck.objects.filter(ring=ring, closed_at=None).update(closed_at=now)


def job_asked(*, agent: Agent, outcome: Outcome) -> tuple[TieCheck, int] | None:
    """Return the checks that take a stored outcome of a locked agent, and how many follow it.

    Where one does, the fleet is locked: of two jobs that end at once only one is the last.
    """
    if not agent.tie_checked:
        return None
    standing = checks_open(agent=agent)
    if not standing:
        agent.tie_checked = False
        Agent.objects.filter(pk=agent.pk).update(tie_checked=False)
        return None
    word = word_of(
        agent=agent,
        task=outcome.task,
        asked_by=outcome.source,
        speaks_for=frozenset(),
        verified=False,
    )
    wanted = [check for check, others in standing if is_work_for(word, others)]
    if not wanted:
        return None
    asked_lock([agent.pk])
    fleet_lock(agent.fleet_id)
    for check in wanted:
        left = check_left(check=check)
        if left:
            return check, left - 1
    return None


def _ties_watched(fleet: Fleet) -> set[frozenset[UUID]]:
    """Return the ties of the watch list; a group in step does its work for others."""
    full = scan_full(fleet=fleet)
    listed = full.watch if full is not None else []
    return {frozenset(map(UUID, each["agents"])) for each in listed if each["expected"] is not None}


def _standing(agents: Sequence[Agent]) -> TieCheck | None:
    """Return the checks of exactly these agents that are not done yet."""
    ids = {agent.pk for agent in agents}
    checks = TieCheck.objects.filter(agents__in=ids, ring=None).distinct()
    for check in checks.order_by("-asked_at", "-id"):
        is_same = set(check.agents.values_list("pk", flat=True)) == ids
        if is_same and not check_so_far(check=check).is_done:
            return check
    return None


def _stored(check: TieCheck, agents: Sequence[Agent]) -> TieCheck:
    check.save()
    check.agents.set(agents)
    Agent.objects.filter(pk__in=[agent.pk for agent in agents]).update(tie_checked=True)
    return check
