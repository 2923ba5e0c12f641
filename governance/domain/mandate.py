"""What the agent was meant to do: tools, environments, and the level it reaches alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from governance.domain.approval import approval_stricter
from governance.domain.facts import Mandate, TaskFacts
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import Approval, BlastLevel


def mandate_findings(
    mandate: Mandate, task: TaskFacts, *, level: BlastLevel, table: Approval
) -> tuple[Finding, ...]:
    """Return where the task leaves the mandate, or one finding that it does not.

    A tool or environment outside asks for one step more than ``table``, the approval table's
    answer; at the end of the steps it is denied and an incident. A level above the mandate's asks
    for at least one approval. All tools count, also those that joined while the task ran.

    Source: docs/policy.md.
    """
    found = (*_outside(mandate, task, table), *_above(mandate, level))
    if found:
        return found
    up_to = mandate.level.value.capitalize()
    return (
        Finding(
            code=ReasonCode.WITHIN_MANDATE,
            sentence=f"Within the mandate: {task.tool}, {task.environment}, alone up to {up_to}.",
        ),
    )


def mandate_allows_tool(mandate: Mandate, tool: str) -> bool:
    """Return whether a pattern of the mandate matches the whole tool name; case counts."""
    return any(fnmatchcase(tool, pattern) for pattern in mandate.tools)


def _outside(mandate: Mandate, task: TaskFacts, table: Approval) -> Iterator[Finding]:
    asks = approval_stricter(table)
    joined = () if task.progress is None else task.progress.tools
    for tool in (task.tool, *(entry.name for entry in joined)):
        if not mandate_allows_tool(mandate, tool):
            meant = ", ".join(mandate.tools) or "no tools"
            yield Finding(
                code=ReasonCode.OUTSIDE_MANDATE_TOOL,
                sentence=f"{tool} is outside the mandate ({meant}): one step stricter.",
                asks=asks,
                incident=asks is Approval.DENY,
            )
    if task.environment not in mandate.environments:
        meant = ", ".join(mandate.environments) or "no environments"
        yield Finding(
            code=ReasonCode.OUTSIDE_MANDATE_ENVIRONMENT,
            sentence=f"{task.environment} is outside the mandate ({meant}): one step stricter.",
            asks=asks,
            incident=asks is Approval.DENY,
        )


def _above(mandate: Mandate, level: BlastLevel) -> Iterator[Finding]:
    if level.rank > mandate.level.rank:
        alone = mandate.level.value.capitalize()
        sentence = f"The mandate allows {alone} without a person; this is {level.capitalize()}."
        yield Finding(code=ReasonCode.ABOVE_MANDATE_LEVEL, sentence=sentence, asks=Approval.ONE)
