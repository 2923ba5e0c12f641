"""One ended ticket in the log: who, when, why, by which rules, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.cards.decided import DecidedRow, VoteLine
from dashboard.display.wording import vote_word
from dashboard.pages.aftermath import came_of_it
from dashboard.pages.agent_links import agent_link
from dashboard.pages.marks import has_level
from dashboard.pages.ruling import cleared, ruling
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.reasons import reason_label
from escalations.domain.voting import Choice
from escalations.selectors.ended import votes_ever
from escalations.selectors.superseding import tickets_after
from escalations.selectors.tickets import address_of
from governance.selectors.collusion import rings_cleared
from governance.selectors.grants import grants_given
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from dashboard.cards.decided import CameOfIt
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket, Vote

# A cascade has a vote for each task it held; the ticket shows them all.
VOTES_SHOWN = 4


def decided_rows(
    tickets: Sequence[Ticket], viewers: Mapping[UUID, Viewer], *, now: datetime
) -> tuple[DecidedRow, ...]:
    """Return the rows of ended tickets (`tickets_ended`), in their order.

    Args:
        tickets: of the fleets of ``viewers``.
        viewers: the person's place in each fleet; several, and rows name theirs.
        now: the time of asking.
    """
    given = grants_given(authorities=[ticket.pk for ticket in tickets])
    ring_ids = {
        ticket.subject
        for ticket in tickets
        if ticket.kind == TicketKind.COLLUSION and ticket.subject is not None
    }
    afters = tickets_after(tickets)
    rings = rings_cleared(ring_ids=ring_ids) if ring_ids else {}
    rows = []
    for ticket in tickets:
        permitted = given.get(ticket.pk)
        came = came_of_it(permitted, now=now) if permitted else None
        cleared_at = rings.get(ticket.subject) if ticket.subject else None
        row = _row(ticket, viewers, came=came, cleared_at=cleared_at, now=now)
        rows.append(_led_on(row, afters.get(ticket.pk)))
    return tuple(rows)


def _row(
    ticket: Ticket,
    viewers: Mapping[UUID, Viewer],
    *,
    came: CameOfIt | None,
    cleared_at: datetime | None,
    now: datetime,
) -> DecidedRow:
    viewer = viewers[ticket.fleet_id]
    ended = ruling(ticket, viewer=viewer.user, now=now)
    if ended is None:
        msg = f"ticket {ticket.number} has not ended"
        raise ValueError(msg)
    votes = votes_ever(ticket)
    voters = {vote.user.get_username() for vote in votes if vote.withdrawn_at is None}
    is_decided = ticket.state == TicketState.RESOLVED.value
    return DecidedRow(
        number=ticket.number,
        title=ticket.title,
        url=address_of(ticket),
        kind=ticket.kind,
        state=ticket.state,
        resolution=ticket.resolution,
        ruling=cleared(ended, ticket, cleared_at),
        agent=ticket.agent.external_id if ticket.agent else "",
        agent_url=agent_link(ticket, viewer.fleet.slug),
        fleet_name=viewer.fleet.name if len(viewers) > 1 else "",
        level=ticket.risk_level if has_level(ticket) else "",
        votes=tuple(_vote(ticket, vote, viewer) for vote in votes[:VOTES_SHOWN]),
        more_votes=max(0, len(votes) - VOTES_SHOWN),
        settled_unvoted=is_decided and ticket.resolved_by not in voters,
        came=came,
        approvals_needed=ticket.approvals_needed,
        policy_number=ticket.policy.number,
        action_digest=ticket.action_digest,
        was_emergency=ticket.emergency,
    )


def _led_on(row: DecidedRow, after: Ticket | None) -> DecidedRow:
    """Return the row of a superseded ticket with the one that took its place, if one did."""
    if after is None:
        return row
    leads = replace(row.ruling, next_url=address_of(after), next_label=f"#{after.number}")
    return replace(row, ruling=leads)


def _vote(ticket: Ticket, vote: Vote, viewer: Viewer) -> VoteLine:
    choice = Choice(vote.choice)
    return VoteLine(
        name="you" if vote.user_id == viewer.user.pk else person_name(vote.user),
        role=vote.role,
        word=vote_word(ticket.kind, choice.value),
        at=vote.created_at,
        reason_label=reason_label(TicketKind(ticket.kind), choice, vote.reason_code),
        reason=vote.reason_text,
        about=vote.task.external_id if vote.task else "",
        withdrawn_at=vote.withdrawn_at,
    )
