"""Two people at the link of an empty installation at the same instant."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from governance.models import FirstRun
from governance.selectors.first_run import welcome_token
from governance.services.first_run import first_run_begin
from tests.racing import at_once, refusals_of

pytestmark = pytest.mark.django_db(transaction=True)


def begin(username: str) -> object:
    return first_run_begin(
        token=welcome_token(),
        username=username,
        first_name="Ada",
        last_name="Byron",
        email="",
        password="a kettle of 40 herons",
    )


def test_of_two_who_begin_at_once_one_is_made() -> None:
    def duel() -> tuple[list[str], int]:
        answers = at_once(lambda: begin("ada"), lambda: begin("eve"))
        made = User.objects.count()
        FirstRun.objects.all().delete()
        User.objects.all().delete()
        return [error.code for error in refusals_of(answers)], made

    assert [duel() for _ in range(5)] == [(["welcome_over"], 1)] * 5
