"""What kind of task it is, from its structure and never from its words."""

from __future__ import annotations

from collections.abc import Iterator

from governance.domain.facts import Progress, TaskFacts
from governance.domain.phrases import count_words
from governance.domain.types import TaskType
from governance.domain.value_object import ValueObject

COORDINATION_OTHERS = 3
PIPELINE_STEPS = 2
_NO_PROGRESS = Progress()


class Classified(ValueObject, frozen=True, kw_only=True):
    """The task type and the sentence that says why."""

    task_type: TaskType
    sentence: str


def classify(
    task: TaskFacts, *, history_tasks_min: int, earlier: TaskType | None = None
) -> Classified:
    """Return the task's type: the strictest that any sign implies.

    The plan, the lineage, what has happened so far and the agent's own history each imply a
    least type. What the caller declares can only tighten, and a type never falls during a task
    (``earlier``). A structure that nothing states takes the strictest type.

    Source: docs/evidence.md, Blast radius.
    """
    signs = [
        (TaskType.STATELESS, "one agent, one step, nothing kept"),
        *_structure_signs(task),
        *_history_signs(task, history_tasks_min),
    ]
    if task.declared_type is not None:
        signs.append((task.declared_type, "declared by the caller"))
    if earlier is not None:
        signs.append((earlier, "a type never falls during a task"))
    # max() keeps the first of equals, so structure is named before history and declaration.
    task_type, words = max(signs, key=lambda sign: sign[0].rank)
    return Classified(task_type=task_type, sentence=f"{task_type.value.capitalize()}: {words}.")


def _structure_signs(task: TaskFacts) -> Iterator[tuple[TaskType, str]]:
    plan, progress = task.plan, task.progress or _NO_PROGRESS
    planned = (plan.agents or 1) - 1
    others = max(task.lineage.agents, 1) - 1 + max(planned, progress.agents_spawned)
    handed = max(plan.delegations or 0, others)
    if handed >= COORDINATION_OTHERS:
        yield TaskType.COORDINATION, f"works with {count_words(handed, 'other agent')}"
    if plan.talks_back:
        yield TaskType.COORDINATION, "agents send messages in both directions"
    if plan.shares_state:
        yield TaskType.COORDINATION, "agents write to shared state"
    if handed:
        yield TaskType.PIPELINE, f"hands work to {count_words(handed, 'other agent')}"
    steps = max(plan.steps or 0, progress.steps)
    if steps >= PIPELINE_STEPS:
        yield TaskType.PIPELINE, f"{count_words(steps, 'dependent step')}"
    if plan.keeps_state:
        yield TaskType.PIPELINE, "keeps state for a later step"


def _history_signs(task: TaskFacts, history_tasks_min: int) -> Iterator[tuple[TaskType, str]]:
    history = task.history
    if history is not None and history.task_type and history.tasks >= history_tasks_min:
        yield history.task_type, f"as in its last {history.tasks} tasks of this kind"
        return
    if task.plan.agents is None:
        yield TaskType.COORDINATION, "plan.agents is not stated, so the strictest type counts"
    if task.plan.steps is None:
        yield TaskType.PIPELINE, "plan.steps is not stated, so more than one counts"
