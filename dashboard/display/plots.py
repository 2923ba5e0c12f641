"""Plotly figures in the look of the console: colours are names of design tokens.

The browser puts the colours in when it draws and again when the theme changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.display.visible_text import visible_text

# Up to so many the library would draw ticks between whole counts.
_FEW = 4
_CLEAR = "rgba(0,0,0,0)"
_FURTHER = re.compile(r"[xy]axis\d")
_AXIS: Mapping[str, Any] = {
    "automargin": True,
    "gridcolor": "var(--grid)",
    "linecolor": "var(--line)",
    "zeroline": False,
    "ticks": "",
}


def plot_layout(*, height_px: int, **own: Any) -> dict[str, Any]:
    """Return the layout of a figure.

    Args:
        height_px: of the drawing; its width is that of its card.
        own: what this figure sets; `xaxis`, `yaxis` and further axes are laid over the usual one.
    """
    named = {"xaxis", "yaxis", *filter(_FURTHER.fullmatch, own)}
    axes = {name: {**_AXIS, **own.pop(name, {})} for name in sorted(named)}
    return {
        "height": height_px,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "font": {"family": "var(--sans)", "size": 12, "color": "var(--ink-3)"},
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "var(--raised)",
            "bordercolor": "var(--line-strong)",
            "font": {"color": "var(--ink)"},
            "align": "left",
        },
        "legend": {"orientation": "h", "x": 0, "y": -0.02, "yanchor": "top", "itemwidth": 44},
        "dragmode": "zoom",
        **axes,
        **own,
    }


def count_axis(most: int, title: str, **own: Any) -> dict[str, Any]:
    """Return an axis of counts from 0 up: of few, no two of its ticks read the same.

    Args:
        most: the highest that is drawn; around nothing but zeros the library would put them in
            the middle.
        title: what is counted.
        own: what this figure sets besides.
    """
    few: dict[str, Any] = {"dtick": 1} if most < _FEW else {}
    none: dict[str, Any] = {} if most else {"range": [0, 1]}
    usual = {"tickformat": ",d", "rangemode": "tozero", "title": axis_title(title)}
    return {**usual, **few, **none, **own}


def axis_title(text: str) -> dict[str, Any]:
    """Return the title of an axis: what is counted or measured along it."""
    return {"text": text, "font": {"size": 12}, "standoff": 8}


def plot_text(text: str, *, limit: int = 60, keep: str = "") -> str:
    """Return untrusted text as a label: hidden characters named, and no markup.

    Plotly reads tags and links in its texts.

    Args:
        text: whatever an agent is called.
        limit: how many characters are shown.
        keep: hidden characters that are wanted, such as the no-break spaces of our own sentences.
    """
    shown = "".join(segment.text for segment in visible_text(text, limit=limit, keep=keep).segments)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
