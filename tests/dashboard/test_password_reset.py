from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client
from kombu.exceptions import OperationalError

from config.celery import app
from escalations.services.reset_asking import FOR_MAIL_MOST, FROM_ADDRESS_MOST, WINDOW_S
from escalations.tasks import password_reset_mail
from governance.feed import broker_client
from governance.models import Event
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import app_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.mail import EmailMessage
    from pytest_django.fixtures import Settings

    from tests.dashboard.people import ClientOf, People

NEW = "another battery, another staple"
FORGOTTEN = "/sign-in/forgotten/"


@pytest.fixture(autouse=True)
def mail(people: People, settings: Settings) -> Iterator[None]:
    """rita has a mail address; a courier works at once, and its mail stays in memory."""
    settings.EMAIL_HOST = "mail.example"
    settings.CONSOLE_URL = "https://console.example"
    people.rita.email = "rita@shop.example"
    people.rita.save()
    cache.clear()
    asks_forget()
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def asks_forget() -> None:
    """Forget how often a new password was asked for, by whichever test."""
    for key in broker_client().scan_iter("countersign:reset:*"):
        broker_client().delete(key)


def asked(address: str = "rita@shop.example") -> Any:
    return Client().post(FORGOTTEN, {"mail": address})


def link_of(mailed: EmailMessage) -> str:
    found = re.search(r"https://console\.example(/sign-in/new-password/\S+)", str(mailed.body))
    assert found is not None
    return found[1]


def opened(client: Client, link: str) -> Any:
    return client.get(link, follow=True)


def set_new(client: Client, link: str, password: str = NEW) -> Any:
    page = opened(client, link)
    return client.post(
        page.redirect_chain[-1][0], {"new_password1": password, "new_password2": password}
    )


def test_a_link_is_mailed_and_sets_a_new_password(mailoutbox: list[EmailMessage]) -> None:
    asked("Rita@shop.example")
    client = Client()

    done = set_new(client, link_of(mailoutbox[0]))

    assert mailoutbox[0].to == ["rita@shop.example"]
    assert mailoutbox[0].subject == "A new password for Countersign"
    assert b"Your password is set" in done.content
    old = Client().post("/sign-in/", {"username": "rita", "password": PASSWORD})
    new = Client().post("/sign-in/", {"username": "rita", "password": NEW})
    assert (old.status_code, new.status_code) == (200, 302)


def test_nobody_learns_who_has_an_address(mailoutbox: list[EmailMessage]) -> None:
    known, unknown = asked(), asked("nobody@shop.example")

    assert known.content == unknown.content
    assert len(mailoutbox) == 1


def test_the_link_is_not_in_the_address_while_the_password_is_typed(
    mailoutbox: list[EmailMessage],
) -> None:
    asked()
    link = link_of(mailoutbox[0])

    page = opened(Client(), link)

    assert page.redirect_chain[-1][0].endswith("/set-password/")
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"


def test_the_link_works_once(mailoutbox: list[EmailMessage]) -> None:
    asked()
    link = link_of(mailoutbox[0])
    set_new(Client(), link)

    again = opened(Client(), link)

    assert b"This link is over" in again.content


def test_the_link_works_for_an_hour(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked()
    generator = default_token_generator
    now = generator._now()
    link = link_of(mailoutbox[0])

    monkeypatch.setattr(generator, "_now", lambda: now + timedelta(minutes=59))
    within = opened(Client(), link)
    monkeypatch.setattr(generator, "_now", lambda: now + timedelta(minutes=61))
    after = opened(Client(), link)

    assert b"Set the password" in within.content
    assert b"This link is over" in after.content


def test_a_link_of_one_person_is_no_link_of_another(
    people: People, mailoutbox: list[EmailMessage]
) -> None:
    people.mona.email = "mona@shop.example"
    people.mona.save()
    asked()
    asked("mona@shop.example")
    rita, mona = (link_of(each).rstrip("/").split("/") for each in mailoutbox)

    crossed = opened(Client(), "/".join([*rita[:-1], mona[-1], ""]))

    assert b"This link is over" in crossed.content


def test_a_weak_password_is_refused_with_its_reason(mailoutbox: list[EmailMessage]) -> None:
    asked()

    response = set_new(Client(), link_of(mailoutbox[0]), "12345678")

    assert b"entirely numeric" in response.content


def test_every_session_ends_and_guesses_are_forgotten(
    people: People, client_of: ClientOf, mailoutbox: list[EmailMessage]
) -> None:
    here = client_of(people.rita)
    for _ in range(5):
        Client().post("/sign-in/", {"username": "rita", "password": "wrong"})
    asked()

    set_new(Client(), link_of(mailoutbox[0]))

    assert here.get("/queue/").status_code == 302
    new = Client().post("/sign-in/", {"username": "rita", "password": NEW})
    assert new.status_code == 302
    told = set(Event.objects.filter(fleet=people.fleet).values_list("name", flat=True))
    assert {"person.password_reset", "session.ended"} <= told


def test_the_second_step_stays(people: People, mailoutbox: list[EmailMessage]) -> None:
    app_of(people.rita)
    asked()

    set_new(Client(), link_of(mailoutbox[0]))

    new = Client().post("/sign-in/", {"username": "rita", "password": NEW})
    assert new["Location"] == "/sign-in/code/"
    assert "recovery code" in str(mailoutbox[0].body)


def test_who_is_closed_or_has_no_password_is_mailed_nothing(
    people: People, mailoutbox: list[EmailMessage]
) -> None:
    people.rita.set_unusable_password()
    people.rita.save()
    people.mona.email, people.mona.is_active = "mona@shop.example", False
    people.mona.save()

    asked()
    asked("mona@shop.example")

    assert mailoutbox == []


def test_asking_again_at_once_mails_nothing_more(mailoutbox: list[EmailMessage]) -> None:
    asked()
    asked()

    assert len(mailoutbox) == 1


def queued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return for whom a courier is asked to mail, from now on."""
    found: list[Any] = []
    monkeypatch.setattr(password_reset_mail, "apply_async", lambda args, **_: found.append(args[0]))
    return found


def test_who_asks_too_often_for_one_address_is_told_the_same_and_queues_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = queued(monkeypatch)

    answers = [asked(mail) for mail in ("rita@shop.example", "RITA@shop.example ") * 3]

    assert jobs == ["rita@shop.example", "RITA@shop.example", "rita@shop.example"]
    assert len({(each.status_code, each.content) for each in answers}) == 1
    asked("mona@shop.example")
    assert len(jobs) == FOR_MAIL_MOST + 1


def test_one_place_asks_for_so_many_and_uses_up_nobodys_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = queued(monkeypatch)

    for number in range(FROM_ADDRESS_MOST + 5):
        asked(f"{number}@shop.example")
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    elsewhere.post(FORGOTTEN, {"mail": f"{FROM_ADDRESS_MOST + 1}@shop.example"})

    assert len(jobs) == FROM_ADDRESS_MOST + 1
    keys = list(broker_client().scan_iter("countersign:reset:*"))
    assert {0 < broker_client().ttl(key) <= WINDOW_S for key in keys} == {True}


@pytest.mark.parametrize("typed", ["", " ", "a" * 255])
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert asked(typed).status_code == 422


def test_without_a_mail_server_it_is_not_offered(settings: Settings) -> None:
    assert b"I forgot my password" in Client().get("/sign-in/").content

    settings.EMAIL_HOST = ""

    assert b"I forgot my password" not in Client().get("/sign-in/").content
    assert Client().get(FORGOTTEN).status_code == 404


def test_without_a_broker_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(password_reset_mail, "apply_async", away)

    assert asked().status_code == 503


def test_without_a_broker_to_count_in_it_says_so(settings: Settings) -> None:
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"

    assert asked().status_code == 503


def test_an_address_that_no_column_takes_is_none() -> None:
    assert asked("a\0@shop.example").status_code == 422
