from __future__ import annotations

import pytest

from governance.domain.approval import (
    approval_people,
    approval_stricter,
    approval_verdict,
    approval_words,
)
from governance.domain.types import Approval, Verdict


@pytest.mark.parametrize(
    ("approval", "verdict", "people", "words", "stricter"),
    [
        (Approval.RUN, Verdict.ALLOW, 0, "runs", Approval.ONE),
        (Approval.RUN_SAMPLED, Verdict.ALLOW, 0, "runs, some are checked", Approval.ONE),
        (Approval.ONE, Verdict.ESCALATE, 1, "1 approval", Approval.TWO),
        (Approval.TWO, Verdict.ESCALATE, 2, "2 approvals", Approval.DENY),
        (
            Approval.TWO_WITH_MANAGER,
            Verdict.ESCALATE,
            2,
            "2 approvals, one by a manager",
            Approval.DENY,
        ),
        (Approval.DENY, Verdict.DENY, 0, "denied", Approval.DENY),
    ],
)
def test_an_entry_means_verdict_people_words_and_a_next_step(
    approval: Approval, verdict: Verdict, people: int, words: str, stricter: Approval
) -> None:
    assert approval_verdict(approval) is verdict
    assert approval_people(approval) == people
    assert approval_words(approval) == words
    assert approval_stricter(approval) is stricter
