"""The fleet page: its agents filtered, sorted and paged, and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.fleet import FilterOption, FleetLine, FleetPage, KeyCount, SortHeader
from dashboard.display.figures import plural, share
from dashboard.pages.agent_rows import agent_rows
from dashboard.pages.breaker import guard_sentence, is_at_cap
from dashboard.pages.files import file_links
from dashboard.pages.shadow import shadow_words
from escalations.selectors.agent_tickets import waiting_counts
from governance.domain.types import Tier
from governance.selectors.clock import clock_now
from governance.selectors.frozen import frozen_now
from governance.selectors.people import person_name
from governance.selectors.policies import policy_in_force
from governance.selectors.roster import (
    AgentCondition,
    RosterOrder,
    roster,
    roster_counts,
    roster_owners,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.forms.roster import RosterForm
    from governance.domain.policy import Policy
    from governance.domain.types import Role
    from governance.models import Fleet
    from governance.selectors.frozen import FrozenNow

PAGE_SIZE = 50

CONDITION_WORDS = {
    AgentCondition.LATCHED: "Latched",
    AgentCondition.FROZEN: "Frozen",
    AgentCondition.SUPERVISED: "Supervised",
    AgentCondition.PROBATION: "On probation",
    AgentCondition.PAUSED: "Paused",
    AgentCondition.CLOSED: "Breaker closed",
    AgentCondition.SHADOW: "Shadow",
}
_COLUMNS = (
    ("Agent", RosterOrder.NAME),
    ("State", RosterOrder.STATE),
    ("Trust, 10 to 90\N{NO-BREAK SPACE}%, tier", RosterOrder.TRUST),
    ("Open tasks", None),
    ("Spent this month", None),
    ("Owner", RosterOrder.OWNER),
    ("Last seen", RosterOrder.SEEN),
)
# What a person looks for first: the most trusted, whoever was here last.
_DESCENDS_FIRST = {RosterOrder.TRUST, RosterOrder.SEEN}


def fleet_page(fleet: Fleet, form: RosterForm) -> FleetPage:
    """Return one page of the fleet's agents; a fixed number of queries.

    Args:
        fleet: read before anything else.
        form: what the person asked to see; a page past the end shows the last one.
    """
    now = clock_now()
    counts = roster_counts(fleet=fleet, now=now)
    found = roster(fleet=fleet, query=form.query, now=now, offset=_offset(form), most=PAGE_SIZE)
    if not found.agents and found.matching:
        form = type(form)(query=form.query, page=(found.matching - 1) // PAGE_SIZE + 1)
        found = roster(fleet=fleet, query=form.query, now=now, offset=_offset(form), most=PAGE_SIZE)
    waiting = waiting_counts(fleet=fleet, now=now)
    frozen, policy = frozen_now(fleet=fleet, now=now), policy_in_force(fleet=fleet)[1]
    path = reverse("fleet-agents", kwargs={"fleet": fleet.slug})
    offset = _offset(form)
    is_last = offset + len(found.agents) >= found.matching
    return FleetPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        summary=summary(counts, sum(waiting.values()), is_halted=fleet.halted_at is not None),
        rows=agent_rows(found.agents, fleet, now=now),
        strip=_strip(fleet, form, counts=counts, waiting=waiting, frozen=frozen, policy=policy),
        headers=tuple(_header(label, order, form, path) for label, order in _COLUMNS),
        states=_states(form, counts),
        tiers=_tiers(form),
        owners=_owners(fleet, form),
        search=form.query.search,
        sort=("-" if form.query.descending else "") + form.query.order.value,
        page_url=form.address(path),
        list_url=form.address(reverse("fleet-agent-rows", kwargs={"fleet": fleet.slug})),
        all_url=path,
        total=counts["all"],
        matching=found.matching,
        first=offset + 1,
        guard=_guard(frozen, policy, counts),
        shadow=shadow_words(fleet, counts),
        shadow_url=reverse("fleet-shadow", kwargs={"fleet": fleet.slug}),
        files=file_links("fleet-agents", "agents", address=form.address, fleet=fleet.slug),
        is_filtered=bool(
            form.query.condition or form.query.tier or form.query.owner or form.query.search
        ),
        previous_url=form.address(path, page=form.page - 1) if form.page > 1 else "",
        next_url="" if is_last else form.address(path, page=form.page + 1),
    )


def fleet_line(fleet: Fleet, role: Role) -> FleetLine:
    """Return one of a person's fleets in a sentence."""
    now = clock_now()
    waiting = sum(waiting_counts(fleet=fleet, now=now).values())
    counts, is_halted = roster_counts(fleet=fleet, now=now), fleet.halted_at is not None
    return FleetLine(
        name=fleet.name,
        url=reverse("fleet-agents", kwargs={"fleet": fleet.slug}),
        role=role.one,
        sentence=summary(counts, waiting, is_halted=is_halted),
        is_halted=is_halted,
    )


def summary(counts: Mapping[str, int], waiting: int, *, is_halted: bool) -> str:
    """Return the fleet in one sentence; what nobody is in is left out, and a halt comes first."""
    halted = "The fleet is halted: every task is denied. " if is_halted else ""
    if not counts["all"]:
        return f"{halted}No agent is registered yet."
    parts = [
        (0 if is_halted else counts["run_freely"], "runs freely", "run freely"),
        (counts["frozen"], "is frozen", "are frozen"),
        (counts["latched"], "is latched", "are latched"),
        (counts["supervised"], "is supervised", "are supervised"),
        (counts["probation"], "is on probation", "are on probation"),
        (counts["paused"], "is paused", "are paused"),
    ]
    said = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
    tickets = f" {plural(waiting, 'ticket')} {'waits' if waiting == 1 else 'wait'}."
    agents = ": ".join(filter(None, (plural(counts["all"], "agent"), ", ".join(said))))
    return f"{halted}{agents}.{tickets if waiting else ''}"


def _offset(form: RosterForm) -> int:
    return (form.page - 1) * PAGE_SIZE


def _strip(
    fleet: Fleet,
    form: RosterForm,
    *,
    counts: Mapping[str, int],
    waiting: Mapping[str, int],
    frozen: FrozenNow,
    policy: Policy,
) -> tuple[KeyCount, ...]:
    path = reverse("fleet-agents", kwargs={"fleet": fleet.slug})
    cap = share(policy.breaker.frozen_share_cap, 1)

    def count(condition: AgentCondition, icon: str, note: str) -> KeyCount:
        is_current = form.query.condition is condition
        return KeyCount(
            label=CONDITION_WORDS[condition],
            icon=icon,
            count=counts[condition.value],
            note=note,
            url=form.address(path, condition=None if is_current else condition),
            is_current=is_current,
        )

    asked = waiting.get("release", 0)
    return (
        count(
            AgentCondition.FROZEN,
            "ice",
            f"detectors hold {frozen.frozen} of {frozen.eligible}, cap {cap}",
        ),
        count(AgentCondition.LATCHED, "lock", "people release them"),
        count(AgentCondition.PROBATION, "half", "one Low task at a time"),
        count(
            AgentCondition.SUPERVISED,
            "eye",
            "cap reached" if is_at_cap(frozen, policy) else "cap not reached",
        ),
        count(AgentCondition.PAUSED, "pause", "by people"),
        KeyCount(
            label="Waiting",
            icon="queue",
            count=sum(waiting.values()),
            note=f"{plural(asked, 'release')} among them" if asked else "tickets of this fleet",
            url=reverse("fleet-queue", kwargs={"fleet": fleet.slug}),
        ),
    )


def _header(label: str, order: RosterOrder | None, form: RosterForm, path: str) -> SortHeader:
    is_number = label in {"Open tasks", "Spent this month"}
    if order is None:
        return SortHeader(label=label, is_number=is_number)
    is_chosen = form.query.order is order
    descending = not form.query.descending if is_chosen else order in _DESCENDS_FIRST
    direction = "descending" if form.query.descending else "ascending"
    return SortHeader(
        label=label,
        url=form.address(path, order=order, descending=descending),
        direction=direction if is_chosen else "",
        is_number=is_number,
        key=order.value,
    )


def _states(form: RosterForm, counts: Mapping[str, int]) -> tuple[FilterOption, ...]:
    return (
        FilterOption(value="", label="Any state", is_chosen=form.query.condition is None),
        *(
            FilterOption(
                value=condition.value,
                label=f"{words} ({counts[condition.value]})",
                is_chosen=form.query.condition is condition,
            )
            for condition, words in CONDITION_WORDS.items()
        ),
    )


def _tiers(form: RosterForm) -> tuple[FilterOption, ...]:
    return (
        FilterOption(value="", label="Any tier", is_chosen=form.query.tier is None),
        *(
            FilterOption(
                value=tier.value, label=tier.value.capitalize(), is_chosen=form.query.tier is tier
            )
            for tier in Tier
        ),
    )


def _owners(fleet: Fleet, form: RosterForm) -> tuple[FilterOption, ...]:
    names = {owner.get_username(): person_name(owner) for owner in roster_owners(fleet=fleet)}
    chosen = form.query.owner
    if chosen:
        # Somebody who owns nothing: the list is empty, and the filter says for whom.
        names.setdefault(chosen, chosen)
    return (
        FilterOption(value="", label="Any owner", is_chosen=not chosen),
        *(
            FilterOption(value=owner, label=name, is_chosen=owner == chosen)
            for owner, name in names.items()
        ),
    )


def _guard(frozen: FrozenNow, policy: Policy, counts: Mapping[str, int]) -> str:
    """Return how the frozen-share guard stands, once the next trip would be supervised."""
    if not is_at_cap(frozen, policy) and not counts["supervised"]:
        return ""
    return (
        f"{guard_sentence(frozen, policy)} An agent that trips now keeps running, supervised: from"
        " level Medium up a person must agree to each task."
        if is_at_cap(frozen, policy)
        else f"{guard_sentence(frozen, policy)} Supervised agents run; from level Medium up a"
        " person must agree to each task."
    )
