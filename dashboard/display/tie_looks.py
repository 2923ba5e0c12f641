"""How ties between agents look: a word, a colour and a dash for each kind of evidence."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True)
class TieLook:
    """A tie as a tag and as a line: `colour` is a design token, `dash` as Plotly names it."""

    mark: Mark
    colour: str
    dash: str


# In the order in which they are listed; the kinds of findings, then what accuses nobody.
TIE_LOOKS = {
    "over_rated": TieLook(Mark("Above what checks say", "eye", "crit"), "var(--critical)", "solid"),
    "favoured": TieLook(Mark("Above what others give", "swap", "amber"), "var(--high)", "dash"),
    "waved_through": TieLook(
        Mark("Poor work accepted", "check", "amber"), "var(--medium)", "dashdot"
    ),
    "joint_benefit": TieLook(
        Mark("Gain more together", "swap", "amber"), "var(--series-4)", "longdash"
    ),
    "lockstep": TieLook(Mark("In step", "people", "amber"), "var(--series-3)", "dot"),
    "circular": TieLook(Mark("Money goes round", "undo", "crit"), "var(--accent)", "longdashdot"),
    "watched": TieLook(Mark("Watched", "eye"), "var(--ink-2)", "2px,4px"),
    "none": TieLook(Mark("No evidence"), "var(--line-strong)", "solid"),
}
WATCHED, NO_EVIDENCE = "watched", "none"
IN_RINGS = "rings"
# What pairs can be narrowed to: all, those inside a ring, those with one kind of evidence.
SHOWN = ("", IN_RINGS, *(key for key in TIE_LOOKS if key != NO_EVIDENCE))
