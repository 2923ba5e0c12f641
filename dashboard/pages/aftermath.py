"""What became of an approval, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.decided import CameOfIt
from dashboard.display.durations import day_time
from dashboard.display.wording import Mark
from escalations.domain.aftermath import Aftermath
from escalations.selectors.aftermath import aftermath_now

if TYPE_CHECKING:
    from datetime import datetime

    from governance.selectors.grants import GrantGiven

MARKS = {
    Aftermath.NOT_STARTED: Mark("Not started", "clock", "line"),
    Aftermath.NEVER_STARTED: Mark("Never started", "sand", "amber"),
    Aftermath.TAKEN_BACK: Mark("Taken back", "undo"),
    Aftermath.RUNNING: Mark("Still running", "dot", "line"),
    Aftermath.STOPPED: Mark("Stopped", "minus"),
    Aftermath.SUCCESS: Mark("Succeeded", "check"),
    Aftermath.PARTIAL: Mark("Partly done", "half", "amber"),
    Aftermath.FAILURE: Mark("Failed later", "x", "bad"),
    Aftermath.NO_VERDICT: Mark("No verdict", "minus"),
}


def came_of_it(given: GrantGiven, *, now: datetime) -> CameOfIt:
    """Return what became of what was permitted, with when."""
    came = aftermath_now(given, now=now)
    return CameOfIt(mark=MARKS[came], note=_note(given, came))


def _note(given: GrantGiven, came: Aftermath) -> str:
    match came:
        case Aftermath.NOT_STARTED:
            return f"Usable until {day_time(given.expires_at)} UTC."
        case Aftermath.NEVER_STARTED:
            return f"The permission ended unused {day_time(given.expires_at)} UTC."
        case Aftermath.TAKEN_BACK:
            return given.why
        case Aftermath.RUNNING if given.started_at is not None:
            return f"Since {day_time(given.started_at)} UTC."
    said = f"{day_time(given.result_at)} UTC." if given.result_at else "Nothing was reported."
    return f"{said} A person's check overturned what was reported." if given.is_corrected else said
