"""What pages show, counted anew from raw rows, one plain statement for each kind of row.

Sums are made here, in Python, and not by what the product sums with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from dashboard.display.durations import duration_text
from dashboard.display.figures import money, whole_money

HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BUCKETS = {"5min": timedelta(minutes=5), "hour": HOUR, "day": timedelta(days=1)}
# A share of fewer outcomes is not shown.
LEAST = 10
TYPES = ("stateless", "pipeline", "coordination")
TIERS = ("high", "medium", "low")


@dataclass(frozen=True)
class Draw:
    """A random agent, period and zone; ``query`` is the address of the period."""

    fleet_id: str
    agent_id: str
    agent: str
    since: datetime
    until: datetime
    now: datetime
    zone: str
    query: str

    @property
    def bucket(self) -> str:
        """Return in which buckets a trend of it is drawn: the finest that are few and still kept."""
        span, age = self.until - self.since, self.now - self.since
        if span <= timedelta(days=2) and age <= timedelta(days=3):
            return "5min"
        return "hour" if span <= timedelta(days=31) and age <= timedelta(days=32) else "day"

    @property
    def is_short(self) -> bool:
        """Return whether a page tells hours apart, not days."""
        return self.until - self.since <= timedelta(hours=48)


def rows(statement: str, *given: str | datetime) -> list[tuple[Any, ...]]:
    """Return what the database holds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def service(draw: Draw) -> dict[str, Any]:
    """Count tickets that ended within (since, until], and votes."""
    ended = [
        row
        for row in rows(
            "SELECT state, opened_at, resolved_at, escalation_level FROM escalations_ticket"
            " WHERE fleet_id = %s AND NOT practice AND preapproval_id IS NULL"
            " AND resolved_at IS NOT NULL",
            draw.fleet_id,
        )
        if draw.since < row[2] <= draw.until
    ]
    counts = _level(ended)
    of_ended = f"of {len(ended):,} that ended"
    found: dict[str, Any] = {
        "Answered": (counts["Answered"], of_ended),
        "Expired": (counts["Expired"], of_ended),
        "Escalated": (counts["Escalated"], f"{of_ended}, past level 1"),
        "Median": counts["Median"],
        "9 of 10 within": counts["90 %"],
    }
    spans: dict[str, list[tuple[Any, ...]]] = {}
    for row in ended:
        spans.setdefault(_span(row[2], draw), []).append(row)
    for span, within in spans.items():
        found |= {f"{span} {column}": value for column, value in _level(within).items()}
    return found | _people(draw)


def _level(ended: list[tuple[Any, ...]]) -> dict[str, str]:
    states = Counter(row[0] for row in ended)
    took = sorted((row[2] - row[1]).total_seconds() for row in ended if row[0] == "RESOLVED")
    withdrawn = len(ended) - states["RESOLVED"] - states["EXPIRED"]
    return {
        "Ended": f"{len(ended):,}",
        "Answered": f"{states['RESOLVED']:,}",
        "Expired": f"{states['EXPIRED']:,}",
        "Withdrawn": f"{withdrawn:,}",
        "Escalated": f"{sum(row[3] > 1 for row in ended):,}",
        "Median": _text(_quantile(took, 0.5)),
        "90 %": _text(_quantile(took, 0.9)),
    }


def _people(draw: Draw) -> dict[str, str]:
    votes = rows(
        "SELECT first_name || ' ' || last_name, vote.ticket_id, vote.created_at"
        " FROM escalations_vote AS vote JOIN escalations_ticket AS ticket ON ticket.id = ticket_id"
        " JOIN auth_user ON auth_user.id = vote.user_id"
        " WHERE ticket.fleet_id = %s AND NOT ticket.practice",
        draw.fleet_id,
    )
    found: dict[str, str] = {}
    within = [vote for vote in votes if draw.since < vote[2] <= draw.until]
    for name in {vote[0] for vote in within}:
        own = [vote for vote in within if vote[0] == name]
        found[f"{name} Tickets answered"] = str(len({vote[1] for vote in own}))
        found[f"{name} Last"] = _moment(max(vote[2] for vote in own), draw)
    return found


def trends(draw: Draw) -> dict[str, Any]:
    """Count the agent's outcomes by the bucket in which they finished, whole buckets of UTC."""
    length = BUCKETS[draw.bucket]
    first = draw.since - (draw.since - EPOCH) % length
    slots: dict[datetime, Counter[str]] = {}
    for result, at in rows(
        "SELECT result, finished_at FROM governance_outcome WHERE agent_id = %s", draw.agent_id
    ):
        slot = at - (at - EPOCH) % length
        if first <= slot < draw.until:
            slots.setdefault(slot, Counter()).update(("Outcomes", result))
    found: dict[str, Any] = {}
    for slot, counts in slots.items():
        named = counts["success"] + counts["partial"] + counts["failure"]
        found |= {
            f"{_slot(slot, draw)} {column}": f"{count:,}"
            for column, count in {
                "Outcomes": counts["Outcomes"],
                "Succeeded": counts["success"],
                "Partial": counts["partial"],
                "Failed": counts["failure"],
                "Not counted": counts["Outcomes"] - named,
            }.items()
        }
    return found or {"nothing finished": True}


def _slot(slot: datetime, draw: Draw) -> str:
    utc = slot.astimezone(UTC)
    return f"{utc.day} {utc:%b}" if draw.bucket == "day" else _moment(slot, draw)


def matrix(draw: Draw) -> dict[str, Any]:
    """Count what was asked, answered and done in the whole hours that the period touches."""
    asked = _asked(draw)
    # In the cell in which it was first asked for, whatever the gate said of it later.
    cell_of = {task: cell for task, cell, *_ in reversed(asked)}
    counts: dict[tuple[str, str], Counter[str]] = {}
    for _task, cell, verdict, _at in (row for row in asked if _in_hours(row[-1], draw)):
        counts.setdefault(cell, Counter()).update(("Asked", verdict))
    for task, answer in _answers(draw):
        counts.setdefault(cell_of[task], Counter())[answer] += 1
    costs: dict[tuple[str, str], Decimal] = {}
    for task, result, cost in _outcomes(draw):
        counts.setdefault(cell_of[task], Counter()).update(("Outcomes", result))
        costs[cell_of[task]] = costs.get(cell_of[task], Decimal(0)) + (cost or 0)
    found = _cell("all cells", sum(counts.values(), Counter()), sum(costs.values(), Decimal(0)))
    for kind, tier in product(TYPES, TIERS):
        at = (kind, tier)
        name = f"{kind} at {tier} trust"
        found |= _cell(name, counts.get(at, Counter()), costs.get(at, Decimal(0)))
    return found


def _asked(draw: Draw) -> list[tuple[Any, tuple[str, str], str, datetime]]:
    found = rows(
        "SELECT task_id, task_type, tier, verdict, created_at FROM governance_decision"
        " WHERE fleet_id = %s AND moment = 'submit' ORDER BY created_at",
        draw.fleet_id,
    )
    return [(task, (kind, tier), verdict, at) for task, kind, tier, verdict, at in found]


def _answers(draw: Draw) -> list[tuple[Any, str]]:
    found = rows(
        "SELECT task_id, coalesce(nullif(resolution, ''), state), resolved_at"
        " FROM escalations_ticket WHERE fleet_id = %s AND kind = 'task' AND NOT practice"
        " AND resolved_at IS NOT NULL",
        draw.fleet_id,
    )
    return [(task, answer) for task, answer, at in found if _in_hours(at, draw)]


def _outcomes(draw: Draw) -> list[tuple[Any, str, Decimal | None]]:
    found = rows(
        "SELECT task_id, result, cost_usd, finished_at FROM governance_outcome"
        " WHERE fleet_id = %s AND task_id IS NOT NULL",
        draw.fleet_id,
    )
    return [(task, result, cost) for task, result, cost, at in found if _in_hours(at, draw)]


def _cell(name: str, counts: Counter[str], cost: Decimal) -> dict[str, str]:
    outcomes, failures = counts["Outcomes"], counts["failure"]
    kept_back = counts["deny"] + counts["denied"] + counts["EXPIRED"]
    numbers = {
        "Asked": counts["Asked"],
        "Allowed": counts["allow"],
        "Escalated": counts["escalate"],
        "Denied": counts["deny"],
        "Approved": counts["approved"],
        "Refused": counts["denied"],
        "Expired": counts["EXPIRED"],
        "Overruled": 0,
        "Outcomes": outcomes,
        "Failed": failures,
        "Kept from running": kept_back,
    }
    return {
        **{f"{name} {column}": f"{number:,}" for column, number in numbers.items()},
        f"{name} Failed, %": _percent(failures, outcomes) if outcomes >= LEAST else "–",
        f"{name} Cost": money(cost),
    }


def overview(draw: Draw) -> dict[str, Any]:
    """Count how agents stand and what ended in 24 h."""
    tickets = rows(
        "SELECT state, opened_at, resolved_at, decide_by, snoozed_until FROM escalations_ticket"
        " WHERE fleet_id = %s AND NOT practice AND preapproval_id IS NULL",
        draw.fleet_id,
    )
    day_ago = draw.now - timedelta(days=1)
    ended = [(*row[:3], 1) for row in tickets if row[2] and day_ago < row[2] <= draw.now]
    waiting = sum(row[0] == "PENDING" and row[3] > draw.now for row in tickets)
    breakers = Counter(
        row[0]
        for row in rows(
            "SELECT breaker_state FROM governance_standing AS standing"
            " JOIN governance_agent AS agent ON agent.id = standing.agent_id WHERE fleet_id = %s",
            draw.fleet_id,
        )
    )
    level = _level(ended)
    return {
        "On probation": f"{breakers['HALF_OPEN']:,}",
        "Supervised": f"{breakers['SUPERVISED']:,}",
        "Waiting": f"{waiting:,}",
        "Time to decide": level["Median"],
        "Expired": (
            level["Expired"],
            f"of {len(ended):,} {'ticket' if len(ended) == 1 else 'tickets'} that ended in 24 h",
        ),
        "Spent this month": whole_money(
            sum((_month_spent(agent, draw) for agent in _agents(draw)), Decimal(0))
        ),
    }


def agents(draw: Draw) -> dict[str, Any]:
    """Count the agent's outcomes and add up what it spent; its score moves with the clock."""
    outcomes = rows(
        "SELECT trust_after FROM governance_outcome WHERE agent_id = %s ORDER BY fact",
        draw.agent_id,
    )
    ((tier,),) = rows("SELECT tier FROM governance_standing WHERE agent_id = %s", draw.agent_id)
    return {
        "n": str(len(outcomes)),
        "spent": money(_month_spent(draw.agent_id, draw)),
        "tier": tier.capitalize(),
    }


def lived(fleet_id: str) -> dict[str, int]:
    """Count what the comparison would be empty without."""
    decisions = rows(
        "SELECT verdict FROM governance_decision WHERE fleet_id = %s AND moment = 'submit'",
        fleet_id,
    )
    tickets = rows(
        "SELECT coalesce(nullif(resolution, ''), state) FROM escalations_ticket"
        " WHERE fleet_id = %s",
        fleet_id,
    )
    results = rows(
        "SELECT result FROM governance_outcome WHERE fleet_id = %s AND task_id IS NOT NULL",
        fleet_id,
    )
    counts = Counter(row[0] for row in [*decisions, *tickets, *results])
    wanted = ("allow", "escalate", "approved", "denied", "EXPIRED", "CANCELLED", "failure")
    return {name: counts[name] for name in wanted}


def _agents(draw: Draw) -> list[str]:
    found = rows("SELECT id FROM governance_agent WHERE fleet_id = %s", draw.fleet_id)
    return [str(row[0]) for row in found]


def _month_spent(agent_id: str, draw: Draw) -> Decimal:
    """Add up the outcomes of this calendar month and what open tasks may still spend."""
    month = draw.now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = rows(
        "SELECT cost_usd FROM governance_outcome WHERE agent_id = %s AND finished_at >= %s",
        agent_id,
        month,
    )
    return sum((row[0] or Decimal(0) for row in spent), Decimal(0))


def _in_hours(at: datetime, draw: Draw) -> bool:
    """Return whether it is in an hour that begins in the period, or holds its beginning."""
    begins = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return begins + HOUR > draw.since and begins < draw.until


def _span(at: datetime, draw: Draw) -> str:
    shown = at.astimezone(ZoneInfo(draw.zone))
    day = f"{shown.day} {shown:%b}"
    return f"{day} {shown:%H}:00" if draw.is_short else day


def _moment(at: datetime, draw: Draw) -> str:
    shown = at.astimezone(ZoneInfo(draw.zone))
    return f"{shown.day} {shown:%b} {shown:%H:%M}"


def _quantile(sorted_s: list[float], share: float) -> float | None:
    """Return the quantile, interpolated between two values where it falls between them."""
    if not sorted_s:
        return None
    place = share * (len(sorted_s) - 1)
    below = int(place)
    above = min(below + 1, len(sorted_s) - 1)
    return sorted_s[below] + (place - below) * (sorted_s[above] - sorted_s[below])


def _text(seconds: float | None) -> str:
    return "–" if seconds is None else duration_text(seconds).replace("\N{NO-BREAK SPACE}", " ")


def _percent(part: int, whole: int) -> str:
    percent = 100 * part / whole
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"
