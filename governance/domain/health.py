"""How each part of an installation is doing, judged by thresholds: one list for whoever asks.

The health page, `manage.py doctor`, `GET /readyz` and the metrics draw this list. What was read
is an argument, so that nothing here can be away itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.domain.health_words import ABOUT, ABOUT_STATE, About


class PartState(StrEnum):
    """How a part is doing.

    Well; not set up or not used yet, which needs nobody; late or short of something; wrong in what
    it found; not there; or nobody can tell.
    """

    OK = "ok"
    OFF = "off"
    NOT_YET = "not_yet"
    LATE = "late"
    FAULT = "fault"
    AWAY = "away"
    UNKNOWN = "unknown"


# Nobody needs to do anything.
CALM = frozenset({PartState.OK, PartState.OFF, PartState.NOT_YET})
# Told with the lag, which is what is wrong.
_LAGGING = frozenset({PartState.LATE, PartState.AWAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one part.

    ``said`` is a sentence with its figures. ``lag_s`` in seconds, None where time says nothing.
    ``error`` is the last one, without secrets, None for none. ``missing`` says that the part is not
    there, ``short`` that it lacks something that no lag tells, ``unread`` that it cannot be asked.
    ``read_as`` is FAULT, OFF or NOT_YET where that was read, the last two while it is in time.
    ``fleets`` are the slugs of those whose pages say more.
    """

    key: str
    said: str
    lag_s: float | None = None
    error: str | None = None
    missing: bool = False
    short: bool = False
    unread: bool = False
    read_as: PartState | None = None
    fleets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: what it is, how it is doing, what that means for agents and people, what to do.

    ``means`` and ``advice`` are empty while it does well; ``fleets`` as in `Reading`.
    """

    key: str
    name: str
    state: PartState
    said: str
    lag_s: float | None
    last_error: str | None
    means: str
    advice: str
    fleets: tuple[str, ...] = ()

    @property
    def told_lag_s(self) -> float:
        """The lag in seconds where it is part of what is wrong, else 0.0."""
        lag_s = self.lag_s or 0.0
        return lag_s if self.state in _LAGGING and lag_s >= 1 else 0.0


# Seconds after which a part counts as late; what is not here is never late for its lag alone.
# Sweeper and courier: as pages and GET /readyz have it. A queue is late once its oldest message is
# older than what its work may wait for; a scan or a backtest may run for minutes.
LATE_AFTER_S: Mapping[str, float] = {
    "clock": 2.0,
    "beat": 10.0,
    "queue-gate": 60.0,
    "queue-sweep": 30.0,
    "queue-scan": 1_800.0,
    "queue-notify": 60.0,
    "queue-backtest": 3_600.0,
    "sweeper": 30.0,
    "relay": 10.0,
    "rollups": 300.0,
    "notices": 90.0,
    "webhooks": 90.0,
    "seals": 120.0,
    # Both are due once a day.
    "log-check": 26 * 3_600.0,
    "backup": 26 * 3_600.0,
}
# A beat that was not heard for this long is gone, and so is a worker.
AWAY_AFTER_S = 30.0


def state_of(reading: Reading) -> PartState:
    """Return how a part is doing by what was read of it; what cannot be asked is never well."""
    if reading.unread:
        return PartState.UNKNOWN
    if reading.missing:
        return PartState.AWAY
    if reading.read_as is PartState.FAULT:
        return PartState.FAULT
    late_after_s = LATE_AFTER_S.get(reading.key)
    is_late = late_after_s is not None and (reading.lag_s or 0.0) > late_after_s
    if is_late or reading.short:
        return PartState.LATE
    return reading.read_as or PartState.OK


def part_of(reading: Reading) -> Part:
    """Return a part with what it means and what to do, as far as it is not well."""
    state = state_of(reading)
    about: About = ABOUT_STATE.get((reading.key, state), ABOUT[reading.key])
    is_well = state is PartState.OK
    return Part(
        key=reading.key,
        name=about.name,
        state=state,
        said=reading.said,
        lag_s=None if reading.lag_s is None else round(reading.lag_s, 1),
        last_error=reading.error,
        means="" if is_well else about.means,
        advice="" if is_well else about.advice,
        fleets=reading.fleets,
    )


def parts_of(readings: Collection[Reading]) -> tuple[Part, ...]:
    """Return the parts in the order of the table of words, whatever order they were read in."""
    found = {reading.key: reading for reading in readings}
    return tuple(part_of(found[key]) for key in ABOUT if key in found)


def unread(keys: Collection[str], *, because: str) -> list[Reading]:
    """Return that some parts cannot be asked, and why.

    Args:
        keys: of the parts.
        because: a sentence, such as that the database does not answer.
    """
    return [Reading(key=key, said=because, unread=True) for key in keys]


def unwell(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts that need somebody."""
    return tuple(part for part in parts if part.state not in CALM)


def unused(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts that are not set up or not used yet, which need nobody."""
    return tuple(part for part in parts if part.state in CALM - {PartState.OK})


def summary(parts: Sequence[Part]) -> str:
    """Return in one sentence how the installation is doing."""
    ill, idle = unwell(parts), unused(parts)
    if not ill and not idle:
        return f"All {len(parts)} parts are well."
    names = ", ".join(part.name.lower() for part in ill or idle)
    if not ill:
        return f"No part needs a look: {len(parts) - len(idle)} of {len(parts)} are well." + (
            f" Not in use: {names}."
        )
    verb = "needs" if len(ill) == 1 else "need"
    return f"{len(ill)} of {len(parts)} parts {verb} a look: {names}."
