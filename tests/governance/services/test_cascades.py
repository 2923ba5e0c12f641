from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from governance.domain.cascade import HeldChoice
from governance.domain.types import Enforcement
from governance.models import BreakerTransition, Cascade, Event, Lineage, Task
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.cascades import cascade_tree, lineages_watched
from governance.selectors.clock import clock_now
from governance.services.cancelling import task_cancel
from governance.services.cascades import cascade_close, cascade_task_settle, cascades_sweep

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def run(shop: Orchestrator) -> Orchestrator:
    """Three agents that hardly ever fail: 100 good outcomes each."""
    for name in ("shop-bot", "scout", "writer"):
        if name != "shop-bot":
            shop.agent_new(name)
        shop.load(["success"] * 100, agent=name)
    return shop


def asked(run: Orchestrator, parent: Task | None, agent: str, tool: str = "read") -> Task:
    fields: dict[str, Any] = {} if parent is None else {"parent": parent.external_id}
    return run.ask(tool, agent=agent, **fields).task


def ended(run: Orchestrator, task: Task, result: str = "failure") -> None:
    """Start the task and report how it ended."""
    run.start(task)
    run.report(task, result)


def spread(run: Orchestrator) -> tuple[Task, list[Task]]:
    """Let a cascade happen: three failed reads, each with a failed draft; return what waits."""
    root = asked(run, None, "shop-bot")
    waiting = [asked(run, root, "shop-bot")]
    for _ in range(3):
        read = asked(run, root, "scout")
        draft = asked(run, read, "writer")
        waiting.append(asked(run, draft, "shop-bot"))
        ended(run, read)
        ended(run, draft)
    return root, waiting


def settle(
    run: Orchestrator, task: Task, choice: HeldChoice = HeldChoice.CANCEL, **fields: Any
) -> None:
    cascade = Cascade.objects.get()
    cascade_task_settle(
        fleet=run.fleet,
        cascade_id=cascade.pk,
        task_id=task.pk,
        choice=choice,
        **{"user": run.crew.rita, "reason": "Not needed.", **fields},
    )


def states(tasks: list[Task]) -> list[str]:
    return [Task.objects.get(pk=task.pk).state for task in tasks]


def named(name: str) -> list[Event]:
    return list(Event.objects.filter(name=name).order_by("seq"))


def test_failures_down_a_lineage_become_one_cascade(run: Orchestrator) -> None:
    root, _ = spread(run)

    cascade = Cascade.objects.get()
    assert (cascade.root_id, cascade.agent.external_id) == (root.pk, "scout")
    shown = cascade.evidence["spread"]
    assert (shown["failures"], shown["children"], shown["parents"]) == (3, 3, 3)
    assert shown["ratio"] == 1.0
    assert shown["chance"] < 0.001
    assert [len(named(name)) for name in ("cascade.detected", "cascade.contained")] == [1, 1]
    assert cascade.sentence.startswith("3 of 3 tasks below failed parents failed too")


def test_what_failed_is_tainted_and_what_has_not_started_is_held(run: Orchestrator) -> None:
    root, waiting = spread(run)

    assert states(waiting) == ["HELD"] * 4
    assert Task.objects.filter(root_id=root.pk, tainted_at__isnull=False).count() == 6
    assert states([root]) == ["READY"]
    held = Task.objects.get(pk=waiting[0].pk)
    assert held.resolution is not None
    assert held.resolution["answer"] == "held"


def test_failures_below_sound_parents_are_no_cascade(run: Orchestrator) -> None:
    root = asked(run, None, "shop-bot")
    for agent in ("scout", "writer", "scout", "writer"):
        ended(run, asked(run, root, agent))

    assert not Lineage.objects.exists()
    assert not Cascade.objects.exists()


def test_a_child_that_had_ended_before_its_parent_failed_does_not_count(
    run: Orchestrator, clock: Clock
) -> None:
    read = asked(run, asked(run, None, "shop-bot"), "scout")
    draft = asked(run, read, "writer")
    run.start(draft)
    ended_at = clock_now().isoformat()
    clock.forward(seconds=30)
    ended(run, read)

    run.report(draft, "failure", finished_at=ended_at)

    assert Lineage.objects.get().children == 0


def test_a_lineage_below_the_watch_is_listed_with_its_counts(run: Orchestrator) -> None:
    root = asked(run, None, "shop-bot")
    Lineage.objects.create(
        root=root, fleet=run.fleet, children=6, failures=3, chance=0.004, updated_at=clock_now()
    )

    watched = lineages_watched(fleet=run.fleet, below=0.01, now=clock_now())

    assert [row.root_id for row in watched] == [root.pk]


def test_in_shadow_a_cascade_is_recorded_and_holds_nothing(run: Orchestrator) -> None:
    run.fleet.enforcement = Enforcement.SHADOW.value
    run.fleet.save(update_fields=["enforcement"])

    _, waiting = spread(run)

    assert states(waiting) == ["READY"] * 4
    cascade = Cascade.objects.get()
    assert not cascade.enforced
    assert set(cascade.tasks.exclude(fate="tainted").values_list("fate", flat=True)) == {"shadow"}


def test_an_agent_in_shadow_is_not_held(run: Orchestrator) -> None:
    run.agent.enforcement = Enforcement.SHADOW.value
    run.agent.save(update_fields=["enforcement"])

    _, waiting = spread(run)

    assert states(waiting) == ["READY"] * 4


def drafts_of_failed_reads(run: Orchestrator) -> list[Task]:
    """Return four drafts that run below two reads that have failed."""
    root = asked(run, None, "shop-bot")
    reads = [asked(run, root, "scout") for _ in range(2)]
    drafts = [asked(run, read, "writer") for read in reads for _ in range(2)]
    for task in (*reads, *drafts):
        run.start(task)
    for read in reads:
        run.report(read, "failure")
    return drafts


def test_a_failure_after_the_alarm_joins_the_incident(run: Orchestrator) -> None:
    *drafts, last = drafts_of_failed_reads(run)
    unstarted = asked(run, last, "shop-bot")
    for draft in drafts:
        run.report(draft, "failure")

    run.report(last, "failure")

    cascade = Cascade.objects.get()
    shown = cascade.evidence["spread"]
    assert (shown["failures"], shown["parents"], shown["ratio"]) == (4, 2, 2.0)
    assert cascade.tasks.get(task=last).fate == "tainted"
    assert states([unstarted]) == ["HELD"]
    assert len(named("cascade.detected")) == 1


def test_a_cap_is_told_and_never_silent(run: Orchestrator) -> None:
    root = asked(run, None, "shop-bot")
    deep = asked(run, root, "shop-bot")
    for _ in range(4):
        deep = asked(run, deep, "shop-bot")
    for _ in range(3):
        read = asked(run, root, "scout")
        ended(run, read)
        ended(run, asked(run, read, "writer"))

    # Held to the third level below the root; the fourth is counted, what is below it is not.
    assert Cascade.objects.get().beyond == 1
    assert named("cascade.truncated")[0].payload["beyond"] == 1


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

    settle(run, waiting[0], HeldChoice.RESUME, reason="It reads nothing of theirs.")

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

    settle(run, waiting[0], choice, reason="Read the pages again first.")

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
        settle(run, task)

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
        settle(run, below)
    settle(run, above)
    settle(run, below)

    assert refused.value.code == "held_above"
    assert states([above, below]) == ["DENIED", "DENIED"]


def spread_below(run: Orchestrator, root: Task) -> None:
    for _ in range(3):
        read = asked(run, root, "scout")
        ended(run, read)
        ended(run, asked(run, read, "writer"))


def test_nobody_resumes_the_tasks_of_an_agent_of_their_own(run: Orchestrator) -> None:
    _, waiting = spread(run)

    with pytest.raises(ForbiddenError):
        settle(run, waiting[0], HeldChoice.RESUME, user=run.crew.lena)


def test_a_choice_needs_a_reason_and_a_member(run: Orchestrator) -> None:
    _, waiting = spread(run)

    with pytest.raises(InvalidFieldError):
        settle(run, waiting[0], reason=" ")
    with pytest.raises(ForbiddenError):
        settle(run, waiting[0], user=run.crew.otto)


def test_a_settled_task_is_not_settled_again(run: Orchestrator) -> None:
    _, waiting = spread(run)
    settle(run, waiting[0])

    with pytest.raises(ConflictError) as refused:
        settle(run, waiting[0], HeldChoice.RESUME)

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
        cascade_close(
            fleet=run.fleet,
            cascade_id=Cascade.objects.get().pk,
            user=run.crew.rita,
            reason="Seen.",
        )

    assert refused.value.code == "still_holds"


def test_a_cascade_that_holds_nothing_is_closed_by_a_person(run: Orchestrator) -> None:
    spread_below(run, asked(run, None, "shop-bot"))

    closed = cascade_close(
        fleet=run.fleet, cascade_id=Cascade.objects.get().pk, user=run.crew.rita, reason="Seen."
    )

    assert (closed.resolved_by, closed.resolution) == ("rita", "Seen.")


def test_after_the_incident_failures_are_counted_anew(run: Orchestrator, clock: Clock) -> None:
    *drafts, last = drafts_of_failed_reads(run)
    for draft in drafts:
        run.report(draft, "failure")
    clock.forward(seconds=1)
    cascade_close(
        fleet=run.fleet, cascade_id=Cascade.objects.get().pk, user=run.crew.rita, reason="Seen."
    )
    clock.forward(seconds=1)

    run.report(last, "failure")

    assert Lineage.objects.get().failures == 1
    assert Cascade.objects.count() == 1


def test_the_tree_shows_what_was_held_and_what_was_not(run: Orchestrator) -> None:
    root, _ = spread(run)

    tree = cascade_tree(Cascade.objects.get().pk)

    assert tree.nodes[0].task_id == root.pk
    assert len(tree.nodes) == 11
    assert tree.waiting == 4
    assert {node.fate for node in tree.nodes} == {"", "held", "tainted"}
    assert tree.left_out == 0


def test_an_unknown_cascade_is_missing(run: Orchestrator) -> None:
    with pytest.raises(MissingError):
        cascade_close(fleet=run.fleet, cascade_id=UUID(int=1), user=run.crew.rita, reason="x")


def trip(run: Orchestrator) -> None:
    """Four failures of an agent that never failed freeze it: see `test_judging`."""
    for _ in range(4):
        ended(run, asked(run, None, "scout"))


def test_a_trip_holds_the_queue_and_what_builds_on_the_failures(run: Orchestrator) -> None:
    spoiled = asked(run, None, "scout")
    consumer = asked(run, spoiled, "writer")
    queued = asked(run, None, "scout")
    sound = asked(run, None, "writer")
    ended(run, spoiled)
    for _ in range(3):
        ended(run, asked(run, None, "scout"))

    assert states([consumer, queued, sound]) == ["HELD", "HELD", "READY"]
    cascade = Cascade.objects.get()
    assert (cascade.origin, cascade.agent.external_id) == ("trip", "scout")
    assert Task.objects.filter(tainted_at__isnull=False).count() == 4
    move = BreakerTransition.objects.get()
    assert move.evidence["incident_id"] == str(cascade.pk)


def test_what_the_agent_gave_out_before_its_failures_is_not_tainted(run: Orchestrator) -> None:
    good = asked(run, None, "scout")
    run.report(good)

    trip(run)

    assert Task.objects.get(pk=good.pk).tainted_at is None


def test_a_trip_that_nothing_waits_for_is_no_cascade(run: Orchestrator) -> None:
    trip(run)

    assert not Cascade.objects.exists()
    assert Task.objects.filter(tainted_at__isnull=False).count() == 4


def test_no_other_agent_is_frozen_by_association(run: Orchestrator) -> None:
    spread(run)

    assert not BreakerTransition.objects.exclude(agent__external_id="scout").exists()


def test_a_trip_joins_the_incident_that_is_open_about_its_tasks(run: Orchestrator) -> None:
    root, _ = spread(run)
    queued = asked(run, root, "scout")
    Task.objects.filter(pk=queued.pk).update(state="READY")

    ended(run, asked(run, None, "scout"))

    assert Cascade.objects.count() == 1
    assert states([queued]) == ["HELD"]
    assert BreakerTransition.objects.get().evidence["incident_id"] == str(Cascade.objects.get().pk)


def test_a_running_task_below_tainted_output_is_named_and_not_held(run: Orchestrator) -> None:
    spoiled = asked(run, None, "scout")
    running = asked(run, spoiled, "writer")
    waiting = asked(run, spoiled, "writer")
    run.start(running)
    ended(run, spoiled)
    for _ in range(3):
        ended(run, asked(run, None, "scout"))

    fates = Cascade.objects.get().tasks.exclude(fate="tainted").values_list("task_id", "fate")
    assert dict(fates) == {running.pk: "running", waiting.pk: "held"}


def test_a_consumer_of_tainted_output_needs_a_person_from_medium_up(run: Orchestrator) -> None:
    spoiled = asked(run, None, "scout")
    ended(run, spoiled)
    Task.objects.filter(pk=spoiled.pk).update(tainted_at=clock_now())

    consumer = run.ask("read", agent="writer", parent=spoiled.external_id)

    assert (consumer.task.level, consumer.task.state) == ("MEDIUM", "PENDING")
    assert consumer.decision.reasons[0] == {
        "code": "tainted_input",
        "sentence": f"It builds on task {spoiled.external_id}, whose output is tainted:"
        " a person must agree.",
        "verdict": "escalate",
        "enforced": True,
    }


def test_a_resumed_task_starts_though_what_it_builds_on_is_tainted(run: Orchestrator) -> None:
    _, waiting = spread(run)
    settle(run, waiting[1], HeldChoice.RESUME, reason="Checked by hand.")

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
