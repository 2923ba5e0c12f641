"""What people change by hand: a tool's letters in force, a breaker's mode, a lowered mandate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.api.agent_answers import agent_shown, tool_shown
from governance.api.answers import answer
from governance.api.callers import Person, any_scope_require, person_required
from governance.api.endpoints import ApiView
from governance.domain.types import Scope
from governance.selectors.agents import agent_get
from governance.selectors.tools import tools_of
from governance.services.mandates import mandate_restore
from governance.services.modes import agent_mode_set, bypass_agree, bypass_ask
from governance.services.schemas import BypassBody, ConfirmBody, ModeBody, ReasonBody
from governance.services.tools import tool_confirm

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.models import Fleet


class ToolsView(ApiView):
    """``GET tools``: the whole registry."""

    http_method_names = ["get", "head"]

    def get(self, _request: Request) -> HttpResponse:
        """Return every tool of the fleet, by name."""
        caller = self.caller
        if not isinstance(caller, Person):
            any_scope_require(caller, Scope.READ, Scope.GATE, Scope.OPERATE)
        return answer({"tools": [tool_shown(tool) for tool in tools_of(fleet=caller.fleet)]})


class AdminView(ApiView):
    """A change that only people make, each service asking for the role it needs."""

    http_method_names = ["post"]


class ToolConfirmView(AdminView):
    """``POST tools/{name}/confirm``: exactly the description whose hash is named."""

    def post(self, _request: Request, name: str) -> HttpResponse:
        """Put the description in force and return the tool."""
        person, body = person_required(self.caller), self.body(ConfirmBody)

        def call() -> HttpResponse:
            tool = tool_confirm(fleet=person.fleet, user=person.user, name=name, sha256=body.sha256)
            return answer(tool_shown(tool))

        return self.once(call)


class ModeView(AdminView):
    """``POST agents/{external_id}/mode``: ENFORCE or SHADOW; either ends a bypass."""

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Put the breaker in the mode and return the agent."""
        person, body = person_required(self.caller), self.body(ModeBody)

        def call() -> HttpResponse:
            agent_mode_set(
                fleet=person.fleet,
                agent_external_id=external_id,
                mode=body.mode,
                user=person.user,
                reason=body.reason,
            )
            return _agent(person.fleet, external_id)

        return self.once(call)


class BypassView(AdminView):
    """``POST agents/{external_id}/bypass``: ask; another admin must agree."""

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Ask for the bypass and return the agent, whose breaker acts until then."""
        person, body = person_required(self.caller), self.body(BypassBody)

        def call() -> HttpResponse:
            bypass_ask(
                fleet=person.fleet,
                agent_external_id=external_id,
                user=person.user,
                reason=body.reason,
                length_min=body.minutes,
            )
            return _agent(person.fleet, external_id)

        return self.once(call)


class BypassAgreeView(AdminView):
    """``POST agents/{external_id}/bypass/agree``: by a second admin."""

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Begin the bypass and return the agent."""
        person = person_required(self.caller)

        def call() -> HttpResponse:
            bypass_agree(fleet=person.fleet, agent_external_id=external_id, user=person.user)
            return _agent(person.fleet, external_id)

        return self.once(call)


class MandateRestoreView(AdminView):
    """``POST agents/{external_id}/mandate/restore``: lift the ceiling that people set."""

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Put the mandate in force as it is described and return the agent."""
        person, body = person_required(self.caller), self.body(ReasonBody)

        def call() -> HttpResponse:
            mandate_restore(
                fleet=person.fleet,
                agent_external_id=external_id,
                user=person.user,
                reason=body.reason,
            )
            return _agent(person.fleet, external_id)

        return self.once(call)


def _agent(fleet: Fleet, external_id: str) -> HttpResponse:
    return answer(agent_shown(agent_get(fleet=fleet, external_id=external_id), fleet))
