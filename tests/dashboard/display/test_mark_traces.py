"""Marks and freezes as parts of a figure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.display.mark_traces import MARKS_META, freeze_shapes, mark_traces
from dashboard.pages.trend_marks import FreezeSpan, MarkKind, TrendMark

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def mark(kind: MarkKind, sentence: str = "It happened.") -> TrendMark:
    return TrendMark(kind, AT, sentence, "/f/shop/events/7/")


def test_each_kind_is_a_trace_with_a_shape_and_a_hue_of_its_own() -> None:
    traces = mark_traces([mark(kind) for kind in MarkKind], 0.04)

    assert len(traces) == len(MarkKind)
    assert len({trace["marker"]["symbol"] for trace in traces}) == len(MarkKind)
    assert len({trace["marker"]["color"] for trace in traces}) == len(MarkKind)
    assert {trace["meta"] for trace in traces} == {MARKS_META}


def test_a_mark_stands_at_its_time_and_leads_to_its_event() -> None:
    (trace,) = mark_traces([mark(MarkKind.TRIP), mark(MarkKind.TRIP)], 0.04)

    assert trace["x"] == ["2026-03-02T12:00:00.000Z"] * 2
    assert trace["y"] == [0.04, 0.04]
    assert trace["customdata"] == ["/f/shop/events/7/"] * 2


def test_markup_in_a_sentence_stays_text_and_long_ones_are_broken() -> None:
    (trace,) = mark_traces([mark(MarkKind.DRIFT, "<b>x</b> " + "word " * 20)], 0.0)

    head, *lines = trace["hovertext"][0].split("<br>")
    assert head == "2\N{NO-BREAK SPACE}Mar 12:00 UTC"
    assert lines[0].startswith("&lt;b&gt;x&lt;/b&gt; word")
    assert len(lines) == 2
    assert max(map(len, lines)) <= 72


def test_without_marks_there_is_nothing_to_draw() -> None:
    assert mark_traces([], 0.0) == []


def test_a_freeze_is_a_region_and_one_that_goes_on_ends_now() -> None:
    over = FreezeSpan(AT, AT + timedelta(hours=1), "Frozen.")
    goes_on = FreezeSpan(AT + timedelta(hours=2), None, "Frozen.")

    shapes = freeze_shapes([over, goes_on], AT + timedelta(hours=3))

    assert [(shape["x0"], shape["x1"]) for shape in shapes] == [
        ("2026-03-02T12:00:00.000Z", "2026-03-02T13:00:00.000Z"),
        ("2026-03-02T14:00:00.000Z", "2026-03-02T15:00:00.000Z"),
    ]
    assert {shape["layer"] for shape in shapes} == {"below"}
