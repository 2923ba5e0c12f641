"""The evidence page of a busy fleet, and of one about which nothing is known yet."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dashboard.cards.evidence import ClaimCard, EvidencePage, FigureGroup
from dashboard.cards.files import FileLinks
from dashboard.pages import evidence_found as found
from dashboard.pages import evidence_work as work
from dashboard.pages.evidence_claims import CLAIMS, SOURCE
from dashboard.pages.evidence_fields import provenance_groups
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.answer_reasons import Answered
from escalations.selectors.service_level import ServiceLevel
from governance.domain.policy import policy_default, policy_from_plain, policy_to_plain
from governance.domain.types import Preset, TaskType, Tier
from governance.selectors.evidence import Around, Audited, Drifts, Expected, Freezes, Rings
from governance.selectors.evidence_money import Beside, Taxed
from governance.selectors.rollups import CellSums
from tests.dashboard.sample_cards import NOW
from tests.dashboard.sample_period import BAR

_PLAIN = policy_to_plain(policy_default())
_CHANGED = policy_from_plain({**_PLAIN, "audits": {**_PLAIN["audits"], "open_most": 40}})
_ANSWERED = {TicketKind.RELEASE: Answered(42, 6), TicketKind.DRIFT: Answered(6, 1)}
_NOBODY = {TicketKind.RELEASE: Answered(0, 0), TicketKind.DRIFT: Answered(0, 0)}


def _cell(kind: TaskType, tier: Tier, *, busy: bool) -> CellSums:
    asked = (4_210, 1_380, 18)[kind.rank] // (tier.rank + 1) if busy else 0
    failures = asked * (kind.rank + 1) * (tier.rank + 1) // 60
    return CellSums(
        kind, tier, asked=asked, allowed=asked // 2, escalated=asked // 4, denied=asked // 8,
        approved=asked // 5, refused=asked // 40, expired=asked // 200, overruled=0,
        outcomes=asked, failures=failures, cost_usd=Decimal(asked) / 7,
    )  # fmt: skip


def _groups(*, busy: bool) -> dict[str, tuple[FigureGroup, ...]]:
    cells = [_cell(kind, tier, busy=busy) for kind in TaskType for tier in Tier]
    policy, answered = policy_default(), _ANSWERED if busy else _NOBODY
    level = ServiceLevel(
        ended=700 * busy, answered=640 * busy, expired=20 * busy, escalated=9 * busy,
        median_s=141.0 if busy else None, p90_s=1_300.0 if busy else None,
    )  # fmt: skip
    around = Around(14, 840, 201, 610, 72) if busy else Around(0, 0, 0, 0, 0)
    freezes = Freezes(14, 3, 9, 12_600.0) if busy else Freezes(0, 0, 0, 0.0)
    audits = Audited(310, 12, 280, 11, 6) if busy else Audited(0, 0, 0, 0, 0)
    rings = Rings(3, 1, 1, 1) if busy else Rings(0, 0, 0, 0)
    wealth = (
        Beside(1, 2, Decimal("512.20"), Decimal("91.05"), 138, Decimal("61.00"), Decimal("64.10"))
        if busy
        else Beside(0, 0, Decimal(0), Decimal(0), 0, Decimal(0), Decimal(0))
    )
    taxed = [Taxed(each, 900 * busy, Decimal("41.20") * busy) for each in Preset]
    expected = [Expected(0, 2_100, 21.4, 25.0), Expected(3, 410, 61.0, 92.5), Expected(5, 6, 4, 3)]
    return {
        "tiers": (work.tier_figures(cells),),
        "matrix": (work.preset_figures(cells, policy), work.cell_figures(cells)),
        "breakers": (found.around_figures(around),),
        "thresholds": (found.freeze_figures(freezes, answered),),
        "dominance": (found.audit_figures(audits), found.approval_figures(cells, level)),
        "colluders": (found.ring_figures(rings), found.wealth_figures(wealth)),
        "tax": (found.tax_figures(taxed, policy),),
        "own": (
            work.expected_figures(expected if busy else []),
            found.drift_figures(Drifts(9, 4, 3, 2, 4) if busy else Drifts(0, 0, 0, 0, 0), answered),
        ),
    }


def _page(*, busy: bool) -> EvidencePage:
    groups = _groups(busy=busy)
    return EvidencePage(
        fleet_slug="payments-prod", fleet_name="Payments",
        summary="What is said of governing agents, what of it holds, and what this fleet's own"
        " record says beside it.",
        source=SOURCE, now=NOW, bar=replace(BAR, is_live=False), when="the last 90 days",
        claims=tuple(
            ClaimCard(
                key=claim.key, said=claim.said, mark=claim.mark, holds=claim.holds,
                does=claim.does, groups=groups.get(claim.key, ()),
            )
            for claim in CLAIMS
        ),
        own=groups["own"],
        policy=7,
        labels=provenance_groups("payments-prod", _CHANGED if busy else policy_default()),
        files=FileLinks(what="the figures", csv_url="/e.csv", json_url="/e.json"),
        field_files=FileLinks(what="the fields", csv_url="/f.csv", json_url="/f.json"),
    )  # fmt: skip


EVIDENCE = _page(busy=True)
NO_EVIDENCE = _page(busy=False)
