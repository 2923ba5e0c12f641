"""What a person writes to make a pre-approval rule, read strictly before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from escalations.domain.bounds import BoundsError, bounds_read
from escalations.domain.lifecycle import TicketKind
from escalations.domain.preapproval import HIGHEST, TARGETS_MOST
from escalations.models import Ticket
from escalations.services.ballots import storable
from governance.domain.canonical import canonical_json
from governance.domain.money import MoneyError, usd
from governance.domain.types import BlastLevel, Environment
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from governance.models import Agent

LONGEST_NAME, LONGEST_TARGET = 120, 300
USES_MOST = 1000
BOUNDS_LONGEST = 16_384
LEVELS = tuple(level.value for level in BlastLevel if level.rank <= HIGHEST.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule as a person wrote it.

    ``arguments`` holds one bound for each argument (`domain.bounds.bounds_read`); ``targets`` what
    it may act on, "" for none named; ``ticket`` is the number of the ticket it was made from.
    """

    agent: str
    tool: str
    operation: str
    environment: str
    targets: Sequence[str]
    arguments: Mapping[str, Any]
    spend_most_usd: str | int | float | Decimal
    level_most: str
    hours: float
    uses_most: int | None = None
    ticket: int | None = None


def draft_read(draft: Draft, *, agent: Agent, longest_h: float) -> dict[str, Any]:
    """Return a draft as the columns of a rule.

    Args:
        draft: as it was written.
        agent: whose requests it is about.
        longest_h: how many hours a rule may hold at most.

    Raises:
        InvalidFieldError: naming the part, its value and what is allowed.
    """
    return {
        "tool": _name("tool", draft.tool),
        "operation": _name("operation", draft.operation),
        "environment": _one_of("environment", draft.environment, tuple(Environment)),
        "targets": _targets(draft.targets),
        "arguments": _arguments(draft.arguments),
        "spend_most_usd": _spend(draft.spend_most_usd),
        "level_most": _one_of("level_most", draft.level_most, LEVELS),
        "hours": _hours(draft.hours, longest_h),
        "uses_most": _uses(draft.uses_most),
        "made_from": None if draft.ticket is None else _ticket(draft.ticket, agent),
    }


def _name(field: str, text: str) -> str:
    if not 0 < len(text) <= LONGEST_NAME or not storable(text):
        allowed = f"1 to {LONGEST_NAME} characters, exactly as the agent names it"
        raise InvalidFieldError(
            f"{field} must be {allowed}.", field=field, value=text, allowed=allowed
        )
    return text


def _one_of(field: str, text: str, words: Sequence[str]) -> str:
    if text not in words:
        allowed = " or ".join(words)
        raise InvalidFieldError(
            f"{field} must be {allowed}.", field=field, value=text, allowed=allowed
        )
    return text


def _targets(targets: Sequence[str]) -> list[str]:
    found = sorted(set(targets))
    is_readable = all(len(each) <= LONGEST_TARGET and storable(each) for each in found)
    if not 1 <= len(found) <= TARGETS_MOST or not is_readable:
        allowed = f'1 to {TARGETS_MOST} targets of at most {LONGEST_TARGET} characters; "" for none'
        raise InvalidFieldError(
            f"targets must be {allowed}.", field="targets", value=list(targets)[:3], allowed=allowed
        )
    return found


def _arguments(plain: Mapping[str, Any]) -> str:
    try:
        bounds_read(plain)
        stored = canonical_json(dict(plain))
    except BoundsError as error:
        raise InvalidFieldError(
            f"{error}", field=error.path, value=error.value, allowed=error.allowed
        ) from error
    if len(stored) > BOUNDS_LONGEST:
        allowed = f"at most {BOUNDS_LONGEST:,} characters of JSON"
        raise InvalidFieldError(
            f"The bounds must be {allowed}.", field="arguments", value=len(stored), allowed=allowed
        )
    return stored


def _spend(amount: str | float | Decimal) -> Decimal:
    try:
        return usd(amount, field="spend_most_usd")
    except MoneyError as error:
        raise InvalidFieldError(
            f"{error}.", field=error.field, value=error.value, allowed=error.allowed
        ) from error


def _hours(hours: float, longest_h: float) -> float:
    if not 0 < hours <= longest_h:
        allowed = f"more than 0 and at most {longest_h:g} h"
        raise InvalidFieldError(
            f"hours must be {allowed}.", field="hours", value=hours, allowed=allowed
        )
    return hours


def _uses(uses_most: int | None) -> int | None:
    if uses_most is not None and not 1 <= uses_most <= USES_MOST:
        allowed = f"from 1 to {USES_MOST:,} times, or nothing"
        raise InvalidFieldError(
            f"uses_most must be {allowed}.", field="uses_most", value=uses_most, allowed=allowed
        )
    return uses_most


def _ticket(number: int, agent: Agent) -> Ticket:
    found = Ticket.objects.filter(
        fleet=agent.fleet, agent=agent, number=number, kind=TicketKind.TASK.value
    ).first()
    if found is None:
        raise InvalidFieldError(
            f"Ticket #{number} does not ask about a task of {agent.external_id}.",
            field="ticket",
            value=number,
            allowed="the number of a ticket about a task of this agent",
        )
    return found
