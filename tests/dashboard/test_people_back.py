"""Members whom an admin lets in again: without a second factor, or after they were deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import mail

from config.celery import app
from governance.domain.types import Role
from governance.models import Event
from governance.services.fleets import membership_set, user_deactivate
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import app_of
from tests.dashboard.test_people_page import EMAIL, MOVE, PAGE, card, line_of, role_of, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoCaptureOnCommitCallbacks
    from pytest_django.fixtures import Settings

    from tests.dashboard.people import ClientOf, People


@pytest.fixture
def courier() -> Iterator[None]:
    """A courier works at once, and its mail stays in memory."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_an_admin_takes_a_second_factor_off_with_their_password_once_more(
    people: People,
    client_of: ClientOf,
    settings: Settings,
    courier: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_HOST = "mail.example"
    people.rita.email = EMAIL
    people.rita.save()
    app_of(people.rita)
    rita, adam = client_of(people.rita), client_of(people.adam)
    off = typed(control="second-factor", role="reviewer")

    unproven = adam.post(MOVE, off)
    wrong = adam.post(MOVE, {**off, "password": "hunter22"})
    with django_capture_on_commit_callbacks(execute=True):
        done = adam.post(MOVE, {**off, "password": PASSWORD})

    assert (unproven.status_code, wrong.status_code, done.status_code) == (422, 422, 302)
    form = line_of(wrong.context["people"], "rita").form
    assert form is not None
    assert form.wrong == "password"
    assert form.problem.startswith("Not recorded. That is not your password.")
    assert rita.get(PAGE)["Location"] == f"/sign-in/?next={PAGE}"
    told = Event.objects.get(name="person.second_factor_off")
    assert (told.actor, told.payload["reason"]) == ("adam", "Takes over the shift.")
    (sent,) = mail.outbox
    assert sent.to == [EMAIL]
    assert "Adam Weiss took the second factor off rita" in str(sent.body)


@pytest.mark.parametrize(
    ("username", "seen", "sentence"),
    [
        ("adam", "admin", "Your own is turned off under Sign-in and sessions."),
        ("mona", "manager", "Mona Lind signs in without a second factor."),
        ("rita", "reviewer", "Rita Okafor also belongs to a fleet that you do not administer"),
    ],
)
def test_whose_second_factor_is_not_an_admins_to_take_off(
    people: People, client_of: ClientOf, username: str, seen: str, sentence: str
) -> None:
    elsewhere = people.otto.memberships.get().fleet
    membership_set(fleet=elsewhere, user=people.rita, role=Role.REVIEWER, actor="otto")
    app_of(people.rita)
    app_of(people.adam)
    adam = client_of(people.adam)
    form = line_of(card(adam), username).form

    answer = adam.post(MOVE, typed(username, seen=seen, control="second-factor", password=PASSWORD))

    assert form is not None
    shown = {each.name: each.why_not for each in form.moves}["second-factor"]
    assert shown.startswith(sentence)
    assert form.proof is None
    assert answer.status_code in {403, 409}
    assert sentence in answer.content.decode()
    assert not Event.objects.filter(name="person.second_factor_off").exists()


def test_who_was_deactivated_is_taken_back(people: People, client_of: ClientOf) -> None:
    adam = client_of(people.adam)
    adam.post(MOVE, typed(control="deactivate"))
    (gone,) = card(adam).gone
    back = {"username": "rita", "seen": gone.role, "role": gone.role, "control": "take-back"}

    unsaid = adam.post(MOVE, {**back, "idempotency_key": "key-2"})
    long = adam.post(MOVE, {**back, "idempotency_key": "key-1", "reason": "x" * 501})
    by_mona = client_of(people.mona).post(MOVE, {**back, "idempotency_key": "k", "reason": "x"})
    done = adam.post(MOVE, {**back, "idempotency_key": "key-3", "reason": "Is well again."})
    again = adam.post(MOVE, {**back, "idempotency_key": "key-4", "reason": "Is well again."})

    assert (gone.name, gone.one, gone.why_not) == ("Rita Okafor", "a reviewer", "")
    assert (unsaid.status_code, by_mona.status_code, done.status_code) == (422, 403, 302)
    assert unsaid.context["people"].gone[0].problem.startswith("Not recorded. Say why")
    (kept,) = long.context["people"].gone
    assert (kept.typed_reason, long.context["people"].problem) == ("x" * 501, "")
    assert f'value="{"x" * 501}"' in long.content.decode()
    assert (again.status_code, card(adam).gone) == (409, ())
    assert "rita is no deactivated member of Shop" in again.content.decode()
    assert card(client_of(people.mona)).gone == ()
    assert role_of(people) is Role.REVIEWER


def test_who_has_another_fleet_is_taken_back_by_whoever_has_that_one_too(
    people: People, client_of: ClientOf
) -> None:
    elsewhere = people.otto.memberships.get().fleet
    membership_set(fleet=elsewhere, user=people.rita, role=Role.REVIEWER, actor="otto")
    user_deactivate(user=people.rita, actor="command line")
    adam = client_of(people.adam)
    (gone,) = card(adam).gone

    answer = adam.post(MOVE, typed(control="take-back"))

    people.rita.refresh_from_db()
    assert gone.why_not.startswith("Rita Okafor also belongs to a fleet")
    assert (answer.status_code, people.rita.is_active) == (403, False)
