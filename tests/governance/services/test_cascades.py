from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import Enforcement
from governance.models import BreakerTransition, Cascade, Lineage, Task
from governance.selectors.cascades import cascade_tree, lineages_watched
from governance.selectors.clock import clock_now
from tests.governance.services.cascading import (
    asked,
    drafts_of_failed_reads,
    ended,
    named,
    spread,
    states,
    trip,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


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


def test_the_tree_shows_what_was_held_and_what_was_not(run: Orchestrator) -> None:
    root, _ = spread(run)

    tree = cascade_tree(Cascade.objects.get().pk)

    assert tree.nodes[0].task_id == root.pk
    assert len(tree.nodes) == 11
    assert tree.waiting == 4
    assert {node.fate for node in tree.nodes} == {"", "held", "tainted"}
    assert tree.left_out == 0


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
