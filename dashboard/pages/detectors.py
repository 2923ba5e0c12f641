"""The detectors of a fleet side by side: found, acted on, only noted, too much, still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.detectors import DetectorLine, DetectorsPage, LastFind
from dashboard.cards.overview import KeyFigure
from dashboard.display.durations import wire_time
from dashboard.display.figures import plural, times
from dashboard.pages.detector_words import WORDS, mode_of, setting_of
from dashboard.pages.event_links import event_url, events_url
from dashboard.pages.files import file_links
from dashboard.pages.periods import opening_words, period_fields
from dashboard.pages.shadow import shadow_words
from escalations.selectors.incident_tickets import attempts_waiting
from governance.domain.detectors import Detector
from governance.selectors.detections import detections_between, findings_open
from governance.selectors.policies import policy_in_force
from governance.selectors.roster import roster_counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period
    from governance.domain.policy import Policy
    from governance.models import Fleet
    from governance.selectors.detections import Detections, LastFound


def detectors_page(
    fleet: Fleet, period: Period, *, ranges: Mapping[str, timedelta], now: datetime
) -> DetectorsPage:
    """Return the page of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    url = reverse("fleet-detectors", kwargs=place)
    lines = detector_lines(fleet, period, now=now)
    return DetectorsPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        now=now,
        parts_url=f"{reverse('fleet-detectors-parts', kwargs=place)}?{period.query}",
        summary=_summary(lines, period),
        **period_fields(period, url, ranges),
        figures=_figures(lines),
        shadow=shadow_words(fleet, roster_counts(fleet=fleet, now=now)),
        shadow_url=f"{reverse('fleet-shadow', kwargs=place)}?{period.query}",
        lines=lines,
        files=file_links(
            "fleet-detectors",
            "the detectors",
            address=lambda path: f"{path}?{period.query}",
            **place,
        ),
    )


def detector_lines(fleet: Fleet, period: Period, *, now: datetime) -> tuple[DetectorLine, ...]:
    """Return one line for each detector, in the order of what it looks at."""
    found = detections_between(fleet=fleet, since=period.since, until=period.until)
    still_open = {
        **findings_open(fleet=fleet),
        Detector.AUTHORITY: attempts_waiting(fleet=fleet, now=now),
    }
    policy = policy_in_force(fleet=fleet)[1]
    return tuple(
        _line(
            fleet,
            detector,
            found=found[detector],
            still_open=still_open.get(detector),
            policy=policy,
            period=period,
        )
        for detector in Detector
    )


def _line(
    fleet: Fleet,
    detector: Detector,
    *,
    found: Detections,
    still_open: int | None,
    policy: Policy,
    period: Period,
) -> DetectorLine:
    words = WORDS[detector]
    span = {"from": wire_time(period.since), "to": wire_time(period.until)}
    return DetectorLine(
        key=detector.value,
        name=words.name,
        about=words.about,
        mode=mode_of(detector, fleet, policy),
        setting=setting_of(detector, policy),
        detected=found.detected,
        enforced=found.enforced,
        noted=found.noted,
        over=found.over_cap + found.truncated,
        over_note=_over(found, words.over),
        still_open=still_open,
        last=_last(fleet.slug, found.last),
        found_url=events_url(fleet.slug, name=words.events, **span) if found.detected else "",
        open_url=_where(fleet, detector) if still_open else "",
    )


def _over(found: Detections, words: str) -> str:
    if not found.over_cap and not found.truncated:
        return ""
    return f"{words}, {plural(found.beyond, 'task')} left out" if found.beyond else words


def _last(slug: str, last: LastFound | None) -> LastFind | None:
    if last is None:
        return None
    return LastFind(at=last.at, sentence=last.sentence, url=_subject(slug, last))


def _subject(slug: str, last: LastFound) -> str:
    if last.seq:
        return event_url(slug, last.seq)
    ring = last.ids.get("ring")
    if ring:
        return reverse("ring", kwargs={"fleet": slug, "ring_id": ring})
    return reverse("agent", kwargs={"fleet": slug, "agent_id": last.ids["agent"]})


def _where(fleet: Fleet, detector: Detector) -> str:
    """Return the list of what a detector has found and nobody has ended."""
    place = {"fleet": fleet.slug}
    if detector in {Detector.BREAKER, Detector.RULES, Detector.CRITICAL}:
        return reverse("fleet-agents", kwargs=place)
    names = {
        Detector.CASCADE: "fleet-cascades",
        Detector.INCIDENT: "fleet-incidents",
        Detector.COLLUSION: "fleet-collusion",
        Detector.AUDIT: "fleet-audits",
    }
    if detector in names:
        return reverse(names[detector], kwargs=place)
    kind = "incident" if detector is Detector.AUTHORITY else "drift"
    return f"{reverse('fleet-queue', kwargs=place)}?kind={kind}"


def _summary(lines: tuple[DetectorLine, ...], period: Period) -> str:
    when = opening_words(period)
    lines = _finds(lines)
    found = sum(line.detected for line in lines)
    if not found:
        return f"{when} no detector found anything."
    enforced, noted = sum(line.enforced for line in lines), sum(line.noted for line in lines)
    over = sum(line.over for line in lines)
    much = f"; {over:,} {'was' if over == 1 else 'were'} too much to act on in full" if over else ""
    return (
        f"{when} detectors found something {times(found)}: {enforced:,} acted on, {noted:,} only"
        f" noted{much}. Audits are drawn by chance and are not counted here."
    )


def _finds(lines: tuple[DetectorLine, ...]) -> tuple[DetectorLine, ...]:
    """Return the detectors without the audits: work drawn by chance is no suspicion."""
    return tuple(line for line in lines if line.key != Detector.AUDIT.value)


def _figures(lines: tuple[DetectorLine, ...]) -> tuple[KeyFigure, ...]:
    lines = _finds(lines)
    found = sum(line.detected for line in lines)
    of_found = f"of {found:,} found"
    still_open = sum(line.still_open or 0 for line in lines)
    return (
        KeyFigure(label="Found", icon="eye", value=f"{found:,}", note="audits not counted"),
        KeyFigure(
            label="Acted on",
            icon="check",
            value=f"{sum(line.enforced for line in lines):,}",
            note=of_found,
        ),
        KeyFigure(
            label="Only noted",
            icon="half",
            value=f"{sum(line.noted for line in lines):,}",
            note=of_found,
        ),
        KeyFigure(
            label="Too much at once",
            icon="warn",
            value=f"{sum(line.over for line in lines):,}",
            note="over a cap, held or cut short",
        ),
        KeyFigure(
            label="Still open",
            icon="clock",
            value=f"{still_open:,}",
            note="now, whenever it was found",
            is_bad=bool(still_open),
        ),
    )
