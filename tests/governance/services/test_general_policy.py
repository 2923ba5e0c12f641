"""What all fleets share, and how each fleet follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.policy.scopes import Origin
from governance.models import Event, Fleet, GeneralPolicy, PolicyDraft, PolicyVersion
from governance.refusals import ConflictError, ForbiddenError
from governance.selectors.policies import general_why_not, policy_in_force
from governance.selectors.policy_drafts import draft_open, fields_effective
from governance.services.archiving import fleet_archive
from governance.services.fleets import fleet_create
from governance.services.policy_drafts import (
    FOLLOW,
    draft_agree,
    draft_change,
    draft_discard,
    draft_publish,
    policy_roll_back,
)
from governance.services.policy_putting import policy_put
from tests.escalations.people import second_admin
from tests.factories import MembershipFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.selectors.policy_drafts import EffectiveField
    from tests.escalations.people import Crew

CLAIMS, LATCH = "tickets.claims_max", "breaker.latch_trips"


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


def put(fleet: Fleet | None, user: User, path: str, value: object, replaces: int = 0) -> Any:
    branch, name = path.split(".")
    return policy_put(
        fleet=fleet, user=user, plain={branch: {name: value}}, reason="Ours.", replaces=replaces
    )


def current(fleet: Fleet) -> tuple[PolicyVersion, Any]:
    return policy_in_force(fleet=Fleet.objects.get(pk=fleet.pk))


def effective(fleet: Fleet | None, path: str, draft: PolicyDraft | None = None) -> EffectiveField:
    again = None if fleet is None else Fleet.objects.get(pk=fleet.pk)
    return next(each for each in fields_effective(fleet=again, draft=draft) if each.path == path)


def test_a_version_of_all_fleets_is_the_next_version_of_each_that_follows(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    put(fleet, crew.adam, CLAIMS, 4, replaces=1)

    put(None, crew.adam, CLAIMS, 6)

    general = GeneralPolicy.objects.get()
    assert (general.number, general.changed, general.published_by) == (1, [CLAIMS], "adam")
    # The shop says otherwise itself, so that nothing of it changes.
    assert (current(fleet)[0].number, current(fleet)[1].tickets.claims_max) == (2, 4)
    version, policy = current(depot)
    assert (version.number, version.general, version.own) == (2, general, [])
    assert (policy.tickets.claims_max, version.reason) == (6, "Ours.")
    assert Event.objects.filter(name="policy.published", fleet=depot, payload__number=2).exists()


def test_each_field_says_where_its_value_comes_from(fleet: Fleet, depot: Fleet, crew: Crew) -> None:
    put(None, crew.adam, CLAIMS, 6)
    put(depot, crew.adam, LATCH, 3, replaces=2)

    claims, latch = effective(depot, CLAIMS), effective(depot, LATCH)
    assert (claims.origin, claims.general, claims.own, claims.in_force) == (
        Origin.GENERAL,
        6,
        None,
        6,
    )
    assert (latch.origin, latch.general, latch.own, latch.in_force) == (Origin.FLEET, 4, 3, 3)
    assert (latch.changed_in, latch.changed_by) == (3, "adam")
    assert effective(depot, "pace.window_min").origin is Origin.DEFAULT
    assert (effective(None, CLAIMS).origin, effective(None, CLAIMS).changed_in) == (
        Origin.GENERAL,
        1,
    )


def test_a_fleet_follows_again_and_a_draft_says_so(fleet: Fleet, depot: Fleet, crew: Crew) -> None:
    put(None, crew.adam, CLAIMS, 6)
    put(depot, crew.adam, CLAIMS, 4, replaces=2)

    draft = draft_change(fleet=depot, user=crew.adam, values={CLAIMS: FOLLOW}, seen={CLAIMS: 4})
    drafted = effective(depot, CLAIMS, draft)
    draft_publish(fleet=depot, user=crew.adam, version=draft.version, reason="As all.")

    assert (drafted.draft, drafted.draft_follows, drafted.draft_by) == (6, True, "adam")
    assert (current(depot)[1].tickets.claims_max, current(depot)[0].own) == (6, [])
    put(None, crew.adam, CLAIMS, 7, replaces=1)
    assert current(depot)[1].tickets.claims_max == 7


def test_a_new_fleet_follows_what_all_fleets_share(fleet: Fleet, crew: Crew) -> None:
    put(None, crew.adam, CLAIMS, 6)

    made = fleet_create(slug="new", name="New", admin=crew.adam)

    version, policy = current(made)
    assert (policy.tickets.claims_max, version.general) == (6, GeneralPolicy.objects.get())
    assert (version.number, version.own, version.reason) == (1, [], "As all fleets.")


def test_only_an_admin_of_every_living_fleet_changes_what_all_share(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    other = second_admin(fleet)

    with pytest.raises(ForbiddenError) as refused:
        put(None, other, CLAIMS, 6)

    assert refused.value.sentence == (
        "Only an admin of every fleet may change the policy of all fleets; you are an admin of 1 of 2."
    )
    fleet_archive(fleet=depot, actor="adam", reason="Over.")
    assert general_why_not(user=other) == ""


def test_all_fleets_follow_or_none_does(fleet: Fleet, depot: Fleet, crew: Crew) -> None:
    put(depot, crew.adam, "breaker.freeze_first_min", 1440.0, replaces=1)

    with pytest.raises(ConflictError) as refused:
        put(None, crew.adam, "breaker.freeze_cap_h", 20.0)

    assert (refused.value.code, refused.value.field) == (
        "fleet_contradicts",
        "breaker.freeze_first_min",
    )
    assert refused.value.sentence == (
        "Fleet depot could not follow: breaker.freeze_first_min must be at most 1200 minutes,"
        " because of breaker.freeze_cap_h, got 1440."
    )
    assert (current(fleet)[0].number, current(depot)[0].number) == (1, 2)
    assert not GeneralPolicy.objects.exists()
    assert not PolicyDraft.objects.filter(fleet=None).exists()


def test_what_loosens_for_all_fleets_waits_for_a_second_admin_of_all(
    fleet: Fleet, depot: Fleet, crew: Crew, anna: User
) -> None:
    draft = put(None, crew.adam, LATCH, 5)

    told = Event.objects.filter(name="policy.proposed").order_by("fleet_id")
    assert (draft.state, current(depot)[0].number) == ("proposed", 1)
    assert {(each.fleet_id, each.payload["scope"]) for each in told} == {
        (fleet.pk, "all fleets"),
        (depot.pk, "all fleets"),
    }

    draft_agree(fleet=None, user=anna, version=draft.version)

    assert [current(each)[1].breaker.latch_trips for each in (fleet, depot)] == [5, 5]
    assert [current(each)[0].agreed_by for each in (fleet, depot)] == ["anna", "anna"]


def test_a_version_of_all_fleets_is_brought_back(fleet: Fleet, depot: Fleet, crew: Crew) -> None:
    put(None, crew.adam, CLAIMS, 6)
    put(None, crew.adam, CLAIMS, 7, replaces=1)

    policy_roll_back(fleet=None, user=crew.adam, to=1, reason="Back.", replaces=2)

    general = GeneralPolicy.objects.latest("number")
    assert (general.number, general.restores, general.body["tickets"]["claims_max"]) == (3, 1, 6)
    assert current(depot)[1].tickets.claims_max == 6


def test_a_draft_of_all_fleets_is_one_beside_those_of_the_fleets(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    general = draft_change(fleet=None, user=crew.adam, values={CLAIMS: 6}, seen={CLAIMS: 5})
    draft_change(fleet=depot, user=crew.adam, values={CLAIMS: 4}, seen={CLAIMS: 5})

    draft_discard(fleet=None, user=crew.adam, version=general.version)

    assert draft_open(fleet=None) is None
    assert draft_open(fleet=depot) is not None
    back = draft_change(fleet=None, user=crew.adam, values={CLAIMS: FOLLOW}, seen={CLAIMS: 5})
    assert back.changes == {}


def test_a_draft_of_a_fleet_goes_on_from_what_all_fleets_publish(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    draft = draft_change(fleet=depot, user=crew.adam, values={LATCH: 3}, seen={LATCH: 4})

    put(None, crew.adam, CLAIMS, 6)
    draft_publish(fleet=depot, user=crew.adam, version=draft.version, reason="Stricter.")

    version, policy = current(depot)
    assert (policy.tickets.claims_max, policy.breaker.latch_trips) == (6, 3)
    assert (version.number, version.own) == (3, [LATCH])


def test_nothing_for_all_fleets_comes_into_force_beside_a_draft_it_contradicts(
    fleet: Fleet, depot: Fleet, crew: Crew
) -> None:
    path = "collusion.recent_every_min"
    draft_change(fleet=depot, user=crew.adam, values={path: 1440}, seen={path: 60})

    with pytest.raises(ConflictError) as refused:
        put(None, crew.adam, "collusion.full_every_h", 12)

    assert (refused.value.code, refused.value.field) == ("draft_contradicts", path)
    assert refused.value.sentence.startswith("The draft of depot that Adam changed last could not")
    assert current(fleet)[0].number == 1
