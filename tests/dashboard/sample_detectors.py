"""The detectors of a busy fleet."""

from __future__ import annotations

from datetime import timedelta

from dashboard.cards.detectors import DetectorLine, DetectorsPage, LastFind
from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.display.wording import Mark
from dashboard.pages.detector_words import WORDS, setting_of
from governance.domain.detectors import Detector
from governance.domain.policy import policy_default
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_period import BAR

URL = "/f/payments-prod/detectors/"
_ENFORCE, _SHADOW = Mark("Enforce", "check", "line"), Mark("Shadow", "eye", "amber")
_COUNTS = {
    Detector.BREAKER: (14, 9, 2, 3, 2), Detector.RULES: (6, 0, 6, 0, 0),
    Detector.DRIFT: (5, 3, 0, 2, 1), Detector.CASCADE: (2, 2, 0, 1, 1),
    Detector.AUDIT: (140, 100, 0, 40, 12), Detector.COLLUSION: (1, 1, 0, 0, 1),
}  # fmt: skip


def _line(detector: Detector) -> DetectorLine:
    detected, enforced, noted, over, still_open = _COUNTS.get(detector, (0, 0, 0, 0, 0))
    words = WORDS[detector]
    return DetectorLine(
        key=detector.value, name=words.name, about=words.about,
        mode=_SHADOW if detector is Detector.RULES else _ENFORCE,
        setting=setting_of(detector, policy_default()),
        detected=detected, enforced=enforced, noted=noted, over=over,
        over_note=words.over if over else "",
        still_open=None if detector is Detector.FLOOD else still_open,
        last=LastFind(
            at=NOW - timedelta(hours=3 + detected),
            sentence="6 of its last 9 tasks failed, \u202enormal for this agent are 1 in 20.",
            url="/f/payments-prod/events/310/",
        ) if detected else None,
        found_url="/events/" if detected else "", open_url="/agents/" if still_open else "",
    )  # fmt: skip


DETECTORS = DetectorsPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, now=NOW, parts_url="/parts/",
    summary="In the last 7 days detectors found something 168 times: 115 acted on, 8 only noted;"
    " 46 were too much to act on in full.",
    bar=BAR,
    figures=(
        KeyFigure(label="Found", icon="eye", value="168", note="audits not counted"),
        KeyFigure(label="Acted on", icon="check", value="115", note="of 168 found"),
        KeyFigure(label="Only noted", icon="half", value="8", note="of 168 found"),
        KeyFigure(label="Too much at once", icon="warn", value="46", note="over a cap"),
        KeyFigure(label="Still open", icon="clock", value="17", note="now", is_bad=True),
    ),
    shadow="3 agents of 40 are in shadow: what is found about them is noted and holds nothing back.",
    shadow_url="/f/payments-prod/shadow/",
    lines=tuple(_line(detector) for detector in Detector),
    files=FileLinks(what="the detectors", csv_url="/d.csv", json_url="/d.json"),
)  # fmt: skip
