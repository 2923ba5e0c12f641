"""The audits of a fleet: which finished work was drawn, and what people said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.audits import AuditLine, AuditsPage
from dashboard.cards.overview import KeyFigure
from dashboard.cards.queue import KindLink
from dashboard.display.durations import NBSP
from dashboard.display.figures import plural, share
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.files import file_links
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.periods import opening_words, period_fields
from escalations.selectors.audit_tickets import audit_ticket_numbers
from governance.domain.held_back import OUTCOMES_LEAST
from governance.selectors.audits import (
    AuditStanding,
    audit_standing,
    fleet_audits,
    fleet_audits_counted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period
    from governance.models import Audit, Fleet
    from governance.selectors.audits import AuditCounts

LISTED_MOST = 100
_MARKS = {
    AuditStanding.PASSED: Mark("Passed", "check", "line"),
    AuditStanding.FAILED: Mark("Failed", "x", "bad"),
    AuditStanding.UNCLEAR: Mark("Unclear", "ask", "line"),
    AuditStanding.WAITING: Mark("Waiting", "clock", "amber"),
    AuditStanding.SKIPPED: Mark("Skipped", "minus", "line"),
}


def audits_page(
    fleet: Fleet,
    period: Period,
    standing: AuditStanding | None,
    *,
    ranges: Mapping[str, timedelta],
    now: datetime,
) -> AuditsPage:
    """Return the page of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    url = reverse("fleet-audits", kwargs=place)
    since, until = period.since, period.until
    counts = fleet_audits_counted(fleet=fleet, since=since, until=until)
    listed = fleet_audits(
        fleet=fleet, since=since, until=until, standing=standing, most=LISTED_MOST
    )
    kept = [("standing", standing.value)] if standing else []
    address = "&".join(filter(None, (period.query, urlencode(kept))))
    return AuditsPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        now=now,
        parts_url=f"{reverse('fleet-audits-parts', kwargs=place)}?{address}",
        summary=_summary(counts, period),
        judged=_judged(counts),
        **period_fields(period, url, ranges, kept),
        figures=_figures(counts),
        standings=_standings(counts, standing, f"{url}?{period.query}"),
        lines=_lines(fleet, list(listed)),
        matching=getattr(counts, standing.value) if standing else counts.drawn,
        files=file_links(
            "fleet-audits", "the audits", address=lambda path: f"{path}?{address}", **place
        ),
    )


def _summary(counts: AuditCounts, period: Period) -> str:
    when = opening_words(period)
    if not counts.drawn:
        return f"{when} no finished task was drawn for a person to check."
    were = "was" if counts.drawn == 1 else "were"
    return (
        f"{when} {plural(counts.drawn, 'finished task')} {were} drawn for a person to check:"
        f" {_clear(counts):,} judged, {counts.unclear:,} unclear or not judged in time,"
        f" {counts.waiting:,} waiting, {counts.skipped:,} skipped because enough waited."
    )


def _clear(counts: AuditCounts) -> int:
    return counts.passed + counts.failed


def _judged(counts: AuditCounts) -> str:
    clear = _clear(counts)
    if clear < OUTCOMES_LEAST:
        return (
            "How often work that was checked had failed: not enough data"
            f" ({clear} of {OUTCOMES_LEAST})."
        )
    return (
        f"Of {plural(clear, 'task')} that were judged {share(counts.failed, clear)} had failed"
        f" (n{NBSP}{clear:,})."
    )


def _figures(counts: AuditCounts) -> tuple[KeyFigure, ...]:
    clear = _clear(counts)
    of_judged = f"of {clear:,} judged"
    return (
        KeyFigure(label="Drawn", icon="eye", value=f"{counts.drawn:,}", note="in the period"),
        KeyFigure(label="Passed", icon="check", value=f"{counts.passed:,}", note=of_judged),
        KeyFigure(
            label="Failed",
            icon="x",
            value=f"{counts.failed:,}",
            note=of_judged,
            is_bad=bool(counts.failed),
        ),
        KeyFigure(
            label="Unclear",
            icon="ask",
            value=f"{counts.unclear:,}",
            note="or not judged in time",
        ),
        KeyFigure(
            label="Waiting", icon="clock", value=f"{counts.waiting:,}", note="for people now"
        ),
        KeyFigure(
            label="Skipped",
            icon="minus",
            value=f"{counts.skipped:,}",
            note=f"of {counts.drawn:,} drawn",
        ),
    )


def _standings(counts: AuditCounts, chosen: AuditStanding | None, url: str) -> tuple[KindLink, ...]:
    every = KindLink(label=f"All {counts.drawn:,}", url=url, is_chosen=chosen is None)
    return every, *(
        KindLink(
            label=f"{_MARKS[each].label} {getattr(counts, each.value):,}",
            url=f"{url}&standing={each.value}",
            is_chosen=each is chosen,
        )
        for each in AuditStanding
    )


def _lines(fleet: Fleet, audits: Sequence[Audit]) -> tuple[AuditLine, ...]:
    numbers = audit_ticket_numbers(outcome_ids=[each.outcome_id for each in audits])
    names = names_of(each.by for each in audits if each.by)

    def line(audit: Audit) -> AuditLine:
        standing, task = audit_standing(audit), audit.outcome.task
        number = numbers.get(audit.outcome_id)
        return AuditLine(
            task=task.title if task else audit.outcome.task_external_id,
            ticket_url=(
                reverse("ticket", kwargs={"fleet": fleet.slug, "number": number}) if number else ""
            ),
            agent=audit.agent.external_id,
            agent_url=agent_url("agent", audit.agent_id, fleet=fleet.slug),
            drawn_at=audit.drawn_at,
            standing=_MARKS[standing],
            # Why it was drawn names the preset, and a verdict that follows that only confirms it.
            why="" if standing is AuditStanding.WAITING else audit.sentence,
            by=actor_words(audit.by, names) if audit.by else "",
            reason=audit.reason,
            settled_at=audit.settled_at,
        )

    return tuple(line(each) for each in audits)
