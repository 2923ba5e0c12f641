"""A removal while others change what it rests on: nothing goes that no archive holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.retention import RetentionState
from governance.models import (
    Agent,
    Event,
    Interaction,
    Membership,
    PolicyVersion,
    RetentionLineage,
    RetentionRun,
    Task,
)
from governance.refusals import ConflictError
from governance.services import retention_preparing
from governance.services.retention import (
    retention_agree,
    retention_ask,
    retention_decline,
    retention_propose,
    retention_work,
)
from tests.escalations.people import second_admin
from tests.factories import AgentFactory, ApiKeyFactory
from tests.governance.services.retaining import (
    KEPT_DAYS,
    archive_of,
    lived,
    policy_keeps,
    prepared,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def old(shop: Orchestrator, clock: Clock) -> Orchestrator:
    lived(shop, clock)
    policy_keeps(shop.fleet, tasks_days=KEPT_DAYS, interactions_days=KEPT_DAYS)
    return shop


def ring(agent: Agent, *, stands: bool) -> None:
    Agent.objects.filter(pk=agent.pk).update(in_ring=stands)


def exchanged(old: Orchestrator, clock: Clock) -> Agent:
    """Return an agent with which the fleet's own exchanged something 250 days ago."""
    then = clock() - timedelta(days=250)
    mate: Agent = AgentFactory(fleet=old.fleet)
    Interaction.objects.create(
        fleet=old.fleet,
        external_id="job-1",
        body_sha256="0" * 64,
        reporter=ApiKeyFactory(fleet=old.fleet),
        initiator=old.agent,
        counterparty=mate,
        occurred_at=then,
        received_at=then,
    )
    return mate


def test_what_a_ring_kept_from_the_archive_stays_once_the_ring_is_judged(
    old: Orchestrator, clock: Clock
) -> None:
    mate = exchanged(old, clock)
    ring(mate, stands=True)
    run = prepared(old.fleet, old.crew.adam)
    archive = archive_of(old.fleet, old.crew.adam, run)
    ring(mate, stands=False)
    retention_propose(fleet=old.fleet, user=old.crew.adam, number=run.number, reason="Old.")
    retention_agree(fleet=old.fleet, user=second_admin(old.fleet), number=run.number)

    assert retention_work(run_id=run.pk) == RetentionState.DONE

    assert archive["rows"]["interactions"] == []
    assert Interaction.objects.count() == 1


def test_who_joins_a_ring_before_the_export_keeps_nothing_from_the_archive(
    old: Orchestrator, clock: Clock
) -> None:
    mate = exchanged(old, clock)
    run = prepared(old.fleet, old.crew.adam)
    ring(mate, stands=True)
    archive = archive_of(old.fleet, old.crew.adam, run)
    retention_propose(fleet=old.fleet, user=old.crew.adam, number=run.number, reason="Old.")
    retention_agree(fleet=old.fleet, user=second_admin(old.fleet), number=run.number)

    retention_work(run_id=run.pk)

    assert len(archive["rows"]["interactions"]) == 1
    assert Interaction.objects.count() == 1


def test_a_worker_that_was_given_up_stores_nothing_beside_the_next(
    old: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = retention_ask(fleet=old.fleet, user=old.crew.adam)
    kept_by_all = retention_preparing.kept_by_all
    seen: list[set[Any]] = []

    def slow(*args: Any) -> Any:
        if not seen:
            # The first worker is silent for longer than its lease; another one does all of it.
            seen.append(set())
            clock.forward(minutes=3)
            assert retention_work(run_id=run.pk) == RetentionState.READY
            seen[0] = set(RetentionLineage.objects.values_list("pk", flat=True))
        return kept_by_all(*args)

    monkeypatch.setattr(retention_preparing, "kept_by_all", slow)

    assert retention_work(run_id=run.pk) == RetentionState.READY

    run.refresh_from_db()
    assert run.error == ""
    assert set(RetentionLineage.objects.values_list("pk", flat=True)) == seen[0]


def test_a_worker_that_goes_on_while_the_next_has_it_stores_nothing(
    old: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = retention_ask(fleet=old.fleet, user=old.crew.adam)
    kept_by_all = retention_preparing.kept_by_all

    def slow(*args: Any) -> Any:
        RetentionRun.objects.filter(pk=run.pk).update(worked_until=clock() + timedelta(minutes=5))
        return kept_by_all(*args)

    monkeypatch.setattr(retention_preparing, "kept_by_all", slow)

    assert retention_work(run_id=run.pk) == RetentionState.PREPARING

    run.refresh_from_db()
    assert (run.error, run.lines) == ("", [])
    assert not RetentionLineage.objects.exists()


def test_a_policy_that_keeps_longer_ends_a_removal_that_was_agreed_to(old: Orchestrator) -> None:
    adam, anna = old.crew.adam, second_admin(old.fleet)
    run = prepared(old.fleet, adam)
    archive_of(old.fleet, adam, run)
    retention_propose(fleet=old.fleet, user=adam, number=run.number, reason="Old.")
    retention_agree(fleet=old.fleet, user=anna, number=run.number)
    policy_keeps(old.fleet, tasks_days=KEPT_DAYS + 1, interactions_days=KEPT_DAYS)

    assert retention_work(run_id=run.pk) == RetentionState.CANCELLED

    run.refresh_from_db()
    number = PolicyVersion.objects.latest("number").number
    assert run.error == f"Policy {number} keeps longer what is left of it."
    assert Task.objects.count() == 5
    assert Event.objects.get(name="retention.cancelled").payload["reason"] == run.error


def test_nothing_is_agreed_to_for_a_proposer_who_is_no_admin_any_longer(old: Orchestrator) -> None:
    adam, anna = old.crew.adam, second_admin(old.fleet)
    run = prepared(old.fleet, adam)
    archive_of(old.fleet, adam, run)
    retention_propose(fleet=old.fleet, user=adam, number=run.number, reason="Old.")
    Membership.objects.filter(user=adam, fleet=old.fleet).update(role="manager")

    with pytest.raises(ConflictError) as refused:
        retention_agree(fleet=old.fleet, user=anna, number=run.number)

    assert refused.value.code == "proposer_gone"
    assert refused.value.sentence == (
        "Adam proposed removal 1 and may not change the policy any longer: decline it and propose"
        " it anew."
    )
    retention_decline(fleet=old.fleet, user=anna, number=run.number, reason="Gone.")
    assert Task.objects.count() == 5
