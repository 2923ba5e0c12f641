"""Backtests and trials on their pages: asked for, followed, cancelled, stale, by each persona."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from governance.domain.backtest.trials import TrialState
from governance.models import Backtest, PolicyTrial
from governance.selectors.policy_drafts import draft_open
from governance.services.backtest_running import backtest_carry_out
from governance.services.policy_drafts import draft_discard, draft_publish
from governance.services.trials import trials_sweep
from tests.dashboard.incident import words
from tests.dashboard.sheets import lines, objects
from tests.dashboard.tried import trial_new, waiting_new
from tests.governance.services.trying import OTHER, PATH, VALUE, drafted

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/policy/backtest/"
JSON = {"Accept": "application/json"}
NB = "\N{NO-BREAK SPACE}"


def sent(client: Client, url: str, **fields: str) -> Any:
    return client.post(url, {"idempotency_key": str(uuid4()), "control": "x", **fields})


def plain(client: Client, url: str) -> str:
    return words(client, url).replace(NB, " ")


@pytest.fixture
def adam(shop: Shop, people: People, client_of: ClientOf, clock: Clock) -> Client:
    """The browser of an admin; the shop has a decision on its record, and a draft."""
    shop.refund()
    drafted(people.fleet, people.adam)
    clock.forward(minutes=1)
    return client_of(people.adam)


def test_an_admin_asks_and_sees_how_far_it_is(adam: Client, clock: Clock) -> None:
    answered = sent(adam, f"{URL}ask/", days="14")

    assert answered["Location"] == URL
    page = plain(adam, URL)
    assert "A backtest runs, waiting for a worker: 0 % done." in page
    assert "1 min, 2 Mar 12:00 to 2 Mar 12:01 UTC, 1 decision," in page
    Backtest.objects.update(state="RUNNING", stage="deciding again", share=0.25)
    Backtest.objects.update(started_at=clock.now - timedelta(seconds=30))
    page = plain(adam, URL)
    assert "A backtest runs, deciding again: 25 % done." in page
    assert "30 s so far, about 1 min left" in page


def test_a_script_is_told_that_it_begins(adam: Client) -> None:
    form = {"idempotency_key": "k-1", "control": "run", "days": "14"}

    answers = [adam.post(f"{URL}ask/", form, headers=JSON) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].json()["then"] == "What becomes of it stands on this page."
    assert Backtest.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"days": "0"}, "Days must be a whole number from 1 to 366, got “0”."),
        ({"days": "many"}, "Days must be a whole number from 1 to 366, got “many”."),
        ({"since": "yesterday"}, "since cannot be “yesterday”."),
        ({"until": "2026-03-01"}, "Say where the window begins, too."),
        ({"since": "2026-03-02", "until": "2026-02-01"}, "before it begins."),
        ({"since": "2026-01-02", "until": "2026-02-01"}, "outcome was recorded in these 31 days"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_named_on_the_page(
    adam: Client, fields: dict[str, str], sentence: str
) -> None:
    answered = sent(adam, f"{URL}ask/", **fields)

    assert answered.status_code in {409, 422}
    assert sentence in answered.content.decode()
    assert not Backtest.objects.exists()


def test_a_window_from_one_day_to_another_holds_both(adam: Client, clock: Clock) -> None:
    clock.forward(days=2)

    sent(adam, f"{URL}ask/", days="14", since="2026-03-01", until="2026-03-02")

    asked = Backtest.objects.get()
    assert (asked.until - asked.wanted_since) == timedelta(days=2)
    assert asked.decisions == 1


def test_the_first_of_two_admins_is_named_to_the_second(adam: Client) -> None:
    sent(adam, f"{URL}ask/", days="14")

    assert "A backtest runs already: wait for it, or cancel it." in plain(adam, URL)
    answered = sent(adam, f"{URL}ask/", days="7")

    assert answered.status_code == 409
    assert "A backtest runs already, waiting for a worker" in answered.content.decode()


def test_another_admin_cancels_it_and_is_named(adam: Client, people: People) -> None:
    running = waiting_new(people)

    answered = sent(adam, f"{URL}{running.pk}/cancel/")

    assert answered["Location"] == f"{URL}{running.pk}/"
    assert "Cancelled by Adam Weiss at 12:01:00 UTC: nothing was stored." in plain(
        adam, f"{URL}{running.pk}/"
    )
    again = sent(adam, f"{URL}{running.pk}/cancel/")
    assert again.status_code == 409
    assert "Adam Weiss cancelled it at 12:01:00 UTC." in again.content.decode()


def test_a_worker_that_says_nothing_is_called_silent(
    adam: Client, people: People, clock: Clock
) -> None:
    running = waiting_new(people)
    Backtest.objects.update(state="RUNNING", stage="deciding again", started_at=clock.now)
    clock.forward(seconds=20)

    page = plain(adam, f"{URL}{running.pk}/")

    assert "Nothing was heard of it for 20 s: its worker may be lost." in page


@pytest.mark.parametrize("name", ["rita", "mona"])
def test_everybody_reads_and_is_told_why_they_cannot_ask(
    adam: Client, people: People, client_of: ClientOf, name: str
) -> None:
    waiting_new(people)
    client = client_of(getattr(people, name))
    role = {"rita": "reviewer", "mona": "manager"}[name]

    page = plain(client, URL)
    asked = sent(client, f"{URL}ask/", days="14")

    assert page.count(f"Only an admin may change the policy; you are a {role}.") == 3
    assert asked.status_code == 403
    assert Backtest.objects.count() == 1


def test_without_a_draft_the_page_leads_to_the_policy(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = plain(client_of(people.adam), URL)

    assert "There is no draft that differs from policy 1: change a field first." in page
    assert "No draft was tried on the record yet." in page


def test_the_report_stands_in_its_order(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)

    page = plain(adam, f"{URL}{done.pk}/")

    assert "policy 1 against 1 changed setting" in page
    parts = ["Facts", "Estimate", "Unknown", "Both halves", "Not in the replay"]
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    assert "there is nothing to estimate" in page
    assert "there is nothing to estimate" in plain(adam, URL.removesuffix("backtest/"))
    assert "Nothing that was turned away then would run now." in page


def test_the_title_rounds_a_window_as_its_report_does(adam: Client, people: People) -> None:
    waiting = waiting_new(people)
    Backtest.objects.filter(pk=waiting.pk).update(since=waiting.until - timedelta(seconds=118))
    backtest_carry_out(backtest_id=waiting.pk)

    page = plain(adam, f"{URL}{waiting.pk}/")

    assert "a draft, on 2 min, " in page
    assert "2 min of the record" in page


def test_the_report_is_stale_once_the_draft_changes(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)
    assert "changed since" not in plain(adam, f"{URL}{done.pk}/")

    drafted(people.fleet, people.adam, OTHER, seen=VALUE)

    page = plain(adam, f"{URL}{done.pk}/")
    assert "1 field of the draft changed since: run it again." in page
    assert "policy 1 against 1 changed setting" in page


def test_the_report_is_stale_once_another_policy_is_in_force(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)
    drafted(people.fleet, people.adam, OTHER, seen=VALUE)
    draft = draft_open(fleet=people.fleet)
    assert draft is not None

    draft_publish(
        fleet=people.fleet, user=people.adam, version=draft.version, reason="Freeze sooner."
    )

    page = plain(adam, f"{URL}{done.pk}/")
    assert "Policy 2 came into force since: run it again." in page


def test_a_policy_that_says_what_was_tried_is_not_stale_news(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)
    draft = draft_open(fleet=people.fleet)
    assert draft is not None

    draft_publish(
        fleet=people.fleet, user=people.adam, version=draft.version, reason="Freeze sooner."
    )

    page = plain(adam, f"{URL}{done.pk}/")
    assert "Policy 2 came into force since and says what was tried." in page


def test_a_draft_that_was_discarded_is_said(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)
    draft = draft_open(fleet=people.fleet)
    assert draft is not None

    draft_discard(fleet=people.fleet, user=people.adam, version=draft.version)

    assert "The draft that was tried is open no longer." in plain(adam, f"{URL}{done.pk}/")


def test_the_tables_of_a_report_are_files(adam: Client, people: People) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)

    counts = {row["count"]: row for row in lines(adam, f"{URL}{done.pk}/counts.csv")}
    settings = objects(adam, f"{URL}{done.pk}/settings.json")

    assert float(counts["length_days"]["whole"]) == 7.0
    assert counts["failures_corrected"]["whole"] == ""
    assert [(each["setting"], each["draft"]) for each in settings] == [(PATH, VALUE)]


def test_a_backtest_of_another_fleet_is_not_there(adam: Client, people: People) -> None:
    assert adam.get(f"{URL}{uuid4()}/").status_code == 404
    assert adam.get(f"{URL}trials/{uuid4()}/").status_code == 404


def test_a_trial_names_no_policy_that_decides_no_longer(adam: Client, people: People) -> None:
    sent(adam, f"{URL}trials/start/", days="7", reason="See the summer.")
    draft = draft_open(fleet=people.fleet)
    assert draft is not None

    draft_publish(
        fleet=people.fleet, user=people.adam, version=draft.version, reason="Freeze sooner."
    )

    page = plain(adam, f"{URL}trials/{PolicyTrial.objects.get().pk}/")
    still = (
        "It stands still since 2 Mar 12:01 UTC, when policy 2 came into force, and ends by itself"
        " within a minute."
    )
    assert still in page
    assert "7 d left" not in page
    assert "Policy 1 decides." not in page
    assert "Policy 2 came into force since" in page
    drafted(people.fleet, people.adam, OTHER, seen=VALUE)
    sent(adam, f"{URL}trials/start/", days="2", reason="Another.")
    assert PolicyTrial.objects.count() == 2
    page = plain(adam, f"{URL}trials/{PolicyTrial.objects.earliest('started_at').pk}/")
    assert "ended 2 Mar 12:01 UTC. Policy 2 came into force." in page
    assert "Ended early" not in page


def test_an_admin_starts_a_trial_and_ends_it(adam: Client, clock: Clock) -> None:
    started = sent(adam, f"{URL}trials/start/", days="7", reason="See the summer.")
    trial = PolicyTrial.objects.get()
    here = f"{URL}trials/{trial.pk}/"

    assert started["Location"] == f"{URL}#trials"
    page = plain(adam, here)
    assert "Started 2 Mar 12:01 UTC by Adam Weiss, until 9 Mar 12:01 UTC. Policy 1 decides." in page
    assert "7 d left" in page
    assert "“See the summer.”" in page
    assert "The open draft says exactly what is tried here." in page
    clock.forward(days=1)
    assert sent(adam, f"{here}end/", reason="").status_code == 422
    sent(adam, f"{here}end/", reason="Seen enough.")
    assert PolicyTrial.objects.get().state == TrialState.STOPPED
    page = plain(adam, here)
    assert "ended 3 Mar 12:01 UTC by Adam Weiss" in page
    assert "Ended early: “Seen enough.”" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"days": "31", "reason": "Long."}, "Days must be a whole number from 1 to 30, got “31”."),
        ({"days": "7", "reason": " "}, "A trial needs a reason."),
        # Python refuses to read a number of so many digits.
        ({"days": "9" * 5_000, "reason": "Long."}, "Days must be a whole number from 1 to 30"),
    ],
)
def test_a_trial_that_cannot_be_is_named_on_the_page(
    adam: Client, fields: dict[str, str], field: str
) -> None:
    answered = sent(adam, f"{URL}trials/start/", **fields)

    assert answered.status_code == 422
    assert field in answered.content.decode()
    assert not PolicyTrial.objects.exists()


def test_a_trial_is_compared_and_shows_its_report(
    adam: Client, shop: Shop, people: People, clock: Clock
) -> None:
    trial = trial_new(people)
    shop.refund()
    clock.forward(hours=1)
    trials_sweep()
    here = f"{URL}trials/{trial.pk}/"
    assert "Not compared yet: it is each hour, and when you ask." in plain(adam, here)

    backtest_carry_out(backtest_id=Backtest.objects.get(trial=trial).pk)

    page = plain(adam, here)
    assert "Compared over 1 h, 2 Mar 12:01 to 2 Mar 13:01 UTC." in page
    assert "Both halves" in page
    assert "No draft was tried on the record yet." in plain(adam, URL)


def test_the_page_of_versions_says_how_long_one_was_tried(
    adam: Client, people: People, clock: Clock
) -> None:
    trial_new(people)
    clock.forward(days=2)
    draft = draft_open(fleet=people.fleet)
    assert draft is not None

    draft_publish(
        fleet=people.fleet, user=people.adam, version=draft.version, reason="It was calm."
    )

    page = plain(adam, "/f/shop/policies/")
    assert page.count("Tried for 2 d before.") == 1


def test_only_an_admin_moves_a_trial(adam: Client, people: People, client_of: ClientOf) -> None:
    trial = trial_new(people)
    mona = client_of(people.mona)
    here = f"{URL}trials/{trial.pk}/"

    answers = [
        sent(mona, f"{here}compare/").status_code,
        sent(mona, f"{here}end/", reason="Mine.").status_code,
        sent(mona, f"{URL}trials/start/", days="7", reason="Mine.").status_code,
    ]

    assert answers == [403, 403, 403]
    assert "Only an admin may change the policy; you are a manager." in plain(mona, here)


def test_the_navigation_leads_there(shop: Shop, people: People, client_of: ClientOf) -> None:
    html = client_of(people.rita).get(URL).content.decode()

    assert f'href="{URL}"' in html.split("<h2>Tune</h2>")[1].split("</nav>")[0]


def test_the_same_queries_draw_one_backtest_and_many(
    adam: Client, people: People, django_assert_max_num_queries: Any
) -> None:
    done = backtest_carry_out(backtest_id=waiting_new(people).pk)
    adam.get(URL)
    rows = [
        Backtest(
            fleet=people.fleet, base=done.base, body={}, values={PATH: each}, since=done.since,
            until=done.until, wanted_since=done.since, state="CANCELLED", asked_by="adam",
            cancelled_by="adam", asked_at=done.asked_at, heard_at=done.asked_at,
            ended_at=done.asked_at,
        )
        for each in range(20)
    ]  # fmt: skip
    with django_assert_max_num_queries(40):
        adam.get(URL)
    Backtest.objects.bulk_create(rows)

    with django_assert_max_num_queries(40):
        adam.get(URL)
