"""What a person is told they may do is what the services let them do, whatever has happened."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from escalations.domain.lifecycle import TicketKind
from escalations.domain.reasons import reasons_offered
from escalations.domain.voting import Choice
from escalations.models import Note, Ticket
from escalations.selectors.emergency import reviewed
from escalations.selectors.tickets import ticket_of_fleet
from escalations.services.calling import ticket_escalate
from escalations.services.claims import ticket_claim, ticket_claim_release
from escalations.services.decisions import ticket_decide
from escalations.services.editing import ticket_edit
from escalations.services.handing import ticket_reassign
from escalations.services.questions import ticket_answer, ticket_ask
from escalations.services.reopening import ticket_reopen
from escalations.services.rights import ticket_rights
from escalations.services.snoozing import snooze_latest, ticket_snooze, ticket_wake
from escalations.services.undoing import ticket_undo
from governance.refusals import InvalidFieldError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.people import membership_role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.auth.models import User

    from escalations.services.rights import Right
    from governance.domain.types import Role
    from tests.clock import Clock
    from tests.dashboard.people import People
    from tests.dashboard.shop import Shop

WORDS = "The second refund must go out now: the customer is stranded abroad without it."
EDITED = '{"order": 1, "amount_usd": "170.00"}'
NAMES = ("rita", "mona", "adam", "lena")


def role_of(people: People, user: User) -> Role:
    role = membership_role(user=user, fleet=people.fleet)
    assert role is not None
    return role


def other(people: People, user: User, ticket: Ticket) -> str:
    """Return somebody to hand it to: whether they can take it is no question of the giver's."""
    held_by = ticket.claimed_by_id
    free = [
        each
        for each in (people.mona, people.adam, people.rita)
        if each.pk not in {user.pk, held_by}
    ]
    return str(free[0].username)


def answered(ticket: Ticket, user: User, choice: Choice) -> Ticket:
    review = reviewed(ticket) is not None
    code = reasons_offered(TicketKind(ticket.kind), choice, is_review=review)[0].code
    return ticket_decide(
        ticket_id=ticket.pk,
        user=user,
        choice=choice.value,
        reason_code=code,
        reason_text=WORDS,
        expected_version=ticket.version,
        via="api",
        reauthenticated_at=clock_now(),
    ).ticket


def services(people: People, ticket: Ticket, user: User) -> Mapping[str, Callable[[], Any]]:
    """Return what each right is about, ready to be called."""
    about: dict[str, Any] = {"ticket_id": ticket.pk, "user": user}
    read: dict[str, Any] = {**about, "expected_version": ticket.version}
    question = Note.objects.filter(ticket=ticket, kind="question").last()
    until = clock_now() + (snooze_latest(ticket) - clock_now()) / 2
    calls: dict[str, Callable[[], Any]] = {
        "claim": lambda: ticket_claim(**read),
        "take_over": lambda: ticket_claim(**read, take_over=True),
        "release": lambda: ticket_claim_release(**about),
        "undo": lambda: ticket_undo(**read),
        "reopen": lambda: ticket_reopen(**read),
        "edit": lambda: ticket_edit(**read, arguments=EDITED),
        "snooze": lambda: ticket_snooze(**read, until=until),
        "wake": lambda: ticket_wake(**about),
        "ask": lambda: ticket_ask(**read, text=WORDS),
        "answer_question": lambda: ticket_answer(
            **about, question_id=question.pk if question else ticket.pk, text=WORDS
        ),
        "escalate": lambda: ticket_escalate(
            **about, level=ticket.escalation_level + 1, reason=WORDS
        ),
        "reassign": lambda: ticket_reassign(**read, to=other(people, user, ticket), note=WORDS),
    }
    return {**calls, **{each.value: partial(answered, ticket, user, each) for each in Choice}}


def refusal(call: Callable[[], Any]) -> str:
    """Return what a service refuses with, empty where it does what it is asked; all is undone.

    A field that is wrong is no question of rights.
    """
    with transaction.atomic():
        try:
            call()
        except InvalidFieldError:
            return ""
        except RefusalError as error:
            return error.sentence
        finally:
            transaction.set_rollback(True)
    return ""


def changes(ticket: Ticket, call: Callable[[], Any]) -> bool:
    with transaction.atomic():
        call()
        version = Ticket.objects.get(pk=ticket.pk).version
        transaction.set_rollback(True)
    return version != ticket.version


def asked_for(shop: Shop, draw: Random) -> Ticket:
    """Return a ticket of some kind, which somebody may have asked for."""
    kind = draw.choice(["refund", "refund", "purge", "attempt", "release"])
    if kind == "release":
        shop.freeze()
        return shop.release()
    by = draw.choice(["job:nightly", "job:nightly", "rita", "mona"])
    made: Ticket = getattr(shop, kind)(requested_by=by)
    return made


def lived(shop: Shop, people: People, clock: Clock, draw: Random) -> Ticket:
    """Return a ticket to which people did this and that."""
    number = asked_for(shop, draw).number
    for _ in range(draw.randint(0, 6)):
        ticket = ticket_of_fleet(fleet=people.fleet, number=number)
        calls = services(people, ticket, getattr(people, draw.choice(NAMES)))
        names = ["claim", "claim", "approve", "approve", "deny", "ask", "snooze", *calls]
        with suppress(RefusalError, KeyError):
            calls[draw.choice(names)]()
        clock.forward(seconds=draw.choice([1, 20, 120]))
    if draw.random() < 0.2:
        shop.freeze()
    if draw.random() < 0.1:
        clock.forward(days=30)
    return ticket_of_fleet(fleet=people.fleet, number=number)


def wrong(right: Right, ticket: Ticket, call: Callable[[], Any]) -> str:
    """Return in what a right is not what the service does; empty where they agree."""
    if right.code == "no_effect":
        is_right = right.move == "take_over" or not changes(ticket, call)
        return "" if is_right else f"{right.move} had an effect"
    found = refusal(call)
    told = "" if right.may else right.sentence
    return "" if found == told else f"{right.move}: told {told!r}, but the service says {found!r}"


@pytest.mark.parametrize("seed", range(24))
def test_what_is_told_is_what_the_services_do(
    shop: Shop, people: People, clock: Clock, seed: int
) -> None:
    ticket = lived(shop, people, clock, Random(seed))

    found = {
        f"{name}, {each}"
        for name in NAMES
        for user in [getattr(people, name)]
        for role in [role_of(people, user)]
        for calls in [services(people, ticket, user)]
        for right in ticket_rights(ticket=ticket, user=user, role=role, now=clock_now())
        for each in [wrong(right, ticket, calls[right.move])]
        if each
    }

    assert found == set()


def test_a_yes_names_the_rule_and_a_no_what_stands_in_the_way(shop: Shop, people: People) -> None:
    ticket = ticket_of_fleet(fleet=people.fleet, number=shop.purge(requested_by="rita").number)

    found = {
        name: {
            right.move: right.sentence
            for right in ticket_rights(ticket=ticket, user=user, role=role, now=clock_now())
        }
        for name in ("rita", "mona", "lena")
        for user in [getattr(people, name)]
        for role in [role_of(people, user)]
    }

    assert found["rita"]["approve"] == "You asked for this task."
    assert found["mona"]["approve"] == (
        "As a manager you may approve or deny a ticket. It takes your password again."
    )
    assert found["lena"]["approve"].startswith("You own ")
    assert found["mona"]["undo"] == "Ticket #1 is not approved, so there is nothing to undo."
