"""The command that creates a person says what it lacks."""

from __future__ import annotations

import getpass
import io
from typing import NoReturn

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError


def without_terminal(path: str, flags: int) -> NoReturn:
    raise OSError(path, flags)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "email", "sentence"),
    [
        ("zoe", "RITA@shop.example", "Somebody with the address rita@shop.example has an account"),
        ("Rita", "", "A person Rita exists already"),
        ("zoe", "rita", "rita is no mail address"),
        ("z e", "", "A user name has"),
    ],
)
def test_what_the_pages_refuse_is_refused_here(
    monkeypatch: pytest.MonkeyPatch, username: str, email: str, sentence: str
) -> None:
    monkeypatch.setattr(
        "governance.management.commands.create_user.getpass", lambda _: "correct horse battery"
    )
    call_command("create_user", "rita", "--email", "rita@shop.example", stdout=io.StringIO())

    with pytest.raises(CommandError, match=sentence):
        call_command("create_user", username, "--email", email, stdout=io.StringIO())

    assert get_user_model().objects.count() == 1


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")
def test_without_a_terminal_and_a_password_nobody_is_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(getpass.os, "open", without_terminal)  # type: ignore[attr-defined]
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    with pytest.raises(CommandError, match="No password was given"):
        call_command("create_user", "zoe")

    assert not get_user_model().objects.filter(username="zoe").exists()
