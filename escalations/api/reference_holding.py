"""The calls of whoever holds a ticket, documented: beside deciding it."""

from __future__ import annotations

from pathlib import Path

from escalations.api.bodies import (
    AnswerBody,
    ClaimBody,
    EmptyBody,
    EscalateBody,
    QuestionBody,
    ReassignBody,
    SnoozeBody,
)
from escalations.api.shown import TicketShown
from escalations.api.troubles import (
    CLAIMED,
    COUNTING_BARS,
    DECIDED,
    EXPIRED,
    NO_VERSION,
    NOT_HELD,
    OPEN_ONLY,
    PERSON_ONLY,
    PRACTICE,
    STALE,
    STANDING_BARS,
    TICKET_ID,
    UNKNOWN,
    VERSION,
    WITHDRAWN,
)
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Reply, Trouble
from governance.domain.permissions import PERMISSIONS, Action

SECTION = "Tickets"
EXAMPLES = Path(__file__).with_name("examples")
# What a move of the holder is refused for, whatever the move.
HELD_ONLY = (
    UNKNOWN,
    PERSON_ONLY,
    NO_VERSION,
    STALE,
    DECIDED,
    EXPIRED,
    PRACTICE,
    WITHDRAWN,
    CLAIMED,
    NOT_HELD,
)


def member(action: Action) -> str:
    """Return in words which members may do something."""
    return f"a member from {PERMISSIONS[action].least_role.value} on"


HOLDING_CALLS = (
    Call(
        name="ticket_claim",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/claim",
        summary="Claim a ticket",
        detail=(
            "It is yours for ten minutes; claiming it again renews that, for half an hour at most."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=ClaimBody,
        body_optional=True,
        meanings={"take_over": "Take it from a holder who has been silent; managers at any time."},
        replies=(Reply(status=200, meaning="The ticket, claimed.", shape=TicketShown),),
        troubles=(
            *OPEN_ONLY,
            *COUNTING_BARS,
            Trouble(
                status=409,
                code="claims_full",
                when="The person holds as many tickets as the policy allows: five by default.",
            ),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_release",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/release",
        summary="Put a claimed ticket back",
        detail="It goes back into the queue for others; one that you do not hold stays as it is.",
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, FLEET, IDEMPOTENCY),
        body=EmptyBody,
        body_optional=True,
        replies=(Reply(status=200, meaning="The ticket, unclaimed.", shape=TicketShown),),
        troubles=(UNKNOWN, PERSON_ONLY),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_snooze",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/snooze",
        summary="Put a claimed ticket off",
        detail=(
            "The queue leaves it out and nobody holds it, until then; anything new about it, an "
            "answer and anybody who may decide it wake it sooner. The clock runs on."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=SnoozeBody,
        meanings={
            "until": "When it wakes: a fifth of the time to decide must be left then, or what the "
            "policy says."
        },
        replies=(Reply(status=200, meaning="The ticket, snoozed.", shape=TicketShown),),
        troubles=(
            *HELD_ONLY,
            Trouble(status=422, code="invalid_field", when="The time is past, or too late."),
            Trouble(status=409, code="critical_ticket", when="What is CRITICAL is not put off."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_wake",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/wake",
        summary="Wake a snoozed ticket",
        detail="It is back in the queue, unclaimed; one that is awake stays as it is.",
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, FLEET, IDEMPOTENCY),
        body=EmptyBody,
        body_optional=True,
        replies=(Reply(status=200, meaning="The ticket, awake.", shape=TicketShown),),
        troubles=(
            UNKNOWN,
            PERSON_ONLY,
            *STANDING_BARS,
            DECIDED,
            EXPIRED,
            PRACTICE,
            WITHDRAWN,
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_ask",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/ask",
        summary="Ask the agent or its owner",
        detail=(
            "The clock keeps running; the first question makes the time to decide half as long "
            "again, once, or what the policy says. The waiting agent reads the question in the "
            "ticket of its task. Audits and rings ask nobody."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=QuestionBody,
        meanings={"text": "The question, as the agent is to read it."},
        replies=(Reply(status=200, meaning="The ticket, with the question.", shape=TicketShown),),
        troubles=(
            *HELD_ONLY,
            Trouble(status=409, code="question_stands", when="One waits for its answer already."),
            Trouble(status=409, code="nobody_to_ask", when="The ticket is about no one agent."),
            Trouble(status=409, code="move_not_possible", when="This kind of ticket asks nobody."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_answer",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/answer",
        summary="Answer a question",
        detail=(
            "For the agent's key, and for people. It decides nothing; the ticket takes a new "
            "version, and wakes if it was snoozed."
        ),
        scopes=("gate",),
        person=member(Action.FLEET_VIEW),
        parameters=(TICKET_ID, FLEET, IDEMPOTENCY),
        body=AnswerBody,
        meanings={
            "question": "The id of the question, as the task's ticket names it.",
            "text": "The answer. People read it as the agent's own words.",
        },
        replies=(Reply(status=200, meaning="The ticket, with the answer.", shape=TicketShown),),
        troubles=(
            UNKNOWN,
            Trouble(status=403, code="agent_not_of_key", when="The key is for other agents."),
            Trouble(status=403, code="environment_of_key", when="The key is for elsewhere."),
            DECIDED,
            EXPIRED,
            WITHDRAWN,
            PRACTICE,
            Trouble(status=409, code="no_question", when="No question waits for an answer."),
            Trouble(status=409, code="other_question", when="Another question stands by now."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_escalate",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/escalate",
        summary="Call the next level of people",
        detail=(
            "Now, instead of at its time, with your reason on the ticket. It decides nothing, a "
            "claim and the version stay, and those called before stay called. A level that is "
            "called already is left as it is, so the same call twice calls nobody twice."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, FLEET, IDEMPOTENCY),
        body=EscalateBody,
        meanings={
            "level": "The level to call: one more than `escalation.level` of the ticket.",
            "reason": "Why it cannot wait; everybody who sees the ticket reads it.",
        },
        replies=(Reply(status=200, meaning="The ticket, with that level.", shape=TicketShown),),
        troubles=(
            UNKNOWN,
            PERSON_ONLY,
            DECIDED,
            EXPIRED,
            PRACTICE,
            WITHDRAWN,
            Trouble(status=409, code="last_level", when="Nobody else is left to call."),
            Trouble(status=409, code="ticket_snoozed", when="It is put off; wake it first."),
            Trouble(status=422, code="invalid_field", when="The level is not the next."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_reassign",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/reassign",
        summary="Hand a ticket to another person",
        detail=(
            "The holder hands it over, or a manager; it is the other person's claim from then on. "
            "Whoever may not decide it neither gives nor takes it."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=ReassignBody,
        meanings={
            "to": "The user name of a member who may decide this ticket.",
            "note": "A word to that person; both names are recorded.",
        },
        replies=(Reply(status=200, meaning="The ticket, handed over.", shape=TicketShown),),
        troubles=(
            *HELD_ONLY,
            *STANDING_BARS,
            Trouble(status=422, code="invalid_field", when="The person cannot take it, and why."),
            Trouble(status=409, code="claims_full", when="The person holds too many already."),
        ),
        examples=EXAMPLES,
    ),
)
