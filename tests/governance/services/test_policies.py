from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from governance.domain.policy import Policy, PolicyError, policy_default
from governance.models import Event, Fleet, PolicyVersion
from governance.refusals import ForbiddenError, InvalidFieldError
from governance.selectors.policies import policy_in_force
from governance.services.policies import policy_publish

if TYPE_CHECKING:
    from tests.escalations.people import Crew


def shorter() -> Policy:
    policy = policy_default()
    return replace(policy, breaker=replace(policy.breaker, freeze_first_min=2.0))


def in_force(fleet: Fleet) -> tuple[int, float]:
    version, policy = policy_in_force(fleet=Fleet.objects.select_related("policy").get(pk=fleet.pk))
    return version.number, policy.breaker.freeze_first_min


def test_a_published_policy_is_in_force_with_its_reason(fleet: Fleet, crew: Crew) -> None:
    version = policy_publish(fleet=fleet, policy=shorter(), user=crew.adam, reason="Too long.")

    told = Event.objects.get(name="policy.published")
    assert in_force(fleet) == (2, 2.0)
    assert (version.reason, version.published_by) == ("Too long.", "adam")
    assert told.payload == {"number": 2, "reason": "Too long."}


def test_the_policy_in_force_published_again_is_no_new_version(fleet: Fleet, crew: Crew) -> None:
    policy_publish(fleet=fleet, policy=shorter(), user=crew.adam, reason="Too long.")

    again = policy_publish(fleet=fleet, policy=shorter(), user=crew.adam, reason="Once more.")

    assert (again.number, again.reason) == (2, "Too long.")
    assert PolicyVersion.objects.filter(fleet=fleet).count() == 2


@pytest.mark.parametrize("person", ["rita", "mona", "otto"])
def test_only_an_admin_publishes_a_policy(fleet: Fleet, crew: Crew, person: str) -> None:
    with pytest.raises(ForbiddenError, match="may change the policy"):
        policy_publish(fleet=fleet, policy=shorter(), user=getattr(crew, person), reason="Mine.")


def test_a_policy_without_a_reason_is_refused(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(InvalidFieldError, match="needs a reason"):
        policy_publish(fleet=fleet, policy=shorter(), user=crew.adam, reason=" ")


def test_a_policy_outside_its_ranges_is_refused(fleet: Fleet, crew: Crew) -> None:
    policy = policy_default()
    too_short = replace(policy, breaker=replace(policy.breaker, freeze_first_min=0.5))

    with pytest.raises(PolicyError, match="freeze_first_min"):
        policy_publish(fleet=fleet, policy=too_short, user=crew.adam, reason="Quick.")

    assert in_force(fleet) == (1, 15.0)
