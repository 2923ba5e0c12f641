from __future__ import annotations

import pytest
from django.test import RequestFactory

from escalations.services.reauthentication import password_check
from governance.refusals import UnauthenticatedError
from tests.clock import NOON, Clock
from tests.factories import PASSWORD, UserFactory


@pytest.mark.django_db
def test_the_right_password_counts_from_now(clock: Clock) -> None:
    rita = UserFactory(username="rita")

    assert password_check(RequestFactory().post("/"), user=rita, password=PASSWORD) == NOON


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_is_refused(clock: Clock, password: str) -> None:
    rita = UserFactory(username="rita")

    with pytest.raises(UnauthenticatedError) as refused:
        password_check(RequestFactory().post("/"), user=rita, password=password)

    assert refused.value.code == "reauthentication_failed"


@pytest.mark.django_db
def test_a_closed_account_confirms_nothing(clock: Clock) -> None:
    rita = UserFactory(username="rita", is_active=False)

    with pytest.raises(UnauthenticatedError):
        password_check(RequestFactory().post("/"), user=rita, password=PASSWORD)
