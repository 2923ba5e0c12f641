"""What a replay tells: the document of ``--json``, and the summary a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from governance.domain.policy.trust import TrustPolicy
from governance.domain.standing import Standing, standing
from governance.files.reading import Refused
from governance.replay.alarms import Alarm
from governance.replay.play import Played

KINDS = (
    "drift",
    "cost_drift",
    "latency_drift",
    "breaker",
    "cascade",
    "tier",
    "fleet_incident",
)


def replay_plain(
    played: Played, refused: Sequence[Refused], policy: TrustPolicy, *, read: int
) -> dict[str, Any]:
    """Return the outcome of a replay as JSON values.

    Trust and its 10 to 90 % band are None under 10 outcomes. ``rows.held`` counts what enforced
    freezes would have stopped; ``rejected_rows`` names each row that could not be used.
    """
    return {
        "alarms": [_alarm(alarm) for alarm in played.alarms],
        "agents": {
            agent.name: {
                **_standing(standing(agent.state, policy, now_s=played.ended_s)),
                "breaker": agent.state.breaker.state.value,
                "hold": agent.state.breaker.hold.value,
                "held": agent.held,
            }
            for agent in sorted(played.agents, key=lambda agent: agent.name)
        },
        "rows": {
            "read": read,
            "rejected": len(refused),
            "held": sum(agent.held for agent in played.agents),
        },
        "rejected_rows": [{"line": row.line, "reason": row.reason} for row in refused],
    }


def summary(plain: dict[str, Any], *, enforced: bool) -> Iterator[str]:
    """Yield the lines that sum a replay up: rows, alarms by kind, agents by tier and breaker."""
    rows, agents = plain["rows"], plain["agents"].values()
    yield f"Rows      {rows['read']:,} read, {rows['rejected']:,} rejected" + (
        f", {rows['held']:,} held" if enforced else ""
    )
    yield f"Agents    {len(agents):,}: " + _counted(agent["tier"] for agent in agents)
    yield "Breakers  " + _counted(agent["breaker"] for agent in agents)
    counts = Counter(alarm["kind"] for alarm in plain["alarms"])
    yield "Alarms    " + (
        ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind]) or "none"
    )


def moment_text(at_s: float) -> str:
    """Return epoch seconds as a time in UTC, ISO 8601."""
    return datetime.fromtimestamp(at_s, UTC).isoformat().replace("+00:00", "Z")


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "at": moment_text(alarm.at_s),
        "kind": alarm.kind,
        "agent": alarm.agent,
        "task_id": alarm.task_id,
        "detail": alarm.detail,
        "move": alarm.move,
    }


def _standing(shown: Standing) -> dict[str, Any]:
    if not shown.enough:
        return {"trust": None, "low": None, "high": None, "tier": shown.tier.value}
    trust, low, high = (round(each, 6) for each in (shown.trust, shown.low, shown.high))
    return {"trust": trust, "low": low, "high": high, "tier": shown.tier.value}


def _counted(words: Iterator[str]) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in Counter(words).most_common())
