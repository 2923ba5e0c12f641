from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.domain.escalation import ESCALATION_DEFAULT, EscalationLevel, EscalationPolicy
from escalations.models import EscalationPolicyVersion
from escalations.selectors.escalation import EscalationInForce, escalation_in_force
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from governance.domain.types import Role
from governance.models import Event
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from tests.clock import NOON

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.escalations.people import Crew

RITA = LevelDraft(people=["rita"], roles=[])
MANAGERS = LevelDraft(people=[], roles=["manager"])


def publish(fleet: Fleet, user: User, **fields: Any) -> EscalationInForce:
    wanted = {
        "levels": [RITA, MANAGERS],
        "shares": [0.5],
        "reason": "Rita watches refunds.",
        "replaces": 0,
        **fields,
    }
    return escalation_publish(fleet=fleet, user=user, **wanted)


def test_a_fleet_begins_with_the_policy_of_the_product(fleet: Fleet) -> None:
    found = escalation_in_force(fleet_id=fleet.pk)

    assert found == EscalationInForce(number=0, policy=ESCALATION_DEFAULT)


def test_an_admin_puts_a_policy_in_force_and_it_is_told(fleet: Fleet, crew: Crew) -> None:
    published = publish(fleet, crew.adam)

    assert published == escalation_in_force(fleet_id=fleet.pk)
    assert (published.number, published.published_by, published.published_at) == (1, "adam", NOON)
    assert published.policy == EscalationPolicy(
        levels=(
            EscalationLevel(people=(str(crew.rita.pk),)),
            EscalationLevel(roles=(Role.MANAGER,)),
        ),
        shares=(0.5,),
    )
    told = Event.objects.get(name="escalation.published")
    assert (told.actor, told.payload) == (
        "adam",
        {"number": 1, "reason": "Rita watches refunds."},
    )


def test_versions_are_numbered_and_kept(fleet: Fleet, crew: Crew) -> None:
    publish(fleet, crew.adam)

    publish(fleet, crew.adam, shares=[0.4], replaces=1)

    stored = EscalationPolicyVersion.objects.order_by("number")
    assert [(each.number, each.body["shares"]) for each in stored] == [(1, [0.5]), (2, [0.4])]


def test_the_policy_in_force_published_again_changes_nothing(fleet: Fleet, crew: Crew) -> None:
    first = publish(fleet, crew.adam)

    assert publish(fleet, crew.adam, replaces=1) == first
    assert EscalationPolicyVersion.objects.count() == 1


def test_who_has_read_an_older_policy_is_told_which_is_in_force(fleet: Fleet, crew: Crew) -> None:
    publish(fleet, crew.adam)

    with pytest.raises(ConflictError) as refused:
        publish(fleet, crew.adam, shares=[0.4])

    assert (refused.value.code, refused.value.field, refused.value.allowed) == (
        "stale_policy",
        "replaces",
        "1",
    )
    assert refused.value.sentence == (
        "The escalation policy changed since you read it: you saw number 0, number 1 is in force,"
        " published by adam."
    )


@pytest.mark.parametrize("name", ["rita", "mona", "otto"])
def test_only_an_admin_changes_it(fleet: Fleet, crew: Crew, name: str) -> None:
    with pytest.raises(ForbiddenError, match="change the policy"):
        publish(fleet, getattr(crew, name))


@pytest.mark.parametrize(
    ("fields", "field", "value", "sentence"),
    [
        ({"reason": " "}, "reason", " ", "A new escalation policy needs a reason."),
        (
            {"levels": [LevelDraft(people=["otto"], roles=[]), MANAGERS]},
            "levels[0].people",
            "otto",
            "Level 1: the fleet has no member otto whose account is open.",
        ),
        (
            {"levels": [RITA, LevelDraft(people=[], roles=["owner"])]},
            "levels[1].roles",
            "owner",
            "Level 2: a role is reviewer or manager or admin, got owner.",
        ),
        (
            {"levels": [RITA, RITA, MANAGERS], "shares": [0.5, 0.8]},
            "levels[1]",
            ["1"],
            "Level 2 reaches nobody who is not called before it.",
        ),
    ],
)
def test_what_cannot_stay_is_refused_with_its_field_and_value(
    fleet: Fleet, crew: Crew, fields: dict[str, Any], field: str, value: object, sentence: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        publish(fleet, crew.adam, **fields)

    assert (refused.value.field, refused.value.sentence) == (field, sentence)
    assert refused.value.allowed
