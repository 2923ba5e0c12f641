"""The rows of a chart's table: hundreds of cells, drawn here because a template takes a second."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dashboard.cards.chart import Cell, ChartTable, Column
from dashboard.templatetags.marks import sentence

register = template.Library()


@register.simple_tag
def chart_rows(table: ChartTable) -> SafeString:
    """Draw the rows; on a phone each is a block whose cells name their columns."""
    if not table.rows:
        return format_html('<tr><td colspan="{}">Nothing to list.</td></tr>', len(table.columns))
    drawn = []
    for row in table.rows:
        named, *others = zip(table.columns, row, strict=True)
        drawn += ["<tr>", _name(*named), *(_cell(*each) for each in others), "</tr>"]
    # Joined from pieces that are escaped each.
    return mark_safe("".join(drawn))  # noqa: S308


def _name(_column: Column, cell: Cell) -> SafeString:
    return format_html('<th scope="row" class="full"{}>{}</th>', _value(cell), _text(cell))


def _cell(column: Column, cell: Cell) -> SafeString:
    number = SafeString(' class="num"') if column.is_number else ""
    return format_html(
        '<td data-k="{}"{}{}>{}</td>', column.label, number, _value(cell), _text(cell)
    )


def _value(cell: Cell) -> SafeString | str:
    """Return what programs read of a cell instead, as an attribute."""
    return format_html(' data-value="{}"', cell.value) if cell.value else ""


def _text(cell: Cell) -> SafeString | str:
    # What an agent is called may hide characters; a figure does not.
    shown = cell.text if cell.value else sentence(cell.text)
    return format_html('<a href="{}">{}</a>', cell.url, shown) if cell.url else shown
