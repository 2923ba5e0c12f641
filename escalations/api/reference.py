"""The ticket calls, documented; ``config`` adds them to the API's documentation."""

from __future__ import annotations

from escalations.api.bodies import AskBody, DecideBody, DecisionBody, EmptyBody
from escalations.api.filters import LIMIT, LIMIT_MOST
from escalations.api.reference_editing import EDITING_CALLS
from escalations.api.reference_holding import EXAMPLES, HOLDING_CALLS, SECTION, member
from escalations.api.reference_rights import RIGHTS_CALLS
from escalations.api.shown import TicketShown, TicketsShown
from escalations.api.troubles import (
    AGAIN,
    COUNTING_BARS,
    DECIDED,
    EXPIRED,
    GRANT_USED,
    NO_VERSION,
    OPEN_ONLY,
    PERSON_ONLY,
    STALE,
    TICKET_ID,
    TOO_LOW,
    UNKNOWN,
    VERSION,
    WITHDRAWN,
    WRONG_PASSWORD,
)
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.reasons import REASONS, choices_of
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.domain.permissions import Action

DECISION_MEANINGS = {
    "reason_code": "One of the codes for this kind of ticket and this answer: "
    + "; ".join(
        f"{kind.value}, {choice.value}: {', '.join(reason.code for reason in reasons)}"
        for (kind, choice), reasons in REASONS.items()
    )
    + ".",
    "reason_text": "In your own words. Those of a denial go to the agent as they are.",
}


def _word(name: str, words: type[TicketState] | type[TicketKind]) -> Parameter:
    return Parameter(
        name=name,
        place="query",
        meaning=f"Only tickets of this {name}.",
        schema={"type": "string", "enum": [word.value for word in words]},
    )


TICKET_CALLS = (
    Call(
        name="tickets_list",
        section=SECTION,
        method="GET",
        path="/tickets",
        summary="List the fleet's tickets",
        detail="The newest first. Keys may read tickets; they can never decide them.",
        scopes=("read",),
        person=member(Action.FLEET_VIEW),
        parameters=(
            _word("state", TicketState),
            _word("kind", TicketKind),
            Parameter(
                name="cursor",
                place="query",
                meaning="next_cursor of the page before.",
                schema={"type": "integer", "minimum": 1},
            ),
            Parameter(
                name="limit",
                place="query",
                meaning="How many at most.",
                schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT},
            ),
            FLEET,
        ),
        replies=(Reply(status=200, meaning="One page of tickets.", shape=TicketsShown),),
        troubles=(Trouble(status=422, code="invalid_field", when="A filter has no such value."),),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_read",
        section=SECTION,
        method="GET",
        path="/tickets/{id}",
        summary="Read a ticket",
        detail="With what people were shown and what they answered. The ETag is its version.",
        scopes=("read",),
        person=member(Action.FLEET_VIEW),
        parameters=(TICKET_ID, FLEET),
        replies=(Reply(status=200, meaning="The ticket as it is now.", shape=TicketShown),),
        troubles=(UNKNOWN,),
        examples=EXAMPLES,
    ),
    *HOLDING_CALLS,
    *EDITING_CALLS,
    *RIGHTS_CALLS,
    Call(
        name="ticket_approve",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/approve",
        summary="Approve",
        detail=(
            "Of a task: the last approval needed issues one grant, usable after the undo window. "
            "Of a release: the agent goes on probation. An incident is acknowledged. The owner of "
            "the agent and whoever asked for the task are barred. The same vote again gives the "
            "same answer."
        ),
        scopes=(),
        person=member(Action.TICKET_DECIDE),
        parameters=(TICKET_ID, VERSION, AGAIN, FLEET, IDEMPOTENCY),
        body=DecisionBody,
        meanings=DECISION_MEANINGS,
        replies=(Reply(status=200, meaning="The ticket with your vote.", shape=TicketShown),),
        troubles=(
            *OPEN_ONLY,
            *COUNTING_BARS,
            *WRONG_PASSWORD,
            Trouble(
                status=401,
                code="reauthentication_required",
                when="A CRITICAL ticket takes the password once more.",
            ),
            Trouble(status=409, code="agent_frozen", when="The agent is frozen; denying works."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_deny",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/deny",
        summary="Deny",
        detail=(
            "One denial is enough, and it beats an approval until the grant is used. The reason "
            "goes to the agent as it is."
        ),
        scopes=(),
        person=member(Action.TICKET_DECIDE),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=DecisionBody,
        meanings=DECISION_MEANINGS,
        replies=(Reply(status=200, meaning="The ticket, denied.", shape=TicketShown),),
        troubles=(*OPEN_ONLY, GRANT_USED),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_decide",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/decide",
        summary="Answer in the ticket's own words",
        detail=(
            "For a drift, an audit or a cascade, and to respond to a task: its agent gets your "
            "words as the answer, and it does not run. Approve and deny are taken here too. Two "
            "admins who answer emergency let a task start at once, past the usual quorum. One "
            "answer settles a drift or an audit, at once and for good. A cascade is settled task "
            "by task, what stands above first; with the last held task the ticket ends."
        ),
        scopes=(),
        person=member(Action.TICKET_DECIDE),
        parameters=(TICKET_ID, VERSION, AGAIN, FLEET, IDEMPOTENCY),
        body=DecideBody,
        meanings={
            "choice": "; ".join(
                f"{kind.value}: {', '.join(choice.value for choice in choices_of(kind))}"
                for kind in TicketKind
            )
            + ". Approving a cascade acknowledges one that holds nothing.",
            "tasks": "Of a cascade: the external ids of the held tasks the answer is about.",
            "seconds": "Of an emergency: the id of the vote that calls it, which you agree to.",
            **DECISION_MEANINGS,
        },
        replies=(Reply(status=200, meaning="The ticket with your answer.", shape=TicketShown),),
        troubles=(
            *OPEN_ONLY,
            *COUNTING_BARS,
            *WRONG_PASSWORD,
            Trouble(status=422, code="invalid_field", when="The ticket takes no such answer."),
            Trouble(
                status=401,
                code="reauthentication_required",
                when="Approving a CRITICAL ticket and an emergency take the password once more.",
            ),
            Trouble(status=409, code="agent_frozen", when="The agent is frozen; denying works."),
            Trouble(status=409, code="call_lapsed", when="The call you agree to counts no longer."),
            GRANT_USED,
            Trouble(status=409, code="mandate_lowest", when="The agent reaches LOW alone already."),
            Trouble(status=409, code="held_above", when="A task above it must be settled first."),
            Trouble(status=409, code="already_settled", when="The task is no longer held."),
            Trouble(status=409, code="still_holds", when="The cascade still holds tasks."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_undo",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/undo",
        summary="Undo one's approval",
        detail="While the undo window lasts, before anything can have run; the ticket waits again.",
        scopes=(),
        person=member(Action.TICKET_UNDO),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=EmptyBody,
        body_optional=True,
        replies=(Reply(status=200, meaning="The ticket, waiting again.", shape=TicketShown),),
        troubles=(
            UNKNOWN,
            PERSON_ONLY,
            NO_VERSION,
            STALE,
            DECIDED,
            EXPIRED,
            WITHDRAWN,
            Trouble(status=403, code="not_a_voter", when="The person did not approve it."),
            Trouble(status=409, code="not_approved", when="It is not approved."),
            Trouble(status=409, code="undo_over", when="The undo window is over."),
            GRANT_USED,
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="release_ask",
        section=SECTION,
        method="POST",
        path="/tickets",
        summary="Ask for the release of a frozen agent",
        detail="Opens the question again after it expired or was denied; an open one is returned.",
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(FLEET, IDEMPOTENCY),
        body=AskBody,
        meanings={
            "kind": "release: the one question that people may raise here.",
            "agent": "The external_id of the frozen agent.",
        },
        replies=(
            Reply(status=201, meaning="The ticket, opened.", shape=TicketShown),
            Reply(status=200, meaning="The ticket that is open already.", shape=TicketShown),
        ),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=404, code="agent_unknown", when="The fleet has no such agent."),
            Trouble(status=409, code="not_frozen", when="The agent is not frozen."),
        ),
        examples=EXAMPLES,
    ),
)
