"""The health page: what it says of each part, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F

from governance.feed import broker_client
from governance.models import Event, Fleet, LogCheck, Outcome
from governance.selectors.signs import BEAT_KEY, LAST_ERROR_KEY, WORKER_KEYS
from governance.services.backups import backup_note
from tests.dashboard.incident import words
from tests.signs import PARTS, everybody_there, nobody_there, silent_for

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

HEALTH, PARTS_URL = "/health/", "/health/parts/"
WHO_MAY = "Only a manager or an admin of a fleet may see how the installation is doing"


@pytest.fixture
def mona(people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> Client:
    everybody_there()
    # Nothing is committed in a test: nobody pushes, seals or rolls up behind it.
    monkeypatch.setattr("governance.selectors.health.seal_lag", lambda now: timedelta())
    Event.objects.update(pushed_at=F("created_at"))
    Outcome.objects.update(received_at=datetime.now(UTC))
    Fleet.objects.update(created_at=datetime.now(UTC))
    return client_of(people.mona)


@pytest.mark.parametrize("url", [HEALTH, PARTS_URL])
@pytest.mark.parametrize(("name", "status"), [("mona", 200), ("adam", 200), ("otto", 200)])
def test_managers_and_admins_of_any_fleet_see_it(
    people: People, client_of: ClientOf, name: str, status: int, url: str
) -> None:
    response = client_of(getattr(people, name)).get(url)

    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
    assert WHO_MAY not in response.content.decode()


@pytest.mark.parametrize("url", [HEALTH, PARTS_URL])
def test_a_reviewer_is_told_who_may_see_it(people: People, client_of: ClientOf, url: str) -> None:
    response = client_of(people.rita).get(url)

    assert response.status_code == 403
    assert WHO_MAY in response.content.decode()
    assert "PostgreSQL" not in response.content.decode()


def test_a_stranger_signs_in_first(client_of: ClientOf, db: None) -> None:
    page, piece = client_of(None).get(HEALTH), client_of(None).get(PARTS_URL)

    assert (page.status_code, piece.status_code) == (302, 401)


def test_only_who_may_see_it_finds_it_in_the_navigation(
    people: People, client_of: ClientOf
) -> None:
    assert 'href="/health/"' in client_of(people.mona).get("/queue/").content.decode()
    assert 'href="/health/"' in client_of(people.mona).get("/f/shop/queue/").content.decode()
    assert 'href="/health/"' not in client_of(people.rita).get("/queue/").content.decode()


def test_no_two_places_of_the_navigation_have_one_icon(people: People, client_of: ClientOf) -> None:
    groups = client_of(people.adam).get("/f/shop/queue/").context["shell"].nav

    icons = [link.icon for group in groups for link in group.links]

    assert len(icons) > 25
    assert len(icons) == len(set(icons))


def test_all_is_calm_while_all_is_well(mona: Client) -> None:
    page = words(mona, HEALTH)

    assert f"No part needs a look: {PARTS - 4} of {PARTS} are well." in page
    assert "Not in use: webhooks, watch from outside, check of the log, back-up." in page
    assert "Needs a look" not in page
    assert "Watch from outside Not set up Nobody outside is told" in page
    assert "PostgreSQL" in page


def test_a_killed_worker_and_a_stopped_beat_are_named_each(mona: Client) -> None:
    silent_for(BEAT_KEY, 42)
    silent_for(f"{WORKER_KEYS}courier@here", 50)

    page = words(mona, HEALTH)

    assert f"2 of {PARTS} parts need a look: beat, queue notify." in page
    assert "The last beat was 42 s ago." in page
    assert "0 messages wait; its worker was last heard 50 s ago." in page
    assert "docker compose up -d beat" in page
    assert "Reviewers are not called by mail or chat" in page


def test_without_a_broker_what_it_knew_is_unknown(
    mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "LIVE_BROKER_URL", "redis://127.0.0.1:1/0")

    page = words(mona, HEALTH)

    assert f"9 of {PARTS} parts need a look: broker, beat, queue gate," in page
    assert "Last error: ConnectionError" in page
    assert "docker compose up -d valkey" in page
    assert "The broker does not answer." in page


def test_a_stalled_sweeper_says_how_late_it_is(mona: Client, shop: Shop, clock: Clock) -> None:
    shop.refund()
    clock.forward(minutes=31)

    page = words(mona, HEALTH)

    assert "Sweeper lag 1 min" in page
    assert "An overdue ticket is left lying." in page
    assert "docker compose restart beat worker" in page


def test_a_clock_that_is_off_is_told_with_its_direction(
    mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from governance.selectors import clock as clock_module  # noqa: PLC0415

    true = clock_module.source
    monkeypatch.setattr(clock_module, "source", lambda: true() + timedelta(seconds=90))

    page = words(mona, HEALTH)

    assert f"1 of {PARTS} parts needs a look: clocks." in page
    assert "This machine is 90.0 s behind the database." in page


def test_a_migration_that_is_not_applied_is_named(mona: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'governance' AND name = '0001_initial'"
        )

    page = words(mona, HEALTH)

    assert "are not applied, the first is governance.0001_initial." in page
    assert "python manage.py migrate" in page


def test_a_table_of_a_newer_release_is_told_apart(mona: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('governance', '9999_tomorrow', now())"
        )

    assert "of a newer release: governance.9999_tomorrow is not known here." in words(mona, HEALTH)


def test_the_last_back_up_is_told_and_missed_after_26_h(mona: Client, people: People) -> None:
    Fleet.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))
    none_yet = words(mona, HEALTH)
    Fleet.objects.update(created_at=datetime.now(UTC) - timedelta(hours=27))
    missed = words(mona, HEALTH)
    backup_note(product="0.1.0", sha256="0" * 64, size_bytes=1, taken_at=datetime.now(UTC))
    made = words(mona, HEALTH)

    assert "Back-up Not yet None was made yet." in none_yet
    assert "1 of" in missed
    assert "need" in missed
    assert "Back-up lag 1 d 3 h Late or short None was made yet." in missed
    assert "python manage.py backup" in missed
    assert "Back-up Well The last was at" in made


def test_an_error_is_told_without_its_secrets(mona: Client) -> None:
    import logging  # noqa: PLC0415

    from governance.services.signs import ErrorCounter  # noqa: PLC0415

    logger = logging.Logger("shop")  # noqa: LOG001 - apart from the tests' own handlers
    logger.addHandler(ErrorCounter())
    logger.error("the key %s of fleet %s was refused", "cs_secret_key", "shop")

    page = words(mona, HEALTH)

    assert "1 was logged." in page
    assert "Last error: shop: the key … of fleet shop was refused" in page
    assert "cs_secret_key" not in str(broker_client().get(LAST_ERROR_KEY))


def test_nobody_there_is_said_of_everybody(people: People, client_of: ClientOf) -> None:
    nobody_there()

    page = words(client_of(people.adam), HEALTH)

    assert "No beat was heard within the last hour." in page
    assert page.count("no worker was heard within the last hour") == 5


def checked(**columns: Any) -> LogCheck:
    """Return a check of the shop's log that has just ended."""
    now = datetime.now(UTC)
    values = {"number": 1, "state": "DONE", "asked_by": "log check", **columns}
    return LogCheck.objects.create(
        fleet=Fleet.objects.get(slug="shop"),
        asked_at=now,
        heard_at=now,
        **{"ended_at": now, **values},
    )


def test_what_the_last_check_of_the_log_found_is_said_with_the_way_there(mona: Client) -> None:
    checked(found=2, findings=[{"sentence": "Row 7 was altered."}])
    page = mona.get(HEALTH).content.decode()
    checked(number=2, state="FAILED", error="Its worker was lost.")
    after_a_lost_one = words(mona, HEALTH)
    checked(number=3)
    after_a_clean_one = words(mona, HEALTH)

    assert f"1 of {PARTS} parts needs a look: check of the log." in page
    assert "found 2 faults." in page
    assert "First fault: shop: Row 7 was altered." in page
    assert 'href="/f/shop/integrity/"' in page
    assert "First fault: shop: Row 7 was altered." in after_a_lost_one
    assert "nothing was changed." in after_a_clean_one
    assert "Needs a look" not in after_a_clean_one


def test_a_log_that_is_not_checked_any_longer_needs_a_look(mona: Client) -> None:
    checked(ended_at=datetime.now(UTC) - timedelta(hours=27))
    old = words(mona, HEALTH)
    checked(number=2, state="FAILED", error="Its worker was lost.")
    lost = words(mona, HEALTH)

    assert "Check of the log lag 1 d 3 h Late or short" in old
    assert "Last error: shop: Its worker was lost." in lost
