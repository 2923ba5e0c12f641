from __future__ import annotations

from dashboard.display.plots import count_axis, plot_layout, plot_text


def test_what_a_figure_says_of_an_axis_is_laid_over_the_usual() -> None:
    layout = plot_layout(height_px=240, xaxis={"zeroline": True}, dragmode="pan")

    assert layout["height"] == 240
    assert layout["dragmode"] == "pan"
    assert layout["xaxis"]["zeroline"] is True
    assert layout["xaxis"]["gridcolor"] == layout["yaxis"]["gridcolor"] == "var(--grid)"


def test_a_name_is_no_markup_and_hides_nothing() -> None:
    text = plot_text('<a href="x">R&D</a>\u202e')

    assert text == '&lt;a href="x"&gt;R&amp;D&lt;/a&gt;U+202E'


def test_a_further_axis_is_laid_over_the_usual_too() -> None:
    layout = plot_layout(height_px=240, yaxis2={"domain": [0, 0.2]})

    assert layout["yaxis2"]["domain"] == [0, 0.2]
    assert layout["yaxis2"]["gridcolor"] == "var(--grid)"


def test_an_axis_of_few_counts_has_a_tick_for_each_and_of_none_begins_at_zero() -> None:
    few, none, many = (
        count_axis(3, "Tickets"),
        count_axis(0, "Agents", nticks=5),
        count_axis(4, "Tasks"),
    )

    assert (few["dtick"], "range" in few) == (1, False)
    assert (none["range"], none["nticks"]) == ([0, 1], 5)
    assert "dtick" not in many
    assert many["title"]["text"] == "Tasks"
