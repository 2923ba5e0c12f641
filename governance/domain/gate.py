"""The gate: may this agent do this, now, on the evidence of what it has done so far?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from enum import StrEnum

from governance.domain.allowance import spend_cap
from governance.domain.approval import approval_people, approval_verdict, approval_words
from governance.domain.blast import BlastResult
from governance.domain.facts import Envelope, GateRequest
from governance.domain.findings import Findings, findings_gather
from governance.domain.ladder import is_probe
from governance.domain.mandate import mandate_allows_tool
from governance.domain.matrix import audit_probability
from governance.domain.money import usd_shown
from governance.domain.policy import Policy
from governance.domain.reasons import Finding, Reason, ReasonCode
from governance.domain.types import (
    Approval,
    BlastLevel,
    Enforcement,
    Preset,
    TaskType,
    Tier,
    Verdict,
)
from governance.domain.value_object import ValueObject
from governance.domain.verdicts import (
    findings_applied,
    reasons_ordered,
    retry_after_s,
    strictest,
)

__all__ = ["Decision", "GateRequest", "Limits", "Moment", "gate_decide", "gate_recheck"]


class Moment(StrEnum):
    """When the gate looks at a task again."""

    EDIT = "edit"
    START = "start"
    HEARTBEAT = "heartbeat"


class Limits(ValueObject, frozen=True, kw_only=True):
    """What the answer allows.

    ``budget_usd`` is the spend cap or None. ``approvals`` distinct people must agree, one of them
    a manager where ``needs_manager``; 0 where nobody is asked. ``audit_probability`` and
    ``tax_share`` are in [0, 1]. ``start_by_s`` is when an allowed task that has not started
    expires, in epoch seconds.
    """

    budget_usd: Decimal | None
    parallel: int
    audit_probability: float
    tax_share: float
    approval: Approval
    approvals: int
    needs_manager: bool
    start_by_s: float


class Decision(ValueObject, frozen=True, kw_only=True):
    """The gate's answer with everything that decided it.

    ``verdict`` is what the caller is told, ``would_be`` the strictest of everything found.
    ``enforced`` is false where something was only recorded: in shadow, or in a breaker mode that
    does not act; what is asked of people then is practice. ``reasons`` are ordered, the deciding
    one first. ``incident`` says that the attempt itself needs a person's look.
    ``retry_after_s`` is None where waiting alone does not help.
    """

    verdict: Verdict
    would_be: Verdict
    enforced: bool
    reasons: tuple[Reason, ...]
    tier: Tier
    task_type: TaskType
    preset: Preset
    level: BlastLevel
    vector: str
    blast: BlastResult
    limits: Limits
    retry_after_s: float | None
    incident: bool
    is_probe: bool


def gate_decide(request: GateRequest, policy: Policy, *, now_s: float) -> Decision:
    """Return the decision about one task; the same request and policy always give the same.

    The strictest of ladder, budget, parallel limit, mandate and approval table wins. Every
    finding becomes a reason, whether it decided or not.

    Raises:
        BlastValueError: if a metric of the request is not on its scale.

    Source: docs/architecture.md, The gate path.
    """
    gathered = findings_gather(request, policy, now_s=now_s)
    findings = findings_applied((*gathered.ladder, *gathered.others), request.enforcement)
    acting = strictest(finding.asks for finding in findings if finding.acts)
    recorded = strictest(finding.asks for finding in findings)
    verdict = approval_verdict(acting)
    asked = acting if verdict is Verdict.ESCALATE else recorded
    limits = _limits(request, gathered, asked, policy, now_s=now_s)
    return _decision(
        request,
        gathered,
        findings,
        verdict=verdict,
        would_be=approval_verdict(recorded),
        limits=limits,
    )


def gate_recheck(request: GateRequest, policy: Policy, *, moment: Moment, now_s: float) -> Decision:
    """Return whether an allowed or approved task may start or go on: verdict ALLOW or DENY.

    At start everything is looked at again, and what asks for more than the envelope's approval
    stops it. When people edit a waiting task, so is all that still holds once it may start: not
    the ladder, nor how many tasks are open. A running task is stopped by the ladder, by leaving
    its envelope (level, spend cap), or by a joined tool outside the mandate; falling trust alone
    does not interrupt work.

    Raises:
        ValueError: if the request carries no envelope.
        BlastValueError: if a metric of the request is not on its scale.
    """
    envelope = request.envelope
    if envelope is None:
        msg = f"a recheck at {moment} needs the envelope of the earlier decision, got None"
        raise ValueError(msg)
    gathered = findings_gather(request, policy, now_s=now_s)
    allowed = envelope.approval
    if moment is Moment.EDIT:
        gathered = _lasting(gathered)
    if moment is not Moment.HEARTBEAT:
        found = (*_outgrown(envelope, gathered), *gathered.ladder, *gathered.others)
    else:
        found = (*_joined_tools(request), *gathered.ladder)
        # A running task cannot be asked about any more: only a denial stops it.
        allowed = Approval.TWO_WITH_MANAGER
    found = (*_left_envelope(request, envelope, gathered), *found)
    findings = findings_applied(found, request.enforcement)
    blocks = [finding for finding in findings if _exceeds(finding.asks, allowed)]
    verdict = Verdict.DENY if any(finding.acts for finding in blocks) else Verdict.ALLOW
    would_be = Verdict.DENY if blocks else Verdict.ALLOW
    limits = _limits(request, gathered, envelope.approval, policy, now_s=now_s)
    return _decision(request, gathered, findings, verdict=verdict, would_be=would_be, limits=limits)


def _decision(
    request: GateRequest,
    gathered: Findings,
    findings: Sequence[Finding],
    *,
    verdict: Verdict,
    would_be: Verdict,
    limits: Limits,
) -> Decision:
    level = gathered.blast.level
    probes = is_probe(request.breaker, level=level, probe_available=request.probe_available)
    acts = request.enforcement is Enforcement.ENFORCE or verdict is Verdict.DENY
    return Decision(
        verdict=verdict,
        would_be=would_be,
        enforced=acts and verdict is would_be,
        reasons=reasons_ordered(findings),
        tier=gathered.tier,
        task_type=gathered.classified.task_type,
        preset=gathered.cell.preset,
        level=level,
        vector=gathered.blast.vector,
        blast=gathered.blast,
        limits=limits,
        retry_after_s=retry_after_s(findings) if verdict is Verdict.DENY else None,
        incident=would_be is Verdict.DENY and any(finding.incident for finding in findings),
        is_probe=probes and verdict is Verdict.ALLOW,
    )


def _limits(
    request: GateRequest, gathered: Findings, asked: Approval, policy: Policy, *, now_s: float
) -> Limits:
    preset, envelope = gathered.cell.limits, request.envelope
    # An envelope keeps the cap people saw: a better tier since then must not widen it.
    cap = spend_cap(request.money, preset) if envelope is None else envelope.spend_cap_usd
    return Limits(
        budget_usd=cap,
        parallel=preset.parallel_max,
        audit_probability=audit_probability(gathered.cell, gathered.blast.level),
        tax_share=preset.tax_share,
        approval=asked,
        approvals=approval_people(asked),
        needs_manager=asked is Approval.TWO_WITH_MANAGER,
        start_by_s=now_s + policy.admission.ready_h * 3600,
    )


def _lasting(gathered: Findings) -> Findings:
    others = tuple(each for each in gathered.others if each.code is not ReasonCode.OVER_PARALLEL)
    return gathered._replace(ladder=(), others=others)


def _exceeds(asked: Approval, allowed: Approval) -> bool:
    return approval_verdict(asked) is not Verdict.ALLOW and asked.rank > allowed.rank


def _left_envelope(
    request: GateRequest, envelope: Envelope, gathered: Findings
) -> Iterator[Finding]:
    level = gathered.blast.level
    if level.rank > envelope.level.rank:
        was = envelope.level.value.capitalize()
        sentence = f"Now {level.value.capitalize()}, approved as {was}. {gathered.blast.headline}"
        yield Finding(code=ReasonCode.ENVELOPE_LEVEL, sentence=sentence, asks=Approval.DENY)
    progress, cap = request.task.progress, envelope.spend_cap_usd
    if progress is not None and cap is not None and progress.spent_usd > cap:
        spent = usd_shown(progress.spent_usd, rounding=ROUND_UP)
        sentence = f"Spent {spent}; the cap is {usd_shown(cap, rounding=ROUND_DOWN)}."
        yield Finding(code=ReasonCode.ENVELOPE_SPEND, sentence=sentence, asks=Approval.DENY)


def _joined_tools(request: GateRequest) -> Iterator[Finding]:
    joined = () if request.task.progress is None else request.task.progress.tools
    for entry in joined:
        if not mandate_allows_tool(request.mandate, entry.name):
            yield Finding(
                code=ReasonCode.OUTSIDE_MANDATE_TOOL,
                sentence=f"{entry.name} joined the task and is outside the mandate.",
                asks=Approval.DENY,
            )


def _outgrown(envelope: Envelope, gathered: Findings) -> Iterator[Finding]:
    asked = strictest(finding.asks for finding in (*gathered.ladder, *gathered.others))
    if _exceeds(asked, envelope.approval) and asked is not Approval.DENY:
        sentence = (
            f"Now {approval_words(asked)}; it was {approval_words(envelope.approval)}. Ask again."
        )
        yield Finding(code=ReasonCode.APPROVAL_TOO_SMALL, sentence=sentence, asks=asked)
