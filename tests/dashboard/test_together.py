"""Many tickets answered with one answer, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.test import RequestFactory

from dashboard.forms.together import together_read
from escalations.models import Ticket, Vote
from escalations.services.claims import ticket_claim, ticket_claim_release
from escalations.services.undoing import ticket_undo
from governance.models import Grant
from governance.refusals import InvalidFieldError
from tests.dashboard.deciding import JSON
from tests.escalations.answering import deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/queue/together/"


def names(*tickets: Ticket) -> list[str]:
    return [f"shop/{ticket.number}/{ticket.version}" for ticket in tickets]


def sent(*tickets: Ticket, choice: str = "approve", **fields: Any) -> dict[str, Any]:
    code = "arguments_checked" if choice == "approve" else "arguments_wrong"
    return {
        "tickets": names(*tickets),
        f"counted_{choice}": names(*tickets),
        "choice": choice,
        "reason_code": code,
        "reason_text": "Checked each order.",
        "idempotency_key": f"key-{choice}",
        "confirmed": "yes",
        **fields,
    }


def card(response: Any) -> Any:
    return response.context["together"]


def asks(response: Any) -> dict[str, str]:
    offered = card(response).form.choices
    return {each.value: each.why_off or each.asks.replace("\u00a0", " ") for each in offered}


def left_out(response: Any) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (line.row.number, tuple(f"{note.label}: {note.why}" for note in line.left_out))
        for line in card(response).lines
    ]


def test_the_form_counts_what_each_answer_does_and_says_who_is_left_out(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    refunds = [shop.refund() for _ in range(2)]
    purge, incident = shop.purge(), shop.attempt()

    response = client_of(people.rita).get(URL, {"tickets": names(incident, purge, *refunds)})

    assert card(response).title == "Answer 4 tickets together"
    assert asks(response)["approve"].startswith(
        "Approve 2 tickets: 2 × refund.issue; highest risk High"
    )
    assert asks(response)["deny"].startswith(
        "Deny 3 tickets: 3 × refund.issue; highest risk Critical"
    )
    assert left_out(response) == [
        (1, ()),
        (2, ()),
        (3, ("Approve leaves it out: Critical: it is approved on its own page, with your"
             " password.",)),
        (4, ("Left out: It is about an incident, which is answered on its own page.",)),
    ]  # fmt: skip


def test_releases_are_denied_in_their_own_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    task = shop.refund()
    shop.freeze()
    release = shop.release()
    client = client_of(people.rita)

    response = client.get(URL, {"tickets": names(release)})
    mixed = client.get(URL, {"tickets": names(task, release)})

    assert card(response).form.choices[0].label == "Keep 1 frozen"
    assert asks(response)["deny"] == "Keep 1 agent frozen"
    assert "sent to the agent word for word" not in response.content.decode()
    assert card(mixed).form.choices[0].label == "Deny 2"
    assert asks(mixed)["deny"] == (
        "Deny 2 tickets: 1 × refund.issue, 1 × release (the agent stays frozen);"
        " highest risk High; your words go to the agent of each task"
    )
    assert card(client.get(URL)).title == "Answer tickets together"


def test_what_bars_a_person_everywhere_bars_them_here(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    own, taken, held = (shop.refund(requested_by=by) for by in ("rita", "job:1", "job:1"))
    deny(taken, people.mona)
    ticket_claim(ticket_id=held.pk, user=people.mona, expected_version=1)
    frozen = shop.refund()
    shop.freeze()

    response = client_of(people.rita).get(URL, {"tickets": names(own, taken, held, frozen)})

    found = dict(left_out(response))
    assert found[1] == ("Left out: You asked for this task.",)
    assert found[2] == ("Left out: Denied by Mona Lind: it waits for nobody any longer.",)
    assert found[3][0].startswith("Left out: Mona Lind works on it until")
    assert found[4] == ("Approve leaves it out: A person froze the agent; a person releases it.",)
    assert asks(response)["deny"].startswith("Deny 1 ticket: ")
    assert asks(response)["approve"] == "No ticket here can be answered so; beside each stands why."


def test_a_form_answers_only_who_its_question_counted(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    free, held = shop.refund(), shop.refund()
    ticket_claim(ticket_id=held.pk, user=people.mona, expected_version=1)
    held.refresh_from_db()
    client = client_of(people.rita)
    form = card(client.get(URL, {"tickets": names(free, held)})).form
    ticket_claim_release(ticket_id=held.pk, user=people.mona)
    held.refresh_from_db()
    fields = {field: [name] for field, name in form.counted}

    answer = client.post(URL, {**sent(free, held), **fields}, headers=JSON).json()

    assert form.counted == (("counted_deny", "shop/1/1"), ("counted_approve", "shop/1/1"))
    assert [each.get("code") for each in answer["tickets"]] == [None, "not_counted"]


def test_a_group_is_listed_ticket_by_ticket(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for external_id in ("first", "second"):
        shop.refund(external_id=external_id, arguments={"order": 7}, target="order/7")
    client = client_of(people.rita)
    (row,) = client.get("/queue/").context["queue"].rows

    response = client.get("/queue/together/", {"groups": row.pick})
    with patch("dashboard.pages.together.LISTED_MOST", 1):
        cut = client.get("/queue/together/", {"groups": row.pick})
        full = client.get("/queue/together/", {"groups": row.pick, "tickets": "shop/2/1"})

    assert (row.group_size, row.pick) == (2, row.group)
    assert [line.row.number for line in card(response).lines] == [1, 2]
    assert card(response).lines[0].without_url == "/queue/together/?tickets=shop/2/1"
    assert (len(card(cut).lines), card(cut).more) == (1, 1)
    assert [line.row.number for line in card(full).lines] == [2]
    assert card(full).more == 1


def test_what_did_not_fit_is_told_however_often_the_page_is_drawn(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for external_id in ("first", "second", "third"):
        shop.refund(external_id=external_id, arguments={"order": 7}, target="order/7")
    client = client_of(people.rita)
    (row,) = client.get("/queue/").context["queue"].rows

    with patch("dashboard.pages.together.LISTED_MOST", 2):
        first = card(client.get("/queue/together/", {"groups": row.pick}))
        again = card(client.get(first.again_url))
        fewer = card(client.get(again.lines[0].without_url))
        sent = {"tickets": first.form.tickets, "beyond": first.form.beyond, "idempotency_key": "k"}
        back = card(client.post("/queue/together/", {**sent, "confirmed": "no"}))

    told = [(len(each.lines), each.more) for each in (first, again, fewer, back)]
    assert told == [(2, 1), (2, 1), (1, 2), (2, 1)]


def test_a_ticket_picked_alone_and_with_its_group_is_answered_once(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for external_id in ("first", "second"):
        shop.refund(external_id=external_id, arguments={"order": 7}, target="order/7")
    client = client_of(people.rita)
    (row,) = client.get("/queue/").context["queue"].rows
    Ticket.objects.filter(number=2).update(version=2)
    picked = {"groups": row.pick, "tickets": "shop/2/1"}

    form = card(client.get(URL, picked)).form
    counted = {"counted_approve": [name for _, name in form.counted[2:]]}
    answer = {"tickets": form.tickets, **counted, "idempotency_key": form.idempotency_key}
    response = client.post(URL, sent(**answer), headers=JSON)

    assert form.tickets == ("shop/1/1", "shop/2/2")
    assert [each["recorded"] for each in response.json()["tickets"]] == [True, True]
    assert Vote.objects.count() == 2


def test_an_address_that_cannot_be_read_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    picked = ["shop/1", "shop/9/1", *names(shop.refund()) * 100]

    groups = ["shop/task.nothing", *[f"shop/task.sha256:{'0' * 64}"] * 25]
    response = client_of(people.rita).get(URL, {"tickets": picked, "groups": groups})

    assert [line.row.number for line in card(response).lines] == [1]
    assert card(response).troubles == (
        "The address names a ticket in a way that cannot be read.",
        "The address names requests of the same action in a way that cannot be read.",
        "The address names more than 100 tickets: these are the first.",
        "The address names more than 25 groups: these are the first.",
        "There is no ticket #9 that you may see, so it is not in this list.",
    )


def test_a_ticket_that_changed_since_it_was_selected_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    Ticket.objects.filter(pk=ticket.pk).update(version=2)

    response = client_of(people.rita).get(URL, {"tickets": names(ticket)})

    assert b"Changed since you selected it: now version 2" in response.content
    assert card(response).form.tickets == ("shop/1/2",)


def test_without_script_the_first_press_only_asks(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    tickets = [shop.refund() for _ in range(2)]
    client = client_of(people.rita)

    armed = client.post(URL, sent(*tickets, confirmed=""))
    back = client.post(URL, sent(*tickets, confirmed=["yes", "no"]))

    page = armed.content.decode().replace("\u00a0", " ")
    assert "Approve 2 tickets: 2 × refund.issue; highest risk High" in page
    assert "Yes, approve 2" in page
    assert card(armed).form.idempotency_key == "key-approve"
    assert (card(back).question, card(back).form.typed_text) == (None, "Checked each order.")
    assert Vote.objects.count() == 0


def test_each_ticket_is_told_and_what_was_not_recorded_can_be_tried_again(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    fine, stale, taken = shop.refund(), shop.refund(), shop.refund()
    form = sent(fine, stale, taken)
    Ticket.objects.filter(pk=stale.pk).update(version=2)
    deny(taken, people.mona)
    client = client_of(people.rita)

    response = client.post(URL, form, follow=True)

    page = response.content.decode()
    told = [(each.number, each.is_recorded) for each in card(response).results]
    assert response.redirect_chain == [(f"{URL}key-approve/", 302)]
    assert told == [(1, True), (2, False), (3, False)]
    assert "Recorded for 1 of 3" in page
    assert "Mona Lind decided ticket #3 first: denied." in page
    assert "“The order is paid back.”" in page
    assert "Undo my approval" in page
    assert card(response).form.tickets == ("shop/2/2",)
    assert card(response).form.typed_text == "Checked each order."
    assert Grant.objects.count() == 1


def test_undo_is_offered_for_its_ten_seconds(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(URL, sent(ticket))

    soon = client.get(f"{URL}key-approve/")
    clock.forward(seconds=10)
    late = client.get(f"{URL}key-approve/")

    assert card(soon).results[0].undo.url == "/f/shop/tickets/1/undo/"
    assert (card(late).results[0].undo, card(late).form) == (None, None)


def test_what_was_taken_back_since_says_so(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(URL, sent(ticket))
    ticket_undo(ticket_id=ticket.pk, user=people.rita, expected_version=2)

    page = client.get(f"{URL}key-approve/").content.decode()

    assert "Taken back since: it waits again." in page


def test_the_same_key_gives_the_same_results_and_does_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    fine, frozen = shop.refund(), shop.purge()
    client = client_of(people.rita)
    form = sent(fine, frozen)

    first = client.post(URL, form, headers=JSON).json()
    again = client.post(URL, form, headers=JSON).json()
    other = client.post(URL, {**form, "reason_text": "Other words."}, headers=JSON)

    assert [each["recorded"] for each in first["tickets"]] == [True, False]
    assert again["tickets"] == first["tickets"]
    assert first["url"] == f"{URL}key-approve/"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Vote.objects.count() == 1


def test_what_a_dead_process_left_behind_is_finished_by_the_same_key(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    tickets = [shop.refund() for _ in range(2)]
    client = client_of(people.rita)
    client.raise_request_exception = False
    broken = patch("dashboard.views.together._part", side_effect=["shop/1", MemoryError])
    with broken:
        client.post(URL, sent(*tickets))

    known = client.get(f"{URL}key-approve/")
    client.post(URL, sent(*tickets))
    done = client.get(f"{URL}key-approve/")

    assert [each.is_recorded for each in card(known).results] == [True, False]
    assert "No answer of the server is known for it." in known.content.decode()
    assert [each.is_recorded for each in card(done).results] == [True, True]
    assert Vote.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tickets": []}, "tickets"),
        ({"tickets": ["shop/1/1"] * 101}, "tickets"),
        ({"tickets": ["shop/one/1"]}, "tickets"),
        ({"choice": ["approve", "deny"]}, "choice"),
        ({"idempotency_key": "no/slash"}, "Idempotency-Key"),
        ({"idempotency_key": ""}, "Idempotency-Key"),
    ],
)
def test_a_form_that_cannot_be_read_names_the_field(fields: dict[str, Any], field: str) -> None:
    form = {"tickets": ["shop/1/1"], "choice": "deny", "idempotency_key": "key", **fields}

    with pytest.raises(InvalidFieldError) as refused:
        together_read(RequestFactory().post(URL, form))

    assert refused.value.field == field
    assert refused.value.allowed


def test_a_refused_form_comes_back_with_its_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.rita).post(URL, sent(shop.refund(), reason_code=""))

    assert (response.status_code, Vote.objects.count()) == (422, 0)
    assert "Choose a reason." in response.content.decode()
    assert card(response).form.typed_text == "Checked each order."


def test_one_answer_reaches_tickets_of_several_fleets_but_no_strangers(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    stranger = client_of(people.otto).post("/queue/together/", sent(ticket), headers=JSON)
    member = client_of(people.rita).post("/queue/together/", sent(ticket), headers=JSON)

    assert [each["code"] for each in stranger.json()["tickets"]] == ["not_found"]
    assert [each["recorded"] for each in member.json()["tickets"]] == [True]


def test_results_are_for_whoever_answered_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client_of(people.rita).post(URL, sent(shop.refund()))

    assert client_of(people.mona).get(f"{URL}key-approve/").status_code == 404


def test_a_stranger_comes_back_to_the_same_tickets(shop: Shop, client_of: ClientOf) -> None:
    response = client_of(None).post(URL, sent(shop.refund()))

    assert response["Location"] == f"/sign-in/?next={URL}%3Ftickets%3Dshop/1/1&unsent=1"
