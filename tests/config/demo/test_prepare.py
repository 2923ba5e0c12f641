from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from pytest_django.fixtures import Settings

from config.demo import DemoAccess, demo_prepare
from config.embedded import Home
from governance.domain.types import Environment, Role, Scope, Tier, ToolStatus
from governance.models import Fleet, Outcome, Tool
from governance.selectors.access import key_authenticate
from governance.selectors.agents import agent_get
from governance.selectors.clock import clock_now
from governance.selectors.people import members_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Home:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Home(tmp_path)


@pytest.fixture
def access(home: Home) -> DemoAccess:
    return demo_prepare(home)


def fleet() -> Fleet:
    return Fleet.objects.get(slug="shop")


def test_two_reviewers_a_manager_and_an_admin_can_sign_in(access: DemoAccess) -> None:
    people = [(one.username, one.role) for one in access.sign_ins]
    known = [authenticate(username=o.username, password=o.password) for o in access.sign_ins]

    assert people == [
        ("rita", "reviewer"),
        ("ravi", "reviewer"),
        ("mona", "manager"),
        ("adam", "admin"),
    ]
    assert None not in known


def test_the_owners_are_members_and_cannot_sign_in(access: DemoAccess) -> None:
    roles = {member.user.username: member.role for member in members_of(fleet=fleet())}
    owners = get_user_model().objects.filter(username__in=["lena", "omar"])

    assert (roles["lena"], roles["omar"]) == (Role.REVIEWER, Role.REVIEWER)
    assert [owner.has_usable_password() for owner in owners] == [False, False]


def test_the_agents_key_may_ask_and_report_and_no_more(access: DemoAccess) -> None:
    key = key_authenticate(access.key, now=clock_now())

    assert key.environment is Environment.PRODUCTION
    assert key.scopes == {Scope.GATE, Scope.REPORT, Scope.READ}


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
    assert set(Tool.objects.values_list("name", "status")) == {
        ("read_orders", ToolStatus.CONFIRMED),
        ("draft_refund", ToolStatus.CONFIRMED),
        ("issue_refund", ToolStatus.CONFIRMED),
        ("delete_stale_customers", ToolStatus.CONFIRMED),
    }


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

    assert authenticate(username="rita", password=found.sign_ins[0].password) is not None
    assert authenticate(username="rita", password=access.sign_ins[0].password) is None
    assert key_authenticate(found.key, now=clock_now()).fleet == fleet()


def test_the_loop_is_told_where_to_ask(access: DemoAccess, home: Home) -> None:
    assert access.environ("http://127.0.0.1:8000") == {
        "COUNTERSIGN_URL": "http://127.0.0.1:8000",
        "COUNTERSIGN_KEY": access.key,
        "COUNTERSIGN_SHOP": str(home.root / "shop.sqlite3"),
    }
