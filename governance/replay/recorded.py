"""Refresh facts as a fleet recorded them: one JSON object a line, as ``export_history`` writes."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from governance.domain.class_rates import RefreshView, Tally, fleet_rates
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import GroupShare, GroupTally
from governance.replay.facts import NO_FACTS, Fleetwide, Kinship, view_of
from governance.replay.reading import UnreadableFileError

_FOREVER = float("inf")


class RefreshShareLine(Struct, kw_only=True):
    """One agent's new part of a refresh, by class and by group."""

    classes: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str, GroupShare] = field(default_factory=dict)


class RefreshLine(Struct, kw_only=True):
    """One refresh; ``at`` is when it came into force, ``shares`` the agents that changed."""

    number: Annotated[int, Meta(ge=0)]
    at: Annotated[datetime, Meta(tz=True)]
    sources_30d: Annotated[int, Meta(ge=0)]
    classes: dict[str, Tally] = field(default_factory=dict)
    groups: dict[str, GroupTally] = field(default_factory=dict)
    value_medians: dict[str, float] = field(default_factory=dict)
    shares: dict[str, RefreshShareLine] = field(default_factory=dict)


class RecordedFacts:
    """Facts read from a file: by the number an outcome names, else by the time it finished."""

    def __init__(self, lines: list[RefreshLine], policy: TrustPolicy) -> None:
        self._policy = policy
        lines = sorted(lines, key=lambda line: line.number)
        self._fleets = [NO_FACTS, *map(_fleetwide, lines)]
        self._numbers = [fleet.number for fleet in self._fleets]
        self._at_s = [line.at.timestamp() for line in lines]
        self._in_force = 0
        self._share_numbers: dict[str, list[int]] = {}
        self._shares: dict[str, list[RefreshShareLine]] = {}
        for line in lines:
            for agent, share in line.shares.items():
                self._share_numbers.setdefault(agent, []).append(line.number)
                self._shares.setdefault(agent, []).append(share)
        self.due_s = self._at_s[0] if self._at_s else _FOREVER

    def view(self, kin: Kinship, class_key: str, judged_by: int) -> RefreshView:
        """Return what an outcome is judged by: the refresh it names, else the one in force."""
        place = self._in_force
        if judged_by >= 0:
            place = max(0, bisect_right(self._numbers, judged_by) - 1)
        fleet = self._fleets[place]
        share = self._share(kin.name, fleet.number)
        return view_of(fleet, kin, class_key, share.classes, share.groups, self._policy)

    def take(self, kin: Kinship, fact: OutcomeFact, judgement: Judgement) -> None:
        """Count nothing: what follows from the outcomes is recorded already."""

    def refresh(self) -> None:
        """Bring the next recorded refresh into force."""
        self._in_force += 1
        later = self._in_force < len(self._at_s)
        self.due_s = self._at_s[self._in_force] if later else _FOREVER

    def _share(self, agent: str, number: int) -> RefreshShareLine:
        place = bisect_right(self._share_numbers.get(agent, []), number)
        return self._shares[agent][place - 1] if place else _NO_SHARE


_NO_SHARE = RefreshShareLine()


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
    )
