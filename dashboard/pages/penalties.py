"""What a confirmed ring imposes on agents, in words, with the way to the ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.marks import PenaltyNote
from dashboard.display.durations import day_time
from dashboard.pages.collusion import ring_url
from governance.domain.phrases import share_words
from governance.selectors.collusion import rings_imposing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.collusion.penalties import Penalty
    from governance.models import Agent


def penalty_words(penalty: Penalty) -> str:
    """Return what is imposed until when, to go on in a sentence."""
    share = share_words(penalty.budget_share)
    return f"tier low and {share} of its budget until {day_time(penalty.until)} UTC"


def penalty_notes(
    agents: Sequence[Agent], fleet_slug: str, *, now: datetime
) -> dict[UUID, PenaltyNote]:
    """Return what is imposed on these agents by agent, of those that are penalised at ``now``."""
    rings = rings_imposing(agents=agents)
    return {
        agent.pk: PenaltyNote(
            words=f"held at tier low until {day_time(penalty.until)} UTC",
            sentence=f"Collusion was confirmed: {penalty_words(penalty)}.",
            url=ring_url(fleet_slug, rings[agent.pk]) if agent.pk in rings else "",
        )
        for agent in agents
        if (penalty := agent.penalty(now)) is not None
    }
