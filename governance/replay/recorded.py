"""Refresh facts as a fleet recorded them: one JSON object a line, as ``export_history`` writes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import RefreshView, Tally, fleet_rates
from governance.domain.drift_state import NO_FACTS as NO_DRIFT_FACTS
from governance.domain.drift_state import DriftKind
from governance.domain.fleet_factor import NO_WORK, Work
from governance.domain.fleet_incident import Incident
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.priors import GroupShare, GroupTally
from governance.domain.transitions import DriftAlarmed
from governance.files.reading import UnreadableFileError
from governance.replay.facts import NO_FACTS, NO_PART, Fleetwide, Kinship, Part, view_of

_FOREVER = float("inf")


class RefreshShareLine(Struct, kw_only=True):
    """One agent's new part of a refresh: by class, by group, and of the fleet's work."""

    classes: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str, GroupShare] = field(default_factory=dict)
    work: Work = NO_WORK


class RefreshLine(Struct, kw_only=True):
    """One refresh; ``at`` is when it came into force, ``shares`` the agents that changed.

    ``incidents`` are the kinds of drift that the fleet has an incident of; ``begun`` tells those
    that begin here, by kind, in a sentence.
    """

    number: Annotated[int, Meta(ge=0)]
    at: Annotated[datetime, Meta(tz=True)]
    sources_30d: Annotated[int, Meta(ge=0)]
    classes: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str, GroupTally] = field(default_factory=dict)
    value_medians: dict[str, float] = field(default_factory=dict)
    work: Work = NO_WORK
    drift_threshold: float = NO_DRIFT_FACTS.threshold
    incidents: tuple[DriftKind, ...] = ()
    begun: dict[DriftKind, str] = field(default_factory=dict)
    shares: dict[str, RefreshShareLine] = field(default_factory=dict)


class RecordedFacts:
    """Facts read from a file: by the number an outcome names, else by the time it finished."""

    def __init__(self, lines: list[RefreshLine], policy: EnginePolicy) -> None:
        self._policy = policy
        lines = sorted(lines, key=lambda line: line.number)
        self._fleets = [NO_FACTS, *map(_fleetwide, lines)]
        self._numbers = [fleet.number for fleet in self._fleets]
        self._at_s = [line.at.timestamp() for line in lines]
        self._in_force = 0
        self._share_numbers: dict[str, list[int]] = {}
        self._shares: dict[str, list[Part]] = {}
        self._begun = [line.begun for line in lines]
        for line in lines:
            for agent, share in line.shares.items():
                self._share_numbers.setdefault(agent, []).append(line.number)
                self._shares.setdefault(agent, []).append(
                    Part(share.classes, share.groups, share.work)
                )
        self.due_s = self._at_s[0] if self._at_s else _FOREVER

    def view(self, kin: Kinship, class_key: str, judged_by: int) -> RefreshView:
        """Return what an outcome is judged by: the refresh it names, else the one in force."""
        place = self._in_force
        if judged_by >= 0:
            place = max(0, bisect_right(self._numbers, judged_by) - 1)
        fleet = self._fleets[place]
        part = self._part(kin.name, fleet.number)
        return view_of(fleet, kin, class_key, part, self._policy)

    def take(self, kin: Kinship, fact: OutcomeFact, judgement: Judgement) -> None:
        """Count nothing: what follows from the outcomes is recorded already."""

    def alarmed(self, kin: Kinship, alarm: DriftAlarmed) -> None:
        """Count nothing: the fleet's incidents are recorded already."""

    def refresh(self) -> list[Incident]:
        """Bring the next recorded refresh into force."""
        begun = self._begun[self._in_force]
        self._in_force += 1
        later = self._in_force < len(self._at_s)
        self.due_s = self._at_s[self._in_force] if later else _FOREVER
        return [
            Incident(kind=kind, sentence=sentence, shared=(), agents=())
            for kind, sentence in begun.items()
        ]

    def _part(self, agent: str, number: int) -> Part:
        place = bisect_right(self._share_numbers.get(agent, []), number)
        return self._shares[agent][place - 1] if place else NO_PART


def refreshes_read(path: Path) -> list[RefreshLine]:
    """Return the refreshes of a file; unlike an outcome, none of them can be left out.

    Raises:
        UnreadableFileError: naming the line that cannot be read.
        OSError: if the file cannot be opened.
    """
    decode = msgspec.json.Decoder(RefreshLine).decode
    lines = []
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                if text.strip():
                    lines.append(decode(text))
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise UnreadableFileError(f"{path}, line {number}: {error}") from error
    return lines


def _fleetwide(line: RefreshLine) -> Fleetwide:
    return Fleetwide(
        line.number,
        line.classes,
        fleet_rates(line.classes),
        line.groups,
        line.value_medians,
        line.sources_30d,
        line.work,
        line.drift_threshold,
        tuple(kind.value for kind in line.incidents),
    )
