"""The call about a person's rights, documented; `reference.py` adds it to the ticket calls."""

from __future__ import annotations

from escalations.api.reference_holding import EXAMPLES, SECTION, member
from escalations.api.shown_rights import RightsShown
from escalations.api.troubles import TICKET_ID, TOO_LOW, UNKNOWN
from governance.api.reference.calls import FLEET, Call, Parameter, Reply, Trouble
from governance.domain.permissions import Action

RIGHTS_CALLS = (
    Call(
        name="ticket_rights",
        section=SECTION,
        method="GET",
        path="/tickets/{id}/rights",
        summary="Read what a person may do, and why",
        detail=(
            "Every move of this kind of ticket with yes or no and one sentence: the rule of the "
            "role, or what the call itself would refuse that person with now. Managers ask about "
            "any member."
        ),
        scopes=(),
        person=member(Action.FLEET_VIEW),
        parameters=(
            TICKET_ID,
            Parameter(
                name="person",
                place="query",
                meaning="User name of a member; without it, you. Somebody else takes a manager.",
                schema={"type": "string", "maxLength": 150},
            ),
            FLEET,
        ),
        replies=(Reply(status=200, meaning="As it is now.", shape=RightsShown),),
        troubles=(
            UNKNOWN,
            Trouble(status=404, code="member_unknown", when="The fleet has no such member."),
            Trouble(
                status=403, code="person_required", when="A key called; it has no rights here."
            ),
            TOO_LOW,
        ),
        examples=EXAMPLES,
    ),
)
