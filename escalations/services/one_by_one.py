"""What one person asks for many tickets at once: done for each on its own, and told one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NotRequired, TypedDict

from escalations.domain.together import TicketName
from governance.refusals import RefusalError, UnavailableError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_named

if TYPE_CHECKING:
    from escalations.models import Ticket


class Answered(TypedDict):
    """What became of one of many tickets, as it is kept and sent.

    ``at`` is the server's time, ``version`` that of the ticket from then on, or the one that was
    named. Of a refusal: its ``code`` and ``sentence``; where somebody was faster, ``by`` whom,
    ``decided_at`` and for what ``reason``.
    """

    fleet: str
    number: int
    version: int
    recorded: bool
    at: str
    code: NotRequired[str]
    sentence: NotRequired[str]
    by: NotRequired[str]
    decided_at: NotRequired[str | None]
    reason: NotRequired[str]


# Gives what a call gives, or what it gave when the same submission was made before.
Once = Callable[[TicketName, Callable[[], Answered]], Answered]


def done_once(name: TicketName, call: Callable[[], Ticket], *, once: Once) -> Answered:
    """Do something for one of many tickets and return what became of it, a refusal told in words.

    What the server could not do now is told and not kept: the same submission may still bring it
    through.

    Args:
        name: the ticket as it was named.
        call: does it in a transaction of its own and returns the ticket; may raise any refusal.
        once: keeps what became of it, so that a repeat gives the same and does nothing.
    """

    def answer() -> Answered:
        try:
            return _recorded(name, call())
        except UnavailableError:
            raise
        except RefusalError as error:
            return _refused(name, error)

    try:
        return once(name, answer)
    except UnavailableError as error:
        return _refused(name, error)


def _recorded(name: TicketName, ticket: Ticket) -> Answered:
    return Answered(
        fleet=name.fleet,
        number=name.number,
        version=ticket.version,
        recorded=True,
        at=clock_now().isoformat(),
    )


def _refused(name: TicketName, error: RefusalError) -> Answered:
    current = error.extra.get("current") or {}
    by = str(current.get("by") or "")
    return Answered(
        fleet=name.fleet,
        number=name.number,
        version=name.version,
        recorded=False,
        at=clock_now().isoformat(),
        code=error.code,
        sentence=error.sentence,
        by=person_named(by) if by else "",
        decided_at=current.get("at"),
        reason=str(current.get("reason") or ""),
    )
