"""How findings combine: the strictest wins, everything is said, the deciding one first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from governance.domain.approval import approval_verdict
from governance.domain.reasons import Finding, Reason
from governance.domain.types import Approval, Enforcement, Verdict


def findings_applied(findings: Sequence[Finding], enforcement: Enforcement) -> tuple[Finding, ...]:
    """Return the findings as they act: in shadow only what a person or a halt did acts."""
    if enforcement is Enforcement.ENFORCE:
        return tuple(findings)
    return tuple(
        finding if finding.is_personal else finding._replace(acts=False) for finding in findings
    )


def strictest(asked: Iterable[Approval]) -> Approval:
    """Return the strictest of what was asked for; running freely when nothing was."""
    return max(asked, key=lambda approval: approval.rank, default=Approval.RUN)


def reasons_ordered(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return the findings as reasons: what acts and restricts, what would, then the rest.

    Within each group the stricter comes first; equals keep the order in which rules ran.
    """
    return tuple(_reason(finding) for finding in sorted(findings, key=_place))


def retry_after_s(findings: Sequence[Finding]) -> float | None:
    """Return when asking again could help: after the longest denial, or None if one never ends."""
    denials = [finding for finding in findings if finding.acts and _denies(finding)]
    waits = [finding.retry_after_s for finding in denials if finding.retry_after_s is not None]
    return max(waits) if waits and len(waits) == len(denials) else None


def _denies(finding: Finding) -> bool:
    return finding.asks is Approval.DENY


def _place(finding: Finding) -> tuple[int, int]:
    if approval_verdict(finding.asks) is Verdict.ALLOW:
        return 2, -finding.asks.rank
    return (0 if finding.acts else 1), -finding.asks.rank


def _reason(finding: Finding) -> Reason:
    return Reason(
        code=finding.code,
        sentence=finding.sentence,
        verdict=approval_verdict(finding.asks),
        enforced=finding.acts,
    )
