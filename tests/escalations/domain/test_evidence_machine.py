"""Drift, audit and cascade tickets driven at random: what must hold whatever people do and when."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalations.domain.deadlines import decide_by
from escalations.domain.guards import TicketFacts
from escalations.domain.lifecycle import (
    MOVES,
    PENDING,
    RESOLUTIONS,
    Move,
    Resolution,
    TicketKind,
    TicketState,
    TicketStatus,
    apply,
)
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.policy.timing import TicketTiming
from governance.domain.types import BlastLevel

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMING = TicketTiming()
REFUSED = (IllegalMoveError, GuardFailedError)
KINDS = [TicketKind.DRIFT, TicketKind.AUDIT, TicketKind.CASCADE]


class EvidenceMachine(RuleBasedStateMachine):
    """Any move of any table, at any time; a cascade holds up to three tasks, settled one by one."""

    @initialize(kind=st.sampled_from(KINDS), held=st.integers(1, 3))
    def open(self, kind: TicketKind, held: int) -> None:
        self.kind = kind
        self.held = held if kind is TicketKind.CASCADE else 0
        self.status = PENDING
        self.now = NOON
        self.decide_by = decide_by(NOON, kind=kind, level=BlastLevel.HIGH, timing=TIMING)
        self.ended: list[TicketStatus] = []
        self.answered_at: datetime | None = None

    @rule(minutes=st.sampled_from([1, 60, 239, 240, 1440, 4320]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(move=st.sampled_from(list(Move)))
    def move(self, move: Move) -> None:
        with suppress(*REFUSED):
            self._move(move)

    @rule(data=st.data())
    def move_of_its_own_table(self, data: st.DataObject) -> None:
        own = sorted({move for _, move in MOVES[self.kind]})
        with suppress(*REFUSED):
            self._move(data.draw(st.sampled_from(own)))

    @rule()
    def answer_about_one_held_task(self) -> None:
        if not self.held:
            return
        with suppress(*REFUSED):
            self._move(Move.ANSWER_HELD)
            self.held -= 1
            self._move(Move.SETTLE)

    @invariant()
    def it_ends_once_and_stays_so(self) -> None:
        assert len(self.ended) <= 1
        assert self.ended in ([], [self.status])

    @invariant()
    def an_answer_is_one_of_the_kinds_own_and_in_time(self) -> None:
        if self.status.resolution is None:
            return
        assert self.status.resolution in RESOLUTIONS[self.kind]
        assert self.answered_at is not None
        assert self.answered_at < self.decide_by

    @invariant()
    def nobody_is_said_to_have_answered_an_expired_ticket(self) -> None:
        if self.status.state is TicketState.EXPIRED:
            assert self.status.resolution is None
            assert self.now >= self.decide_by

    @invariant()
    def a_settled_cascade_holds_nothing(self) -> None:
        if self.status.resolution is Resolution.SETTLED:
            assert self.held == 0

    def _move(self, move: Move) -> None:
        facts = TicketFacts(now=self.now, decide_by=self.decide_by, held=self.held)
        after = apply(self.kind, self.status, move, facts)
        if after != PENDING:
            self.ended.append(after)
            self.answered_at = self.now
        self.status = after


TestEvidenceMachine = EvidenceMachine.TestCase
TestEvidenceMachine.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
