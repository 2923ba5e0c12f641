"""When an agent asks people so much that asking itself is a fault."""

from __future__ import annotations

from dataclasses import dataclass

from governance.domain.policy.fields import Guard, Provenance, setting

_SECTION = "own choice: people must not be flooded by one agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodPolicy:
    """How many questions of one agent people can be expected to read with care."""

    open_most: int = setting(
        10,
        unit="tickets",
        low=1,
        high=1_000,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="Questions of one agent that may wait for people before it counts as a flood.",
        reference=_SECTION,
    )
    window_most: int = setting(
        20,
        unit="tickets",
        low=1,
        high=10_000,
        guard=Guard.RAISING,
        provenance=Provenance.CHOICE,
        meaning="Questions one agent may raise within the window before it counts as a flood.",
        reference=_SECTION,
    )
    window_min: float = setting(
        10.0,
        unit="min",
        low=1,
        high=1440,
        guard=Guard.LOWERING,
        provenance=Provenance.CHOICE,
        meaning="The window; a flood that lasts is told of again after as long.",
        reference=_SECTION,
    )
