from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket
from governance.models import (
    Agent,
    CollusionRing,
    CollusionScan,
    DeclaredTeam,
    Event,
    Interaction,
)
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.clock import clock_now
from governance.selectors.teams import teams_in_force, teams_over
from governance.services.teams import team_declare, team_end
from tests.escalations.finding import answer
from tests.factories import AgentFactory, FleetFactory
from tests.governance.services.colluding import colluding, full_scan

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def declare(fleet: Fleet, user: User, *members: str, **fields: Any) -> DeclaredTeam:
    return team_declare(
        **{
            "fleet": fleet,
            "user": user,
            "name": "Monthly budget",
            "members": members or ("Buyer", "Broker"),
            "reason": "The same amount goes round each month.",
            "until": clock_now() + timedelta(days=30),
            **fields,
        }
    )


def end(team: DeclaredTeam, user: User, reason: str = "The workflow is gone.") -> DeclaredTeam:
    return team_end(fleet=team.fleet, team_id=team.pk, user=user, reason=reason)


def told(name: str) -> list[str]:
    return [event.payload["sentence"] for event in Event.objects.filter(name=name)]


def test_a_declared_team_is_neither_watched_nor_accused_and_still_shown(
    fleet: Fleet, crew: Crew
) -> None:
    colluding(fleet)
    team = declare(fleet, crew.mona)

    scan = full_scan(fleet)

    assert not CollusionRing.objects.exists()
    assert not Ticket.objects.exists()
    (covered,) = scan.covered
    assert covered["team"] == str(team.pk)
    assert covered["why"].startswith(
        "Buyer and Broker worked together 73 times; 24 would be usual."
    )


def test_a_tie_inside_a_team_is_shown_there_instead_of_watched(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    Interaction.objects.update(rating=None, verified_quality=None, accepted=None, value_usd=None)
    (watched,) = full_scan(fleet).watch

    declare(fleet, crew.mona)
    scan = full_scan(fleet)

    assert scan.watch == []
    assert [each["why"] for each in scan.covered] == [watched["why"]]


def test_a_team_that_is_ended_early_is_accused_by_the_next_scan(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    colluding(fleet)
    team = declare(fleet, crew.mona)
    full_scan(fleet)
    clock.forward(minutes=60)

    end(team, crew.mona)
    full_scan(fleet)

    assert CollusionRing.objects.get().state == "SUSPECTED"
    assert Ticket.objects.get().title == "Collusion? Broker and Buyer"
    assert CollusionScan.objects.latest("started_at").covered == []
    assert told("collusion.team_ended") == [
        "Broker and Buyer are no declared team any longer, 30 days before its time: the next scan"
        " may watch and accuse them."
    ]


def test_a_team_is_declared_by_name_with_who_why_and_until(fleet: Fleet, crew: Crew) -> None:
    AgentFactory(fleet=fleet, name="Scout", external_id="scout-1")
    AgentFactory(fleet=fleet, name="Writer", external_id="writer-1")

    team = declare(fleet, crew.mona, "Scout", "writer-1", until=clock_now() + timedelta(days=90))

    assert set(team.agents.values_list("name", flat=True)) == {"Scout", "Writer"}
    assert (team.name, team.declared_by, team.ring) == ("Monthly budget", "mona", None)
    assert list(teams_in_force(fleet=fleet, now=clock_now())) == [team]
    (sentence,) = told("collusion.team_declared")
    assert sentence == f"Scout and Writer count as a team until {team.until:%Y-%m-%d %H:%M} UTC."


def test_a_dismissed_ring_is_told_as_a_team_too(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    full_scan(fleet)

    answer(Ticket.objects.get(), crew.mona, "dismiss")

    team = DeclaredTeam.objects.get()
    assert (team.ring, team.declared_by) == (CollusionRing.objects.get(), "mona")
    assert told("collusion.team_declared") == [
        f"Broker and Buyer count as a team until {team.until:%Y-%m-%d %H:%M} UTC."
    ]


def test_who_owns_a_member_declares_no_team_of_it(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    Agent.objects.filter(name="Buyer").update(owner=crew.mona)

    with pytest.raises(ForbiddenError) as refused:
        declare(fleet, crew.mona)

    assert refused.value.code == "owns_agent"
    assert declare(fleet, crew.adam).declared_by == "adam"


def test_a_reviewer_neither_declares_nor_ends_a_team(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    with pytest.raises(ForbiddenError):
        declare(fleet, crew.rita)

    team = declare(fleet, crew.mona)
    with pytest.raises(ForbiddenError):
        end(team, crew.rita)


def test_an_accusation_that_stands_is_not_settled_by_a_team(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    full_scan(fleet)

    with pytest.raises(ConflictError) as refused:
        declare(fleet, crew.mona, "Buyer", "Broker", "Agent 1")

    assert refused.value.code == "ring_stands"
    assert refused.value.sentence == (
        "Broker and Buyer are a ring that is suspected: answer its ticket."
    )
    assert declare(fleet, crew.mona, "Buyer", "Agent 1").ring is None


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"members": ["Buyer", "Nobody"]}, "member", "has no agent Nobody."),
        ({"members": ["Buyer", "Buyer"]}, "member", "2 to 20 different agents; 1 agent named."),
        ({"members": [f"Agent {n}" for n in range(21)]}, "member", "; 21 agents named."),
        ({"members": ["Buyer", "Twin"]}, "member", "2 agents are called Twin: give the id of one."),
        ({"reason": " "}, "reason", "To declare a team needs a reason."),
        ({"name": ""}, "name", "1 to 120 characters, without U+0000."),
        ({"name": "x" * 121}, "name", "1 to 120 characters, without U+0000."),
        (
            {"until": timedelta(days=90, seconds=1)},
            "until",
            "A team counts for at most 90 days, so until",
        ),
        ({"until": timedelta(0)}, "until", "UTC is over."),
    ],
)
def test_bad_input_names_field_value_and_what_is_allowed(
    fleet: Fleet, crew: Crew, clock: Clock, fields: dict[str, Any], field: str, says: str
) -> None:
    colluding(fleet)
    for n in range(12, 21):
        AgentFactory(fleet=fleet, name=f"Agent {n}")
    for n in range(2):
        AgentFactory(fleet=fleet, name="Twin", external_id=f"twin-{n}")
    if "until" in fields:
        fields = {"until": clock_now() + fields["until"]}

    with pytest.raises(InvalidFieldError) as refused:
        declare(fleet, crew.mona, **fields)

    assert (refused.value.field, says in refused.value.sentence) == (field, True)
    assert refused.value.value is not None
    assert refused.value.allowed
    assert not DeclaredTeam.objects.exists()


def test_a_team_that_is_over_is_not_ended_again(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    colluding(fleet)
    ended, past = declare(fleet, crew.mona), declare(fleet, crew.mona)
    end(ended, crew.mona)
    clock.forward(days=31)

    for team in (ended, past):
        with pytest.raises(ConflictError) as refused:
            end(team, crew.mona)
        assert refused.value.code == "team_over"
    assert set(teams_over(fleet=fleet, now=clock_now())) == {ended, past}
    assert not teams_in_force(fleet=fleet, now=clock_now()).exists()


def test_to_end_a_team_needs_a_reason_and_a_team_of_the_fleet(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    team = declare(fleet, crew.mona)

    with pytest.raises(InvalidFieldError):
        end(team, crew.mona, " ")
    team.fleet = FleetFactory(slug="other")
    with pytest.raises(ForbiddenError):
        end(team, crew.mona)
    with pytest.raises(MissingError):
        team_end(fleet=fleet, team_id=fleet.pk, user=crew.mona, reason="Gone.")
