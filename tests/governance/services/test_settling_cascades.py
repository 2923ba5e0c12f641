from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.cascade import HeldChoice
from governance.models import Cascade, Lineage, Task
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.services.cancelling import task_cancel
from governance.services.cascade_sweeping import cascades_sweep
from tests.governance.services.cascading import (
    asked,
    close,
    drafts_of_failed_reads,
    named,
    settle,
    spread,
    spread_below,
    states,
    trip,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def test_a_held_task_cannot_start(run: Orchestrator) -> None:
    _, waiting = spread(run)

    with pytest.raises(ConflictError) as refused:
        run.start(waiting[0])

    assert refused.value.code == "held"
    assert "Held before its start" in refused.value.sentence


def test_a_low_task_that_had_begun_before_the_hold_may_still_report(run: Orchestrator) -> None:
    begun = asked(run, None, "scout")
    trip(run)
    assert states([begun]) == ["HELD"]

    run.report(begun)

    cascade = Cascade.objects.get()
    assert states([begun]) == ["FINISHED"]
    assert cascade.tasks.get(task=begun).settled == "finished"
    assert cascade.resolved_at is not None


def test_a_held_task_above_low_cannot_have_begun(run: Orchestrator) -> None:
    _, waiting = spread(run)

    with pytest.raises(ConflictError) as refused:
        run.report(waiting[0])

    assert refused.value.code == "not_running"


def test_a_held_task_is_settled_by_a_person_with_a_reason(run: Orchestrator) -> None:
    _, waiting = spread(run)

    settle(waiting[0], HeldChoice.RESUME, reason="It reads nothing of theirs.")

    assert states(waiting[:1]) == ["READY"]
    part = Cascade.objects.get().tasks.get(task=waiting[0])
    assert (part.settled, part.settled_by, part.reason) == (
        "resume",
        "rita",
        "It reads nothing of theirs.",
    )
    run.start(waiting[0])


@pytest.mark.parametrize(
    ("choice", "code"),
    [(HeldChoice.CANCEL, "cascade_cancelled"), (HeldChoice.RERUN, "cascade_rerun")],
)
def test_a_task_that_does_not_go_on_ends_with_the_persons_words(
    run: Orchestrator, choice: HeldChoice, code: str
) -> None:
    _, waiting = spread(run)

    settle(waiting[0], choice, reason="Read the pages again first.")

    task = Task.objects.get(pk=waiting[0].pk)
    assert task.state == "DENIED"
    assert task.resolution is not None
    assert (task.resolution["reason_code"], task.resolution["reason_text"]) == (
        code,
        "Read the pages again first.",
    )


def test_once_nothing_is_held_the_cascade_is_over(run: Orchestrator) -> None:
    _, waiting = spread(run)

    for task in waiting:
        settle(task)

    cascade = Cascade.objects.get()
    assert (cascade.resolved_by, cascade.resolution) == (
        "rita",
        "Everything it held is settled.",
    )
    assert len(named("cascade.task_settled")) == 4
    assert len(named("cascade.resolved")) == 1


def test_what_stands_above_is_settled_first(run: Orchestrator) -> None:
    root = asked(run, None, "shop-bot")
    above = asked(run, root, "shop-bot")
    below = asked(run, above, "shop-bot")
    spread_below(run, root)

    with pytest.raises(ConflictError) as refused:
        settle(below)
    settle(above)
    settle(below)

    assert refused.value.code == "held_above"
    assert states([above, below]) == ["DENIED", "DENIED"]


def test_a_settled_task_is_not_settled_again(run: Orchestrator) -> None:
    _, waiting = spread(run)
    settle(waiting[0])

    with pytest.raises(ConflictError) as refused:
        settle(waiting[0], HeldChoice.RESUME)

    assert refused.value.code == "already_settled"


def test_a_caller_may_withdraw_a_held_task(run: Orchestrator) -> None:
    _, waiting = spread(run)

    task_cancel(key=run.key, task_id=waiting[0].pk, reason="No longer wanted.")

    assert Cascade.objects.get().tasks.get(task=waiting[0]).settled == "withdrawn"


def test_a_held_task_expires_with_its_time_to_start(run: Orchestrator, clock: Clock) -> None:
    _, waiting = spread(run)
    clock.forward(hours=25)

    assert cascades_sweep() == 4

    assert states(waiting) == ["EXPIRED"] * 4
    assert Cascade.objects.get().resolved_by == "sweeper"


def test_a_cascade_that_still_holds_something_is_not_closed(run: Orchestrator) -> None:
    spread(run)

    with pytest.raises(ConflictError) as refused:
        close()

    assert refused.value.code == "still_holds"


def test_a_cascade_that_holds_nothing_is_closed_by_a_person(run: Orchestrator) -> None:
    spread_below(run, asked(run, None, "shop-bot"))

    closed = close()

    assert (closed.resolved_by, closed.resolution) == ("rita", "Seen.")


def test_after_the_incident_failures_are_counted_anew(run: Orchestrator, clock: Clock) -> None:
    *drafts, last = drafts_of_failed_reads(run)
    for draft in drafts:
        run.report(draft, "failure")
    clock.forward(seconds=1)
    close()
    clock.forward(seconds=1)

    run.report(last, "failure")

    assert Lineage.objects.get().failures == 1
    assert Cascade.objects.count() == 1


def test_a_resumed_task_starts_though_what_it_builds_on_is_tainted(run: Orchestrator) -> None:
    _, waiting = spread(run)
    settle(waiting[1], HeldChoice.RESUME, reason="Checked by hand.")

    run.start(waiting[1])

    assert states(waiting[1:2]) == ["RUNNING"]


def test_a_sweep_ends_what_somebody_else_held_while_it_was_settled(run: Orchestrator) -> None:
    spread(run)
    cascade = Cascade.objects.get()
    cascade.tasks.filter(fate="held").update(
        settled="cancel", settled_by="rita", settled_at=clock_now()
    )

    assert cascades_sweep() == 1

    cascade.refresh_from_db()
    assert cascade.resolved_at is not None
