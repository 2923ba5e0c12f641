"""What a person answers, and all that must hold before the answer counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import LONGEST_TEXT, choices_of, reasons_offered
from escalations.domain.routing import BAR_MEANING, barred_reasons
from escalations.domain.voting import LETS_RUN, Choice
from escalations.selectors.routing import person_of
from escalations.selectors.tickets import claim_of
from escalations.services.conflicts import conflict, held_by_other, stale
from escalations.services.emergency import emergency_reason_check
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
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import User

    from escalations.domain.routing import BarReason, TicketRoute
    from escalations.models import Ticket
    from escalations.selectors.emergency import Call

STEP_UP_FRESH = timedelta(minutes=5)
OVER_A_CLAIM = frozenset({Choice.DENY, Choice.EMERGENCY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """One person's answer to one version of a ticket.

    ``via`` is the entry it came through (browser, api); ``reauthenticated_at`` when the person
    last gave the password; ``tasks`` names the held tasks that an answer to a cascade is about;
    ``seconds`` the call for an emergency that the person agrees to, empty for none.
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
    seconds: str = ""

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


def call_read(choice: Choice, seconds: str) -> str:
    """Return the call that is agreed to, by its id; empty for none.

    Raises:
        InvalidFieldError: if the answer calls no emergency.
    """
    if seconds and choice is not Choice.EMERGENCY:
        raise InvalidFieldError(
            "Only an emergency agrees to the call of another admin.",
            field="seconds",
            value=seconds,
            allowed="nothing, unless choice is emergency",
        )
    return seconds


def reason_read(
    kind: TicketKind, choice: Choice, code: str, text: str, *, is_review: bool = False
) -> tuple[str, str]:
    """Return code and words of a reason, the words without white space around them.

    Raises:
        InvalidFieldError: for an unknown code, or words that are missing, too long, not text or,
            in an emergency, too short.
    """
    codes = [reason.code for reason in reasons_offered(kind, choice, is_review=is_review)]
    if code not in codes:
        raise InvalidFieldError(
            "Choose a reason." if not code else f"There is no reason {code!r} for this answer.",
            field="reason_code",
            value=code,
            allowed=", ".join(codes),
        )
    said = words_read(
        text, field="reason_text", what="The reason", missing="Say in your words why."
    )
    if choice is Choice.EMERGENCY:
        emergency_reason_check(said)
    return code, said


def words_read(text: str, *, field: str, what: str, missing: str) -> str:
    """Return what a person or an agent wrote, without white space around it.

    Raises:
        InvalidFieldError: for words that are missing, too long or not text.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_TEXT or not storable(words):
        raise InvalidFieldError(
            f"{what} must be text of at most {LONGEST_TEXT:,} characters." if words else missing,
            field=field,
            value=words,
            allowed=f"1 to {LONGEST_TEXT:,} characters of text",
        )
    return words


def ballot_check(ballot: Ballot, ticket: Ticket, route: TicketRoute, *, now: datetime) -> None:
    """Refuse an answer that this person cannot give, now, to this ticket.

    The ticket is locked and waits, or is approved and may still be denied.

    Raises:
        LockedError: if somebody else has claimed it; a manager may deny over a claim, an admin
            call an emergency.
        ConflictError: for an older version, or approving for a frozen agent.
        ForbiddenError: if a rule bars the person; the sentence names it.
        UnauthenticatedError: reauthentication_required, to approve what is CRITICAL, and for an
            emergency.
    """
    claim_check(ballot, ticket, now=now)
    if ticket.version != ballot.expected_version:
        raise stale(ticket, expected=ballot.expected_version, now=now)
    eligibility_check(ballot.user, ballot.role, route, ballot.choice)
    if ballot.choice in LETS_RUN:
        _freeze_check(ticket, now=now)
        _step_up_check(ballot, ticket, now=now)


def call_check(ticket: Ticket, calls: Iterable[Call], ballot: Ballot, *, now: datetime) -> None:
    """Refuse to agree to a call that counts no longer: it would be a first call, not an approval.

    Raises:
        ConflictError: call_lapsed.
    """
    if not ballot.seconds or ballot.seconds in {str(call.vote.pk) for call in calls}:
        return
    raise conflict(
        ticket,
        "The call you agreed to has lapsed. Call an emergency yourself; then another admin agrees.",
        code="call_lapsed",
        now=now,
    )


def claim_check(ballot: Ballot, ticket: Ticket, *, now: datetime) -> None:
    """Refuse an answer to a ticket somebody else works on.

    A manager may deny it all the same, and an emergency does not wait for a holder: whoever may
    call one may take the ticket over as well.

    Raises:
        LockedError: naming the holder and the end of the lease.
    """
    claim = claim_of(ticket, now=now)
    if claim is None or claim.holder.pk == ballot.user.pk:
        return
    may_override = permitted(ballot.role, Action.TICKET_TAKE_OVER)
    if ballot.choice in OVER_A_CLAIM and may_override:
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
    """Return whether the answer takes the password: approving a CRITICAL task, an emergency."""
    return choice is Choice.EMERGENCY or (
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
        what = "An emergency" if ballot.choice is Choice.EMERGENCY else "Approving a critical task"
        raise UnauthenticatedError(
            f"{what} takes your password again.",
            code="reauthentication_required",
            field="password",
            allowed="your password, given within the last 5 min",
        )


def storable(text: str) -> bool:
    """Return whether PostgreSQL can keep the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
