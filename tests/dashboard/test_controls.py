from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from escalations.models import Ticket
from governance.models import Agent, Event, Standing
from governance.services.breakers import agent_freeze, agent_release
from tests.escalations.answering import approve
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}
CONTROLS = ["freeze", "release", "pause", "resume", "explain", "ask"]


def page() -> str:
    return f"/f/shop/agents/{agent().pk}/"


def agent() -> Agent:
    return Agent.objects.select_related("standing").get(external_id="refund-bot")


def form(control: str, reason: str = "Looks odd.", key: str = "key-1") -> dict[str, str]:
    return {"control": control, "reason": reason, "idempotency_key": key}


def press(client: Client, control: str, **fields: str) -> Any:
    return client.post(f"{page()}control/", form(control, **fields), headers=JSON)


def offered(client: Client) -> dict[str, str]:
    """Return each control of the agent's page with why it is off."""
    return {each.value: each.why_off for each in client.get(page()).context["agent"].panel.controls}


def test_a_freeze_is_in_force_and_says_what_it_stopped(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    TaskFactory.create_batch(3, agent=agent(), state="RUNNING")

    answer = press(client_of(people.rita), "freeze").json()

    assert answer["then"] == "3\N{NO-BREAK SPACE}running tasks told to stop."
    assert answer["recorded_at"] == "2026-03-02T12:00:00.000Z"
    assert agent().standing.hold == "FORCED_OPEN"


def test_a_freeze_needs_no_reason_and_takes_one_afterwards(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    press(client, "freeze", reason="")
    unexplained = offered(client)

    explained = press(client, "explain", reason="It paid twice.", key="key-2")

    assert unexplained["explain"] == ""
    assert explained.json()["then"] == "The reason is on record."
    assert "explain" not in offered(client)
    assert client.get(page()).context["agent"].moves[0].sentence == "It paid twice."


def test_a_double_click_freezes_once(shop: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    first, second = press(client, "freeze"), press(client, "freeze")

    assert first.json() == second.json()
    assert Event.objects.filter(name="breaker.forced_open").count() == 1


def test_who_comes_second_is_told_who_froze_it_when_and_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    press(client_of(people.mona), "freeze")

    second = press(client_of(people.rita), "freeze")

    assert second.status_code == 409
    assert second.json()["detail"] == (
        "Refund bot is frozen already. Mona Lind froze it at 2\N{NO-BREAK SPACE}Mar 12:00 UTC:"
        " Frozen by Mona Lind: Looks odd."
    )


def test_who_releases_second_is_told_who_did(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()
    press(client_of(people.mona), "release", reason="Checked.")

    second = press(client_of(people.rita), "release")

    assert second.status_code == 409
    assert "Mona Lind moved it on at" in second.json()["detail"]
    assert "Released by Mona Lind: Checked." in second.json()["detail"]


def test_pausing_and_resuming_tell_the_second_person_who_was_first(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    mona, rita = client_of(people.mona), client_of(people.rita)
    press(mona, "pause", reason="Maintenance.")
    paused = press(rita, "pause").json()["detail"]
    press(mona, "resume", reason="Done.", key="key-2")
    resumed = press(client_of(people.adam), "resume").json()["detail"]

    assert "Mona Lind paused it at 2\N{NO-BREAK SPACE}Mar 12:00 UTC: Maintenance." in paused
    assert "Mona Lind resumed it at 2\N{NO-BREAK SPACE}Mar 12:00 UTC: Done." in resumed


@pytest.mark.parametrize("control", ["release", "resume", "explain"])
def test_what_is_not_stopped_cannot_be_started(
    shop: Shop, people: People, client_of: ClientOf, control: str
) -> None:
    answer = press(client_of(people.mona), control)

    assert answer.status_code == 409


@pytest.mark.parametrize("control", ["release", "pause", "resume", "explain"])
def test_all_but_a_freeze_need_a_reason(
    shop: Shop, people: People, client_of: ClientOf, control: str
) -> None:
    answer = press(client_of(people.mona), control, reason=" ")

    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


@pytest.mark.parametrize(
    ("control", "reason", "field"),
    [("melt", "x", "control"), ("freeze", "x" * 2001, "reason"), ("freeze", "\x00", "reason")],
)
def test_a_form_nobody_drew_is_refused(
    shop: Shop, people: People, client_of: ClientOf, control: str, reason: str, field: str
) -> None:
    answer = press(client_of(people.rita), control, reason=reason)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert agent().standing.hold == "none"


def test_a_reviewer_reads_why_the_rest_is_off(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    press(client_of(people.mona), "pause")
    Standing.objects.update(hold="FORCED_OPEN", hold_origin="person")
    rita = client_of(people.rita)

    controls, refused = offered(rita), press(rita, "resume", key="key-2")

    rule = "Only a manager or an admin may resume a paused agent; you are a reviewer."
    assert controls["resume"] == rule
    assert (refused.status_code, refused.json()["detail"]) == (403, rule)


def test_the_owner_cannot_release_an_own_agent(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()
    lena = client_of(people.lena)

    controls, refused = offered(lena), press(lena, "release")

    assert controls["release"] == "You own it; somebody else must release it."
    assert refused.status_code == 403


def test_a_latch_is_released_by_its_ticket_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.latch()
    mona = client_of(people.mona)

    controls = offered(mona)

    assert "release" not in controls
    assert controls["ask"] == f"2 people must release it, by ticket #{ticket.number}."


def test_a_release_ticket_that_is_gone_can_be_asked_for_again(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    gone = shop.latch()
    Ticket.objects.filter(pk=gone.pk).update(state="EXPIRED")
    rita = client_of(people.rita)
    open_to_her = offered(rita)["ask"]

    answer = press(rita, "ask", reason="")

    assert open_to_her == ""
    assert answer.json()["then"] == f"Release ticket #{gone.number + 1} waits for people."


def test_without_script_a_control_leads_back_to_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    response = client.post(f"{page()}control/", form("freeze"))

    assert (response.status_code, response["Location"]) == (302, f"{page()}#controls")


def test_without_script_a_refusal_keeps_what_was_typed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.rita).post(f"{page()}control/", form("release", "My words"))

    assert response.status_code == 409
    assert response.context["agent"].panel.typed_reason == "My words"
    assert "Not recorded. Refund bot is not frozen." in response.content.decode()


def test_the_panel_over_a_list_holds_the_same_controls(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    response = client.get(f"{page()}controls/")

    assert {each.value for each in response.context["panel"].controls} == {"freeze", "pause"}
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("control", CONTROLS)
def test_an_outsider_and_a_stranger_move_nothing(
    shop: Shop, people: People, client_of: ClientOf, control: str
) -> None:
    outsider = press(client_of(people.otto), control)
    outsiders_form = client_of(people.otto).post(f"{page()}control/", form(control))
    stranger = press(client_of(None), control)
    strangers_form = client_of(None).post(f"{page()}control/", form(control))

    assert (outsider.status_code, outsiders_form.status_code) == (404, 404)
    assert stranger.status_code == 401
    assert strangers_form["Location"] == f"/sign-in/?next={page()}&unsent=1"
    assert agent().standing.hold == "none"


def test_a_control_is_a_post_with_a_token(shop: Shop, people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.rita)

    link, forged = client.get(f"{page()}control/"), client.post(f"{page()}control/", form("freeze"))

    assert (link.status_code, forged.status_code) == (302, 403)
    assert agent().standing.hold == "none"


def test_freezing_again_after_a_release_is_a_new_freeze_to_explain(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    press(client, "freeze", reason="")
    press(client, "explain", key="key-2")
    clock.forward(minutes=1)
    agent_release(
        fleet=people.fleet, agent_external_id="refund-bot", user=people.mona, reason="Fine."
    )
    clock.forward(minutes=1)

    agent_freeze(fleet=people.fleet, agent_external_id="refund-bot", actor="rita")

    assert offered(client)["explain"] == ""


def test_from_a_high_level_a_manager_releases(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.trip()
    shop.break_off(level=3)
    rule = "Only a manager or an admin may release an agent of a high breaker level; you are a reviewer."

    reviewers, managers = offered(client_of(people.rita)), offered(client_of(people.mona))

    assert (reviewers["release"], managers["release"]) == (rule, "")
    assert press(client_of(people.rita), "release").json()["detail"] == rule


def test_an_approval_that_a_freeze_ended_is_told(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    approve(shop.refund(), people.rita)

    answer = press(client_of(people.mona), "freeze").json()

    assert answer["then"] == (
        "No task of it was running. 1\N{NO-BREAK SPACE}approved task ended: blocked."
    )
