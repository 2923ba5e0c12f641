"""What a replay reports: transitions of the rules as the alarms that people and programs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from governance.domain.fleet_incident import Incident
from governance.domain.transitions import (
    BreakerMove,
    BreakerMoved,
    DriftAlarmed,
    TierChanged,
    Transition,
)

BREAKER, TIER, CASCADE, FLEET_INCIDENT = "breaker", "tier", "cascade", "fleet_incident"
# Moves that restrict an agent further; the others end a restriction and alarm nobody.
_ALARMING = frozenset(
    {
        BreakerMove.TRIPPED,
        BreakerMove.OVERFLOW,
        BreakerMove.LATCHED,
        BreakerMove.PROBATION_FAILED,
        BreakerMove.STARVED,
    }
)


class Alarm(NamedTuple):
    """One alarm: its time in epoch seconds, kind, agent, the task whose outcome raised it, why.

    ``task_id`` is None for what time alone brought about. ``move`` says which: a breaker's move,
    the tiers as ``high -> medium``, the signal of drift, or the kind of drift of an incident.
    """

    at_s: float
    kind: str
    agent: str | None
    task_id: str | None
    detail: str
    move: str


def alarms_of(
    transitions: Iterable[Transition], *, agent: str, task_id: str | None
) -> Iterator[Alarm]:
    """Yield the alarms among what changed about one agent."""
    for each in transitions:
        match each:
            case BreakerMoved(move=move) if move in _ALARMING:
                yield Alarm(each.at_s, BREAKER, agent, task_id, each.sentence, move.value)
            case TierChanged():
                move_of_tier = f"{each.before.value} -> {each.after.value}"
                yield Alarm(each.at_s, TIER, agent, task_id, each.sentence, move_of_tier)
            case DriftAlarmed(signal=signal):
                # While the fleet has an incident nothing follows for the agent alone.
                held = ", held" if each.held else ""
                told = f"{signal.value}{held}"
                yield Alarm(each.at_s, signal.kind.value, agent, task_id, each.sentence, told)
            case _:
                pass


def incident_alarm(incident: Incident, at_s: float) -> Alarm:
    """Return the alarm of an incident of the whole fleet."""
    return Alarm(at_s, FLEET_INCIDENT, None, None, incident.sentence, incident.kind.value)
