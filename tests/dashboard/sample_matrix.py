"""The matrix of a busy fleet, and of one in which nothing was asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dashboard.cards.files import FileLinks
from dashboard.cards.matrix import MatrixPage, MatrixRow, TierColumn
from dashboard.cards.overview import KeyFigure
from dashboard.pages.matrix_cells import matrix_cell, matrix_table
from dashboard.pages.matrix_sums import Tally, added_up, tally_of
from governance.domain.types import TaskType, Tier
from governance.selectors.rollups import CellSums
from tests.dashboard.sample_period import BAR

URL = "/f/payments-prod/matrix/"
TIERS = [tier.value for tier in Tier]
_PRESETS = (
    ("aggressive", "balanced", "conservative"),
    ("balanced", "balanced", "conservative"),
    ("balanced", "conservative", "conservative"),
)


def _cell(kind: TaskType, tier: Tier) -> Tally:
    asked = (4_210, 1_380, 260)[kind.rank] // (tier.rank + 1) ** 3
    held = asked * (1, 9, 30)[tier.rank] * (kind.rank + 1) // 100
    return tally_of(
        CellSums(
            kind, tier, asked=asked, allowed=asked - held, escalated=held - held // 4,
            denied=held // 4, approved=held // 2, refused=held // 8, expired=held // 20,
            overruled=held // 30, outcomes=asked - held // 3 if asked > 20 else 6,
            failures=asked * (tier.rank + 1) // 40, cost_usd=Decimal(asked) / 7,
        )
    )  # fmt: skip


_TALLIES = [[_cell(kind, tier) for tier in Tier] for kind in TaskType]
_NONE = [[Tally() for _ in Tier] for _ in TaskType]


def _rows(tallies: list[list[Tally]]) -> tuple[MatrixRow, ...]:
    whole = added_up(each for cells in tallies for each in cells)

    def line(label: str, cells: list[Tally], presets: tuple[str, ...]) -> MatrixRow:
        drawn = [
            matrix_cell(
                each, total=whole, column=f"{tier} trust", preset=preset, is_sum=not preset, url=URL
            )
            for each, tier, preset in zip(cells, TIERS, presets, strict=True)
        ]
        total = matrix_cell(added_up(cells), total=whole, column="all tiers", is_sum=True)
        return MatrixRow(label=label, cells=(*drawn, total))

    lines = [
        line(kind.value.capitalize(), cells, presets)
        for kind, cells, presets in zip(TaskType, tallies, _PRESETS, strict=True)
    ]
    sums = [added_up(column) for column in zip(*tallies, strict=True)]
    return (*lines, line("All types", sums, ("", "", "")))


def _lines(tallies: list[list[Tally]]) -> list[tuple[str, Tally]]:
    return [
        (f"{kind.value} at {tier.value} trust", tallies[kind.rank][tier.rank])
        for kind in TaskType
        for tier in Tier
    ]


MATRIX = MatrixPage(
    fleet_slug="payments-prod", fleet_name="Payments", seq=310, url=URL, parts_url="/parts/",
    summary="In the last 7 days 6,681 tasks were asked for; 389 (5.8 %) did not run at once:"
    " people were asked about 296, the gate denied 93.",
    bar=BAR,
    figures=(
        KeyFigure(label="Asked", icon="dot", value="6,681", note="6,292 ran at once"),
        KeyFigure(label="Held up", icon="pause", value="389", note="296 asked people, 93 denied"),
        KeyFigure(label="People answered", icon="check", value="240", note="median 0:48", url=URL),
        KeyFigure(label="Failures stopped", icon="shield", value="≈ 9.2", note="estimate"),
        KeyFigure(
            label="Held up per failure", icon="swap", value="≈ 42",
            note="386 held up in cells with a failure rate, for ≈ 9.2 failures stopped",
        ),
        KeyFigure(
            label="Spent by the tasks", icon="dot", value="$935",
            note="on 6,504 outcomes; governance itself is not in it",
        ),
    ),
    cost=("389 tasks did not run at once.", "People answered 240 times: 194 approved, 46 refused."),
    saved=(
        "157 tasks were kept from running. Estimate: about 9.2 of 150 would have failed, at the"
        " failure rates of what ran in the same cells (n 6,504).",
        "Most work for each failure stopped: stateless at high trust, about 61 tasks.",
    ),
    policy=42,
    columns=(
        *(TierColumn(label=tier, tier=tier, url=f"/agents/?tier={tier}") for tier in TIERS),
        TierColumn(label="All tiers"),
    ),
    rows=_rows(_TALLIES), table=matrix_table(_lines(_TALLIES)),
    note="Counted in whole hours from 15 Nov 12:00 on.",
    late="These figures are 22 min behind: they were last added up 22 Nov 11:41.",
    files=FileLinks(what="the matrix", csv_url="/m.csv", json_url="/m.json"),
)  # fmt: skip
NOTHING_ASKED = replace(
    MATRIX,
    summary="In the last 7 days nothing was asked, answered or done.",
    rows=_rows(_NONE),
    table=matrix_table(_lines(_NONE)),
    cost=("Governance held up no task and asked nobody.",),
    saved=("Nothing was kept from running, so no failure was stopped.",),
    late="",
)
