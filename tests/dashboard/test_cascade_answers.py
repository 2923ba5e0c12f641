"""Settling from the incident page: every form answers the incident's ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.models import Ticket, Vote
from escalations.services.auditor import escalations_audit
from escalations.services.claims import ticket_claim
from governance.models import Cascade, Task
from tests.dashboard.incident import incident_new, typed, words

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


def post(client: Client, url: str, control: str, reason: str = "Checked.", **fields: Any) -> Any:
    return client.post(url, typed(control, reason, **fields), headers=JSON)


def test_a_reviewer_settles_root_first(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    early = post(rita, incident.settle_url(incident.digest), "cancel")
    first = post(rita, incident.settle_url(incident.draft), "resume", key="k-2")
    second = post(rita, incident.settle_url(incident.digest), "rerun", key="k-3")

    assert early.status_code == 409
    assert early.json()["detail"] == "Settle “Write the draft” first: it stands above this task."
    assert first.json()["then"] == "The task may start."
    assert second.json()["then"] == "The task has ended; its caller is told to ask again."
    assert Cascade.objects.get().resolved_by == "rita"
    assert "Over since" in words(rita, incident.url)


def test_each_answer_is_a_vote_on_the_ticket_and_the_last_one_settles_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    post(rita, incident.settle_url(incident.draft), "cancel", "Not needed.")
    post(rita, incident.settle_url(incident.digest), "rerun", key="k-2")

    ticket = Ticket.objects.get(kind="cascade")
    votes = Vote.objects.order_by("created_at").values_list("choice", "task", "reason_text")
    assert list(votes) == [
        ("cancel", incident.draft.pk, "Not needed."),
        ("rerun", incident.digest.pk, "Checked."),
    ]
    assert (ticket.state, ticket.resolution, ticket.resolved_by) == ("RESOLVED", "settled", "rita")


def test_without_script_a_form_leads_back_to_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    answer = rita.post(incident.settle_url(incident.draft), typed("cancel"))

    assert (answer.status_code, answer["Location"]) == (302, f"{incident.url}#held")


def test_what_was_not_recorded_comes_back_with_its_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)

    answer = rita.post(incident.settle_url(incident.draft), typed("explode", "Half a thought"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Half a thought" in page
    assert "Not recorded." in page


def test_a_form_drawn_from_an_older_version_is_refused_and_keeps_its_words(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()
    old = typed("cancel", "Half a thought", key="k-2")
    post(client_of(people.mona), incident.settle_url(incident.draft), "resume")

    answer = client_of(people.rita).post(incident.settle_url(incident.digest), old)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "you saw version 1, it is at 2" in page
    assert "Half a thought" in page


def test_a_form_without_a_version_is_refused(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()

    refused = post(
        client_of(people.rita), incident.settle_url(incident.draft), "cancel", version=""
    )

    assert refused.status_code == 428


def test_a_form_answers_no_ticket_but_the_incidents(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, other = incident_new(), shop.refund()

    refused = post(
        client_of(people.rita), incident.settle_url(incident.draft), "cancel", ticket=other.number
    )

    assert (refused.status_code, refused.json()["field"]) == (422, "ticket")


def test_a_reason_is_required(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident = incident_new()

    refused = post(client_of(people.rita), incident.settle_url(incident.draft), "cancel", reason="")

    assert (refused.status_code, refused.json()["field"]) == (422, "reason")


def test_the_owner_of_the_agent_that_spread_it_settles_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, lena = incident_new(), client_of(people.lena)

    refused = post(lena, incident.settle_url(incident.draft), "cancel")

    assert (refused.status_code, refused.json()["code"]) == (403, "owns_agent")
    assert "You own refund-bot." in words(lena, incident.url)
    assert "Settle…" not in words(lena, incident.url)


def test_who_asked_for_a_held_task_is_told_that_somebody_else_must_resume_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    Task.objects.filter(pk=incident.draft.pk).update(requested_by="rita")

    page = words(rita, incident.url)
    refused = post(rita, incident.settle_url(incident.draft), "resume")

    assert "You asked for this task. Somebody else must resume it." in page
    assert (refused.status_code, refused.json()["code"]) == (403, "requested_it")


def test_while_somebody_else_works_on_the_ticket_the_page_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    ticket_claim(
        ticket_id=Ticket.objects.get(kind="cascade").pk, user=people.mona, expected_version=1
    )

    refused = post(rita, incident.settle_url(incident.draft), "cancel")

    assert refused.status_code == 423
    assert "Mona Lind works on it until" in words(rita, incident.url)


def test_an_incident_that_holds_nothing_is_closed_with_a_reason(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    incident.cascade.tasks.filter(fate="held").update(fate="running")
    assert "What became of it?" in words(rita, incident.url)

    closed = post(rita, f"{incident.url}close/", "close", "The pages were mended.")

    assert closed.json()["then"] == "The incident is over."
    assert Cascade.objects.get().resolution == "The pages were mended."
    assert Ticket.objects.get(kind="cascade").resolution == "settled"


def test_after_its_ticket_expired_the_page_says_who_asks_again(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    Ticket.objects.filter(kind="cascade").update(number=12)
    clock.forward(minutes=240)

    page = words(rita, incident.url)
    late = post(rita, incident.settle_url(incident.draft), "cancel")

    assert "Ticket #12 expired at" in page
    assert "The auditor asks again within a minute" in page
    assert "Settle…" not in page
    assert late.status_code == 409
    assert late.json()["code"] == "ticket_expired"


def test_once_the_auditor_has_asked_again_the_page_answers_the_new_ticket(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    incident, rita = incident_new(), client_of(people.rita)
    clock.forward(minutes=241)
    escalations_audit()

    answered = post(rita, incident.settle_url(incident.draft), "cancel")

    assert answered.status_code == 200
    assert Ticket.objects.filter(kind="cascade", state="EXPIRED").count() == 1


def test_an_incident_that_was_only_recorded_asks_nobody(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new(told=False)
    Cascade.objects.update(enforced=False)

    page = words(client_of(people.rita), incident.url)

    assert "Only recorded: nothing was held, so nobody is asked." in page
