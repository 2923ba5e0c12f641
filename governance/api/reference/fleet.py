"""Agents, tools and the controls, documented; who may comes from the one permission table."""

from __future__ import annotations

from governance.api.reference.calls import FLEET, IDEMPOTENCY, Call, Parameter, Reply, Trouble
from governance.api.reference.letters import letters
from governance.api.shown_agents import AgentShown, FleetShown, ToolShown
from governance.domain.blast.scale import BlastMetric
from governance.domain.permissions import PERMISSIONS, Action
from governance.services.schemas import AgentBody, PauseBody, ReasonBody, ToolBody

REGISTRY = "Agents and tools"
CONTROLS = "Stopping and starting again"
AGENT_ID = Parameter(
    name="external_id", place="path", meaning="Your name for the agent.", required=True
)
UNKNOWN_AGENT = Trouble(status=404, code="agent_unknown", when="The fleet has no such agent.")
KEY_ONLY = Trouble(status=403, code="key_required", when="A person called; this is for keys.")
PERSON_ONLY = Trouble(
    status=403, code="person_required", when="A key called; only people start again."
)
TOO_LOW = Trouble(status=403, code="role_too_low", when="The person's role may not do this.")
REASON = {"reason": "Why, in a sentence; it stays in the record."}


def who_may(action: Action) -> str:
    """Return who of the people may call, as the table of permissions says."""
    return f"a member from {PERMISSIONS[action].least_role.value} on"


FLEET_CALLS = (
    Call(
        name="agent_put",
        section=REGISTRY,
        method="PUT",
        path="/agents/{external_id}",
        summary="Register an agent, or bring its description up to date",
        detail=(
            "Every agent has an owner, who is a member of the fleet, and a mandate: what it is "
            "meant to do. A new agent has no history, so its tier is low. The same description "
            "again changes nothing. Needs operate: a key that only asks the gate must not widen "
            "the mandate it is judged by."
        ),
        scopes=("operate",),
        parameters=(AGENT_ID,),
        body=AgentBody,
        meanings={
            "owner": "The user name of the member who answers for the agent.",
            "template": "What it was made from, if anything.",
            "model": "The language model behind it.",
            "mandate": (
                "Tool patterns (* and ? work), environments, and the highest blast level that runs "
                "without a person."
            ),
            "budget_usd": "For a calendar month, UTC; none counts as the worst money metric.",
        },
        replies=(
            Reply(status=201, meaning="Registered.", shape=AgentShown),
            Reply(status=200, meaning="Known before; as it is now.", shape=AgentShown),
        ),
        troubles=(
            KEY_ONLY,
            Trouble(status=403, code="agent_not_of_key", when="The key is bound to other agents."),
            Trouble(status=422, code="invalid_field", when="owner is no member of the fleet."),
        ),
    ),
    Call(
        name="agent_read",
        section=REGISTRY,
        method="GET",
        path="/agents/{external_id}",
        summary="Read an agent with trust, band, tier, penalty, account, breaker and limits",
        detail=(
            "limits holds, for each task type, the preset that the agent's tier gives it; that is "
            "low while the penalty of a confirmed ring stands, whatever was earned. account "
            "is what it earned and spent, as booked: up to 30 s behind what was reported."
        ),
        scopes=("read", "gate", "operate"),
        person=who_may(Action.FLEET_VIEW),
        parameters=(AGENT_ID, FLEET),
        replies=(Reply(status=200, meaning="The agent.", shape=AgentShown),),
        troubles=(UNKNOWN_AGENT,),
    ),
    Call(
        name="tool_put",
        section=REGISTRY,
        method="PUT",
        path="/tools/{name}",
        summary="Describe what a tool can do",
        detail=(
            "The description waits until an admin confirms it. A changed one waits again; until "
            "then the stricter of both counts, metric by metric. MCP annotations are hints that "
            "are shown to the admin and decide nothing."
        ),
        scopes=("gate", "operate"),
        parameters=(
            Parameter(
                name="name", place="path", meaning="The tool's name in tasks.", required=True
            ),
        ),
        body=ToolBody,
        meanings={
            "write": letters(BlastMetric.WRITE),
            "reversibility": letters(BlastMetric.REVERSIBILITY),
            "reach": letters(BlastMetric.REACH),
            "data": letters(BlastMetric.DATA),
            "annotations": "MCP annotations as the tool's server gives them.",
        },
        replies=(
            Reply(status=201, meaning="Described for the first time.", shape=ToolShown),
            Reply(status=200, meaning="Known before; as it is now.", shape=ToolShown),
        ),
        troubles=(KEY_ONLY,),
    ),
    Call(
        name="agent_freeze",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/freeze",
        summary="Freeze an agent",
        detail=(
            "Everything it asks is denied, its running tasks are told to stop and its unused "
            "grants are revoked. Only a person releases it."
        ),
        scopes=("operate",),
        person=who_may(Action.AGENT_FREEZE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The agent, frozen.", shape=AgentShown),),
        troubles=(UNKNOWN_AGENT, TOO_LOW),
    ),
    Call(
        name="agent_release",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/release",
        summary="Release a frozen agent into probation",
        detail="Nobody releases an agent of their own. A latched agent needs two people: a ticket.",
        scopes=(),
        person=who_may(Action.AGENT_RELEASE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The agent, on probation.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=403, code="own_agent", when="The person owns the agent."),
            Trouble(status=409, code="not_frozen", when="There is nothing to release."),
            Trouble(status=409, code="two_people_needed", when="It is latched: use its ticket."),
        ),
    ),
    Call(
        name="agent_pause",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/pause",
        summary="Pause an agent",
        detail=(
            "For operational reasons: its standing is untouched. A pause with until ends by "
            "itself then; one without lasts until a person resumes the agent."
        ),
        scopes=("operate",),
        person=who_may(Action.AGENT_PAUSE),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=PauseBody,
        meanings={"until": "When it ends by itself, in the future.", **REASON},
        replies=(Reply(status=200, meaning="The agent, paused.", shape=AgentShown),),
        troubles=(UNKNOWN_AGENT, TOO_LOW),
    ),
    Call(
        name="agent_resume",
        section=CONTROLS,
        method="POST",
        path="/agents/{external_id}/resume",
        summary="Resume a paused agent",
        detail="A freeze is not ended by this.",
        scopes=(),
        person=who_may(Action.AGENT_RESUME),
        parameters=(AGENT_ID, FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The agent as it is now.", shape=AgentShown),),
        troubles=(
            UNKNOWN_AGENT,
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=409, code="not_paused", when="It is not paused."),
        ),
    ),
    Call(
        name="fleet_halt",
        section=CONTROLS,
        method="POST",
        path="/fleet/halt",
        summary="Halt the fleet",
        detail="Every task is denied at the gate from this moment; halting again changes nothing.",
        scopes=("operate",),
        person=who_may(Action.FLEET_HALT),
        parameters=(FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The fleet, halted.", shape=FleetShown),),
        troubles=(TOO_LOW,),
    ),
    Call(
        name="fleet_resume",
        section=CONTROLS,
        method="POST",
        path="/fleet/resume",
        summary="End a halt",
        detail="Waiting and approved tasks go on as they stood.",
        scopes=(),
        person=who_may(Action.FLEET_RESUME),
        parameters=(FLEET, IDEMPOTENCY),
        body=ReasonBody,
        meanings=REASON,
        replies=(Reply(status=200, meaning="The fleet as it is now.", shape=FleetShown),),
        troubles=(
            PERSON_ONLY,
            TOO_LOW,
            Trouble(status=409, code="not_halted", when="The fleet is not halted."),
        ),
    ),
)
