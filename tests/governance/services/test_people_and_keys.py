from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Environment, Role, Scope
from governance.models import Agent, ApiKey, Event, Fleet, Membership, PersonalToken, Standing
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
    UnauthenticatedError,
)
from governance.selectors.access import key_authenticate, person_authenticate, scope_require
from governance.selectors.people import fleet_for_person, fleets_of, members_of, membership_role
from governance.services.breakers import agent_freeze, agent_pause, agent_release, agent_resume
from governance.services.fleets import (
    fleet_create,
    fleet_halt,
    fleet_resume,
    membership_remove,
    membership_set,
    session_end,
    user_create,
)
from governance.services.keys import key_create, key_revoke, token_create
from governance.services.tools import tool_confirm

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def test_a_key_is_stored_as_a_hash_and_signs_in(fleet: Fleet, clock: Clock) -> None:
    key, token = key_create(
        fleet=fleet,
        name="ci",
        environment=Environment.STAGING,
        scopes=[Scope.GATE],
        created_by="adam",
    )

    principal = key_authenticate(token, now=clock())

    assert token.rpartition("_")[2] not in str(ApiKey.objects.values().get())
    assert (principal.key_id, principal.environment) == (key.pk, Environment.STAGING)
    assert principal.scopes == {Scope.GATE}


@pytest.mark.parametrize("token", ["", "cs_", "cs_abc", "csp_a_b", "bearer_a_b", "cs__b"])
def test_a_malformed_key_says_how_one_looks(fleet: Fleet, clock: Clock, token: str) -> None:
    with pytest.raises(UnauthenticatedError, match="has the form cs_<prefix>_<secret>"):
        key_authenticate(token, now=clock())


def test_a_wrong_secret_is_an_unknown_key(shop: Orchestrator, clock: Clock) -> None:
    prefix = ApiKey.objects.get().prefix

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(f"cs_{prefix}_guess", now=clock())

    assert refused.value.code == "key_unknown"


def test_a_key_expires(fleet: Fleet, clock: Clock) -> None:
    _, token = key_create(
        fleet=fleet,
        name="ci",
        environment=Environment.STAGING,
        scopes=[Scope.GATE],
        created_by="adam",
        expires_at=clock() + timedelta(days=1),
    )
    clock.forward(days=1)

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(token, now=clock())

    assert refused.value.code == "key_expired"


def test_a_revoked_key_signs_in_no_more(fleet: Fleet, clock: Clock) -> None:
    key, token = key_create(
        fleet=fleet,
        name="ci",
        environment=Environment.STAGING,
        scopes=[Scope.GATE],
        created_by="adam",
    )
    key_revoke(fleet=fleet, key_id=key.pk, actor="adam")
    key_revoke(fleet=fleet, key_id=key.pk, actor="adam")

    with pytest.raises(UnauthenticatedError) as refused:
        key_authenticate(token, now=clock())

    assert refused.value.code == "key_revoked"
    assert Event.objects.filter(name="key.revoked").count() == 1


def test_an_unknown_key_cannot_be_revoked(fleet: Fleet) -> None:
    with pytest.raises(MissingError):
        key_revoke(fleet=fleet, key_id=fleet.pk, actor="adam")


def test_a_key_needs_a_scope(fleet: Fleet) -> None:
    with pytest.raises(InvalidFieldError, match="at least one scope"):
        key_create(
            fleet=fleet,
            name="ci",
            environment=Environment.STAGING,
            scopes=[],
            created_by="adam",
        )


def test_a_key_cannot_be_born_expired(fleet: Fleet, clock: Clock) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        key_create(
            fleet=fleet,
            name="ci",
            environment=Environment.STAGING,
            scopes=[Scope.GATE],
            created_by="adam",
            expires_at=clock(),
        )

    assert refused.value.field == "expires_at"


def test_a_missing_scope_is_named(shop: Orchestrator) -> None:
    reader = shop.key_new(scopes=[Scope.READ])

    with pytest.raises(ForbiddenError, match="needs a key with scope gate; this key has read"):
        scope_require(reader, Scope.GATE)


def test_the_last_use_of_a_key_is_kept_to_the_minute(shop: Orchestrator, clock: Clock) -> None:
    key, token = key_create(
        fleet=shop.fleet,
        name="ci",
        environment=Environment.STAGING,
        scopes=[Scope.GATE],
        created_by="adam",
    )
    key_authenticate(token, now=clock())
    first = clock.now
    key_authenticate(token, now=clock.forward(seconds=59))

    key.refresh_from_db()
    assert key.last_used_at == first


def test_a_personal_token_signs_its_person_in(crew: Crew, clock: Clock) -> None:
    _, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))

    assert person_authenticate(token, now=clock()) == crew.rita


def test_the_token_of_a_person_who_left_is_unknown(crew: Crew, clock: Clock) -> None:
    _, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))
    crew.rita.is_active = False
    crew.rita.save()

    with pytest.raises(UnauthenticatedError) as refused:
        person_authenticate(token, now=clock())

    assert refused.value.code == "token_unknown"


def test_a_revoked_token_signs_in_no_more(crew: Crew, clock: Clock) -> None:
    _, token = token_create(user=crew.rita, name="cli", expires_at=clock() + timedelta(days=1))
    PersonalToken.objects.update(revoked_at=clock())

    with pytest.raises(UnauthenticatedError) as refused:
        person_authenticate(token, now=clock())

    assert refused.value.code == "token_revoked"


def test_a_new_fleet_has_a_policy_a_refresh_and_an_admin(crew: Crew) -> None:
    fleet = fleet_create(slug="new", name="New", admin=crew.adam)

    assert fleet.policy is not None
    assert fleet.refresh is not None
    assert (fleet.policy.number, fleet.refresh.number) == (1, 0)
    assert membership_role(user=crew.adam, fleet=fleet) is Role.ADMIN


def test_a_slug_is_taken_once(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="A fleet shop exists already"):
        fleet_create(slug="shop", name="Other", admin=crew.adam)


def test_a_user_name_is_taken_once(crew: Crew) -> None:
    with pytest.raises(ConflictError, match="A person rita exists already"):
        user_create(username="rita", first_name="R", last_name="O", password="x")


def test_a_new_person_can_sign_in(fleet: Fleet) -> None:
    user = user_create(username="ravi", first_name="R", last_name="N", password="long enough")

    assert user.check_password("long enough")


def test_an_outsider_sees_no_fleet(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(MissingError):
        fleet_for_person(user=crew.otto, slug="shop")


def test_a_fleet_that_does_not_exist_looks_the_same(crew: Crew) -> None:
    with pytest.raises(MissingError, match="no fleet nowhere that you belong to"):
        fleet_for_person(user=crew.rita, slug="nowhere")


def test_a_member_sees_the_fleet_with_the_role(fleet: Fleet, crew: Crew) -> None:
    assert fleet_for_person(user=crew.mona, slug="shop") == (fleet, Role.MANAGER)
    assert fleets_of(user=crew.mona) == [(fleet, Role.MANAGER)]
    assert [member.user.username for member in members_of(fleet=fleet)] == [
        "adam",
        "lena",
        "mona",
        "ravi",
        "rita",
    ]


def test_somebody_who_left_belongs_nowhere(fleet: Fleet, crew: Crew) -> None:
    crew.rita.is_active = False
    crew.rita.save()

    assert membership_role(user=crew.rita, fleet=fleet) is None
    assert fleets_of(user=crew.rita) == []


def test_a_role_can_be_changed(fleet: Fleet, crew: Crew) -> None:
    membership_set(fleet=fleet, user=crew.rita, role=Role.MANAGER, actor="adam")

    assert membership_role(user=crew.rita, fleet=fleet) is Role.MANAGER
    assert Membership.objects.filter(user=crew.rita).count() == 1


def test_the_last_admin_stays(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        membership_remove(fleet=fleet, user=crew.adam, actor="adam")
    with pytest.raises(ConflictError, match="name another one first"):
        membership_set(fleet=fleet, user=crew.adam, role=Role.REVIEWER, actor="adam")


def test_a_removed_member_loses_the_open_pages(fleet: Fleet, crew: Crew) -> None:
    membership_remove(fleet=fleet, user=crew.rita, actor="adam")
    membership_remove(fleet=fleet, user=crew.rita, actor="adam")

    ended = Event.objects.get(name="session.ended")
    assert ended.ids == {"user": str(crew.rita.pk)}


def test_a_sign_out_closes_the_pages_of_every_fleet(fleet: Fleet, crew: Crew) -> None:
    fleet_create(slug="second", name="Second", admin=crew.adam)

    session_end(user=crew.adam)

    assert Event.objects.filter(name="session.ended").count() == 2


def test_a_halt_is_ended_by_a_manager_with_a_reason(fleet: Fleet, crew: Crew) -> None:
    fleet_halt(fleet=fleet, actor="rita", reason="Drill.")
    fleet_halt(fleet=fleet, actor="ravi", reason="Drill again.")

    with pytest.raises(ForbiddenError, match="Only a manager or admin may resume"):
        fleet_resume(fleet=fleet, user=crew.rita, reason="Over.")
    with pytest.raises(InvalidFieldError, match="needs a reason"):
        fleet_resume(fleet=fleet, user=crew.mona, reason=" ")
    resumed = fleet_resume(fleet=fleet, user=crew.mona, reason="Over.")

    assert resumed.halted_at is None
    assert Event.objects.filter(name="fleet.halted").count() == 1
    with pytest.raises(ConflictError, match="not halted"):
        fleet_resume(fleet=fleet, user=crew.mona, reason="Over.")


def test_the_same_description_of_an_agent_changes_nothing(shop: Orchestrator) -> None:
    before = Event.objects.count()

    shop.agent_new("shop-bot")

    assert Event.objects.count() == before


def test_a_changed_mandate_is_an_event_that_names_it(shop: Orchestrator) -> None:
    shop.agent_new("shop-bot", mandate={"level": "CRITICAL"}, budget_usd=None)

    changed = Event.objects.get(name="agent.changed")
    assert changed.payload["fields_changed"] == [
        "budget_usd",
        "mandate_environments",
        "mandate_level",
        "mandate_tools",
    ]


def test_an_agents_owner_is_a_member(shop: Orchestrator) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        shop.agent_new("other", owner="otto")

    assert (refused.value.field, refused.value.value) == ("owner", "otto")


def test_a_bound_key_registers_no_agents(shop: Orchestrator) -> None:
    shop.key = shop.key_new(agents=[shop.agent.pk])

    with pytest.raises(ForbiddenError):
        shop.agent_new("other")


def test_a_key_bound_to_one_agent_does_not_change_another(shop: Orchestrator) -> None:
    shop.key = shop.key_new(agents=[shop.fleet.pk])

    with pytest.raises(ForbiddenError):
        shop.agent_new("shop-bot")


def test_a_changed_tool_waits_while_what_was_confirmed_stays(shop: Orchestrator) -> None:
    tool = shop.tool_propose("read", {"write": "D", "reversibility": "I", "reach": "O"})

    assert tool.status == "pending"
    assert tool.confirmed is not None
    assert tool.confirmed["write"] == "N"


def test_a_tool_changed_back_needs_nobody(shop: Orchestrator) -> None:
    before = dict(shop.letters["read"])
    shop.tool_propose("read", {"write": "D", "reversibility": "I", "reach": "O"})

    tool = shop.tool_propose("read", before)

    assert tool.status == "confirmed"


def test_only_an_admin_confirms_a_tool(shop: Orchestrator) -> None:
    with pytest.raises(ForbiddenError, match="Only an admin may confirm"):
        tool_confirm(fleet=shop.fleet, user=shop.crew.mona, name="read", sha256="")


def test_an_admin_confirms_what_was_read(shop: Orchestrator) -> None:
    with pytest.raises(ConflictError) as refused:
        tool_confirm(fleet=shop.fleet, user=shop.crew.adam, name="read", sha256="0" * 64)
    with pytest.raises(MissingError):
        tool_confirm(fleet=shop.fleet, user=shop.crew.adam, name="none", sha256="0" * 64)

    assert refused.value.code == "tool_changed"


def test_a_person_freezes_once_and_another_releases_into_probation(shop: Orchestrator) -> None:
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita")
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="ravi")

    agent_release(
        fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.rita, reason="Checked."
    )

    standing = Standing.objects.get(agent=shop.agent)
    assert (standing.breaker_state, standing.hold) == ("HALF_OPEN", "none")
    assert Event.objects.filter(name="breaker.forced_open").count() == 1


def test_the_owner_does_not_release_an_agent(shop: Orchestrator) -> None:
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita")

    with pytest.raises(ForbiddenError) as refused:
        agent_release(
            fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.lena, reason="Mine."
        )

    assert refused.value.code == "own_agent"


def test_a_release_needs_a_reason_a_role_and_a_freeze(shop: Orchestrator) -> None:
    def release(user: object, reason: str) -> Agent:
        return agent_release(
            fleet=shop.fleet,
            agent_external_id="shop-bot",
            user=user,  # type: ignore[arg-type]
            reason=reason,
        )

    with pytest.raises(InvalidFieldError):
        release(shop.crew.rita, " ")
    with pytest.raises(ForbiddenError):
        release(shop.crew.otto, "Please.")
    with pytest.raises(ConflictError, match="is not frozen"):
        release(shop.crew.rita, "Checked.")


def test_a_pause_is_ended_by_a_manager(shop: Orchestrator) -> None:
    def resume(user: object) -> Agent:
        return agent_resume(
            fleet=shop.fleet,
            agent_external_id="shop-bot",
            user=user,  # type: ignore[arg-type]
            reason="Done.",
        )

    agent_pause(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Upgrade.")
    agent_pause(fleet=shop.fleet, agent_external_id="shop-bot", actor="ravi", reason="Again.")

    with pytest.raises(ForbiddenError):
        resume(shop.crew.rita)
    assert resume(shop.crew.mona).paused_at is None
    with pytest.raises(ConflictError, match="not paused"):
        resume(shop.crew.mona)
