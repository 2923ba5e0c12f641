"""The policy of a fleet, documented."""

from __future__ import annotations

from governance.api.reference.calls import (
    FLEET,
    IDEMPOTENCY,
    Call,
    Parameter,
    Reply,
    Trouble,
)
from governance.api.reference.fleet import PERSON_ONLY, TOO_LOW, who_may
from governance.api.shown_policy import PolicyDoneShown, PolicyShown, PolicyVersionsShown
from governance.domain.permissions import Action
from governance.services.schemas_policy import (
    PolicyAgreeBody,
    PolicyBody,
    PolicyDeclineBody,
    PolicyRollbackBody,
)

POLICY = "Policy"
VIEWER, ADMIN = who_may(Action.POLICY_VIEW), who_may(Action.POLICY_CHANGE)
REASON = "Why, in a sentence; it stays in the record."
DRAFT_VERSION = "The version of the draft that was read, of draft in GET fleet/policy."
REPLACES = "The number that was read."
PUBLISHED = Reply(status=200, meaning="In force.", shape=PolicyDoneShown)
PROPOSED = Reply(
    status=202,
    meaning="Proposed: it loosens protection, and a second admin must agree.",
    shape=PolicyDoneShown,
)
REFUSED = Trouble(
    status=422,
    code="policy_refused",
    when="The policy would contradict itself or leave a range; problems has every sentence.",
)
NO_DRAFT = Trouble(status=409, code="no_draft", when="No draft is open, any longer.")
CHANGED = Trouble(
    status=409, code="draft_changed", when="Somebody changed the draft since; current says who."
)
NOT_PROPOSED = Trouble(status=409, code="not_proposed", when="The draft waits for nobody.")
FIELD_CHANGED = Trouble(
    status=409,
    code="policy_field_changed",
    when="A field of the draft came into force with another value since; current says by whom.",
)
STALE = Trouble(
    status=409,
    code="stale_policy",
    when="Another version came into force since; current says who, when and why.",
)
NOTHING = Trouble(status=409, code="nothing_changes", when="All of it is in force already.")
OPEN = Trouble(
    status=409, code="draft_open", when="A draft with other changes is open in the console."
)

POLICY_CALLS = (
    Call(
        name="policy_read",
        section=POLICY,
        method="GET",
        path="/fleet/policy",
        summary="Read the policy in force",
        detail=(
            "The whole policy, and each field with its meaning, unit, range, default, evidence, "
            "who last changed it and where its value comes from: default, all fleets or fleet. "
            "A change in the direction of guard needs a second admin."
        ),
        scopes=("read",),
        person=VIEWER,
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="As it is in force.", shape=PolicyShown),),
        troubles=(TOO_LOW,),
    ),
    Call(
        name="policy_change",
        section=POLICY,
        method="PUT",
        path="/fleet/policy",
        summary="Put other values in force",
        detail=(
            "Whole or in part: what policy leaves out stays as it is. What loosens protection is "
            "proposed instead, and comes into force when another admin agrees. A draft that is "
            "open in the console goes on from the new version."
        ),
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=PolicyBody,
        meanings={
            "policy": "Values by field, nested as in GET fleet/policy.",
            "follow": "Paths of fields that shall follow all fleets again.",
            "replaces": REPLACES,
            "reason": REASON,
        },
        replies=(PUBLISHED, PROPOSED),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            STALE,
            OPEN,
            Trouble(
                status=409,
                code="draft_contradicts",
                when="It could not stand beside the draft that is open.",
            ),
            REFUSED,
        ),
    ),
    Call(
        name="policy_versions",
        section=POLICY,
        method="GET",
        path="/fleet/policy/versions",
        summary="Read the versions of the policy",
        detail="Newest first, 50 at a time, each with what it changed, why, and by whom.",
        scopes=("read",),
        person=VIEWER,
        parameters=(
            FLEET,
            Parameter(name="below", place="query", meaning="Only numbers under this one."),
        ),
        replies=(Reply(status=200, meaning="The versions.", shape=PolicyVersionsShown),),
        troubles=(
            TOO_LOW,
            Trouble(status=422, code="invalid_field", when="`below` is no whole number."),
        ),
    ),
    Call(
        name="policy_agree",
        section=POLICY,
        method="POST",
        path="/fleet/policy/agree",
        summary="Agree to a proposed draft",
        detail="It is in force from then on, with both names in its version.",
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=PolicyAgreeBody,
        meanings={"version": DRAFT_VERSION},
        replies=(PUBLISHED,),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(
                status=403,
                code="own_proposal",
                when="The admin proposed it, or changed a field of it that loosens protection.",
            ),
            NO_DRAFT,
            CHANGED,
            NOT_PROPOSED,
            Trouble(
                status=409,
                code="proposer_gone",
                when="Who proposed it may not change the policy any longer.",
            ),
            FIELD_CHANGED,
        ),
    ),
    Call(
        name="policy_decline",
        section=POLICY,
        method="POST",
        path="/fleet/policy/decline",
        summary="Decline a proposed draft",
        detail="It is open again, with the reason beside it; the proposer may take it back so too.",
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=PolicyDeclineBody,
        meanings={"version": DRAFT_VERSION, "reason": REASON},
        replies=(Reply(status=200, meaning="Open again.", shape=PolicyDoneShown),),
        troubles=(PERSON_ONLY, TOO_LOW, NO_DRAFT, CHANGED, NOT_PROPOSED),
    ),
    Call(
        name="policy_rollback",
        section=POLICY,
        method="POST",
        path="/fleet/policy/rollback",
        summary="Bring an earlier version back",
        detail=(
            "As a new version that names the one it restores; proposed where that loosens "
            "protection."
        ),
        scopes=(),
        person=ADMIN,
        parameters=(FLEET, IDEMPOTENCY),
        body=PolicyRollbackBody,
        meanings={
            "to": "The number of the version.",
            "reason": REASON,
            "replaces": REPLACES,
        },
        replies=(PUBLISHED, PROPOSED),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            STALE,
            Trouble(status=404, code="not_found", when="The fleet has no such version."),
            OPEN,
            NOTHING,
            REFUSED,
        ),
    ),
)
