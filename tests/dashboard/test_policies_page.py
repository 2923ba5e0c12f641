"""The versions of a policy, what each changed, and what was seen around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.display.policy_values import value_words
from governance.domain.policy import policy_default
from governance.domain.types import TaskType, Tier
from governance.models import CellHour, Fleet, PolicyVersion
from tests.dashboard.incident import words
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.cards.policies import PoliciesPage, VersionCard
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/policies/"


def page_of(client: Any, query: str = "") -> PoliciesPage:
    page: PoliciesPage = client.get(f"{URL}{query}").context["policies"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def published(
    shop: Shop, people: People, minutes: float, reason: str = "Freezes too long."
) -> None:
    policy = policy_default()
    shorter = replace(policy, breaker=replace(policy.breaker, freeze_first_min=minutes))
    fleet = Fleet.objects.get(pk=shop.key.fleet.pk)
    policy_publish(fleet=fleet, policy=shorter, user=people.adam, reason=reason)


def seen(shop: Shop, at: datetime, **counts: Any) -> None:
    CellHour.objects.create(
        fleet=shop.key.fleet, starts_at=at, task_type=TaskType.PIPELINE, tier=Tier.LOW, **counts
    )


def card(page: PoliciesPage, number: int) -> VersionCard:
    return next(version for version in page.versions if version.number == number)


def test_a_version_says_what_it_changed_and_why(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=3)
    published(shop, people, 2.0)

    page = page_of(client_of(people.mona))

    latest = page.versions[0]
    (line,) = latest.settings
    assert plain(page.summary) == "Policy 2 is in force since 2 Mar 15:00 UTC."
    assert (latest.number, latest.is_in_force, latest.reason) == (2, True, "Freezes too long.")
    assert (line.path, plain(line.before), plain(line.after)) == (
        "breaker.freeze_first_min",
        "15 minutes",
        "2 minutes",
    )
    assert plain(latest.compared) == (
        "Too early to say: whole hours are compared, and this version has not been in force for"
        " one."
    )
    assert card(page, 1).compared == "The first version: nothing stands before it."


def test_what_can_never_be_compared_is_said_and_what_was_seen_since_stands_alone(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    # Policy 1 stands for 75 min and holds no whole hour of the clock, policy 2 for 3 h.
    client = client_of(people.mona)
    policy_one = clock.now
    PolicyVersion.objects.filter(number=1).update(created_at=policy_one + timedelta(minutes=20))
    clock.forward(minutes=95)
    published(shop, people, 2.0)
    nothing = (
        "Policy 1 stood for less than one whole hour of the clock, so there is nothing to compare."
    )

    at_once = page_of(client).versions[0]
    clock.forward(hours=3)
    seen(shop, policy_one + timedelta(hours=2), asked=200, escalated=20)
    later = page_of(client).versions[0]

    assert plain(at_once.compared) == (
        f"{nothing} What is seen since it is in force stands here after its first whole hour."
    )
    assert at_once.effects == ()
    assert plain(later.compared) == (
        f"{nothing} What was seen since: the 2 h from 2 Mar 14:00 UTC."
    )
    assert not later.is_compared
    assert [plain(line.after) for line in later.effects[:2]] == ["200", "10 %, n 200"]
    text = words(client, URL)
    assert "Tasks asked for 200" in text
    assert "Verdict" not in text


def test_a_version_replaced_within_its_hour_is_never_too_early(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=3)
    published(shop, people, 2.0)
    clock.forward(minutes=20)
    published(shop, people, 3.0)
    clock.forward(hours=3)

    page = page_of(client_of(people.mona))

    nothing = (
        "Policy 2 stood for less than one whole hour of the clock, so there is nothing to compare."
    )
    assert card(page, 2).compared == nothing
    assert card(page, 3).compared.startswith(nothing)


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("minutes", "minute"), ("matches", "match"), ("s", "s"), ("log odds", "log odds"),
        ("audits a day", "audit a day"), ("US dollars", "US dollar"), ("times", "time"),
        ("times the odds", "times the odds"), ("min", "min"),
    ],
)  # fmt: skip
def test_one_of_a_unit_is_one(unit: str, one: str) -> None:
    assert plain(value_words(1.0, unit)) == f"1 {one}"


def test_a_share_is_told_in_percent_and_one_of_a_unit_as_one(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    policy = policy_default()
    breaker = replace(policy.breaker, freeze_first_min=1.0, freeze_jitter=0.125)
    policy_publish(
        fleet=Fleet.objects.get(pk=shop.key.fleet.pk),
        policy=replace(policy, breaker=breaker),
        user=people.adam,
        reason="Calmer.",
    )

    lines = page_of(client_of(people.mona)).versions[0].settings

    assert {line.path: (plain(line.before), plain(line.after)) for line in lines} == {
        "breaker.freeze_first_min": ("15 minutes", "1 minute"),
        "breaker.freeze_jitter": ("10 %", "12.5 %"),
    }


def test_what_was_seen_before_stands_beside_what_was_seen_since(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=3, minutes=20)
    published(shop, people, 2.0)
    changed = clock.now
    # 12:00 to 15:00 stands before it; 15:00 holds the change itself and is left out.
    seen(
        shop,
        changed.replace(hour=13, minute=0),
        asked=200,
        escalated=20,
        outcomes=100,
        failures=5,
        cost_usd=Decimal(50),
    )
    seen(shop, changed.replace(hour=15, minute=0), asked=999, escalated=999)
    seen(
        shop,
        changed.replace(hour=17, minute=0),
        asked=300,
        escalated=90,
        outcomes=4,
        failures=1,
        cost_usd=Decimal(1),
    )
    clock.forward(hours=5)

    latest = page_of(client_of(people.mona)).versions[0]

    assert plain(latest.compared).startswith(
        "The 3 h up to 2 Mar 15:00 UTC beside the 3 h from 2 Mar 16:00 UTC."
    )
    lines = {
        line.label: tuple(
            plain(text) for text in (line.before, line.after, line.difference, line.verdict)
        )
        for line in latest.effects
    }
    assert lines["Tasks asked for"] == ("200", "300", "", "")
    assert lines["Put before people, of what was asked"] == (
        "10 %, n 200",
        "30 %, n 300",
        "+20.0 points (+13.0 to +26.4)",
        "rose",
    )
    assert lines["Failed, of what ran"] == (
        "5.0 %, n 100",
        "1 of 4",
        "",
        "not enough data (4 of 10)",
    )
    assert lines["Expired unanswered, of what ended"][:2] == ("no data", "no data")
    assert lines["Cost of a task that ran"][:2] == ("$0.50, n 100", "$0.25, n 4")


def test_older_versions_have_a_page_of_their_own_and_their_own_span(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    for number in range(2, 13):
        clock.forward(hours=4)
        published(shop, people, float(number))
    client = client_of(people.rita)

    newest = page_of(client)
    older = page_of(client, newest.older_url.removeprefix(URL))

    assert [version.number for version in newest.versions] == list(range(12, 2, -1))
    assert [version.number for version in older.versions] == [2, 1]
    assert plain(older.summary) == "Versions 1 to 2, newest first."
    assert plain(card(older, 2).compared).startswith("The 4 h up to 2 Mar 16:00 UTC")
    assert plain(card(newest, 3).compared).startswith("The 4 h up to 2 Mar 20:00 UTC")
    assert older.older_url == ""


@pytest.mark.parametrize("below", ["x", "-1", "9" * 12, "٣"])
def test_what_is_no_number_leaves_the_newest(
    below: str, shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert page_of(client_of(people.rita), f"?below={below}").versions[0].number == 1


def test_below_the_first_there_is_none(shop: Shop, people: People, client_of: ClientOf) -> None:
    page = page_of(client_of(people.rita), "?below=1")

    assert (page.summary, page.versions) == ("No version below 1.", ())


def test_the_queries_do_not_grow_with_versions_and_hours(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(URL)
        return len(few)

    client = client_of(people.mona)
    clock.forward(hours=3)
    published(shop, people, 2.0)
    clock.forward(hours=3)
    client.get(URL)
    small = counted()
    for number in range(3, 12):
        clock.forward(hours=3)
        seen(shop, clock.now - timedelta(hours=1), asked=5)
        published(shop, people, float(number))
    client.get(URL)

    assert counted() == small


def test_words_of_a_reason_are_only_text(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(hours=1)
    published(shop, people, 2.0, reason="<b>Bold</b> reason")

    assert "&lt;b&gt;Bold&lt;/b&gt; reason" in client_of(people.mona).get(URL).content.decode()
