"""The reasons a person can choose from, per question and answer.

A code is for counting, the words beside it for whoever reads the answer later; a denial's words
go to the agent as they are. Every answer has both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escalations.domain.lifecycle import TicketKind
from escalations.domain.voting import Choice

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to choose: its stable code and what people read."""

    code: str
    label: str


_OTHER = Reason("other", "Something else")

# An incident asks for acknowledgement only, so it has no reasons to deny.
REASONS: Mapping[tuple[TicketKind, Choice], tuple[Reason, ...]] = {
    (TicketKind.TASK, Choice.APPROVE): (
        Reason("arguments_checked", "The arguments are right"),
        Reason("requester_asked", "Checked with whoever asked for it"),
        Reason("damage_small", "Little can go wrong, or it can be undone"),
        _OTHER,
    ),
    (TicketKind.TASK, Choice.DENY): (
        Reason("arguments_wrong", "The arguments are wrong"),
        Reason("not_its_job", "Not what this agent is for"),
        Reason("too_dangerous", "Too dangerous as asked"),
        Reason("not_needed", "Not needed, or done already"),
        Reason("not_enough_known", "Not enough is known to approve it"),
        _OTHER,
    ),
    (TicketKind.RELEASE, Choice.APPROVE): (
        Reason("cause_mended", "The cause is found and mended"),
        Reason("false_alarm", "The agent was not at fault"),
        _OTHER,
    ),
    (TicketKind.RELEASE, Choice.DENY): (
        Reason("cause_unknown", "The cause is not known yet"),
        Reason("cause_not_mended", "The cause is known and not mended"),
        _OTHER,
    ),
    (TicketKind.INCIDENT, Choice.APPROVE): (
        Reason("rightly_blocked", "Rightly blocked, nothing more to do"),
        Reason("owner_told", "The agent's owner knows and follows it up"),
        _OTHER,
    ),
}


def choices_of(kind: TicketKind) -> tuple[Choice, ...]:
    """Return the answers a kind of ticket takes; approving an incident acknowledges it."""
    return tuple(choice for choice in Choice if (kind, choice) in REASONS)


def reason_label(kind: TicketKind, choice: Choice, code: str) -> str:
    """Return what people read for a code; a code that is not used any longer reads as itself."""
    known = {reason.code: reason.label for reason in REASONS.get((kind, choice), ())}
    return known.get(code, code)
