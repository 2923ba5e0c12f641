"""The documented calls about the escalation policy are answered as documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.api import escalation_urls
from escalations.api.reference_escalation import ESCALATION_CALLS
from escalations.services.escalating import tickets_escalate_due
from tests.escalations.api.test_rules import outline
from tests.escalations.asking import task_asked
from tests.governance.api.documented import Site
from tests.governance.api.http import person_api

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.api.caller import TicketCaller
    from tests.escalations.people import Crew

CALLS = {call.name: call for call in ESCALATION_CALLS}
CHANGE = CALLS["escalation_change"].example["request"]


@pytest.fixture
def site(fleet: Fleet, crew: Crew) -> Site:
    return Site(fleet, crew)


@pytest.mark.parametrize("name", CALLS)
def test_an_example_is_answered_as_documented(site: Site, name: str) -> None:
    answered = site.send(CALLS[name])

    assert answered.status_code == CALLS[name].replies[0].status, answered.content
    assert answered.json() == CALLS[name].example["reply"]
    assert answered.json().keys() == CALLS[name].replies[0].shape.__annotations__.keys()


def test_every_route_is_documented() -> None:
    routes = {str(route.pattern) for route in escalation_urls.urlpatterns}

    assert routes == {call.path.removeprefix("/") for call in ESCALATION_CALLS}


def test_no_key_and_no_reviewer_changes_it(site: Site, crew: Crew) -> None:
    by_key = site.key.put("fleet/escalation", CHANGE)
    by_rita = person_api(crew.rita).put("fleet/escalation", CHANGE)

    assert (by_key.status_code, by_key.json()["code"]) == (403, "person_required")
    assert (by_rita.status_code, by_rita.json()["code"]) == (403, "role_too_low")


def test_a_step_that_reaches_nobody_new_is_refused_with_its_place(site: Site) -> None:
    level = {"people": ["rita"], "roles": []}
    wanted = CHANGE | {"levels": [level, level, {"people": ["mona"], "roles": []}]}

    refused = site.adam.put("fleet/escalation", wanted)

    said = refused.json()
    assert (refused.status_code, said["code"]) == (422, "invalid_field")
    assert (said["field"], said["allowed"]) == (
        "levels[1]",
        "somebody whom no level before it calls",
    )


def test_a_policy_read_before_another_was_put_in_force_is_refused(site: Site) -> None:
    site.adam.put("fleet/escalation", CHANGE)

    refused = site.adam.put("fleet/escalation", CHANGE | {"shares": [0.3, 0.8]})

    assert (refused.status_code, refused.json()["code"]) == (409, "stale_policy")


def test_a_ticket_says_which_level_it_is_with_and_why(
    fleet: Fleet, crew: Crew, clock: Clock, rita: TicketCaller
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=15)
    tickets_escalate_due()

    shown = rita.read(ticket).json()["escalation"]

    assert outline(shown) == dict.fromkeys(("level", "of", "since", "reason", "next_at"))
    assert shown == {
        "level": 2,
        "of": 3,
        "since": "2026-03-02T12:15:00Z",
        "reason": "50 % of the time to decide is over.",
        "next_at": "2026-03-02T12:24:00Z",
    }


def test_a_ticket_past_its_time_is_with_nobody(
    fleet: Fleet, crew: Crew, clock: Clock, rita: TicketCaller
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    assert rita.read(ticket).json()["escalation"] is None
