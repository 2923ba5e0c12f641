from __future__ import annotations

import pytest

from escalations.domain.voting import Choice, Vote, VotesVerdict, votes_missing, votes_verdict
from governance.domain.types import Role

RITA = Vote(person="rita", choice=Choice.APPROVE, role=Role.REVIEWER)
RAUL = Vote(person="raul", choice=Choice.APPROVE, role=Role.REVIEWER)
MONA = Vote(person="mona", choice=Choice.APPROVE, role=Role.MANAGER)
ADAM = Vote(person="adam", choice=Choice.APPROVE, role=Role.ADMIN)
VETO = Vote(person="raul", choice=Choice.DENY, role=Role.REVIEWER)


@pytest.mark.parametrize(
    ("votes", "needed", "needs_manager", "verdict"),
    [
        ([], 1, False, VotesVerdict.PENDING),
        ([RITA], 1, False, VotesVerdict.APPROVED),
        ([RITA], 2, False, VotesVerdict.PENDING),
        ([RITA, RAUL], 2, False, VotesVerdict.APPROVED),
        ([RITA, RITA], 2, False, VotesVerdict.PENDING),
        ([RITA, RAUL], 2, True, VotesVerdict.PENDING),
        ([RITA, RAUL, MONA], 2, True, VotesVerdict.APPROVED),
        ([RITA, ADAM], 2, True, VotesVerdict.APPROVED),
        ([MONA], 2, True, VotesVerdict.PENDING),
        ([VETO], 1, False, VotesVerdict.DENIED),
        ([RITA, MONA, VETO], 2, False, VotesVerdict.DENIED),
    ],
)
def test_distinct_people_approve_and_one_denies(
    votes: list[Vote], needed: int, needs_manager: bool, verdict: VotesVerdict
) -> None:
    assert votes_verdict(votes, needed=needed, needs_manager=needs_manager) is verdict


def test_nothing_is_approved_by_nobody() -> None:
    with pytest.raises(ValueError, match="needed must be at least 1, got 0"):
        votes_verdict([], needed=0, needs_manager=False)


@pytest.mark.parametrize(
    ("votes", "needed", "needs_manager", "missing"),
    [
        ([], 2, False, (2, False)),
        ([RITA], 2, True, (1, True)),
        ([RITA, RAUL], 2, True, (1, True)),
        ([MONA], 2, True, (1, False)),
        ([RITA, MONA], 2, True, (0, False)),
        ([VETO], 1, False, (1, False)),
    ],
)
def test_what_is_missing_counts_people_and_a_manager(
    votes: list[Vote], needed: int, needs_manager: bool, missing: tuple[int, bool]
) -> None:
    assert votes_missing(votes, needed=needed, needs_manager=needs_manager) == missing
