"""Many tickets without script: what the question and the results still say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from dashboard.views.tickets import OFF_BY_NOW
from escalations.models import Ticket, Vote
from tests.dashboard.test_together import URL, card, sent
from tests.escalations.answering import deny

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_a_choice_that_is_off_by_now_is_refused_with_the_words_kept(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.freeze()

    response = client_of(people.rita).post(URL, sent(ticket, confirmed=""))

    shown = card(response)
    assert (response.status_code, shown.question) == (409, None)
    assert [error.message for error in shown.form.errors] == [f"Not recorded. {OFF_BY_NOW}"]
    assert shown.form.typed_text == "Checked each order."
    assert not Vote.objects.exists()


def test_the_results_still_tell_what_did_not_fit(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    first, second, _, taken, _ = (
        shop.refund(external_id=each, arguments={"order": 7}, target="order/7")
        for each in ("first", "second", "third", "fourth", "fifth")
    )
    client = client_of(people.rita)
    (row,) = client.get("/queue/").context["queue"].rows
    with patch("dashboard.pages.together.LISTED_MOST", 2):
        form = card(client.get(URL, {"groups": row.pick})).form
    answer = sent(first, second, beyond=form.beyond)
    deny(second, people.mona)
    deny(taken, people.mona)

    response = client.post(URL, answer, follow=True)

    shown = card(response)
    assert [(each.number, each.is_recorded) for each in shown.results] == [(1, True), (2, False)]
    assert shown.more == 2
    text = response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")
    assert (
        "2 more requests of the same action are not among these and still wait in the queue."
        in text
    )


def test_another_try_of_some_still_carries_what_did_not_fit(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    first, _ = (
        shop.refund(external_id=each, arguments={"order": 7}, target="order/7")
        for each in ("first", "second")
    )
    client = client_of(people.rita)
    (row,) = client.get("/queue/").context["queue"].rows
    with patch("dashboard.pages.together.LISTED_MOST", 1):
        form = card(client.get(URL, {"groups": row.pick})).form
    Ticket.objects.filter(pk=first.pk).update(version=2)

    shown = card(client.post(URL, sent(first, beyond=form.beyond), follow=True))

    assert (shown.form.tickets, shown.form.beyond) == (("shop/1/2",), form.beyond)
