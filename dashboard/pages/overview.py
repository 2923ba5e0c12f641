"""The overview of a fleet: key figures, what changed, what to look at, and the system itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.overview import AlarmLine, KeyFigure, OverviewPage
from dashboard.display.durations import NBSP, day_time, duration_text, span_text
from dashboard.display.figures import plural, share, whole_money
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.before import count_before, time_before
from dashboard.pages.cascades import cascade_url
from dashboard.pages.collusion import ring_url
from dashboard.pages.fleet import summary
from dashboard.pages.fleet_incidents import incident_url
from dashboard.pages.looks import look_rows
from dashboard.pages.overview_changes import Lately, changes
from dashboard.pages.periods import zone_query, zone_switch
from escalations.selectors.service_level import service_level, waiting_now
from escalations.selectors.sweeping import SWEEPER_LATE, sweeper_lag
from governance.domain.permissions import Action, permitted
from governance.selectors.attention import agents_to_look_at
from governance.selectors.clock import clock_now
from governance.selectors.collusion import scan_full
from governance.selectors.feed import unsent
from governance.selectors.fleet_days import (
    DAY,
    AlarmKind,
    agents_registered,
    alarms_since,
    month_spending,
    moves_counted,
    policies_since,
    tiers_moved,
)
from governance.selectors.frozen import frozen_now
from governance.selectors.keys import keys_ending
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import drafts_proposed
from governance.selectors.roster import roster_counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from escalations.selectors.service_level import ServiceLevel, WaitingNow
    from governance.domain.types import Role
    from governance.models import Fleet
    from governance.selectors.fleet_days import Alarm

ALARMS_SINCE = timedelta(days=7)
ALARMS_MOST, LOOKS_MOST = 8, 8
# The relay pushes what is older than 2 s, every 2 s.
UNSENT_LATE = timedelta(seconds=30)

_MARKS = {
    AlarmKind.COLLUSION: Mark("Collusion", "swap", "crit"),
    AlarmKind.CASCADE: Mark("Cascade", "tree", "crit"),
    AlarmKind.INCIDENT: Mark("Incident", "warn", "amber"),
    AlarmKind.LATCHED: Mark("Latched", "lock", "ice"),
    AlarmKind.DRIFT: Mark("Drift", "sink", "amber"),
}

# What is about several agents at once.
_TITLES = {
    AlarmKind.COLLUSION: "Agents that may collude",
    AlarmKind.INCIDENT: "Many agents at once",
}


def overview_page(fleet: Fleet, role: Role) -> OverviewPage:
    """Return the whole overview; a fixed number of queries. The fleet was read before.

    Which keys end soon is told to whoever with ``role`` may manage them.
    """
    now = clock_now()
    counts = roster_counts(fleet=fleet, now=now)
    waiting = waiting_now(fleet=fleet, now=now)
    tickets = service_level(fleet=fleet, since=now - DAY, until=now)
    before = service_level(fleet=fleet, since=now - 2 * DAY, until=now - DAY)
    looks = agents_to_look_at(fleet=fleet, now=now)
    place = {"fleet": fleet.slug}
    lately = Lately(
        moves=moves_counted(fleet=fleet, now=now),
        tiers=tiers_moved(fleet=fleet, day=(now - DAY).date()),
        tickets=tickets,
        tickets_before=before,
        policies=policies_since(fleet=fleet, since=now - DAY),
        proposals=drafts_proposed(fleet=fleet),
        registered=agents_registered(fleet=fleet, since=now - DAY),
        ending=keys_ending(fleet=fleet, now=now) if permitted(role, Action.KEYS_MANAGE) else (),
    )
    alarms = alarms_since(fleet=fleet, since=now - ALARMS_SINCE, most=ALARMS_MOST)
    return OverviewPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-overview-parts", kwargs=place) + zone_query(),
        agents_url=reverse("fleet-agents", kwargs=place),
        now=now,
        zone=zone_switch(reverse("fleet-overview", kwargs=place)),
        summary=summary(counts, waiting.waiting, is_halted=fleet.halted_at is not None),
        figures=(
            *_agents(fleet, counts, now=now),
            *_tickets(fleet, waiting, tickets, before),
            _spending(fleet, now=now),
        ),
        changes=changes(fleet, lately),
        alarms=tuple(_alarm(fleet, each) for each in alarms),
        detectors_url=reverse("fleet-detectors", kwargs=place),
        matrix_url=reverse("fleet-matrix", kwargs=place),
        looks=look_rows(looks[:LOOKS_MOST], fleet, now=now),
        need_look=len(looks),
        agents=counts["all"],
        system=_system(fleet, now=now),
    )


def _agents(
    fleet: Fleet, counts: Mapping[str, int], *, now: datetime
) -> tuple[KeyFigure, KeyFigure, KeyFigure]:
    frozen, policy = frozen_now(fleet=fleet, now=now), policy_in_force(fleet=fleet)[1]
    url = reverse("fleet-agents", kwargs={"fleet": fleet.slug})
    held = counts["frozen"] + counts["latched"]
    latched = f"{counts['latched']:,} latched, " if counts["latched"] else ""
    cap = share(policy.breaker.frozen_share_cap, 1)
    return (
        KeyFigure(
            label="Frozen",
            icon="ice",
            value=f"{held:,}",
            note=f"{latched}detectors hold {frozen.frozen} of {frozen.eligible}, cap {cap}",
            url=f"{url}?state={'frozen' if counts['frozen'] else 'latched'}",
        ),
        KeyFigure(
            label="On probation",
            icon="half",
            value=f"{counts['probation']:,}",
            note=f"of {plural(counts['all'], 'agent')}",
            url=f"{url}?state=probation",
        ),
        KeyFigure(
            label="Supervised",
            icon="eye",
            value=f"{counts['supervised']:,}",
            note="people agree from level Medium up",
            url=f"{url}?state=supervised",
        ),
    )


def _tickets(
    fleet: Fleet, waiting: WaitingNow, level: ServiceLevel, before: ServiceLevel
) -> tuple[KeyFigure, KeyFigure, KeyFigure]:
    place = {"fleet": fleet.slug}
    queue, decided = reverse("fleet-queue", kwargs=place), reverse("fleet-decided", kwargs=place)
    soon = waiting.expiring
    known = level.median_s is not None and level.p90_s is not None
    return (
        KeyFigure(
            label="Waiting",
            icon="queue",
            value=f"{waiting.waiting:,}",
            note=(
                f"{soon:,} {'ends' if soon == 1 else 'end'} within 15{NBSP}min"
                if soon
                else f"none ends within 15{NBSP}min"
            ),
            url=f"{queue}?view=expiring" if soon else queue,
            is_bad=bool(soon),
        ),
        KeyFigure(
            label="Time to decide",
            icon="clock",
            value=duration_text(level.median_s or 0.0) if known else "–",
            note=(
                f"median of {level.answered:,} in 24{NBSP}h, 90{NBSP}% within"
                f" {duration_text(level.p90_s or 0.0)}"
                if known
                else f"nothing answered in 24{NBSP}h"
            ),
            before=time_before(before.median_s, before.answered),
            url=decided,
        ),
        KeyFigure(
            label="Expired",
            icon="sand",
            value=f"{level.expired:,}",
            note=f"of {plural(level.ended, 'ticket')} that ended in 24{NBSP}h",
            before=count_before(before.expired, before.ended),
            url=f"{decided}?outcome=expired",
            is_bad=bool(level.expired),
        ),
    )


def _spending(fleet: Fleet, *, now: datetime) -> KeyFigure:
    spending = month_spending(fleet=fleet, now=now)
    parts = []
    if spending.budget:
        parts.append(f"of {whole_money(spending.budget)} in budgets")
    if spending.unlimited:
        parts.append(f"{plural(spending.unlimited, 'agent')} without one")
    return KeyFigure(
        label="Spent this month",
        icon="dot",
        value=whole_money(spending.spent),
        note=", ".join(parts) or "no agent has a budget",
        url=reverse("fleet-agents", kwargs={"fleet": fleet.slug}),
        is_bad=bool(spending.budget) and spending.spent > spending.budget,
    )


def _alarm(fleet: Fleet, alarm: Alarm) -> AlarmLine:
    return AlarmLine(
        mark=_MARKS[alarm.kind],
        title=alarm.agent or _TITLES.get(alarm.kind, ""),
        sentence=alarm.sentence,
        at=alarm.at,
        url=alarm_url(alarm, fleet.slug),
        is_open=alarm.is_open,
    )


def alarm_url(alarm: Alarm, slug: str) -> str:
    """Return the page of what a detector found."""
    subject: UUID = alarm.subject_id
    match alarm.kind:
        case AlarmKind.COLLUSION:
            return ring_url(slug, subject)
        case AlarmKind.CASCADE:
            return cascade_url(slug, subject)
        case AlarmKind.INCIDENT:
            return incident_url(slug, subject)
        case AlarmKind.LATCHED | AlarmKind.DRIFT:
            return agent_url("agent", subject, fleet=slug)


def _system(fleet: Fleet, *, now: datetime) -> tuple[KeyFigure, ...]:
    lag, left = sweeper_lag(now=now), unsent(now=now)
    late = lag > SWEEPER_LATE
    stuck = left.oldest_at is not None and now - left.oldest_at > UNSENT_LATE
    scan = scan_full(fleet=fleet)
    return (
        KeyFigure(
            label="System",
            icon="warn" if late or stuck else "check",
            value="Needs a look" if late or stuck else "All well",
            note="tell whoever runs the stack" if late or stuck else "sweeper and relay keep up",
            is_bad=late or stuck,
        ),
        KeyFigure(
            label="Sweeper behind",
            icon="clock",
            value=span_text(lag.total_seconds()),
            note=f"late from {span_text(SWEEPER_LATE.total_seconds())}",
            is_bad=late,
        ),
        KeyFigure(
            label="Events not sent yet",
            icon="swap",
            value=f"{left.events:,}",
            note="pages poll meanwhile" if stuck else f"late from {span_text(UNSENT_LATE.seconds)}",
            is_bad=stuck,
        ),
        KeyFigure(
            label="Last full scan",
            icon="eye",
            value="none yet" if scan is None else day_time(scan.started_at),
            note=(
                "the first runs by itself"
                if scan is None
                else f"for collusion, {plural(scan.interactions, 'interaction')}"
            ),
            url=reverse("fleet-collusion", kwargs={"fleet": fleet.slug}),
        ),
    )
