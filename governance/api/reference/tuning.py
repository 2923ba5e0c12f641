"""The rare calls of people, documented: tools, the mode of a breaker, a lowered mandate."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.fleet import (
    AGENT_ID,
    CONTROLS,
    PERSON_ONLY,
    REASON,
    REGISTRY,
    TOO_LOW,
    UNKNOWN_AGENT,
    who_may,
)
from governance.api.shown_agents import AgentShown, ToolShown, ToolsShown
from governance.domain.permissions import Action
from governance.services.schemas import BypassBody, ConfirmBody, ModeBody, ReasonBody

OWNER = Trouble(status=403, code="own_agent", when="The person owns the agent.")

TUNING_CALLS = (
    Call(
        name="tools_read",
        section=REGISTRY,
        method="GET",
        path="/tools",
        summary="Read the tool registry",
        detail=(
            "proposed is the newest description, confirmed what an admin confirmed. While they "
            "differ the stricter of both counts, metric by metric."
        ),
        scopes=("read", "gate", "operate"),
        person=who_may(Action.FLEET_VIEW),
        parameters=(FLEET,),
        replies=(Reply(status=200, meaning="Every tool, by name.", shape=ToolsShown),),
    ),
    Call(
        name="tool_confirm",
        section=REGISTRY,
        method="POST",
        path="/tools/{name}/confirm",
        summary="Put a tool's description in force",
        detail="Exactly the description whose sha256 is named: one that changed is refused.",
        scopes=(),
        person=who_may(Action.TOOL_CONFIRM),
        parameters=(
            Parameter(name="name", place="path", meaning="The tool's name.", required=True),
            FLEET,
            IDEMPOTENCY,
        ),
        body=ConfirmBody,
        meanings={"sha256": "As the tool shows it."},
        replies=(Reply(status=200, meaning="The tool, confirmed.", shape=ToolShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=409, code="tool_changed", when="The description changed meanwhile."),
        ),
    ),
    Call(
        name="agent_mode",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/mode",
        summary="Let a breaker act, or only record",
        detail=(
            "ENFORCE or SHADOW. Either ends a bypass, or withdraws one that was asked for. A "
            "freeze that was only recorded acts once the breaker enforces."
        ),
        scopes=(),
        person=who_may(Action.BREAKER_MODE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=ModeBody,
        meanings={"mode": "ENFORCE or SHADOW.", **REASON},
        replies=(Reply(status=200, meaning="The agent as it is now.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=409, code="mode_already", when="It is in that mode already."),
        ),
    ),
    Call(
        name="agent_bypass",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/bypass",
        summary="Ask to pass a breaker over for a while",
        detail=(
            "Nothing is passed over until another admin agrees, within an hour. A bypass skips "
            "what detectors derived, never a latch, a mandate, an approval or a freeze by hand, "
            "and everything is still recorded."
        ),
        scopes=(),
        person=who_may(Action.BREAKER_MODE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=BypassBody,
        meanings={"minutes": "At most 480; 60 where it is left out.", **REASON},
        replies=(Reply(status=200, meaning="The agent as it is now.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            OWNER,
            Trouble(status=409, code="bypass_already", when="Asked for, or in force, already."),
        ),
    ),
    Call(
        name="agent_bypass_agree",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/bypass/agree",
        summary="Agree to a bypass that another admin asked for",
        detail="It begins now, for the minutes asked for, and ends by itself.",
        scopes=(),
        person=who_may(Action.BREAKER_MODE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        replies=(Reply(status=200, meaning="The agent, passed over.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            OWNER,
            Trouble(status=403, code="second_person_needed", when="The person asked for it."),
            Trouble(status=409, code="bypass_not_asked", when="Nobody asks, or not any longer."),
        ),
    ),
    Call(
        name="agent_mandate_restore",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/mandate/restore",
        summary="Give back a mandate that people lowered",
        detail=(
            "A decision on a ticket may lower the level an agent reaches without a person, and "
            "describing the agent again does not lift that. This does: the mandate is in force "
            "as it is described."
        ),
        scopes=(),
        person=who_may(Action.AGENT_REGISTER),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The agent as it is now.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=409, code="mandate_not_lowered", when="Nobody has lowered it."),
        ),
    ),
)
