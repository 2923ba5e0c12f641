"""One ring: its evidence, its members, the jobs behind it, what would change the verdict."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.urls import reverse

from dashboard.cards import Fact
from dashboard.cards.collusion import (
    ClearForm,
    EvidenceLine,
    JobLine,
    MemberLine,
    RelatedRing,
    RingPage,
)
from dashboard.display.durations import day_time
from dashboard.display.figures import money, plural
from dashboard.display.tie_looks import TIE_LOOKS
from dashboard.pages.collusion import agent_refs, ring_mark, ring_url
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.penalties import penalty_words
from dashboard.pages.ring_graph import ring_graph
from dashboard.pages.ring_moves import ring_moves
from dashboard.pages.wealth import ring_wealth
from escalations.selectors.incident_tickets import ring_ticket_last
from governance.domain.collusion.checks import checks_progress
from governance.domain.collusion.findings import FindingKind
from governance.domain.collusion.penalties import team_phrase, tier_in_force
from governance.domain.collusion.states import RingState
from governance.domain.collusion.words import luck_words, weightless_phrase
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import list_words, share_words
from governance.domain.types import Tier
from governance.selectors.collusion import fined_before, ring_began, ring_jobs, ring_shown
from governance.selectors.ledger import accounts_of, booked_until
from governance.selectors.people import person_name
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.tie_checks import ring_check
from governance.selectors.vouching import weightless_each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dashboard.pages.controls import Seat
    from governance.domain.policy.collusion import CollusionPolicy
    from governance.models import Agent, AgentAccount, CollusionRing, Interaction

JOBS = 20
Typed = tuple[str, str]
NOTHING_TYPED: Typed = ("", "")


def ring_page(ring_id: UUID, seat: Seat, *, typed: Typed = NOTHING_TYPED) -> RingPage:
    """Return one ring with its evidence; the fleet was read before it.

    Args:
        ring_id: of a ring of the seat's fleet.
        seat: who looks.
        typed: reason and problem of a form that was not recorded.
    """
    ring, agents = ring_shown(ring_id)
    slug, policy = seat.fleet.slug, policy_of(ring.last_scan.policy).collusion
    jobs, of = ring_jobs(ring=ring, most=JOBS)
    ticket, accounts = ring_ticket_last(ring_id=ring.pk), accounts_of(agents=agents)
    moves = ring_moves(ring, ring_began(ring=ring))
    return RingPage(
        ring_id=str(ring.pk),
        fleet_slug=slug,
        seq=seat.fleet.event_seq,
        parts_url=reverse("ring-parts", kwargs={"fleet": slug, "ring_id": ring.pk}),
        list_url=reverse("fleet-collusion", kwargs={"fleet": slug}),
        title=list_words(sorted(agent.name for agent in agents)),
        mark=ring_mark(ring),
        opened_at=ring.opened_at,
        found_at=ring.found_at,
        facts=tuple(_facts(ring)),
        evidence=tuple(_evidence(each, policy) for each in ring.findings),
        gaps=tuple(ring.last_scan.gaps),
        members=tuple(_member(agent, accounts.get(agent.pk), seat) for agent in agents),
        booked_until=booked_until(fleet_id=ring.fleet_id, now=seat.now) if accounts else None,
        graph=ring_graph(ring, agents, seat.fleet),
        jobs=tuple(_job(each) for each in jobs),
        jobs_of=of,
        moves=moves,
        wealth=ring_wealth(ring, agents, moves, now=seat.now),
        outcome=_outcome(ring),
        related=tuple(_related(ring, slug)),
        measures=_measures(ring, agents),
        checks=_checks(ring),
        clear=_clear(ring, seat, typed),
        ticket_url=(
            reverse("ticket", kwargs={"fleet": slug, "number": ticket.number}) if ticket else ""
        ),
        ticket_number=ticket.number if ticket else 0,
    )


def _facts(ring: CollusionRing) -> list[Fact]:
    figures = ring.figures
    moved = plural(figures["interactions"], "interaction")
    read = f"{day_time(ring.last_scan.since)} to {day_time(ring.last_scan.until)} UTC"
    facts = [
        Fact(label="Moved among them", value=money(ring.value_usd), note=f"in {moved}, {read}"),
        Fact(
            label="Severity",
            value=money(ring.severity_usd),
            note="that value times the mean effect of the evidence",
        ),
        Fact(label="By luck alone", value=luck_words(ring.chance)),
        Fact(
            label="Drawn from others",
            value=money(Decimal(str(figures["drawn_usd"]))),
            note="received less paid, beyond the ring",
        ),
    ]
    if figures["outside_quality"] is not None:
        checks = plural(figures["outside_checked"], "check")
        facts.append(
            Fact(
                label="Their work for others",
                value=f"{figures['outside_quality']:.2f}",
                note=f"mean of {checks}, from 0 to 1",
            )
        )
    return facts


def _evidence(finding: Mapping[str, Any], policy: CollusionPolicy) -> EvidenceLine:
    kind = FindingKind(finding["kind"])
    return EvidenceLine(
        mark=TIE_LOOKS[kind].mark,
        sentence=finding["sentence"],
        would_change=_would_change(kind, finding, policy),
    )


def _would_change(kind: FindingKind, finding: Mapping[str, Any], policy: CollusionPolicy) -> str:
    """Return from where on this would be no evidence."""
    usual, seen = finding["usual"], finding["seen"]
    match kind:
        case FindingKind.OVER_RATED:
            least = max(0.0, usual - policy.margin_over_rated)
            return f"No evidence from checks that average {least:.2f} or more."
        case FindingKind.FAVOURED:
            most = min(1.0, usual + policy.margin_favoured)
            return f"No evidence up to ratings of {most:.2f} on average."
        case FindingKind.WAVED_THROUGH:
            most = (usual + policy.margin_waved_through) * finding["counted"]
            return f"No evidence if at most {math.floor(most)} had been accepted."
        case FindingKind.LOCKSTEP:
            margin = policy.margin_lockstep
            low, high = usual - margin, usual + margin
            return f"No evidence for ratings from {low:.2f} to {high:.2f} on average."
        case FindingKind.CIRCULAR:
            least, back = policy.circular_least, share_words(policy.circular_returned)
            return f"No evidence below {least} amounts passed on, or if less than {back} came back."
        case _:
            # What stands out is counted in spreads, which seen, usual and effect give away.
            beyond = (seen - usual) / finding["effect"] if finding["effect"] > 0.0 else 0.0
            most = usual + policy.margin_joint_benefit * beyond
            return f"No evidence up to {most:.2f} gained together on average."


def _member(agent: Agent, account: AgentAccount | None, seat: Seat) -> MemberLine:
    penalty = agent.penalty(seat.now)
    words = "" if penalty is None else penalty_words(penalty)
    return MemberLine(
        agent=agent_refs([agent], seat.fleet.slug)[0],
        owner=person_name(agent.owner),
        balance=_balance(account),
        tier=tier_in_force(Tier(agent.standing.tier), penalty).value,
        note=f"{words[:1].upper()}{words[1:]}." if words else "",
    )


def _balance(account: AgentAccount | None) -> str:
    if account is None:
        return ""
    fined = f", fined {money(account.penalised)}" if account.penalised else ""
    return f"balance {money(account.balance)}{fined}"


def _job(interaction: Interaction) -> JobLine:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}"

    return JobLine(
        at=interaction.occurred_at,
        initiator=interaction.initiator.name,
        counterparty=interaction.counterparty.name,
        value="" if interaction.value_usd is None else money(interaction.value_usd),
        rating=number(interaction.rating),
        checked=number(interaction.verified_quality),
    )


def _outcome(ring: CollusionRing) -> str:
    if ring.settled_at is None:
        return ""
    by = actor_words(ring.settled_by, names_of([ring.settled_by]))
    # Of the rings that were merged, those that had been judged were confirmed.
    word = "Dismissed" if ring.state == RingState.DISMISSED else "Confirmed"
    return f"{word} {day_time(ring.settled_at)} UTC by {by}: {ring.reason}"


def _related(ring: CollusionRing, slug: str) -> Iterator[RelatedRing]:
    if ring.merged_into is not None and ring.merged_at is not None:
        yield RelatedRing(
            url=ring_url(slug, ring.merged_into.pk),
            words=(
                f"Found to be part of an older ring {day_time(ring.merged_at)} UTC, and judged with"
                " it"
            ),
        )
    for other in ring.absorbed.order_by("merged_at", "id").prefetch_related("agents"):
        names = list_words(sorted(agent.name for agent in other.agents.all()))
        yield RelatedRing(
            url=ring_url(slug, other.pk), words=f"Took over what was found of {names} alone"
        )


def _measures(ring: CollusionRing, agents: Sequence[Agent]) -> str:
    if not ring.enforced:
        return "Found while the fleet ran in shadow: nothing follows from this."
    if ring.state == RingState.DISMISSED:
        return ""
    if ring.state == RingState.MERGED:
        return "What follows is shown with the ring that took it over."
    weightless = sum(map(len, weightless_each(agents=agents).values()))
    handed_on = (
        "Until a person has judged, a task of one member that goes on with a task of another needs"
        " two approvals."
        if ring.state == RingState.SUSPECTED
        else "A task of one member that goes on with a task of another needs two approvals."
    )
    return f"{handed_on} {weightless_phrase(weightless)}"


def _checks(ring: CollusionRing) -> str:
    check = ring_check(ring=ring)
    if check is None or ring.state in (RingState.DISMISSED, RingState.MERGED):
        return ""
    return checks_progress(check.wanted, check.done)


def _clear(ring: CollusionRing, seat: Seat, typed: Typed) -> ClearForm | None:
    if ring.state != RingState.CONFIRMED:
        return None
    reason, problem = typed
    days = policy_in_force(fleet=seat.fleet)[1].collusion.team_days
    return ClearForm(
        url=reverse("ring-clear", kwargs={"fleet": seat.fleet.slug, "ring_id": ring.pk}),
        does=(
            f"Gives back {money(fined_before(ring))} of fines and what tier and budget it took, and"
            f" {team_phrase(days)}."
        ),
        why_not=why_not(seat.role, Action.COLLUSION_SETTLE),
        idempotency_key=str(uuid4()),
        typed_reason=reason,
        problem=problem,
    )
