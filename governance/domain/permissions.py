"""Who may do what: one table of roles and actions behind pages, API and documentation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.domain.types import Role


class Action(StrEnum):
    """Something a person may do in one fleet."""

    FLEET_VIEW = "fleet.view"
    TICKET_CLAIM = "ticket.claim"
    TICKET_DECIDE = "ticket.decide"
    TICKET_UNDO = "ticket.undo"
    TICKET_REOPEN = "ticket.reopen"
    TICKET_DECIDE_AS_MANAGER = "ticket.decide_as_manager"
    TICKET_TAKE_OVER = "ticket.take_over"
    TICKET_EMERGENCY = "ticket.emergency"
    RULE_PROPOSE = "rule.propose"
    RULE_MAKE = "rule.make"
    RULE_REVOKE = "rule.revoke"
    CASCADE_SETTLE = "cascade.settle"
    COLLUSION_SCAN = "collusion.scan"
    COLLUSION_SETTLE = "collusion.settle"
    COLLUSION_TEAM = "collusion.team"
    AGENT_FREEZE = "agent.freeze"
    AGENT_PAUSE = "agent.pause"
    AGENT_RESUME = "agent.resume"
    AGENT_RELEASE = "agent.release"
    AGENT_RELEASE_HIGH = "agent.release_high"
    AGENT_REGISTER = "agent.register"
    FLEET_HALT = "fleet.halt"
    FLEET_RESUME = "fleet.resume"
    BREAKER_MODE = "breaker.mode"
    TOOL_CONFIRM = "tool.confirm"
    POLICY_VIEW = "policy.view"
    POLICY_CHANGE = "policy.change"
    RIGHTS_VIEW = "rights.view"
    PEOPLE_MANAGE = "people.manage"
    KEYS_MANAGE = "keys.manage"
    WEBHOOKS_VIEW = "webhooks.view"
    WEBHOOKS_MANAGE = "webhooks.manage"
    LOG_VERIFY = "log.verify"
    HEALTH_VIEW = "health.view"


@dataclass(frozen=True, slots=True)
class Permission:
    """The least role that may act, and the action in words that follow "may"."""

    least_role: Role
    words: str


# Stopping is open to everyone, starting again is not: a wrong stop costs time, a wrong start harm.
PERMISSIONS: Mapping[Action, Permission] = {
    Action.FLEET_VIEW: Permission(Role.REVIEWER, "see the fleet, its agents and its tickets"),
    Action.TICKET_CLAIM: Permission(Role.REVIEWER, "claim a ticket"),
    Action.TICKET_DECIDE: Permission(Role.REVIEWER, "approve or deny a ticket"),
    Action.TICKET_UNDO: Permission(Role.REVIEWER, "undo an approval of one's own"),
    Action.TICKET_REOPEN: Permission(Role.MANAGER, "reopen a ticket that somebody else denied"),
    Action.TICKET_DECIDE_AS_MANAGER: Permission(Role.MANAGER, "give a manager's approval"),
    Action.TICKET_TAKE_OVER: Permission(Role.MANAGER, "take over a claimed ticket"),
    Action.TICKET_EMERGENCY: Permission(
        Role.ADMIN, "call an emergency, or agree to one, past the usual approvals"
    ),
    Action.RULE_PROPOSE: Permission(Role.REVIEWER, "propose a pre-approval rule"),
    Action.RULE_MAKE: Permission(Role.MANAGER, "make, accept or decline a pre-approval rule"),
    Action.RULE_REVOKE: Permission(Role.REVIEWER, "revoke a pre-approval rule"),
    Action.CASCADE_SETTLE: Permission(Role.REVIEWER, "settle what a cascade holds"),
    Action.COLLUSION_SCAN: Permission(Role.MANAGER, "start a scan for collusion"),
    Action.COLLUSION_SETTLE: Permission(
        Role.MANAGER, "confirm or dismiss collusion, and ask for checks"
    ),
    Action.COLLUSION_TEAM: Permission(Role.MANAGER, "declare a team, and end one"),
    Action.AGENT_FREEZE: Permission(Role.REVIEWER, "freeze an agent"),
    Action.AGENT_PAUSE: Permission(Role.REVIEWER, "pause an agent"),
    Action.AGENT_RESUME: Permission(Role.MANAGER, "resume a paused agent"),
    Action.AGENT_RELEASE: Permission(Role.REVIEWER, "release an agent of a low breaker level"),
    Action.AGENT_RELEASE_HIGH: Permission(Role.MANAGER, "release an agent of a high breaker level"),
    Action.AGENT_REGISTER: Permission(Role.MANAGER, "register an agent or change its mandate"),
    Action.FLEET_HALT: Permission(Role.REVIEWER, "halt the fleet"),
    Action.FLEET_RESUME: Permission(Role.MANAGER, "resume a halted fleet"),
    Action.BREAKER_MODE: Permission(
        Role.ADMIN, "change whether a breaker acts, and agree to pass one over"
    ),
    Action.TOOL_CONFIRM: Permission(Role.ADMIN, "confirm what a tool can do"),
    Action.POLICY_VIEW: Permission(Role.REVIEWER, "read the policy"),
    Action.POLICY_CHANGE: Permission(Role.ADMIN, "change the policy"),
    Action.RIGHTS_VIEW: Permission(Role.MANAGER, "see what somebody else may do, and why"),
    Action.PEOPLE_MANAGE: Permission(Role.ADMIN, "add people and change their roles"),
    Action.KEYS_MANAGE: Permission(Role.ADMIN, "issue and revoke keys"),
    Action.WEBHOOKS_VIEW: Permission(Role.MANAGER, "see where events are sent"),
    Action.WEBHOOKS_MANAGE: Permission(Role.ADMIN, "say where events are sent"),
    Action.LOG_VERIFY: Permission(Role.MANAGER, "check the event log"),
    Action.HEALTH_VIEW: Permission(Role.MANAGER, "see how the installation is doing"),
}

TABLE: Mapping[Role, frozenset[Action]] = {
    role: frozenset(
        action for action, permission in PERMISSIONS.items() if permission.least_role.rank <= at
    )
    for at, role in enumerate(Role)
}


def permitted(role: Role | None, action: Action) -> bool:
    """Return whether a member with ``role`` may act; None is somebody outside the fleet."""
    return role is not None and action in TABLE[role]


def why_not(role: Role | None, action: Action) -> str:
    """Return the rule that stands in the way, as a sentence; empty where none does."""
    return "" if permitted(role, action) else explain(role, action)


def explain(role: Role | None, action: Action) -> str:
    """Return the sentence behind `permitted`, for disabled controls and problem documents."""
    permission = PERMISSIONS[action]
    roles = " or ".join(each.one for each in Role if each.rank >= permission.least_role.rank)
    if role is None:
        return f"Only members of this fleet may {permission.words}."
    if permitted(role, action):
        return f"As {role.one} you may {permission.words}."
    return f"Only {roles} may {permission.words}; you are {role.one}."
