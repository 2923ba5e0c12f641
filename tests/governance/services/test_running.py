from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from escalations.models import Ticket
from escalations.services.expiry import tickets_expire_due
from governance.domain.ids import id_new
from governance.models import Decision, Event, Fleet, Grant, Task
from governance.refusals import ConflictError, MissingError, TooEarlyError
from governance.selectors.tasks import task_lock
from governance.services.breakers import agent_freeze, agent_pause
from governance.services.cancelling import task_cancel
from governance.services.events import events_publish
from governance.services.fleets import fleet_halt
from governance.services.lapsing import unstarted_sweep
from governance.services.resolutions import task_grant_step
from governance.services.starts import task_expire_if_overdue, task_start
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

DIGEST = "sha256:" + "0" * 64


@transaction.atomic
def approve(task: Task, clock: Clock) -> None:
    """Approve a task as people would: usable after 10 s, for 10 min."""
    now = clock()
    events = task_grant_step(
        task=task_lock(task_id=task.pk, agent_id=task.agent_id),
        authority=id_new(),
        usable_from=now + timedelta(seconds=10),
        expires_at=now + timedelta(minutes=10),
        resolution={
            "answer": "approved",
            "by": "rita",
            "at": now.isoformat(),
            "reason_text": "A draft only.",
        },
        actor="rita",
        now=now,
    )
    events_publish(*events, now=now)


def test_an_allowed_task_starts_and_hands_its_arguments_back(shop: Orchestrator) -> None:
    task = shop.ask("read").task

    started = shop.start(task)

    assert started.task.state == "RUNNING"
    assert started.task.arguments == '{"order":4711}'


def test_a_task_starts_once(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "already_started"


def test_what_was_said_to_approve_is_no_reason_against_a_second_start(
    shop: Orchestrator, clock: Clock
) -> None:
    task = shop.ask("refund").task
    approve(task, clock)
    clock.forward(seconds=11)
    shop.start(task)

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert str(refused.value) == f"Task {task.external_id} cannot start: it has started already."


def test_another_digest_does_not_start(shop: Orchestrator) -> None:
    task = shop.ask("read").task

    with pytest.raises(ConflictError) as refused:
        task_start(key=shop.key, task_id=task.pk, action_digest=DIGEST)

    assert (refused.value.code, refused.value.allowed) == ("digest_mismatch", task.action_digest)


def test_another_fleets_task_does_not_exist(shop: Orchestrator) -> None:
    stranger = TaskFactory()

    with pytest.raises(MissingError):
        shop.start(stranger)


def test_a_waiting_task_does_not_start(shop: Orchestrator) -> None:
    task = shop.ask("refund").task

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "not_approved_yet"


def test_an_approved_task_starts_after_the_undo_window(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("refund").task
    approve(task, clock)

    with pytest.raises(TooEarlyError) as early:
        shop.start(task)
    clock.forward(seconds=10)
    started = shop.start(task)

    assert early.value.extra["usable_from"] == "2026-03-02T12:00:10+00:00"
    assert started.task.state == "RUNNING"
    assert Grant.objects.get().state == "CONSUMED"


def test_an_approval_nobody_used_lapses_at_its_start(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("refund").task
    approve(task, clock)
    clock.forward(minutes=10)

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "expired"
    assert Grant.objects.get().state == "LAPSED"


def test_the_sweeper_ends_approvals_nobody_used(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("refund").task
    approve(task, clock)
    clock.forward(minutes=10)

    ended = unstarted_sweep(), unstarted_sweep()

    task.refresh_from_db()
    assert ended == (1, 0)
    assert (task.state, Grant.objects.get().state) == ("EXPIRED", "LAPSED")
    assert task.resolution is not None
    assert task.resolution["reason_text"] == "Approved, never started."


def test_an_allowed_task_that_never_starts_expires(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("read").task
    clock.forward(hours=24)

    ended = unstarted_sweep()

    task.refresh_from_db()
    assert (ended, task.state) == (1, "EXPIRED")


def test_a_task_nobody_answered_is_expired_at_its_start(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("refund").task
    clock.forward(days=2)

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    task.refresh_from_db()
    assert (refused.value.code, task.state) == ("expired", "EXPIRED")
    assert Ticket.objects.get().state == "EXPIRED"


def test_a_task_nobody_answered_is_expired_when_it_is_read(
    shop: Orchestrator, clock: Clock
) -> None:
    task = shop.ask("refund").task
    clock.forward(days=2)

    read = task_expire_if_overdue(task=task)

    assert read.state == "EXPIRED"
    assert read.resolution is not None
    assert read.resolution["answer"] == "expired"


def test_a_task_swept_since_it_was_read_is_not_said_to_be_overdue_again(
    shop: Orchestrator, clock: Clock
) -> None:
    seen_waiting = shop.ask("refund").task
    clock.forward(days=2)
    tickets_expire_due()

    read = task_expire_if_overdue(task=seen_waiting)

    assert read.state == "EXPIRED"
    assert not Event.objects.filter(name="task.overdue").exists()


def test_an_agent_frozen_after_its_approval_does_not_start(
    shop: Orchestrator, clock: Clock
) -> None:
    task = shop.ask("refund").task
    approve(task, clock)
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="mona", reason="Odd.")
    clock.forward(seconds=10)

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "blocked"
    assert Grant.objects.get().state == "REVOKED"


def test_a_freeze_is_seen_again_at_the_start(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="mona", reason="Odd.")

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "forced_open"
    assert Decision.objects.filter(moment="start", verdict="deny").count() == 1


def test_a_halted_fleet_starts_nothing(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    fleet_halt(fleet=shop.fleet, actor="rita", reason="Drill.")

    with pytest.raises(ConflictError) as refused:
        shop.start(task)

    assert refused.value.code == "fleet_halted"


def test_a_paused_agent_gets_no_answer_but_deny(shop: Orchestrator) -> None:
    agent_pause(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Upgrade.")

    answer = shop.ask("read")

    assert answer.decision.verdict == "deny"
    assert answer.decision.reasons[0]["code"] == "agent_paused"


def test_a_heartbeat_inside_the_envelope_goes_on(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)

    assert shop.beat(task, spent_usd="0.2", steps=1).verdict == "continue"


def test_a_heartbeat_over_the_spend_cap_stops(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)

    beat = shop.beat(task, spent_usd="90")

    task.refresh_from_db()
    assert beat.verdict == "stop"
    assert beat.reasons[0]["code"] == "envelope_spend"
    assert task.stop_requested_at is not None


def test_a_heartbeat_with_an_unregistered_tool_stops(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)

    assert shop.beat(task, tools_used=["mystery"]).verdict == "stop"


def test_a_task_told_to_stop_stays_told(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)
    shop.beat(task, spent_usd="90")

    assert shop.beat(task, spent_usd="0").verdict == "stop"


def test_a_freeze_tells_running_tasks_to_stop(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.start(task)
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="mona", reason="Odd.")

    assert shop.beat(task).verdict == "stop"


def test_a_task_that_does_not_run_has_no_heartbeat(shop: Orchestrator) -> None:
    task = shop.ask("read").task

    with pytest.raises(ConflictError) as refused:
        shop.beat(task)

    assert refused.value.code == "not_running"


def test_a_withdrawn_task_takes_its_ticket_with_it(shop: Orchestrator) -> None:
    task = shop.ask("refund").task

    task_cancel(key=shop.key, task_id=task.pk, reason="Customer paid.")

    ticket = Ticket.objects.get()
    assert ticket.state == "CANCELLED"
    with pytest.raises(ConflictError) as refused:
        shop.start(task)
    assert refused.value.code == "withdrawn"


def test_withdrawing_twice_changes_nothing(shop: Orchestrator) -> None:
    task = shop.ask("refund").task
    task_cancel(key=shop.key, task_id=task.pk, reason="Customer paid.")
    events = Event.objects.count()

    task_cancel(key=shop.key, task_id=task.pk, reason="Again.")

    assert Event.objects.count() == events


def test_what_has_ended_cannot_be_withdrawn(shop: Orchestrator) -> None:
    task = shop.ask("wipe").task

    with pytest.raises(ConflictError) as refused:
        task_cancel(key=shop.key, task_id=task.pk, reason="Too late.")

    assert refused.value.code == "already_ended"


def test_parallel_tasks_are_limited_by_the_preset(shop: Orchestrator) -> None:
    for _ in range(5):
        shop.ask("read")

    answer = shop.ask("read")

    assert answer.decision.verdict == "deny"
    assert answer.decision.reasons[0]["code"] == "over_parallel"


def test_a_task_over_its_time_limit_no_longer_counts_as_parallel(
    shop: Orchestrator, clock: Clock
) -> None:
    for _ in range(5):
        shop.ask("read", time_limit_s=60)
    clock.forward(seconds=121)

    assert shop.ask("read").decision.verdict == "allow"


def test_the_gate_answers_unavailable_without_a_policy(shop: Orchestrator) -> None:
    Fleet.objects.update(policy=None)

    with pytest.raises(Exception, match="no policy"):
        shop.ask("read")
