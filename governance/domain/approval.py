"""What an entry of the approval table means: verdict, people, one step stricter."""

from __future__ import annotations

from governance.domain.types import Approval, Verdict

_PEOPLE = {Approval.ONE: 1, Approval.TWO: 2, Approval.TWO_WITH_MANAGER: 2}
_WORDS = {
    Approval.RUN: "runs",
    Approval.RUN_SAMPLED: "runs, some are checked",
    Approval.ONE: "1 approval",
    Approval.TWO: "2 approvals",
    Approval.TWO_WITH_MANAGER: "2 approvals, one by a manager",
    Approval.DENY: "denied",
}


def approval_verdict(approval: Approval) -> Verdict:
    """Return the gate's answer that goes with an entry."""
    if approval is Approval.DENY:
        return Verdict.DENY
    return Verdict.ESCALATE if approval in _PEOPLE else Verdict.ALLOW


def approval_people(approval: Approval) -> int:
    """Return how many distinct people must agree; 0 where none is asked."""
    return _PEOPLE.get(approval, 0)


def approval_words(approval: Approval) -> str:
    """Return the entry as the end of a sentence."""
    return _WORDS[approval]


def approval_stricter(approval: Approval) -> Approval:
    """Return one step stricter: run, 1 approval, 2 approvals, deny."""
    people = approval_people(approval)
    if approval is Approval.DENY or people >= 2:
        return Approval.DENY
    return Approval.TWO if people == 1 else Approval.ONE
