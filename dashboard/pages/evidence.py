"""What stands behind the defaults, beside this fleet's own figures as they accumulate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from django.urls import reverse

from dashboard.cards.evidence import ClaimCard, EvidencePage
from dashboard.pages import evidence_found as found
from dashboard.pages import evidence_work as work
from dashboard.pages.evidence_claims import CLAIMS, SOURCE
from dashboard.pages.evidence_fields import provenance_groups
from dashboard.pages.files import file_links
from dashboard.pages.periods import period_fields, period_words, whole_buckets
from escalations.selectors.answer_reasons import false_alarms
from escalations.selectors.service_level import service_level
from governance.domain.rollup import BucketSize
from governance.selectors import evidence, evidence_money
from governance.selectors.policies import policy_in_force
from governance.selectors.rollups import cells_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from dashboard.cards.evidence import FigureGroup
    from dashboard.forms.period import Period
    from governance.models import Fleet


class _Span(TypedDict):
    fleet: Fleet
    since: datetime
    until: datetime


# What belongs to no claim stands under this key in files.
OWN = "own"


def evidence_page(
    fleet: Fleet, period: Period, *, ranges: Mapping[str, timedelta], now: datetime
) -> EvidencePage:
    """Return the page of one period; a fixed number of queries. The fleet was read before."""
    place = {"fleet": fleet.slug}
    url = reverse("fleet-evidence", kwargs=place)
    version, policy = policy_in_force(fleet=fleet)
    groups = figure_groups(fleet, period)
    bar = period_fields(period, url, ranges)["bar"]
    return EvidencePage(
        fleet_slug=fleet.slug,
        fleet_name=fleet.name,
        summary=(
            "What is said of governing agents, what of it holds, and what this fleet's own record"
            " says beside it."
        ),
        source=SOURCE,
        now=now,
        bar=replace(bar, is_live=False),
        when=period_words(period),
        claims=tuple(
            ClaimCard(
                key=claim.key,
                said=claim.said,
                mark=claim.mark,
                holds=claim.holds,
                does=claim.does,
                groups=groups.get(claim.key, ()),
            )
            for claim in CLAIMS
        ),
        own=groups[OWN],
        policy=version.number,
        labels=provenance_groups(fleet.slug, policy),
        files=file_links(
            "fleet-evidence",
            "the figures",
            address=lambda path: f"{path}?{period.query}",
            **place,
        ),
        field_files=file_links("fleet-evidence-fields", "the fields", fleet=fleet.slug),
    )


def figure_groups(fleet: Fleet, period: Period) -> Mapping[str, tuple[FigureGroup, ...]]:
    """Return this fleet's figures by the claim they stand beside."""
    since, until = period.since, period.until
    # Days are few to add up; of a short period they would be mostly outside it.
    size = BucketSize.DAY if period.width == "day" else BucketSize.HOUR
    policy = policy_in_force(fleet=fleet)[1]
    hours = whole_buckets(period, BucketSize.HOUR)
    cells = cells_between(fleet=fleet, since=hours[0], until=hours[1])
    span = _Span(fleet=fleet, since=since, until=until)
    answered = false_alarms(**span)
    return {
        "tiers": (work.tier_figures(cells),),
        "matrix": (work.preset_figures(cells, policy), work.cell_figures(cells)),
        "breakers": (found.around_figures(evidence.failures_around(**span)),),
        "thresholds": (
            found.freeze_figures(evidence.freezes_between(**span, size=size), answered),
        ),
        "dominance": (
            found.audit_figures(evidence.audits_between(**span)),
            found.approval_figures(cells, service_level(**span)),
        ),
        "colluders": (
            found.ring_figures(evidence.rings_between(**span)),
            found.wealth_figures(evidence_money.wealth_beside(**span)),
        ),
        "tax": (found.tax_figures(evidence_money.tax_by_preset(**span), policy),),
        OWN: (
            work.expected_figures(evidence.expected_seen(**span)),
            found.drift_figures(evidence.drifts_between(**span), answered),
        ),
    }
