"""The lanes of the story: most agents behave, five do not."""

from config.simulation.plots.behaving import BEHAVING
from config.simulation.plots.creeping import CREEPING
from config.simulation.plots.drifting import DRIFTING
from config.simulation.plots.favours import FAVOURING
from config.simulation.plots.research import RESEARCH
from config.simulation.plots.roundup import ROUNDUP
from config.simulation.runs import Plot

PLOTS: tuple[Plot, ...] = (*BEHAVING, *RESEARCH, *ROUNDUP, *DRIFTING, *FAVOURING, *CREEPING)

__all__ = ["PLOTS"]
