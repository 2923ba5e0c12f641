from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Role
from governance.models import Agent
from governance.services.fleets import membership_set
from tests.dashboard.people import person

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


@pytest.fixture
def ada(shop: Shop, people: People) -> User:
    """A second admin."""
    found = person("ada", "Ada", "Brandt")
    membership_set(fleet=people.fleet, user=found, role=Role.ADMIN, actor="adam")
    return found


def agent() -> Agent:
    return Agent.objects.select_related("standing").get(external_id="refund-bot")


def page() -> str:
    return f"/f/shop/agents/{agent().pk}/"


def press(client: Client, control: str, reason: str = "On purpose.") -> Any:
    form = {"control": control, "reason": reason, "idempotency_key": control}
    return client.post(f"{page()}control/", form, headers=JSON)


def offered(client: Client) -> dict[str, str]:
    """Return each folded control with why it is off."""
    return {each.value: each.why_off for each in client.get(page()).context["agent"].panel.tuning}


def test_only_admins_change_the_mode(shop: Shop, people: People, client_of: ClientOf) -> None:
    off = (
        "Only an admin may change whether a breaker acts, and agree to pass one over; you are"
        " a manager."
    )

    assert offered(client_of(people.mona)) == {"record": off, "bypass": off}
    assert press(client_of(people.mona), "record").status_code == 403


def test_an_admin_lets_the_breaker_only_record_and_act_again(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.adam)

    assert press(client, "record").status_code == 200
    assert agent().standing.breaker_mode == "SHADOW"
    assert list(offered(client)) == ["enforce", "bypass"]
    assert press(client, "enforce").status_code == 200
    assert agent().standing.breaker_mode == "ENFORCE"


def test_two_admins_pass_a_breaker_over(
    shop: Shop, people: People, client_of: ClientOf, ada: User
) -> None:
    first, second = client_of(people.adam), client_of(ada)
    assert press(first, "bypass", reason="The sale ends tonight.").status_code == 200
    assert offered(first)["agree"] == "You asked for it; another admin must agree."
    assert press(first, "agree").status_code == 403

    answer = press(second, "agree", reason="")

    assert answer.status_code == 200
    assert agent().standing.breaker_mode == "BYPASS"
    assert list(offered(second)) == ["enforce"]
    assert "Passed over until" in first.get(page()).content.decode()


def test_a_change_of_mode_needs_a_reason(shop: Shop, people: People, client_of: ClientOf) -> None:
    answer = press(client_of(people.adam), "bypass", reason=" ")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "To pass the breaker over needs a reason."


def test_a_manager_gives_a_lowered_mandate_back(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Agent.objects.filter(external_id="refund-bot").update(mandate_ceiling="LOW")
    client = client_of(people.mona)
    assert "lowered by people" in client.get(page()).content.decode()

    assert press(client, "restore").status_code == 200
    assert agent().mandate_ceiling == ""
    assert "restore" not in offered(client)
