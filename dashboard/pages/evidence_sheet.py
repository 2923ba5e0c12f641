"""The figures of the evidence page, and the fields of the policy, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.display.durations import NBSP
from dashboard.display.sheets import Sheet
from dashboard.pages.evidence import figure_groups
from governance.domain.policy import policy_fields
from governance.selectors.policies import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.cards.evidence import FigureLine
    from dashboard.forms.period import Period
    from governance.domain.policy.plain import PolicyField
    from governance.models import Fleet


class FigureRow(NamedTuple):
    """One figure with the claim it stands beside."""

    claim: str
    group: str
    line: FigureLine
    period: Period


FIGURES: Mapping[str, Callable[[FigureRow], Any]] = {
    "claim": lambda row: row.claim,
    "figure": lambda row: row.line.key,
    "label": lambda row: _said(f"{row.group}: {row.line.label}"),
    "value": lambda row: row.line.value,
    "low_95": lambda row: row.line.low,
    "high_95": lambda row: row.line.high,
    "unit": lambda row: row.line.unit or "count",
    "n": lambda row: row.line.n,
    "n_of": lambda row: row.line.n_of or None,
    "note": lambda row: _said(row.line.note) or None,
    "since": lambda row: row.period.since,
    "until": lambda row: row.period.until,
}
FIELDS: Mapping[str, Callable[[PolicyField], Any]] = {
    "path": lambda field: field.path,
    "provenance": lambda field: field.provenance,
    "value": lambda field: field.value,
    "default": lambda field: field.default,
    "unit": lambda field: field.unit or None,
    "low": lambda field: field.low,
    "high": lambda field: field.high,
    "choices": lambda field: list(field.choices),
    "meaning": lambda field: field.meaning,
    "reference": lambda field: field.reference,
}


def figures_sheet(fleet: Fleet, period: Period) -> Sheet[FigureRow]:
    """Return one row for each figure of the period."""
    rows = [
        FigureRow(claim, group.title, line, period)
        for claim, groups in figure_groups(fleet, period).items()
        for group in groups
        for line in group.lines
    ]
    return Sheet(name="evidence", fleet=fleet.slug, columns=FIGURES, rows=rows)


def fields_sheet(fleet: Fleet) -> Sheet[PolicyField]:
    """Return one row for each field of the policy in force."""
    policy = policy_in_force(fleet=fleet)[1]
    return Sheet(
        name="evidence-fields", fleet=fleet.slug, columns=FIELDS, rows=policy_fields(policy)
    )


def _said(text: str) -> str:
    return text.replace(NBSP, " ")
