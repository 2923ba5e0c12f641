"""The page of declared teams: who works closely together, as people know, and until when."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.urls import reverse

from dashboard.cards.teams import DeclareForm, EndForm, TeamLine, TeamsPage, Typed
from dashboard.display.durations import day_time
from dashboard.pages.collusion import agent_refs, ring_url
from dashboard.pages.names import actor_words, names_of
from governance.domain.permissions import Action, why_not
from governance.selectors.collusion import scan_full
from governance.selectors.policies import policy_in_force
from governance.selectors.teams import teams_in_force, teams_over
from governance.services.teams import MEMBERS_MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dashboard.pages.controls import Seat
    from governance.models import DeclaredTeam, Fleet

# As many rows as are open at first; the others are behind "More members".
_ROWS, _AGENTS_OFFERED = 4, 1_000
NOTHING_TYPED = Typed()
# The team whose end was refused, the reason that was typed, and why.
TypedEnd = tuple[UUID | None, str, str]
NO_END: TypedEnd = (None, "", "")


def teams_page(
    seat: Seat, *, typed: Typed = NOTHING_TYPED, typed_end: TypedEnd = NO_END
) -> TeamsPage:
    """Return the declared teams of a fleet; the fleet was read before it.

    Args:
        seat: who looks.
        typed: a declaration that was not recorded, or what a link proposes.
        typed_end: an end that was not recorded.
    """
    fleet = seat.fleet
    full = scan_full(fleet=fleet)
    covers: dict[str, list[str]] = defaultdict(list)
    for each in full.covered if full else []:
        covers[each["team"]].append(each["why"])
    current = list(teams_in_force(fleet=fleet, now=seat.now).prefetch_related("agents"))
    over = list(teams_over(fleet=fleet, now=seat.now).prefetch_related("agents"))
    names = names_of(
        actor for team in (*current, *over) for actor in (team.declared_by, team.ended_by)
    )
    return TeamsPage(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=reverse("fleet-teams-parts", kwargs={"fleet": fleet.slug}),
        list_url=reverse("fleet-collusion", kwargs={"fleet": fleet.slug}),
        lines=tuple(
            _line(team, seat, names, covers[str(team.pk)], _end(team, seat, typed_end))
            for team in current
        ),
        over=tuple(_line(team, seat, names, [], None) for team in over),
        declare=_declare(seat, typed),
    )


def proposed(fleet: Fleet, agent_ids: Iterable[str]) -> Typed:
    """Return a declaration that names these agents; what is no agent's id is left out."""
    wanted = [UUID(each) for each in agent_ids if _is_id(each)]
    agents = fleet.agents.filter(pk__in=wanted).order_by("name")
    return Typed(members=tuple(agents.values_list("name", flat=True)[:MEMBERS_MOST]))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _line(
    team: DeclaredTeam,
    seat: Seat,
    names: Mapping[str, str],
    covers: list[str],
    end: EndForm | None,
) -> TeamLine:
    slug, ended = seat.fleet.slug, ""
    if team.ended_at is not None:
        by = actor_words(team.ended_by, names)
        ended = f"Ended {day_time(team.ended_at)} UTC by {by}: {team.end_reason}"
    return TeamLine(
        team_id=str(team.pk),
        name=team.name,
        members=agent_refs(team.agents.all(), slug),
        since=team.declared_at,
        until=f"{team.until:%Y-%m-%d %H:%M} UTC",
        declared_by=actor_words(team.declared_by, names),
        reason=team.reason,
        ring_url=ring_url(slug, team.ring_id) if team.ring_id else "",
        covers=tuple(covers),
        ended=ended,
        end=end,
    )


def _end(team: DeclaredTeam, seat: Seat, typed_end: TypedEnd) -> EndForm:
    team_id, reason, problem = typed_end
    is_this = team.pk == team_id
    return EndForm(
        url=reverse("team-end", kwargs={"fleet": seat.fleet.slug, "team_id": team.pk}),
        why_not=why_not(seat.role, Action.COLLUSION_TEAM),
        idempotency_key=str(uuid4()),
        typed_reason=reason if is_this else "",
        problem=problem if is_this else "",
    )


def _declare(seat: Seat, typed: Typed) -> DeclareForm:
    fleet, days = seat.fleet, policy_in_force(fleet=seat.fleet)[1].collusion.team_days
    # A team counts through its last day, which ends at midnight UTC.
    last_day = (seat.now + timedelta(days=days - 1)).date().isoformat()
    rows = [*typed.members, *[""] * MEMBERS_MOST][:MEMBERS_MOST]
    opened = max(_ROWS, len(typed.members))
    agents = fleet.agents.order_by("name").values_list("name", "external_id")
    return DeclareForm(
        url=reverse("team-declare", kwargs={"fleet": fleet.slug}),
        why_not=why_not(seat.role, Action.COLLUSION_TEAM),
        idempotency_key=str(uuid4()),
        first_day=seat.now.date().isoformat(),
        last_day=last_day,
        days=days,
        rows=tuple(rows[:opened]),
        more_rows=tuple(rows[opened:]),
        agents=tuple(agents[:_AGENTS_OFFERED]),
        typed=typed,
    )
