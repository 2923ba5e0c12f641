"""``/api/v1/agents`` and ``/api/v1/tools``: who is here, and what their tools can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.api.agent_answers import agent_shown, tool_shown
from governance.api.answers import answer
from governance.api.callers import Person, any_scope_require, key_required
from governance.api.endpoints import ApiView
from governance.domain.types import Scope
from governance.selectors.access import scope_require
from governance.selectors.agents import agent_get
from governance.services.agents import agent_put
from governance.services.schemas import AgentBody, ToolBody
from governance.services.tools import tool_put

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class AgentView(ApiView):
    """One agent, by its external id."""

    def get(self, _request: Request, external_id: str) -> HttpResponse:
        """Return the agent with its trust, tier, breaker and limits."""
        caller = self.caller
        if not isinstance(caller, Person):
            any_scope_require(caller, Scope.READ, Scope.GATE, Scope.OPERATE)
        return answer(
            agent_shown(agent_get(fleet=caller.fleet, external_id=external_id), caller.fleet)
        )

    def put(self, _request: Request, external_id: str) -> HttpResponse:
        """Register the agent, or bring its description up to date.

        A mandate is what an agent is meant to do; a key that only asks the gate must not widen it,
        so this takes ``operate``.
        """
        key = key_required(self.caller)
        scope_require(key, Scope.OPERATE)
        _, created = agent_put(key=key, external_id=external_id, body=self.body(AgentBody))
        agent = agent_get(fleet=key.fleet, external_id=external_id)
        return answer(agent_shown(agent, key.fleet), 201 if created else 200)


class ToolView(ApiView):
    """One tool, by its name."""

    def put(self, _request: Request, name: str) -> HttpResponse:
        """Describe the tool; the description counts once an admin has confirmed it."""
        key = key_required(self.caller)
        any_scope_require(key, Scope.GATE, Scope.OPERATE)
        tool, created = tool_put(key=key, name=name, body=self.body(ToolBody))
        return answer(tool_shown(tool), 201 if created else 200)
