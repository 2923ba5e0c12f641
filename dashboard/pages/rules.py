"""The page of pre-approval rules: what counts now, what waits for a manager, what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.rules import RuleLine, RuleMove, RulesPage, TicketRef
from dashboard.display.durations import day_time
from dashboard.display.wording import Mark
from dashboard.pages.names import actor_words, names_of
from escalations.domain.preapproval import RuleState
from escalations.selectors.preapprovals import (
    preapprovals_open,
    preapprovals_over,
    preapproved_tickets,
)
from escalations.services.preapprovals import sentence_of
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import count_words, duration_words
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.cards.rules import RuleForm
    from dashboard.pages.controls import Seat
    from escalations.models import PreApproval, Ticket

TICKETS_SHOWN = 200
# The rule and move that were refused, the reason that was typed, and why.
TypedMove = tuple[int, str, str, str]
NO_MOVE: TypedMove = (0, "", "", "")
_MARKS = {
    RuleState.PROPOSED: Mark("Proposed", "ask", "amber"),
    RuleState.ACTIVE: Mark("Counts", "check", "line"),
    RuleState.DECLINED: Mark("Declined", "x"),
    RuleState.REVOKED: Mark("Revoked", "x"),
    RuleState.SUSPENDED: Mark("Suspended", "pause", "amber"),
}
_OVER, _USED_UP = Mark("Over", "sand"), Mark("Used up", "minus")
_OWNED = "You own the agent; somebody else must decide about a rule for it."


def rules_page(
    seat: Seat, *, form: RuleForm | None = None, typed: TypedMove = NO_MOVE
) -> RulesPage:
    """Return the rules of a fleet; the fleet was read before them.

    Args:
        seat: who looks.
        form: what makes a rule, where one is being made.
        typed: a move that was not recorded.
    """
    fleet, slug = seat.fleet, {"fleet": seat.fleet.slug}
    alive = list(preapprovals_open(fleet=fleet, now=seat.now))
    over = list(preapprovals_over(fleet=fleet, now=seat.now))
    tickets = preapproved_tickets(rule_ids=[row.pk for row in (*alive, *over)], most=TICKETS_SHOWN)
    names = names_of(row.ended_by for row in over)
    lines = {row.pk: _line(row, seat, tickets[row.pk], names, typed) for row in (*alive, *over)}
    return RulesPage(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        now=seat.now,
        url=reverse("fleet-rules", kwargs=slug),
        parts_url=reverse("fleet-rules-parts", kwargs=slug),
        queue_url=reverse("fleet-queue", kwargs=slug),
        counting=tuple(lines[row.pk] for row in alive if row.state == RuleState.ACTIVE),
        proposed=tuple(lines[row.pk] for row in alive if row.state == RuleState.PROPOSED),
        over=tuple(lines[row.pk] for row in over),
        form=form,
    )


def ticket_ref(slug: str, number: int) -> TicketRef:
    """Return a ticket of a fleet by its number, with its address."""
    return TicketRef(number=number, url=reverse("ticket", kwargs={"fleet": slug, "number": number}))


def behind_words(row: PreApproval) -> str:
    """Return who stands behind a rule, since when."""
    proposer = person_name(row.proposed_by)
    if row.accepted_by is None or row.accepted_at is None:
        return f"Proposed {day_time(row.proposed_at)} UTC by {proposer}"
    accepter = person_name(row.accepted_by)
    at = f"{day_time(row.accepted_at)} UTC"
    if row.accepted_by == row.proposed_by:
        return f"Made {at} by {accepter}"
    return f"Proposed by {proposer}, accepted {at} by {accepter}"


def _line(
    row: PreApproval,
    seat: Seat,
    tickets: Sequence[Ticket],
    names: Mapping[str, str],
    typed: TypedMove,
) -> RuleLine:
    slug = seat.fleet.slug
    ended = ""
    if row.ended_at is not None:
        word = _MARKS[RuleState(row.state)].label
        by = actor_words(row.ended_by, names)
        ended = f"{word} {day_time(row.ended_at)} UTC by {by}: {row.end_reason}"
    return RuleLine(
        number=row.number,
        mark=_mark(row, seat),
        sentence=sentence_of(row),
        agent_name=row.agent.name,
        agent_url=reverse("agent", kwargs={"fleet": slug, "agent_id": row.agent_id}),
        behind=behind_words(row),
        reason=row.reason,
        until=_until(row, seat),
        used=_used(row),
        tickets=tuple(ticket_ref(slug, ticket.number) for ticket in tickets),
        made_from=None if row.made_from is None else ticket_ref(slug, row.made_from.number),
        ended=ended,
        moves=_moves(row, seat, typed) if row.expires_at > seat.now else (),
    )


def _mark(row: PreApproval, seat: Seat) -> Mark:
    state = RuleState(row.state)
    if state is RuleState.ACTIVE and row.uses_most is not None and row.uses >= row.uses_most:
        return _USED_UP
    if state in {RuleState.ACTIVE, RuleState.PROPOSED} and row.expires_at <= seat.now:
        return _OVER
    return _MARKS[state]


def _until(row: PreApproval, seat: Seat) -> str:
    at = f"{day_time(row.expires_at)} UTC"
    if row.expires_at <= seat.now or row.ended_at is not None:
        return f"until {at}"
    left = duration_words((row.expires_at - seat.now).total_seconds())
    return f"expires in {left}, {at}" if row.accepted_at else f"waits {left} more, until {at}"


def _used(row: PreApproval) -> str:
    most = "" if row.uses_most is None else f" of at most {row.uses_most:,}"
    return f"{count_words(row.uses, 'request')}{most} approved so far"


def _moves(row: PreApproval, seat: Seat, typed: TypedMove) -> tuple[RuleMove, ...]:
    if row.state == RuleState.ACTIVE:
        barred = why_not(seat.role, Action.RULE_REVOKE)
        asks = "Why does it end now?"
        return (_move(row, seat, typed, "revoke", ("Revoke now", "x"), asks, barred),)
    if row.state != RuleState.PROPOSED:
        return ()
    barred = why_not(seat.role, Action.RULE_MAKE)
    owned = _OWNED if row.agent.owner_id == seat.user.pk else ""
    return (
        _move(row, seat, typed, "accept", ("Accept", "check"), "", barred or owned),
        _move(row, seat, typed, "decline", ("Decline", "x"), "Why not?", barred),
    )


def _move(  # noqa: PLR0917  a row of the table above
    row: PreApproval,
    seat: Seat,
    typed: TypedMove,
    name: str,
    looks: tuple[str, str],
    asks: str,
    barred: str,
) -> RuleMove:
    number, move, reason, problem = typed
    is_this = (number, move) == (row.number, name)
    slug = seat.fleet.slug
    return RuleMove(
        name=name,
        label=looks[0],
        icon=looks[1],
        url=reverse(f"rule-{name}", kwargs={"fleet": slug, "number": row.number}),
        asks=asks,
        why_not=barred,
        idempotency_key=str(uuid4()),
        typed_reason=reason if is_this else "",
        problem=problem if is_this else "",
    )
