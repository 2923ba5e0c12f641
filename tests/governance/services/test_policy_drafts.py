from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.policy import PolicyError
from governance.models import Event, Fleet, PolicyDraft, PolicyVersion
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
    RefusalError,
)
from governance.selectors.policies import policy_in_force
from governance.selectors.policy_drafts import draft_open, draft_policy
from governance.services.policy_drafts import (
    draft_agree,
    draft_change,
    draft_decline,
    draft_discard,
    draft_publish,
    policy_roll_back,
)
from tests.escalations.people import second_admin
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.escalations.people import Crew

LATCH, FREEZE = "breaker.latch_trips", "breaker.freeze_first_min"
ROWS = "tickets.claims_max"


@pytest.fixture
def anna(fleet: Fleet, crew: Crew) -> User:
    return second_admin(fleet)


def change(fleet: Fleet, user: User, path: str, seen: object, value: object) -> PolicyDraft:
    return draft_change(fleet=fleet, user=user, values={path: value}, seen={path: seen})


def now_in_force(fleet: Fleet) -> tuple[PolicyVersion, Any]:
    return policy_in_force(fleet=Fleet.objects.get(pk=fleet.pk))


def events(name: str) -> list[Any]:
    return [(event.actor, event.payload) for event in Event.objects.filter(name=name)]


def test_a_draft_changes_nothing_until_it_is_published(fleet: Fleet, crew: Crew) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 3)

    assert draft_policy(draft).breaker.latch_trips == 3
    assert now_in_force(fleet)[1].breaker.latch_trips == 4
    assert events("policy.drafted") == [("adam", {"version": 1, "fields": [LATCH]})]


def test_a_published_draft_is_in_force_and_names_what_the_fleet_set(
    fleet: Fleet, crew: Crew
) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 3)

    done = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Stricter.")

    version, policy = now_in_force(fleet)
    assert (done.state, draft_open(fleet=fleet)) == ("published", None)
    assert (version.number, policy.breaker.latch_trips) == (2, 3)
    assert (version.own, version.changed, version.reason) == ([LATCH], [LATCH], "Stricter.")
    assert (version.published_by, version.agreed_by) == ("adam", "")


def test_fields_of_two_admins_that_do_not_overlap_merge(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    change(fleet, crew.adam, LATCH, 4, 3)

    draft = change(fleet, anna, FREEZE, 15.0, 20)

    assert {path: (each["value"], each["by"]) for path, each in draft.changes.items()} == {
        LATCH: (3, "adam"),
        FREEZE: (20.0, "anna"),
    }
    assert draft.version == 2


def test_a_field_that_somebody_else_changed_is_refused_with_who_and_when(
    fleet: Fleet, crew: Crew, anna: User, clock: Clock
) -> None:
    change(fleet, anna, LATCH, 4, 3)
    clock.forward(minutes=2)

    with pytest.raises(ConflictError) as refused:
        change(fleet, crew.adam, LATCH, 4, 2)

    assert refused.value.code == "policy_field_changed"
    assert refused.value.sentence == ("Anna changed breaker.latch_trips 2 min ago: it is 3 now.")
    assert refused.value.extra["current"]["by"] == "anna"
    assert draft_policy(PolicyDraft.objects.get()).breaker.latch_trips == 3


def test_a_field_in_force_since_names_who_published_it(
    fleet: Fleet, crew: Crew, anna: User, clock: Clock
) -> None:
    draft = change(fleet, anna, LATCH, 4, 3)
    draft_publish(fleet=fleet, user=anna, version=draft.version, reason="Stricter.")
    clock.forward(hours=3)

    with pytest.raises(ConflictError, match=r"^Anna changed breaker.latch_trips 3 h ago: it is 3"):
        change(fleet, crew.adam, LATCH, 4, 2)


def test_a_draft_goes_on_when_another_field_comes_into_force(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 3)
    _, policy = now_in_force(fleet)
    _publish_freeze(fleet, policy, anna, 20.0)

    draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Stricter.")

    version, policy = now_in_force(fleet)
    assert (version.number, policy.breaker.latch_trips) == (3, 3)
    assert policy.breaker.freeze_first_min == 20.0
    assert version.own == [FREEZE, LATCH]


def test_a_draft_is_not_published_over_a_newer_value_of_its_own_field(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    draft = change(fleet, crew.adam, FREEZE, 15.0, 30)
    _, policy = now_in_force(fleet)
    _publish_freeze(fleet, policy, anna, 20.0)

    with pytest.raises(ConflictError) as refused:
        draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Longer.")

    assert (refused.value.code, refused.value.field) == ("policy_field_changed", FREEZE)
    assert PolicyDraft.objects.get().base_number == 2


def _publish_freeze(fleet: Fleet, policy: Any, user: User, minutes: float) -> None:
    changed = replace(policy, breaker=replace(policy.breaker, freeze_first_min=minutes))
    policy_publish(fleet=fleet, policy=changed, user=user, reason="By API.")


def test_what_is_published_may_not_contradict_an_open_draft(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    change(fleet, crew.adam, "breaker.freeze_cap_h", 24.0, 1)
    _, policy = now_in_force(fleet)

    with pytest.raises(
        ConflictError, match="The draft of shop that Adam changed last could not stand"
    ):
        _publish_freeze(fleet, policy, anna, 90.0)

    assert now_in_force(fleet)[0].number == 1


def test_a_value_in_force_leaves_the_draft(fleet: Fleet, crew: Crew) -> None:
    change(fleet, crew.adam, LATCH, 4, 3)

    draft = change(fleet, crew.adam, LATCH, 3, 4)

    assert draft.changes == {}
    with pytest.raises(ConflictError, match="changes nothing"):
        draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Same.")


def test_a_draft_is_always_a_policy_without_problems(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(PolicyError, match=r"breaker.latch_trips must be from 2 to 20 freezes"):
        change(fleet, crew.adam, LATCH, 4, 1)
    with pytest.raises(PolicyError, match="no such field"):
        change(fleet, crew.adam, "breaker.x", 4, 1)

    assert not PolicyDraft.objects.exists()


def test_a_loosened_guard_waits_for_a_second_admin(fleet: Fleet, crew: Crew, anna: User) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)

    proposed = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Busy.")

    assert proposed.state == "proposed"
    assert now_in_force(fleet)[0].number == 1
    assert events("policy.proposed") == [
        ("adam", {"scope": "fleet", "version": 2, "fields": [LATCH], "reason": "Busy."})
    ]

    draft_agree(fleet=fleet, user=anna, version=proposed.version)

    version, policy = now_in_force(fleet)
    assert policy.breaker.latch_trips == 5
    assert (version.published_by, version.agreed_by) == ("adam", "anna")
    assert events("policy.published") == [
        ("adam", {"number": 2, "reason": "Busy.", "agreed_by": "anna"})
    ]


def test_nobody_agrees_to_a_loosening_of_their_own(fleet: Fleet, crew: Crew, anna: User) -> None:
    change(fleet, anna, LATCH, 4, 5)
    draft = change(fleet, crew.adam, ROWS, 5, 6)
    proposed = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Busy.")

    with pytest.raises(ForbiddenError, match="You proposed this draft"):
        draft_agree(fleet=fleet, user=crew.adam, version=proposed.version)
    with pytest.raises(ForbiddenError, match=r"You changed breaker\.latch_trips"):
        draft_agree(fleet=fleet, user=anna, version=proposed.version)

    assert now_in_force(fleet)[0].number == 1


def test_a_change_takes_a_proposal_back(fleet: Fleet, crew: Crew, anna: User) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)
    proposed = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Busy.")

    changed = change(fleet, anna, LATCH, 5, 6)

    assert (changed.state, changed.proposed_by) == ("open", "")
    with pytest.raises(ConflictError, match="Anna changed the draft"):
        draft_agree(fleet=fleet, user=anna, version=proposed.version)


def test_a_declined_draft_is_open_again_with_the_reason(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)
    proposed = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Busy.")

    declined = draft_decline(fleet=fleet, user=anna, version=proposed.version, reason="Too many.")

    assert (declined.state, declined.declined_by) == ("open", "anna")
    assert declined.decline_reason == "Too many."
    assert events("policy.declined") == [
        ("anna", {"scope": "fleet", "version": 3, "reason": "Too many."})
    ]


def test_a_discarded_draft_is_over(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 3)
    draft_discard(fleet=fleet, user=crew.adam, version=draft.version)
    clock.forward(minutes=1)

    with pytest.raises(ConflictError, match="Adam discarded the draft 1 min ago"):
        draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Late.")

    assert change(fleet, crew.adam, LATCH, 4, 3).version == 1


def test_a_roll_back_is_a_new_version_that_names_what_it_restores(fleet: Fleet, crew: Crew) -> None:
    draft = change(fleet, crew.adam, ROWS, 5, 6)
    draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="More.")

    done = policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Too many.", replaces=2)

    version, policy = now_in_force(fleet)
    assert (done.state, version.number, version.restores) == ("published", 3, 1)
    assert (policy.tickets.claims_max, version.own) == (5, [])


def test_a_roll_back_that_loosens_waits_for_a_second_admin(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 3)
    draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Stricter.")

    proposed = policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Too strict.", replaces=2)

    assert (proposed.state, now_in_force(fleet)[0].number) == ("proposed", 2)
    draft_agree(fleet=fleet, user=anna, version=proposed.version)
    assert now_in_force(fleet)[0].restores == 1


def test_no_roll_back_over_an_open_draft(fleet: Fleet, crew: Crew) -> None:
    change(fleet, crew.adam, LATCH, 4, 3)

    with pytest.raises(ConflictError, match="A draft with other changes is open"):
        policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Back.", replaces=1)


def test_only_a_version_that_was_can_be_brought_back(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(MissingError, match="There is no policy 9 here"):
        policy_roll_back(fleet=fleet, user=crew.adam, to=9, reason="Back.", replaces=1)
    with pytest.raises(ConflictError, match="changes nothing"):
        policy_roll_back(fleet=fleet, user=crew.adam, to=1, reason="Back.", replaces=1)


@pytest.mark.parametrize("person", ["rita", "mona", "otto"])
def test_only_admins_draft(fleet: Fleet, crew: Crew, person: str) -> None:
    with pytest.raises(ForbiddenError, match="may change the policy"):
        change(fleet, getattr(crew, person), LATCH, 4, 3)


def test_reasons_and_seen_values_are_required(fleet: Fleet, crew: Crew, anna: User) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)

    refusals: list[RefusalError] = []
    with pytest.raises(InvalidFieldError) as no_reason:
        draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason=" ")
    refusals.append(no_reason.value)
    with pytest.raises(InvalidFieldError) as no_seen:
        draft_change(fleet=fleet, user=crew.adam, values={ROWS: 6}, seen={})
    refusals.append(no_seen.value)

    assert [each.field for each in refusals] == ["reason", f"seen.{ROWS}"]


def test_a_proposed_draft_is_not_proposed_twice(fleet: Fleet, crew: Crew) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)
    again = draft_publish(fleet=fleet, user=crew.adam, version=draft.version, reason="Busy.")

    with pytest.raises(ConflictError, match="waits for a second admin already"):
        draft_publish(fleet=fleet, user=crew.adam, version=again.version, reason="Busy.")


def test_a_draft_that_is_open_cannot_be_agreed_to(fleet: Fleet, crew: Crew, anna: User) -> None:
    draft = change(fleet, crew.adam, LATCH, 4, 5)

    with pytest.raises(ConflictError, match="not proposed"):
        draft_agree(fleet=fleet, user=anna, version=draft.version)
