"""How ties between agents look: a word, a colour and a dash for each kind of evidence."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.wording import Mark
from governance.domain.collusion.findings import FindingKind
from governance.domain.collusion.words import kind_label


@dataclass(frozen=True, slots=True)
class TieLook:
    """A tie as a tag and as a line: `colour` is a design token, `dash` as Plotly names it."""

    mark: Mark
    colour: str
    dash: str


# In the order in which they are listed; the kinds of findings, then what accuses nobody.
TIE_LOOKS = {
    **{
        kind.value: TieLook(Mark(kind_label(kind), icon, tone), colour, dash)
        for kind, icon, tone, colour, dash in (
            (FindingKind.OVER_RATED, "eye", "crit", "var(--critical)", "solid"),
            (FindingKind.FAVOURED, "swap", "amber", "var(--high)", "dash"),
            (FindingKind.WAVED_THROUGH, "check", "amber", "var(--medium)", "dashdot"),
            (FindingKind.JOINT_BENEFIT, "swap", "amber", "var(--series-4)", "longdash"),
            (FindingKind.LOCKSTEP, "people", "amber", "var(--series-3)", "dot"),
            (FindingKind.CIRCULAR, "undo", "crit", "var(--accent)", "longdashdot"),
        )
    },
    "watched": TieLook(Mark("Watched", "eye"), "var(--ink-2)", "2px,4px"),
    "team": TieLook(Mark("Explained by a team", "people"), "var(--ink-3)", "8px,3px"),
    "none": TieLook(Mark("No evidence"), "var(--line-strong)", "solid"),
}
WATCHED, TEAM, NO_EVIDENCE = "watched", "team", "none"
# What speaks against nobody.
UNACCUSED = frozenset({WATCHED, TEAM, NO_EVIDENCE})
IN_RINGS = "rings"
# What pairs can be narrowed to: all, those inside a ring, those with one kind of evidence.
SHOWN = ("", IN_RINGS, *(key for key in TIE_LOOKS if key != NO_EVIDENCE))
