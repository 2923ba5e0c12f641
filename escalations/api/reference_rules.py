"""The calls about pre-approval rules, documented."""

from __future__ import annotations

from escalations.api.bodies_rules import RuleBody, RuleEndBody
from escalations.api.reference_holding import EXAMPLES, member
from escalations.api.shown_rules import RuleShown, RulesShown
from escalations.api.troubles import PERSON_ONLY, TOO_LOW
from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.domain.permissions import Action

SECTION = "Pre-approval rules"
NUMBER = Parameter(
    name="number",
    place="path",
    meaning="The rule's number in its fleet.",
    required=True,
    schema={"type": "integer", "minimum": 1},
)
UNKNOWN = Trouble(status=404, code="rule_unknown", when="The fleet has no such rule.")
OWNER = Trouble(status=403, code="owns_agent", when="The person owns the agent.")
OVER = Trouble(status=409, code="rule_over", when="Its time, or the proposal's, is over.")
NOT_WAITING = Trouble(
    status=409, code="rule_not_waiting", when="It is no proposal any longer; current says why."
)
NOT_READY = Trouble(
    status=409, code="agent_not_ready", when="The agent is frozen, held or under a penalty."
)
_MEANINGS = {
    "agent": "The external_id of the one agent it is about.",
    "tool": "Exactly this tool.",
    "operation": "Exactly this operation.",
    "environment": "Exactly this environment.",
    "targets": 'What it may act on, up to 20; "" for a request that names nothing, the default.',
    "arguments": (
        'A bound for every argument: {"is": value}, {"any_of": [values]}, up to 20, or '
        '{"min": a, "max": b}, two numbers or two plain decimals as text. A request with an '
        "argument more or less is outside."
    ),
    "spend_most_usd": "The highest spend cap of each request, in US dollars.",
    "level_most": "Up to which blast level.",
    "hours": "For how long once it counts, at most as the policy says (8 h).",
    "uses_most": "How many requests at most, 1 to 1,000; null for no limit.",
    "ticket": "The number of the ticket it is made from.",
    "reason": "Why nobody need be asked.",
}

RULE_CALLS = (
    Call(
        name="rules_list",
        section=SECTION,
        method="GET",
        path="/rules",
        summary="List the fleet's rules",
        detail="The newest 200, also those that are over.",
        scopes=("read",),
        person=member(Action.FLEET_VIEW),
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="The rules.", shape=RulesShown),),
        examples=EXAMPLES,
    ),
    Call(
        name="rule_read",
        section=SECTION,
        method="GET",
        path="/rules/{number}",
        summary="Read a rule",
        detail="What it lets through, who is behind it, how often it was used.",
        scopes=("read",),
        person=member(Action.FLEET_VIEW),
        parameters=(NUMBER, FLEET),
        replies=(Reply(status=200, meaning="The rule as it is now.", shape=RuleShown),),
        troubles=(UNKNOWN,),
        examples=EXAMPLES,
    ),
    Call(
        name="rule_make",
        section=SECTION,
        method="POST",
        path="/rules",
        summary="Make or propose a rule",
        detail=(
            "A manager's counts at once; a reviewer's waits for a manager. What it lets through is "
            "approved without asking, and each time a closed ticket names the rule."
        ),
        scopes=(),
        person=member(Action.RULE_PROPOSE),
        parameters=(FLEET, IDEMPOTENCY),
        body=RuleBody,
        meanings=_MEANINGS,
        replies=(Reply(status=201, meaning="The rule.", shape=RuleShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            OWNER,
            NOT_READY,
            Trouble(status=404, code="agent_unknown", when="The fleet has no such agent."),
            Trouble(status=409, code="too_many_rules", when="20 rules live for the agent."),
            Trouble(status=422, code="invalid_field", when="A part is not as it should be."),
        ),
        examples=EXAMPLES,
    ),
    Call(
        name="rule_accept",
        section=SECTION,
        method="POST",
        path="/rules/{number}/accept",
        summary="Accept a proposal",
        detail="Exactly as it stands: what a rule lets through never changes.",
        scopes=(),
        person=member(Action.RULE_MAKE),
        parameters=(NUMBER, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The rule, which counts now.", shape=RuleShown),),
        troubles=(UNKNOWN, PERSON_ONLY, TOO_LOW, OWNER, OVER, NOT_WAITING, NOT_READY),
        examples=EXAMPLES,
    ),
    Call(
        name="rule_decline",
        section=SECTION,
        method="POST",
        path="/rules/{number}/decline",
        summary="Decline a proposal",
        detail="Nothing was ever let through by it.",
        scopes=(),
        person=member(Action.RULE_MAKE),
        parameters=(NUMBER, FLEET, IDEMPOTENCY),
        body=RuleEndBody,
        meanings={"reason": "Why not."},
        replies=(Reply(status=200, meaning="The rule, declined.", shape=RuleShown),),
        troubles=(UNKNOWN, PERSON_ONLY, TOO_LOW, OVER, NOT_WAITING),
        examples=EXAMPLES,
    ),
    Call(
        name="rule_revoke",
        section=SECTION,
        method="POST",
        path="/rules/{number}/revoke",
        summary="Revoke a rule",
        detail="At once, by any member; what it approved and has not started is denied.",
        scopes=(),
        person=member(Action.RULE_REVOKE),
        parameters=(NUMBER, FLEET, IDEMPOTENCY),
        body=RuleEndBody,
        meanings={"reason": "Why it ends now."},
        replies=(Reply(status=200, meaning="The rule, revoked.", shape=RuleShown),),
        troubles=(
            UNKNOWN,
            PERSON_ONLY,
            TOO_LOW,
            OVER,
            Trouble(
                status=409, code="rule_not_active", when="It does not count; current says why."
            ),
        ),
        examples=EXAMPLES,
    ),
)
