"""Rings as stored: found, and found again with more evidence."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from governance.domain.collusion.findings import ring_findings, severity
from governance.domain.collusion.states import (
    ScanSlice,
    is_same_ring,
)
from governance.domain.collusion.vouching import circles_joined
from governance.domain.collusion.watch import covered_list, watch_list
from governance.domain.collusion.words import finding_phrase, watched_phrase
from governance.domain.money import usd_round
from governance.domain.types import Enforcement
from governance.events import CollusionFound, CollusionScanned
from governance.models import Agent, CollusionRing, DeclaredTeam
from governance.selectors.collusion import (
    agents_lock,
    rings_standing,
)
from governance.selectors.teams import teams_in_force
from governance.services.events import events_publish
from governance.services.ring_merging import MEASURED, rings_merge_step
from governance.services.ring_verdicts import members_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from governance.domain.collusion.findings import Finding
    from governance.domain.collusion.rings import Ring
    from governance.domain.collusion.scan import Scan
    from governance.domain.collusion.watch import Watched
    from governance.events import FleetEvent
    from governance.models import CollusionScan
    from governance.selectors.scanned import Loaded

_RANKED = 20
ACTOR = "scan"


def found_store(*, scan: CollusionScan, found: Scan, loaded: Loaded, now: datetime) -> None:
    """Store what a scan found and publish it; the caller's transaction holds nothing yet.

    A ring found again is the same row: more evidence or more members tell people anew; rings that
    turn out to be one are merged. One that is not known and that a declared team covers is silent.
    What only the latest day does not show stays as it was.
    """
    fleet = scan.fleet
    found_ids = {loaded.ids[agent] for ring in found.rings for agent in ring.members}
    of_rings = Agent.objects.filter(Q(pk__in=found_ids) | Q(rings__in=rings_standing(fleet=fleet)))
    agents = {agent.pk: agent for agent in agents_lock(of_rings)}
    # Read under the locks: whoever dismisses a ring declares its team while holding the members.
    teams = {team: _ids(team) for team in teams_in_force(fleet=fleet, now=now)}
    known = {ring: _ids(ring) for ring in rings_standing(fleet=fleet)}
    acts = fleet.enforcement == Enforcement.ENFORCE
    events: list[FleetEvent] = []
    scan.changed, scan.covered = [], []
    for ring in found.rings:
        members = [agents[loaded.ids[agent]] for agent in ring.members]
        ids = frozenset(str(agent.pk) for agent in members)
        row = _row(ring, ring_findings(found, ring), loaded, scan, now)
        row.enforced = acts
        known_as = [one for one, had in known.items() if is_same_ring(had, ids)]
        covering = next((team for team, had in teams.items() if had >= ids), None)
        if known_as:
            events += _found_again(known_as, known, row, members)
        elif covering is not None:
            scan.covered.append(_covered(covering, row.sentence))
        else:
            _act_on(row, ids, now)
            row.save()
            row.agents.set(members)
            scan.changed.append(f"New: {row.sentence}")
            events.append(_told(row, ids))
    _lists_store(scan, found, loaded, teams)
    members_mark(fleet_id=fleet.pk)
    events.append(
        CollusionScanned(
            fleet_id=fleet.pk,
            actor=scan.asked_by,
            scan_id=scan.pk,
            rings=rings_standing(fleet=fleet).count(),
            changed=tuple(scan.changed),
        )
    )
    events_publish(*events, now=now)


def _found_again(
    known_as: Sequence[CollusionRing],
    known: dict[CollusionRing, frozenset[str]],
    row: CollusionRing,
    members: Sequence[Agent],
) -> tuple[FleetEvent, ...]:
    """Store what is new about a ring that is known, under whichever names, and return the events.

    ``row`` is the ring as the scan found it. ``known`` maps standing rings to their members' ids
    and is kept up to date.
    """
    scan, ids = row.last_scan, frozenset(str(agent.pk) for agent in members)
    before, merged = rings_merge_step(known_as, actor=ACTOR, now=row.found_at)
    had = frozenset[str]().union(*(known.pop(one) for one in known_as))
    known[before] = had | ids
    scan.changed += [f"Merged: {each.sentence}" for each in merged]
    acts_now = row.enforced and not before.enforced
    if not (merged or acts_now or _grew(before, had, row, ids)):
        _measured(before, row)
        before.save()
        return ()
    before.enforced = before.enforced or row.enforced
    _act_on(before, known[before], row.found_at)
    _grown(before, row, members)
    scan.changed.append(f"More evidence: {row.sentence}")
    return (*merged, _told(before, known[before]))


def _act_on(ring: CollusionRing, ids: frozenset[str], now: datetime) -> None:
    """Let what these members say of each other weigh nothing from now on, unless in shadow."""
    if ring.enforced:
        ring.circles = circles_joined(ring.circles, sorted(ids), since=now)


def _lists_store(
    scan: CollusionScan,
    found: Scan,
    loaded: Loaded,
    teams: Mapping[DeclaredTeam, frozenset[str]],
) -> None:
    """Set who is watched, what teams explain, and who ranks highest."""
    numbers = {
        team: frozenset(number for number, pk in enumerate(loaded.ids) if str(pk) in ids)
        for team, ids in teams.items()
    }
    scan.watch = [
        _watched(each, loaded) for each in watch_list(found, [*numbers.values(), *loaded.teams])
    ]
    scan.covered += [
        _covered(team, _watched(each, loaded)["why"])
        for team, members in numbers.items()
        for each in covered_list(found, members)
    ]
    order = sorted(range(len(loaded.ids)), key=lambda number: -found.risk[number])
    ranked = ((loaded.ids[number], round(float(found.risk[number]), 3)) for number in order)
    scan.risks = [[str(agent), risk] for agent, risk in islice(ranked, _RANKED) if risk > 0.0]


def _ids(row: CollusionRing | DeclaredTeam) -> frozenset[str]:
    return frozenset(str(pk) for pk in row.agents.values_list("pk", flat=True))


def _row(
    ring: Ring, findings: list[Finding], loaded: Loaded, scan: CollusionScan, now: datetime
) -> CollusionRing:
    sentences = [finding_phrase(each, loaded.names) for each in findings]
    return CollusionRing(
        fleet_id=scan.fleet_id,
        kind=findings[0].kind.value,
        sentence=sentences[0],
        chance=ring.chance,
        value_usd=usd_round(Decimal(str(ring.value_usd))),
        severity_usd=usd_round(Decimal(str(severity(ring, findings)))),
        findings=[
            _finding(each, sentence, loaded)
            for each, sentence in zip(findings, sentences, strict=True)
        ],
        figures={
            "interactions": ring.interactions,
            "outside_quality": ring.outside_quality,
            "outside_checked": ring.outside_checked,
            "drawn_usd": round(ring.drawn_usd, 6),
        },
        first_scan=scan,
        last_scan=scan,
        opened_at=now,
        found_at=now,
    )


def _finding(finding: Finding, sentence: str, loaded: Loaded) -> dict[str, Any]:
    plain = asdict(finding)
    plain["agents"] = [str(loaded.ids[agent]) for agent in finding.agents]
    plain["targets"] = [str(loaded.ids[agent]) for agent in finding.targets]
    plain["begun_by"] = None if finding.begun_by is None else str(loaded.ids[finding.begun_by])
    return {**plain, "sentence": sentence}


def _grew(
    before: CollusionRing, had: frozenset[str], row: CollusionRing, ids: frozenset[str]
) -> bool:
    """Return whether a ring found again tells more than is known: members or kinds of evidence."""
    kinds = {each["kind"] for each in before.findings}
    more = {each["kind"] for each in row.findings} - kinds
    return bool(ids - had or more)


def _grown(before: CollusionRing, row: CollusionRing, members: Sequence[Agent]) -> None:
    """Take over what is new about a ring; who was accused before stays accused."""
    _measured(before, row)
    old = [each for each in before.findings if not _told_again(each, row.findings)]
    before.findings = sorted([*row.findings, *old], key=lambda each: float(each["chance"]))
    before.sentence = row.sentence
    before.save()
    before.agents.add(*members)


def _measured(before: CollusionRing, row: CollusionRing) -> None:
    """Take over what a scan measured, but from the latest day nothing that a whole window says."""
    before.found_at = row.found_at
    whole = before.last_scan.slice == ScanSlice.FULL
    if whole and row.last_scan.slice == ScanSlice.RECENT:
        return
    for name in MEASURED:
        setattr(before, name, getattr(row, name))


def _told_again(finding: dict[str, Any], others: Sequence[dict[str, Any]]) -> bool:
    return any(
        (each["kind"], each["agents"]) == (finding["kind"], finding["agents"]) for each in others
    )


def _told(ring: CollusionRing, ids: frozenset[str]) -> CollusionFound:
    return CollusionFound(
        fleet_id=ring.fleet_id,
        actor=ACTOR,
        ring_id=ring.pk,
        sentence=ring.sentence,
        evidence={
            "kind": ring.kind,
            "chance": ring.chance,
            "value_usd": str(ring.value_usd),
            "findings": len(ring.findings),
            **ring.figures,
        },
        agents=tuple(sorted(ids)),
        enforced=ring.enforced,
    )


def _covered(team: DeclaredTeam, why: str) -> dict[str, Any]:
    return {"team": str(team.pk), "why": why}


def _watched(watched: Watched, loaded: Loaded) -> dict[str, Any]:
    return {
        "agents": [str(loaded.ids[agent]) for agent in watched.agents],
        "interactions": watched.interactions,
        "expected": watched.expected,
        "chance": watched.chance,
        "checked": watched.checked,
        "why": watched_phrase(watched, loaded.names),
    }
