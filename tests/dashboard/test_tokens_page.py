from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.models import Event, PersonalToken, StoredAnswer
from governance.refusals import UnauthenticatedError
from governance.selectors.access import person_authenticate
from governance.services.tokens import token_create
from tests.dashboard.incident import words

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People

PAGE = "/account/tokens/"
PASSWORD = "a-long-password"
DAY = timedelta(days=1)
TOKEN = re.compile(r"csp_[0-9a-f]{12}_[0-9a-f]{64}")


@pytest.fixture
def rita(people: People, clock: Clock, client_of: ClientOf) -> Client:
    people.rita.set_password(PASSWORD)
    people.rita.save()
    return client_of(people.rita)


def form(**fields: Any) -> dict[str, Any]:
    return {
        "name": "cli", "life": "90", "password": PASSWORD, "idempotency_key": "k-1", **fields
    }  # fmt: skip


def test_a_person_makes_a_token_and_sees_it_once(
    rita: Client, people: People, clock: Clock
) -> None:
    first, again = (rita.post(f"{PAGE}add/", form()) for _ in range(2))

    text = TOKEN.findall(first.content.decode())[0]
    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    assert person_authenticate(text, now=clock()) == people.rita
    assert PersonalToken.objects.get().expires_at == clock() + 90 * DAY
    assert not TOKEN.search(again.content.decode())
    assert "This form was sent before" in again.content.decode()
    assert not TOKEN.search(rita.get(PAGE).content.decode())
    assert text.rpartition("_")[2] not in StoredAnswer.objects.get().answer


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"password": ""}, "Your password is needed."),
        ({"password": "wrong"}, "password"),
        ({"life": "never"}, "The form offers no such life"),
        ({"life": "366"}, "The form offers no such life"),
        (
            {"name": ""},
            "A token needs a name of 1 to 120 characters on one line: this one is empty.",
        ),
        ({"name": "my\x07key"}, "this one has a hidden character, U+0007, at place 3."),
    ],
)
def test_what_cannot_be_makes_no_token(rita: Client, typed: dict[str, str], problem: str) -> None:
    refused = rita.post(f"{PAGE}add/", form(**typed))

    assert refused.status_code == 422
    assert "Not recorded." in refused.content.decode()
    assert problem in refused.content.decode()
    assert not PersonalToken.objects.exists()


def test_a_token_is_revoked(rita: Client, people: People, clock: Clock) -> None:
    token, text = token_create(user=people.rita, name="cli", expires_at=clock() + DAY)

    revoked = rita.post(f"{PAGE}{token.pk}/revoke/", {"idempotency_key": "k-2"})

    assert (revoked.status_code, revoked["Location"]) == (302, PAGE)
    with pytest.raises(UnauthenticatedError, match="revoked"):
        person_authenticate(text, now=clock())
    assert Event.objects.filter(name="token.revoked").count() == 1
    assert "Revoked 2 Mar 12:00." in words(rita, PAGE).replace("\xa0", " ")


def test_nobody_sees_or_revokes_the_token_of_another(
    rita: Client, people: People, clock: Clock
) -> None:
    token, text = token_create(user=people.mona, name="secret plan", expires_at=clock() + DAY)

    answered = rita.post(f"{PAGE}{token.pk}/revoke/", {"idempotency_key": "k-2"})

    assert answered.status_code == 404
    assert "secret plan" not in words(rita, PAGE)
    assert person_authenticate(text, now=clock()) == people.mona


def test_a_token_that_ends_soon_says_so(rita: Client, people: People, clock: Clock) -> None:
    token_create(user=people.rita, name="cli", expires_at=clock() + 14 * DAY)

    shown = words(rita, PAGE)

    assert "Ends soon" in shown
    assert "never used" in shown


def test_an_admin_sees_how_many_tokens_a_member_has_and_nobody_else_does(
    people: People, clock: Clock, client_of: ClientOf
) -> None:
    for name in ("one", "two"):
        token_create(user=people.rita, name=name, expires_at=clock() + DAY)

    seen = {
        name: "2 tokens" in words(client_of(getattr(people, name)), "/f/shop/people/")
        for name in ("adam", "mona")
    }

    assert seen == {"adam": True, "mona": False}
