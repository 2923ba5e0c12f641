from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest
from pytest_django.fixtures import Settings

from config.demo import DemoAccess, demo_prepare
from config.embedded import Home
from config.simulation.tools import TOOLS
from governance.domain.policy import policy_default
from governance.domain.types import Environment, Preset, Role, Scope, Tier, ToolStatus
from governance.models import Fleet, Outcome, Tool
from governance.selectors.access import key_authenticate
from governance.selectors.agents import agent_get
from governance.selectors.clock import clock_now
from governance.selectors.people import members_of
from governance.selectors.policies import policy_in_force
from governance.services.fleets import fleet_create

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Home:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Home(tmp_path)


@pytest.fixture
def access(home: Home) -> DemoAccess:
    return demo_prepare(home)


def fleet() -> Fleet:
    return Fleet.objects.select_related("policy").get(slug="shop")


def test_two_reviewers_a_manager_and_two_admins_can_sign_in(access: DemoAccess) -> None:
    people = [(one.username, one.role) for one in access.sign_ins]
    known = [
        authenticate(HttpRequest(), username=o.username, password=o.password)
        for o in access.sign_ins
    ]

    assert people == [
        ("rita", "reviewer"),
        ("ravi", "reviewer"),
        ("mona", "manager"),
        ("adam", "admin"),
        ("anna", "admin"),
    ]
    assert None not in known


def test_the_owners_are_members_and_cannot_sign_in(access: DemoAccess) -> None:
    owners = {"lena", "omar", "petra", "sami", "nadia"}
    found = [each for each in members_of(fleet=fleet()) if each.user.username in owners]

    assert {each.user.username for each in found} == owners
    assert {each.role for each in found} == {Role.REVIEWER}
    assert {each.user.has_usable_password() for each in found} == {False}


def test_the_agents_key_may_ask_and_report_and_no_more(access: DemoAccess) -> None:
    key = key_authenticate(access.key, now=clock_now())

    assert key.environment is Environment.PRODUCTION
    assert key.scopes == {Scope.GATE, Scope.REPORT, Scope.READ}


def test_who_registers_agents_cannot_ask_and_who_vouches_cannot_either(
    access: DemoAccess,
) -> None:
    keys = {name: key_authenticate(token, now=clock_now()) for name, token in access.keys.items()}
    environments = [keys[name].environment for name in ("production", "staging", "sandbox")]

    assert environments == [Environment.PRODUCTION, Environment.STAGING, Environment.SANDBOX]
    assert not any(Scope.OPERATE in keys[name].scopes for name in ("production", "staging"))
    assert keys["registry"].scopes == {Scope.GATE, Scope.OPERATE}
    assert keys["desk"].scopes == {Scope.REPORT, Scope.VERIFY}


@pytest.mark.parametrize(
    ("agent", "tier"),
    [
        ("shop-support", Tier.HIGH),
        ("shop-payouts", Tier.HIGH),
        ("shop-cleaner", Tier.MEDIUM),
        ("shop-newcomer", Tier.LOW),
    ],
)
def test_each_agent_stands_where_its_past_put_it(
    access: DemoAccess, agent: str, tier: Tier
) -> None:
    assert agent_get(fleet=fleet(), external_id=agent).standing.tier == tier


def test_every_tool_is_confirmed(access: DemoAccess) -> None:
    statuses = dict(Tool.objects.values_list("name", "status"))

    assert set(statuses.values()) == {ToolStatus.CONFIRMED}
    assert statuses.keys() == {
        "read_orders",
        "draft_refund",
        "issue_refund",
        "delete_stale_customers",
        *TOOLS,
    }


def test_the_policy_says_that_its_pace_is_the_demos(access: DemoAccess) -> None:
    version, policy = policy_in_force(fleet=fleet())

    assert version.number == 2
    assert version.reason.startswith("Pace of the demo, not of an operation: the first freeze")
    assert (policy.breaker.freeze_first_min, policy.breaker.latch_trips) == (1.5, 3)
    shares = [policy.presets.limits(preset).audit_probability for preset in Preset]
    assert shares == [0.005, 0.01, 0.025]
    usual = policy_default()
    assert policy.collusion.recent_every_min == 1
    unlike = {name: getattr(usual, name) for name in ("breaker", "presets", "collusion")}
    assert replace(policy, **unlike) == usual


def test_a_fresh_start_archives_the_fleet_and_begins_another(
    access: DemoAccess, home: Home
) -> None:
    (home.root / "shop.sqlite3").touch()

    again = demo_prepare(home, fresh=True)

    fleets = dict(Fleet.objects.values_list("slug", "archived_at"))
    assert again.fleet == "shop-2"
    assert (fleets["shop"] is None, fleets["shop-2"] is None) == (False, True)
    assert again.sign_ins == access.sign_ins
    assert key_authenticate(again.key, now=clock_now()).fleet.slug == "shop-2"
    assert not (home.root / "shop.sqlite3").exists()


def test_the_next_start_may_go_on_with_the_same_fleet(access: DemoAccess, home: Home) -> None:
    second = demo_prepare(home, fresh=True)

    third = demo_prepare(home)

    assert third == second
    assert Fleet.objects.count() == 2


def test_only_the_demos_own_fleets_are_archived(access: DemoAccess, home: Home) -> None:
    adam = get_user_model().objects.get(username="adam")
    fleet_create(slug="other", name="Another fleet", admin=adam)

    demo_prepare(home, fresh=True)

    assert Fleet.objects.get(slug="other").archived_at is None


def test_a_fleet_of_the_same_name_that_the_demo_did_not_make_lives_on(
    access: DemoAccess, home: Home
) -> None:
    adam = get_user_model().objects.get(username="adam")
    fleet_create(slug="web-shop", name="Web shop", admin=adam)

    demo_prepare(home, fresh=True)

    living = Fleet.objects.filter(archived_at=None).values_list("slug", flat=True)
    assert set(living) == {"web-shop", "shop-2"}


def test_keys_of_an_older_home_are_made_anew(access: DemoAccess, home: Home) -> None:
    path = home.root / "demo.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({"passwords": kept["passwords"], "key": kept["key"]}))

    found = demo_prepare(home)

    assert found.key == access.key
    assert found.keys.keys() == access.keys.keys()


def test_preparing_again_changes_nothing(access: DemoAccess, home: Home) -> None:
    outcomes, events = Outcome.objects.count(), fleet().event_seq

    again = demo_prepare(home)

    assert again == access
    assert (Outcome.objects.count(), fleet().event_seq) == (outcomes, events)


def test_the_secrets_are_for_their_owner_only(access: DemoAccess, home: Home) -> None:
    mode = (home.root / "demo.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_lost_secrets_are_replaced(access: DemoAccess, home: Home) -> None:
    (home.root / "demo.json").unlink()

    found = demo_prepare(home)

    assert (
        authenticate(HttpRequest(), username="rita", password=found.sign_ins[0].password)
        is not None
    )
    assert (
        authenticate(HttpRequest(), username="rita", password=access.sign_ins[0].password) is None
    )
    assert key_authenticate(found.key, now=clock_now()).fleet == fleet()


def test_the_loop_is_told_where_to_ask(access: DemoAccess, home: Home) -> None:
    assert access.environ("http://127.0.0.1:8000") == {
        "COUNTERSIGN_URL": "http://127.0.0.1:8000",
        "COUNTERSIGN_KEY": access.key,
        "COUNTERSIGN_SHOP": str(home.root / "shop.sqlite3"),
    }
