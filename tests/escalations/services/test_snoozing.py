from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from escalations.models import Ticket
from escalations.selectors.tickets import claim_of, snooze_of
from escalations.services.expiry import tickets_expire_due
from escalations.services.snoozing import ticket_snooze, ticket_wake
from escalations.services.waking import snoozes_end_due
from governance.domain.types import BlastLevel
from governance.models import Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidFieldError,
    LockedError,
    MissingError,
    VersionMissingError,
)
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from tests.clock import NOON
from tests.escalations.answering import approve
from tests.escalations.asking import attempt_denied, task_asked
from tests.escalations.finding import drift
from tests.escalations.freezing import latch, release_ticket
from tests.escalations.holders import claim, snooze, snoozed
from tests.escalations.selectors.waiting_list import numbers, page_of
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket with 30 min to decide it, from noon on."""
    return task_asked(fleet, crew.lena)


def _told() -> list[str]:
    return list(
        Event.objects.filter(name__startswith="ticket.")
        .order_by("seq")
        .values_list("name", flat=True)
    )


def test_a_snoozed_ticket_leaves_the_queue_and_nobody_holds_it(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    put_off = snoozed(ticket, crew.rita, minutes=10)

    found = snooze_of(put_off, now=clock.now)
    assert found is not None
    assert (found.by, found.until.strftime("%H:%M")) == (crew.rita, "12:10")
    assert claim_of(put_off, now=clock.now) is None
    assert numbers(page_of(crew.mona, ticket.fleet, clock.now)) == []
    assert _told() == ["ticket.opened", "ticket.claimed", "ticket.snoozed"]
    assert put_off.version == 3


def test_a_snooze_that_is_over_is_ignored_before_any_sweep(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    put_off = snoozed(ticket, crew.rita, minutes=10)
    clock.forward(minutes=10)

    assert snooze_of(put_off, now=clock.now) is None
    assert numbers(page_of(crew.mona, ticket.fleet, clock.now)) == [ticket.number]


def test_the_sweeper_wakes_what_is_due_once_and_keeps_the_version(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    put_off = snoozed(ticket, crew.rita, minutes=10)
    early = snoozes_end_due()
    clock.forward(minutes=10)

    counts = [snoozes_end_due(), snoozes_end_due()]

    ticket.refresh_from_db()
    assert (early, counts) == (0, [1, 0])
    assert (ticket.snoozed_until, ticket.snoozed_by) == (None, None)
    assert ticket.version == put_off.version
    woken = Event.objects.get(name="ticket.woken")
    assert (woken.actor, woken.payload) == ("sweeper", {"number": 1, "woken_by": "time"})


def test_the_sweeper_leaves_an_archived_fleet_alone(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    snoozed(ticket, crew.rita, minutes=10)
    ticket.fleet.archived_at = timezone.now()
    ticket.fleet.save(update_fields=["archived_at"])
    clock.forward(minutes=10)

    assert snoozes_end_due() == 0


@pytest.mark.parametrize("minutes", [-1, 0, 24, 25, 31])
def test_a_snooze_ends_ahead_and_leaves_a_fifth_of_the_time(
    ticket: Ticket, crew: Crew, minutes: int
) -> None:
    claim(ticket, crew.rita)

    with pytest.raises(InvalidFieldError) as refused:
        snooze(ticket, crew.rita, minutes=minutes)

    assert refused.value.field == "until"
    assert refused.value.allowed == "a time ahead, before 2026-03-02 12:24:00 UTC"


def test_a_snooze_may_end_just_before_the_last_fifth(ticket: Ticket, crew: Crew) -> None:
    put_off = snoozed(ticket, crew.rita, minutes=23.99)

    assert put_off.snoozed_until is not None


def test_what_is_critical_is_not_put_off(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    with pytest.raises(ConflictError, match="what is critical is not put off") as refused:
        snoozed(ticket, crew.rita, minutes=1)

    assert refused.value.code == "critical_ticket"


def test_only_the_holder_puts_a_ticket_off(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ConflictError) as unheld:
        snooze(ticket, crew.rita)
    claim(ticket, crew.rita)
    with pytest.raises(LockedError):
        snooze(ticket, crew.mona)

    assert unheld.value.code == "not_claimed"


def test_a_claim_that_has_run_out_puts_nothing_off(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    claim(ticket, crew.rita)
    clock.forward(minutes=10)

    with pytest.raises(ConflictError) as refused:
        snooze(ticket, crew.rita)

    assert refused.value.code == "not_claimed"


def test_a_snooze_names_the_version_it_was_asked_on(ticket: Ticket, crew: Crew) -> None:
    claim(ticket, crew.rita)

    with pytest.raises(ConflictError) as stale:
        ticket_snooze(
            ticket_id=ticket.pk, user=crew.rita, until=NOON.replace(minute=5), expected_version=1
        )
    with pytest.raises(VersionMissingError):
        ticket_snooze(
            ticket_id=ticket.pk, user=crew.rita, until=NOON.replace(minute=5), expected_version=None
        )

    assert stale.value.code == "stale_version"


def test_otto_the_outsider_neither_snoozes_nor_wakes(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(MissingError):
        snooze(ticket, crew.otto)
    with pytest.raises(MissingError):
        ticket_wake(ticket_id=ticket.pk, user=crew.otto)


def test_practice_is_not_put_off(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True)

    with pytest.raises(ConflictError) as refused:
        snooze(ticket, crew.rita)

    assert refused.value.code == "practice_ticket"


def test_whoever_may_decide_wakes_a_ticket_by_hand(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    put_off = snoozed(ticket, crew.rita)

    woken = ticket_wake(ticket_id=ticket.pk, user=crew.ravi)

    assert snooze_of(woken, now=clock.now) is None
    assert claim_of(woken, now=clock.now) is None
    assert woken.version == put_off.version + 1
    assert Event.objects.get(name="ticket.woken").payload["woken_by"] == "person"


def test_waking_what_is_awake_changes_nothing(ticket: Ticket, crew: Crew) -> None:
    awake = ticket_wake(ticket_id=ticket.pk, user=crew.rita)

    assert awake.version == 1
    assert _told() == ["ticket.opened"]


def test_the_owner_of_the_agent_wakes_nothing(ticket: Ticket, crew: Crew) -> None:
    snoozed(ticket, crew.rita)

    with pytest.raises(ForbiddenError, match="You own"):
        ticket_wake(ticket_id=ticket.pk, user=crew.lena)


def test_a_claim_wakes_a_snoozed_ticket(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    snoozed(ticket, crew.rita)

    claimed = claim(ticket, crew.ravi)

    claimed.refresh_from_db()
    assert snooze_of(claimed, now=clock.now) is None
    assert claimed.claimed_by == crew.ravi


def test_a_snoozed_ticket_can_be_decided_at_once(ticket: Ticket, crew: Crew) -> None:
    put_off = snoozed(ticket, crew.rita)

    decided = approve(put_off, crew.ravi).ticket

    assert (decided.resolution, decided.snoozed_until) == ("approved", None)


def test_a_first_of_two_votes_wakes_a_snoozed_ticket(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    put_off = snoozed(ticket, crew.rita)

    voted = approve(put_off, crew.ravi).ticket

    assert (voted.state, voted.snoozed_until) == ("PENDING", None)


def test_a_snoozed_ticket_still_expires(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    snoozed(ticket, crew.rita, minutes=20)
    clock.forward(minutes=30)

    expired = tickets_expire_due()

    ticket.refresh_from_db()
    assert (expired, ticket.state, ticket.snoozed_until) == (1, "EXPIRED", None)
    assert snoozes_end_due() == 0
    with pytest.raises(ConflictError):
        ticket_wake(ticket_id=ticket.pk, user=crew.rita)


def test_a_snoozed_ticket_is_withdrawn_with_its_task(fleet: Fleet, crew: Crew) -> None:
    shop = Orchestrator(fleet, crew)
    task = shop.ask("refund").task
    ticket = Ticket.objects.get()
    snoozed(ticket, crew.rita)

    task_cancel(key=shop.key, task_id=task.pk, reason="Never mind.")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.snoozed_until) == ("CANCELLED", None)
    with pytest.raises(GoneError):
        ticket_wake(ticket_id=ticket.pk, user=crew.rita)


def test_new_evidence_wakes_a_snoozed_ticket_at_once(fleet: Fleet, crew: Crew) -> None:
    shop = Orchestrator(fleet, crew)
    ticket = drift(shop)
    snoozed(ticket, crew.rita)

    drift(shop, signal="cost_usd")

    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert _told()[-2:] == ["ticket.grew", "ticket.woken"]
    assert Event.objects.get(name="ticket.woken").payload["woken_by"] == "evidence"


def test_a_question_that_grew_stricter_wakes_a_snoozed_release(ticket: Ticket, crew: Crew) -> None:
    agent = ticket.agent
    assert agent is not None
    latch(agent)
    release = release_ticket(agent)
    snoozed(release, crew.rita)

    agent_freeze(
        fleet=agent.fleet, agent_external_id=agent.external_id, actor="mona", reason="Odd."
    )

    release.refresh_from_db()
    assert release.snoozed_until is None
    assert _told()[-2:] == ["ticket.tightened", "ticket.woken"]


def test_an_incident_can_wait(fleet: Fleet, crew: Crew) -> None:
    incident = attempt_denied(fleet, crew.lena, level=BlastLevel.HIGH.value)

    assert snoozed(incident, crew.rita).snoozed_until is not None
