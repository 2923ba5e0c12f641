"""The marks of a chart as a list with links, and the choice of their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.queue import KindLink
from dashboard.cards.trend_marks import MarkLine, MarksCard
from dashboard.display.durations import wire_time
from dashboard.display.wording import Mark
from dashboard.display.zones import shown_now
from dashboard.pages.event_links import events_url
from dashboard.pages.trend_marks import MARK_LABELS, MarkKind, marks_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from dashboard.pages.trend_marks import Marks
    from governance.models import Agent, Fleet

# The log has the others; a page of thousands of lines helps nobody.
LISTED_MOST = 200
_MARKS: Mapping[MarkKind, Mark] = {
    MarkKind.TRIP: Mark("Trip or freeze", "ice", "ice"),
    MarkKind.DRIFT: Mark("Drift", "sink", "amber"),
    MarkKind.DECISION: Mark("Decision", "check", "line"),
    MarkKind.POLICY: Mark("Policy", "shield", "line"),
    MarkKind.INCIDENT: Mark("Incident", "warn", "crit"),
}


def marks_card(
    marks: Marks,
    kinds: Collection[MarkKind],
    *,
    fleet: Fleet,
    agent: Agent | None,
    since: datetime,
    until: datetime,
    address: Callable[[str], str],
) -> MarksCard:
    """Return what stands below the chart that these marks are drawn on; no query.

    Args:
        marks: as `marks_between` returns them.
        kinds: those that were asked for.
        fleet: whose page it is.
        agent: whose page it is, None for the fleet's.
        since: the beginning of the period.
        until: its end.
        address: returns the page's address for a value of ``marks``; empty asks for all kinds.
    """
    newest = list(reversed(marks))
    chosen = frozenset(kinds)
    return MarksCard(
        toggles=tuple(
            KindLink(
                label=label,
                url=address(marks_text(chosen ^ {kind})),
                is_chosen=kind in chosen,
            )
            for kind, label in MARK_LABELS.items()
        ),
        lines=tuple(
            MarkLine(mark.at, _MARKS[mark.kind], mark.sentence, mark.url)
            for mark in newest[:LISTED_MOST]
        ),
        total=len(marks),
        more=max(0, len(marks) - LISTED_MOST),
        note=marks.note,
        log_url=events_url(
            fleet.slug,
            agent=agent.external_id if agent else "",
            **{"from": wire_time(since), "to": wire_time(until)},
            back=address(marks_text(chosen)),
            tz=shown_now().asked,
        ),
    )
