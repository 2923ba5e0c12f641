"""What a person answers, and all that must hold before the answer counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import LONGEST_TEXT, REASONS, choices_of
from escalations.domain.routing import BAR_MEANING, barred_reasons
from escalations.domain.voting import Choice
from escalations.selectors.routing import person_of
from escalations.selectors.tickets import claim_of
from escalations.services.conflicts import conflict, held_by_other, stale
from governance.domain.permissions import Action, permitted
from governance.domain.types import BlastLevel, Role
from governance.refusals import (
    ForbiddenError,
    InvalidFieldError,
    UnauthenticatedError,
    VersionMissingError,
)
from governance.selectors.people import role_require
from governance.selectors.snapshots import stop_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from escalations.domain.routing import BarReason, TicketRoute
    from escalations.models import Ticket

STEP_UP_FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One person's answer to one version of a ticket.

    ``via`` is the entry it came through (browser, api); ``reauthenticated_at`` when the person
    last gave the password; ``tasks`` names the held tasks that an answer to a cascade is about.
    """

    user: User
    role: Role
    choice: Choice
    reason_code: str
    reason_text: str
    expected_version: int
    via: str
    reauthenticated_at: datetime | None
    tasks: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """Return how records name the person."""
        return self.user.get_username()


def version_read(expected: int | None) -> int:
    """Return the version an answer names.

    Raises:
        VersionMissingError: if it names none.
    """
    if expected is None:
        raise VersionMissingError(
            "Name the version you read, so that nobody decides on what has changed.",
            field="version",
            allowed="the version of the ticket as you read it",
        )
    return expected


def choice_read(kind: TicketKind, text: str) -> Choice:
    """Return what is answered.

    Raises:
        InvalidFieldError: if the kind of ticket takes no such answer.
    """
    offered = choices_of(kind)
    if text not in offered:
        allowed = " or ".join(choice.value for choice in offered)
        raise InvalidFieldError(
            f"A {kind.value} ticket takes {allowed}.", field="choice", value=text, allowed=allowed
        )
    return Choice(text)


def reason_read(kind: TicketKind, choice: Choice, code: str, text: str) -> tuple[str, str]:
    """Return code and words of a reason, the words without white space around them.

    Raises:
        InvalidFieldError: for an unknown code, or words that are missing, too long or not text.
    """
    codes = [reason.code for reason in REASONS[kind, choice]]
    if code not in codes:
        raise InvalidFieldError(
            "Choose a reason." if not code else f"There is no reason {code!r} for this answer.",
            field="reason_code",
            value=code,
            allowed=", ".join(codes),
        )
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT or not _storable(words):
        raise InvalidFieldError(
            "Say in your words why."
            if not words
            else f"The reason must be text of at most {LONGEST_TEXT:,} characters.",
            field="reason_text",
            value=words,
            allowed=f"1 to {LONGEST_TEXT:,} characters of text",
        )
    return code, words


def ballot_check(ballot: Ballot, ticket: Ticket, route: TicketRoute, *, now: datetime) -> None:
    """Refuse an answer that this person cannot give, now, to this ticket.

    The ticket is locked and waits, or is approved and may still be denied.

    Raises:
        LockedError: if somebody else has claimed it; a manager may deny over a claim.
        ConflictError: for an older version, or approving for a frozen agent.
        ForbiddenError: if a rule bars the person; the sentence names it.
        UnauthenticatedError: reauthentication_required, to approve what is CRITICAL.
    """
    claim_check(ballot, ticket, now=now)
    if ticket.version != ballot.expected_version:
        raise stale(ticket, expected=ballot.expected_version, now=now)
    eligibility_check(ballot.user, ballot.role, route, ballot.choice)
    if ballot.choice is Choice.APPROVE:
        _freeze_check(ticket, now=now)
        _step_up_check(ballot, ticket, now=now)


def claim_check(ballot: Ballot, ticket: Ticket, *, now: datetime) -> None:
    """Refuse an answer to a ticket somebody else works on; a manager may deny it all the same.

    Raises:
        LockedError: naming the holder and the end of the lease.
    """
    claim = claim_of(ticket, now=now)
    if claim is None or claim.holder.pk == ballot.user.pk:
        return
    may_override = permitted(ballot.role, Action.TICKET_TAKE_OVER)
    if ballot.choice is Choice.DENY and may_override:
        return
    raise held_by_other(ticket, claim, now=now)


def eligibility_check(
    user: User, role: Role, route: TicketRoute, choice: Choice = Choice.APPROVE
) -> None:
    """Refuse somebody whom the table of roles or a routing rule bars.

    Raises:
        ForbiddenError: whose code is the rule's, with every reason in ``reasons``.
    """
    role_require(role, Action.TICKET_DECIDE)
    reasons = barred_reasons(person_of(user, role), route, choice)
    if reasons:
        raise barred_refusal(reasons)


def barred_refusal(reasons: Sequence[BarReason], *, about: str = "") -> ForbiddenError:
    """Return the 403 of somebody whom rules bar, with every rule; ``about`` begins the sentence."""
    return ForbiddenError(
        about + " ".join(reason.sentence for reason in reasons),
        code=reasons[0].code.value,
        reasons=[
            {"code": reason.code.value, "sentence": BAR_MEANING[reason.code]} for reason in reasons
        ],
    )


def step_up_needed(ticket: Ticket, choice: Choice) -> bool:
    """Return whether the answer takes the password again: approving a CRITICAL task."""
    return (
        choice is Choice.APPROVE
        and ticket.kind == TicketKind.TASK
        and ticket.risk_level == BlastLevel.CRITICAL
    )


def _freeze_check(ticket: Ticket, *, now: datetime) -> None:
    if ticket.kind != TicketKind.TASK or ticket.agent_id is None:
        return
    level = BlastLevel(ticket.risk_level)
    sentence = stop_sentence(agent_id=ticket.agent_id, level=level, now=now)
    if sentence:
        raise conflict(ticket, f"{sentence} Denying works.", code="agent_frozen", now=now)


def _step_up_check(ballot: Ballot, ticket: Ticket, *, now: datetime) -> None:
    if not step_up_needed(ticket, ballot.choice):
        return
    given_at = ballot.reauthenticated_at
    if given_at is None or now - given_at > STEP_UP_FRESH:
        raise UnauthenticatedError(
            "Approving a critical task takes your password again.",
            code="reauthentication_required",
            field="password",
            allowed="your password, given within the last 5 min",
        )


def _storable(text: str) -> bool:
    """Return whether PostgreSQL can keep the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
