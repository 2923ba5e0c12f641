"""Stopping and starting again: anyone may stop, only a person may start again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import structs

from governance.api.agent_answers import agent_shown, fleet_shown
from governance.api.answers import answer
from governance.api.callers import permission_require, person_required
from governance.api.endpoints import ApiView
from governance.domain.permissions import Action
from governance.domain.types import Scope
from governance.refusals import ForbiddenError
from governance.selectors.access import KeyPrincipal
from governance.selectors.agents import agent_get
from governance.services.breakers import agent_freeze, agent_pause, agent_release, agent_resume
from governance.services.fleets import fleet_halt, fleet_resume
from governance.services.own_tasks import agent_require
from governance.services.schemas import PauseBody, ReasonBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.models import Agent, Fleet


class ControlView(ApiView):
    """A control is one POST with a reason."""

    http_method_names = ["post"]


class AgentStopView(ControlView):
    """Stop one agent: by a key with ``operate``, or by a person."""

    action: ClassVar[Action]
    shape: ClassVar[type[ReasonBody | PauseBody]] = ReasonBody
    stop: ClassVar[Callable[..., Agent]]

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Stop the agent and return it as it is then."""
        caller = self.caller
        permission_require(caller, self.action, scope=Scope.OPERATE)
        if isinstance(caller, KeyPrincipal):
            agent = agent_get(fleet=caller.fleet, external_id=external_id)
            agent_require(key=caller, agent=agent)
        said = structs.asdict(self.body(self.shape))

        def call() -> HttpResponse:
            self.stop(fleet=caller.fleet, agent_external_id=external_id, actor=caller.actor, **said)
            return _agent_answer(caller.fleet, external_id)

        return self.once(call)


class AgentStartView(ControlView):
    """Let one agent go on: by a person only."""

    start: ClassVar[Callable[..., Agent]]

    def post(self, _request: Request, external_id: str) -> HttpResponse:
        """Let the agent go on and return it as it is then."""
        person = person_required(self.caller)
        reason = self.body(ReasonBody).reason

        def call() -> HttpResponse:
            self.start(
                fleet=person.fleet, agent_external_id=external_id, user=person.user, reason=reason
            )
            return _agent_answer(person.fleet, external_id)

        return self.once(call)


class FreezeView(AgentStopView):
    """``POST agents/{external_id}/freeze``: deny everything it asks; only a person releases it."""

    action = Action.AGENT_FREEZE
    stop = staticmethod(agent_freeze)


class PauseView(AgentStopView):
    """``POST agents/{external_id}/pause``: for operational reasons, its standing untouched."""

    action = Action.AGENT_PAUSE
    shape = PauseBody
    stop = staticmethod(agent_pause)


class ReleaseView(AgentStartView):
    """``POST agents/{external_id}/release``: end a freeze one person may end, into probation."""

    start = staticmethod(agent_release)


class ResumeView(AgentStartView):
    """``POST agents/{external_id}/resume``: end a pause."""

    start = staticmethod(agent_resume)


class FleetHaltView(ControlView):
    """``POST fleet/halt``: deny every task of the fleet."""

    def post(self, _request: Request) -> HttpResponse:
        """Halt the fleet."""
        caller = self.caller
        permission_require(caller, Action.FLEET_HALT, scope=Scope.OPERATE)
        if isinstance(caller, KeyPrincipal) and caller.agent_ids:
            raise ForbiddenError(
                "This key is bound to some agents; it cannot halt the fleet.",
                code="agent_not_of_key",
            )
        reason = self.body(ReasonBody).reason

        def call() -> HttpResponse:
            return answer(
                fleet_shown(fleet_halt(fleet=caller.fleet, actor=caller.actor, reason=reason))
            )

        return self.once(call)


class FleetResumeView(ControlView):
    """``POST fleet/resume``: end a halt; by a person only."""

    def post(self, _request: Request) -> HttpResponse:
        """Resume the fleet."""
        person = person_required(self.caller)
        reason = self.body(ReasonBody).reason

        def call() -> HttpResponse:
            return answer(
                fleet_shown(fleet_resume(fleet=person.fleet, user=person.user, reason=reason))
            )

        return self.once(call)


def _agent_answer(fleet: Fleet, external_id: str) -> HttpResponse:
    return answer(agent_shown(agent_get(fleet=fleet, external_id=external_id), fleet))
