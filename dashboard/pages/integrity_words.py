"""What a check of the log found, in the words of every page of its fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.durations import NBSP, day_time
from governance.domain.log.findings import faults_words, is_key_missing

if TYPE_CHECKING:
    from governance.models import LogCheck


def changed_words(check: LogCheck | None) -> str:
    """Return what a check that ended found, in one sentence; empty where it found nothing."""
    if check is None or not check.found or check.ended_at is None:
        return ""
    said = "The log of this fleet was changed"
    if is_key_missing(check.kinds):
        said = "Nobody can tell whether the log of this fleet was changed, for its key is missing"
    sentence = (
        f"{said}: check {check.number} of {day_time(check.ended_at)} UTC"
        f" found {faults_words(check.found, check.rows)}."
        f" {check.findings[0]['sentence']}"
    )
    # It is drawn with all that is invisible shown, for a row may say whatever its writer likes.
    return sentence.replace(NBSP, " ")
