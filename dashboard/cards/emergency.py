"""An emergency on a ticket that waits: who calls it, and what an admin may do about it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.holding import HolderForm
from dashboard.cards.marks import Countdown


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One admin's call that counts, until when, and why, in that person's words."""

    id: str
    name: str
    lapses: Countdown
    reason: str
    is_me: bool = False

    @property
    def sentence(self) -> str:
        """Return who calls it and what is missing, as it is read out too."""
        calls = "You call" if self.is_me else f"{self.name} calls"
        return f"{calls} an emergency: one more admin must agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The calls that count now, and the form of an admin; None for everybody else.

    ``takes_approval`` says that the person has approved already, and that a call stands in place
    of that approval.
    """

    calls: tuple[CallLine, ...] = ()
    form: HolderForm | None = None
    takes_approval: bool = False

    @property
    def asks(self) -> str:
        """Return what is asked before a call or an agreement counts, without its mark."""
        if self.calls:
            return "Let exactly these arguments run at once, past the usual approvals"
        return "Call an emergency, so that it runs at once if one more admin agrees"

    @property
    def yes(self) -> str:
        """Return the label of the button that records it."""
        return "Yes, let it run" if self.calls else "Yes, call it"

    @property
    def sign(self) -> str:
        """Return what tells two drawings apart: a call that lapses leaves no new version."""
        why = self.form.why_off if self.form is not None else ""
        return "|".join((*(call.name for call in self.calls), why))
