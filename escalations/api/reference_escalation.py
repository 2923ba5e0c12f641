"""The calls about the escalation policy, documented."""

from __future__ import annotations

from escalations.api.bodies_escalation import EscalationBody
from escalations.api.reference_holding import EXAMPLES, member
from escalations.api.shown_escalation import EscalationPolicyShown
from escalations.api.troubles import PERSON_ONLY, TOO_LOW
from escalations.domain.escalation import LEVELS_MOST, ON_A_LEVEL_MOST, SHARE_LEAST, SHARE_MOST
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Reply, Trouble
from governance.domain.permissions import Action

SECTION = "Escalation policy"
PATH = "/fleet/escalation"

ESCALATION_CALLS = (
    Call(
        name="escalation_read",
        section=SECTION,
        method="GET",
        path=PATH,
        summary="Read who is called for a ticket",
        detail="The policy that tickets open with now. One that waits keeps the policy it has.",
        scopes=("read",),
        person=member(Action.FLEET_VIEW),
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="The policy in force.", shape=EscalationPolicyShown),),
        examples=EXAMPLES,
    ),
    Call(
        name="escalation_change",
        section=SECTION,
        method="PUT",
        path=PATH,
        summary="Change who is called for a ticket",
        detail=(
            "For tickets that open from then on. A level that reaches nobody, or nobody whom a "
            "level before it does not call, is refused; on the last there must be a manager or an "
            "admin."
        ),
        scopes=(),
        person=member(Action.POLICY_CHANGE),
        parameters=(FLEET, IDEMPOTENCY),
        body=EscalationBody,
        meanings={
            "levels": f"1 to {LEVELS_MOST}, in the order in which they are called.",
            "people": f"User names; with the roles 1 to {ON_A_LEVEL_MOST} on a level.",
            "roles": "Everybody who holds exactly the role.",
            "shares": (
                "One for each level after the first: the share of the time to decide after which "
                f"it is called, {SHARE_LEAST:g} to {SHARE_MOST:g}, rising."
            ),
            "reason": "Why it changes.",
            "chat_after_s": "Seconds after a call until people are told by chat; null: as it is.",
            "mail_after_s": (
                "The same for mail, not less; each is cut to half of the time of the level."
            ),
            "replaces": "The number of the policy you read, 0 for the product's own.",
        },
        replies=(Reply(status=200, meaning="The policy, in force.", shape=EscalationPolicyShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=422, code="invalid_field", when="It names nobody, or a step too many."),
            Trouble(status=409, code="stale_policy", when="Another is in force since you read."),
        ),
        examples=EXAMPLES,
    ),
)
