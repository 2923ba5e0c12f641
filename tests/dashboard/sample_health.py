"""The health page: all well, three parts that are not, and for whom it is not."""

from __future__ import annotations

from dashboard.cards.health import HealthPage
from dashboard.pages.health import UNSEEN, health_line
from governance.domain.health import PartState, Reading, parts_of, summary, unread, unused, unwell
from governance.domain.health_words import ABOUT
from tests.dashboard.sample_cards import NOW


def page_of(*ill: Reading) -> HealthPage:
    """Return the page with these readings, and all other parts well."""
    keys = {reading.key for reading in ill}
    well = [Reading(key=key, said="It does well.") for key in ABOUT if key not in keys]
    parts = parts_of([*ill, *well])
    bad, idle = unwell(parts), unused(parts)
    return HealthPage(
        unseen="",
        summary=summary(parts),
        parts_url="/health/parts/",
        read_at=NOW,
        unwell=tuple(health_line(part, {"shop": "Shop"}) for part in bad),
        well=tuple(health_line(part) for part in parts if part not in (*bad, *idle)),
        unused=tuple(health_line(part) for part in idle),
    )


HEALTH_STATES = {
    "well": page_of(),
    "ill": page_of(
        Reading(key="beat", said="The last beat was 42 s ago.", lag_s=42.0, missing=True),
        Reading(key="sweeper", said="An overdue ticket is left lying.", lag_s=95.0),
        Reading(key="errors", said="3 were logged.", error="relay: failed (OSError)", short=True),
        Reading(
            key="log-check",
            said="shop: check 12 of 2026-11-30 05:10 UTC found 3 faults.",
            error="shop: Row 7 in governance_outcome is not as it was sealed.",
            read_as=PartState.FAULT,
            fleets=("shop", "bank"),
        ),
        Reading(key="watch", said="Nobody outside is told.", read_as=PartState.OFF),
        *unread(["scans"], because="The database could not say it."),
    ),
    "unseen": HealthPage(unseen=UNSEEN, summary="", parts_url="/", read_at=NOW),
}
