"""The documented ticket calls are answered as documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest

from escalations.api import urls as ticket_urls
from escalations.api.reference import TICKET_CALLS
from escalations.api.troubles import VERSION
from escalations.models import Ticket
from governance.api.bodies import body_convert
from governance.domain.types import Role
from governance.services.breakers import agent_freeze
from governance.services.fleets import membership_set
from tests.escalations.answering import approve, deny
from tests.escalations.finding import drift
from tests.escalations.holders import asked, snoozed
from tests.governance.api.documented import Site, refund_asked
from tests.governance.api.http import person_api
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.api.reference.calls import Call
    from governance.models import Fleet
    from tests.escalations.people import Crew

CALLS = {call.name: call for call in TICKET_CALLS}
NAMES = sorted(CALLS)
ON_A_TICKET = [name for name in NAMES if "{id}" in CALLS[name].path]
WITH_VERSION = [name for name in NAMES if VERSION in CALLS[name].parameters]
WITH_BODY = [name for name in NAMES if CALLS[name].body is not None]


def outline(value: Any) -> Any:
    """Return the names of a JSON value's members, level by level, without the values."""
    if isinstance(value, dict):
        return {name: outline(member) for name, member in value.items()}
    return [outline(item) for item in value[:1]] if isinstance(value, list) else None


def refusals(call: Call) -> set[tuple[int, str]]:
    """Return status and code of every refusal that is documented for a call."""
    return {(trouble.status, trouble.code) for trouble in call.troubles}


def nothing(ticket: Ticket, crew: Crew) -> Ticket:
    """Most calls are about a ticket that is open, and nothing else."""
    return ticket


def claimed(ticket: Ticket, crew: Crew) -> Ticket:
    headers = {"If_Match": f'"{ticket.version}"'}
    assert person_api(crew.rita).post(f"tickets/{ticket.pk}/claim", **headers).status_code == 200
    return ticket


def approved(ticket: Ticket, crew: Crew) -> Ticket:
    approve(ticket, crew.rita)
    return ticket


def denied(ticket: Ticket, crew: Crew) -> Ticket:
    deny(ticket, crew.rita)
    return ticket


def frozen(ticket: Ticket, crew: Crew) -> Ticket:
    agent_freeze(fleet=ticket.fleet, agent_external_id="support", actor="mona", reason="Odd.")
    return ticket


def drifting(ticket: Ticket, crew: Crew) -> Ticket:
    return drift(Orchestrator(ticket.fleet, crew))


def put_off(ticket: Ticket, crew: Crew) -> Ticket:
    return snoozed(ticket, crew.rita)


def questioned(ticket: Ticket, crew: Crew) -> Ticket:
    asked(ticket, crew.rita)
    return ticket


def role_given(ticket: Ticket, crew: Crew) -> Ticket:
    membership_set(fleet=ticket.fleet, user=crew.rita, role=Role.MANAGER, actor="adam")
    return ticket


BEFORE: dict[str, Callable[[Ticket, Crew], Ticket]] = {
    "ticket_decide": drifting,
    "ticket_rights": role_given,
    "ticket_release": claimed,
    "ticket_snooze": claimed,
    "ticket_ask": claimed,
    "ticket_answer": questioned,
    "ticket_reassign": claimed,
    "ticket_edit": claimed,
    "ticket_wake": put_off,
    "ticket_reopen": denied,
    "ticket_undo": approved,
    "release_ask": frozen,
}


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A refund that the gate has just escalated: Medium, so one approval is enough."""
    site = Site(fleet, crew)
    site.prepare("agent_read")
    refund_asked(site, "20.00")
    return Ticket.objects.get()


@pytest.mark.parametrize("name", NAMES)
def test_a_documented_example_is_answered_as_documented(
    ticket: Ticket, crew: Crew, name: str
) -> None:
    call = CALLS[name]
    about = BEFORE.get(name, nothing)(ticket, crew)
    example = call.example

    answered = person_api(crew.rita).send(
        call.method,
        _path_to(about, example["path"]),
        _about_what_stands(about, example.get("request")),
        **example.get("headers", {}),
    )

    assert answered.status_code == call.replies[0].status, answered.content
    assert outline(answered.json()) == outline(example["reply"])


@pytest.mark.parametrize("name", NAMES)
def test_a_documented_answer_fits_its_schema(name: str) -> None:
    call = CALLS[name]

    fitted = msgspec.convert(call.example["reply"], call.replies[0].shape)

    assert set(fitted) == set(call.example["reply"])


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_documented_body_fits_its_schema(name: str) -> None:
    call = CALLS[name]

    assert isinstance(body_convert(call.example["request"], call.body), call.body)
    assert set(call.meanings) <= set(call.body.__struct_fields__)


@pytest.mark.parametrize("name", ON_A_TICKET)
def test_a_ticket_that_is_not_there_is_refused_as_documented(
    fleet: Fleet, crew: Crew, name: str
) -> None:
    call = CALLS[name]
    example = call.example

    refused = person_api(crew.rita).send(
        call.method,
        example["path"].strip("/"),
        example.get("request"),
        **example.get("headers", {}),
    )

    assert (refused.status_code, refused.json()["code"]) == (404, "ticket_unknown")
    assert (404, "ticket_unknown") in refusals(call)


@pytest.mark.parametrize("name", WITH_VERSION)
def test_a_missing_version_is_refused_as_documented(ticket: Ticket, crew: Crew, name: str) -> None:
    call = CALLS[name]
    about = BEFORE.get(name, nothing)(ticket, crew)

    refused = person_api(crew.rita).send(
        call.method, _path_to(about, call.example["path"]), call.example.get("request")
    )

    assert (refused.status_code, refused.json()["code"]) == (428, "version_required")
    assert (428, "version_required") in refusals(call)


@pytest.mark.parametrize("name", ["ticket_claim", "ticket_approve", "ticket_deny"])
def test_the_owner_of_the_agent_is_refused_as_documented(
    ticket: Ticket, crew: Crew, name: str
) -> None:
    call = CALLS[name]

    refused = person_api(crew.lena).send(
        call.method,
        _path_to(ticket, call.example["path"]),
        call.example.get("request"),
        **call.example.get("headers", {}),
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "owns_agent")
    assert (403, "owns_agent") in refusals(call)


def test_every_ticket_route_is_documented() -> None:
    documented = {call.path.removeprefix("/") for call in TICKET_CALLS}

    routes = {
        str(route.pattern).replace("<uuid:ticket_id>", "{id}") for route in ticket_urls.urlpatterns
    }

    assert routes == documented


def test_no_key_is_offered_a_decision() -> None:
    offered = [call.name for call in TICKET_CALLS if call.scopes and call.method != "GET"]

    assert offered == ["ticket_answer"]


def _path_to(ticket: Ticket, path: str) -> str:
    """Return the example's path with the id of a ticket that is there."""
    parts = [str(ticket.pk) if _is_uuid(part) else part for part in path.strip("/").split("/")]
    return "/".join(parts)


def _about_what_stands(ticket: Ticket, request: Any) -> Any:
    """Return an example's body, naming the question that stands where it names one."""
    if not request or "question" not in request:
        return request
    return {**request, "question": str(ticket.notes.get().pk)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
