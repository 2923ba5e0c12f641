"""What a fleet's record says of its methods, counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from governance.domain.collusion.states import RingState
from governance.domain.ledger import Counter, EntryKind, SourceKind
from governance.domain.rollup import BucketSize
from governance.domain.transitions import BreakerMove
from governance.domain.types import Preset
from governance.models import (
    Agent,
    Audit,
    BreakerTransition,
    CollusionRing,
    DriftAlarm,
    Interaction,
    LedgerEntry,
    Outcome,
)
from governance.selectors import evidence
from governance.selectors.evidence_money import tax_by_preset, wealth_beside
from tests.clock import NOON
from tests.factories import (
    AgentBucketFactory,
    AgentFactory,
    ApiKeyFactory,
    FleetBucketFactory,
    PolicyVersionFactory,
)
from tests.governance.selectors.test_ledger import fine
from tests.governance.services.colluding import colluding, full_scan

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SINCE, UNTIL = NOON - 30 * DAY, NOON


def outcome(agent: Agent, result: str, *, expected: float = 0.1, at: datetime = NOON) -> Outcome:
    number = Outcome.objects.filter(agent=agent).count() + 1
    return Outcome.objects.create(
        fleet=agent.fleet, agent=agent, task_external_id=uuid4().hex, body_sha256="0" * 64,
        reporter=ApiKeyFactory(fleet=agent.fleet), fact=number, result=result, source="job",
        task_type="stateless", level="LOW", expected=expected, weight=1.0, finished_at=at,
        received_at=at,
    )  # fmt: skip


def froze(agent: Agent, at: datetime, *, move: str = "tripped", enforced: bool = True) -> None:
    BreakerTransition.objects.create(
        agent=agent, fact=1, move=move, actor="detector", enforced=enforced, reason="failed",
        arguments={"reason": "suspicion"}, before={}, after={}, policy=PolicyVersionFactory(fleet=agent.fleet),
        created_at=at,
    )  # fmt: skip


def span(fleet: Fleet) -> Any:
    return {"fleet": fleet, "since": SINCE, "until": UNTIL}


def test_expected_failures_are_summed_by_how_likely_they_were(clock: Clock) -> None:
    agent = AgentFactory()
    for result, expected in (
        ("failure", 0.01), ("success", 0.01), ("partial", 0.15), ("failure", 0.9),
        ("cancelled", 0.9), ("child_frozen", 0.9),
    ):  # fmt: skip
        outcome(agent, result, expected=expected)
    outcome(agent, "failure", at=SINCE - DAY)
    outcome(AgentFactory(), "failure")

    found = evidence.expected_seen(**span(agent.fleet))

    assert [(each.step, each.outcomes, each.seen) for each in found] == [
        (0, 2, 1.0), (3, 1, 0.5), (5, 1, 1.0),
    ]  # fmt: skip
    assert [each.expected for each in found] == pytest.approx([0.02, 0.15, 0.9])


def test_only_the_newest_outcomes_are_read(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "OUTCOMES_MOST", 2)
    agent = AgentFactory()
    for days in (1, 2, 3):
        outcome(agent, "failure" if days == 3 else "success", at=NOON - days * DAY)

    (found,) = evidence.expected_seen(**span(agent.fleet))

    assert (found.outcomes, found.seen) == (2, 0.0)


def test_freezes_of_detectors_are_told_from_those_only_noted(clock: Clock) -> None:
    agent = AgentFactory()
    for days in (2, 3):
        FleetBucketFactory(
            fleet=agent.fleet,
            size="day",
            agents=7,
            starts_at=BucketSize.DAY.start(NOON - days * DAY),
        )
    froze(agent, NOON - DAY)
    froze(agent, NOON - DAY, enforced=False)
    froze(agent, NOON - DAY, move=BreakerMove.FORCED_OPEN.value)
    froze(agent, NOON - DAY, move=BreakerMove.RELEASED_EARLY.value)
    froze(agent, SINCE - DAY)

    found = evidence.freezes_between(**span(agent.fleet), size=BucketSize.DAY)

    assert found == (1, 1, 1, 14.0)


def test_an_agent_is_compared_around_its_first_freeze_without_that_day(clock: Clock) -> None:
    agent = AgentFactory()
    at = NOON - 10 * DAY
    froze(agent, at)
    froze(agent, NOON - DAY)
    for days, failures in ((-8, 9), (-7, 1), (-1, 2), (0, 9), (1, 3), (7, 4), (8, 9)):
        AgentBucketFactory(
            agent=agent, size="day", outcomes=10, failures=failures,
            starts_at=BucketSize.DAY.start(at + days * DAY),
        )  # fmt: skip

    found = evidence.failures_around(**span(agent.fleet))

    assert found == (1, 20, 3, 20, 7)


def test_nobody_frozen_is_nobody_compared(clock: Clock) -> None:
    assert evidence.failures_around(**span(AgentFactory().fleet)) == (0, 0, 0, 0, 0)


def test_drift_alarms_are_told_apart_by_what_became_of_them(clock: Clock) -> None:
    agent = AgentFactory()
    judged = outcome(agent, "failure")
    for held, acknowledged, rebaselined in (
        (True, None, False), (False, None, False), (False, NOON, True), (False, NOON, False),
    ):  # fmt: skip
        DriftAlarm.objects.create(
            agent=agent, outcome=judged, kind="drift", signal="failing", sentence="Drifts.",
            evidence={}, held=held, policy=agent.fleet.policy, since_at=NOON, raised_at=NOON,
            created_at=NOON, acknowledged_at=acknowledged, rebaselined=rebaselined,
        )  # fmt: skip

    assert evidence.drifts_between(**span(agent.fleet)) == (3, 1, 1, 1, 1)


def test_an_audit_that_says_otherwise_is_overturned(clock: Clock) -> None:
    agent = AgentFactory()
    for result, state, verdict in (
        ("success", "settled", "failed"), ("success", "settled", "passed"),
        ("failure", "settled", "passed"), ("failure", "settled", "failed"),
        ("success", "settled", "unclear"), ("success", "skipped", ""), ("success", "open", ""),
    ):  # fmt: skip
        Audit.objects.create(
            fleet=agent.fleet, agent=agent, outcome=outcome(agent, result), probability=0.1,
            sentence="Drawn.", drawn_at=NOON, state=state, verdict=verdict,
        )  # fmt: skip

    assert evidence.audits_between(**span(agent.fleet)) == (7, 1, 4, 2, 1)


def test_rings_and_the_wealth_of_their_members_stand_beside_everybody_else(clock: Clock) -> None:
    fleet = AgentFactory(name="Other").fleet
    buyer, broker = colluding(fleet)
    full_scan(fleet)
    # Both have 1 before and 11 after; the fleet's other agents have no account but one.
    other = Agent.objects.get(name="Other")
    for agent in (buyer, broker):
        fine(agent, 1, days_ago=9)
        fine(agent, 10, days_ago=2)
    fine(other, 4, days_ago=9)
    CollusionRing.objects.update(
        state=RingState.CONFIRMED.value, settled_at=NOON - 3 * DAY,
        penalties=[{"agents": [str(buyer.pk), str(broker.pk)]}],
    )  # fmt: skip

    rings, wealth = evidence.rings_between(**span(fleet)), wealth_beside(**span(fleet))

    assert rings == (1, 1, 0, 0)
    assert (wealth.rings, wealth.members, wealth.others) == (1, 2, 1)
    assert (wealth.members_before, wealth.members_after) == (Decimal(-1), Decimal(-11))
    assert (wealth.others_before, wealth.others_after) == (Decimal(-4), Decimal(-4))


def test_tax_is_summed_by_the_preset_that_set_its_rate(clock: Clock) -> None:
    agent = AgentFactory()
    other, key = AgentFactory(fleet=agent.fleet), ApiKeyFactory(fleet=agent.fleet)
    for number, preset in enumerate(("balanced", "balanced", "conservative")):
        between = Interaction.objects.create(
            fleet=agent.fleet, external_id=f"i-{number}", body_sha256="0" * 64, reporter=key,
            initiator=agent, counterparty=other, occurred_at=NOON, received_at=NOON,
        )  # fmt: skip
        for account in ({"agent": other}, {"counter": Counter.TAX.value}):
            LedgerEntry.objects.create(
                fleet=agent.fleet, transaction=between.pk, kind=EntryKind.TAX.value,
                amount=Decimal("-0.5" if "agent" in account else "0.5"),
                source_kind=SourceKind.INTERACTION.value, source_id=between.pk,
                sentence=f"5 % of the $10 of interaction i-{number}, from a to b: preset {preset},"
                " as its task was decided.",
                occurred_at=NOON, booked_at=NOON, **account,
            )  # fmt: skip

    found = tax_by_preset(**span(agent.fleet))

    assert [tuple(each) for each in found] == [
        (Preset.AGGRESSIVE, 0, Decimal(0)),
        (Preset.BALANCED, 2, Decimal("1.0")),
        (Preset.CONSERVATIVE, 1, Decimal("0.5")),
    ]
