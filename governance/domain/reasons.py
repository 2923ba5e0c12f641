"""Why the gate answered as it did: codes for machines, sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.types import Approval, Verdict
from governance.domain.value_object import ValueObject


class ReasonCode(StrEnum):
    """Every reason the gate can give; `REASON_MEANING` is their documentation."""

    FLEET_HALTED = "fleet_halted"
    AGENT_PAUSED = "agent_paused"
    FORCED_OPEN = "forced_open"
    LATCHED = "latched"
    FROZEN = "frozen"
    PROBATION_LEVEL = "probation_level"
    PROBATION_BUSY = "probation_busy"
    PROBATION_PROBE = "probation_probe"
    SUPERVISED = "supervised"
    OVER_BUDGET = "over_budget"
    OVER_PARALLEL = "over_parallel"
    OUTSIDE_MANDATE_TOOL = "outside_mandate_tool"
    OUTSIDE_MANDATE_ENVIRONMENT = "outside_mandate_environment"
    ABOVE_MANDATE_LEVEL = "above_mandate_level"
    WITHIN_MANDATE = "within_mandate"
    APPROVAL_TABLE = "approval_table"
    BLAST_UNKNOWN = "blast_unknown"
    BLAST_LEVEL = "blast_level"
    TASK_TYPE = "task_type"
    TRUST = "trust"
    NOT_ENOUGH_HISTORY = "not_enough_history"
    BUDGET_OK = "budget_ok"
    ENVELOPE_LEVEL = "envelope_level"
    ENVELOPE_SPEND = "envelope_spend"
    APPROVAL_TOO_SMALL = "approval_too_small"
    TAINTED_INPUT = "tainted_input"
    RING_WORK = "ring_work"
    RING_PENALTY = "ring_penalty"


REASON_MEANING: Mapping[ReasonCode, str] = {
    ReasonCode.FLEET_HALTED: "A person or an operating key halted the whole fleet.",
    ReasonCode.AGENT_PAUSED: "The agent is paused for operational reasons; its health is fine.",
    ReasonCode.FORCED_OPEN: "A person froze the agent; only a person releases it.",
    ReasonCode.LATCHED: "The agent failed too often or too badly; only a person releases it.",
    ReasonCode.FROZEN: "The breaker is open; probation begins when the freeze ends.",
    ReasonCode.PROBATION_LEVEL: "On probation an agent runs Low tasks only.",
    ReasonCode.PROBATION_BUSY: "On probation one probe runs at a time, and one is running.",
    ReasonCode.PROBATION_PROBE: "The task runs as a probe; its outcome decides about the breaker.",
    ReasonCode.SUPERVISED: "Too many agents are frozen, so this one runs under supervision.",
    ReasonCode.OVER_BUDGET: "The task would exceed the agent's monthly budget.",
    ReasonCode.OVER_PARALLEL: "As many tasks of the agent run as its preset allows.",
    ReasonCode.OUTSIDE_MANDATE_TOOL: "No pattern of the agent's mandate matches the tool.",
    ReasonCode.OUTSIDE_MANDATE_ENVIRONMENT: "The mandate does not name the environment.",
    ReasonCode.ABOVE_MANDATE_LEVEL: "The level is above what the mandate allows without a person.",
    ReasonCode.WITHIN_MANDATE: "Tool, environment and level are within the mandate.",
    ReasonCode.APPROVAL_TABLE: "What the approval table asks for at this preset and level.",
    ReasonCode.BLAST_UNKNOWN: "A metric has no source, so its worst value counts.",
    ReasonCode.BLAST_LEVEL: "Why the task has its blast level.",
    ReasonCode.TASK_TYPE: "Why the task has its type.",
    ReasonCode.TRUST: "The agent's trust and tier when the gate looked.",
    ReasonCode.NOT_ENOUGH_HISTORY: "Too few outcomes for a trust score; the tier is low.",
    ReasonCode.BUDGET_OK: "What the task may spend under its preset.",
    ReasonCode.ENVELOPE_LEVEL: "The task has become more dangerous than what was approved.",
    ReasonCode.ENVELOPE_SPEND: "The task has spent more than its cap.",
    ReasonCode.APPROVAL_TOO_SMALL: "Since the approval more people would have to agree.",
    ReasonCode.TAINTED_INPUT: "The task builds on the output of an agent that was failing.",
    ReasonCode.RING_WORK: "The task goes on with work of an agent of the same accused ring.",
    ReasonCode.RING_PENALTY: "The agent stays at tier low, because collusion was confirmed.",
}


class Finding(ValueObject, frozen=True, kw_only=True):
    """One thing a rule found; the gate combines findings, the strictest wins.

    ``asks`` is what this finding alone asks for. ``acts`` is false for what is only recorded.
    ``is_personal`` marks what a person or a halt did, which acts in shadow too.
    """

    code: ReasonCode
    sentence: str
    asks: Approval = Approval.RUN
    acts: bool = True
    is_personal: bool = False
    incident: bool = False
    retry_after_s: float | None = None


class Reason(ValueObject, frozen=True, kw_only=True):
    """One reason of an answer; ``verdict`` is what it alone would have meant.

    ``enforced`` is false for a reason that was recorded without acting.
    """

    code: ReasonCode
    sentence: str
    verdict: Verdict
    enforced: bool
