"""Tags that draw the marks: icon, tag, level, tier, trust band, countdown, blast bar, raw text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.cards.agent_page import ComponentLine
from dashboard.cards.blast import BlastCard
from dashboard.cards.marks import Countdown, TrustBand
from dashboard.display import blast_words, durations, figures, geometry
from dashboard.display.visible_text import Shown, visible_text
from dashboard.display.wording import Mark

register = template.Library()

_THEMES = ("light", "dark")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; the word stands beside it, so it is hidden from readers."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="#i-{}"></use></svg>', name
    )  # fmt: skip


@register.simple_tag
def tag(mark: Mark) -> SafeString:
    """Draw a state as a tag: icon, word, tone."""
    drawn = icon(mark.icon) if mark.icon else ""
    classes = f"tag {mark.tone}".strip()
    return format_html('<span class="{}">{}{}</span>', classes, drawn, mark.label)


@register.simple_tag
def level(name: str) -> SafeString:
    """Draw a blast level: ring, diamond, triangle or octagon with its word."""
    return format_html('<span class="level {}">{}</span>', name.lower(), name.capitalize())


@register.inclusion_tag("components/tier.html")
def tier(name: str) -> dict[str, Any]:
    """Draw a trust tier as one to three filled bars with its word."""
    filled = geometry.tier_bars(name)
    bars = [
        {"is_on": place < filled, "x": 0.5 + 5 * place, "y": 7.5 - 3 * place, "h": 3 + 3 * place}
        for place in range(3)
    ]
    return {"name": name.lower(), "label": name.capitalize(), "bars": bars}


@register.inclusion_tag("components/trust_band.html")
def trust_band(trust: TrustBand) -> dict[str, Any]:
    """Draw a trust score with its band and tier, or the sentence that too little is known."""
    return {
        "trust": trust,
        "band": geometry.band(trust.score, trust.low, trust.high),
        "cuts": geometry.TIER_CUTS,
    }


@register.inclusion_tag("components/trust_part.html")
def trust_part(part: ComponentLine) -> dict[str, Any]:
    """Draw one part of a score with its band, as the score itself is drawn."""
    return {"part": part, "band": geometry.band(part.score or 0.0, part.low, part.high)}


@register.inclusion_tag("components/countdown.html")
def countdown(
    clock: Countdown, *, is_big: bool = False, name: str = "", ending: str = ""
) -> dict[str, Any]:
    """Draw a draining ring; with its text, unless it is the big one beside a text of its own.

    With a ``name`` it is read out at half and at a tenth of the time: whose it is, and the
    ``ending`` of "it expires".
    """
    return {
        "clock": clock,
        "deadline": durations.wire_time(clock.deadline),
        "ring": geometry.ring(clock.left_s, clock.span_s),
        "text": durations.duration_text(clock.left_s),
        "is_big": is_big,
        "name": name,
        "ending": ending,
    }


@register.inclusion_tag("components/blast_bar.html")
def blast_bar(blast: BlastCard) -> dict[str, Any]:
    """Draw the points of a blast vector against the thresholds of the levels."""
    return {
        "blast": blast,
        "pieces": blast_words.blast_bar([part.points for part in blast.parts], most=blast.most),
        "at": round(100 * blast.points / blast.most, 2),
        "limits": [
            {"name": name, "points": points, "x": round(100 * points / blast.most, 2)}
            for name, points in blast_words.THRESHOLDS
        ],
    }


@register.simple_tag
def visible(text: str, limit: int = 1_200) -> SafeString:
    """Write untrusted text with hidden and posing characters named, folded where it is long.

    It is not a template: a space that a template adds would look like the agent's.
    """
    return _drawn(visible_text(text, limit=limit))


@register.simple_tag
def sentence(text: str) -> SafeString:
    """Write a sentence of our own that may quote what an agent sent: our no-break spaces stay."""
    return _drawn(visible_text(figures.units_bound(text), limit=2_000, keep=durations.NBSP))


@register.filter
def shown_text(text: str, limit: int = 120) -> str:
    """Return untrusted text for an attribute: what misleads is named, what is long is cut."""
    return "".join(segment.text for segment in visible_text(text, limit=limit).segments)


def _drawn(shown: Shown) -> SafeString:
    drawn = format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", segment.text) if segment.is_named else segment.text,)
            for segment in shown.segments
        ),
    )
    if not shown.folded_from:
        return drawn
    return format_html(
        '{} <span class="fold-note">[folded: {}, sha256 {}]</span>',
        drawn,
        figures.plural(shown.folded_from, "character"),
        figures.short_hash(shown.sha256),
    )


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """Return the chosen theme, light or dark, from its cookie; empty follows the system.

    The server writes it into the page, so that no script has to run before the first paint.
    """
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in _THEMES else ""


@register.filter
def as_json(value: Mapping[str, int]) -> str:
    """Write sequence numbers by fleet for a `data-` attribute."""
    return json.dumps(dict(value), separators=(",", ":"), sort_keys=True)
