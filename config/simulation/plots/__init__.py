"""The lanes of the story: most agents behave, five do not."""

from config.simulation.plots.creeping import CREEPING
from config.simulation.plots.desk import DESK
from config.simulation.plots.drifting import DRIFTING
from config.simulation.plots.favours import FAVOURING
from config.simulation.plots.research import RESEARCH
from config.simulation.runs import Plot

PLOTS: tuple[Plot, ...] = (*DESK, *RESEARCH, *DRIFTING, *FAVOURING, *CREEPING)

__all__ = ["PLOTS"]
