"""How long an invitation holds, and why one no longer does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.invitations import LIFETIME, InvitationState, email_normal, why_not_open

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEEK_LATER = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


def test_an_invitation_holds_for_a_week() -> None:
    assert NOON + LIFETIME == WEEK_LATER


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" Lena@Shop.Example ", "lena@shop.example"), ("a+b@c.example", "a+b@c.example")],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert email_normal(written) == kept


@pytest.mark.parametrize(
    ("state", "ended_at", "now", "code", "says"),
    [
        (InvitationState.OPEN, None, WEEK_LATER - timedelta(seconds=1), "", ""),
        (InvitationState.OPEN, None, WEEK_LATER, "invitation_expired", "on 2026-03-09 at 12:00"),
        (InvitationState.JOINED, NOON, NOON, "invitation_used", "used on 2026-03-02 at 12:00 UTC"),
        (InvitationState.REVOKED, NOON, NOON, "invitation_revoked", "revoked on 2026-03-02"),
        (InvitationState.REVOKED, None, NOON, "invitation_revoked", "was revoked. Ask an admin"),
    ],
)
def test_each_end_says_so(
    state: InvitationState, ended_at: datetime | None, now: datetime, code: str, says: str
) -> None:
    found, sentence = why_not_open(state, expires_at=WEEK_LATER, ended_at=ended_at, now=now)

    assert found == code
    assert says in sentence
