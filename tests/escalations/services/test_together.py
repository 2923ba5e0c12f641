"""One answer to many tickets on a real database: each is a decision of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from escalations.domain.together import TicketName
from escalations.models import Ticket, Vote
from escalations.selectors.edits import EDITED, Edit
from escalations.services.one_by_one import Answered
from escalations.services.together import TogetherAnswer, tickets_decide
from governance.domain.types import BlastLevel
from governance.models import Grant
from governance.refusals import InvalidFieldError, UnavailableError
from tests.escalations.answering import deny
from tests.escalations.asking import attempt_denied, task_asked
from tests.racing import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def named(*tickets: Ticket) -> tuple[TicketName, ...]:
    return tuple(TicketName("shop", ticket.number, ticket.version) for ticket in tickets)


def answer(names: tuple[TicketName, ...], choice: str = "approve", **fields: Any) -> TogetherAnswer:
    code = "arguments_checked" if choice == "approve" else "arguments_wrong"
    words = {"reason_code": code, "reason_text": "Checked each."}
    given = {"counted": frozenset(names), "choice": choice, **words, **fields}
    return TogetherAnswer(names=names, **given)


def together(fleet: Fleet, user: User, given: TogetherAnswer) -> tuple[Answered, ...]:
    return tickets_decide(
        user=user,
        answer=given,
        fleet_ids=[fleet.pk],
        via="browser",
        once=lambda _, call: call(),
    )


def codes(results: tuple[Answered, ...]) -> list[tuple[int, str]]:
    return [(each["number"], each.get("code", "recorded")) for each in results]


@pytest.mark.django_db
def test_each_ticket_is_answered_or_refused_on_its_own(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    expired = task_asked(fleet, crew.lena)
    clock.forward(minutes=29)
    fine, stale, taken = (task_asked(fleet, crew.lena) for _ in range(3))
    critical = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)
    own = task_asked(fleet, crew.rita)
    incident, changed = attempt_denied(fleet, crew.lena), task_asked(fleet, crew.lena)
    edit = Edit(by="mona", at=clock.now, arguments="{}", action_digest="", withdrawn=())
    Ticket.objects.filter(pk=changed.pk).update(snapshot={**changed.snapshot, EDITED: edit.plain()})
    names = named(expired, fine, stale, taken, critical, own, incident, changed)
    Ticket.objects.filter(pk=stale.pk).update(version=2)
    deny(taken, crew.ravi)
    clock.forward(minutes=2)

    results = together(fleet, crew.rita, answer((TicketName("shop", 99, 1), *reversed(names))))

    assert codes(results) == [
        (expired.number, "ticket_expired"),
        (fine.number, "recorded"),
        (stale.number, "stale_version"),
        (taken.number, "already_decided"),
        (critical.number, "critical_alone"),
        (own.number, "owns_agent"),
        (incident.number, "own_question"),
        (changed.number, "edited_alone"),
        (99, "not_found"),
    ]
    assert (results[3].get("by"), results[3].get("reason")) == ("Ravi", "The order is paid back.")
    assert Vote.objects.filter(user=crew.rita).count() == Grant.objects.count() == 1
    expired.refresh_from_db()
    assert expired.state == "EXPIRED"


@pytest.mark.django_db
def test_who_was_left_out_of_what_was_confirmed_stays_left_out_and_takes_no_place(
    fleet: Fleet, crew: Crew
) -> None:
    outside, *counted = (task_asked(fleet, crew.lena) for _ in range(3))
    names = named(outside, *counted)
    given = answer(names, counted=frozenset(named(*counted)))

    with patch("escalations.domain.together.MOST_TOGETHER", 2):
        results = together(fleet, crew.rita, given)

    outside.refresh_from_db()
    assert codes(results) == [
        (outside.number, "not_counted"),
        *((ticket.number, "recorded") for ticket in counted),
    ]
    assert results[0].get("sentence") == (
        "It was left out of what you confirmed, so it is not answered."
    )
    assert outside.state == "PENDING"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"choice": "respond"}, "choice"),
        ({"choice": ""}, "choice"),
        ({"reason_code": "arguments_wrong"}, "reason_code"),
        ({"reason_text": " "}, "reason_text"),
    ],
)
def test_an_answer_that_fits_no_ticket_is_recorded_for_none(
    fleet: Fleet, crew: Crew, fields: dict[str, str], field: str
) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(2)]

    with pytest.raises(InvalidFieldError) as refused:
        together(fleet, crew.rita, answer(named(*tickets), **fields))

    assert refused.value.field == field
    assert Vote.objects.count() == 0


@pytest.mark.django_db
def test_a_ticket_named_twice_counts_once_at_the_oldest_version(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    Ticket.objects.filter(pk=ticket.pk).update(version=2)
    names = (TicketName("shop", ticket.number, 2), TicketName("shop", ticket.number, 1))

    results = together(fleet, crew.rita, answer(names))

    assert codes(results) == [(ticket.number, "stale_version")]


@pytest.mark.django_db
def test_a_ticket_that_cannot_be_reached_loses_no_other(fleet: Fleet, crew: Crew) -> None:
    first, second = (task_asked(fleet, crew.lena) for _ in range(2))

    def once(name: TicketName, call: Callable[[], Answered]) -> Answered:
        if name.number == first.number:
            raise UnavailableError("The ticket is busy.")
        return call()

    results = tickets_decide(
        user=crew.rita,
        answer=answer(named(first, second)),
        fleet_ids=[fleet.pk],
        via="browser",
        once=once,
    )

    assert codes(results) == [(first.number, "unavailable"), (second.number, "recorded")]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_answer_overlapping_tickets_each_ticket_has_one_decision(
    fleet: Fleet, crew: Crew
) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(8)]
    low, high = named(*tickets[:6]), named(*tickets[2:])

    approved, denied = at_once(
        lambda: together(fleet, crew.rita, answer(low)),
        lambda: together(fleet, crew.ravi, answer(high, "deny")),
    )

    resolutions = dict(Ticket.objects.values_list("number", "resolution"))
    told = {each["number"]: "approved" for each in approved if each["recorded"]}
    told |= {each["number"]: "denied" for each in denied if each["recorded"]}
    lost = [each.get("code") for each in (*approved, *denied) if not each["recorded"]]
    assert resolutions == told
    assert lost == ["already_decided"] * 4
    assert Vote.objects.count() == 8
