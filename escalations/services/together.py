"""One answer of a person to many tickets: each a decision of its own, told one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.domain.together import ANSWERS, TicketName, answers_words, left_out
from escalations.domain.voting import Choice
from escalations.selectors.together import candidate_of, tickets_named
from escalations.services.ballots import reason_read
from escalations.services.decisions import ticket_decide
from escalations.services.one_by_one import Answered, Once, done_once
from governance.refusals import ConflictError, InvalidFieldError, MissingError

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.together import LeftOut
    from escalations.models import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherAnswer:
    """One answer as a person sends it for many tickets, each named with the version they read.

    ``counted`` are those of them that the question they confirmed counted. A rule that left out
    another may hold no longer: it stays left out, for nobody agreed to it.
    """

    names: tuple[TicketName, ...]
    counted: frozenset[TicketName]
    choice: str
    reason_code: str
    reason_text: str

    @property
    def ordered(self) -> tuple[TicketName, ...]:
        """Return the names by fleet and number, each ticket once, at the oldest version named."""
        oldest_last = sorted(self.names, reverse=True)
        return tuple(sorted({(each.fleet, each.number): each for each in oldest_last}.values()))


@dataclass(frozen=True, slots=True)
class Place:
    """A ticket in an answer to many: None where there is none, or no rule leaves it out."""

    name: TicketName
    ticket: Ticket | None
    apart: LeftOut | None


def together_places(*, answer: TogetherAnswer, fleet_ids: Collection[UUID]) -> tuple[Place, ...]:
    """Return each ticket of an answer in the order it is given, and what leaves it out.

    Raises:
        InvalidFieldError: for another answer than the two, or a reason that does not fit all.
    """
    if answer.choice not in ANSWERS:
        raise InvalidFieldError(
            "Many tickets take one answer.",
            field="choice",
            value=answer.choice,
            allowed=answers_words(),
        )
    choice = Choice(answer.choice)
    found = tickets_named(answer.names, fleet_ids=fleet_ids)
    named = {name: found.get((name.fleet, name.number)) for name in answer.ordered}
    there = {name: ticket for name, ticket in named.items() if ticket is not None}
    candidates = [
        candidate_of(ticket, is_counted=name in answer.counted) for name, ticket in there.items()
    ]
    judged = left_out(candidates, choice)
    apart = dict(zip(there, judged, strict=True))
    for kind in sorted({ticket.kind for name, ticket in there.items() if apart[name] is None}):
        reason_read(TicketKind(kind), choice, answer.reason_code, answer.reason_text)
    return tuple(Place(name, ticket, apart.get(name)) for name, ticket in named.items())


def tickets_decide(
    *,
    user: User,
    answer: TogetherAnswer,
    fleet_ids: Collection[UUID],
    via: str,
    once: Once,
) -> tuple[Answered, ...]:
    """Give one answer to many tickets, by fleet and number, and return what became of each.

    Each goes through `ticket_decide` in a transaction of its own: a refusal of one undoes no
    other, and no lock of one is held while the next waits for its own.

    Args:
        user: who answers.
        answer: the same for all.
        fleet_ids: the person's fleets that it may reach.
        via: the entry: ``browser`` or ``api``.
        once: keeps what became of each, so that a repeat gives the same and does nothing.

    Raises:
        InvalidFieldError: as `together_places`; nothing was recorded.
        ConflictError: while the same submission is still being answered.
    """
    places = together_places(answer=answer, fleet_ids=fleet_ids)

    return tuple(
        done_once(place.name, partial(_decide, place, answer, user=user, via=via), once=once)
        for place in places
    )


def _decide(place: Place, answer: TogetherAnswer, *, user: User, via: str) -> Ticket:
    name = place.name
    if place.ticket is None:
        raise MissingError(f"There is no ticket #{name.number} that you may see.", field="tickets")
    if place.apart is not None:
        raise ConflictError(place.apart.sentence, code=place.apart.rule.value)
    return ticket_decide(
        ticket_id=place.ticket.pk,
        user=user,
        choice=answer.choice,
        reason_code=answer.reason_code,
        reason_text=answer.reason_text,
        expected_version=name.version,
        via=via,
    ).ticket
