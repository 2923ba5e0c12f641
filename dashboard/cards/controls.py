"""What a person can do to an agent or a fleet, in every state of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One button; `effect` says what it does.

    `why_off` is empty where this person may press it now. `needs_reason` is false for a freeze
    alone: its reason may follow.
    """

    value: str
    label: str
    icon: str
    effect: str
    tone: str = ""
    why_off: str = ""
    needs_reason: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPanel:
    """The controls of one agent, with what came back from a form that was not recorded.

    `tuning` changes what its breaker and mandate are; it is folded away, because it is rare.
    """

    agent: str
    url: str
    controls: tuple[Control, ...]
    idempotency_key: str
    sign: str
    typed_reason: str = ""
    problem: str = ""
    tuning: tuple[Control, ...] = ()

    @property
    def is_reason_on(self) -> bool:
        """Return whether any control is open, so that a reason can be given at all."""
        return any(not control.why_off for control in (*self.controls, *self.tuning))


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltCard:
    """One fleet's halt: nobody's where `by` is empty, then it can be halted.

    `why_no_resume` is empty where this person may resume it. A halt without `reason` still waits
    for one.
    """

    fleet_name: str
    fleet_slug: str
    halt_url: str
    resume_url: str
    explain_url: str
    idempotency_key: str
    why_no_resume: str = ""
    by: str = ""
    at: datetime | None = None
    reason: str = ""
    problem: str = ""
    typed_reason: str = ""

    @property
    def is_halted(self) -> bool:
        """Return whether the fleet is halted now."""
        return self.at is not None
