"""What is on record about drift: alarms of an agent, incidents of a fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.drift_state import DriftKind
from governance.domain.fleet_incident import Traits
from governance.models import Agent, DriftAlarm, FleetIncident

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from governance.models import Fleet


def drift_is_open(agent: Agent) -> bool:
    """Return whether an alarm of the agent waits for people; no query."""
    return agent.standing.drifting


def alarms_open(*, agent: Agent) -> QuerySet[DriftAlarm]:
    """Return the agent's alarms that nobody has acknowledged, oldest first."""
    return DriftAlarm.objects.filter(agent=agent, held=False, acknowledged_at=None).order_by(
        "raised_at", "id"
    )


def alarms_recent(*, agent: Agent, most: int) -> list[DriftAlarm]:
    """Return the agent's latest alarms, held ones included, newest first."""
    return list(DriftAlarm.objects.filter(agent=agent).order_by("-raised_at", "-id")[:most])


def incidents_open(*, fleet: Fleet) -> list[FleetIncident]:
    """Return the fleet's incidents of drift that have not ended, oldest first."""
    found = FleetIncident.objects.filter(fleet=fleet, kind__in=list(DriftKind), ended_at=None)
    return list(found.order_by("raised_at"))


def agents_alarming(
    *, fleet: Fleet, kind: str, after: datetime, until: datetime, held: bool = True
) -> list[str]:
    """Return the ids of agents with an alarm of a kind in (after, until], each once, in order.

    Without ``held`` alarms that were held do not count.
    """
    alarms = DriftAlarm.objects.filter(
        agent__fleet=fleet, kind=kind, raised_at__gt=after, raised_at__lte=until
    )
    if not held:
        alarms = alarms.filter(held=False)
    found = alarms.order_by("agent_id").values_list("agent_id", flat=True).distinct()
    return [str(agent_id) for agent_id in found]


def alarms_count(*, fleet: Fleet, kind: str, after: datetime, until: datetime) -> int:
    """Return how many alarms of a kind were raised in (after, until], held ones left out."""
    return DriftAlarm.objects.filter(
        agent__fleet=fleet, kind=kind, held=False, raised_at__gt=after, raised_at__lte=until
    ).count()


def traits_of(*, fleet: Fleet) -> Mapping[str, Traits]:
    """Return what agents of the fleet may have in common, by agent id."""
    rows = Agent.objects.filter(fleet=fleet).order_by("pk")
    return {
        str(pk): {
            "model": [model] if model else [],
            "tool": list(tools),
            "owner": [owner],
            "template": [template] if template else [],
        }
        for pk, model, tools, owner, template in rows.values_list(
            "pk", "model", "mandate_tools", "owner__username", "template"
        )
    }
