"""What detectors found in a fleet, as files: alarms, cascades, incidents, rings, teams, watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from dashboard.display.sheets import Sheet
from dashboard.pages.agent_links import agent_url
from dashboard.pages.cascades import cascade_url
from dashboard.pages.collusion import ring_url
from dashboard.pages.fleet_incidents import incident_url
from dashboard.pages.overview import ALARMS_SINCE, alarm_url
from governance.selectors.cascades import cascade_held, cascades_listed
from governance.selectors.collusion import rings_ever, scan_full
from governance.selectors.fleet_days import alarms_since
from governance.selectors.fleet_incidents import fleet_incidents
from governance.selectors.teams import teams_ever

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from governance.models import (
        Agent,
        Cascade,
        CascadeTask,
        CollusionRing,
        DeclaredTeam,
        Fleet,
    )
    from governance.selectors.fleet_days import Alarm
    from governance.selectors.fleet_incidents import IncidentSeen

# Findings are few: their detectors see to that. More would be a fault of theirs.
EVERY = 100_000


def alarm_sheet(fleet: Fleet, *, now: datetime) -> Sheet[Alarm]:
    """Return the alarms of the overview's seven days, all of them, the newest first."""
    return Sheet(
        name="alarms",
        fleet=fleet.slug,
        columns={
            "kind": lambda alarm: alarm.kind,
            "at": lambda alarm: alarm.at,
            "agent": lambda alarm: alarm.agent or None,
            "sentence": lambda alarm: alarm.sentence,
            "is_open": lambda alarm: alarm.is_open,
            "path": lambda alarm: alarm_url(alarm, fleet.slug),
        },
        rows=alarms_since(fleet=fleet, since=now - ALARMS_SINCE, most=EVERY),
    )


def cascade_sheet(fleet: Fleet) -> Sheet[tuple[Cascade, int, int]]:
    """Return every cascade of the fleet, open ones first."""
    return Sheet(
        name="cascades",
        fleet=fleet.slug,
        columns={
            "cascade": lambda row: row[0].pk,
            "path": lambda row: cascade_url(fleet.slug, row[0].pk),
            "title": lambda row: row[0].root.title,
            "root_task": lambda row: row[0].root.external_id,
            "agent": lambda row: row[0].agent.external_id,
            "origin": lambda row: row[0].origin,
            "sentence": lambda row: row[0].sentence,
            "is_enforced": lambda row: row[0].enforced,
            "held": lambda row: row[1],
            "waiting": lambda row: row[2],
            "beyond_caps": lambda row: row[0].beyond,
            "opened_at": lambda row: row[0].opened_at,
            "resolved_at": lambda row: row[0].resolved_at,
            "resolved_by": lambda row: row[0].resolved_by or None,
            "resolution": lambda row: row[0].resolution or None,
        },
        rows=cascades_listed(fleet=fleet, most=EVERY),
    )


def held_sheet(fleet: Fleet, cascade: Cascade) -> Sheet[CascadeTask]:
    """Return what one cascade reached, the tasks nearest to the fault first."""
    return Sheet(
        name="cascade-tasks",
        fleet=fleet.slug,
        columns={
            "task": lambda row: row.task.external_id,
            "title": lambda row: row.task.title,
            "agent": lambda row: row.task.agent.external_id,
            "level": lambda row: row.task.level or None,
            "task_state": lambda row: row.task.state,
            "steps_below": lambda row: row.level,
            "fate": lambda row: row.fate,
            "settled": lambda row: row.settled or None,
            "settled_by": lambda row: row.settled_by or None,
            "settled_at": lambda row: row.settled_at,
            "reason": lambda row: row.reason or None,
        },
        rows=cascade_held(cascade=cascade),
    )


def incident_sheet(fleet: Fleet) -> Sheet[IncidentSeen]:
    """Return every incident of the fleet, open ones first."""
    return Sheet(
        name="incidents",
        fleet=fleet.slug,
        columns={
            "incident": lambda seen: seen.incident.pk,
            "path": lambda seen: incident_url(fleet.slug, seen.incident.pk),
            "kind": lambda seen: seen.incident.kind,
            "sentence": lambda seen: seen.incident.sentence,
            "agents": lambda seen: len(seen.incident.agents),
            "alarms_held": lambda seen: seen.held,
            "raised_at": lambda seen: seen.incident.raised_at,
            "ended_at": lambda seen: seen.incident.ended_at,
        },
        rows=fleet_incidents(fleet=fleet, most=EVERY),
    )


def ring_sheet(fleet: Fleet) -> Sheet[CollusionRing]:
    """Return every ring of the fleet, cleared ones too, but for those that another took over."""
    return Sheet(
        name="rings",
        fleet=fleet.slug,
        columns={
            "ring": lambda ring: ring.pk,
            "path": lambda ring: ring_url(fleet.slug, ring.pk),
            "state": lambda ring: ring.state,
            "is_enforced": lambda ring: ring.enforced,
            "members": lambda ring: _ids(ring.agents.all()),
            "kind": lambda ring: ring.kind,
            "sentence": lambda ring: ring.sentence,
            "findings": lambda ring: len(ring.findings),
            "chance": lambda ring: ring.chance,
            "value_usd": lambda ring: ring.value_usd,
            "severity_usd": lambda ring: ring.severity_usd,
            "opened_at": lambda ring: ring.opened_at,
            "found_at": lambda ring: ring.found_at,
            "settled_at": lambda ring: ring.settled_at,
            "settled_by": lambda ring: ring.settled_by or None,
            "reason": lambda ring: ring.reason or None,
        },
        rows=rings_ever(fleet=fleet),
    )


def team_sheet(fleet: Fleet) -> Sheet[DeclaredTeam]:
    """Return every declared team of the fleet, the latest declared first."""
    return Sheet(
        name="teams",
        fleet=fleet.slug,
        columns={
            "team": lambda team: team.pk,
            "name": lambda team: team.name or None,
            "members": lambda team: _ids(team.agents.all()),
            "reason": lambda team: team.reason,
            "declared_by": lambda team: team.declared_by,
            "declared_at": lambda team: team.declared_at,
            "until": lambda team: team.until,
            "ring_path": lambda team: ring_url(fleet.slug, team.ring_id) if team.ring_id else None,
            "ended_by": lambda team: team.ended_by or None,
            "ended_at": lambda team: team.ended_at,
            "end_reason": lambda team: team.end_reason or None,
        },
        rows=teams_ever(fleet=fleet),
    )


def watch_sheet(fleet: Fleet) -> Sheet[Mapping[str, Any]]:
    """Return what the last whole scan watches, which accuses nobody."""
    scan = scan_full(fleet=fleet)
    watched = scan.watch if scan else []
    agents = fleet.agents.in_bulk([UUID(pk) for each in watched for pk in each["agents"]])

    def members(each: Mapping[str, Any]) -> list[str]:
        return _ids(agents[UUID(pk)] for pk in each["agents"] if UUID(pk) in agents)

    columns: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
        "agents": members,
        "sentence": lambda each: each["why"],
        "interactions": lambda each: each["interactions"],
        "expected": lambda each: each["expected"],
        "checked": lambda each: each["checked"],
    }
    return Sheet(name="watched", fleet=fleet.slug, columns=columns, rows=watched)


def rank_sheet(fleet: Fleet) -> Sheet[tuple[Agent, float]]:
    """Return where each agent ranks by the last whole scan, the first to be checked first."""
    scan = scan_full(fleet=fleet)
    risks = [(UUID(pk), risk) for pk, risk in scan.risks] if scan else []
    agents = fleet.agents.in_bulk([pk for pk, _ in risks])
    return Sheet(
        name="ranking",
        fleet=fleet.slug,
        columns={
            "agent": lambda row: row[0].external_id,
            "path": lambda row: agent_url("agent", row[0].pk, fleet=fleet.slug),
            "risk": lambda row: row[1],
        },
        rows=[(agents[pk], risk) for pk, risk in risks if pk in agents],
    )


def _ids(agents: Iterable[Agent]) -> list[str]:
    return sorted(agent.external_id for agent in agents)
