"""One question put to every rule of the gate, before the answers are combined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from governance.domain.allowance import budget_finding, parallel_findings
from governance.domain.approval import approval_verdict
from governance.domain.blast import BlastResult, blast_score
from governance.domain.classifier import Classified, classify
from governance.domain.collusion.gating import is_penal, ring_findings
from governance.domain.facts import AgentStanding, GateRequest
from governance.domain.ladder import ladder_findings
from governance.domain.mandate import mandate_findings
from governance.domain.matrix import Cell, matrix_cell
from governance.domain.phrases import count_words
from governance.domain.policy import Policy
from governance.domain.reasons import Finding, ReasonCode
from governance.domain.taint import taint_findings
from governance.domain.types import Approval, Tier, Verdict
from governance.domain.value_object import ValueObject
from governance.domain.verdicts import strictest


class Findings(ValueObject, frozen=True, kw_only=True):
    """What the rules say: ``ladder`` may end a running task, ``others`` only keep one from it."""

    tier: Tier
    classified: Classified
    blast: BlastResult
    cell: Cell
    ladder: tuple[Finding, ...]
    others: tuple[Finding, ...]


def findings_gather(request: GateRequest, policy: Policy, *, now_s: float) -> Findings:
    """Return what each rule finds about the request.

    Raises:
        BlastValueError: if a metric of the request is not on its scale.
    """
    task, money = request.task, request.money
    earlier = request.envelope.task_type if request.envelope is not None else None
    classified = classify(task, history_tasks_min=policy.blast.history_tasks_min, earlier=earlier)
    blast = blast_score(task, money, policy.blast)
    # Nobody is trusted for work that nobody has seen.
    is_low = request.standing.outcomes == 0 or is_penal(request.standing, now_s=now_s)
    tier = Tier.LOW if is_low else request.standing.tier
    cell = matrix_cell(
        policy.matrix,
        policy.presets,
        policy.approvals,
        task_type=classified.task_type,
        tier=tier,
        level=blast.level,
    )
    ladder = ladder_findings(
        request.breaker,
        fleet_halted=request.fleet_halted,
        level=blast.level,
        probe_available=request.probe_available,
        retry_probe_s=policy.admission.retry_probe_s,
        now_s=now_s,
    )
    asking = (
        cell.finding,
        *mandate_findings(request.mandate, task, level=blast.level, table=cell.table),
        *taint_findings(task.lineage.tainted_input, level=blast.level),
        *ring_findings(request.standing, task.lineage.ring_partner, now_s=now_s),
        *parallel_findings(
            request.running, cell.limits, retry_after_s=policy.admission.retry_parallel_s
        ),
    )
    if _is_seen(request, (*ladder, *asking)):
        cell = _without_surplus(cell)
    others = (
        *asking,
        budget_finding(money, cell.limits, preset=cell.preset, now_s=now_s),
        *_context(request.standing, classified, blast, outcomes_shown=policy.trust.outcomes_shown),
    )
    return Findings(
        tier=tier, classified=classified, blast=blast, cell=cell, ladder=ladder, others=others
    )


def _is_seen(request: GateRequest, findings: Sequence[Finding]) -> bool:
    """Return whether people are asked about the task, or were: it does not run unseen."""
    asked = strictest(finding.asks for finding in findings)
    earlier = Approval.RUN if request.envelope is None else request.envelope.approval
    return any(approval_verdict(each) is not Verdict.ALLOW for each in (asked, earlier))


def _without_surplus(cell: Cell) -> Cell:
    """Return the cell with a budget of at most what was asked for: people agree to that amount."""
    if cell.limits.budget_factor <= 1.0:
        return cell
    return cell._replace(limits=replace(cell.limits, budget_factor=1.0))


def _context(
    standing: AgentStanding, classified: Classified, blast: BlastResult, *, outcomes_shown: int
) -> Iterator[Finding]:
    yield Finding(code=ReasonCode.BLAST_LEVEL, sentence=blast.headline)
    for gap in blast.missing:
        yield Finding(code=ReasonCode.BLAST_UNKNOWN, sentence=gap.sentence)
    yield Finding(code=ReasonCode.TASK_TYPE, sentence=classified.sentence)
    if standing.trust is None:
        sentence = f"Not enough data ({standing.outcomes} of {outcomes_shown} tasks) for trust."
        yield Finding(code=ReasonCode.NOT_ENOUGH_HISTORY, sentence=sentence)
    else:
        tasks = count_words(standing.outcomes, "task")
        sentence = f"Trust {standing.trust:.2f} from {tasks}: tier {standing.tier}."
        yield Finding(code=ReasonCode.TRUST, sentence=sentence)
