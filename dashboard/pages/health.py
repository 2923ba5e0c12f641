"""How the installation is doing, for managers and admins of any of its fleets."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.health import HealthLine, HealthPage, Onward, Words
from dashboard.display.durations import span_text
from dashboard.display.wording import Mark
from dashboard.selectors.health import parts_now
from governance.domain.health import PartState, summary, unused, unwell
from governance.domain.permissions import Action, permitted
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from governance.domain.health import Part

UNSEEN = (
    "Only a manager or an admin of a fleet may see how the installation is doing; ask one of them"
    " where something seems to be away."
)

MARKS: Mapping[PartState, Mark] = {
    PartState.OK: Mark("Well", "check"),
    PartState.OFF: Mark("Not set up", "minus", "line"),
    PartState.NOT_YET: Mark("Not yet", "clock", "line"),
    PartState.FAULT: Mark("Changed", "warn", "bad"),
    PartState.LATE: Mark("Late or short", "clock", "amber"),
    PartState.AWAY: Mark("Away", "x", "bad"),
    PartState.UNKNOWN: Mark("Unknown", "ask", "line"),
}


def sees_health(user: User) -> bool:
    """Return whether a person is manager or admin of any living fleet."""
    return any(permitted(role, Action.HEALTH_VIEW) for _, role in fleets_of(user=user))


def health_page(user: User) -> HealthPage:
    """Return every part, those that need somebody first."""
    url, now = reverse("health-parts"), clock_now()
    if not sees_health(user):
        return HealthPage(unseen=UNSEEN, summary="", parts_url=url, read_at=now)
    parts = parts_now()
    ill, idle = unwell(parts), unused(parts)
    slugs = {fleet.slug: fleet.name for fleet, _ in fleets_of(user=user)}
    return HealthPage(
        unseen="",
        summary=summary(parts),
        parts_url=url,
        read_at=now,
        unwell=tuple(health_line(part, slugs) for part in ill),
        well=tuple(health_line(part) for part in parts if part.state is PartState.OK),
        unused=tuple(health_line(part) for part in idle),
    )


def health_line(part: Part, names: Mapping[str, str] = MappingProxyType({})) -> HealthLine:
    """Return one part as it is drawn; a lag is told where it is part of what is wrong.

    Args:
        part: what is drawn.
        names: of the person's fleets, by slug; only their pages are linked.
    """
    return HealthLine(
        key=part.key,
        name=part.name,
        mark=MARKS[part.state],
        said=part.said,
        lag=f"lag {span_text(part.told_lag_s)}" if part.told_lag_s else "",
        error_name="First fault" if part.state is PartState.FAULT else "Last error",
        error=part.last_error or "",
        means=part.means,
        advice=words_of(part.advice),
        links=tuple(
            Onward(text=f"Integrity of {names[slug]}", url=_integrity(slug))
            for slug in part.fleets
            if slug in names
        ),
    )


def _integrity(slug: str) -> str:
    return reverse("fleet-integrity", kwargs={"fleet": slug})


def words_of(advice: str) -> tuple[Words, ...]:
    """Return a sentence in pieces: what stands in back-ticks is a command."""
    return tuple(
        Words(text=text, is_command=place % 2 == 1)
        for place, text in enumerate(advice.split("`"))
        if text
    )
