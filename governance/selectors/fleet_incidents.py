"""Incidents of a whole fleet: faults that many agents share, with the alarms held for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from governance.models import Agent, DriftAlarm, FleetIncident
from governance.refusals import MissingError

if TYPE_CHECKING:
    from uuid import UUID

    from governance.models import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSeen:
    """One incident; ``held`` counts the alarms of its kind that were held while it was open."""

    incident: FleetIncident
    held: int


def fleet_incidents(*, fleet: Fleet, most: int) -> list[IncidentSeen]:
    """Return the fleet's incidents, open ones first, then the newest."""
    listed = FleetIncident.objects.filter(fleet=fleet).annotate(held=_held())
    found = listed.order_by(F("ended_at").desc(nulls_first=True), "-raised_at", "-id")
    return [IncidentSeen(incident=each, held=each.held) for each in found[:most]]


def fleet_incident_get(*, fleet: Fleet, incident_id: UUID) -> IncidentSeen:
    """Return one incident of the fleet.

    Raises:
        MissingError: if the fleet has no such incident.
    """
    found = FleetIncident.objects.filter(fleet=fleet, pk=incident_id).annotate(held=_held())
    incident = found.first()
    if incident is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no incident {incident_id}.",
            code="incident_unknown",
            field="incident",
            value=str(incident_id),
        )
    return IncidentSeen(incident=incident, held=incident.held)


def incident_agents(*, incident: FleetIncident, most: int) -> list[Agent]:
    """Return the agents concerned by external id, at most ``most``."""
    return list(Agent.objects.filter(pk__in=incident.agents).order_by("external_id")[:most])


def _held() -> Coalesce:
    """Return the number of alarms of an incident's kind that were held while it was open."""
    until = Coalesce(OuterRef("ended_at"), Value(datetime.max.replace(tzinfo=UTC)))
    alarms = DriftAlarm.objects.filter(
        agent__fleet=OuterRef("fleet"),
        kind=OuterRef("kind"),
        held=True,
        created_at__gte=OuterRef("raised_at"),
        created_at__lte=until,
    )
    counted = alarms.order_by().values("agent__fleet").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)
