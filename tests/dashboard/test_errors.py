from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import RequestFactory
from django.views.defaults import permission_denied, server_error

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_a_failing_page_says_what_failed_without_a_database() -> None:
    response = server_error(RequestFactory().get("/queue/"))

    assert response.status_code == 500
    assert b"The server failed" in response.content


def test_a_page_one_may_not_see_says_that_nothing_was_changed(db: None) -> None:
    response = permission_denied(RequestFactory().get("/queue/"), PermissionError())

    assert response.status_code == 403
    assert b"Nothing was changed" in response.content


def test_a_defect_is_not_told_to_the_person(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    client.raise_request_exception = False
    ticket = shop.refund()
    type(ticket).objects.filter(pk=ticket.pk).update(snapshot={})

    response = client.get("/f/shop/tickets/1/")

    assert response.status_code == 500
    assert b"KeyError" not in response.content
