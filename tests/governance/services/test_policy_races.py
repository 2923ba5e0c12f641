"""Two people at the same policy at the same instant: one of them wins, the other hears who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.policy import Policy
from governance.domain.policy.paths import policy_with
from governance.models import Decision, Fleet, GeneralPolicy, Membership, PolicyDraft, PolicyVersion
from governance.selectors.policies import policy_in_force, policy_of
from governance.services.fleets import fleet_create
from governance.services.policy_drafts import draft_agree, draft_change, draft_publish
from governance.services.policy_putting import policy_put
from tests.escalations.people import second_admin
from tests.publishing import policy_publish
from tests.racing import at_once, refusals_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(6)
CLAIMS, LATCH = "tickets.claims_max", "breaker.latch_trips"


@pytest.fixture
def anna(fleet: Fleet, crew: Crew) -> User:
    return second_admin(fleet)


def put(fleet: Fleet | None, user: User, claims: int, replaces: int) -> PolicyDraft | None:
    plain = {"tickets": {"claims_max": claims}}
    return policy_put(fleet=fleet, user=user, plain=plain, reason="Race.", replaces=replaces)


def current(fleet: Fleet) -> tuple[PolicyVersion, Policy]:
    return policy_in_force(fleet=Fleet.objects.get(pk=fleet.pk))


def test_of_two_who_publish_at_once_one_hears_who_was_first(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    def duel(number: int) -> tuple[str, bool, int]:
        answers = at_once(
            lambda: put(fleet, crew.adam, 6 + 2 * number, number + 1),
            lambda: put(fleet, anna, 7 + 2 * number, number + 1),
        )
        (refused,) = refusals_of(answers)
        version, _ = current(fleet)
        told = refused.extra["current"]["by"]
        return refused.code, told == version.published_by, version.number - number

    assert [duel(number) for number in ROUNDS] == [("stale_policy", True, 2)] * len(ROUNDS)


def test_the_same_draft_is_published_once(fleet: Fleet, crew: Crew, anna: User) -> None:
    draft = draft_change(fleet=fleet, user=anna, values={CLAIMS: 6}, seen={CLAIMS: 5})

    def publish(user: User) -> PolicyDraft:
        return draft_publish(fleet=fleet, user=user, version=draft.version, reason="Race.")

    answers = at_once(lambda: publish(crew.adam), lambda: publish(anna))

    (refused,) = refusals_of(answers)
    version, _ = current(fleet)
    assert (version.number, refused.code) == (2, "no_draft")
    assert refused.extra["current"]["by"] == version.published_by


def test_fields_that_two_change_at_once_are_both_in_the_draft(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    answers = at_once(
        lambda: draft_change(fleet=fleet, user=crew.adam, values={CLAIMS: 6}, seen={CLAIMS: 5}),
        lambda: draft_change(fleet=fleet, user=anna, values={LATCH: 3}, seen={LATCH: 4}),
    )

    assert refusals_of(answers) == []
    draft = PolicyDraft.objects.get()
    assert {path: change["by"] for path, change in draft.changes.items()} == {
        CLAIMS: "adam",
        LATCH: "anna",
    }


def test_a_field_that_two_change_at_once_is_one_persons(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    answers = at_once(
        lambda: draft_change(fleet=fleet, user=crew.adam, values={CLAIMS: 6}, seen={CLAIMS: 5}),
        lambda: draft_change(fleet=fleet, user=anna, values={CLAIMS: 7}, seen={CLAIMS: 5}),
    )

    (refused,) = refusals_of(answers)
    change = PolicyDraft.objects.get().changes[CLAIMS]
    assert (refused.code, refused.extra["current"]["by"]) == ("policy_field_changed", change["by"])


def test_nobody_agrees_to_what_was_edited_at_that_moment(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    def duel(latch: int) -> bool:
        """Return whether what is in force is what was proposed, or nothing of it."""
        before = current(fleet)[1].breaker.latch_trips
        draft = draft_change(
            fleet=fleet, user=crew.adam, values={LATCH: latch}, seen={LATCH: before}
        )
        proposed = draft_publish(
            fleet=fleet, user=crew.adam, version=draft.version, reason="Looser."
        )
        answers = at_once(
            lambda: draft_agree(fleet=fleet, user=anna, version=proposed.version),
            lambda: draft_change(
                fleet=fleet, user=crew.adam, values={LATCH: latch + 1}, seen={LATCH: latch}
            ),
        )
        after = current(fleet)[1].breaker.latch_trips
        agreed = not isinstance(answers[0], Exception)
        PolicyDraft.objects.all().delete()
        return after == (latch if agreed else before)

    assert [duel(6 + 2 * number) for number in ROUNDS] == [True] * len(ROUNDS)


def test_a_publication_for_all_fleets_beside_one_of_a_fleet_loses_neither(
    fleet: Fleet, crew: Crew, anna: User
) -> None:
    other = fleet_create(slug="depot", name="Depot", admin=crew.adam)

    def duel(number: int) -> tuple[int, int, int]:
        at_once(
            lambda: put(None, crew.adam, 10 + number, number),
            lambda: _window(fleet, anna, 10 + number),
            lambda: put(None, crew.adam, 20 + number, number),
        )
        general = GeneralPolicy.objects.latest("number").body["tickets"]["claims_max"]
        version, policy = current(fleet)
        return (
            policy.tickets.claims_max - general,
            current(other)[1].tickets.claims_max - general,
            PolicyVersion.objects.filter(fleet=fleet, number__gt=version.number).count(),
        )

    assert [duel(number) for number in ROUNDS] == [(0, 0, 0)] * len(ROUNDS)
    assert GeneralPolicy.objects.count() == len(ROUNDS)
    numbers = PolicyVersion.objects.filter(fleet=fleet).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == list(range(1, len(numbers) + 1))
    # Every second version is one of the fleet's own: none of either kind is lost.
    assert len(numbers) == 1 + 2 * len(ROUNDS)


def _window(fleet: Fleet, user: User, days: int) -> PolicyDraft:
    """Publish what only this fleet changes, on whatever is in force by then."""
    path = "breaker.latch_window_days"
    seen = current(fleet)[1].breaker.latch_window_days
    draft = draft_change(fleet=fleet, user=user, values={path: days}, seen={path: seen})
    return draft_publish(fleet=fleet, user=user, version=draft.version, reason="Own.")


def test_fleets_that_are_made_meanwhile_follow_what_is_published(fleet: Fleet, crew: Crew) -> None:
    def duel(number: int) -> bool:
        made = at_once(
            lambda: put(None, crew.adam, 10 + number, number),
            lambda: fleet_create(slug=f"new-{number}", name="New", admin=crew.adam),
        )[1]
        general = GeneralPolicy.objects.latest("number").body["tickets"]["claims_max"]
        follows: bool = current(made)[1].tickets.claims_max == general
        return follows

    assert [duel(number) for number in ROUNDS] == [True] * len(ROUNDS)
    assert Membership.objects.filter(user=crew.adam).count() == 1 + len(ROUNDS)


def test_a_decision_during_a_publication_is_made_by_exactly_one_version(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    stricter = {"approvals.conservative.low": "one_approval"}
    verdicts = {"run_sampled": "allow", "one_approval": "escalate"}
    askers = [shop.another() for _ in range(4)]
    for number, each in enumerate(askers):
        each.tasks = 1000 * (number + 1)

    def ask(asker: Orchestrator) -> None:
        for _ in range(5):
            asker.ask("read")

    def publish() -> None:
        policy = policy_with(current(fleet)[1], stricter)
        policy_publish(fleet=fleet, policy=policy, user=crew.adam, reason="Stricter.")

    at_once(publish, *(lambda asker=each: ask(asker) for each in askers))
    last = shop.ask("read").task

    decided = Decision.objects.filter(task__fleet=fleet).select_related("policy")
    assert len(decided) == 21
    assert [
        each.verdict == verdicts[policy_of(each.policy).approvals.conservative.low.value]
        for each in decided
    ] == [True] * 21
    assert decided.get(task=last).policy.number == 2
