"""Tainted input: what builds on the output of a failing agent is looked at by a person."""

from __future__ import annotations

from collections.abc import Iterator

from governance.domain.reasons import Finding, ReasonCode
from governance.domain.types import Approval, BlastLevel


def taint_findings(tainted_input: str | None, *, level: BlastLevel) -> Iterator[Finding]:
    """Yield what tainted input asks for: one person from level Medium up.

    Args:
        tainted_input: external id of what the task builds on, or None if nothing is wrong.
        level: of the task.

    Source: docs/architecture.md, Cascades.
    """
    if tainted_input is None:
        return
    asks = Approval.RUN if level is BlastLevel.LOW else Approval.ONE
    then = "a Low task runs all the same" if level is BlastLevel.LOW else "a person must agree"
    yield Finding(
        code=ReasonCode.TAINTED_INPUT,
        sentence=f"It builds on task {tainted_input}, whose output is tainted: {then}.",
        asks=asks,
    )
