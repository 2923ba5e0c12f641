"""Nobody puts in force, or agrees to, anything else than what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.models import Fleet, GeneralPolicy, Membership, PolicyDraft
from governance.refusals import ConflictError
from governance.selectors.policies import policy_in_force
from governance.services.fleets import fleet_create
from governance.services.policy_drafts import (
    FOLLOW,
    draft_agree,
    draft_change,
    draft_decline,
    draft_discard,
    draft_publish,
    policy_roll_back,
)
from governance.services.policy_putting import policy_put
from tests.escalations.people import second_admin
from tests.factories import MembershipFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.escalations.people import Crew

CLAIMS, LATCH, FIRST = "tickets.claims_max", "breaker.latch_trips", "breaker.freeze_first_min"
LEASE, LONGEST = "tickets.lease_min", "tickets.lease_longest_min"


@pytest.fixture
def depot(fleet: Fleet, crew: Crew) -> Fleet:
    """A second fleet, which adam administers too."""
    return fleet_create(slug="depot", name="Depot", admin=crew.adam)


@pytest.fixture
def anna(fleet: Fleet, depot: Fleet, crew: Crew) -> User:
    """A second admin of both."""
    anna = second_admin(fleet)
    MembershipFactory(user=anna, fleet=depot, role="admin")
    return anna


def put(fleet: Fleet | None, user: User, path: str, value: object, replaces: int) -> Any:
    branch, name = path.split(".")
    return policy_put(
        fleet=fleet, user=user, plain={branch: {name: value}}, reason="Ours.", replaces=replaces
    )


def change(fleet: Fleet | None, user: User, path: str, seen: object, value: object) -> PolicyDraft:
    return draft_change(fleet=fleet, user=user, values={path: value}, seen={path: seen})


def current(fleet: Fleet) -> tuple[Any, Any]:
    return policy_in_force(fleet=Fleet.objects.get(pk=fleet.pk))


def test_what_came_into_force_meanwhile_is_no_change_of_the_draft_any_longer(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    change(fleet, anna, CLAIMS, 5, 4)
    change(fleet, anna, LEASE, 10.0, 9.0)
    put(fleet, crew.adam, CLAIMS, 4, replaces=1)

    draft = PolicyDraft.objects.get(ended_at=None)
    assert (draft.base_number, list(draft.changes)) == (2, [LEASE])


def test_a_proposal_of_which_nothing_is_left_is_open_again(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    general = change(None, anna, LATCH, 4, 5)
    draft_publish(fleet=None, user=anna, version=general.version, reason="More.")
    own = change(fleet, anna, LATCH, 4, 5)
    draft_publish(fleet=fleet, user=anna, version=own.version, reason="More.")

    draft_agree(fleet=None, user=crew.adam, version=PolicyDraft.objects.get(fleet=None).version)

    draft = PolicyDraft.objects.get(fleet=fleet)
    assert (draft.state, draft.changes, draft.proposed_by) == ("open", {}, "")
    assert current(fleet)[1].breaker.latch_trips == 5


def test_what_follows_all_fleets_is_not_published_at_another_value_than_was_read(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    put(depot, crew.adam, CLAIMS, 4, replaces=1)
    draft = change(depot, crew.adam, CLAIMS, 4, FOLLOW)
    put(None, crew.adam, CLAIMS, 9, replaces=0)

    with pytest.raises(ConflictError) as refused:
        draft_publish(fleet=depot, user=crew.adam, version=draft.version, reason="As all.")

    assert (refused.value.code, refused.value.field) == ("policy_field_changed", CLAIMS)
    assert refused.value.sentence == f"Adam changed {CLAIMS} for all fleets 0 s ago: it is 9 now."
    assert current(depot)[1].tickets.claims_max == 4
    again = change(depot, crew.adam, CLAIMS, 9, FOLLOW)
    draft_publish(fleet=depot, user=crew.adam, version=again.version, reason="As all.")
    assert (current(depot)[1].tickets.claims_max, current(depot)[0].own) == (9, [])


def test_nobody_agrees_to_a_looser_value_of_all_fleets_than_was_proposed(
    fleet: Fleet, depot: Fleet, crew: Crew, anna: User
) -> None:
    put(depot, crew.adam, LATCH, 3, replaces=1)
    draft = change(depot, crew.adam, LATCH, 3, FOLLOW)
    proposed = draft_publish(fleet=depot, user=crew.adam, version=draft.version, reason="As all.")
    general = put(None, crew.adam, LATCH, 9, replaces=0)
    draft_agree(fleet=None, user=anna, version=general.version)

    with pytest.raises(ConflictError, match="it is 9 now"):
        draft_agree(fleet=depot, user=anna, version=proposed.version)

    assert current(depot)[1].breaker.latch_trips == 3


def test_a_roll_back_is_refused_over_a_version_that_was_not_seen(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    put(fleet, crew.adam, CLAIMS, 4, replaces=1)
    put(fleet, anna, CLAIMS, 3, replaces=2)

    with pytest.raises(ConflictError) as refused:
        policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Back.", replaces=2)

    assert refused.value.code == "stale_policy"
    assert refused.value.sentence == (
        "Anna published another policy 0 s ago: 3 is in force, you saw 2."
    )
    assert current(fleet)[0].number == 3


def test_nothing_is_agreed_to_for_a_proposer_who_is_no_admin_any_longer(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    proposed = put(fleet, crew.adam, LATCH, 5, replaces=1)
    Membership.objects.filter(user=crew.adam, fleet=fleet).update(role="reviewer")

    with pytest.raises(ConflictError) as refused:
        draft_agree(fleet=fleet, user=anna, version=proposed.version)

    assert refused.value.code == "proposer_gone"
    assert refused.value.sentence == (
        "Adam proposed it and may not change this policy any longer: decline it and propose it"
        " anew."
    )
    declined = draft_decline(fleet=fleet, user=anna, version=proposed.version, reason="Gone.")
    assert declined.state == "open"


@pytest.mark.parametrize("closed", ["account", "fleet"])
def test_two_admins_of_every_fleet_agree_on_what_all_share(
    fleet: Fleet, depot: Fleet, crew: Crew, anna: User, closed: str
) -> None:
    proposed = put(None, crew.adam, LATCH, 5, replaces=0)
    if closed == "account":
        crew.adam.is_active = False
        crew.adam.save()
    else:
        Membership.objects.filter(user=crew.adam, fleet=depot).delete()

    with pytest.raises(ConflictError, match="may not change this policy any longer"):
        draft_agree(fleet=None, user=anna, version=proposed.version)

    assert not GeneralPolicy.objects.exists()


def test_nothing_comes_into_force_beside_a_draft_of_all_fleets_that_could_not_stand(
    fleet: Fleet, crew: Crew
) -> None:
    change(None, crew.adam, LEASE, 10.0, 25.0)

    with pytest.raises(ConflictError) as refused:
        put(None, crew.adam, LONGEST, 20.0, replaces=0)

    assert (refused.value.code, refused.value.field) == ("draft_contradicts", LONGEST)
    assert not GeneralPolicy.objects.exists()


def test_a_draft_of_all_fleets_goes_on_from_the_version_beside_it(fleet: Fleet, crew: Crew) -> None:
    change(None, crew.adam, FIRST, 15.0, 30.0)

    put(None, crew.adam, CLAIMS, 6, replaces=0)

    assert PolicyDraft.objects.get(ended_at=None).base_number == 1


def test_nothing_comes_into_force_for_all_beside_a_fleet_that_is_to_follow_it_and_could_not(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    put(depot, crew.adam, LEASE, 11.0, replaces=1)
    put(depot, crew.adam, LONGEST, 20.0, replaces=2)
    change(depot, crew.adam, LEASE, 11.0, FOLLOW)

    with pytest.raises(ConflictError) as refused:
        put(None, crew.adam, LEASE, 25.0, replaces=0)

    assert (refused.value.code, refused.value.field) == ("draft_contradicts", LONGEST)
    assert not GeneralPolicy.objects.exists()


def test_a_version_that_is_more_than_a_roll_back_does_not_say_it_is_one(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    put(fleet, crew.adam, LATCH, 3, replaces=1)
    proposed = policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Back.", replaces=2)
    put(fleet, anna, CLAIMS, 4, replaces=2)

    draft_agree(fleet=fleet, user=anna, version=proposed.version)

    version, policy = current(fleet)
    assert (policy.breaker.latch_trips, policy.tickets.claims_max) == (4, 4)
    assert version.restores is None


def test_what_was_discarded_meanwhile_is_refused_with_who_discarded_it(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    change(fleet, crew.adam, CLAIMS, 5, 9)
    draft_discard(fleet=fleet, user=anna, version=1)

    with pytest.raises(ConflictError) as refused:
        change(fleet, crew.adam, CLAIMS, 9, 8)

    assert refused.value.sentence == f"Anna discarded the draft of {CLAIMS} 0 s ago: it is 5 now."
    assert refused.value.extra["current"]["what"] == "discarded"


def test_a_field_published_after_a_draft_of_it_was_discarded_names_who_published_it(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    change(fleet, anna, CLAIMS, 5, 9)
    draft_discard(fleet=fleet, user=anna, version=1)
    put(fleet, crew.adam, CLAIMS, 3, current(fleet)[0].number)

    with pytest.raises(ConflictError, match=f"^Adam changed {CLAIMS} 0 s ago: it is 3 now"):
        change(fleet, anna, CLAIMS, 9, 8)
