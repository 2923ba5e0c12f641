from __future__ import annotations

from typing import TYPE_CHECKING

from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.ticket_page import page

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

WORDS = {"reason_code": "another_way", "reason_text": "Offer a voucher first."}


def test_a_person_answers_in_words_and_reads_what_became_of_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    rita = client_of(people.rita)
    before = page(rita, ticket).content.decode()

    answered = rita.post(url(ticket), typed(ticket, "respond", **WORDS), headers=JSON)

    after = page(rita, ticket).content.decode()
    assert "Answer instead" in before
    assert answered.json()["ticket"]["resolution"] == "responded"
    assert "Answered by you" in after
    assert "The agent should go about it another way." in after
    assert "as its answer; the task does not run." in after
