"""Who may decide a ticket, and the exact rule where somebody may not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from escalations.domain.voting import ABOUT_HELD, Choice, Vote, votes_missing
from governance.domain.permissions import PERMISSIONS, Action
from governance.domain.types import Role

_WORD = re.compile(r"[^\s:/|,;<>()\[\]]+")


class Bar(StrEnum):
    """A rule that keeps a person from deciding."""

    NOT_A_MEMBER = "not_a_member"
    INACTIVE = "inactive"
    OWNS_AGENT = "owns_agent"
    REQUESTED_IT = "requested_it"
    APPROVED_IT = "approved_it"
    ROLE_TOO_LOW = "role_too_low"
    ALREADY_APPROVED = "already_approved"
    MANAGER_MISSING = "manager_missing"


BAR_MEANING: Mapping[Bar, str] = {
    Bar.NOT_A_MEMBER: "Only members of the fleet decide its tickets.",
    Bar.INACTIVE: "A closed account decides nothing.",
    Bar.OWNS_AGENT: "The owner of an agent never decides its tickets.",
    Bar.REQUESTED_IT: "Whoever asked for the task does not decide it.",
    Bar.APPROVED_IT: "Whoever approved a task neither audits nor reviews it.",
    Bar.ROLE_TOO_LOW: "The answer asks for a higher role.",
    Bar.ALREADY_APPROVED: "One person's approval counts once.",
    Bar.MANAGER_MISSING: "The last approval must come from a manager.",
}


# What an answer does beyond deciding the ticket, by the one table of roles and actions.
ACTION_OF: Mapping[Choice, Action] = {
    Choice.PAUSE: Action.AGENT_PAUSE,
    Choice.LOWER_MANDATE: Action.AGENT_REGISTER,
    **dict.fromkeys(ABOUT_HELD, Action.CASCADE_SETTLE),
    Choice.CONFIRM: Action.COLLUSION_SETTLE,
    Choice.DISMISS: Action.COLLUSION_SETTLE,
    Choice.VERIFY: Action.COLLUSION_SETTLE,
    Choice.EMERGENCY: Action.TICKET_EMERGENCY,
}


@dataclass(frozen=True, slots=True)
class BarReason:
    """Why one person may not decide: the code and a sentence for that person."""

    code: Bar
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as routing sees one; ``role`` is None outside the fleet.

    ``names`` are all the ways others may write this person: user name, mail address, full name.
    """

    id: str
    names: tuple[str, ...]
    role: Role | None
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRoute:
    """What routing needs to know of a ticket.

    ``owner_id`` is empty where no one agent is asked about. ``approved_by`` are the user names of
    those who approved the task that is audited, ``owners`` of those who own one of several agents.
    """

    agent_name: str
    owner_id: str
    requested_by: str
    votes: tuple[Vote, ...]
    approvals_needed: int
    needs_manager: bool
    least_role: Role = Role.REVIEWER
    approved_by: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Who can still approve, who cannot and why, and a sentence when that is not enough."""

    eligible: tuple[Person, ...]
    excluded: tuple[tuple[Person, tuple[BarReason, ...]], ...]
    unroutable: str | None


def barred_reasons(
    person: Person, ticket: TicketRoute, choice: Choice = Choice.APPROVE
) -> tuple[BarReason, ...]:
    """Return every rule that keeps ``person`` from voting ``choice``; empty means eligible.

    A denial needs no quorum, so the two rules about counting bar approvals only.
    """
    reasons = _standing_reasons(person, ticket, choice)
    if choice is Choice.APPROVE:
        reasons += _counting_reasons(person, ticket)
    return tuple(reasons)


def resume_reasons(
    person: Person, *, agent_name: str, owner_id: str, requested_by: str
) -> tuple[BarReason, ...]:
    """Return every rule that keeps ``person`` from letting a held task go on.

    Ending one is open to whoever may answer its ticket.
    """
    task = TicketRoute(
        agent_name=agent_name,
        owner_id=owner_id,
        requested_by=requested_by,
        votes=(),
        approvals_needed=1,
        needs_manager=False,
    )
    return barred_reasons(person, task, Choice.RESUME)


def route(people: Sequence[Person], ticket: TicketRoute) -> Routing:
    """Return who of ``people`` can still approve the ticket, and whether they are enough."""
    judged = [(person, barred_reasons(person, ticket)) for person in people]
    eligible = tuple(person for person, reasons in judged if not reasons)
    excluded = tuple((person, reasons) for person, reasons in judged if reasons)
    return Routing(
        eligible=eligible,
        excluded=excluded,
        unroutable=_unroutable(eligible, excluded, ticket),
    )


def named_in(person: Person, text: str) -> bool:
    """Return whether ``text`` names the person, as a whole or as one of its words.

    The id is no name: it is a number of the database that nobody outside writes, and ``job:1``
    asks for no person.
    Compatibility forms and case are folded, so full-width or upper-case spellings do not slip by.
    A stray match only asks for another reviewer; a missed one would let people approve themselves.
    """
    folded = _fold(text)
    words = set(_WORD.findall(folded))
    return any(
        name in words or (" " in name and name in folded)
        for name in (_fold(each) for each in person.names)
        if name
    )


def _standing_reasons(person: Person, ticket: TicketRoute, choice: Choice) -> list[BarReason]:
    if person.role is None:
        return [BarReason(Bar.NOT_A_MEMBER, "You are not a member of this fleet.")]
    reasons = []
    if not person.is_active:
        reasons.append(BarReason(Bar.INACTIVE, "This account is closed."))
    if person.id == ticket.owner_id:
        reasons.append(BarReason(Bar.OWNS_AGENT, f"You own {ticket.agent_name}."))
    if not ticket.owners.isdisjoint(person.names):
        reasons.append(BarReason(Bar.OWNS_AGENT, "You own one of the agents."))
    if named_in(person, ticket.requested_by):
        reasons.append(BarReason(Bar.REQUESTED_IT, "You asked for this task."))
    if not ticket.approved_by.isdisjoint(person.names):
        reasons.append(BarReason(Bar.APPROVED_IT, "You approved this task."))
    least = _least_role(ticket, choice)
    if person.role.rank < least.rank:
        sentence = f"This needs {least.one}; you are {person.role.one}."
        reasons.append(BarReason(Bar.ROLE_TOO_LOW, sentence))
    return reasons


def _least_role(ticket: TicketRoute, choice: Choice) -> Role:
    """Return the least role that may answer so: the stricter of the ticket's and the answer's."""
    action = ACTION_OF.get(choice)
    least = ticket.least_role if action is None else PERMISSIONS[action].least_role
    return max(least, ticket.least_role, key=lambda role: role.rank)


def _counting_reasons(person: Person, ticket: TicketRoute) -> list[BarReason]:
    if any(vote.person == person.id and vote.choice is Choice.APPROVE for vote in ticket.votes):
        return [BarReason(Bar.ALREADY_APPROVED, "You have approved this already.")]
    missing, manager_missing = votes_missing(
        ticket.votes, needed=ticket.approvals_needed, needs_manager=ticket.needs_manager
    )
    is_manager = person.role is not None and person.role.rank >= Role.MANAGER.rank
    if missing == 1 and manager_missing and not is_manager:
        return [BarReason(Bar.MANAGER_MISSING, "The last approval must come from a manager.")]
    return []


def _unroutable(
    eligible: tuple[Person, ...],
    excluded: tuple[tuple[Person, tuple[BarReason, ...]], ...],
    ticket: TicketRoute,
) -> str | None:
    missing, manager_missing = votes_missing(
        ticket.votes, needed=ticket.approvals_needed, needs_manager=ticket.needs_manager
    )
    has_manager = any(
        person.role is not None and person.role.rank >= Role.MANAGER.rank for person in eligible
    )
    if len(eligible) >= missing and (has_manager or not manager_missing):
        return None
    wanted = f"{missing} {'approval' if missing == 1 else 'approvals'} missing"
    wanted += ", one by a manager" if manager_missing else ""
    found = f"{len(eligible)} eligible" if eligible else "no eligible reviewer"
    sentence = f"{wanted}, {found}"
    if excluded:
        codes = sorted({reason.code.value for _, reasons in excluded for reason in reasons})
        sentence += f": {len(excluded)} excluded because {', '.join(codes)}"
    return sentence + "."


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
