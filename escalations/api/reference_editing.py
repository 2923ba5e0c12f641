"""The calls that change a ticket's answer or its question, documented."""

from __future__ import annotations

from escalations.api.bodies import EditBody, EmptyBody
from escalations.api.reference_holding import EXAMPLES, HELD_ONLY, SECTION, member
from escalations.api.shown import TicketShown
from escalations.api.troubles import (
    DECIDED,
    EXPIRED,
    NO_VERSION,
    PERSON_ONLY,
    STALE,
    STANDING_BARS,
    TICKET_ID,
    TOO_LOW,
    UNKNOWN,
    VERSION,
    WITHDRAWN,
)
from escalations.domain.editing import RULE
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Reply, Trouble
from governance.domain.permissions import Action

EDITING_CALLS = (
    Call(
        name="ticket_edit",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/edit",
        summary="Edit what an agent asks with",
        detail=(
            f"{RULE} The digest is a new one, and every vote is withdrawn. The gate looks at the "
            "task again: one that has outgrown what people were shown is not edited. Approved, it "
            "is approved_edited, and the agent is handed the edited arguments alone. shown.task "
            "keeps what was asked, shown.edited the last edit."
        ),
        scopes=(),
        person=member(Action.TICKET_CLAIM),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=EditBody,
        meanings={"arguments": "All of them as they are to be; null takes edits back."},
        replies=(Reply(status=200, meaning="The ticket, with the edit.", shape=TicketShown),),
        troubles=(
            *HELD_ONLY,
            Trouble(status=422, code="invalid_field", when="It widens, or changes nothing."),
            Trouble(status=409, code="not_editable", when="There are no arguments, or too many."),
            Trouble(status=409, code="move_not_possible", when="The ticket asks about no task."),
            Trouble(status=409, code="envelope_level", when="It has a higher blast level by now."),
            Trouble(status=409, code="approval_too_small", when="It takes more people by now."),
            Trouble(status=409, code="over_budget", when="Its budget is no longer there."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="ticket_reopen",
        section=SECTION,
        method="POST",
        path="/tickets/{id}/reopen",
        summary="Reopen a denied task",
        detail=(
            "For 5 minutes after the denial, and only while the agent has not been told: the first "
            "call about its task that says so makes it final; tickets and events, which are for "
            "onlookers, do not. By whoever denied it, or a manager. The ticket waits again until "
            "the same deadline; the denials are withdrawn."
        ),
        scopes=(),
        person=member(Action.TICKET_DECIDE),
        parameters=(TICKET_ID, VERSION, FLEET, IDEMPOTENCY),
        body=EmptyBody,
        body_optional=True,
        replies=(Reply(status=200, meaning="The ticket, waiting again.", shape=TicketShown),),
        troubles=(
            UNKNOWN,
            PERSON_ONLY,
            TOO_LOW,
            *STANDING_BARS,
            NO_VERSION,
            STALE,
            DECIDED,
            EXPIRED,
            WITHDRAWN,
            Trouble(status=409, code="not_denied", when="It waits for people already."),
            Trouble(status=409, code="answer_read", when="The agent has been told."),
            Trouble(status=409, code="reopen_over", when="The 5 minutes are over."),
        ),
        examples=EXAMPLES,
    ),
)
