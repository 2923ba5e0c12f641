"""Mandates narrowed by people on what an agent did, and given back by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.permissions import Action
from governance.domain.types import BlastLevel
from governance.events import MandateLowered, MandateRestored
from governance.models import Agent
from governance.refusals import ConflictError
from governance.selectors.agents import agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.people import person_require
from governance.services.events import events_publish
from governance.services.reasons import reason_require

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.events import FleetEvent
    from governance.models import Fleet


def mandate_lower_step(
    *, agent: Agent, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Let a locked agent reach one blast level less without a person (a step; caller publishes).

    It is kept as a ceiling beside the mandate, so that its orchestrator, which describes the agent
    again and again, does not lift it. An agent that reaches LOW alone stays there: nothing is
    said, because nothing changes.
    """
    del now  # the event's time is the publisher's
    before = agent.level_alone
    if before is BlastLevel.LOW:
        return ()
    after = list(BlastLevel)[before.rank - 1]
    agent.mandate_ceiling = after.value
    Agent.objects.filter(pk=agent.pk).update(mandate_ceiling=after.value)
    return (
        MandateLowered(
            fleet_id=agent.fleet_id,
            actor=actor,
            agent_id=agent.pk,
            before=before.value,
            after=after.value,
            reason=reason,
        ),
    )


@transaction.atomic
def mandate_restore(*, fleet: Fleet, agent_external_id: str, user: User, reason: str) -> Agent:
    """Lift the ceiling that people set: the agent's mandate is in force again as described.

    Raises:
        MissingError: for an agent the fleet does not have.
        ForbiddenError: unless the person may change mandates.
        InvalidFieldError: without a reason.
        ConflictError: mandate_not_lowered.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.AGENT_REGISTER)
    reason_require(reason, missing="To give a mandate back needs a reason.")
    agent = agent_lock_named(fleet=fleet, external_id=agent_external_id)
    if not agent.mandate_ceiling:
        sentence = f"The mandate of {agent.external_id} is not lowered."
        raise ConflictError(sentence, code="mandate_not_lowered")
    before = agent.level_alone
    agent.mandate_ceiling = ""
    Agent.objects.filter(pk=agent.pk).update(mandate_ceiling="")
    restored = MandateRestored(
        fleet_id=fleet.pk,
        actor=user.get_username(),
        agent_id=agent.pk,
        before=before.value,
        after=agent.level_alone.value,
        reason=reason.strip(),
    )
    events_publish(restored, now=now)
    return agent
