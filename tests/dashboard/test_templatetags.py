from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.template import Context, Template

from dashboard.cards import Mark, TrustBand
from tests.dashboard import sample_cards as sample


def drawn(source: str, **context: object) -> str:
    return Template("{% load figures marks %}" + source).render(Context(context)).strip()


def test_a_bar_of_progress_is_as_thin_as_a_line_wherever_it_stands() -> None:
    """`.scan` was the QR code of the second factor, so that a bar became a square of 220 px."""
    sheets = (path.read_text() for path in Path("static/css").glob("*.css"))
    for_bars = {name for sheet in sheets for name in re.findall(r"progress\.([\w-]+) \{", sheet)}
    bars = [
        (path, re.findall(r"<progress ([^>]*)", path.read_text()))
        for path in Path("templates").rglob("*.html")
    ]

    named = {
        (path.name, name)
        for path, found in bars
        for each in found
        for name in (re.findall(r'class="([^"]*)"', each) or [""])
    }

    assert len(named) > 2
    assert {name for _, name in named} <= for_bars


def test_an_icon_is_hidden_from_readers() -> None:
    assert drawn("{% icon 'x' %}") == (
        '<svg class="i" aria-hidden="true"><use href="#i-x"></use></svg>'
    )


def test_a_tag_escapes_its_words() -> None:
    assert drawn("{% tag mark %}", mark=Mark("<b>", tone="crit")) == (
        '<span class="tag crit">&lt;b&gt;</span>'
    )


def test_a_level_has_shape_and_word() -> None:
    assert drawn("{% level 'HIGH' %}") == '<span class="level high">High</span>'


def test_a_tier_fills_two_of_three_bars() -> None:
    html = drawn("{% tier 'medium' %}")

    assert (html.count('class="on"'), html.count('class="off"')) == (2, 1)
    assert html.endswith("Medium</span>")


def test_a_known_trust_shows_its_figure_and_its_band() -> None:
    html = drawn("{% trust_band trust %}", trust=sample.HIGH_TRUST)

    assert '<span class="num">0.93</span> <span>0.89–0.96</span>' in html
    assert '<rect class="in" x="89.0%" y="2" width="7.0%" height="4"/>' in html


def test_too_few_outcomes_show_a_sentence_and_no_figure() -> None:
    trust = TrustBand(score=0.5, low=0.1, high=0.9, tier="low", outcomes=6)

    html = drawn("{% trust_band trust %}", trust=trust)

    assert "Not enough data (6&nbsp;of&nbsp;10)" in html
    assert "0.50" not in html


def test_a_countdown_carries_its_deadline_for_the_script() -> None:
    html = drawn("{% countdown clock %}", clock=sample.countdown(252, 900))

    assert 'class="clock half" data-countdown data-deadline="2026-11-22T12:07:04.000Z"' in html
    assert 'stroke-dasharray="28 100"' in html
    assert "<span data-left>4:12</span>" in html


def test_the_big_ring_leaves_the_words_to_its_neighbour() -> None:
    html = drawn("{% countdown clock is_big=True %}", clock=sample.countdown(252, 900))

    assert "data-left" not in html


def test_the_blast_bar_says_its_points_to_readers() -> None:
    html = drawn("{% blast_bar blast %}", blast=sample.BLAST)

    assert 'aria-label="76 of 104 points. Medium from 20. High from 38. Critical from 58."' in html


def test_untrusted_text_is_escaped_and_its_tricks_named() -> None:
    html = drawn("{% visible text %}", text="a\u202e<script>")

    assert html == "a<mark>U+202E</mark>&lt;script&gt;"


def test_long_untrusted_text_is_folded() -> None:
    html = drawn("{% visible text 3 %}", text="abcde")

    assert html == (
        'abc <span class="fold-note">'
        "[folded: 5\u00a0characters, sha256 36bbe50e\u00a0…\u00a0c44ca42c]</span>"
    )


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><', "")])
def test_only_a_known_theme_reaches_the_page(cookie: str, theme: str) -> None:
    request = HttpRequest()
    request.COOKIES["theme"] = cookie

    assert drawn("{% theme %}", request=request) == theme


def test_without_a_request_the_system_decides() -> None:
    assert drawn("{% theme %}") == ""


def test_sequence_numbers_travel_in_an_attribute() -> None:
    assert drawn("{{ seqs|as_json }}", seqs={"b": 2, "a": 1}) == (
        "{&quot;a&quot;:1,&quot;b&quot;:2}"
    )


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ value|duration }}", 252, "4:12"),
        ("{{ value|span }}", 900, "15\u00a0min"),
        ("{{ value|money }}", Decimal("18420.5"), "$18,420.50"),
        ("{{ value|score }}", 0.934, "0.93"),
        ("{{ value|short_hash }}", "abc", "abc"),
        ("{{ value|clock_time }}", datetime(2026, 11, 22, 12, 3, 4, tzinfo=UTC), "12:03:04"),
        ("{{ value|day_time }}", datetime(2026, 11, 22, 12, 3, 4, tzinfo=UTC), "22\u00a0Nov 12:03"),
        ("{{ value|wire_time }}", sample.NOW, "2026-11-22T12:02:52.000Z"),
        ("{{ value|counted:'ticket' }}", 3, "3\u00a0tickets"),
        ("{{ value|counted:'reply,replies' }}", 3, "3\u00a0replies"),
        ("{{ value|ordinal }}", 2, "second"),
        ("{{ value|ordinal }}", 5, "5th"),
    ],
)
def test_filters_write_what_people_read(source: str, value: object, text: str) -> None:
    assert drawn(source, value=value) == text


def test_the_server_error_page_needs_no_request() -> None:
    html = Template("{% include '500.html' %}").render(Context())

    assert "The server failed" in html


def test_a_decided_row_names_who_and_when() -> None:
    html = Template("{% include 'queue/row.html' %}").render(Context({"row": sample.DENIED_ROW}))

    assert "Denied by Ana Ruiz" in " ".join(html.split())
    assert "“wrong table”" in html


def test_one_more_ticket_waits_for_others() -> None:
    queue = replace(sample.QUEUE, others=1)

    html = Template("{% include 'queue/list.html' %}").render(Context({"queue": queue}))

    assert "1\u00a0more ticket waits for others." in html


def test_a_name_in_an_attribute_turns_no_text_around_and_ends_no_attribute() -> None:
    html = drawn('<td data-k="{{ name|shown_text:20 }}">', name='pay\u202e" x=')

    assert html == '<td data-k="payU+202E&quot; x=">'


def test_a_log_tells_times_to_the_second() -> None:
    at = datetime(2026, 11, 22, 12, 3, 4, tzinfo=UTC)

    assert drawn("{{ at|log_time }}", at=at) == "22\u00a0Nov 12:03:04"
