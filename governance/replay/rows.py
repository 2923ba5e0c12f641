"""One recorded outcome as a file gives it: its columns, and what they may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from governance.domain.types import BlastLevel, Result, TaskType
from governance.files.reading import RowFormat

# Enum members cost ten times as much to look up as their words, and a million rows do it thrice.
RESULTS: tuple[Result, ...] = tuple(Result)
CLASSES: tuple[tuple[TaskType, BlastLevel], ...] = tuple(
    (task_type, level) for task_type in TaskType for level in BlastLevel
)
RESULT_NUMBERS = {result.value: number for number, result in enumerate(RESULTS)}
CLASS_NUMBERS = {
    (task_type.value, level.value): number for number, (task_type, level) in enumerate(CLASSES)
}

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Word = Annotated[str, Meta(max_length=200)]
Moment = Annotated[datetime, Meta(tz=True)]
# What the ledger's 20 digits hold, so that a replay refuses what the live gate refuses.
Amount = Annotated[float, Meta(ge=0, lt=1e14)]
Seconds = Annotated[float, Meta(ge=0, le=1e10)]
ResultWord = Literal[
    "success", "partial", "failure", "cancelled", "child_frozen", "dependency_down", "denied"
]
TypeWord = Literal["stateless", "pipeline", "coordination"]
LevelWord = Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]


class ReplayRow(Struct, kw_only=True, gc=False):
    """The columns of a replay file; the first four are required, others may be left out.

    Amounts are US dollars, times have a zone. ``reporter`` equal to ``agent`` is a self-report.
    ``owner``, ``template``, ``model`` and ``tool`` are the agent's, as its first row says.
    ``refresh`` and ``agent_id`` come with an export: the refresh an outcome was judged by, and
    the key that the length of freezes is drawn with.
    """

    task_id: Name
    agent: Name
    finished_at: Moment
    result: ResultWord
    requested_by: Word | None = None
    parent_id: Annotated[str, Meta(max_length=120)] | None = None
    task_type: TypeWord | None = None
    level: LevelWord | None = None
    started_at: Moment | None = None
    cost_usd: Amount | None = None
    budget_usd: Amount | None = None
    value_usd: Amount | None = None
    duration_s: Seconds | None = None
    error_code: Word | None = None
    reporter: Word | None = None
    verified: bool | None = None
    owner: Word | None = None
    template: Word | None = None
    model: Word | None = None
    tool: Word | None = None
    refresh: Annotated[int, Meta(ge=0)] | None = None
    agent_id: Word | None = None


OUTCOMES = RowFormat(
    row=ReplayRow,
    required=("task_id", "agent", "finished_at", "result"),
    allowed={
        "result": ", ".join(result.value for result in RESULTS),
        "task_type": ", ".join(task_type.value for task_type in TaskType),
        "level": ", ".join(level.value for level in BlastLevel),
        "finished_at": "a time with a zone, such as 2026-03-02T12:00:00Z",
        "started_at": "a time with a zone, such as 2026-03-02T12:00:00Z",
        "verified": "true or false",
    },
)
