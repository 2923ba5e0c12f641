"""The reasons a person can choose from, per question and answer.

A code is for counting, the words beside it for whoever reads the answer later; the words of a
denial and of a response go to the agent as they are. Every answer has both.
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


# Both calls for an emergency give this reason, and the agent reads it with its answer.
EMERGENCY_CODE = "emergency"
REASON_OTHER = "other"
_OTHER = Reason(REASON_OTHER, "Something else")

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
    (TicketKind.TASK, Choice.RESPOND): (
        Reason("question_answered", "This is what the agent wanted to know"),
        Reason("another_way", "The agent should go about it another way"),
        _OTHER,
    ),
    (TicketKind.TASK, Choice.EMERGENCY): (Reason(EMERGENCY_CODE, "An emergency"),),
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
        Reason("emergency_justified", "It was an emergency, and rightly handled"),
        Reason("emergency_unjustified", "It was none and should not have been called"),
        Reason("owner_told", "The agent's owner knows and follows it up"),
        _OTHER,
    ),
    (TicketKind.DRIFT, Choice.REBASELINE): (
        Reason("work_changed", "The work became harder; this is normal now"),
        Reason("cause_mended", "The cause is found and mended"),
        Reason("false_alarm", "The agent was not at fault"),
        _OTHER,
    ),
    (TicketKind.DRIFT, Choice.PAUSE): (
        Reason("cause_unknown", "The cause is not known yet"),
        Reason("harm_done", "Its work does harm"),
        _OTHER,
    ),
    (TicketKind.DRIFT, Choice.LOWER_MANDATE): (
        Reason("beyond_its_means", "It may do more than it does well"),
        Reason("cause_not_mended", "The cause is known and not mended"),
        _OTHER,
    ),
    (TicketKind.AUDIT, Choice.PASS): (
        Reason("work_good", "The work is good"),
        Reason("good_enough", "Small flaws, good enough"),
        _OTHER,
    ),
    (TicketKind.AUDIT, Choice.FAIL): (
        Reason("result_wrong", "The result is wrong"),
        Reason("not_what_was_asked", "It is not what was asked for"),
        Reason("misreported", "What it reported is not what it did"),
        Reason("harm_done", "It did harm"),
        _OTHER,
    ),
    (TicketKind.AUDIT, Choice.UNCLEAR): (
        Reason("no_access", "What it did cannot be looked at"),
        Reason("beyond_me", "It takes somebody who knows the field"),
        _OTHER,
    ),
    (TicketKind.CASCADE, Choice.APPROVE): (
        Reason("cause_mended", "The cause is found and mended"),
        Reason("owner_told", "The agent's owner knows and follows it up"),
        _OTHER,
    ),
    (TicketKind.CASCADE, Choice.RESUME): (
        Reason("input_right", "What it builds on is right"),
        Reason("cause_mended", "The cause is found and mended"),
        _OTHER,
    ),
    (TicketKind.CASCADE, Choice.CANCEL): (
        Reason("input_spoiled", "What it builds on is spoiled"),
        Reason("not_needed", "Not needed, or done already"),
        _OTHER,
    ),
    (TicketKind.CASCADE, Choice.RERUN): (
        Reason("input_spoiled", "What it builds on is spoiled"),
        Reason("cause_mended", "The cause is found and mended"),
        _OTHER,
    ),
    (TicketKind.COLLUSION, Choice.CONFIRM): (
        Reason("work_checked", "Their work was checked and is not what they say"),
        Reason("money_traced", "Where the money went is known"),
        Reason("admitted", "Their owner confirms it"),
        _OTHER,
    ),
    (TicketKind.COLLUSION, Choice.DISMISS): (
        Reason("known_team", "They belong together, and this is how they work"),
        Reason("checks_wrong", "The checks were wrong, not the agents"),
        Reason("no_harm", "It does no harm"),
        _OTHER,
    ),
    (TicketKind.COLLUSION, Choice.VERIFY): (
        Reason("too_few_checks", "Too little of their work was checked"),
        Reason("not_sure", "The evidence does not convince me"),
        _OTHER,
    ),
}


# What the review of an emergency finds, and what only other incidents are about.
_FOUND = frozenset({"emergency_justified", "emergency_unjustified"})
_OF_BLOCKED = frozenset({"rightly_blocked"})
# Codes that no person chooses.
_BY_RULE = {"pre_approved": "Approved in advance", "rule_ended": "Its rule ended first"}


def choices_of(kind: TicketKind) -> tuple[Choice, ...]:
    """Return the answers a kind of ticket takes.

    Approving acknowledges an incident, and a cascade that holds nothing.
    """
    return tuple(choice for choice in Choice if (kind, choice) in REASONS)


def reasons_offered(
    kind: TicketKind, choice: Choice, *, is_review: bool = False
) -> tuple[Reason, ...]:
    """Return the reasons of an answer; the review of an emergency has some of its own."""
    left_out = _OF_BLOCKED if is_review else _FOUND
    return tuple(reason for reason in REASONS[kind, choice] if reason.code not in left_out)


def reason_label(kind: TicketKind, choice: Choice, code: str) -> str:
    """Return what people read for a code; a code that is not used any longer reads as itself."""
    known = {reason.code: reason.label for reason in REASONS.get((kind, choice), ())}
    return known.get(code) or _BY_RULE.get(code, code)
