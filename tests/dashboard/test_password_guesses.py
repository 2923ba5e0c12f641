"""The old password beside a new one is a guess like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.dashboard.people import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People

NEW = "another battery, another staple"


def changed(client: Client, old: str) -> Any:
    return client.post(
        "/password/", {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    )


def test_whoever_sits_at_an_open_session_guesses_five_times(
    people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)

    answers = [changed(client, "wrong") for _ in range(5)]
    right = changed(client, PASSWORD)

    assert b"entered incorrectly" in answers[0].content
    assert b"Nothing is taken until 12:15:00 UTC" in right.content
    people.rita.refresh_from_db()
    assert people.rita.check_password(PASSWORD)


def test_the_right_one_is_taken_again_afterwards(
    people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    for _ in range(5):
        changed(client, "wrong")
    clock.forward(minutes=15)

    assert changed(client, PASSWORD).status_code == 302
