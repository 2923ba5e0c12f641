"""Incident pages: which cascades a fleet had, and one with its numbers, tree and held tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.urls import reverse

from dashboard.cards import Fact
from dashboard.cards.cascade import (
    CascadeLine,
    CascadeLink,
    CascadeList,
    CascadePage,
    CloseForm,
    WatchLine,
)
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.cascade_asking import asking_of
from dashboard.pages.cascade_tree import held_lines, not_held, tree_nodes
from dashboard.pages.names import actor_words, names_of
from governance.domain.cascade import LineageStat, chance_words, lineage_spread
from governance.domain.containment import Fate
from governance.selectors.cascades import (
    cascade_tree,
    cascades_listed,
    cascades_of_agent,
    lineages_watched,
)
from governance.selectors.policies import policy_in_force, policy_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dashboard.pages.cascade_asking import Asking
    from dashboard.pages.controls import Seat
    from governance.models import Cascade, Fleet
    from governance.selectors.cascades import CascadeTree

LISTED = 50
_SHADOW = Mark("Only recorded", "eye")
_OPEN = Mark("Contained", "lock", "ice")
_SPREAD = Mark("Nothing held", "warn", "amber")
_OVER = Mark("Over", "check", "good")

# Which form came back: task or "close", reason, problem.
Typed = tuple[str, str, str]
NOTHING_TYPED: Typed = ("", "", "")


def cascade_url(fleet: str, cascade_id: UUID) -> str:
    """Return where one incident is."""
    return reverse("cascade", kwargs={"fleet": fleet, "cascade_id": cascade_id})


def cascade_list(fleet: Fleet, *, now: datetime) -> CascadeList:
    """Return the fleet's incidents, open ones first, and what is watched; the fleet was read
    before them."""
    policy = policy_in_force(fleet=fleet)[1].cascade
    listed = cascades_listed(fleet=fleet, most=LISTED)
    lines = tuple(_line(each, fleet, held, waiting) for each, held, waiting in listed)
    watched = []
    for row in lineages_watched(fleet=fleet, below=policy.watch_below, now=now):
        stat = LineageStat(row.children, row.failures, row.expected, row.parents, tuple(row.agents))
        spread = lineage_spread(stat, policy)
        if spread.is_watched:
            watched.append(
                WatchLine(
                    title=row.root.title,
                    agent=row.root.agent.external_id,
                    at=row.updated_at,
                    sentence=spread.sentence,
                )
            )
    return CascadeList(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-cascades-parts", kwargs={"fleet": fleet.slug}),
        lines=lines,
        watched=tuple(watched),
        rule=(
            f"A run is held when at least {policy.failures_min} tasks below failed parents fail,"
            f" {policy.agents_min} or more agents are touched, and chance would do this"
            f" {chance_words(policy.act_below)} or less."
        ),
        watch_rule=f"Last 24 h: chance alone would do this {chance_words(policy.watch_below)} or"
        " less. Nothing is held.",
    )


def cascade_page(cascade_id: UUID, seat: Seat, *, typed: Typed = NOTHING_TYPED) -> CascadePage:
    """Return one incident with its tree; the fleet was read before it.

    Args:
        cascade_id: of an incident of the seat's fleet.
        seat: who looks.
        typed: what came back from a form that was not recorded.
    """
    tree = cascade_tree(cascade_id)
    cascade, slug = tree.cascade, seat.fleet.slug
    people = {node.settled_by for node in tree.nodes} | {cascade.resolved_by}
    names = names_of(each for each in people if each)
    asking = asking_of(cascade, seat)
    ticket = asking.ticket.number if asking.ticket else 0
    note = f"{plural(len(tree.nodes), 'task')}, asked for since {day_time(_since(tree))} UTC"
    if tree.left_out:
        note += f"; {tree.left_out} more are not drawn"
    return CascadePage(
        cascade_id=str(cascade.pk),
        fleet_slug=slug,
        seq=seat.fleet.event_seq,
        parts_url=reverse("cascade-parts", kwargs={"fleet": slug, "cascade_id": cascade.pk}),
        list_url=reverse("fleet-cascades", kwargs={"fleet": slug}),
        title=cascade.root.title,
        mark=_mark(cascade, tree.count(Fate.HELD)),
        agent=cascade.agent.external_id,
        agent_url=agent_url("agent", cascade.agent_id, fleet=slug),
        opened_at=cascade.opened_at,
        sentence=cascade.sentence,
        facts=_facts(cascade),
        counts=_counts(tree),
        truncated=_truncated(cascade),
        outcome=_outcome(cascade, names),
        tree=tree_nodes(tree, fleet=slug, names=names),
        tree_note=note,
        held=held_lines(tree, seat, asking, typed=typed),
        not_held=not_held(tree),
        close=_close(tree, seat, asking, typed),
        no_answer="" if cascade.resolved_at else asking.why_not,
        ticket_url=reverse("ticket", kwargs={"fleet": slug, "number": ticket}) if ticket else "",
        ticket_number=ticket,
    )


def cascade_links(agent_id: UUID, *, fleet: str) -> tuple[CascadeLink, ...]:
    """Return the latest incidents that an agent spread or was held in, newest first."""
    return tuple(
        CascadeLink(
            url=cascade_url(fleet, cascade.pk),
            title=cascade.root.title,
            at=cascade.opened_at,
            mark=_mark(cascade, held),
            part="it spread this" if cascade.agent_id == agent_id else "tasks of it are in this",
        )
        for cascade, held in cascades_of_agent(agent_id=agent_id)
    )


def _line(cascade: Cascade, fleet: Fleet, held: int, waiting: int) -> CascadeLine:
    return CascadeLine(
        url=cascade_url(fleet.slug, cascade.pk),
        title=cascade.root.title,
        agent=cascade.agent.external_id,
        agent_url=agent_url("agent", cascade.agent_id, fleet=fleet.slug),
        at=cascade.opened_at,
        mark=_mark(cascade, held),
        sentence=cascade.sentence,
        held=held,
        waiting=waiting,
    )


def _mark(cascade: Cascade, held: int) -> Mark:
    if cascade.resolved_at is not None:
        return _OVER
    if not cascade.enforced:
        return _SHADOW
    return _OPEN if held else _SPREAD


def _facts(cascade: Cascade) -> tuple[Fact, ...]:
    spread = cascade.evidence.get("spread")
    if spread is None:
        return ()
    return (
        Fact(
            label="Failed below a failed parent",
            value=f"{spread['failures']} of {spread['children']}",
            note=f"by {plural(spread['agents'], 'agent')}, below {spread['parents']} failed",
        ),
        Fact(
            label="Ordinary there",
            value=f"{spread['expected']:.2g}",
            note="what these agents fail anyway, half as much again below a failure",
        ),
        Fact(label="By chance", value=chance_words(spread["chance"])),
        Fact(
            label="R",
            value=f"{spread['ratio']:.1f} ({spread['low']:.1f} to {spread['high']:.1f})",
            note="failing children per failing parent; above 1 it spreads",
        ),
    )


def _counts(tree: CascadeTree) -> tuple[Fact, ...]:
    held = tree.count(Fate.HELD)
    left = sum(tree.count(fate) for fate in (Fate.RUNNING, Fate.ASKED, Fate.MISSED, Fate.SHADOW))
    return (
        Fact(label="Held", value=str(held), note=f"{tree.waiting} wait for a person"),
        Fact(
            label="Tainted",
            value=str(sum(node.is_tainted for node in tree.nodes)),
            note="output not to be relied on",
        ),
        Fact(label="Not held", value=str(left), note="reached, and left as they were"),
    )


def _truncated(cascade: Cascade) -> str:
    if not cascade.beyond:
        return ""
    policy = policy_of(cascade.policy).cascade
    return (
        f"{plural(cascade.beyond, 'unstarted task')} at least stood beyond the policy's caps"
        f" ({policy.depth_most} levels, {policy.tasks_most} tasks) and were not held."
    )


def _outcome(cascade: Cascade, names: Mapping[str, str]) -> str:
    if cascade.resolved_at is None:
        return ""
    by = actor_words(cascade.resolved_by, names)
    return f"Over since {day_time(cascade.resolved_at)} UTC, by {by}: {cascade.resolution}"


def _close(tree: CascadeTree, seat: Seat, asking: Asking, typed: Typed) -> CloseForm | None:
    if tree.waiting or asking.ticket is None or not asking.is_open:
        return None
    place = {"fleet": seat.fleet.slug, "cascade_id": tree.cascade.pk}
    what, reason, problem = typed
    return CloseForm(
        url=reverse("cascade-close", kwargs=place),
        ticket=asking.ticket.number,
        version=asking.ticket.version,
        idempotency_key=uuid4().hex,
        typed_reason=reason if what == "close" else "",
        problem=problem if what == "close" else "",
    )


def _since(tree: CascadeTree) -> datetime:
    return tree.cascade.root.created_at
