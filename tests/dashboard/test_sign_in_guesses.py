from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.models import Event
from governance.services.guesses_telling import guesses_tell
from governance.services.tokens import token_create
from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.people import PASSWORD

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


WRONG = "not the password of anybody"


def attempt(password: str = WRONG, username: str = "rita", **extra: Any) -> Any:
    return Client().post("/sign-in/", {"username": username, "password": password}, **extra)


def questions(username: str) -> list[str]:
    """Return how each question begins that a wrong guess asks of the database."""
    with CaptureQueriesContext(connection) as seen:
        attempt(username=username)
    return [re.sub(r"\d+", "#", each["sql"])[:40] for each in seen.captured_queries]


def test_the_fifth_wrong_password_says_until_when(people: People, clock: Clock) -> None:
    answers = [attempt() for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert b"until 12:15:00 UTC" in answers[-1].content


def test_not_even_the_right_one_is_taken_until_then(people: People, clock: Clock) -> None:
    for _ in range(5):
        attempt()

    clock.forward(minutes=14, seconds=59)
    early = attempt(PASSWORD)
    clock.forward(seconds=1)
    late = attempt(PASSWORD)

    assert (early.status_code, late.status_code) == (429, 302)


def test_what_is_refused_meanwhile_does_not_make_it_longer(people: People, clock: Clock) -> None:
    for _ in range(5):
        attempt()
    clock.forward(minutes=10)
    attempt()
    clock.forward(minutes=5)

    assert attempt(PASSWORD).status_code == 302


def test_a_name_that_nobody_has_is_answered_alike(people: People, clock: Clock) -> None:
    known = [attempt() for _ in range(6)]
    unknown = [attempt(username="nobody") for _ in range(6)]

    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert one.context["form"].non_field_errors() == other.context["form"].non_field_errors()


def test_nobody_locks_a_person_out_from_another_address(people: People, clock: Clock) -> None:
    for _ in range(20):
        attempt(REMOTE_ADDR="198.51.100.9")

    assert attempt(PASSWORD, REMOTE_ADDR="198.51.100.9").status_code == 429
    assert attempt(PASSWORD).status_code == 302


def test_an_address_cannot_be_made_up(people: People, clock: Clock) -> None:
    for number in range(5):
        attempt(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")

    assert attempt(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.99").status_code == 429


def test_behind_a_proxy_the_last_hop_counts(
    people: People, clock: Clock, settings: Settings
) -> None:
    settings.BEHIND_TLS = True
    for number in range(5):
        attempt(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.9")

    mine = attempt(PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.77, 198.51.100.9")
    other = attempt(PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.9, 198.51.100.10")

    assert (mine.status_code, other.status_code) == (429, 302)


def test_many_addresses_together_hold_the_name_back_but_not_where_the_person_is_signed_in(
    people: People, clock: Clock, settings: Settings
) -> None:
    settings.SIGN_IN_NAME_FAILURES = 12
    assert attempt(PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 302
    for number in range(12):
        attempt(REMOTE_ADDR=f"198.51.100.{number}")

    assert attempt(PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 429
    assert attempt(PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_a_sign_in_forgets_what_was_wrong_before(people: People, clock: Clock) -> None:
    for _ in range(4):
        attempt()
    attempt(PASSWORD)

    assert attempt().status_code == 200
    assert [row.failures_since_start for row in AccessAttempt.objects.all()] == [1]


def test_a_mail_address_counts_as_the_name_it_means(people: People, clock: Clock) -> None:
    people.rita.email = "rita@shop.example"
    people.rita.save()
    for _ in range(3):
        attempt(username="Rita@shop.example")
    for _ in range(2):
        attempt()

    assert attempt(PASSWORD, username="rita@shop.example").status_code == 429


def test_a_mail_address_signs_in(people: People) -> None:
    people.rita.email = "rita@shop.example"
    people.rita.save()

    assert attempt(PASSWORD, username="Rita@Shop.example").status_code == 302


def test_an_address_that_two_people_have_means_nobody(people: People) -> None:
    for person in (people.rita, people.mona):
        person.email = "team@shop.example"
        person.save()

    assert attempt(PASSWORD, username="team@shop.example").status_code == 200


def test_guesses_at_the_same_address_keep_nobody_who_is_signed_in_from_deciding(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    rita = client_of(people.rita)
    for _ in range(5):
        attempt()

    answer = rita.post(url(ticket), typed(ticket, password=PASSWORD), headers=JSON)

    assert attempt(PASSWORD).status_code == 429
    assert answer.status_code == 200


def test_guesses_beside_a_decision_count_for_their_session_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    here, there = client_of(people.rita), client_of(people.rita)
    for _ in range(4):
        here.post(url(ticket), typed(ticket, password="hunter22"), headers=JSON)
    changed = {"old_password": "hunter22", "new_password1": "x", "new_password2": "x"}
    here.post("/password/", changed)

    held = here.post(url(ticket), typed(ticket, password=PASSWORD), headers=JSON)
    free = there.post(url(ticket), typed(ticket, password=PASSWORD), headers=JSON)

    assert (held.status_code, held.json()["code"]) == (429, "too_many_wrong")
    assert held.json()["field"] == "password"
    assert int(held["Retry-After"]) > 0
    assert (free.status_code, attempt(PASSWORD).status_code) == (200, 302)


def test_a_token_beside_the_session_of_somebody_else_guesses_by_the_name(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    """Else whoever has a token guesses five times in each new session of their own."""
    ticket = shop.purge()
    _, token = token_create(user=people.rita, name="cli", expires_at=clock() + timedelta(days=1))
    guesses = {"Authorization": f"Bearer {token}", "X-Reauthenticate": "hunter22"}
    body = {"reason_code": "arguments_checked", "reason_text": "The order came back damaged."}
    codes = [
        client_of(people.otto)
        .post(
            f"/api/v1/tickets/{ticket.pk}/approve",
            body,
            "application/json",
            headers={**guesses, "If-Match": '"1"'},
        )
        .json()["code"]
        for _ in range(5)
    ]

    assert codes == ["reauthentication_failed"] * 5
    assert attempt(PASSWORD).status_code == 429


def test_only_how_often_is_kept(people: People) -> None:
    attempt("a secret of mine")

    kept = AccessAttempt.objects.values().get()

    assert kept["failures_since_start"] == 1
    assert "a secret of mine" not in str(kept)
    assert (kept["get_data"], kept["post_data"], kept["user_agent"]) == ("", "", "")


def test_the_fleets_of_the_person_are_told(people: People, clock: Clock) -> None:
    for _ in range(7):
        attempt()
    attempt(username="nobody")

    assert (guesses_tell(), guesses_tell()) == (6, 0)
    told = Event.objects.filter(fleet=people.fleet, name="person.sign_in_failed").order_by("seq")
    assert [event.payload["is_held"] for event in told] == [False] * 4 + [True]
    assert {event.payload["username"] for event in told} == {"rita"}


def test_a_guess_asks_the_same_of_the_database_whoever_has_the_name(people: People) -> None:
    people.lena.is_active = False
    people.lena.save()

    asked = [questions(name) for name in ("nobody", "rita", "lena")]

    assert "INSERT" in " ".join(asked[0])
    assert asked[1:] == asked[:1] * 2


def test_a_name_is_taken_again_by_command(people: People, clock: Clock) -> None:
    for _ in range(5):
        attempt()

    call_command("axes_reset_username", "rita")

    assert attempt(PASSWORD).status_code == 302


@pytest.mark.parametrize("username", ["rita\x00", ""])
def test_what_is_no_user_name_is_refused_and_not_counted(people: People, username: str) -> None:
    assert attempt(PASSWORD, username=username).status_code == 200
    assert not AccessAttempt.objects.exists()
