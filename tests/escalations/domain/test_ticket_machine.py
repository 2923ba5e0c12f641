"""Ticket, grant and task driven together at random: what must hold whatever people do and when."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalations.domain.deadlines import decide_by, grant_window
from escalations.domain.guards import Guard, TicketFacts
from escalations.domain.lifecycle import (
    APPROVED,
    APPROVED_EDITED,
    DENIED,
    PENDING,
    Move,
    Resolution,
    TicketKind,
    TicketState,
    TicketStatus,
    apply,
)
from escalations.domain.routing import Person, TicketRoute, barred_reasons
from escalations.domain.voting import Choice, Vote, votes_verdict
from governance.domain.grants import GrantFacts, GrantMove, grant_apply
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.policy.timing import TicketTiming
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import BlastLevel, GrantState, Role, TaskState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMING = TicketTiming()
PEOPLE = {
    person.id: person
    for person in (
        Person(id="rita", names=("rita",), role=Role.REVIEWER),
        Person(id="raul", names=("raul",), role=Role.REVIEWER),
        Person(id="mona", names=("mona",), role=Role.MANAGER),
        Person(id="adam", names=("adam",), role=Role.ADMIN),
        Person(id="lena", names=("lena",), role=Role.ADMIN),
        Person(id="otto", names=("otto",), role=None),
    )
}
RESPONDED = TicketStatus(TicketState.RESOLVED, Resolution.RESPONDED)
MAY_DECIDE = {"rita", "raul", "mona"}
OWNER, REQUESTER = "lena", "adam"
REFUSED = (IllegalMoveError, GuardFailedError)
WHO = st.sampled_from(sorted(PEOPLE))
AS_ASKED, EDITED = "sha256:a", "sha256:b"
LETS_RUN = {APPROVED, APPROVED_EDITED}
SELDOM = st.integers(0, 3).map(lambda drawn: drawn == 3)


@dataclass
class _Grant:
    """One grant with its window, and the digest and votes that stood when it was issued."""

    facts: GrantFacts
    backing: frozenset[str]
    state: GrantState = GrantState.ISSUED


@dataclass
class _World:
    """The rows a service would hold: one ticket, its votes and grants, one task."""

    needed: int
    needs_manager: bool
    level: BlastLevel
    now: datetime = NOON
    status: TicketStatus = PENDING
    task: TaskState = TaskState.PENDING
    votes: list[Vote] = field(default_factory=list)
    grants: list[_Grant] = field(default_factory=list)
    resolved_at: datetime | None = None
    was_expired: bool = False
    told: bool = False
    digest: str = AS_ASKED


class TicketMachine(RuleBasedStateMachine):
    """Random people, moves and times; every refusal is fine, every lasting effect is checked."""

    world: _World

    @initialize(
        needed=st.integers(1, 3), needs_manager=st.booleans(), level=st.sampled_from(BlastLevel)
    )
    def open(self, needed: int, needs_manager: bool, level: BlastLevel) -> None:
        self.world = _World(needed=needed, needs_manager=needs_manager, level=level)

    @rule(seconds=st.sampled_from([1, 9, 10, 11, 60, 299]))
    def wait(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)

    @rule(now=SELDOM)
    def deadline_passes(self, now: bool) -> None:
        if now:
            self.world.now = max(self.world.now, self._facts().decide_by)

    @rule(now=SELDOM)
    def grant_runs_out(self, now: bool) -> None:
        if now and self.world.grants:
            self.world.now = max(self.world.now, self.world.grants[-1].facts.expires_at)

    @rule(who=WHO)
    def approve(self, who: str) -> None:
        self._vote(who, Choice.APPROVE)

    @rule(people=st.permutations(sorted(PEOPLE)))
    def everybody_approves(self, people: list[str]) -> None:
        for who in people:
            self._vote(who, Choice.APPROVE)

    @rule(who=WHO, now=SELDOM)
    def deny(self, who: str, now: bool) -> None:
        if now or self.world.task is TaskState.RUNNING:
            self._vote(who, Choice.DENY)

    @rule(now=SELDOM)
    def respond(self, now: bool) -> None:
        with suppress(*REFUSED):
            if now:
                self._move_ticket(Move.RESPOND)
                self._move_task(TaskMove.DENY)

    @rule(digest=st.sampled_from([AS_ASKED, EDITED]))
    def edit(self, digest: str) -> None:
        with suppress(*REFUSED):
            self._move_ticket(Move.EDIT)
            self.world.digest = digest
            self.world.votes = []

    @rule()
    def undo(self) -> None:
        with suppress(*REFUSED):
            self._move_ticket(Move.UNDO)
            assert self.world.now < self.world.grants[-1].facts.usable_from
            self._end_grant(GrantMove.REVOKE)
            self.world.votes = []
            self._move_task(TaskMove.UNDO)

    @rule(now=SELDOM)
    def tell_the_agent(self, now: bool) -> None:
        self.world.told = self.world.told or (now and self.world.status == DENIED)

    @rule()
    def reopen(self) -> None:
        with suppress(*REFUSED):
            self._move_ticket(Move.REOPEN)
            self.world.votes = []
            self._move_task(TaskMove.REOPEN)

    @rule()
    def expire(self) -> None:
        with suppress(*REFUSED):
            self._move_ticket(Move.EXPIRE)
            self.world.was_expired = True
            self._move_task(TaskMove.EXPIRE)

    @rule(now=SELDOM)
    def cancel(self, now: bool) -> None:
        if not now:
            return
        with suppress(*REFUSED):
            self._move_ticket(Move.CANCEL)
            self._move_task(TaskMove.CANCEL)

    @rule()
    def wait_and_start(self) -> None:
        self.world.now += timedelta(seconds=11)
        self.start(self.world.digest)

    @rule(digest=st.sampled_from([AS_ASKED, EDITED, "sha256:c"]))
    def start(self, digest: str) -> None:
        with suppress(*REFUSED):
            task_move(self.world.task, TaskMove.START, needs_start=True)
            self._end_grant(GrantMove.CONSUME, asked=digest)
            self._move_task(TaskMove.START)

    @rule()
    def lapse(self) -> None:
        with suppress(*REFUSED):
            self._end_grant(GrantMove.LAPSE)
            self._move_task(TaskMove.EXPIRE)

    @rule()
    def finish(self) -> None:
        with suppress(*REFUSED):
            self._move_task(TaskMove.FINISH)

    @invariant()
    def one_grant_lives_and_one_was_ever_used(self) -> None:
        states = [grant.state for grant in self.world.grants]
        assert sum(state in {GrantState.ISSUED, GrantState.CONSUMED} for state in states) <= 1
        assert states.count(GrantState.CONSUMED) <= 1

    @invariant()
    def every_grant_rests_on_a_quorum_of_eligible_people(self) -> None:
        for grant in self.world.grants:
            assert len(grant.backing) >= self.world.needed
            assert grant.backing <= MAY_DECIDE
            assert "mona" in grant.backing or not self.world.needs_manager

    @invariant()
    def nothing_runs_without_a_used_grant(self) -> None:
        ran = self.world.task in {TaskState.RUNNING, TaskState.FINISHED}
        used = any(grant.state is GrantState.CONSUMED for grant in self.world.grants)
        assert ran == used

    @invariant()
    def only_an_approved_ticket_has_a_live_grant(self) -> None:
        issued = any(grant.state is GrantState.ISSUED for grant in self.world.grants)
        assert not issued or self.world.status in LETS_RUN

    @invariant()
    def a_live_grant_permits_what_was_shown_at_the_last_vote(self) -> None:
        live = {GrantState.ISSUED, GrantState.CONSUMED}
        for grant in self.world.grants:
            assert grant.state not in live or grant.facts.digest == self.world.digest
        if self.world.status in LETS_RUN:
            assert (self.world.status == APPROVED_EDITED) == (self.world.digest == EDITED)

    @invariant()
    def expired_never_becomes_anything_else(self) -> None:
        if self.world.was_expired:
            assert self.world.status == TicketStatus(TicketState.EXPIRED)
            assert self.world.task is TaskState.EXPIRED

    @invariant()
    def what_the_agent_was_told_stays(self) -> None:
        assert not self.world.told or self.world.status == DENIED

    @invariant()
    def ticket_and_task_agree(self) -> None:
        if self.world.status == PENDING:
            assert self.world.task is TaskState.PENDING
        if self.world.status in {DENIED, RESPONDED}:
            assert self.world.task is TaskState.DENIED

    @invariant()
    def words_permit_nothing(self) -> None:
        live = any(grant.state is GrantState.ISSUED for grant in self.world.grants)
        assert not live or self.world.status != RESPONDED

    def _vote(self, who: str, choice: Choice) -> None:
        world, person = self.world, PEOPLE[who]
        if person.role is None or barred_reasons(person, self._route(), choice):
            return
        before = list(world.votes)
        kept = [vote for vote in before if vote.person != who]
        with suppress(*REFUSED):
            if world.status == PENDING:
                apply(TicketKind.TASK, PENDING, Move.VOTE, self._facts())
            world.votes = [*kept, Vote(person=who, choice=choice, role=person.role)]
            try:
                self._count()
            except REFUSED:
                # A vote that a service refuses is rolled back with its transaction.
                world.votes = before

    def _count(self) -> None:
        """What a service does after a vote: the verdict moves the ticket, an approval grants."""
        world = self.world
        if any(vote.choice is Choice.DENY for vote in world.votes):
            was_approved = world.status in LETS_RUN
            self._move_ticket(Move.DENY)
            if was_approved:
                self._end_grant(GrantMove.REVOKE)
            self._move_task(TaskMove.DENY)
            return
        try:
            self._move_ticket(Move.APPROVE_EDITED if world.digest == EDITED else Move.APPROVE)
        except GuardFailedError as error:
            if error.guard != Guard.QUORUM_APPROVES:
                raise
        else:
            window = grant_window(world.now, level=world.level, timing=TIMING)
            facts = GrantFacts(
                now=world.now,
                usable_from=window.usable_from,
                expires_at=window.expires_at,
                digest=world.digest,
                asked=world.digest,
            )
            backing = frozenset(vote.person for vote in world.votes)
            world.grants.append(_Grant(facts=facts, backing=backing))
            self._move_task(TaskMove.APPROVE)

    def _move_ticket(self, move: Move) -> None:
        world = self.world
        world.status = apply(TicketKind.TASK, world.status, move, self._facts())
        world.resolved_at = world.now

    def _move_task(self, move: TaskMove) -> None:
        self.world.task = task_move(self.world.task, move, needs_start=True)

    def _end_grant(self, move: GrantMove, asked: str = "") -> None:
        world = self.world
        if not world.grants:
            raise IllegalMoveError(GrantState.LAPSED, move)
        last = world.grants[-1]
        facts = GrantFacts(
            now=world.now,
            usable_from=last.facts.usable_from,
            expires_at=last.facts.expires_at,
            digest=last.facts.digest,
            asked=asked or last.facts.digest,
        )
        last.state = grant_apply(last.state, move, facts)

    def _facts(self) -> TicketFacts:
        world = self.world
        last = world.grants[-1] if world.grants else None
        return TicketFacts(
            now=world.now,
            decide_by=decide_by(NOON, kind=TicketKind.TASK, level=world.level, timing=TIMING),
            votes=votes_verdict(
                world.votes, needed=world.needed, needs_manager=world.needs_manager
            ),
            usable_from=last.facts.usable_from if last else None,
            grant=last.state if last else None,
            resolved_at=world.resolved_at,
            answer_delivered=world.told,
            holds=True,
            is_editable=True,
            is_edited=world.digest == EDITED,
        )

    def _route(self) -> TicketRoute:
        return TicketRoute(
            agent_name="refunder",
            owner_id=OWNER,
            requested_by=f"user:{REQUESTER}",
            votes=tuple(self.world.votes),
            approvals_needed=self.world.needed,
            needs_manager=self.world.needs_manager,
        )


TestTicketMachine = TicketMachine.TestCase
TestTicketMachine.settings = settings(
    max_examples=200,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
