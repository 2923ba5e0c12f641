from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.domain.lifecycle import TicketKind
from escalations.domain.routing import barred_reasons
from escalations.domain.voting import Choice
from escalations.models import Ticket
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.routing import people_of, person_of, route_of, votes_standing
from governance.domain.types import Role
from tests.escalations.answering import approve
from tests.escalations.asking import attempt_denied, task_asked
from tests.factories import UserFactory

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

NAMES = ("rita", "rita@example.test", "Rita", "ravi", "lena", "mona", "Lena")
# Upper case, full width, and words around the name, as callers write them.
WRITTEN = st.sampled_from(
    [
        "job:nightly",
        "",
        *(f"person:{name}" for name in NAMES),
        "RITA",
        "ｒｉｔａ",
        "margarita",
        "(rita)",
        "rita/desk",
        "rita-desk",
        "\u00a0rita\u2003",
    ]
)
SAID = st.dictionaries(
    st.sampled_from(["approved_by", "owners"]), st.lists(st.sampled_from(NAMES), max_size=3)
)


@pytest.fixture
def tickets(fleet: Fleet, crew: Crew) -> dict[str, Ticket]:
    """One ticket with votes, one without, and one that no one agent is asked about."""
    voted = task_asked(fleet, crew.lena, approvals=2)
    approve(voted, crew.rita)
    ring = attempt_denied(fleet, crew.lena)
    Ticket.objects.filter(pk=ring.pk).update(agent=None, task=None, subject=ring.pk)
    return {"voted": voted, "plain": task_asked(fleet, crew.ravi), "ring": ring}


def _rule(fleet: Fleet, ticket: Ticket, user: Any, role: Role) -> bool:
    ticket = Ticket.objects.get(pk=ticket.pk)
    route = route_of(
        ticket=ticket, votes=votes_standing(ticket=ticket), people=people_of(fleet=fleet)
    )
    return not barred_reasons(person_of(user, role), route, Choice.DENY)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    which=st.sampled_from(["voted", "plain", "ring"]),
    who=st.sampled_from(["rita", "ravi", "lena", "mona", "adam"]),
    written=WRITTEN,
    said=SAID,
)
def test_the_database_opens_exactly_what_the_rule_opens(
    fleet: Fleet,
    crew: Crew,
    clock: Clock,
    tickets: dict[str, Ticket],
    which: str,
    who: str,
    written: str,
    said: dict[str, list[str]],
) -> None:
    kinds = {
        ("approved_by",): TicketKind.AUDIT,
        ("owners",): TicketKind.COLLUSION,
        ("approved_by", "owners"): TicketKind.COLLUSION,
    }
    ticket, user = tickets[which], getattr(crew, who)
    role = people_of(fleet=fleet)[str(user.pk)].role
    kind = (
        TicketKind.COLLUSION if which == "ring" else kinds.get(tuple(sorted(said)), TicketKind.TASK)
    )
    # Only audits say who approved, only rings who owns.
    kept = "owners" if kind is TicketKind.COLLUSION else "approved_by"
    Ticket.objects.filter(pk=ticket.pk).update(
        kind=kind.value,
        requested_by=written,
        snapshot={name: names for name, names in said.items() if name == kept},
    )

    judged = tickets_judged(user=user, fleet_ids=[fleet.pk], now=clock.now).get(pk=ticket.pk)

    assert role is not None
    assert judged.is_open == _rule(fleet, ticket, user, role)


def test_a_persons_full_name_bars_as_the_user_name_does(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ana = UserFactory(username="ar", first_name="Ana", last_name="Ruiz")
    task_asked(fleet, crew.lena, requested_by="Ana Ruiz from accounts")
    task_asked(fleet, crew.lena, requested_by="Ana Rust")

    judged = tickets_judged(user=ana, fleet_ids=[fleet.pk], now=clock.now).order_by("number")

    assert [ticket.is_open for ticket in judged] == [False, True]
