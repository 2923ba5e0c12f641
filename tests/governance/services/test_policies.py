from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.policy import PolicyError
from governance.models import Event, Fleet, PolicyVersion
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.policies import policy_in_force
from governance.services.policy_putting import policy_put
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import PolicyDraft
    from tests.escalations.people import Crew

LONGER = {"breaker": {"freeze_first_min": 20.0}}


def put(fleet: Fleet, user: User, plain: Any = LONGER, **fields: Any) -> PolicyDraft | None:
    asked = {"reason": "Too short.", "replaces": 1, **fields}
    return policy_put(fleet=fleet, user=user, plain=plain, **asked)


def in_force(fleet: Fleet) -> tuple[int, float]:
    version, policy = policy_in_force(fleet=Fleet.objects.select_related("policy").get(pk=fleet.pk))
    return version.number, policy.breaker.freeze_first_min


def test_a_published_policy_is_in_force_with_its_reason(fleet: Fleet, crew: Crew) -> None:
    put(fleet, crew.adam)

    version, told = PolicyVersion.objects.get(number=2), Event.objects.get(name="policy.published")
    assert in_force(fleet) == (2, 20.0)
    assert (version.reason, version.published_by) == ("Too short.", "adam")
    assert told.payload == {"number": 2, "reason": "Too short."}


def test_the_policy_in_force_published_again_is_no_new_version(fleet: Fleet, crew: Crew) -> None:
    put(fleet, crew.adam)

    again = put(fleet, crew.adam, reason="Once more.", replaces=2)

    assert again is None
    assert PolicyVersion.objects.filter(fleet=fleet).count() == 2


def test_who_read_an_older_version_publishes_nothing(fleet: Fleet, crew: Crew) -> None:
    put(fleet, crew.adam)

    with pytest.raises(ConflictError, match="2 is in force, you saw 1"):
        put(fleet, crew.adam, {"breaker": {"freeze_first_min": 30.0}})


def test_one_admin_alone_loosens_nothing(fleet: Fleet, crew: Crew) -> None:
    draft = put(fleet, crew.adam, {"breaker": {"freeze_first_min": 2.0}})

    assert draft is not None
    assert draft.state == "proposed"
    assert in_force(fleet) == (1, 15.0)


@pytest.mark.parametrize("person", ["rita", "mona", "otto"])
def test_only_an_admin_publishes_a_policy(fleet: Fleet, crew: Crew, person: str) -> None:
    with pytest.raises(ForbiddenError, match="may change the policy"):
        put(fleet, getattr(crew, person))


def test_a_policy_without_a_reason_is_refused(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(InvalidFieldError, match="needs a reason"):
        put(fleet, crew.adam, reason=" ")


def test_a_policy_outside_its_ranges_is_refused(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(PolicyError, match="freeze_first_min"):
        put(fleet, crew.adam, {"breaker": {"freeze_first_min": 0.5}})

    assert in_force(fleet) == (1, 15.0)


def test_a_version_names_what_the_fleet_set_and_what_changed(fleet: Fleet, crew: Crew) -> None:
    _, policy = policy_in_force(fleet=fleet)
    put(fleet, crew.adam)

    version = policy_publish(fleet=fleet, policy=policy, user=crew.adam, reason="Back.")

    assert version.own == version.changed == ["breaker.freeze_first_min"]
