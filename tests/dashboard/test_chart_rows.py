from __future__ import annotations

from dashboard.cards.chart import Cell, ChartTable, Column
from dashboard.templatetags.charts import chart_rows

COLUMNS = (Column(label="Agent"), Column(label="Value", is_number=True))


def test_a_row_is_named_by_its_first_cell_and_its_figures_are_told_to_programs() -> None:
    row = (Cell("Buyer", url="/buyer/"), Cell("$1,200.50", "1200.50"))

    assert chart_rows(ChartTable(columns=COLUMNS, rows=(row,))) == (
        '<tr><th scope="row" class="full"><a href="/buyer/">Buyer</a></th>'
        '<td data-k="Value" class="num" data-value="1200.50">$1,200.50</td></tr>'
    )


def test_a_time_that_names_a_row_is_told_with_its_year() -> None:
    row = (Cell("30 Nov 13:00", "2026-11-30T13:00:00.000Z"),)

    assert chart_rows(ChartTable(columns=COLUMNS[:1], rows=(row,))) == (
        '<tr><th scope="row" class="full" data-value="2026-11-30T13:00:00.000Z">30 Nov 13:00</th></tr>'
    )


def test_what_an_agent_is_called_is_text_and_hides_nothing() -> None:
    drawn = chart_rows(ChartTable(columns=COLUMNS[:1], rows=((Cell("<i>\u202e"),),)))

    assert "&lt;i&gt;<mark>U+202E</mark>" in drawn


def test_a_table_without_rows_says_so() -> None:
    drawn = chart_rows(ChartTable(columns=COLUMNS, rows=()))

    assert drawn == '<tr><td colspan="2">Nothing to list.</td></tr>'
