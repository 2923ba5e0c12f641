"""The page of a fleet's log: how far it is sealed, and whether it was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.integrity import CheckLine, IntegrityPage, SealLine
from dashboard.cards.overview import KeyFigure
from dashboard.display.durations import NBSP, span_text
from dashboard.display.figures import plural
from dashboard.display.wording import Mark
from dashboard.pages.files import file_links
from dashboard.pages.integrity_words import changed_words
from dashboard.pages.names import actor_words, names_of
from governance.domain.log.findings import faults_words, is_key_missing
from governance.domain.log.states import LIVE, CheckState
from governance.domain.permissions import Action, why_not
from governance.domain.phrases import share_words
from governance.selectors.clock import clock_now
from governance.selectors.seal_losses import given_up_of, key_missing
from governance.selectors.seals import (
    checks_of,
    fleet_seal_lag,
    seal_head,
    seal_keys,
    seals_newest,
)
from governance.selectors.transaction_numbers import numbers_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.controls import Seat
    from governance.models import LogCheck, Seal, SealHead

CHECKS_SHOWN = 20
SEALS_SHOWN = 6
FINDINGS_SHOWN = 10
# Written every 30 s: what waits for four times as long is late.
LATE_S = 120.0
_PLAIN = Mark("Nothing changed", "check", "line")
_MARKS: Mapping[CheckState, Mark] = {
    CheckState.WAITING: Mark("Waiting", "clock", "line"),
    CheckState.RUNNING: Mark("Running", "clock", "line"),
    CheckState.DONE: _PLAIN,
    CheckState.FAILED: Mark("Not finished", "warn", "amber"),
}
_CHANGED = Mark("Changed", "x", "bad")
_KEY_MISSING = Mark("Key missing", "warn", "amber")


def integrity_page(seat: Seat, *, problem: str = "") -> IntegrityPage:
    """Return the page as one person sees it; a fixed number of queries. The fleet was read before.

    Args:
        seat: whose page, of which fleet.
        problem: why a check that was asked for is not recorded.
    """
    fleet, now = seat.fleet, clock_now()
    slug = {"fleet": fleet.slug}
    checks = checks_of(fleet=fleet, most=CHECKS_SHOWN)
    running = next((each for each in checks if each.state in LIVE), None)
    seals = seals_newest(fleet=fleet, most=SEALS_SHOWN)
    head, keys = seal_head(fleet=fleet), seal_keys()
    lag_s = fleet_seal_lag(fleet=fleet, now=now).total_seconds()
    names = names_of(each.asked_by for each in checks)
    return IntegrityPage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        seq=fleet.event_seq,
        now=now,
        parts_url=reverse("fleet-integrity-parts", kwargs=slug),
        summary=_summary(head, lag_s, key_missing(fleet_id=fleet.pk, keys=keys), fleet.slug),
        given_up=tuple(given_up_of(fleet_id=fleet.pk, keys=keys).sentences(keys)),
        back=str(numbers_back() or ""),
        wrong=changed_words(next((each for each in checks if _is_whole(each)), None)),
        figures=_figures(head, lag_s),
        is_running=running is not None,
        share=running.share if running else 0.0,
        start_url=reverse("fleet-integrity-verify", kwargs=slug),
        why_not=why_not(seat.role, Action.LOG_VERIFY),
        idempotency_key=str(uuid4()),
        problem=problem,
        checks=tuple(_line(each, names) for each in checks),
        seals=tuple(_seal(each) for each in seals),
        seals_of=head.number if head else 0,
        files=file_links("fleet-integrity", "the checks", fleet=fleet.slug),
        export_url=reverse("fleet-integrity-export", kwargs=slug),
        events_url=reverse("fleet-events", kwargs=slug),
    )


def _is_whole(check: LogCheck) -> bool:
    return check.state == CheckState.DONE


def _summary(head: SealHead | None, lag_s: float, missing: str, slug: str) -> str:
    if head is None:
        return "Nothing is sealed yet; the first seals are made within 30 s."
    if missing:
        return (
            f"The log is sealed with key {missing}, which this installation does not hold:"
            " nothing more is sealed until SEAL_KEY or SEAL_KEYS_BEFORE has it again. Where it is"
            f" lost for good, whoever runs the installation gives it up: python manage.py"
            f" give_up_seal_key {slug}"
        )
    upto = f"{head.looked_at:%Y-%m-%d %H:%M:%S} UTC"
    if lag_s > LATE_S:
        return (
            f"The log was last sealed at {upto}; what was written since then waits, the oldest for"
            f" {span_text(lag_s)}. The page Health says whether workers and beat run."
        )
    return (
        f"What was written until {upto} is sealed: whoever changes, removes or adds a row in the"
        " database afterwards is found by a check, unless they also hold the key."
    )


def _figures(head: SealHead | None, lag_s: float) -> tuple[KeyFigure, ...]:
    return (
        KeyFigure(
            label="Seals", icon="lock", value=f"{head.number if head else 0:,}", note="made so far"
        ),
        KeyFigure(
            label="Lag",
            icon="clock",
            value=span_text(lag_s),
            note="oldest row that waits",
            is_bad=lag_s > LATE_S,
        ),
        KeyFigure(
            label="Key",
            icon="shield",
            value=head.key if head else seal_keys().current,
            note="by the start of its SHA-256",
        ),
        KeyFigure(
            label="Removals",
            icon="minus",
            value=f"{head.checkpoints if head else 0:,}",
            note="checkpoints of retention",
        ),
    )


def _line(check: LogCheck, names: Mapping[str, str]) -> CheckLine:
    said = (f"{faults_words(check.found, check.rows)}.",) if check.found else ()
    shown = [str(each["sentence"]) for each in check.findings[:FINDINGS_SHOWN]]
    more = check.found - len(shown)
    state = CheckState(check.state)
    return CheckLine(
        number=check.number,
        mark=_mark(check, state),
        at=check.ended_at or check.asked_at,
        by=actor_words(check.asked_by, names),
        read=_read(check, state),
        found=(*said, *shown),
        more=f"And {more:,} more; verify_log --all prints all of them." if more > 0 else "",
    )


def _mark(check: LogCheck, state: CheckState) -> Mark:
    if not check.found:
        return _MARKS[state]
    return _KEY_MISSING if is_key_missing(check.kinds) else _CHANGED


def _read(check: LogCheck, state: CheckState) -> str:
    if state is CheckState.FAILED:
        return check.error
    if state is not CheckState.DONE:
        return f"{share_words(round(check.share, 2))} done."
    rows = sum(check.counts.values())
    against = f"against {plural(check.seals, 'seal')}, up to seal {check.upto:,}"
    if not check.seals:
        against = "by their chain alone: nothing was sealed yet"
    said = f"{plural(rows, 'row')} {against}."
    return said.replace(NBSP, " ")


def _seal(seal: Seal) -> SealLine:
    return SealLine(
        number=seal.number,
        kind=seal.kind.removesuffix("s"),
        rows=seal.rows,
        at=seal.sealed_at,
        key=seal.key,
        signature=seal.signature,
    )
