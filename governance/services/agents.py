"""Agents: registered once, changed visibly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction

from governance.domain.money import usd
from governance.events import AgentChanged
from governance.models import Agent, FormerKin, Standing
from governance.refusals import ForbiddenError, InvalidFieldError
from governance.selectors.clock import clock_now
from governance.services.beginnings import agent_begin_step
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.models import Fleet
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import AgentBody


@transaction.atomic
def agent_put(*, key: KeyPrincipal, external_id: str, body: AgentBody) -> tuple[Agent, bool]:
    """Return the agent as described and whether it is new. The same description changes nothing.

    A new one starts from what its kin did, and inherits from a look-alike that was frozen lately.

    Raises:
        InvalidFieldError: if the owner is no member of the fleet, or the budget is no amount.
        ForbiddenError: if the key is bound to other agents.
    """
    now = clock_now()
    fields = _fields(key.fleet, body)
    agent, created = Agent.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        fleet=key.fleet, external_id=external_id, defaults={**fields, "created_at": now}
    )
    if created:
        _refuse_bound(key)
        events = agent_begin_step(agent=agent, fleet=key.fleet, actor=key.actor, now=now)
        events_publish(*events, now=now)
        return agent, True
    if not key.speaks_for(agent):
        _refuse_bound(key)
    changed = tuple(sorted(n for n, value in fields.items() if getattr(agent, n) != value))
    if changed:
        _kin_kept(agent, changed, now)
        for name in changed:
            setattr(agent, name, fields[name])
        agent.save(update_fields=changed)
        events_publish(
            AgentChanged(
                fleet_id=key.fleet.pk, actor=key.actor, agent_id=agent.pk, fields_changed=changed
            ),
            now=now,
        )
    return agent, False


def _kin_kept(agent: Agent, changed: Collection[str], now: datetime) -> None:
    """Remember beside whom a locked agent's outcomes were judged so far, if that changes."""
    if "owner" in changed or "template" in changed:
        FormerKin.objects.create(
            agent=agent,
            fact=Standing.objects.values_list("facts", flat=True).get(agent=agent),
            owner=str(agent.owner_id),
            template=agent.template,
            created_at=now,
        )


def _fields(fleet: Fleet, body: AgentBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "owner": _owner(fleet, body.owner),
        "template": body.template,
        "model": body.model,
        "mandate_tools": list(body.mandate.tools),
        "mandate_environments": [environment.value for environment in body.mandate.environments],
        "mandate_level": body.mandate.level.value,
        "budget_usd": (
            None if body.budget_usd is None else usd(body.budget_usd, field="budget_usd")
        ),
    }


def _owner(fleet: Fleet, username: str) -> User:
    """Return the person who answers for the agent: somebody of this fleet."""
    owner = (
        get_user_model()
        .objects.filter(username=username, is_active=True, memberships__fleet=fleet)
        .first()
    )
    if owner is None:
        raise InvalidFieldError(
            f"{username} is not a member of fleet {fleet.slug}.",
            field="owner",
            value=username,
            allowed="the user name of a member of this fleet",
        )
    return owner


def _refuse_bound(key: KeyPrincipal) -> None:
    if key.agent_ids:
        raise ForbiddenError(
            "This key is bound to other agents.", code="agent_not_of_key", field="agent"
        )
