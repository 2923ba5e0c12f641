"""The pages of drift, audit and cascade tickets, and the queue narrowed to one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from governance.models import Task
from tests.dashboard.deciding import JSON, url
from tests.dashboard.ticket_page import card, page
from tests.escalations.finding import REASON_OF, cascade, drift
from tests.escalations.services.test_fleet_incident_tickets import raised
from tests.factories import PolicyVersionFactory
from tests.governance.services.auditing import audit_everything
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People


@pytest.fixture
def site(clock: Clock, people: People) -> Orchestrator:
    # Its breaker lets a proven agent fail three times in a row before it freezes it.
    people.fleet.policy = PolicyVersionFactory(fleet=people.fleet)
    people.fleet.save(update_fields=["policy"])
    return Orchestrator(people.fleet, people)  # type: ignore[arg-type]  # adam and lena are enough


@pytest.fixture
def rita(people: People, client_of: ClientOf) -> Client:
    return client_of(people.rita)


@pytest.fixture
def mona(people: People, client_of: ClientOf) -> Client:
    return client_of(people.mona)


def answer(ticket: Ticket, choice: str, **fields: Any) -> dict[str, Any]:
    return {
        "choice": choice,
        "reason_code": REASON_OF[choice],
        "reason_text": "Looked at it.",
        "version": str(ticket.version),
        "idempotency_key": f"key-{choice}",
        **fields,
    }


def audit(site: Orchestrator) -> Ticket:
    audit_everything(site.fleet)
    site.work()
    return Ticket.objects.get(kind="audit")


def test_a_drift_page_shows_what_changed_with_its_numbers(site: Orchestrator, rita: Client) -> None:
    shown = card(rita, drift(site))

    [finding] = shown.findings
    facts = {fact.label: (fact.value, fact.note) for fact in finding.facts}
    assert finding.title == "Takes longer"
    assert facts["Normal"] == ("2.00\u00a0s a task", "")
    # One of 2.2 s that began the run, then 7.2 and 8.8 in turn: their geometric mean.
    assert facts["Now"] == ("6.69\u00a0s a task", "over its last 8\u00a0tasks")
    assert facts["Evidence"] == ("15.8", "the alarm is from 15.0 on")
    assert shown.reasons[0].sentence.startswith("The last 8 tasks took 6.69 s each")


def test_each_choice_of_a_drift_says_what_it_does(site: Orchestrator, rita: Client) -> None:
    choices = {choice.value: choice for choice in card(rita, drift(site)).panel.choices}

    assert list(choices) == ["lower_mandate", "pause", "rebaseline"]
    assert choices["pause"].does.startswith("Nothing of it starts until a manager resumes it")
    assert choices["lower_mandate"].why_off == "This needs a manager; you are a reviewer."
    assert choices["rebaseline"].why_off == ""


def test_a_drift_is_decided_on_its_page(site: Orchestrator, rita: Client) -> None:
    ticket = drift(site)

    posted = rita.post(url(ticket), answer(ticket, "rebaseline"), headers=JSON)

    assert posted.json()["ticket"]["resolution"] == "rebaselined"
    settled = card(rita, ticket).panel
    assert settled.ruling.reason_label == "The work became harder; this is normal now"
    assert settled.ruling.note == (
        "The present counts as normal for shop-bot; trust stays as earned."
    )


def test_an_audit_shows_the_work_and_hides_what_its_agent_has_earned(
    site: Orchestrator, rita: Client
) -> None:
    ticket = audit(site)
    drawn = page(rita, ticket).content.decode()

    shown = card(rita, ticket)
    assert shown.agent.is_blind
    assert shown.events_url == ""
    assert shown.work.result.label == "success"
    assert shown.request.operation == "shop.read"
    assert "Its score is hidden" in drawn
    assert "tier" not in shown.reasons[0].sentence
    assert "preset" not in drawn


def test_a_judged_audit_shows_the_agent_and_why_it_was_drawn(
    site: Orchestrator, rita: Client
) -> None:
    ticket = audit(site)

    rita.post(url(ticket), answer(ticket, "fail"), headers=JSON)

    shown = card(rita, ticket)
    assert not shown.agent.is_blind
    assert shown.events_url
    assert shown.work.drawn.startswith("Drawn by chance: 100 %")
    assert shown.panel.ruling.note == "The work counts as a verified failure."


def test_an_audits_row_shows_no_trust(site: Orchestrator, rita: Client) -> None:
    audit(site)

    [row] = rita.get("/queue/").context["queue"].rows
    assert (row.trust, row.why) == (None, "A finished task, drawn at random: was the work good?")


def test_a_cascades_held_tasks_stand_below_what_they_wait_for(
    site: Orchestrator, rita: Client
) -> None:
    ticket, _ = cascade(site)

    held = card(rita, ticket).panel.held

    assert sorted(line.title for line in held if not line.depth) == [
        "Check 0",
        "Check 1",
        "Check 2",
        "Send the report",
    ]
    publish = next(line for line in held if line.title == "Publish")
    assert (publish.depth, publish.first) == (1, "Check 0")


def test_held_tasks_are_settled_by_ticking_them(site: Orchestrator, rita: Client) -> None:
    ticket, held = cascade(site)
    ticked = [task.external_id for task in held[:2]]

    posted = rita.post(url(ticket), answer(ticket, "cancel", tasks=ticked), headers=JSON)

    assert posted.json()["ticket"]["state"] == "PENDING"
    panel = card(rita, ticket).panel
    assert len(panel.held) == len(held) - 2
    assert {(line.mark.label, line.by) for line in panel.settled} == {("Cancelled", "Rita Okafor")}


def test_a_form_that_comes_back_keeps_what_was_ticked(site: Orchestrator, rita: Client) -> None:
    ticket, held = cascade(site)
    typed = answer(ticket, "cancel", tasks=[held[0].external_id], reason_text="")

    refused = rita.post(url(ticket), typed)

    ticked = [line.name for line in refused.context["ticket"].panel.held if line.is_ticked]
    assert (refused.status_code, ticked) == (422, [held[0].external_id])


def test_a_settled_cascade_says_so(site: Orchestrator, mona: Client) -> None:
    ticket, held = cascade(site)
    names = [task.external_id for task in held]

    mona.post(url(ticket), answer(ticket, "rerun", tasks=names), headers=JSON)

    panel = card(mona, ticket).panel
    assert (panel.mark.label, panel.ruling.note) == ("Settled", "Nothing is held any longer.")
    assert not Task.objects.filter(state="HELD").exists()


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("drift", {"shop-bot drifts"}),
        ("cascade", set()),
        ("", {"shop-bot drifts", "Use refund"}),
        ("nonsense", {"shop-bot drifts", "Use refund"}),
    ],
)
def test_the_queue_is_narrowed_to_one_kind(
    site: Orchestrator, rita: Client, kind: str, titles: set[str]
) -> None:
    drift(site)
    site.ask("refund")

    queue = rita.get("/queue/", {"kind": kind}).context["queue"]

    assert {row.title for row in queue.rows} == titles


def test_a_narrowed_queue_is_taken_again_as_narrow(site: Orchestrator, rita: Client) -> None:
    queue = rita.get("/f/shop/queue/", {"kind": "drift"}).context["queue"]

    assert queue.list_url == "/f/shop/queue/rows/?kind=drift"
    assert [kind.label for kind in queue.filters.kinds if kind.is_chosen] == ["Drift"]


def test_a_fault_that_many_agents_share_names_what_they_share(
    site: Orchestrator, rita: Client
) -> None:
    raised(site.fleet, site.agent)
    ticket = Ticket.objects.get(kind="incident")

    shown = card(rita, ticket)

    [finding] = shown.findings
    assert shown.agent is None
    assert [(fact.label, fact.value) for fact in finding.facts] == [
        ("Model model-x", "12 of 12\u00a0agents concerned"),
        ("1\u00a0agent", "shop-bot"),
    ]
    assert shown.panel.choices[0].asks == "Acknowledge this incident; it lifts nothing"
    [row] = rita.get("/queue/").context["queue"].rows
    assert (row.agent, row.agent_url, row.trust) == ("", "", None)
