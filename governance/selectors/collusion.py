"""Rings, teams and scans for collusion as stored."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Min, Q, Sum

from governance.domain.collusion.states import RingState, ScanSlice, ScanState
from governance.domain.money import ZERO
from governance.models import Agent, CollusionRing, CollusionScan, Interaction
from governance.refusals import MissingError

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

# As many as people read of one question; the ring's page has all.
FINDINGS_SHOWN = 10
# What stands against its members: the others were cleared.
STANDING = (RingState.SUSPECTED.value, RingState.CONFIRMED.value)


def ring_hold(ring_id: UUID) -> tuple[CollusionRing, list[Agent]]:
    """Return a ring with the scan that found it last, and its members by id, all locked.

    Whom they call on in step is locked with them. Agents come first in the lock order, and a scan
    adds members while it holds those that the ring has. Whoever waited for it therefore looks
    again: a member it added has its place in the order among those that are held, so all are let
    go first.

    Raises:
        CollusionRing.DoesNotExist: if it is gone.
    """
    while True:
        # Rolled back to here, the locks are given back.
        point = transaction.savepoint()
        locked = agents_lock(_concerned(CollusionRing.objects.get(pk=ring_id)))
        ring = _ring_locked(ring_id)
        held = {agent.pk for agent in locked}
        if held == set(_concerned(ring).values_list("pk", flat=True)):
            transaction.savepoint_commit(point)
            members = set(ring.agents.values_list("pk", flat=True))
            return ring, [agent for agent in locked if agent.pk in members]
        transaction.savepoint_rollback(point)


def _concerned(ring: CollusionRing) -> QuerySet[Agent]:
    """Return the members of a ring, and whom they call on in step."""
    called_on = ring_called_on(ring=ring).values("pk")
    members = ring.agents.values("pk")
    return Agent.objects.filter(Q(pk__in=members) | Q(pk__in=called_on))


def _ring_locked(ring_id: UUID) -> CollusionRing:
    rings = CollusionRing.objects.select_for_update(of=("self",), no_key=True)
    return rings.select_related("last_scan__policy", "fleet").get(pk=ring_id)


def ring_called_on(*, ring: CollusionRing) -> QuerySet[Agent]:
    """Return the agents that a ring's members call on in step."""
    return Agent.objects.filter(
        fleet_id=ring.fleet_id, pk__in={pk for each in ring.findings for pk in each["targets"]}
    )


def agents_lock(agents: QuerySet[Agent]) -> list[Agent]:
    """Return agents under their row locks, taken in the order of ids."""
    wanted = agents.values("pk")
    return list(Agent.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def rings_standing(*, fleet: Fleet) -> QuerySet[CollusionRing]:
    """Return the rings that were not cleared, the gravest first."""
    standing = CollusionRing.objects.filter(fleet=fleet, state__in=STANDING)
    return standing.select_related("last_scan").order_by("-severity_usd", "id")


def rings_listed(*, fleet: Fleet, most: int) -> tuple[list[CollusionRing], int]:
    """Return the gravest rings that were not cleared, members at hand, and how many there are."""
    standing = rings_standing(fleet=fleet)
    return list(standing.prefetch_related("agents")[:most]), standing.count()


def scan_running(*, fleet: Fleet) -> CollusionScan | None:
    """Return the scan that runs now, if one does."""
    return CollusionScan.objects.filter(fleet=fleet, state=ScanState.RUNNING.value).first()


def scan_full(*, fleet: Fleet) -> CollusionScan | None:
    """Return the newest scan of the whole window that ended well."""
    done = CollusionScan.objects.filter(fleet=fleet, state=ScanState.DONE.value)
    return done.filter(slice=ScanSlice.FULL.value).order_by("-started_at").first()


def ring_partner(*, agent: Agent, other_id: UUID) -> str | None:
    """Return the name of another agent if a ring that is acted on holds both."""
    if not agent.in_ring or agent.pk == other_id:
        return None
    rings = CollusionRing.objects.filter(state__in=STANDING, enforced=True, agents=agent.pk)
    other = rings.filter(agents=other_id).values_list("agents__pk", "agents__name")
    return dict(other).get(other_id)


def rings_imposing(*, agents: Collection[Agent]) -> dict[UUID, UUID]:
    """Return the confirmed ring that holds each of these agents at tier low for longest, by agent;
    one query, none where nobody is penalised."""
    penal = {str(agent.pk): agent.pk for agent in agents if agent.penal_until is not None}
    if not penal:
        return {}
    rings = rings_confirmed(agents=penal.values())
    imposed = [
        (datetime.fromisoformat(each["until"]), penal[agent], ring)
        for ring, penalties in rings.values_list("pk", "penalties")
        for each in penalties
        for agent in penal.keys() & set(each["agents"])
    ]
    # The longest is written last.
    return {agent: ring for _, agent, ring in sorted(imposed)}


def rings_confirmed(*, agents: Collection[UUID]) -> QuerySet[CollusionRing]:
    """Return the confirmed rings with one of these agents."""
    ids = CollusionRing.agents.through.objects.filter(agent__in=agents).values("collusionring")
    return CollusionRing.objects.filter(pk__in=ids, state=RingState.CONFIRMED.value)


def ring_cleared_at(*, ring_id: UUID) -> datetime | None:
    """Return when a ring, or the one that took it over, was dismissed; None while it stands."""
    return rings_cleared(ring_ids=[ring_id]).get(ring_id)


def rings_cleared(*, ring_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of these rings, or the one that took it over, was dismissed.

    Those that stand are left out. One query, and one more for each time rings were merged.
    """
    # Which ring speaks for each of those asked about, as far as it is followed by now.
    speakers = {ring_id: ring_id for ring_id in ring_ids}
    settled: dict[UUID, datetime] = {}
    follow = set(speakers.values())
    while follow:
        rings = list(CollusionRing.objects.filter(pk__in=follow))
        settled |= {
            ring.pk: ring.settled_at
            for ring in rings
            if ring.state == RingState.DISMISSED and ring.settled_at is not None
        }
        heirs = {ring.pk: ring.merged_into_id for ring in rings if ring.merged_into_id}
        speakers = {asked: heirs.get(ring, ring) for asked, ring in speakers.items()}
        follow = set(heirs.values())
    return {asked: settled[ring] for asked, ring in speakers.items() if ring in settled}


def rings_last(*, agents: Collection[UUID]) -> dict[UUID, RingState]:
    """Return where the last ring of each of these agents stands; those in none are left out."""
    rings = CollusionRing.objects.filter(agents__in=agents).exclude(state=RingState.MERGED.value)
    stated = rings.order_by("opened_at").values_list("agents__pk", "state")
    return {agent: RingState(state) for agent, state in stated}


def ring_snapshot(*, ring_id: UUID) -> dict[str, Any]:
    """Return what people are shown of a ring that they are asked about.

    ``agents`` are names, ``owners`` the user names of who owns one of them.
    """
    ring = CollusionRing.objects.select_related("last_scan").get(pk=ring_id)
    agents = list(ring.agents.select_related("owner").order_by("name"))
    return {
        "fleet_id": str(ring.fleet_id),
        "agents": [agent.name for agent in agents],
        "owners": sorted({agent.owner.get_username() for agent in agents}),
        "ring": {
            "id": str(ring.pk),
            "kind": ring.kind,
            "chance": ring.chance,
            "value_usd": str(ring.value_usd),
            "severity_usd": str(ring.severity_usd),
            "findings": [
                {"kind": each["kind"], "sentence": each["sentence"]}
                for each in ring.findings[:FINDINGS_SHOWN]
            ],
            "gaps": ring.last_scan.gaps,
            **ring.figures,
        },
    }


def rings_settled(*, fleet: Fleet, most: int = 20) -> list[CollusionRing]:
    """Return the rings that were cleared, members at hand, the latest first."""
    settled = CollusionRing.objects.filter(fleet=fleet, state=RingState.DISMISSED.value)
    return list(settled.prefetch_related("agents").order_by("-settled_at")[:most])


def rings_ever(*, fleet: Fleet) -> list[CollusionRing]:
    """Return every ring of the fleet that speaks for itself, members at hand, the latest first."""
    rings = CollusionRing.objects.filter(fleet=fleet, merged_into=None)
    return list(rings.prefetch_related("agents").order_by("-opened_at", "-id"))


def ring_of(*, fleet: Fleet, ring_id: UUID) -> CollusionRing:
    """Return a ring of the fleet.

    Raises:
        MissingError: if the fleet has no such ring.
    """
    ring = CollusionRing.objects.filter(fleet=fleet, pk=ring_id).first()
    if ring is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no such ring.", field="ring", value=str(ring_id)
        )
    return ring


def ring_shown(ring_id: UUID) -> tuple[CollusionRing, list[Agent]]:
    """Return a ring with its last scan, and its members by name with owner and standing."""
    ring = CollusionRing.objects.select_related("last_scan__policy", "merged_into").get(pk=ring_id)
    return ring, list(ring.agents.select_related("owner", "standing").order_by("name"))


def ring_jobs(*, ring: CollusionRing, most: int) -> tuple[list[Interaction], int]:
    """Return the newest interactions among a ring's members since its window, and how many."""
    return list(ring_jobs_all(ring=ring)[:most]), _among(ring).count()


def ring_jobs_all(*, ring: CollusionRing) -> QuerySet[Interaction]:
    """Return every interaction among a ring's members since its window, the newest first."""
    among = _among(ring).select_related("initiator", "counterparty")
    return among.order_by("-occurred_at", "-id")


def ring_began(*, ring: CollusionRing) -> datetime | None:
    """Return when a ring's members first worked together since its window, None if they did not."""
    began: datetime | None = _among(ring).aggregate(at=Min("occurred_at"))["at"]
    return began


def ring_unfined(*, ring: CollusionRing, until: datetime) -> dict[UUID, Decimal]:
    """Return what each member received from the others and was not fined for yet, in dollars.

    Within the ring's window, as far as it was reported until then: what is reported while a
    confirmation runs is left for the next one, whether this one sees it or not. What another ring
    was fined for first is that ring's, and given back with it.
    """
    paid = _among(ring).filter(value_usd__gt=0, received_at__lte=until)
    members = {str(pk): pk for pk in ring.agents.values_list("pk", flat=True)}
    rings = rings_confirmed(agents=members.values())
    for penalties in rings.values_list("penalties", flat=True):
        for fined in penalties:
            both = [members[pk] for pk in members.keys() & set(fined["agents"])]
            if fined["transactions"] and len(both) > 1:
                paid = paid.exclude(
                    initiator__in=both,
                    counterparty__in=both,
                    occurred_at__gte=fined["since"],
                    received_at__lte=fined["reported"],
                )
    sums = paid.values_list("counterparty_id").annotate(Sum("value_usd"))
    return dict(sums.order_by("counterparty_id"))


def fined_before(ring: CollusionRing) -> Decimal:
    """Return what earlier confirmations of a ring fined in all, in dollars."""
    return sum((Decimal(each["usd"]) for each in ring.penalties), ZERO)


def _among(ring: CollusionRing) -> QuerySet[Interaction]:
    agents = ring.agents.values("pk")
    return Interaction.objects.filter(
        fleet_id=ring.fleet_id,
        initiator__in=agents,
        counterparty__in=agents,
        occurred_at__gte=ring.last_scan.since,
    )


def scan_newest(*, fleet: Fleet) -> CollusionScan | None:
    """Return the newest scan that has ended, well or not."""
    ended = CollusionScan.objects.filter(fleet=fleet).exclude(state=ScanState.RUNNING.value)
    return ended.order_by("-started_at").first()
