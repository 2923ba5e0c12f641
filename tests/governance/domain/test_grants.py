from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.grants import GrantFacts, GrantGuard, GrantMove, grant_apply
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import GrantState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _facts(*, after_s: float, asked: str = "sha256:a") -> GrantFacts:
    """A grant usable from 10 s after noon until 10 min later, looked at ``after_s`` past noon."""
    return GrantFacts(
        now=NOON + timedelta(seconds=after_s),
        usable_from=NOON + timedelta(seconds=10),
        expires_at=NOON + timedelta(seconds=610),
        digest="sha256:a",
        asked=asked,
    )


@pytest.mark.parametrize("after_s", [10, 609.999999])
def test_a_grant_is_consumed_inside_its_window(after_s: float) -> None:
    after = grant_apply(GrantState.ISSUED, GrantMove.CONSUME, _facts(after_s=after_s))

    assert after is GrantState.CONSUMED


@pytest.mark.parametrize(
    ("after_s", "asked", "guard"),
    [
        (9.999, "sha256:a", GrantGuard.USABLE),
        (610, "sha256:a", GrantGuard.NOT_LAPSED),
        (300, "sha256:b", GrantGuard.SAME_ACTION),
    ],
)
def test_a_grant_is_not_consumed_early_late_or_for_something_else(
    after_s: float, asked: str, guard: GrantGuard
) -> None:
    with pytest.raises(GuardFailedError) as refused:
        grant_apply(GrantState.ISSUED, GrantMove.CONSUME, _facts(after_s=after_s, asked=asked))

    assert refused.value.guard == guard


def test_a_grant_lapses_at_its_end() -> None:
    after = grant_apply(GrantState.ISSUED, GrantMove.LAPSE, _facts(after_s=610))

    assert after is GrantState.LAPSED


def test_a_grant_does_not_lapse_before_its_end() -> None:
    with pytest.raises(GuardFailedError) as refused:
        grant_apply(GrantState.ISSUED, GrantMove.LAPSE, _facts(after_s=609))

    assert str(refused.value) == (
        "lapse is not possible in state ISSUED: the grant has not lapsed yet"
    )


def test_an_unused_grant_is_revoked_at_any_time() -> None:
    after = grant_apply(GrantState.ISSUED, GrantMove.REVOKE, _facts(after_s=0))

    assert after is GrantState.REVOKED


@pytest.mark.parametrize("state", [GrantState.CONSUMED, GrantState.REVOKED, GrantState.LAPSED])
@pytest.mark.parametrize("move", list(GrantMove))
def test_a_grant_that_is_over_never_moves_again(state: GrantState, move: GrantMove) -> None:
    with pytest.raises(IllegalMoveError):
        grant_apply(state, move, _facts(after_s=300))
