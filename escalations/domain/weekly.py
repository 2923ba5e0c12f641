"""The report of a week: which weeks there are, what happened in one, and the same as a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from html import escape
from urllib.parse import urlencode

from escalations.domain.notice_text import Message, one_line
from governance.domain.money import usd_shown
from governance.domain.phrases import count_words, duration_words, list_words

# Own choice: before the working day in Europe, after the night's accounts are done.
SENT_AT = time(7, tzinfo=UTC)
_WEEK = timedelta(days=7)
_NAME = re.compile(r"(2[0-9]{3})-W([0-9]{2})")


class Place(StrEnum):
    """Where the live page behind a sentence is, below the fleet's address."""

    AGENTS = "agents/"
    DECIDED = "queue/decided/"
    SERVICE = "service/"
    MATRIX = "matrix/"
    EVENTS = "events/"
    COLLUSION = "collusion/"
    CASCADES = "cascades/"
    INCIDENTS = "incidents/"
    REPORT = "report/"


# Their addresses carry the period; the others list what stands now.
_OF_PERIOD = {Place.DECIDED, Place.SERVICE, Place.MATRIX, Place.EVENTS}


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week from Monday to Sunday, UTC; ``since`` is its first moment."""

    since: datetime

    @property
    def until(self) -> datetime:
        """Return the first moment after it."""
        return self.since + _WEEK

    @property
    def name(self) -> str:
        """Return it as ISO 8601 writes it: ``2026-W48``."""
        year, week, _ = self.since.isocalendar()
        return f"{year:04d}-W{week:02d}"

    @property
    def words(self) -> str:
        """Return it as people say it, with its days."""
        last = self.until - timedelta(days=1)
        return (
            f"week {self.since.isocalendar().week} of {self.since.isocalendar().year},"
            f" {self.since.day} {self.since:%b} to {last.day} {last:%b}, UTC"
        )

    def moved(self, weeks: int) -> Week:
        """Return the one so many weeks later."""
        return Week(self.since + weeks * _WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFacts:
    """What happened in a fleet in a week; dollars are of finished work.

    ``froze`` counts freezes by detectors, ``supervised`` what the cap let run instead.
    ``median_s`` and ``p90_s`` are seconds from opening to answer, None where nothing was answered.
    ``risen`` and ``fallen`` are agents whose tier at the end is another than at the beginning, None
    where no tier was kept of either.
    """

    froze: int = 0
    froze_before: int = 0
    supervised: int = 0
    closed: int = 0
    ended: int = 0
    answered: int = 0
    expired: int = 0
    escalated: int = 0
    median_s: float | None = None
    p90_s: float | None = None
    outcomes: int = 0
    failures: int = 0
    spent_usd: Decimal = Decimal(0)
    spent_before_usd: Decimal = Decimal(0)
    budget_usd: Decimal = Decimal(0)
    risen: int | None = None
    fallen: int | None = None
    drifts: int = 0
    cascades: int = 0
    incidents: int = 0
    rings: int = 0
    confirmed: int = 0
    dismissed: int = 0

    @property
    def is_empty(self) -> bool:
        """Return whether nothing at all was recorded in the week."""
        return not any(
            (self.froze, self.supervised, self.closed, self.ended, self.outcomes, self.spent_usd)
        ) and not any(
            (self.drifts, self.cascades, self.incidents, self.rings, self.confirmed, self.dismissed)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where it can be followed live; ``query`` carries the week."""

    sentence: str
    place: Place
    query: str = ""

    def path(self, fleet: str) -> str:
        """Return where it leads, below the address of the console."""
        question = f"?{self.query}" if self.query else ""
        return f"/f/{fleet}/{self.place}{question}"


def week_of(at: datetime) -> Week:
    """Return the week in which a moment lies."""
    utc = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Week(utc - timedelta(days=utc.weekday()))


def week_read(text: str) -> Week | None:
    """Return the week of that name, None if there is none of it."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    try:
        begun = datetime.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return Week(begun.replace(tzinfo=UTC))


def report_due(after: datetime) -> datetime:
    """Return the first time later than ``after`` at which reports are sent: Monday 07:00 UTC."""
    due = datetime.combine(week_of(after).since, SENT_AT)
    return due if due > after else due + _WEEK


def week_lines(facts: WeekFacts, week: Week) -> tuple[Line, ...]:
    """Return the week in sentences, what needs a look first; each stands also where it is none."""
    period = urlencode({"from": _moment(week.since), "to": _moment(week.until)})

    def line(sentence: str, place: Place, **narrowed: str) -> Line:
        narrow = f"&{urlencode(narrowed)}" if narrowed else ""
        return Line(sentence, place, f"{period}{narrow}" if place in _OF_PERIOD else "")

    return (
        line(_freezes(facts), Place.EVENTS, kind="trip"),
        line(_tickets(facts), Place.SERVICE),
        line(_expired(facts), Place.DECIDED, outcome="expired"),
        line(_work(facts), Place.MATRIX),
        line(_spent(facts), Place.AGENTS),
        line(_tiers(facts), Place.AGENTS),
        line(_drifts(facts), Place.INCIDENTS),
        line(_cascades(facts), Place.CASCADES),
        line(_rings(facts), Place.COLLUSION),
    )


def week_message(
    lines: Sequence[Line], *, fleet: str, slug: str, week: Week, console: str
) -> Message:
    """Return the report as a mail, in plain text and in HTML with the same words.

    Args:
        lines: of `week_lines`.
        fleet: what the fleet is called.
        slug: its name in addresses.
        week: which.
        console: where the console is, without a slash at the end.
    """
    named = one_line(fleet)
    report = f"{console}{Line('', Place.REPORT, urlencode({'week': week.name})).path(slug)}"
    off = f"{console}/account/#reports"
    title = f"What happened in {named} in {week.words}"
    text = [f"{title}:", ""]
    for line in lines:
        text += [f"- {line.sentence}", f"  {console}{line.path(slug)}"]
    text += ["", f"The report: {report}", "", f"You asked for it each Monday. Turn it off: {off}"]
    rows = "".join(
        f'<li><a href="{escape(console + line.path(slug))}">{escape(line.sentence)}</a></li>'
        for line in lines
    )
    html = (
        f"<p>{escape(title)}:</p><ul>{rows}</ul>"
        f'<p><a href="{escape(report)}">The report</a></p>'
        f'<p>You asked for it each Monday. <a href="{escape(off)}">Turn it off</a></p>'
    )
    subject = f"[{named}] Week {week.name}: {_short(lines[0])}"
    return Message(subject, "\n".join(text), html)


def _short(line: Line) -> str:
    return one_line(re.split("[.;]", line.sentence)[0])


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%MZ")


def _freezes(facts: WeekFacts) -> str:
    first = (
        f"Breakers froze agents {_times(facts.froze)}, {_times(facts.froze_before)} the week before"
        if facts.froze or facts.froze_before
        else "No breaker froze an agent, nor the week before"
    )
    others = [
        f"{count_words(count, 'agent')} {'was' if count == 1 else 'were'} {words}"
        for count, words in (
            (facts.supervised, "supervised over the cap instead"),
            (facts.closed, "free again after passing probation"),
        )
        if count
    ]
    return f"{first}; {list_words(others)}." if others else f"{first}."


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count) or f"{count:,} times"


def _tickets(facts: WeekFacts) -> str:
    if not facts.ended:
        return "No ticket ended."
    told = (
        f"{count_words(facts.ended, 'ticket')} ended, {facts.answered:,} of them answered,"
        f" {facts.escalated:,} past the first level."
    )
    if facts.median_s is None or facts.p90_s is None:
        return told
    return (
        f"{told} Half of the answers took at most {duration_words(facts.median_s)}, 9 of 10 at"
        f" most {duration_words(facts.p90_s)}."
    )


def _expired(facts: WeekFacts) -> str:
    if not facts.expired:
        return "No ticket expired unanswered."
    return f"{count_words(facts.expired, 'ticket')} expired unanswered, of {facts.ended:,}."


def _work(facts: WeekFacts) -> str:
    if not facts.outcomes:
        return "No task finished."
    return f"{count_words(facts.outcomes, 'task')} finished, {facts.failures:,} of them failed."


def _spent(facts: WeekFacts) -> str:
    budget = (
        f" The budgets of a month come to {usd_shown(facts.budget_usd)}."
        if facts.budget_usd
        else " No agent has a budget."
    )
    return (
        f"Finished work cost {usd_shown(facts.spent_usd)},"
        f" {usd_shown(facts.spent_before_usd)} the week before.{budget}"
    )


def _tiers(facts: WeekFacts) -> str:
    if facts.risen is None or facts.fallen is None:
        return (
            "Which agents rose or fell to another tier is not known: tiers are kept once a day,"
            " and of the first or the last day of this week there are none."
        )
    return (
        f"{count_words(facts.risen, 'agent')} earned a higher tier than at the beginning,"
        f" {facts.fallen:,} a lower one."
    )


def _drifts(facts: WeekFacts) -> str:
    if not facts.drifts and not facts.incidents:
        return "No drift alarm of a single agent, and no fault that many agents shared."
    return (
        f"{count_words(facts.drifts, 'drift alarm')} of single agents, and"
        f" {count_words(facts.incidents, 'fault')} that many agents shared."
    )


def _cascades(facts: WeekFacts) -> str:
    if not facts.cascades:
        return "No failure spread from task to task."
    return f"{count_words(facts.cascades, 'failure')} spread from task to task."


def _rings(facts: WeekFacts) -> str:
    if not facts.rings and not facts.confirmed and not facts.dismissed:
        return "No ring of agents newly suspected of collusion, none confirmed or dismissed."
    return (
        f"{count_words(facts.rings, 'ring')} of agents newly suspected of collusion,"
        f" {facts.confirmed:,} confirmed and {facts.dismissed:,} dismissed by people."
    )
