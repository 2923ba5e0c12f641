"""Collusion pages: what a fleet's scans found, and who ranks where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.urls import reverse

from dashboard.cards.collusion import (
    AgentRef,
    CheckForm,
    RankLine,
    RingLine,
    RingList,
    ScanCard,
    WatchedLine,
)
from dashboard.display.durations import day_time, span_text
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.wealth import fleet_wealth
from governance.domain.collusion.checks import checks_progress
from governance.domain.collusion.states import RingState, ScanSlice, ScanState
from governance.domain.collusion.words import stage_phrase
from governance.domain.permissions import Action, permitted, why_not
from governance.domain.phrases import duration_words, share_words
from governance.selectors.collusion import (
    rings_last,
    rings_listed,
    rings_settled,
    scan_full,
    scan_newest,
    scan_running,
)
from governance.selectors.policies import policy_in_force
from governance.selectors.teams import teams_in_force
from governance.selectors.tie_checks import checks_latest
from governance.services.collusion_rings import ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashboard.pages.controls import Seat
    from governance.models import Agent, CollusionRing, CollusionScan, Fleet
    from governance.selectors.tie_checks import AskedCheck

LISTED, WATCHED, RANKED = 50, 20, 10
# A stage of the largest scan takes less.
SILENT_S = 30.0
_MARKS = {
    RingState.SUSPECTED: Mark("Suspected", "warn", "amber"),
    RingState.CONFIRMED: Mark("Confirmed", "x", "crit"),
    RingState.DISMISSED: Mark("Dismissed", "check", "good"),
    RingState.MERGED: Mark("Merged", "people"),
}
_SHADOW = Mark("Only recorded", "eye")
_SLICES = {ScanSlice.RECENT: "the latest day", ScanSlice.FULL: "the whole window"}


def ring_url(fleet: str, ring_id: UUID) -> str:
    """Return where one ring is."""
    return reverse("ring", kwargs={"fleet": fleet, "ring_id": ring_id})


def ring_mark(ring: CollusionRing) -> Mark:
    """Return where a ring stands."""
    state = RingState(ring.state)
    return _SHADOW if state is RingState.SUSPECTED and not ring.enforced else _MARKS[state]


def agent_refs(agents: Iterable[Agent], fleet: str) -> tuple[AgentRef, ...]:
    """Return agents by name with their pages."""
    ordered = sorted(agents, key=lambda agent: agent.name)
    return tuple(
        AgentRef(name=agent.name, url=agent_url("agent", agent.pk, fleet=fleet))
        for agent in ordered
    )


def ring_list(seat: Seat, *, problem: str = "", check_problem: str = "") -> RingList:
    """Return what the fleet's scans found; the fleet was read before it.

    Args:
        seat: who looks.
        problem: why a scan that was asked for is not recorded.
        check_problem: why checks that were asked for are not recorded.
    """
    fleet = seat.fleet
    policy = policy_in_force(fleet=fleet)[1].collusion
    full = scan_full(fleet=fleet)
    rings, of = rings_listed(fleet=fleet, most=LISTED)
    return RingList(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-collusion-parts", kwargs={"fleet": fleet.slug}),
        graph_url=reverse("fleet-graph", kwargs={"fleet": fleet.slug}),
        rule=(
            "Working together is no accusation. A ring is suspected where ratings, acceptance or"
            " money among agents depart from what unrelated agents and checks say: by more than the"
            " policy tolerates, and so clearly that of such findings at most"
            f" {share_words(policy.alarm_rate)} are chance."
        ),
        watch_rule="They work together unusually often, or in step, and nothing shows damage.",
        teams=f"{plural(teams_in_force(fleet=fleet, now=seat.now).count(), 'team')} in force",
        teams_url=_teams_url(fleet),
        scan=_scan_card(seat, full, problem),
        lines=tuple(_line(ring, fleet) for ring in rings),
        lines_of=of,
        settled=tuple(_line(ring, fleet) for ring in rings_settled(fleet=fleet)),
        watched=_watched(full, seat),
        check_problem=check_problem,
        ranked=_ranked(full, seat),
        wealth=fleet_wealth(fleet, full, now=seat.now),
    )


def _scan_card(seat: Seat, full: CollusionScan | None, problem: str) -> ScanCard:
    fleet = seat.fleet
    running, newest = scan_running(fleet=fleet), scan_newest(fleet=fleet)
    silent_s = (seat.now - running.heard_at).total_seconds() if running else 0.0
    failed = newest is not None and newest.state == ScanState.FAILED
    return ScanCard(
        is_running=running is not None,
        stage=stage_phrase(running.stage) if running else "",
        share=running.share if running else 0.0,
        silent=(
            f"Nothing was heard of it for {duration_words(silent_s)}: its worker may be lost."
            if silent_s >= SILENT_S
            else ""
        ),
        last=_told(newest),
        window=(
            f"The whole window: {plural(full.interactions, 'interaction')} of"
            f" {plural(full.agents, 'agent')} since {day_time(full.since)} UTC."
            if full
            else "The whole window was not scanned yet."
        ),
        changed=tuple(newest.changed) if newest else (),
        gaps=tuple(full.gaps) if full else (),
        error=newest.error if newest and failed else "",
        start_url=reverse("fleet-collusion-scan", kwargs={"fleet": fleet.slug}),
        why_not=why_not(seat.role, Action.COLLUSION_SCAN),
        idempotency_key=str(uuid4()),
        problem=problem,
    )


def _told(scan: CollusionScan | None) -> str:
    if scan is None or scan.ended_at is None:
        return "No scan has ended yet."
    failed = scan.state == ScanState.FAILED
    read = "" if failed else f" {plural(scan.interactions, 'interaction')},"
    took_s = (scan.ended_at - scan.started_at).total_seconds()
    took = "within a second" if took_s < 1.0 else f"after {span_text(took_s)}"
    return (
        f"Last scan, of {_SLICES[ScanSlice(scan.slice)]}: {'failed' if failed else 'ended'}"
        f" {day_time(scan.ended_at)} UTC {took},{read} {_asked(scan.asked_by)}."
    )


def _asked(by: str) -> str:
    return "on schedule" if by == ACTOR else f"asked for by {actor_words(by, names_of([by]))}"


def _line(ring: CollusionRing, fleet: Fleet) -> RingLine:
    return RingLine(
        url=ring_url(fleet.slug, ring.pk),
        members=agent_refs(ring.agents.all(), fleet.slug),
        mark=ring_mark(ring),
        at=ring.opened_at,
        value_usd=ring.value_usd,
        severity_usd=ring.severity_usd,
        sentence=ring.sentence,
        more=len(ring.findings) - 1,
    )


def _teams_url(fleet: Fleet) -> str:
    return reverse("fleet-teams", kwargs={"fleet": fleet.slug})


def _watched(full: CollusionScan | None, seat: Seat) -> tuple[WatchedLine, ...]:
    listed = full.watch[:WATCHED] if full else []
    asked = checks_latest(fleet=seat.fleet) if listed else {}
    return tuple(
        _watched_line(each, asked.get(frozenset(map(UUID, each["agents"]))), seat)
        for each in listed
    )


def _watched_line(watched: Mapping[str, Any], check: AskedCheck | None, seat: Seat) -> WatchedLine:
    """Return a watched entry; only a tie is asked about: a group in step works for others."""
    is_tie = watched["expected"] is not None
    can_ask = is_tie and (check is None or check.is_done)
    may_declare = permitted(seat.role, Action.COLLUSION_TEAM)
    declared = urlencode({"agent": watched["agents"]}, doseq=True)
    return WatchedLine(
        sentence=watched["why"],
        declare_url=f"{_teams_url(seat.fleet)}?{declared}" if may_declare else "",
        checked=watched["checked"],
        of=watched["interactions"],
        progress=checks_progress(check.wanted, check.done) if check else "",
        form=_check_form(watched, seat) if can_ask else None,
    )


def _check_form(watched: Mapping[str, Any], seat: Seat) -> CheckForm:
    return CheckForm(
        url=reverse("fleet-collusion-check", kwargs={"fleet": seat.fleet.slug}),
        agents=",".join(watched["agents"]),
        why_not=why_not(seat.role, Action.COLLUSION_SETTLE),
        idempotency_key=str(uuid4()),
    )


def _ranked(full: CollusionScan | None, seat: Seat) -> tuple[RankLine, ...]:
    listed, fleet = full.risks[:RANKED] if full else [], seat.fleet
    ids = [UUID(pk) for pk, _ in listed]
    agents = {str(agent.pk): agent for agent in fleet.agents.filter(pk__in=ids)}
    states = rings_last(agents=ids)
    teams = teams_in_force(fleet=fleet, now=seat.now).filter(agents__in=ids)
    in_team = set(teams.values_list("agents", flat=True))
    most = max((risk for _, risk in listed), default=1.0)
    return tuple(
        RankLine(
            agent=agent_refs([agents[pk]], fleet.slug)[0],
            share=risk / most,
            note=_made_of(states.get(UUID(pk)), is_team=UUID(pk) in in_team),
        )
        for pk, risk in listed
        if pk in agents
    )


def _made_of(state: RingState | None, *, is_team: bool) -> str:
    """Return what people have made of an agent, by its last ring and its teams."""
    if state in (RingState.SUSPECTED, RingState.CONFIRMED):
        return f"ring {state.value.lower()}"
    if is_team:
        return "in a declared team"
    return "ring dismissed" if state is RingState.DISMISSED else ""
