"""Removing old records: nothing goes unasked, unexported or alone, and what stays still holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from governance.domain.audits import AuditVerdict
from governance.domain.retention import RetentionState
from governance.models import (
    AgentBucket,
    CellHour,
    Decision,
    Event,
    HistoryCut,
    Outcome,
    RetentionRun,
    Standing,
    Task,
)
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.services import retention_removing
from governance.services.refolding import agent_refold
from governance.services.retention import (
    retention_agree,
    retention_ask,
    retention_cancel,
    retention_decline,
    retention_propose,
    retention_work,
    retentions_due,
)
from governance.services.retention_archive import retention_export
from tests.clock import NOON
from tests.escalations.people import second_admin
from tests.factories import AgentBucketFactory, CellHourFactory
from tests.governance.services.auditing import audit_everything
from tests.governance.services.retaining import (
    KEPT_DAYS,
    agreed,
    archive_of,
    lived,
    policy_keeps,
    prepared,
)
from tests.governance.services.test_audits import settle

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

EVERYTHING = {"tasks_days": KEPT_DAYS, "interactions_days": KEPT_DAYS, "events_days": KEPT_DAYS}


@pytest.fixture
def old(shop: Orchestrator, clock: Clock) -> Orchestrator:
    """A fleet with 4 tasks, a ticket and 32 recorded outcomes 300 days ago, and one task now."""
    lived(shop, clock)
    policy_keeps(shop.fleet, **EVERYTHING)
    return shop


def rows(run: RetentionRun) -> dict[str, int]:
    return {line["kind"]: line["rows"] for line in run.lines}


def refused(code: str, call: Any, **fields: Any) -> str:
    with pytest.raises((ConflictError, ForbiddenError)) as caught:
        call(**fields)
    assert caught.value.code == code
    return caught.value.sentence


def test_a_policy_that_keeps_for_ever_removes_nothing(shop: Orchestrator) -> None:
    refused("kept_for_ever", retention_ask, fleet=shop.fleet, user=shop.crew.adam)


@pytest.mark.parametrize("name", ["rita", "mona", "otto"])
def test_only_an_admin_begins_a_removal(old: Orchestrator, name: str) -> None:
    person = getattr(old.crew, name)

    refused("role_too_low", retention_ask, fleet=old.fleet, user=person)


def test_what_would_go_is_counted_and_nothing_goes(old: Orchestrator) -> None:
    before = (Task.objects.count(), Outcome.objects.count(), Event.objects.count() + 1)

    run = prepared(old.fleet, old.crew.adam)

    assert run.state == RetentionState.READY
    found = rows(run)
    assert (found["tasks"], found["outcomes"], found["recorded_outcomes"]) == (4, 3, 32)
    assert (found["tickets"], found["decisions"]) == (
        1,
        Decision.objects.exclude(task__external_id="t-5").count(),
    )
    assert found["events"] == run.events_upto
    assert before == (Task.objects.count(), Outcome.objects.count(), Event.objects.count())


def test_one_removal_of_a_fleet_goes_on_at_a_time(old: Orchestrator) -> None:
    run = prepared(old.fleet, old.crew.adam)

    said = refused("retention_running", retention_ask, fleet=old.fleet, user=old.crew.adam)

    assert said == f"Removal {run.number} is not over yet: adam began it."


def test_the_archive_holds_every_row_that_goes_with_its_digest(old: Orchestrator) -> None:
    run = prepared(old.fleet, old.crew.adam)

    archive = archive_of(old.fleet, old.crew.adam, run)

    manifest = archive["manifest"]
    assert manifest["complete"] is True
    assert {kind: each["rows"] for kind, each in manifest["kinds"].items() if each["rows"]} == rows(
        run
    )
    assert {row["external_id"] for row in archive["rows"]["tasks"]} == {"t-1", "t-2", "t-3", "t-4"}
    run.refresh_from_db()
    assert (run.state, run.exported_by) == (RetentionState.EXPORTED, "adam")
    assert run.exported["sha256"] == hashlib.sha256(archive["bytes"]).hexdigest()
    assert Event.objects.filter(name="retention.exported").count() == 1


def test_an_archive_that_is_not_sent_whole_counts_for_nothing(old: Orchestrator) -> None:
    run = prepared(old.fleet, old.crew.adam)

    sending = retention_export(fleet=old.fleet, user=old.crew.adam, number=run.number)
    next(sending)
    del sending

    run.refresh_from_db()
    assert (run.state, run.exported) == (RetentionState.READY, {})
    refused(
        "retention_state", retention_propose,
        fleet=old.fleet, user=old.crew.adam, number=run.number, reason="Old.",
    )  # fmt: skip


def test_it_takes_a_reason_and_a_second_admin(old: Orchestrator) -> None:
    adam, anna = old.crew.adam, second_admin(old.fleet)
    run = prepared(old.fleet, adam)
    archive_of(old.fleet, adam, run)
    about: dict[str, Any] = {"fleet": old.fleet, "number": run.number}

    with pytest.raises(InvalidFieldError):
        retention_propose(**about, user=adam, reason=" ")
    retention_propose(**about, user=adam, reason="Past its time.")
    refused("four_eyes", retention_agree, **about, user=adam)
    retention_decline(**about, user=anna, reason="Ask the lawyers first.")
    refused("retention_state", retention_agree, **about, user=anna)
    retention_propose(**about, user=adam, reason="They agree.")
    retention_agree(**about, user=anna)

    run.refresh_from_db()
    assert (run.state, run.proposed_by, run.agreed_by) == ("REMOVING", "adam", "anna")
    assert retentions_due() == [run.pk]


def test_a_policy_that_keeps_longer_by_then_stops_it(old: Orchestrator) -> None:
    adam = old.crew.adam
    run = prepared(old.fleet, adam)
    archive_of(old.fleet, adam, run)
    policy_keeps(old.fleet, **{**EVERYTHING, "events_days": 0})

    refused(
        "policy_keeps_longer", retention_propose,
        fleet=old.fleet, user=adam, number=run.number, reason="Old.",
    )  # fmt: skip


def test_what_was_exported_goes_and_what_is_young_stays(old: Orchestrator) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    planned = rows(run)

    assert retention_work(run_id=run.pk) == RetentionState.DONE

    run.refresh_from_db()
    assert run.removed == planned
    assert list(Task.objects.values_list("external_id", flat=True)) == ["t-5"]
    assert Outcome.objects.get().task_external_id == "t-5"
    assert Ticket.objects.count() == 0
    first = Event.objects.order_by("seq").values_list("seq", flat=True)[0]
    assert first == run.events_upto + 1
    applied = Event.objects.get(name="retention.applied")
    assert applied.payload["removed"] == planned


def test_an_agents_trust_stands_and_its_history_folds_to_the_same_state(
    old: Orchestrator,
) -> None:
    before = Standing.objects.values_list("state", "trust", "tier", "facts").get()
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))

    retention_work(run_id=run.pk)

    assert Standing.objects.values_list("state", "trust", "tier", "facts").get() == before
    refolded = agent_refold(agent_id=old.agent.pk)
    assert refolded is not None
    assert refolded.difference is None
    # 35 outcomes are folded into the beginning; the one of today is folded again.
    assert (HistoryCut.objects.get().fact, refolded.facts) == (35, 1)


def test_an_agent_works_on_and_still_folds_to_the_same_state(
    old: Orchestrator, clock: Clock
) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    retention_work(run_id=run.pk)

    for result in ("failure", "success", "failure"):
        clock.forward(minutes=1)
        old.work(result)

    refolded = agent_refold(agent_id=old.agent.pk)
    assert refolded is not None
    assert (refolded.difference, refolded.facts) == (None, 4)


def test_sums_stay(old: Orchestrator) -> None:
    AgentBucketFactory(agent=old.agent, size="day", starts_at=NOON)
    CellHourFactory(fleet=old.fleet, starts_at=NOON)
    before = (AgentBucket.objects.count(), CellHour.objects.count())
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))

    retention_work(run_id=run.pk)

    assert (AgentBucket.objects.count(), CellHour.objects.count()) == before


def test_a_killed_worker_loses_nothing_and_counts_nothing_twice(
    old: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_removing, "LINEAGES_AT_ONCE", 1)
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    planned = rows(run)
    take = retention_removing._lineages_take
    taken: list[Any] = []

    def killed(*args: Any) -> Any:
        taken.append(args)
        if len(taken) == 3:
            raise KeyboardInterrupt
        return take(*args)

    monkeypatch.setattr(retention_removing, "_lineages_take", killed)
    with pytest.raises(KeyboardInterrupt):
        retention_work(run_id=run.pk)
    run.refresh_from_db()
    assert run.removed["tasks"] == 2
    assert retentions_due() == []
    clock.forward(minutes=3)
    assert retentions_due() == [run.pk]

    assert retention_work(run_id=run.pk) == RetentionState.DONE

    run.refresh_from_db()
    assert run.removed == planned


def test_a_turn_that_is_over_leaves_the_rest_to_the_next(
    old: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    assert retention_removing.retention_remove(run=run, turn_s=-1.0) is False

    assert Task.objects.count() == 5
    assert retention_work(run_id=run.pk) == RetentionState.DONE


def test_a_cancelled_removal_takes_nothing_more(old: Orchestrator) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    retention_cancel(fleet=old.fleet, user=old.crew.adam, number=run.number, reason="Wait.")

    assert retention_work(run_id=run.pk) == RetentionState.CANCELLED

    assert Task.objects.count() == 5
    assert Event.objects.filter(name="retention.cancelled").count() == 1


def test_what_was_not_exported_stays_though_it_is_past_its_time_by_now(
    old: Orchestrator, clock: Clock
) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    clock.forward(days=400)

    retention_work(run_id=run.pk)

    assert list(Task.objects.values_list("external_id", flat=True)) == ["t-5"]


def test_an_agent_in_a_ring_keeps_its_outcomes(old: Orchestrator) -> None:
    old.agent.in_ring = True
    old.agent.save(update_fields=["in_ring"])

    run = prepared(old.fleet, old.crew.adam)

    assert "outcomes" not in rows(run)
    assert sum(run.stays.values()) == 4


def test_an_agent_accused_after_the_export_keeps_its_outcomes_too(old: Orchestrator) -> None:
    run = agreed(old.fleet, old.crew.adam, second_admin(old.fleet))
    old.agent.in_ring = True
    old.agent.save(update_fields=["in_ring"])

    retention_work(run_id=run.pk)

    assert Outcome.objects.count() == 36
    assert not HistoryCut.objects.exists()


def audited(shop: Orchestrator) -> Outcome:
    """Work three times, the second time drawn for an audit; return that outcome."""
    shop.load(["success"] * 32)
    shop.work()
    audit_everything(shop.fleet)
    shop.fleet.refresh_from_db()
    outcome = shop.work()
    policy_keeps(shop.fleet)
    shop.work()
    return outcome


def test_an_open_audit_keeps_what_its_verdict_will_fold_again(
    shop: Orchestrator, clock: Clock
) -> None:
    outcome = audited(shop)
    clock.forward(days=300)
    policy_keeps(shop.fleet, **EVERYTHING)
    run = agreed(shop.fleet, shop.crew.adam, second_admin(shop.fleet))

    retention_work(run_id=run.pk)
    settle(shop, outcome, AuditVerdict.FAILED)

    assert list(Task.objects.order_by("external_id").values_list("external_id", flat=True)) == [
        "t-2", "t-3",
    ]  # fmt: skip
    assert HistoryCut.objects.get().fact == outcome.fact - 1
    refolded = agent_refold(agent_id=shop.agent.pk)
    assert refolded is not None
    assert refolded.difference is None


def test_a_verdict_of_then_stays_with_its_outcome_and_is_folded_into_the_beginning(
    shop: Orchestrator, clock: Clock
) -> None:
    outcome = audited(shop)
    settle(shop, outcome, AuditVerdict.FAILED)
    clock.forward(days=300)
    shop.work()
    policy_keeps(shop.fleet, **EVERYTHING)
    run = agreed(shop.fleet, shop.crew.adam, second_admin(shop.fleet))

    retention_work(run_id=run.pk)

    assert list(Task.objects.order_by("external_id").values_list("external_id", flat=True)) == [
        "t-2", "t-4",
    ]  # fmt: skip
    refolded = agent_refold(agent_id=shop.agent.pk)
    assert refolded is not None
    assert refolded.difference is None
