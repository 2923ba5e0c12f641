"""What a fleet's messages may reach: who says so, what is refused, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Event, Fleet
from governance.refusals import ForbiddenError, InvalidFieldError
from governance.services.outbound import MOST_HOSTS, MOST_NETWORKS, outbound_set
from tests.governance.services.far import Far, added, halted, sent

if TYPE_CHECKING:
    from tests.escalations.people import Crew

WHY = "The SIEM runs in our own network."


def test_networks_and_hosts_are_kept_and_the_change_is_a_fact(fleet: Fleet, crew: Crew) -> None:
    outbound_set(
        fleet=fleet,
        user=crew.adam,
        networks=["10.20.0.0/16", "10.20.0.0/16"],
        callback_hosts=["Hooks.Example.org:443"],
        reason=f" {WHY} ",
    )

    fleet.refresh_from_db()
    assert (fleet.outbound_networks, fleet.callback_hosts) == (
        ["10.20.0.0/16"],
        ["hooks.example.org"],
    )
    event = Event.objects.get(fleet=fleet, name="fleet.outbound_changed")
    assert (event.actor, event.payload) == (
        "adam",
        {
            "networks": ["10.20.0.0/16"],
            "callback_hosts": ["hooks.example.org"],
            "reason": WHY,
        },
    )


def test_the_same_lists_again_are_no_fact(fleet: Fleet, crew: Crew) -> None:
    for _ in range(2):
        outbound_set(
            fleet=fleet, user=crew.adam, networks=["10.0.0.0/8"], callback_hosts=[], reason=WHY
        )

    assert Event.objects.filter(name="fleet.outbound_changed").count() == 1


def test_the_next_message_goes_by_them(fleet: Fleet, crew: Crew) -> None:
    endpoint, far = added(fleet, crew, "fleet.*"), Far()
    outbound_set(
        fleet=fleet, user=crew.adam, networks=["10.20.0.0/16"], callback_hosts=[], reason=WHY
    )
    halted(fleet)
    sent(endpoint, far)

    assert [str(network) for network in far.ways[0].allowed] == ["10.20.0.0/16"]


@pytest.mark.parametrize(
    ("networks", "hosts", "field", "code"),
    [
        (["10.0.0.0/8", "0.0.0.0/0"], [], "networks[1]", "network_refused"),
        ([], ["https://hooks.example.org"], "callback_hosts[0]", "callback_host_refused"),
        ([f"10.{n}.0.0/16" for n in range(MOST_NETWORKS + 1)], [], "networks", "invalid_field"),
        ([], [f"h{n}.org" for n in range(MOST_HOSTS + 1)], "callback_hosts", "invalid_field"),
    ],
)
def test_one_bad_entry_changes_nothing_and_is_named(
    fleet: Fleet, crew: Crew, networks: list[str], hosts: list[str], field: str, code: str
) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        outbound_set(
            fleet=fleet, user=crew.adam, networks=networks, callback_hosts=hosts, reason=WHY
        )

    fleet.refresh_from_db()
    assert (caught.value.field, caught.value.code) == (field, code)
    assert (fleet.outbound_networks, fleet.callback_hosts) == ([], [])


def test_it_takes_a_reason_and_an_admin(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(InvalidFieldError, match="say why") as caught:
        outbound_set(fleet=fleet, user=crew.adam, networks=[], callback_hosts=[], reason=" ")
    with pytest.raises(ForbiddenError):
        outbound_set(fleet=fleet, user=crew.mona, networks=[], callback_hosts=[], reason=WHY)

    assert caught.value.field == "reason"
