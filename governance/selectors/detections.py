"""What each detector of a fleet found, what it did about it, and what of it is still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, IntegerField, Max, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from governance.domain.audits import AuditState
from governance.domain.collusion.states import RingState
from governance.domain.detectors import (
    DETECTOR_EVENTS,
    Detector,
    Effect,
    drifted_in,
    event_told,
    froze_for,
)
from governance.domain.transitions import FREEZES, BreakerMove
from governance.domain.types import BreakerState, Hold, HoldOrigin
from governance.models import (
    Audit,
    BreakerTransition,
    Cascade,
    CollusionRing,
    DriftAlarm,
    Event,
    FleetIncident,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from governance.models import Fleet

# After these a detector holds the agent, until it is released or has passed probation.
_HOLDS = (*FREEZES, BreakerMove.OVERFLOW)


class LastFound(NamedTuple):
    """The latest find: when, whose ids it carries by name, and its sentence, empty for none and
    for an audit that waits.

    ``seq`` is the number of its event, 0 for a ring or an audit, which are found in their tables.
    """

    at: datetime
    ids: Mapping[str, str]
    sentence: str
    seq: int = 0


@dataclass(slots=True, kw_only=True)
class Detections:
    """What one detector found in a period, by what followed.

    ``over_cap`` could not be acted on because too much was found at once; ``truncated`` counts
    those of the enforced that were acted on in part, ``beyond`` what that left out.
    """

    enforced: int = 0
    noted: int = 0
    over_cap: int = 0
    truncated: int = 0
    beyond: int = 0
    last_seq: int = 0
    last: LastFound | None = None

    @property
    def detected(self) -> int:
        """Return how much was found."""
        return self.enforced + self.noted + self.over_cap


def detections_between(
    *, fleet: Fleet, since: datetime, until: datetime
) -> Mapping[Detector, Detections]:
    """Return what each detector found in (since, until]; six queries.

    Rings and audits are counted by when they were first found and drawn, all else by its events.
    """
    found = {detector: Detections() for detector in Detector}
    _count_events(found, fleet, since, until)
    _count_rings(found[Detector.COLLUSION], fleet, since, until)
    _count_audits(found[Detector.AUDIT], fleet, since, until)
    return found


def findings_open(*, fleet: Fleet) -> Mapping[Detector, int]:
    """Return what each detector has found and nobody has ended yet; six queries.

    Attempts and floods are tickets, which this app knows nothing of.
    """
    drifting = (
        DriftAlarm.objects.filter(agent__fleet=fleet, held=False, acknowledged_at=None)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    counts = dict.fromkeys((Detector.BREAKER, Detector.RULES, Detector.CRITICAL), 0)
    for reason in _freezing_reasons(fleet):
        counts[froze_for(reason)] += 1
    return {
        **counts,
        **dict.fromkeys((drifted_in(kind) for kind in ("drift", "cost_drift", "latency_drift")), 0),
        **{drifted_in(kind): n for kind, n in drifting},
        Detector.CASCADE: Cascade.objects.filter(
            fleet=fleet, enforced=True, resolved_at=None
        ).count(),
        Detector.INCIDENT: FleetIncident.objects.filter(fleet=fleet, ended_at=None).count(),
        Detector.COLLUSION: CollusionRing.objects.filter(
            fleet=fleet, state=RingState.SUSPECTED.value, enforced=True
        ).count(),
        Detector.AUDIT: Audit.objects.filter(fleet=fleet, state=AuditState.OPEN.value).count(),
    }


def _freezing_reasons(fleet: Fleet) -> Iterator[str]:
    """Yield why each agent that detectors hold now was last frozen or supervised.

    On probation after a freeze by hand it is not theirs, whatever they found before.
    """
    standing = "agent__standing__"
    held = ~Q(**{f"{standing}breaker_state": BreakerState.CLOSED.value}) | Q(
        **{
            f"{standing}hold__in": [Hold.LATCHED.value, Hold.SUPERVISED.value],
            f"{standing}hold_origin": HoldOrigin.DETECTOR.value,
        }
    )
    moves = BreakerTransition.objects.filter(
        held,
        agent__fleet=fleet,
        enforced=True,
        move__in=[move.value for move in (*_HOLDS, BreakerMove.FORCED_OPEN)],
    )
    latest = moves.order_by("agent_id", "-fact").distinct("agent_id")
    for move, reason in latest.values_list("move", "arguments__reason"):
        if move != BreakerMove.FORCED_OPEN:
            yield reason


def _count_events(
    found: Mapping[Detector, Detections], fleet: Fleet, since: datetime, until: datetime
) -> None:
    events = Event.objects.filter(
        fleet=fleet, name__in=DETECTOR_EVENTS, created_at__gt=since, created_at__lte=until
    )
    said = {key: KT(f"payload__{key}") for key in ("reason", "signal", "enforced", "practice")}
    beyond = Cast(KT("payload__beyond"), IntegerField())
    grouped = (
        events.order_by()
        .annotate(**{f"_{key}": value for key, value in said.items()}, _beyond=beyond)
        .values_list("name", *(f"_{key}" for key in said))
        .annotate(n=Count("pk"), last=Max("seq"), left_out=Sum("_beyond"))
    )
    for name, reason, signal, enforced, practice, n, last, left_out in grouped:
        acts = enforced != "false" and practice != "true"
        told = event_told(name, acts=acts, reason=reason or "", signal=signal or "")
        counts = found[told.detector]
        setattr(counts, told.effect.value, getattr(counts, told.effect.value) + n)
        counts.beyond += left_out or 0
        if told.effect is not Effect.TRUNCATED:
            counts.last_seq = max(counts.last_seq, last)
    _say_last(found, fleet)


def _say_last(found: Mapping[Detector, Detections], fleet: Fleet) -> None:
    by_seq = {each.last_seq: each for each in found.values() if each.last_seq}
    for event in Event.objects.filter(fleet=fleet, seq__in=by_seq):
        by_seq[event.seq].last = LastFound(
            event.created_at, event.ids, event.payload.get("sentence", ""), event.seq
        )


def _count_rings(counts: Detections, fleet: Fleet, since: datetime, until: datetime) -> None:
    rings = CollusionRing.objects.filter(
        fleet=fleet, opened_at__gt=since, opened_at__lte=until, merged_into=None
    )
    tallied: dict[str, Any] = rings.aggregate(
        acting=Count("pk", filter=Q(enforced=True)), shadow=Count("pk", filter=Q(enforced=False))
    )
    counts.enforced, counts.noted = tallied["acting"], tallied["shadow"]
    last = rings.order_by("-opened_at", "-pk").first()
    if last is not None:
        counts.last = LastFound(last.opened_at, {"ring": str(last.pk)}, last.sentence)


def _count_audits(counts: Detections, fleet: Fleet, since: datetime, until: datetime) -> None:
    drawn = Audit.objects.filter(fleet=fleet, drawn_at__gt=since, drawn_at__lte=until)
    skipped = Q(state=AuditState.SKIPPED.value)
    tallied: dict[str, Any] = drawn.aggregate(
        put=Count("pk", filter=~skipped), skipped=Count("pk", filter=skipped)
    )
    counts.enforced, counts.over_cap = tallied["put"], tallied["skipped"]
    last = drawn.order_by("-drawn_at", "-pk").first()
    if last is not None:
        # Whoever judges the work must not know what its agent has earned, which this names.
        sentence = "" if last.state == AuditState.OPEN.value else last.sentence
        counts.last = LastFound(last.drawn_at, {"agent": str(last.agent_id)}, sentence)
