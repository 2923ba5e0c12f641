"""What people make of a ring, and what each verdict does to its members."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from governance.domain.collusion.penalties import (
    Penalty,
    fine_phrase,
    fines_of,
    penalty_in_all,
)
from governance.domain.collusion.states import RingState, RingVerdict, ring_after
from governance.domain.collusion.vouching import circles_joined
from governance.domain.collusion.words import weightless_phrase
from governance.domain.ids import id_new
from governance.domain.money import ZERO, usd_shown
from governance.domain.moves import IllegalMoveError
from governance.domain.permissions import Action
from governance.domain.phrases import list_words, share_words
from governance.events import CollusionSettled
from governance.models import Agent, CollusionRing
from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.clock import clock_now
from governance.selectors.collusion import (
    STANDING,
    fined_before,
    ring_hold,
    ring_of,
    ring_unfined,
    rings_confirmed,
)
from governance.selectors.people import person_require
from governance.selectors.policies import policy_of
from governance.services.events import events_publish
from governance.services.ledger import fine_book, transaction_undo
from governance.services.reasons import reason_require
from governance.services.teams import team_store_step
from governance.services.tie_checks import ring_checks_end, ring_checks_step
from governance.services.vouching import words_weigh_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from governance.domain.policy.collusion import CollusionPolicy
    from governance.events import FleetEvent, TeamDeclared
    from governance.models import CollusionScan, Fleet


def ring_settle_step(
    *,
    ring: CollusionRing,
    agents: Sequence[Agent],
    verdict: RingVerdict,
    actor: str,
    reason: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Confirm or dismiss a ring, or ask for checks (a step; the caller publishes).

    The caller holds the members, ``agents``, as `ring_hold` returns them.

    Confirming fines its members what they received inside it, puts them to tier low and cuts
    their budgets for a time, and what they say of each other's work weighs nothing; dismissing
    takes back whatever stood against them, to the cent, and declares them a team for a time.

    Raises:
        ConflictError: move_not_possible; history_unfoldable, as `words_weigh_step`.
    """
    try:
        state = ring_after(RingState(ring.state), verdict)
    except IllegalMoveError as error:
        raise ConflictError(f"{error}.", code="move_not_possible") from error
    policy = policy_of(ring.last_scan.policy).collusion
    declared: tuple[FleetEvent, ...] = ()
    if verdict is RingVerdict.VERIFY:
        sentence = ring_checks_step(
            ring=ring, agents=agents, jobs=policy.verify_jobs, actor=actor, now=now
        )
    elif verdict is RingVerdict.CONFIRM:
        sentence = _punish(ring, agents, policy, now=now)
    else:
        sentence, team = _clear(ring, agents, policy.team_days, actor=actor, reason=reason, now=now)
        declared = (team,)
    ring.state = state.value
    if verdict is not RingVerdict.VERIFY:
        ring.settled_at, ring.settled_by, ring.reason = now, actor, reason
    ring.save(update_fields=["state", "settled_at", "settled_by", "reason", "circles", "penalties"])
    members_mark(fleet_id=ring.fleet_id)
    _penalties_mark(agents, now)
    weightless, weighed = words_weigh_step(agents=agents, actor=actor, now=now)
    if verdict is RingVerdict.CONFIRM:
        sentence = f"{sentence} {weightless_phrase(weightless)}"
    settled = CollusionSettled(
        fleet_id=ring.fleet_id,
        actor=actor,
        ring_id=ring.pk,
        verdict=verdict.value,
        reason=reason,
        sentence=sentence,
        agents=tuple(str(agent.pk) for agent in agents),
    )
    return (settled, *declared, *weighed)


def members_mark(*, fleet_id: UUID) -> None:
    """Say on each agent whether a ring of it stands and is acted on."""
    standing = CollusionRing.objects.filter(fleet_id=fleet_id, state__in=STANDING, enforced=True)
    agents = Agent.objects.filter(fleet_id=fleet_id)
    members = standing.values("agents")
    agents.filter(in_ring=False, pk__in=members).update(in_ring=True)
    agents.filter(in_ring=True).exclude(pk__in=members).update(in_ring=False)


def _penalties_mark(agents: Sequence[Agent], now: datetime) -> None:
    """Say on each of these locked agents what its confirmed rings impose in all from now on."""
    imposed: dict[str, list[Penalty]] = {str(agent.pk): [] for agent in agents}
    rings = rings_confirmed(agents=[agent.pk for agent in agents])
    for penalties in rings.values_list("penalties", flat=True):
        for each in penalties:
            penalty = Penalty(datetime.fromisoformat(each["until"]), each["budget_share"])
            if penalty.until > now:
                for agent_id in imposed.keys() & set(each["agents"]):
                    imposed[agent_id].append(penalty)
    for agent in agents:
        in_all = penalty_in_all(imposed[str(agent.pk)])
        agent.penal_until, agent.penal_budget_share = in_all or (None, None)
    Agent.objects.bulk_update(agents, ["penal_until", "penal_budget_share"])


def _punish(
    ring: CollusionRing, agents: Sequence[Agent], policy: CollusionPolicy, *, now: datetime
) -> str:
    """Impose the penalties of a confirmed ring and return what they are."""
    before = fined_before(ring)
    fines, source = fines_of(ring_unfined(ring=ring, until=now), policy.fine_share), id_new()
    transactions = [
        fine_book(
            fleet=ring.fleet,
            agent=agent,
            amount=fines[agent.pk],
            source=source,
            sentence=f"Fined {usd_shown(fines[agent.pk])}: received inside a confirmed ring.",
            now=now,
        )
        for agent in agents
        if agent.pk in fines
    ]
    total = sum(fines.values(), ZERO)
    until = now + timedelta(days=policy.penal_days)
    ids = [str(agent.pk) for agent in agents]
    record = {
        "agents": ids,
        "until": until.isoformat(),
        "budget_share": policy.penal_budget_share,
        "since": ring.last_scan.since.isoformat(),
        "reported": now.isoformat(),
        "usd": str(total),
        "transactions": [str(each) for each in transactions],
    }
    ring.penalties = [*ring.penalties, record]
    ring.circles = circles_joined(ring.circles, ids, since=_looked_back(ring.first_scan))
    names = list_words([agent.name for agent in agents])
    return (
        f"{names}: tier low and {share_words(policy.penal_budget_share)} of the budget until"
        f" {until:%Y-%m-%d %H:%M} UTC; {fine_phrase(total, before)}."
    )


def _looked_back(scan: CollusionScan) -> datetime:
    """Return from when on a confirmed ring's word weighs nothing: a window before it was found.

    By its first scan, which never changes: later ones look back less far.
    """
    days = policy_of(scan.policy).collusion.window_days
    return min(scan.since, scan.until - timedelta(days=days))


def _penalties_undo(ring: CollusionRing, sentence: str, *, now: datetime) -> None:
    for each in ring.penalties:
        for transaction_id in each["transactions"]:
            transaction_undo(transaction=UUID(transaction_id), sentence=sentence, now=now)
    ring.penalties = []


def _clear(
    ring: CollusionRing,
    agents: Sequence[Agent],
    team_days: int,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> tuple[str, TeamDeclared]:
    """Take back what stands against the members, but for what another ring brings."""
    ring_checks_end(ring=ring, now=now)
    _penalties_undo(ring, "The ring was cleared.", now=now)
    _, declared = team_store_step(
        fleet=ring.fleet,
        ring=ring,
        name="",
        agents=agents,
        actor=actor,
        reason=reason,
        until=now + timedelta(days=team_days),
        now=now,
    )
    return f"{declared.sentence} Nothing stands against them.", declared


@transaction.atomic
def ring_clear(*, fleet: Fleet, ring_id: UUID, user: User, reason: str) -> CollusionRing:
    """Take a confirmation back on appeal: what stands against the members goes.

    Raises:
        MissingError: for a ring the fleet does not have.
        ForbiddenError: unless the person may judge rings and owns none of the members.
        InvalidFieldError: without a reason.
        ConflictError: move_not_possible, if it is not confirmed.
    """
    now = clock_now()
    person_require(user=user, fleet=fleet, action=Action.COLLUSION_SETTLE)
    reason_require(reason, missing="To clear a ring needs a reason.")
    ring_of(fleet=fleet, ring_id=ring_id)
    ring, agents = ring_hold(ring_id)
    if any(agent.owner_id == user.pk for agent in agents):
        raise ForbiddenError("You own one of the agents.", code="owns_agent")
    if ring.state != RingState.CONFIRMED:
        raise ConflictError(f"The ring is {ring.state.lower()}.", code="move_not_possible")
    events = ring_settle_step(
        ring=ring,
        agents=agents,
        verdict=RingVerdict.DISMISS,
        actor=user.get_username(),
        reason=reason,
        now=now,
    )
    events_publish(*events, now=now)
    return ring
